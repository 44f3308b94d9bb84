//! How the tables of `sweep` are drawn: the heat map, the loss curves where they are kept, final loss over
//! travel.

use super::{curves, heatmap, travel};
use crate::plot::Figure;
use crate::results::{TableError, Tables};

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    let figures = [heatmap::figure(tables)?, curves::figure(tables), travel::figure(tables)?];
    Ok(figures.into_iter().flatten().collect())
}
