//! How the tables of `sweep` are drawn: the heat map, and the loss curves where they are kept.

use super::{curves, heatmap};
use crate::plot::Figure;
use crate::results::{TableError, Tables};

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    Ok([heatmap::figure(tables)?, curves::figure(tables)].into_iter().flatten().collect())
}
