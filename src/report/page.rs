//! The document: contents, a section per folder, scripts.
//!
//! From top to bottom: the title, what could not be read, the contents, one section per folder (charts, figures,
//! explanation, tables, settings and versions), the footer, the scripts. A section's data stand in it as JSON, for the
//! scripts alone.

use super::section::Section;
use super::typed_command::typed_command;
use super::words::WORDS;
use super::{answer_view, embed, section_data, table_data, table_view};
use crate::plot::Figure;
use crate::results::Table;
use crate::results::settings_list::{as_text, settings_list};
use crate::text::counted;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The whole page, as HTML. The same sections give the same bytes.
///
/// `title` heads it and names the browser's tab; `lab` is the address of a lab's page beside it, if there is one; `unreadable`
/// are the folders that could not be read, and why. An experiment whose explanation or figures cannot be made
/// from its tables has the error's text in their place.
pub fn page(title: &str, lab: Option<&str>, sections: &[Section], unreadable: &[String]) -> String {
    let script = embed::script();
    let sections = in_order(sections);
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, &embed::policy(&script)))
            body {
                a.skip href="#results" { "Skip to the results" }
                header {
                    h1 { (title) }
                    p.lead {
                        "How should this network be initialized, and why?"
                        @if let Some(address) = lab { " " a href=(address) { "Train the networks yourself: the lab." } }
                    }
                }
                main #results {
                    (all_problems(&sections, unreadable))
                    @if sections.len() > 1 { (contents(&sections)) }
                    @for (index, section) in sections.iter().enumerate() { (show(index, section)) }
                }
                footer { (footer()) }
                script { (PreEscaped(script)) }
            }
        }
    };
    document.into_string()
}

/// The experiments in the order of the book's chapter; what it does not have comes last.
const CHAPTER: [&str; 6] = ["symmetry", "activations", "compare", "batch-norm", "circles", "sweep"];

/// The sections in the order of the chapter, those of one experiment as they came.
fn in_order(sections: &[Section]) -> Vec<&Section> {
    let mut ordered: Vec<&Section> = sections.iter().collect();
    let place = |section: &Section| CHAPTER.iter().position(|name| *name == section.experiment.name);
    ordered.sort_by_key(|section| place(section).unwrap_or(CHAPTER.len()));
    ordered
}

/// The anchor of a section's heading, which stays when others come: `compare`, or `compare-wide`.
fn heading_anchor(section: &Section) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '-' };
    section.title().replace(": ", "-").chars().map(plain).collect()
}

/// The title of every page begins with it.
pub const OWN_TITLE: &str = "initlab report";

/// The head: the security policy before everything that it governs, an empty icon so that none is requested,
/// the style sheet.
fn head(title: &str, policy: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            link rel="icon" href="data:,";
            title { @if !title.starts_with(OWN_TITLE) { (OWN_TITLE) ": " } (title) }
            style { (PreEscaped(embed::style_sheet())) }
        }
    }
}

/// A list of what could not be read: folders, and files in any section; nothing where everything could.
fn all_problems(sections: &[&Section], unreadable: &[String]) -> Markup {
    let of_sections = sections.iter().flat_map(|section| &section.problems);
    let all: Vec<&String> = unreadable.iter().chain(of_sections).collect();
    html! {
        @if !all.is_empty() {
            div.problems role="note" {
                p { strong { "Not everything could be read." } " What follows is the rest." }
                ul { @for problem in all { li { (problem) } } }
            }
        }
    }
}

/// The contents: a link to each section with its question and its number of runs.
fn contents(sections: &[&Section]) -> Markup {
    html! {
        nav #contents aria-label="Contents" {
            ol {
                @for section in sections {
                    li {
                        a href={ "#" (heading_anchor(section)) } { (section.heading()) }
                        @if section.introduction.is_none() { span.question-of { " " (section.experiment.question) } }
                        @if let Some(runs) = section.run_count() { span.muted { " " (counted(runs, "run")) } }
                    }
                }
            }
        }
    }
}

/// The address of a section inside the page: `section-1` for the first.
fn anchor(index: usize) -> String {
    format!("section-{}", index + 1)
}

/// One section. The scripts put their charts into `data-charts`; the JSON at the end is what they read.
fn show(index: usize, section: &Section) -> Markup {
    let figures = (section.experiment.figures)(&section.tables).map_err(|error| error.to_string());
    let explanation = (section.experiment.explanation)(&section.tables).map_err(|error| error.to_string());
    html! {
        section.experiment #(anchor(index)) data-experiment=(section.experiment.name) {
            h2 #(heading_anchor(section)) { (section.heading()) }
            @if let Some(introduction) = &section.introduction {
                @for paragraph in &introduction.paragraphs { p.note { (paragraph) } }
            } @else {
                p.question { (section.experiment.question) }
                @if let Some(first) = explanation.as_ref().ok().and_then(|answer| answer.sentences().next()) { p.answer { (first) } }
            }
            @match &figures {
                Ok(figures) if opens(section, figures) => {
                    (drawn(figures, &anchor(index)))
                    div.charts data-charts=(anchor(index)) {}
                },
                Ok(figures) => {
                    div.charts data-charts=(anchor(index)) {}
                    (drawn(figures, &anchor(index)))
                },
                Err(error) => p.problem { "The figures are missing: " (error) "." },
            }
            @match &explanation {
                Ok(answer) => div.explanation { (answer_view::blocks(answer)) },
                Err(error) => p.problem { "The explanation is missing: " (error) "." },
            }
            (tables(section))
            (provenance(section))
            script type="application/json" #{ (anchor(index)) "-data" } { (PreEscaped(embed::json(&section_data::json(section)))) }
        }
    }
}

