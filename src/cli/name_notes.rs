//! Remarks on the words of a command: names of initializers that mean different things in different frameworks,
//! and a flag that changes nothing.

use super::print::to_stderr;
use crate::nn::init::names::note_on;
use crate::nn::optimizer::Optimizer;

/// Prints one line for each such name among the words of a command, once.
pub fn print(words: &[String]) {
    notes(words).into_iter().chain(idle_momentum(words)).for_each(|note| to_stderr(&format!("note: {note}")));
}

/// A remark where `--momentum` is given to an optimizer that has none.
fn idle_momentum(words: &[String]) -> Option<&'static str> {
    let value = |flag: &str| {
        let next = words.iter().position(|word| word == flag).and_then(|index| words.get(index + 1));
        let joined = || words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
        next.map(String::as_str).or_else(joined)
    };
    let optimizer = value("--optimizer").map_or(Ok(Optimizer::Sgd), str::parse).ok()?;
    value("--momentum").filter(|_| !optimizer.has_momentum())?;
    Some("--momentum changes nothing with this optimizer; momentum and nesterov use it")
}

fn notes(words: &[String]) -> Vec<&'static str> {
    let mut notes: Vec<&str> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let names = match word.strip_prefix("--init=") {
            Some(names) => names,
            None if index > 0 && words[index - 1] == "--init" => word,
            None => continue,
        };
        notes.extend(names.split(',').filter_map(note_on));
    }
    let mut seen = Vec::new();
    notes.retain(|note| {
        !seen.contains(note) && {
            seen.push(*note);
            true
        }
    });
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn momentum_is_remarked_on_where_nothing_uses_it() {
        let idle =
            |text: &str| idle_momentum(&text.split(' ').map(str::to_owned).collect::<Vec<_>>()).is_some();
        assert!(
            idle("initlab compare --momentum 0.5") && idle("initlab compare --momentum=0.5 --optimizer adam")
        );
        assert!(
            !idle("initlab compare --optimizer=Momentum --momentum 0.5")
                && !idle("initlab compare --optimizer sgd")
        );
    }

    #[test]
    fn a_name_with_two_meanings_is_remarked_on_once() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(notes(&words("initlab compare --init kaiming_normal,he-normal,He")).len(), 1);
        assert_eq!(notes(&words("initlab compare --init=xavier_normal --activation tanh")).len(), 1);
        assert!(notes(&words("initlab compare --init He,std=0.01")).is_empty());
    }
}
