//! Loss curves of a sweep whose curves are kept: one line per combination of settings, seeds make
//! the band.

use super::setting::display_setting;
use crate::experiments::curves::{Group, loss_curves, notes};
use crate::experiments::raw_table::RawTable;
use crate::plot::{Figure, Panel};
use crate::results::Tables;

/// Lines that can be told apart in one panel; more of them are spread over panels.
const MOST_LINES: usize = 8;
/// More panels than this do not fit into one figure.
const MOST_PANELS: usize = 24;

/// The figure of `loss.csv`; `None` where the curves were left in `runs/`.
pub fn figure(tables: &Tables) -> Option<Figure> {
    let table = tables.get("loss").ok()?;
    let sheet = RawTable::of(table);
    let groups = groups(&sheet);
    if groups.is_empty() {
        return None;
    }
    let panels = panels(groups);
    let shown = &panels[..panels.len().min(MOST_PANELS)];
    let mut figure = Figure::single("loss", Panel::Curves(panel(&shown[0])));
    figure.panels = shown.iter().map(|named| Panel::Curves(panel(named))).collect();
    figure.columns = (shown.len() as f64).sqrt().ceil() as usize;
    if shown.len() > 1 {
        figure.panel_size = (560, 400);
    }
    figure.notes = notes(&shown.iter().flat_map(|(_, groups)| groups.clone()).collect::<Vec<_>>());
    if panels.len() > shown.len() {
        figure.notes.push(format!(
            "{} more panels are not drawn; loss.csv has all curves.",
            panels.len() - shown.len()
        ));
    }
    Some(figure)
}

/// Title of a panel and its lines.
type TitledGroups = (String, Vec<Group>);

/// The curves of one combination of settings.
struct SettingCurves {
    settings: Vec<String>,
    group: Group,
}

fn panel((title, groups): &TitledGroups) -> crate::plot::Curves {
    let mut curves = loss_curves(groups);
    curves.title.clone_from(title);
    curves
}

/// One panel if the lines can be told apart, else one per combination of all settings but the first.
fn panels(points: Vec<SettingCurves>) -> Vec<TitledGroups> {
    if points.len() <= MOST_LINES {
        let named = |point: SettingCurves| Group { label: point.settings.join(", "), ..point.group };
        return vec![(String::new(), points.into_iter().map(named).collect())];
    }
    let mut panels: Vec<TitledGroups> = Vec::new();
    for SettingCurves { mut settings, group } in points {
        let line = if settings.is_empty() { String::new() } else { settings.remove(0) };
        let title = settings.join(", ");
        let group = Group { label: line, ..group };
        match panels.iter_mut().find(|panel| panel.0 == title) {
            Some(panel) => panel.1.push(group),
            None => panels.push((title, vec![group])),
        }
    }
    panels
}

/// Groups rows by everything but the seed, in order of appearance.
fn groups(sheet: &RawTable) -> Vec<SettingCurves> {
    let (Some(seed), Some(loss)) = (sheet.column("seed"), sheet.column("loss")) else { return Vec::new() };
    let mut points: Vec<SettingCurves> = Vec::new();
    for run in sheet.rows.chunk_by(|a, b| a[..=seed] == b[..=seed]) {
        let settings =
            sheet.header.iter().zip(&run[0][..seed]).map(|(key, text)| display_setting(key, text)).collect();
        // What cannot be read as a number ends the curve like a loss that is none.
        let curve = run.iter().map(|row| row[loss].parse().unwrap_or(f64::NAN)).collect();
        match points.iter_mut().find(|point| point.settings == settings) {
            Some(point) => point.group.curves.push(curve),
            None => {
                points.push(SettingCurves {
                    settings,
                    group: Group { label: String::new(), curves: vec![curve] },
                });
            }
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Table;

    #[test]
    fn seeds_make_one_line_and_settings_another() {
        let csv = "initializer,depth,seed,iteration,loss\nHe,2,1,0,1\nHe,2,1,1,2\nHe,2,2,0,3\nHe,5,1,0,4\n";
        let points = groups(&RawTable::of(&Table::parse("loss", csv.as_bytes()).unwrap()));
        let found: Vec<_> =
            points.iter().map(|point| (point.settings.join(", "), &point.group.curves[..])).collect();
        let expected = [
            ("He, depth 2".to_owned(), &[vec![1.0, 2.0], vec![3.0]][..]),
            ("He, depth 5".to_owned(), &[vec![4.0]][..]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn many_lines_are_spread_over_panels() {
        let group = || Group { label: String::new(), curves: vec![vec![1.0]] };
        let point = |line: usize, panel: usize| SettingCurves {
            settings: vec![format!("init {line}"), format!("depth {panel}")],
            group: group(),
        };
        let points = || (0..3).flat_map(|line| (0..4).map(move |panel| (line, panel)));
        let named = panels(points().map(|(line, panel)| point(line, panel)).collect());
        assert_eq!(named.len(), 4);
        assert!(named.iter().all(|(_, lines)| lines.len() == 3 && lines[1].label == "init 1"));
        assert_eq!(panels(points().take(8).map(|(line, panel)| point(line, panel)).collect()).len(), 1);
    }
}
