//! Checksums of what was read: SHA-256, and which known data set has it.
//!
//! A checksum that is not known is no fault: the file has been checked for its form already. It
//! is told, because results then belong to data nobody else may have.

use super::files::FILES;

/// The list of MNIST's checksums that lies beside our archives.
pub(super) const OUR_SUMS: &str = include_str!("../../../data/SHA256SUMS");

/// The data sets whose checksums are known, as `sha256sum` prints those of the unpacked files.
const KNOWN: [(&str, &str); 2] = [
    ("MNIST", OUR_SUMS),
    (
        "Fashion-MNIST", // Debian's dataset-fashion-mnist 0.0~git20200523
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888  train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9  train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b  t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34  t10k-labels-idx1-ubyte
",
    ),
];

/// One file of a data set with the checksum of what was read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedFile {
    /// Its name without its folder and without `.gz`; a table's with control characters escaped.
    pub name: String,
    /// The length of the unpacked file in bytes.
    pub bytes: u64,
    /// The SHA-256 of the unpacked file, 64 hexadecimal digits.
    pub sha256: String,
    /// The data set it is known to belong to, by place and checksum: `MNIST`, `Fashion-MNIST`, or none.
    pub known: Option<&'static str>,
}

/// The data set whose file number `file` of [`FILES`] has this checksum.
pub(super) fn known(file: usize, sha256: &str) -> Option<&'static str> {
    let line = format!("{sha256}  {}", FILES[file].0);
    KNOWN.iter().find(|(_, sums)| sums.lines().any(|sum| sum == line)).map(|&(set, _)| set)
}

/// The data set to which all files with these checksums are known to belong; none for no checksums.
///
/// ```
/// use initlab_engine::data::known_data_set;
///
/// let labels = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34";
/// assert_eq!(known_data_set(&[labels]), Some("Fashion-MNIST"));
/// assert_eq!(known_data_set(&[]), None);
/// ```
pub fn known_data_set(sha256: &[&str]) -> Option<&'static str> {
    let all_in = |sums: &str| !sha256.is_empty() && sha256.iter().all(|sum| sums.contains(sum));
    KNOWN.iter().find(|(_, sums)| all_in(sums)).map(|&(set, _)| set)
}

/// The warnings that follow from checksums: unknown files, and files of different sets; at most one of each.
///
/// ```text
/// t10k-labels-idx1-ubyte: well-formed, but by SHA-256 not a file of MNIST or Fashion-MNIST
/// files of different data sets are mixed: MNIST, Fashion-MNIST
/// ```
pub(super) fn checksum_warnings(files: &[VerifiedFile]) -> Vec<String> {
    let mut warnings = Vec::new();
    let unknown: Vec<&str> = files.iter().filter(|f| f.known.is_none()).map(|f| f.name.as_str()).collect();
    if !unknown.is_empty() {
        let (unknown, sets) = (unknown.join(", "), KNOWN.map(|(set, _)| set).join(" or "));
        warnings.push(format!("{unknown}: well-formed, but by SHA-256 not a file of {sets}"));
    }
    let found = |set: &&str| files.iter().any(|file| file.known == Some(*set));
    let sets: Vec<&str> = KNOWN.iter().map(|&(set, _)| set).filter(found).collect();
    if sets.len() > 1 {
        warnings.push(format!("files of different data sets are mixed: {}", sets.join(", ")));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_sums_of_each_known_set_are_found_by_place_and_sum() {
        let sum = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34";
        assert_eq!(known(3, sum), Some("Fashion-MNIST"));
        assert_eq!(known(1, sum), None);
        assert_eq!(known(0, ""), None);
        for (set, sums) in KNOWN {
            let names: Vec<_> = sums.lines().filter_map(|line| line.get(66..)).collect();
            assert_eq!(names, FILES.map(|(name, _)| name), "{set}");
        }
    }

    #[test]
    fn unknown_and_mixed_files_are_told() {
        let told = |known: [Option<&'static str>; 4]| {
            let file = |(i, known)| VerifiedFile {
                name: FILES[i as usize].0.into(),
                bytes: 0,
                sha256: String::new(),
                known,
            };
            checksum_warnings(&(0_u8..).zip(known).map(file).collect::<Vec<_>>())
        };
        let (digits, clothes) = (Some("MNIST"), Some("Fashion-MNIST"));
        assert!(told([digits; 4]).is_empty() && told([clothes; 4]).is_empty());
        let mixed = told([digits, clothes, digits, None]);
        let expected =
            "t10k-labels-idx1-ubyte: well-formed, but by SHA-256 not a file of MNIST or Fashion-MNIST";
        assert_eq!(mixed[0], expected);
        assert_eq!(mixed[1], "files of different data sets are mixed: MNIST, Fashion-MNIST");
    }
}
