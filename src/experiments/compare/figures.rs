//! How the tables of `compare` are drawn: the loss of every iteration, one curve per initializer.

use super::rows::LossRow;
use crate::experiments::curves::{groups, loss_curves, notes};
use crate::plot::{Figure, Panel};
use crate::results::{TableError, Tables};

/// Every figure of the experiment.
pub fn figures(tables: &Tables) -> Result<Vec<Figure>, TableError> {
    let rows = tables.rows::<LossRow>("loss")?;
    let groups = groups(rows.iter().map(|row| (row.initializer.as_str(), row.seed, f64::from(row.loss))));
    let mut figure = Figure::single("loss", Panel::Curves(loss_curves(&groups)));
    figure.notes = notes(&groups);
    Ok(vec![figure])
}
