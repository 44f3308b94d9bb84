//! A figure drawn: as SVG text, as a PNG, both of the same shapes.

use super::error::PlotError;
use super::figure::Figure;
use super::page::Page;
use super::scene::Scene;
use super::thin::thinned;
use super::{bitmap, svg};

impl Figure {
    /// The figure as an SVG document, with its title and description.
    ///
    /// # Errors
    /// [`PlotError::Layout`], which names the figure.
    pub fn svg(&self) -> Result<String, PlotError> {
        let page = Page::new(self)?;
        Ok(self.document(&page.scene(), page.size()))
    }

    /// The same with no more points on a line than can be seen, for a page with many figures.
    ///
    /// # Errors
    /// As for [`svg`](Self::svg).
    pub fn svg_for_screen(&self) -> Result<String, PlotError> {
        let page = Page::new(self)?;
        Ok(self.document(&thinned(page.scene()), page.size()))
    }

    fn document(&self, scene: &Scene, size: (u32, u32)) -> String {
        let title = if self.title.is_empty() { &self.name } else { &self.title };
        svg::document(scene, size, title, &self.description())
    }

    /// The figure as a PNG file, twice as wide and high as the SVG's nominal size.
    ///
    /// # Errors
    /// [`PlotError::Layout`] as for [`svg`](Self::svg), [`PlotError::Png`] if the pixels cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, PlotError> {
        let page = Page::new(self)?;
        bitmap::png(&page.scene(), page.size())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, Bars, CellMark, Curves, DecisionMap, HeatMap, HeatMapCell, Panel, Series};
    use super::*;

    fn series(label: &str, style: usize, y: &[f64]) -> Series {
        Series {
            label: label.to_owned(),
            style,
            x: (0..y.len()).map(|i| i as f64).collect(),
            y: y.to_vec(),
            ..Series::default()
        }
    }

    fn curves(series: Vec<Series>) -> Figure {
        let curves = Curves {
            title: "Kopf & <Fuß>".to_owned(),
            x: Axis::linear("iterations"),
            y: Axis::linear("loss").within(0.0, 2.5),
            series,
            ..Curves::default()
        };
        small(Panel::Curves(curves))
    }

    fn small(panel: Panel) -> Figure {
        Figure { panel_size: (200, 150), ..Figure::single("small", "", panel) }
    }

    /// One figure of each kind.
    fn kinds() -> [Figure; 4] {
        let histogram = Bars { edges: vec![0.0, 0.5, 1.0], counts: vec![3.0, 4.0], ..Bars::default() };
        let cell = HeatMapCell { value: 0.5, text: "50 %".to_owned(), mark: Some(CellMark::Stalled) };
        let heat_map = HeatMap { cells: vec![vec![cell]], ..HeatMap::default() };
        let decision = DecisionMap {
            x_range: (-1.0, 1.0),
            y_range: (-1.0, 1.0),
            columns: 2,
            rows: 2,
            values: vec![0.1, 0.9, 0.4, 0.7],
            points: vec![(0.0, 0.0, 1)],
            ..DecisionMap::default()
        };
        [
            curves(vec![series("He", 0, &[2.0, 1.0, 0.5])]),
            small(Panel::Bars(histogram)),
            small(Panel::HeatMap(heat_map)),
            small(Panel::DecisionMap(decision)),
        ]
    }

    fn count(figure: &Figure, start: &str) -> usize {
        figure.svg().unwrap().lines().filter(|line| line.contains(start)).count()
    }

    /// Lines in the colour of the first series.
    const FIRST: &str = "stroke=\"#0072b2\"";

    #[test]
    fn every_kind_gives_the_same_bytes_twice_and_a_png_of_twice_the_size() {
        for figure in kinds() {
            let (svg, png) = (figure.svg().unwrap(), figure.png().unwrap());
            assert_eq!(svg, figure.svg().unwrap());
            assert_eq!(png, figure.png().unwrap());
            assert!(svg.contains("width=\"200\" height=\"150\"") && svg.ends_with("</svg>\n"));
            let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            assert_eq!(reader.info().size(), (400, 300));
            assert_eq!(pixels[..3], [255; 3]);
            assert!(pixels.iter().any(|&value| value < 128));
        }
    }

    #[test]
    fn the_svg_carries_every_label_as_text() {
        let svg = curves(vec![series("He", 0, &[2.0, 1.0])]).svg().unwrap();
        for text in
            ["iterations", "loss", "He", "Kopf &amp; &lt;Fuß&gt;", "0.0", "<title id=\"title\">small</title>"]
        {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn values_that_are_not_numbers_break_the_line() {
        let whole = curves(vec![series("", 0, &[2.0, 1.5, 1.2, 1.0, 0.5])]);
        let broken = curves(vec![series("", 0, &[2.0, 1.5, f64::NAN, 1.0, 0.5])]);
        let nothing = curves(vec![series("", 0, &[f64::NAN, f64::INFINITY])]);
        let lines = [whole, broken, nothing].map(|figure| count(&figure, FIRST));
        assert_eq!(lines, [1, 2, 0]);
    }

    #[test]
    fn a_curve_that_leaves_the_axis_says_so() {
        let large = |figure: Figure| Figure { panel_size: (600, 400), ..figure };
        let remark = |y: &[f64]| count(&large(curves(vec![series("He", 0, y)])), "He (leaves the axis)");
        assert_eq!(remark(&[2.0, 2.5, 0.0]), 0);
        assert_eq!(remark(&[2.0, 2.6, 2.0]), 1);
        assert_eq!(remark(&[9.0, 9.0]), 1);
    }

    #[test]
    fn raw_values_bands_and_markers_are_drawn() {
        let plain = series("", 0, &[2.0, 1.0, 0.5]);
        let rich = Series {
            raw: Some(vec![2.1, 0.9, 0.6]),
            band: Some((vec![1.9, 0.8, 0.4], vec![2.1, 1.2, 0.6])),
            markers: Some(2),
            ..plain.clone()
        };
        let (plain, rich) = (curves(vec![plain]), curves(vec![rich]));
        assert_eq!(count(&rich, "<polyline") - count(&plain, "<polyline"), 1);
        assert_eq!(count(&rich, "fill-opacity=\"0.2\""), 1);
        // Two markers, each with a rim.
        assert_eq!(count(&rich, "<circle"), 4);
    }
}
