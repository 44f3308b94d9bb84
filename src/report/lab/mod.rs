//! The lab: one HTML page that trains networks in the browser, and asks ten questions about them.
//!
//! The page trains; what it knows from here are the data, the named initializers with the laws of their weights, and
//! the [`lessons`], whose measured causes the command computes with the engine. Read [`lessons`] for what is taught,
//! [`page`](mod@page) for the document, [`data`] for how examples get into it, [`laws`] for the initializers; the
//! scripts' own map is `js/README.md` of the report.

pub mod data;
pub mod laws;
pub mod lessons;
pub mod page;

pub use data::LabData;
pub use lessons::{LESSONS, Lesson, LessonNetwork};
pub use page::{LabPage, page};
