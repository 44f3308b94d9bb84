//! A figure laid out: title, subtitle, shared legend, names of rows and columns, panels, notes.

use super::error::PlotError;
use super::figure::{Figure, Panel};
use super::font::{text_width, wrap, wrap_into};
use super::frame::PanelArea;
use super::geometry::Rect;
use super::legend::{self, LegendEntry, LegendSample};
use super::scene::{Scene, Text};
use super::style::{FigureStyle, MOST_PIXELS, MUTED, Marker, PageSizes};

/// The smallest panel in which axes and some data find room.
const SMALLEST: (f64, f64) = (120.0, 90.0);
/// Width and height of a figure for a screen; it grows in this ratio where its panels need more.
const SCREEN: (f64, f64) = (1280.0, 720.0);
/// The smallest panel on a screen.
const SMALLEST_ON_SCREEN: (f64, f64) = (300.0, 190.0);

/// The places of everything in a figure.
pub(super) struct Page<'a> {
    figure: &'a Figure,
    sizes: PageSizes,
    title: Vec<String>,
    subtitle: Vec<String>,
    legend: Vec<Vec<LegendEntry>>,
    notes: Vec<String>,
    width: f64,
    panel: (f64, f64),
}

impl<'a> Page<'a> {
    /// Lays a figure out. Errors name the figure.
    pub fn new(figure: &'a Figure) -> Result<Self, PlotError> {
        check(figure)?;
        let page = match figure.style {
            FigureStyle::Paper => Self::for_paper(figure),
            FigureStyle::Talk => Self::for_screen(figure),
        };
        let (across, down) = (page.width, page.height());
        if across.max(down) > MOST_PIXELS {
            return Err(refused(figure, "at most 6000 pixels per side", format!("{across:.0} × {down:.0}")));
        }
        Ok(page)
    }

    /// As large as its panels ask for.
    fn for_paper(figure: &'a Figure) -> Self {
        let (width, height) = (f64::from(figure.panel_size.0), f64::from(figure.panel_size.1));
        let columns = columns(figure) as f64;
        let panel = (width, height);
        Self { panel, ..Self::of_width(figure, names_width(figure) + columns * width) }
    }

    /// 16:9, as small as its panels allow.
    fn for_screen(figure: &'a Figure) -> Self {
        let (columns, rows) = (columns(figure) as f64, rows(figure) as f64);
        let names = names_width(figure);
        let wanted = (names + columns * SMALLEST_ON_SCREEN.0, rows * SMALLEST_ON_SCREEN.1);
        let growth = (wanted.0 / SCREEN.0).max(wanted.1 / (0.75 * SCREEN.1)).max(1.0);
        let page = Self::of_width(figure, growth * SCREEN.0);
        let room = growth * SCREEN.1 - page.header() - page.footer();
        let panel = ((page.width - names) / columns, (room / rows).max(SMALLEST.1));
        Self { panel, ..page }
    }

    fn of_width(figure: &'a Figure, width: f64) -> Self {
        let sizes = figure.style.page_sizes();
        let room = width - 4.0 * sizes.margin;
        let lines = |text: &String| wrap(text, room, sizes.note, false);
        Self {
            title: wrap_into(MOST_LINES, &figure.title, room, sizes.title, true),
            subtitle: lines(&figure.subtitle),
            legend: legend::rows(&shared_entries(figure), room, sizes.legend),
            notes: figure.notes.iter().flat_map(lines).collect(),
            figure,
            sizes,
            width,
            panel: (0.0, 0.0),
        }
    }

    fn height(&self) -> f64 {
        self.header() + rows(self.figure) as f64 * self.panel.1 + self.footer()
    }

