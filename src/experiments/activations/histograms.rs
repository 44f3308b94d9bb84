//! Histograms by layer: one figure per pair of activation and initializer, as in the book, and all
//! pairs on one page per quantity.

use super::pair_means::{pairs, shown_layers};
use super::rows::{BinRow, LayerRow};
use crate::experiments::name_styles::NameStyles;
use crate::plot::{Axis, Bars, Figure, Panel, file_name};
use crate::text::percent;
use crate::train::layer_values::Quantity;

/// A row's axis ends below a bar that is so many times as high as any which is not the highest of
/// its panel: a spike at 0 would flatten everything beside it.
const SPIKE: f64 = 3.0;
/// The axis reaches so many times as high as the bars that are not cut.
const ROOM: f64 = 1.05;
/// Rows of an overview; more of them are spread over pages.
const ROWS: usize = 16;

/// Every figure with histograms.
pub fn figures(layers: &[LayerRow], bins: &[BinRow], styles: &NameStyles) -> Vec<Figure> {
    let rows: Vec<HistogramRow> = pairs(layers).flat_map(|pair| rows(pair, bins, styles)).collect();
    let mut figures = Vec::new();
    for trained in [false, true] {
        for &(_, quantity) in Quantity::NAMED {
            let page = rows.iter().filter(|row| row.trained() == trained && row.quantity == quantity);
            figures.extend(overviews(&page.collect::<Vec<_>>()));
        }
    }
    figures.extend(rows.iter().filter(|row| row.quantity == Quantity::Activation).map(HistogramRow::figure));
    figures
}

/// The histograms of one quantity of one pair at one moment, layer by layer.
struct HistogramRow<'a> {
    pair: &'a [LayerRow],
    quantity: Quantity,
    iteration: usize,
    panels: Vec<Bars>,
}

/// The rows of a pair, of its first seed: by moment, then by quantity.
fn rows<'a>(pair: &'a [LayerRow], bins: &[BinRow], styles: &NameStyles) -> Vec<HistogramRow<'a>> {
    let first = &pair[0];
    let style = styles.get(&first.initializer);
    let of_pair = |bin: &&BinRow| {
        bin.seed == first.seed && bin.activation == first.activation && bin.initializer == first.initializer
    };
    let bins: Vec<&BinRow> = bins.iter().filter(of_pair).collect();
    let layers: Vec<&LayerRow> =
        pair.iter().filter(|row| row.seed == first.seed && row.outside.is_some()).collect();
    let of_row = |row: &[&'a LayerRow]| {
        let panel = |index: usize| Bars { style, ..histogram(row[index], &bins) };
        let mut panels: Vec<Bars> = shown_layers(row.len()).into_iter().map(panel).collect();
        share_axis(&mut panels);
        drop_empty_notes(&mut panels);
        HistogramRow { pair, quantity: row[0].quantity, iteration: row[0].iteration, panels }
    };
    layers.chunk_by(|a, b| (a.iteration, a.quantity) == (b.iteration, b.quantity)).map(of_row).collect()
}

/// The histogram of one layer, in percent of its values.
fn histogram(row: &LayerRow, bins: &[&BinRow]) -> Bars {
    let here =
        |bin: &&BinRow| (bin.layer, bin.quantity, bin.iteration) == (row.layer, row.quantity, row.iteration);
    let all: Vec<&BinRow> = bins.iter().copied().filter(here).collect();
    let total = all.iter().map(|bin| bin.count as f64).sum::<f64>();
    let inner: Vec<&BinRow> =
        all.into_iter().filter(|bin| bin.low.is_finite() && bin.high.is_finite()).collect();
    let edges = inner.iter().map(|bin| bin.low).chain(inner.last().map(|bin| bin.high));
    let outside = row.outside.filter(|share| *share > 0.0);
    Bars {
        title: format!("layer {}", row.layer),
        edges: edges.collect(),
        counts: inner.iter().map(|bin| 100.0 * bin.count as f64 / total).collect(),
        note: Some(outside.map_or_else(String::new, |share| format!("{} outside", percent(share)))),
        ..Bars::default()
    }
}

/// Gives the panels of a row one vertical axis, and names in its panel a bar that does not fit.
fn share_axis(panels: &mut [Bars]) {
    let top = panels.iter().map(|panel| highest(panel, 0)).fold(0.0, f64::max);
    let body = panels.iter().map(|panel| highest(panel, 1)).fold(0.0, f64::max);
    let end = round_up(if body > 0.0 && top > SPIKE * body { ROOM * body } else { ROOM * top }).min(100.0);
    for panel in panels {
        panel.y = Axis::linear("").within(0.0, end);
        let bar = highest(panel, 0);
        if bar > end {
            let bar = format!("bar: {}", percent(bar / 100.0));
            let outside = panel.note.iter().filter(|note| !note.is_empty());
            panel.note = Some(outside.fold(bar, |bar, note| format!("{bar}, {note}")));
        }
    }
}

