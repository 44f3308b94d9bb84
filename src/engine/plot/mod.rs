//! Figures: plain numbers in, SVG text and PNG bytes out.
//!
//! A [`Figure`] is a grid of panels: [`Curves`], [`Bars`], [`HeatMap`], [`DecisionMap`]. Each
//! panel turns its numbers into a list of shapes (`scene`), and two painters draw that list: `svg` as
//! text, `bitmap` as pixels. So both files always show the same picture.
//!
//! ```
//! use initlab_engine::plot::{Axis, Curves, Figure, Panel, Series};
//!
//! let loss = Series {
//!     label: "He".to_owned(),
//!     x: vec![0.0, 1.0, 2.0],
//!     y: vec![2.3, 1.1, f64::NAN], // NaN breaks the line
//!     ..Series::default()
//! };
//! let panel = Curves {
//!     x: Axis::whole("iterations"),
//!     y: Axis::linear("loss, nats"),
//!     series: vec![loss],
//!     ..Curves::default()
//! };
//! let figure = Figure::single("loss", "Training loss", Panel::Curves(panel));
//! assert!(figure.svg()?.starts_with("<svg "));
//! assert!(figure.png()?.starts_with(b"\x89PNG"));
//! assert_eq!(figure.description(), "Training loss. loss, nats over iterations. He from 2.3 to 1.1");
//! # Ok::<(), initlab_engine::plot::PlotError>(())
//! ```
//!
//! Not here: what an experiment or a network is, files, the clock. The same figure gives the same
//! bytes.
//!
//! Reading order: `figure` (types), `page` (layout), `curves` (the main panel), `frame`, `axis` and `ticks`
//! (scales, numbers, grid), `scene` (shapes), `svg` and `bitmap` (the two painters), `thin` (fewer points), `style`
//! (colours, markers, sizes), `font`. [`terminal()`](terminal) draws curves once more, as text.

mod axis;
mod bars;
mod bitmap;
mod clip;
mod colormap;
mod curves;
mod curves_layout;
mod decision;
mod describe;
mod dots;
mod draw;
mod error;
mod figure;
mod font;
mod frame;
mod geometry;
mod hatch;
mod heatmap;
mod heatmap_cell;
mod heatmap_key;
mod legend;
mod marker;
mod number;
mod page;
mod scene;
mod series;
mod style;
mod svg;
mod terminal;
mod thin;
mod ticks;

pub use axis::{Axis, Scale};
pub use bars::Bars;
pub use curves::Curves;
pub use decision::DecisionMap;
pub use error::PlotError;
pub use figure::{Figure, Panel, file_name};
pub use heatmap::HeatMap;
pub use heatmap_cell::{CellMark, HeatMapCell};
pub use legend::Legend;
pub use series::{ReferenceLine, Series};
pub use style::FigureStyle;
pub use terminal::terminal;
