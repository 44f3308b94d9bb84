//! A page of ours is known by its last line, which has the hash of all lines before: a page that somebody wrote or
//! changed is not replaced.

use super::sha256;

/// The beginning of the last line.
const MARK: &str = "\n<!-- initlab wrote this; a page that was changed since is not replaced. SHA-256: ";

/// The page with its mark.
///
/// ```
/// use initlab_engine::files::page::{is_marked, marked};
///
/// let page = marked("<!DOCTYPE html><title>Loss</title>");
/// assert!(is_marked(page.as_bytes()));
/// assert!(!is_marked(page.replace("Loss", "My loss").as_bytes()));
/// assert!(!is_marked((page + "<p>A note").as_bytes()));
/// ```
pub fn marked(page: &str) -> String {
    format!("{page}{MARK}{} -->\n", sha256(&[page.as_bytes()]))
}

/// True for what [`marked`] returned, unchanged.
pub fn is_marked(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    text.rsplit_once(MARK).is_some_and(|(page, _)| marked(page) == text)
}