/// A row in which nothing has to be named keeps no room for it.
fn drop_empty_notes(panels: &mut [Bars]) {
    if panels.iter().all(|panel| panel.note.as_ref().is_none_or(String::is_empty)) {
        panels.iter_mut().for_each(|panel| panel.note = None);
    }
}

/// The highest bar of a panel but so many.
fn highest(panel: &Bars, but: usize) -> f64 {
    let mut counts = panel.counts.clone();
    counts.sort_unstable_by(f64::total_cmp);
    counts.iter().rev().nth(but).copied().unwrap_or(0.0)
}

/// The next number of one digit, for the end of an axis; 1 for 0.
fn round_up(number: f64) -> f64 {
    if number <= 0.0 {
        return 1.0;
    }
    let unit = 10f64.powf(number.log10().floor());
    (number / unit).ceil() * unit
}

impl HistogramRow<'_> {
    fn trained(&self) -> bool {
        self.iteration > 0
    }

    fn title(&self) -> String {
        format!("{}, {}", self.pair[0].activation, self.pair[0].initializer)
    }

    fn when(&self) -> String {
        if self.trained() { format!(" after {} updates", self.iteration) } else { String::new() }
    }

    /// The panels for a page that names rows and columns itself; all have the axis of the first.
    fn untitled(&self) -> impl Iterator<Item = Bars> {
        self.panels.iter().enumerate().map(|(index, panel)| {
            let mut panel = Bars { title: String::new(), ..panel.clone() };
            panel.y.blank = index > 0;
            panel
        })
    }

    /// The row by itself, as in the book.
    fn figure(&self) -> Figure {
        let LayerRow { activation, initializer, .. } = &self.pair[0];
        let trained = if self.trained() { "-trained" } else { "" };
        Figure {
            name: file_name(&format!("{activation}-{initializer}{trained}")),
            title: format!("{}: {} by layer{}", self.title(), self.quantity.symbol(), self.when()),
            columns: self.panels.len().min(5),
            panel_size: (260, 220),
            panels: self.panels.iter().cloned().map(Panel::Bars).collect(),
            notes: notes(&[self]),
            ..Figure::default()
        }
    }
}

/// All pairs of one quantity at one moment, one row each, as many pages as they need.
fn overviews(rows: &[&HistogramRow]) -> Vec<Figure> {
    let pages = rows.chunks(ROWS).enumerate();
    pages.map(|(page, shown)| overview(shown, page, rows.len().div_ceil(ROWS))).collect()
}

/// One page of an overview, from 0.
fn overview(rows: &[&HistogramRow], page: usize, pages: usize) -> Figure {
    let first = rows[0];
    let trained = if first.trained() { "_trained" } else { "" };
    let number = if page == 0 { String::new() } else { format!("_{}", page + 1) };
    let of = if pages > 1 { format!(" ({} of {pages})", page + 1) } else { String::new() };
    Figure {
        name: format!("overview_{}{trained}{number}", first.quantity),
        title: format!("Histograms by layer: {}{}{of}", first.quantity.symbol(), first.when()),
        columns: first.panels.len(),
        panel_size: (210, 94),
        panels: rows.iter().flat_map(|row| row.untitled()).map(Panel::Bars).collect(),
        column_names: first.panels.iter().map(|panel| panel.title.clone()).collect(),
        row_names: rows.iter().map(|row| row.title()).collect(),
        notes: notes(rows),
        ..Figure::default()
    }
}

/// What bars are, and what of them is not seen, where something is not.
fn notes(rows: &[&HistogramRow]) -> Vec<String> {
    let panels = || rows.iter().flat_map(|row| &row.panels);
    let cut = panels().any(|panel| panel.y.range.is_some_and(|(_, end)| highest(panel, 0) > end));
    let outside = panels().any(|panel| panel.note.as_ref().is_some_and(|note| note.ends_with("outside")));
    let remark = match (cut, outside) {
        (true, true) => " A bar too high for its panel and values outside of it are named.",
        (true, false) => " A bar too high for its panel is named.",
        (false, true) => " Values outside of a panel are named.",
        (false, false) => "",
    };
    let pair = rows[0].pair;
    let several = pair.iter().any(|row| row.seed != pair[0].seed);
    let which = several.then(|| format!("Seed {}, the first one of several.", pair[0].seed));
    [format!("Bars: % of the layer's values.{remark}")].into_iter().chain(which).collect()
}
