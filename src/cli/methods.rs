//! `methods`: the paragraph on methods for a paper.

use super::exit;
use super::print::to_stdout;
use super::redraw::whole_folder;
use crate::experiments::methods::methods as paragraph;
use crate::experiments::paste::TableFormat;
use anyhow::anyhow;
use std::path::Path;

/// Prints the paragraph of a folder of `compare`.
pub fn methods(path: &Path, format: TableFormat) -> anyhow::Result<u8> {
    let (manifest, tables) = whole_folder(path)?;
    let text =
        paragraph(&manifest, &tables, format).map_err(|problem| anyhow!("{}: {problem}", path.display()))?;
    to_stdout(&text);
    Ok(exit::DONE)
}
