//! The files of an export: their bytes out of a recording, and a recording out of their bytes.

use super::arrays::{Array, fill, fill_running, from_file, from_whole_npy, to_npy, to_npz, to_whole_npy};
use super::recording::{RecordedSetup, Recording, record};
use super::spec::{FORMAT, Spec, precision};
use crate::files::sha256;
use crate::model_file::FormatError;
use crate::nn::inputs::{Examples, Inputs};
use crate::nn::loss::Loss;
use crate::nn::network::Network;
use crate::train::step::Trainer;
use ndarray::Array2;
use std::collections::BTreeMap;

/// The file with the settings.
pub const SPEC: &str = "spec.json";
const BATCHES: &str = "batches.npy";
const LOSSES: &str = "losses.npy";
const INPUTS: &str = "x.npy";
const LABELS: &str = "labels.npy";

/// Why a folder cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// It is of the other precision.
    #[error("the export is in {found}, this build computes in {}: {}", precision(), other_build())]
    Precision {
        /// The export's.
        found: String,
    },
    /// A file is missing, edited, or not what the spec says.
    #[error("{file}: {reason}")]
    Damaged {
        /// Its name in the folder.
        file: String,
        /// What was expected, and what was found.
        reason: String,
    },
}

/// The line that makes the build of the other precision.
fn other_build() -> &'static str {
    if precision() == "f64" { "cargo build --release" } else { "cargo build --release --features f64" }
}

fn damaged(file: &str, reason: impl Into<String>) -> ReplayError {
    ReplayError::Damaged { file: file.to_owned(), reason: reason.into() }
}

fn unread(file: &str) -> impl Fn(FormatError) -> ReplayError {
    let file = file.to_owned();
    move |error| damaged(&file, error.to_string())
}

/// The files of an export by name, the spec with their checksums last.
pub fn files(mut spec: Spec, run: &Recording, examples: Option<&Examples>) -> Vec<(String, Vec<u8>)> {
    let done = run.losses.len();
    let mut files: Vec<(String, Vec<u8>)> =
        run.moments.iter().map(|(name, arrays)| (format!("{name}.npz"), to_npz(arrays))).collect();
    let batches: Vec<u8> = run.batches.iter().flat_map(|index| index.to_le_bytes()).collect();
    let shape = [done, run.batches.len() / done.max(1)];
    files.push((BATCHES.to_owned(), to_whole_npy(&shape, "<u4", &batches)));
    files.push((LOSSES.to_owned(), to_npy(&[done], &run.losses)));
    if let Some(Examples { inputs, labels }) = examples {
        let dense = inputs.to_dense();
        let values = dense.as_slice().expect("rows follow each other");
        files.push((INPUTS.to_owned(), to_npy(dense.shape(), values)));
        files.push((LABELS.to_owned(), to_whole_npy(&[labels.len()], "|u1", labels)));
    }
    spec.sha256 = files.iter().map(|(name, bytes)| (name.clone(), sha256(&[bytes]))).collect();
    let json = serde_json::to_vec_pretty(&spec).expect("a spec is JSON");
    files.push((SPEC.to_owned(), json));
    files
}

/// An export that was read and verified.
#[derive(Debug)]
pub struct Export {
    /// What was trained, and how.
    pub spec: Spec,
    /// The run; it has the moments whose files are there.
    pub run: Recording,
    /// Examples of a mini-batch.
    pub batch_size: usize,
    /// The examples, where they are in the folder.
    pub examples: Option<Examples>,
}

