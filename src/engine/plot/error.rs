//! Errors of figures.

/// A figure that could not be drawn. The text names it, what was expected and what was found:
///
/// ```text
/// figure `loss`: expected panels of at least 120 × 90 pixels, found 100 × 600
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The figure has no panel or no column, its panels are smaller than 120 × 90 pixels, or one of its sides
    /// is longer than 6000 pixels.
    #[error("figure `{figure}`: expected {expected}, found {found}")]
    Layout {
        /// The figure's name.
        figure: String,
        /// What would have been drawable.
        expected: &'static str,
        /// What was asked for.
        found: String,
    },
    /// The bitmap could not be encoded.
    #[error("cannot encode the PNG: {0}")]
    Png(#[from] png::EncodingError),
}
