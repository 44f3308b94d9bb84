//! Loss curves of a sweep whose curves are kept: one line per combination of settings, seeds make
//! the band.

use super::setting::display_setting;
use crate::experiments::curves::{self, CurveGroup, NameStyles, Noise, loss_curves, notes};
use crate::experiments::raw_table::RawTable;
use crate::plot::{Curves, Figure, Panel};
use crate::results::Tables;
use crate::text::counted;

/// Lines that can be told apart in one panel; more of them are spread over panels.
const MOST_LINES: usize = 8;
/// More panels than this do not fit into one figure.
const MOST_PANELS: usize = 24;

/// The figure of `loss.csv`; `None` where the curves were left in `runs/`.
pub fn figure(tables: &Tables) -> Option<Figure> {
    let groups = groups(&RawTable::of(tables.get("loss").ok()?));
    if groups.is_empty() {
        return None;
    }
    let panels = panels(groups);
    let shown = &panels[..panels.len().min(MOST_PANELS)];
    let all: Vec<CurveGroup> = shown.iter().flat_map(|(_, groups)| groups.clone()).collect();
    let styles = NameStyles::of(all.iter().map(|group| group.name.as_str()));
    let mut notes = notes(&all, Noise::MiniBatches);
    if panels.len() > shown.len() {
        let more = counted(panels.len() - shown.len(), "more panel");
        notes.push(format!("Not drawn: {more}; loss.csv has all curves."));
    }
    let several = shown.len() > 1;
    Some(Figure {
        name: "loss".to_owned(),
        title: "Training loss by setting".to_owned(),
        columns: (shown.len() as f64).sqrt().ceil() as usize,
        panel_size: if several { (560, 400) } else { (900, 600) },
        panels: shown.iter().map(|titled| Panel::Curves(panel(titled, &styles, several))).collect(),
        notes,
        shared_legend: several,
        ..Figure::default()
    })
}

/// Title of a panel and its lines.
type TitledGroups = (String, Vec<CurveGroup>);

/// The curves of one combination of settings.
struct SettingCurves {
    settings: Vec<String>,
    group: CurveGroup,
}

fn panel((title, groups): &TitledGroups, styles: &NameStyles, several: bool) -> Curves {
    let mut panel = loss_curves(groups, styles, Noise::MiniBatches);
    if several {
        curves::name_only(&mut panel.series, groups);
    }
    Curves { title: title.clone(), ..panel }
}

/// One panel if the lines can be told apart, else one per combination of all settings but the first.
fn panels(points: Vec<SettingCurves>) -> Vec<TitledGroups> {
    if points.len() <= MOST_LINES {
        return vec![(
            String::new(),
            points.into_iter().map(|point| named(point.group, point.settings.join(", "))).collect(),
        )];
    }
    let mut panels: Vec<TitledGroups> = Vec::new();
    for SettingCurves { mut settings, group } in points {
        let line = if settings.is_empty() { String::new() } else { settings.remove(0) };
        let title = settings.join(", ");
        let group = named(group, line);
        match panels.iter_mut().find(|panel| panel.0 == title) {
            Some(panel) => panel.1.push(group),
            None => panels.push((title, vec![group])),
        }
    }
    panels
}

fn named(group: CurveGroup, name: String) -> CurveGroup {
    CurveGroup { label: name.clone(), name, ..group }
}

/// Between the settings of a row in the name by which its run is found.
const BETWEEN: char = '\u{1f}';

/// Groups rows by everything but the seed, in order of appearance.
fn groups(table: &RawTable) -> Vec<SettingCurves> {
    let [Some(seed), Some(iteration), Some(loss)] =
        ["seed", "iteration", "loss"].map(|name| table.column(name))
    else {
        return Vec::new();
    };
    let names: Vec<String> = table.rows.iter().map(|row| row[..seed].join(&BETWEEN.to_string())).collect();
    // What cannot be read as a number ends the curve like a loss that is none.
    let numbers = table.rows.iter().map(|row| {
        let loss = row[loss].parse().unwrap_or(f64::NAN);
        (row[seed].parse().unwrap_or(0), row[iteration].parse().unwrap_or(0), loss)
    });
    let rows = names
        .iter()
        .zip(numbers)
        .map(|(name, (seed, iteration, loss))| (name.as_str(), seed, iteration, loss));
    let with_settings = |group: CurveGroup| {
        let settings = table.header.iter().zip(group.name.split(BETWEEN));
        let settings = settings.map(|(key, text)| display_setting(key, text)).collect();
        SettingCurves { settings, group }
    };
    curves::groups(rows).into_iter().map(with_settings).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Table;

    #[test]
    fn seeds_make_one_line_and_settings_another() {
        let csv = "initializer,depth,seed,iteration,loss\nHe,2,1,0,1\nHe,2,1,1,2\nHe,2,2,0,3\nHe,5,1,0,4\n";
        let points = groups(&RawTable::of(&Table::parse("loss", csv.as_bytes()).unwrap()));
        let losses = |point: &SettingCurves| -> Vec<Vec<f64>> {
            point.group.runs.iter().map(|run| run.losses.clone()).collect()
        };
        let found: Vec<_> = points.iter().map(|point| (point.settings.join(", "), losses(point))).collect();
        let expected = [
            ("He, depth 2".to_owned(), vec![vec![1.0, 2.0], vec![3.0]]),
            ("He, depth 5".to_owned(), vec![vec![4.0]]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn many_lines_are_spread_over_panels() {
        let group = || curves::groups([("", 1, 0, 1.0)].into_iter()).remove(0);
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
