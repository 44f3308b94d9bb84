//! The names of a data set's four IDX files.

use super::idx::IdxKind;

/// The four files of a data set: MNIST's own names, each also as `NAME.gz`.
pub const FILES: [(&str, IdxKind); 4] = [
    ("train-images-idx3-ubyte", IdxKind::Images),
    ("train-labels-idx1-ubyte", IdxKind::Labels),
    ("t10k-images-idx3-ubyte", IdxKind::Images),
    ("t10k-labels-idx1-ubyte", IdxKind::Labels),
];

/// The names of the same four files in EMNIST, after the name of one of its sets.
const OTHER_NAMES: [&str; 4] = [FILES[0].0, FILES[1].0, "test-images-idx3-ubyte", "test-labels-idx1-ubyte"];

/// A file name, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdxName<'a> {
    /// The part before the usual name, as `emnist-letters`; usually empty.
    pub set: &'a str,
    /// The place in [`FILES`], from 0 to 3.
    pub file: usize,
    /// The name without `.gz`.
    pub plain: &'a str,
    /// True where the name ends in `.gz`.
    pub is_archive: bool,
}

impl<'a> IdxName<'a> {
    /// Takes a usual name apart; points and underscores count as hyphens, as in
    /// `train-images.idx3-ubyte`.
    ///
    /// ```
    /// use initlab_engine::data::files::IdxName;
    ///
    /// let name = IdxName::parse("emnist-letters-test-labels-idx1-ubyte.gz").unwrap();
    /// assert_eq!((name.set, name.file, name.is_archive), ("emnist-letters", 3, true));
    /// assert_eq!(IdxName::parse("README.md"), None);
    /// ```
    pub fn parse(name: &'a str) -> Option<Self> {
        if name.contains(char::is_control) {
            return None; // it would be printed
        }
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        let hyphens = plain.replace(['.', '_'], "-");
        (0..FILES.len()).find_map(|file| {
            let usual = [FILES[file].0, OTHER_NAMES[file]];
            let set = usual.iter().find_map(|usual| hyphens.strip_suffix(usual))?;
            let end = if set.is_empty() { Some(0) } else { set.strip_suffix('-').map(str::len) };
            let set = &plain[..end?];
            Some(Self { set, file, plain, is_archive: plain.len() < name.len() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_names_are_known() {
        let cases = [
            ("train-images-idx3-ubyte", ("", 0, false)),
            ("train-images.idx3-ubyte", ("", 0, false)),
            ("train-labels-idx1-ubyte.gz", ("", 1, true)),
            ("t10k-images.idx3-ubyte.gz", ("", 2, true)),
            ("emnist-letters-train-images-idx3-ubyte", ("emnist-letters", 0, false)),
            ("emnist-balanced-test-images-idx3-ubyte.gz", ("emnist-balanced", 2, true)),
            ("my_set-t10k-labels_idx1-ubyte", ("my_set", 3, false)),
        ];
        for (text, (set, file, is_archive)) in cases {
            let name = IdxName::parse(text).expect(text);
            assert_eq!((name.set, name.file, name.is_archive), (set, file, is_archive), "{text}");
            assert_eq!(name.plain, text.trim_end_matches(".gz"));
        }
    }

    #[test]
    fn other_names_are_not() {
        for name in [
            "\u{1b}[2J-train-images-idx3-ubyte",
            "",
            ".gz",
            "-",
            "train-images",
            "Xtrain-images-idx3-ubyte",
            "train-images-idx1-ubyte",
        ] {
            assert_eq!(IdxName::parse(name), None, "{name}");
        }
    }
}