    /// Width and height in whole pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width.ceil() as u32, self.height().ceil() as u32)
    }

    /// The heights of title, subtitle, legend and names of columns, each with its leading.
    fn header_parts(&self) -> [f64; 4] {
        let PageSizes { title, note, leading, legend, .. } = self.sizes;
        let title = self.title.len() as f64 * leading * title;
        let names = if self.figure.column_names.is_empty() { 0.0 } else { leading * note };
        let subtitle = self.subtitle.len() as f64 * leading * note;
        [title, subtitle, self.legend.len() as f64 * legend::row_height(legend), names]
    }

    /// The height above the panels; 0 where nothing stands there.
    fn header(&self) -> f64 {
        let height: f64 = self.header_parts().iter().sum();
        if height > 0.0 { self.sizes.margin + height } else { 0.0 }
    }

    /// The height of the notes below the panels; 0 without notes.
    fn footer(&self) -> f64 {
        let PageSizes { margin, note, leading, .. } = self.sizes;
        if self.notes.is_empty() { 0.0 } else { margin + self.notes.len() as f64 * leading * note }
    }

    /// Everything that is to be drawn.
    pub fn scene(&self) -> Scene {
        let mut scene = Scene::default();
        self.draw_header(&mut scene);
        self.draw_names(&mut scene);
        let columns = columns(self.figure);
        let left: Vec<f64> = (0..columns).map(|column| self.left_room(column)).collect();
        for (i, panel) in self.figure.panels.iter().enumerate() {
            panel.draw(&mut scene, PanelArea { left: left[i % columns], ..self.panel_area(i) });
        }
        self.draw_notes(&mut scene);
        scene
    }

    fn panel_area(&self, i: usize) -> PanelArea {
        let (area, margin) = (self.area(i), self.sizes.margin);
        let above = if self.figure.row_names.is_empty() { margin } else { NAMED_ROWS * margin };
        let rect = Rect { top: area.top + above, bottom: area.bottom - above, ..area.inset(margin) };
        let shared_legend = self.figure.shared_legend;
        PanelArea { shared_legend, ..PanelArea::new(rect, self.figure.style.sizes(rect)) }
    }

    /// The room at the left of the data in every panel of a column.
    fn left_room(&self, column: usize) -> f64 {
        let panels = self.figure.panels.iter().enumerate().skip(column).step_by(columns(self.figure));
        panels.map(|(i, panel)| panel.left_room(self.panel_area(i))).fold(0.0, f64::max)
    }

    fn draw_header(&self, scene: &mut Scene) {
        let PageSizes { margin, title, note, leading, legend, .. } = self.sizes;
        let ([title_height, subtitle_height, ..], middle) = (self.header_parts(), self.width / 2.0);
        for (i, line) in self.title.iter().enumerate() {
            let at = (middle, margin + (i as f64 * leading + 0.6) * title);
            scene.text(Text { bold: true, ..Text::new(line, at, title).centered() });
        }
        for (i, line) in self.subtitle.iter().enumerate() {
            let y = margin + title_height + (i as f64 + 0.4) * leading * note;
            scene.text(Text::new(line, (middle, y), note).color(MUTED).centered());
        }
        for (i, row) in self.legend.iter().enumerate() {
            let y = margin + title_height + subtitle_height + (i as f64 + 0.5) * legend::row_height(legend);
            legend::draw_row(scene, row, (middle, y), legend);
        }
    }

    /// The names of columns above their first panels, those of rows to the left of them.
    fn draw_names(&self, scene: &mut Scene) {
        let PageSizes { margin, note, leading, .. } = self.sizes;
        let bold = |name: &str, at| Text { bold: true, ..Text::new(name, at, note) };
        for (i, name) in self.figure.column_names.iter().enumerate().take(columns(self.figure)) {
            let x = names_width(self.figure) + (i as f64 + 0.5) * self.panel.0;
            let y = self.header() - 0.3 * leading * note;
            scene.text(bold(name, (x, y)).centered().within(self.panel.0));
        }
        for (i, name) in self.figure.row_names.iter().enumerate().take(rows(self.figure)) {
            let middle = self.header() + (i as f64 + 0.5) * self.panel.1;
            let lines = name_lines(self.figure, name);
            for (line, words) in lines.iter().enumerate() {
                let y = middle + (line as f64 - 0.5 * (lines.len() - 1) as f64) * 1.2 * note;
                scene.text(bold(words, (margin, y)));
            }
        }
    }

    fn draw_notes(&self, scene: &mut Scene) {
        let PageSizes { margin, note, leading, .. } = self.sizes;
        for (i, line) in self.notes.iter().enumerate() {
            let y = self.height() - self.footer() + (i as f64 + 0.5) * leading * note;
            scene.text(Text::new(line, (2.0 * margin, y), note).color(MUTED));
        }
    }

    /// The area of panel `i`.
    fn area(&self, i: usize) -> Rect {
        let ((width, height), columns) = (self.panel, columns(self.figure));
        let left = names_width(self.figure) + (i % columns) as f64 * width;
        let top = self.header() + (i / columns) as f64 * height;
        Rect { left, top, right: left + width, bottom: top + height }
    }
}

fn check(figure: &Figure) -> Result<(), PlotError> {
    if figure.panels.is_empty() || figure.columns == 0 {
        let found = format!("{} in {} columns", figure.panels.len(), figure.columns);
        return Err(refused(figure, "at least one panel and one column", found));
    }
    let (width, height) = figure.panel_size;
    if f64::from(width) < SMALLEST.0 || f64::from(height) < SMALLEST.1 {
        return Err(refused(figure, "panels of at least 120 × 90 pixels", format!("{width} × {height}")));
    }
    Ok(())
}