/// Reads the files of a folder, by name. Where the spec has checksums, every file that it lists must be there with its own,
/// and others are passed over; without checksums all files are taken as they are.
///
/// # Errors
/// [`ReplayError`]: the other precision, a file that is missing, edited, or contradicts the spec.
pub fn load(files: &BTreeMap<String, Vec<u8>>) -> Result<Export, ReplayError> {
    let spec =
        read_spec(files.get(SPEC).ok_or_else(|| damaged(SPEC, "expected the settings of an export"))?)?;
    verify(&spec.sha256, files)?;
    let listed = |name: &String| spec.sha256.is_empty() || spec.sha256.contains_key(name);
    let files: BTreeMap<&str, &[u8]> =
        files.iter().filter(|file| listed(file.0)).map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    let needed = |name: &str| files.get(name).ok_or_else(|| damaged(name, "expected in every export"));
    let ([done, batch_size], batches) = batches(needed(BATCHES)?)?;
    let losses = one_array(LOSSES, needed(LOSSES)?)?.values;
    if losses.len() != done || done > spec.iterations {
        let reason = format!("expected {done} losses, one for each batch, found {}", losses.len());
        return Err(damaged(LOSSES, reason));
    }
    let moments = files.iter().filter_map(|(name, bytes)| Some((*name, name.strip_suffix(".npz")?, *bytes)));
    let moment = |(name, moment, bytes): (&str, &str, &[u8])| {
        Ok((moment.to_owned(), from_file(bytes).map_err(unread(name))?))
    };
    let moments = moments.map(moment).collect::<Result<_, _>>()?;
    let examples = match (files.get(INPUTS), files.get(LABELS)) {
        (Some(inputs), Some(labels)) => Some(examples(inputs, labels)?),
        _ => None,
    };
    Ok(Export { run: Recording { moments, batches, losses }, spec, batch_size, examples })
}

/// Holds every listed file against its checksum.
fn verify(sums: &BTreeMap<String, String>, files: &BTreeMap<String, Vec<u8>>) -> Result<(), ReplayError> {
    for (name, sum) in sums {
        let bytes = files.get(name).ok_or_else(|| damaged(name, "it is missing; spec.json lists it"))?;
        let found = sha256(&[bytes]);
        if found != *sum {
            let reason = format!("expected SHA-256 {sum}, found {found}: it is not the file of the export");
            return Err(damaged(name, reason));
        }
    }
    Ok(())
}

/// The shape and the examples of all mini-batches.
fn batches(bytes: &[u8]) -> Result<([usize; 2], Vec<u32>), ReplayError> {
    let (shape, batches) = from_whole_npy(BATCHES, bytes).map_err(unread(BATCHES))?;
    let shape = <[usize; 2]>::try_from(&shape[..]).ok().filter(|shape| shape[1] > 0).ok_or_else(|| {
        damaged(BATCHES, format!("expected the shape (iterations, batch), found {shape:?}"))
    })?;
    // What does not fit is no example of any set, and is refused as such.
    Ok((shape, batches.into_iter().map(|index| u32::try_from(index).unwrap_or(u32::MAX)).collect()))
}

/// The array of a `.npy` file.
fn one_array(name: &str, bytes: &[u8]) -> Result<Array, ReplayError> {
    let arrays = from_file(bytes).map_err(unread(name))?;
    arrays.into_iter().next().ok_or_else(|| damaged(name, "expected an array"))
}

fn read_spec(bytes: &[u8]) -> Result<Spec, ReplayError> {
    let spec: Spec = serde_json::from_slice(bytes).map_err(|error| damaged(SPEC, error.to_string()))?;
    if spec.format != FORMAT {
        return Err(damaged(SPEC, format!("expected the format \"{FORMAT}\", found \"{}\"", spec.format)));
    }
    if spec.precision != precision() {
        return Err(ReplayError::Precision { found: spec.precision });
    }
    if spec.sizes.len() < 2 || spec.sizes.contains(&0) {
        return Err(damaged(SPEC, format!("expected two sizes or more above 0, found {:?}", spec.sizes)));
    }
    if !spec.has_own_constants() {
        let reason =
            "a constant of batch norm or of the optimizer is not this program's, and no setting changes it";
        return Err(damaged(SPEC, reason));
    }
    Ok(spec)
}

fn examples(inputs: &[u8], labels: &[u8]) -> Result<Examples, ReplayError> {
    let array = one_array(INPUTS, inputs)?;
    let (_, labels) = from_whole_npy(LABELS, labels).map_err(unread(LABELS))?;
    let &[rows, columns] = &array.shape[..] else {
        return Err(damaged(
            INPUTS,
            format!("expected the shape (examples, inputs), found {:?}", array.shape),
        ));
    };
    let values = Array2::from_shape_vec((rows, columns), array.values).expect("an array has its shape");
    let labels: Option<Vec<u8>> = labels.into_iter().map(|label| u8::try_from(label).ok()).collect();
    let labels = labels.filter(|labels| labels.len() == rows);
    let labels = labels.ok_or_else(|| damaged(LABELS, format!("expected {rows} labels below 256")))?;
    Ok(Examples { inputs: Inputs::Dense(values), labels })
}

