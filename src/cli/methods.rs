//! `methods`: the paragraph on methods for a paper.

use super::exit;
use super::print::to_stdout;
use super::redraw::whole_folder;
use crate::experiments::methods::methods as paragraph;
use crate::experiments::paste::TableFormat;
use crate::report::typed_command::typed_command;
use anyhow::anyhow;
use std::path::Path;

/// Prints the paragraph of a folder of `compare`.
pub fn methods(path: &Path, format: TableFormat) -> anyhow::Result<u8> {
    let (manifest, tables) = whole_folder(path)?;
    let command = typed_command(&serde_json::to_value(&manifest)?).unwrap_or_default();
    let text = paragraph(&manifest, &command, &tables, format)
        .map_err(|problem| anyhow!("{}: {problem}", path.display()))?;
    to_stdout(&text);
    Ok(exit::DONE)
}
