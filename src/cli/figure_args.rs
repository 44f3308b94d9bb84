//! What can be asked of figures, with every experiment and with `plot`.

use super::print::{raw_to_stdout, to_stderr};
use crate::data::known_data_set;
use crate::plot::{Figure, FigureStyle, Panel, terminal};
use crate::results::Manifest;
use crate::results::layout::has_extension;
use clap::Args;
use std::io::IsTerminal;
use std::path::Path;
use std::process::{Command, Stdio};

/// How figures look, and whether they are opened.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Figures")]
pub struct FigureArgs {
    /// Title of the figures instead of their own, which then stands below it.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// What figures are for: paper, or talk (16:9, larger type).
    #[arg(long, value_name = "NAME", default_value = "paper", value_parser = style)]
    pub style: FigureStyle,
    /// Open the first figure in the system's viewer.
    #[arg(long)]
    pub open: bool,
}

fn style(text: &str) -> Result<FigureStyle, String> {
    let names = FigureStyle::NAMED.map(|(name, _)| name).join(" or ");
    let found = FigureStyle::NAMED.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, style)| style).ok_or_else(|| format!("expected {names}"))
}

impl FigureArgs {
    /// Gives figures their style, their title and the line below it.
    pub fn apply(&self, figures: &mut [Figure], manifest: &Manifest) {
        let parts = [data_name(manifest).unwrap_or_default(), manifest.caption.clone()];
        let caption = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        for figure in figures {
            figure.style = self.style;
            figure.subtitle.clone_from(&caption);
            if let Some(title) = &self.title {
                let own = std::mem::replace(&mut figure.title, title.clone());
                let parts = [own, caption.clone()];
                figure.subtitle =
                    parts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
            }
        }
    }

    /// Opens the first bitmap of a folder's new files, if that is asked for.
    pub fn open_first<'a>(&self, folder: &Path, mut names: impl Iterator<Item = &'a String>) {
        let first = names.find(|name| has_extension(name, "png"));
        first.filter(|_| self.open).into_iter().for_each(|name| open_file(&folder.join(name)));
    }
}

/// Prints a figure of one panel of curves, if standard output is a terminal that is wide enough.
pub fn print_figure(figure: &Figure) {
    let width = terminal_size::terminal_size().map_or(0, |(width, _)| usize::from(width.0));
    if let [Panel::Curves(curves)] = &figure.panels[..]
        && std::io::stdout().is_terminal()
        && let Some(text) = terminal(curves, width, colored())
    {
        raw_to_stdout(&format!("\n{text}"));
    }
}

/// Whether a terminal is to show colours: not with a value in `NO_COLOR` (no-color.org), nor without the skill.
fn colored() -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb")
}

/// The name of a known data set, of another one that of its file or folder; `None` for made-up data.
fn data_name(manifest: &Manifest) -> Option<String> {
    let sums: Vec<&str> = manifest.data.iter().map(|file| file.sha256.as_str()).collect();
    let known = known_data_set(&sums);
    let place = Path::new(&manifest.data_path).file_name().map(|name| name.to_string_lossy().into_owned());
    known.map(str::to_owned).or(place)
}

/// Hands a file to the system's viewer and does not wait for it; one that cannot be started is told, not an error.
pub fn open_file(file: &Path) {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(problem) = command.spawn() {
        to_stderr(&format!("{} could not be opened: {program}: {problem}", file.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_takes_the_place_of_the_own_one_which_stands_below_it() {
        let own = || [Figure { title: "Loss".to_owned(), ..Figure::default() }];
        let manifest = serde_json::json!({"command": [], "settings": {}, "caption": "seed 7", "runs": [], "data": [],
            "versions": {"initlab": "", "engine": 1, "precision": "", "arithmetic": "", "functions": ""},
            "machine": {"host": "", "cpu": "", "threads": 1}, "started": "", "seconds": {},
            "experiment": "compare", "complete": true, "files": [], "data_path": "data/iris.csv"});
        let manifest: Manifest = serde_json::from_value(manifest).unwrap();
        let mut plain = own();
        FigureArgs::default().apply(&mut plain, &manifest);
        assert_eq!((plain[0].title.as_str(), plain[0].subtitle.as_str()), ("Loss", "iris.csv · seed 7"));
        let mut titled = own();
        let title = Some("Week 6".to_owned());
        FigureArgs { title, style: FigureStyle::Talk, open: false }.apply(&mut titled, &manifest);
        assert_eq!(
            (titled[0].title.as_str(), titled[0].subtitle.as_str()),
            ("Week 6", "Loss · iris.csv · seed 7")
        );
        assert_eq!(titled[0].style, FigureStyle::Talk);
    }

    #[test]
    fn a_style_is_known_by_its_name() {
        assert_eq!(style("talk"), Ok(FigureStyle::Talk));
        assert_eq!(style("poster").unwrap_err(), "expected paper or talk");
    }
}
