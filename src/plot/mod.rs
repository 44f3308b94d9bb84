//! Figures: plain numbers in, SVG text and PNG bytes out.
//!
//! A [`Figure`] is a grid of panels: [`Curves`], [`Histogram`], [`HeatMap`], [`DecisionMap`]. Each
//! panel turns its numbers into a list of shapes (`scene`), and one painter draws that list twice:
//! once as SVG, once as a bitmap. So both files always show the same picture.
//!
//! Not here: what an experiment or a network is, files, the clock. The same figure gives the same
//! bytes.
//!
//! Reading order: `figure` (types, layout), `curves` (the main panel), `frame` and `axis` (scales,
//! ticks, grid), `scene` (shapes), `paint` (SVG and PNG), `style` and `font` (colours, sizes, letters).

mod axis;
mod cell;
mod clip;
mod colormap;
mod curves;
mod decision;
mod figure;
mod font;
mod frame;
mod heatmap;
mod histogram;
mod key;
mod legend;
mod number;
mod paint;
mod scene;
mod style;

pub use axis::{Axis, Scale};
pub use cell::{Cell, Mark};
pub use curves::{Curves, Reference, Series};
pub use decision::DecisionMap;
pub use figure::{Figure, Panel};
pub use heatmap::HeatMap;
pub use histogram::Histogram;
pub use legend::Legend;

/// Why a figure could not be drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The figure has no panel, or one so small that nothing fits into it.
    #[error("figure `{figure}`: expected {expected}, found {found}")]
    Layout {
        /// The figure's name.
        figure: String,
        /// What would have been drawable.
        expected: &'static str,
        /// What was asked for.
        found: String,
    },
    /// The drawing library refused.
    #[error("drawing failed: {0}")]
    Drawing(String),
    /// The bitmap could not be encoded.
    #[error("cannot encode the PNG: {0}")]
    Png(#[from] png::EncodingError),
}
