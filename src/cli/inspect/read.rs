//! From what was typed to models: files, folders of them, and shards that belong together.

use crate::cli::machine::AvailableMemory;
use crate::files::list;
use crate::files::open::{read_typed, read_within};
use crate::inspect::{FileReport, InspectOptions, Inspector};
use crate::model_file::{self, FormatError, Tensor};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// A model: a file, or the shards of one.
pub struct Model {
    /// The file's name, or the first shard's.
    pub name: String,
    parts: Vec<PathBuf>,
}

/// Endings of files that are looked for in a folder.
const ENDINGS: [&str; 11] =
    ["safetensors", "pt", "pth", "ckpt", "bin", "keras", "h5", "hdf5", "onnx", "npz", "npy"];
/// The ending of the index of a sharded model.
const INDEX: &str = ".index.json";
/// Folders that are one checkpoint of a framework: a file in them, and what they are.
const FOLDERS: &[(&str, &str)] = &[
    (
        "_CHECKPOINT_METADATA",
        "a checkpoint of orbax; restore it with orbax.checkpoint.StandardCheckpointer().restore(PATH), then \
         safetensors.flax.save_file(flax.traverse_util.flatten_dict(params, sep='.'), 'weights.safetensors')",
    ),
    (
        "saved_model.pb",
        "a SavedModel of TensorFlow; convert it with: tf.keras.models.load_model(FOLDER).save('model.keras')",
    ),
];
/// Bytes of a model above which its progress is shown on a terminal.
const LARGE: u64 = 1 << 28;

/// The models that are meant, in the order in which they were typed; those of a folder by name.
///
/// # Errors
/// A folder has no model file, or is a checkpoint of a kind that is not read; a path is not there.
pub fn models(typed: &[PathBuf]) -> anyhow::Result<Vec<Model>> {
    let mut models = Vec::new();
    for path in typed {
        let shown = || format!("cannot read {}", path.display());
        if fs::metadata(path).with_context(shown)?.is_dir() {
            models.extend(of_folder(path)?);
        } else if path.to_string_lossy().ends_with(INDEX) {
            models.push(of_index(path)?);
        } else {
            models.push(Model { name: path.display().to_string(), parts: vec![path.clone()] });
        }
    }
    Ok(models)
}

/// The models of a folder: the sharded ones by their indices, or by the numbers in their names; else each file.
fn of_folder(folder: &Path) -> anyhow::Result<Vec<Model>> {
    let known = FOLDERS.iter().find(|row| folder.join(row.0).exists());
    if let Some((_, what)) = known {
        return Err(FormatError::Unknown((*what).to_owned())).with_context(|| folder.display().to_string());
    }
    let entries = list(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let paths: Vec<PathBuf> = entries.iter().map(DirEntry::path).collect();
    let mut models: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in paths.iter().filter(|path| is_model(path)) {
        models.entry(without_shard(&path.display().to_string())).or_default().push(path.clone());
    }
    if models.is_empty() {
        let found = format!("a folder without a file of these endings: {}", ENDINGS.join(", "));
        return Err(FormatError::Unknown(found)).with_context(|| folder.display().to_string());
    }
    let model = |parts: Vec<PathBuf>| Model { name: parts[0].display().to_string(), parts };
    Ok(models.into_values().map(model).collect())
}

fn is_model(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    path.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// A name without the number of its shard: `model-00001-of-00002.bin` is `model-of-00002.bin`.
fn without_shard(name: &str) -> String {
    let Some((start, end)) = name.rsplit_once("-of-") else { return name.to_owned() };
    format!("{}-of-{end}", start.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// The shards that an index names, beside it.
fn of_index(path: &Path) -> anyhow::Result<Model> {
    let shown = || path.display().to_string();
    let text = read_typed(path).with_context(|| format!("cannot read {}", shown()))?;
    let refuse = |what: &str| FormatError::Unknown(format!("an index {what}"));
    let index: serde_json::Value =
        serde_json::from_str(&text).map_err(|_| refuse("that is no JSON")).with_context(shown)?;
    let map = index.get("weight_map").and_then(|map| map.as_object());
    let map = map.ok_or_else(|| refuse("without weight_map")).with_context(shown)?;
    let names: BTreeSet<&str> = map.values().filter_map(|name| name.as_str()).collect();
    // A name of a file, never a path that leads elsewhere.
    let plain = |name: &&str| Path::new(name).file_name().is_some_and(|file| file == *name);
    let parts: Vec<PathBuf> = names.into_iter().filter(plain).map(|name| path.with_file_name(name)).collect();
    if parts.is_empty() {
        return Err(refuse("that names no shard")).with_context(shown);
    }
    if let Some(missing) = parts.iter().find(|part| !part.exists()) {
        let reason = format!("an index whose shard {} is not there", missing.display());
        return Err(FormatError::Unknown(reason)).with_context(shown);
    }
    Ok(Model { name: shown(), parts })
}

impl Model {
    /// Looks at it shard by shard: its format, and what was found.
    pub fn inspect(&self, options: InspectOptions) -> anyhow::Result<(&'static str, FileReport)> {
        let (mut inspector, mut format) = (Inspector::new(options), "");
        let bar = self.progress();
        for part in &self.parts {
            let bytes = read(part)?;
            let file = model_file::read(&bytes).with_context(|| part.display().to_string())?;
            format = file.format;
            inspector.add(&file.tensors, &file.foreign, &mut |bytes| bar.inc(bytes as u64));
        }
        bar.finish_and_clear();
        Ok((format, inspector.finish()))
    }

    /// All its tensors at once.
    pub fn with_tensors<T>(
        &self,
        then: impl FnOnce(&[Tensor<'_>]) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let bytes = self.parts.iter().map(|part| read(part)).collect::<anyhow::Result<Vec<_>>>()?;
        let mut tensors = Vec::new();
        for bytes in &bytes {
            tensors.extend(model_file::read(bytes)?.tensors);
        }
        then(&tensors)
    }

    /// A bar on a terminal, where there is much to read.
    fn progress(&self) -> ProgressBar {
        let sizes = self.parts.iter().filter_map(|part| Some(fs::metadata(part).ok()?.len()));
        let size: u64 = sizes.sum();
        if size < LARGE || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}").expect("a template");
        ProgressBar::new(size).with_style(style)
    }
}

/// The bytes of a regular file that fits into memory.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let memory = AvailableMemory::now().least();
    read_within(path, memory.unwrap_or(u64::MAX)).with_context(|| format!("cannot read {}", path.display()))
}
