//! Texts that people read: numbers, texts of others made safe, lines of a width, tables, and whole answers.
//!
//! It knows nothing of networks and results, so every module may use it. An [`Answer`] is data: the terminal
//! renders it at its width ([`Answer::to_text`]), the page as HTML.

mod answer;
mod number;
mod printable;
mod table;
mod wrap;

pub use answer::{Answer, Block};
pub use number::{exact, fixed, percent, rounded, significant};
pub use printable::{first_three, is_plain, plain, plain_json, printable};
pub use table::TextTable;
pub use wrap::{hanging, lines};

/// A count with its noun, in the plural (`s` at its end) where it is not 1.
///
/// ```
/// use initlab_engine::text::counted;
///
/// assert_eq!([0, 1, 3].map(|count| counted(count, "seed")), ["0 seeds", "1 seed", "3 seeds"]);
/// ```
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Names in a sentence; nothing for no names.
///
/// ```
/// use initlab_engine::text::enumeration;
///
/// assert_eq!(enumeration(&["a"]), "a");
/// assert_eq!(enumeration(&["a", "b", "c"]), "a, b and c");
/// ```
pub fn enumeration<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match &names[..] {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}
