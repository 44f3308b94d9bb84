//! A file that a verb creates where its user says.

use crate::experiments::ConfigError;
use crate::files::create::{Fsync, create, replace};
use anyhow::Context;
use std::io::ErrorKind;
use std::path::Path;

/// Where the file goes, and whether it may take the place of another one; a link keeps its place in any case.
pub struct NewFile<'a> {
    /// The flag that names it.
    pub flag: &'static str,
    /// Its path.
    pub path: &'a Path,
    /// The flag that allows to overwrite it, where there is one, and whether it was typed.
    pub force: Option<(&'static str, bool)>,
}

impl NewFile<'_> {
    /// Refuses a place that is taken, before the work.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.is_forced() && self.path.symlink_metadata().is_ok() { Err(self.taken()) } else { Ok(()) }
    }

    /// Writes it, whole or not at all; of several processes at once, one succeeds.
    pub fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let written =
            if self.is_forced() { replace(self.path, bytes, Fsync::Yes) } else { create(self.path, bytes) };
        match written {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(self.taken().into()),
            ended => ended.with_context(|| format!("cannot write {}", self.path.display())),
        }
    }

    fn is_forced(&self) -> bool {
        self.force.is_some_and(|(_, typed)| typed)
    }

    fn taken(&self) -> ConfigError {
        let overwrites = self.force.map_or(String::new(), |(flag, _)| format!("; {flag} overwrites it"));
        ConfigError {
            flag: self.flag,
            value: self.path.display().to_string(),
            expected: format!("a file that is not there yet{overwrites}"),
        }
    }
}