impl Export {
    /// Trains again on these examples, from the start or from the moment `at-K`.
    ///
    /// # Errors
    /// [`ReplayError::Damaged`] where the moment is not there or lacks an array, or where a batch has an example, or an
    /// example a class or a size, that is not there.
    pub fn replay(&self, examples: &Examples, from: usize) -> Result<Recording, ReplayError> {
        self.check(examples)?;
        let name = if from == 0 { "start".to_owned() } else { format!("at-{from}") };
        let file = format!("{name}.npz");
        let moment = self.run.moments.iter().find(|moment| moment.0 == name);
        let (_, arrays) = moment.ok_or_else(|| damaged(&file, "it is not in the folder"))?;
        let mut trainer = self.trainer(arrays, examples, from).map_err(|(array, shape)| {
            damaged(&file, format!("expected the array {array} of shape {shape:?}"))
        })?;
        let at = self.run.moments.iter().filter_map(|moment| moment.0.strip_prefix("at-")?.parse().ok());
        let (iterations, loss_at) = (self.run.losses.len(), self.spec.loss_at);
        let setup = RecordedSetup { from, iterations, loss_at, at: at.collect() };
        let mut batches = self.run.batches.chunks(self.batch_size).skip(from);
        Ok(record(&mut trainer, &setup, || batches.next().unwrap_or_default().to_vec()))
    }

    /// The exported run from an update on.
    pub fn run_from(&self, from: usize) -> Recording {
        let Recording { moments, batches, losses } = &self.run;
        let rest = |from: usize| batches.get(from..).unwrap_or_default().to_vec();
        let batches = rest(from * self.batch_size);
        Recording {
            moments: moments.clone(),
            batches,
            losses: losses.get(from..).unwrap_or_default().to_vec(),
        }
    }

    /// The network and its optimizer as they are in a moment; an error names the array that it lacks.
    fn trainer<'a>(
        &self,
        arrays: &[Array],
        examples: &'a Examples,
        steps: usize,
    ) -> Result<Trainer<'a>, (String, Vec<usize>)> {
        let mut network = Network::zeroed(self.spec.architecture());
        let mut parameters = network.parameters.clone(); // zeros, as are the memories of a first step
        let mut memories = [parameters.clone(), parameters.clone()];
        fill(&network, arrays, "", &mut parameters)?;
        let update = self.spec.update();
        let slots = if steps > 0 { update.optimizer.slots() } else { 0 };
        for (memory, name) in memories.iter_mut().zip([".first", ".second"]).take(slots) {
            fill(&network, arrays, name, memory)?;
        }
        network.parameters = parameters;
        fill_running(&mut network, arrays);
        let mut trainer = Trainer::new(network, examples, update, self.batch_size);
        trainer.resume(steps as u32, memories);
        Ok(trainer)
    }

    fn check(&self, examples: &Examples) -> Result<(), ReplayError> {
        let (rows, width) = (examples.labels.len(), examples.inputs.width());
        if width != self.spec.sizes[0] {
            return Err(damaged(INPUTS, format!("expected {} inputs, found {width}", self.spec.sizes[0])));
        }
        if let Some(index) = self.run.batches.iter().find(|index| **index as usize >= rows) {
            return Err(damaged(BATCHES, format!("it has example {index}, and there are {rows}")));
        }
        let outputs = self.spec.sizes[self.spec.sizes.len() - 1];
        let classes = if self.spec.loss == Loss::BinaryCrossEntropy { 2 } else { outputs };
        match examples.labels.iter().find(|label| usize::from(**label) >= classes) {
            Some(label) => Err(damaged(LABELS, format!("it has class {label} of {classes}"))),
            None => Ok(()),
        }
    }
}