/// True where a figure has the name of the experiment itself: it opens the section, before the charts.
fn opens(section: &Section, figures: &[Figure]) -> bool {
    figures.first().is_some_and(|figure| figure.name == section.experiment.name)
}

/// Figures beyond this number are behind a heading that opens them.
const MOST_FIGURES: usize = 4;

/// The figures of a section as SVG inside the page: the first [`MOST_FIGURES`], the others behind a heading.
fn drawn(figures: &[Figure], section: &str) -> Markup {
    let place = |number: usize| format!("{section}-figure-{}", number + 1);
    let drawings: Vec<Markup> =
        figures.iter().enumerate().map(|(number, figure)| drawing(figure, &place(number))).collect();
    let (first, more) = drawings.split_at(drawings.len().min(MOST_FIGURES));
    html! {
        div.figures { @for drawing in first { (drawing) } }
        @if !more.is_empty() {
            details.more-figures {
                summary { (counted(more.len(), "more figure")) }
                @for drawing in more { (drawing) }
            }
        }
    }
}

/// One figure with the name of its file below it, or why it cannot be drawn.
fn drawing(figure: &Figure, place: &str) -> Markup {
    html! {
        figure.drawn data-figure=(figure.name) {
            @match figure.svg_for_screen() {
                Ok(svg) => (PreEscaped(with_ids(&svg, place))),
                Err(error) => p.problem { (error) },
            }
            figcaption { (figure.name) ".svg" }
        }
    }
}

/// The figure with ids of its own: a page has each id once, a file has them all to itself.
fn with_ids(svg: &str, place: &str) -> String {
    let own = [
        ("\"title desc\"", format!("\"{place}-title {place}-desc\"")),
        ("id=\"title\"", format!("id=\"{place}-title\"")),
        ("id=\"desc\"", format!("id=\"{place}-desc\"")),
    ];
    own.iter().fold(svg.to_owned(), |svg, (name, own)| svg.replacen(name, own, 1))
}

/// Rows of a table that is shown in full beside the runs.
const MOST_ROWS: usize = 200;

/// Tables that say why and by how much; they are open from the start if they are short. Differences of one seed say
/// nothing, so they are not.
const OPEN: [&str; 4] = ["differences", "initialization", "rates", "paper"];
/// Tables that need several seeds.
const OF_SEEDS: [&str; 1] = ["differences"];
/// Rows up to which they are.
const OPEN_ROWS: usize = 16;

/// The tables: the runs of `summary.csv`, then those of at most [`MOST_ROWS`] rows, each behind its heading,
/// then the names of the longer ones.
fn tables(section: &Section) -> Markup {
    let (small, large): (Vec<&Table>, Vec<&Table>) = section
        .tables
        .iter()
        .filter(|table| table.name() != "summary")
        .partition(|table| table.row_count() <= MOST_ROWS);
    let several = section.tables.get("summary").is_ok_and(|summary| {
        let seeds = table_data::cells(summary, "seed");
        seeds.iter().any(|seed| *seed != seeds[0])
    });
    html! {
        @if let Ok(summary) = section.tables.get("summary") {
            h3 { "Runs" }
            (table_view::runs(summary))
        }
        @for table in small {
            details.table open[OPEN.contains(&table.name()) && table.row_count() <= OPEN_ROWS && (several || !OF_SEEDS.contains(&table.name()))] {
                summary { (table_view::heading(table.name())) span.muted { " " (table.name()) ".csv, " (counted(table.row_count(), "row")) } }
                (table_view::plain(table))
            }
        }
        @if !large.is_empty() {
            p.muted { "Too long to be shown as a table: "
                (large.iter().map(|table| format!("{}.csv ({})", table.name(), counted(table.row_count(), "row"))).collect::<Vec<_>>().join(", ")) "." }
        }
    }
}

/// What `run.json` says of command, settings, versions and data; nothing where it could not be read.
fn provenance(section: &Section) -> Markup {
    let Some(manifest) = &section.manifest else { return html! {} };
    html! {
        details.provenance {
            summary { "Settings, command, versions, data" }
            @if let Some(command) = typed_command(manifest) { h4 { "Command" } pre tabindex="0" { (command) } }
            h4 { "Settings" }
            dl { @for (key, value) in settings_list(&manifest["settings"], ", ") { div { dt { (key) } dd { (value) } } } }
            h4 { "Versions" }
            dl { @for (key, value) in settings_list(&manifest["versions"], ", ") { div { dt { (key) } dd { (value) } } } }
            @if let Some(files) = manifest["data"].as_array().filter(|files| !files.is_empty()) {
                h4 { "Data" }
                dl { @for file in files { div { dt { (as_text(&file["file"], ", ")) } dd { code { "sha-256 " (as_text(&file["sha256"], ", ")) } } } } }
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        details.words {
            summary { "Words" }
            dl { @for (word, meaning) in WORDS { div { dt { (word) } dd { (meaning) } } } }
        }
        p.muted {
            "Written by initlab " (env!("CARGO_PKG_VERSION")) " from the folder's CSV files. Nothing is loaded from anywhere; charts are drawn by uPlot 1.6.32 (MIT), which is inside this file with its licence. Lines of the figures have no more points here than a screen can show; the files beside this page have them all."
        }
        noscript { p.muted { "Without JavaScript every figure and table is here; charts to hover over need it." } }
    }
}

#[cfg(test)]
mod tests;
