//! Tests of the whole: the engine against references, the command through its binary.

mod architecture;
mod bad_input;
mod command;
mod compare;
mod dependencies;
#[cfg(not(feature = "f64"))] // the table of twelve networks was made in single precision
mod diagnosis;
mod documents;
mod draw;
mod explanations;
mod fault_table;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod figures;
mod file_cycles;
mod formats;
mod gradients;
mod looks;
mod memory;
mod model_files;
#[cfg(feature = "f64")]
mod network_cases;
#[cfg(unix)]
mod odd_tables;
mod own_data;
mod page_cases;
#[cfg(unix)]
mod promises;
mod readers;
mod recommend;
mod reference;
mod replay;
mod sweep;
#[cfg(unix)]
mod tiny;
#[cfg(unix)]
mod verbs;
