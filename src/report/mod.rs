//! The page: everything that a results folder holds, explained, as one self-contained HTML file.
//!
//! Rows and settings in, a text out: nothing here sees a network, a file, a clock or an address. Every
//! figure is in the page as SVG and reads without JavaScript; the scripts in `js/` draw the same rows
//! once more, so that they can be questioned. The page requests nothing, and its content security
//! policy forbids it to.
//!
//! Read in this order: [`section`] (one folder's results), [`page`](mod@page) (the document), [`typed_command`]
//! (what was typed), [`table_view`]
//! and [`answer_view`] (tables and explanations as HTML), [`section_data`] with [`chart_data`] and [`table_data`] (what
//! the scripts read), [`embed`] (how foreign text and our scripts get into a page safely), [`chapter`] (what the book
//! says beside ours), [`lab`] (the page that trains). `js/README.md` is the scripts' own map.
//!
//! The command reads the files, makes one [`Section`] per folder and calls [`page()`]:
//!
//! ```
//! use initlab::experiments::compare::Compare;
//! use initlab::report::{ReportedExperiment, Section, page};
//! use initlab::results::Tables;
//!
//! let section = Section {
//!     folder: "compare".to_owned(),
//!     experiment: ReportedExperiment::of::<Compare>(),
//!     manifest: None,
//!     tables: Tables::new(),
//!     introduction: None,
//!     problems: vec!["compare/run.json: it breaks off".to_owned()],
//! };
//! let html = page("My results", None, &[section], &[]);
//! assert!(html.starts_with("<!DOCTYPE html>") && html.contains("it breaks off"));
//! ```

pub mod answer_view;
pub mod chapter;
pub mod chart_data;
pub mod embed;
pub mod lab;
pub mod page;
pub mod section;
pub mod section_data;
pub mod table_data;
pub mod table_view;
pub mod typed_command;
pub mod words;

pub use page::page;
pub use section::{ReportedExperiment, Section};
