//! Colour and marker of each initializer: one pair per name in every figure, on the page and in the lab.
//!
//! A style is a place in the plots' list of looks. Names that are often drawn beside each other have a row; any other
//! label has the place that its letters give, the next free one where that is taken in the same figure.

/// The names with a look of their own, by its place.
const STYLES: [&str; 22] = [
    "std=0.01",
    "Xavier",
    "He",
    "std=1",
    "zeros",
    "orthogonal",
    "lecun_normal",
    "std=10",
    "glorot_uniform",
    "he_normal",
    "glorot_normal",
    "lsuv",
    "he_uniform",
    "lecun_uniform",
    "critical",
    "pytorch_default",
    "ones",
    "identity",
    "zero_hadamard",
    "constant=0.01",
    "std=0.1",
    "std=0.001",
];
/// Looks before one comes again.
const LOOKS: usize = 56;

/// The style of a label, whatever stands beside it.
///
/// ```
/// use initlab::experiments::name_styles::style_of;
///
/// assert_eq!((style_of("std=0.01"), style_of("Xavier"), style_of("He")), (0, 1, 2));
/// assert_ne!(style_of("std=0.3"), style_of("std=0.2"));
/// ```
pub fn style_of(label: &str) -> usize {
    let known = STYLES.iter().position(|name| *name == label);
    known.unwrap_or_else(|| {
        let letters = label.bytes().fold(7_usize, |sum, byte| (31 * sum + usize::from(byte)) % 10_007);
        STYLES.len() + letters % (LOOKS - STYLES.len())
    })
}

/// Styles of the names in one folder of figures: each its own, and no two alike up to 56 names.
#[derive(Clone, Debug, Default)]
pub struct NameStyles(Vec<(String, usize)>);

impl NameStyles {
    /// Styles of these names; they may repeat.
    pub fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut styles = Self::default();
        let mut last = None;
        for name in names.filter(|name| last.replace(*name) != Some(*name)) {
            if !styles.0.iter().any(|(known, _)| known == name) {
                let style = styles.free_from(style_of(name));
                styles.0.push((name.to_owned(), style));
            }
        }
        styles
    }

    /// The first style from this one on that no name has; this one where all are taken.
    fn free_from(&self, wanted: usize) -> usize {
        let is_free = |style: &usize| !self.0.iter().any(|(_, taken)| taken == style);
        (wanted..LOOKS).chain(STYLES.len()..wanted.max(STYLES.len())).find(is_free).unwrap_or(wanted)
    }

    /// The style of a name.
    pub fn get(&self, name: &str) -> usize {
        self.0.iter().find(|(known, _)| known == name).map_or_else(|| style_of(name), |(_, style)| *style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_looks_the_same_whatever_stands_beside_it() {
        for names in [["He", "std=0.01", "Xavier"], ["zeros", "Xavier", "He"], ["orthogonal", "He", "lsuv"]] {
            let styles = NameStyles::of(names.into_iter());
            assert!(names.iter().all(|name| styles.get(name) == style_of(name)));
        }
    }

    #[test]
    fn fifty_six_names_have_fifty_six_looks() {
        let names: Vec<String> =
            (0..34).map(|i| format!("std=0.{i}7")).chain(STYLES.map(str::to_owned)).collect();
        let styles = NameStyles::of(names.iter().map(String::as_str));
        let looks: BTreeSet<usize> = names.iter().map(|name| styles.get(name)).collect();
        assert_eq!(looks.len(), LOOKS);
    }
}