fn refused(figure: &Figure, expected: &'static str, found: String) -> PlotError {
    PlotError::Layout { figure: figure.name.clone(), expected, found }
}

fn columns(figure: &Figure) -> usize {
    figure.columns.min(figure.panels.len())
}

fn rows(figure: &Figure) -> usize {
    figure.panels.len().div_ceil(columns(figure))
}

/// The room for the names of rows and the paper after it; none without names.
fn names_width(figure: &Figure) -> f64 {
    if figure.row_names.is_empty() {
        return 0.0;
    }
    name_width(figure) + figure.style.page_sizes().margin
}

/// As wide as the longest word of a name of a row, up to a limit.
fn name_width(figure: &Figure) -> f64 {
    let sizes = figure.style.page_sizes();
    let words = figure.row_names.iter().flat_map(|name| name.split_whitespace());
    let letters = |word: &str| word.chars().take(LONGEST_WORD).collect::<String>();
    let widest = words.map(|word| text_width(&letters(word), sizes.note, true)).fold(sizes.names, f64::max);
    widest.min(WIDEST_NAME * sizes.note)
}

/// The widest column of names of rows, in text sizes.
const WIDEST_NAME: f64 = 16.0;
/// So many letters are wider than that.
const LONGEST_WORD: usize = 80;
/// What is left of the margin above and below a panel where rows have names: they are read across.
const NAMED_ROWS: f64 = 0.25;
/// Lines of a title, and of the name of a row.
const MOST_LINES: usize = 4;

fn name_lines(figure: &Figure, name: &str) -> Vec<String> {
    wrap_into(MOST_LINES, name, name_width(figure) + 0.01, figure.style.page_sizes().note, true)
}

/// Each name once, in the order in which panels have them.
fn shared_entries(figure: &Figure) -> Vec<LegendEntry> {
    let mut entries: Vec<LegendEntry> = Vec::new();
    if !figure.shared_legend {
        return entries;
    }
    for entry in figure.panels.iter().flat_map(Panel::entries) {
        if !entries.iter().any(|known| known.label == entry.label) {
            entries.push(entry);
        }
    }
    if figure.panels.iter().any(Panel::has_exits) {
        let (label, marker) = ("leaves the axis".to_owned(), Some(Marker::TriangleUp));
        entries.push(LegendEntry { label, color: MUTED, marker, sample: LegendSample::Nothing });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::super::bars::Bars;
    use super::*;

    fn figure(columns: usize, panel_size: (u32, u32), panels: usize) -> Figure {
        let panels = vec![Panel::Bars(Bars::default()); panels];
        Figure { name: "loss".to_owned(), columns, panel_size, panels, ..Figure::default() }
    }

    #[test]
    fn impossible_layouts_are_refused_by_name() {
        let odd = [(0, (300, 200), 1), (1, (300, 200), 0), (1, (3, 200), 1), (9, (900, 600), 9)];
        for (columns, size, panels) in odd {
            let error = Page::new(&figure(columns, size, panels)).err().unwrap().to_string();
            assert!(error.starts_with("figure `loss`: expected "), "{error}");
        }
        assert_eq!(Page::new(&figure(3, (300, 200), 5)).unwrap().size(), (900, 400));
    }

    #[test]
    fn a_figure_for_a_screen_is_sixteen_to_nine() {
        for (columns, panels) in [(1, 1), (3, 9), (5, 60)] {
            let talk = Figure {
                style: FigureStyle::Talk,
                title: "Title".to_owned(),
                subtitle: "MNIST ".repeat(60),
                ..figure(columns, (250, 150), panels)
            };
            let (width, height) = Page::new(&talk).unwrap().size();
            assert!((f64::from(width) / f64::from(height) - 16.0 / 9.0).abs() < 0.01, "{width} × {height}");
        }
    }

    #[test]
    fn names_take_room_at_the_left_and_above() {
        let plain = figure(2, (250, 150), 4);
        let named = Figure {
            row_names: vec!["sigmoid, std=0.01".to_owned(), "tanh, He".to_owned()],
            column_names: vec!["layer 1".to_owned(), "layer 2".to_owned()],
            ..plain.clone()
        };
        let (plain, named) = (Page::new(&plain).unwrap(), Page::new(&named).unwrap());
        assert!(named.size().0 > plain.size().0 && named.size().1 > plain.size().1);
        assert!(named.area(0).left > plain.area(0).left);
        let words = |page: &Page| page.scene().shapes.len();
        assert!(words(&named) > words(&plain));
    }
}
