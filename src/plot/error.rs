//! Why a figure cannot be drawn.

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
    /// The bitmap could not be encoded.
    #[error("cannot encode the PNG: {0}")]
    Png(#[from] png::EncodingError),
}
