//! Which data set a file belongs to, by its SHA-256.
//!
//! A checksum that is not known is no fault: the file has been checked for its form already. It
//! is told, because results then belong to data nobody else may have.

use std::fs::File;
use std::io;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::error::DataError;
use super::source::IdxFile;

/// The data sets whose checksums are known, as `sha256sum` prints those of the unpacked files.
const KNOWN: [(&str, &str); 2] = [
    ("MNIST", include_str!("../../data/SHA256SUMS")),
    (
        "Fashion-MNIST", // Debian's dataset-fashion-mnist 0.0~git20200523
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888  train-images-idx3-ubyte
bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9  train-labels-idx1-ubyte
5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b  t10k-images-idx3-ubyte
0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34  t10k-labels-idx1-ubyte
",
    ),
];

/// One file of a data set with its checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedFile {
    /// Its name, without `.gz`.
    pub name: &'static str,
    /// The length of the unpacked file.
    pub bytes: u64,
    /// The SHA-256 of the unpacked file, 64 hexadecimal digits.
    pub sha256: String,
    /// The data set it is known to belong to, by name and checksum.
    pub known: Option<&'static str>,
}

/// Computes the checksum of each file.
pub(super) fn verify(sources: &[IdxFile; 4]) -> Result<Vec<VerifiedFile>, DataError> {
    let sums: Vec<_> = sources.par_iter().map(checksum).collect();
    sources
        .iter()
        .zip(sums)
        .map(|(source, sum)| {
            let (name, sha256) = (source.name, sum?);
            Ok(VerifiedFile { name, bytes: source.bytes(), known: known(name, &sha256), sha256 })
        })
        .collect()
}

/// The SHA-256 of a file's IDX bytes, read in passing.
fn checksum(source: &IdxFile) -> Result<String, DataError> {
    let mut hash = Sha256::new();
    File::open(source.path())
        .and_then(|mut file| io::copy(&mut file, &mut hash))
        .map_err(|cause| DataError::unreadable(&source.given, cause))?;
    Ok(format!("{:x}", hash.finalize()))
}

/// The data set that has a file of this name and checksum.
fn known(name: &str, sha256: &str) -> Option<&'static str> {
    let line = format!("{sha256}  {name}");
    KNOWN.iter().find(|(_, sums)| sums.lines().any(|sum| sum == line)).map(|&(set, _)| set)
}

/// What the checksums leave open, as warnings.
pub(super) fn checksum_warnings(files: &[VerifiedFile]) -> Vec<String> {
    let mut warnings = Vec::new();
    let unknown: Vec<&str> = files.iter().filter(|f| f.known.is_none()).map(|f| f.name).collect();
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
    use super::super::files::FILES;
    use super::*;

    fn file(index: usize, known: Option<&'static str>) -> VerifiedFile {
        VerifiedFile { name: FILES[index].0, bytes: 0, sha256: String::new(), known }
    }

    #[test]
    fn the_four_sums_of_each_known_set_are_found_by_name_and_sum() {
        let sum = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34";
        assert_eq!(known(FILES[3].0, sum), Some("Fashion-MNIST"));
        assert_eq!(known(FILES[1].0, sum), None);
        assert_eq!(known("", ""), None);
        for (set, sums) in KNOWN {
            let names: Vec<_> = sums.lines().filter_map(|line| line.get(66..)).collect();
            assert_eq!(names, FILES.map(|(name, _)| name), "{set}");
        }
    }

    #[test]
    fn unknown_and_mixed_files_are_told() {
        let told = |known: [Option<&'static str>; 4]| {
            checksum_warnings(
                &known.into_iter().enumerate().map(|(i, known)| file(i, known)).collect::<Vec<_>>(),
            )
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
