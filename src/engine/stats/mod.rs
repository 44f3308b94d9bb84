//! Statistics: plain numbers in, plain numbers out.
//!
//! What a curve, a set of curves or a layer's values amount to. Not here: what a network or a
//! figure is, and any file. Values that do not exist (the mean of nothing, the spread of one) are
//! NaN, as in `NumPy`, or `None` where the type says so; nothing here panics on an empty slice.
//!
//! Read in this order: [`summary`] (one number from many), [`smooth`](mod@smooth) (a curve from a
//! noisy one), [`band`](mod@band) (a mean with its confidence from several curves), [`slope`] (whether a curve still falls),
//! [`verdict`](mod@verdict) (what became of a run), [`histogram`](mod@histogram) (how values are spread).

pub mod band;
pub mod histogram;
pub mod slope;
pub mod smooth;
pub mod summary;
pub mod verdict;

pub use band::{Band, BandedCurve, band, banded, pairs_needed, simultaneous_band, student_t};
pub use histogram::{BinCounts, even_edges, histogram};
pub use slope::falls;
pub use smooth::smooth;
pub use summary::{
    finite_length, first_below, label_entropy, largest_share, mean, mean_of_last, minimum, quantile, rms,
    rms_of, standard_deviation,
};
pub use verdict::{
    Ending, FINAL_ITERATIONS, STALL_MARGIN, Verdict, WORSE_MARGIN, learned_below, verdict, worse_above,
};
