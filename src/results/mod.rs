//! The results folder: tables as CSV, finished runs, a manifest, a lock.
//!
//! Files are opened and created by [`files`](crate::files), so whoever looks, and whenever the process was
//! killed, sees an old file or a new one and never half of one. No clock, no
//! environment, no terminal, and nothing of what a network is.
//!
//! Read in this order: [`table`] (rows ⇄ CSV), [`gap`] (a number that a row lacks) and `columns` (its header), [`tables`] (those of one
//! run), `run_file` (their layout in one file), [`runs`] (one file per finished run) and `notes`
//! (beside them), [`layout`] (where things lie), [`folder`] (the results folder) and
//! [`lock`] (whose it is), [`manifest`] (run.json) and [`settings_list`](mod@settings_list) (its
//! settings as a list), [`error`] and [`table_error`].
//!
//! ```
//! use initlab::results::{Lookup, ResultsFolder, Table, Tables, run_id};
//! # use serde::{Deserialize, Serialize};
//! #[derive(Serialize, Deserialize, PartialEq, Debug)]
//! struct LossRow { initializer: String, iteration: usize, loss: f64 }
//!
//! # let temporary = tempfile::tempdir()?;
//! # let path = temporary.path().join("compare");
//! let folder = ResultsFolder::open(&path)?; // made and tried before any training
//! let runs = folder.runs()?;
//! let id = run_id(&("He", 1_u64)); // whatever decides a run's result
//!
//! let rows = [LossRow { initializer: "He".into(), iteration: 0, loss: 2.31 }];
//! runs.commit(&id, &Tables::from_iter([Table::from_rows("loss", &rows)]))?;
//!
//! let Lookup::Found(tables) = runs.load(&id) else { panic!("it was just committed") };
//! assert_eq!(tables.rows::<LossRow>("loss")?, rows);
//! folder.write("loss.csv", tables.get("loss")?.to_csv())?;
//! assert_eq!(folder.read("loss.csv")?, b"initializer,iteration,loss\nHe,0,2.31\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod columns;
pub mod error;
pub mod folder;
pub mod gap;
pub mod layout;
pub mod lock;
pub mod manifest;
mod run_file;
mod run_notes;
pub mod runs;
pub mod settings_list;
pub mod table;
pub mod table_error;
pub mod tables;

pub use columns::TableColumns;
pub use error::ResultsError;
pub use folder::ResultsFolder;
pub use layout::{Found, check_name, experiment_folders};
pub use lock::FolderLock;
pub use manifest::{DataFile, Machine, Manifest, Versions};
pub use runs::{Lookup, RunStore, run_id};
pub use table::{Row, Table};
pub use table_error::TableError;
pub use tables::Tables;
