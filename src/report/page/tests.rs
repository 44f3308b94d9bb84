use super::*;
use crate::plot::{Axis, Curves, Panel, Series};
use crate::report::ReportedExperiment;
use crate::results::{TableError, Tables};
use crate::text::Answer;
use serde_json::json;

const HOSTILE: &str = "</script><script>alert(1)</script>";

fn explanation(tables: &Tables) -> Result<Answer, TableError> {
    let sentence = format!("{HOSTILE} learned from {} rows", tables.get("summary")?.row_count());
    Ok(Answer::new().with_sentence(sentence))
}

#[allow(clippy::unnecessary_wraps)] // the contract has it so
fn figures(_: &Tables) -> Result<Vec<Figure>, TableError> {
    let series =
        Series { label: HOSTILE.to_owned(), x: vec![0.0, 1.0], y: vec![2.0, 1.0], ..Series::default() };
    let (x, y) = (Axis::linear("iterations"), Axis::linear(HOSTILE));
    let curves = Curves { x, y, series: vec![series], ..Curves::default() };
    Ok(vec![Figure::single("loss", "", Panel::Curves(curves))])
}

fn section() -> Section {
    let csv = |name, text: String| Table::parse(name, text.as_bytes()).unwrap();
    let loss = csv("loss", format!("initializer,seed,iteration,loss\n{HOSTILE},1,0,2.5\n"));
    let summary = csv("summary", format!("initializer,seed,verdict\n{HOSTILE},1,learned\n"));
    Section {
        folder: format!("compare/{HOSTILE}"),
        experiment: ReportedExperiment { name: "compare", question: "How fast?", explanation, figures },
        manifest: Some(json!({
            "command": ["/opt/my/initlab", "compare", "-q", "--out", "my results", "--data=/home/me/iris.csv", "--label",
                "my 'own'", "--threads=3", "--report"],
            "settings": {"init": [HOSTILE], "a": {"b": null}}, "versions": {"engine": 1},
            "seconds": {"training": 98765.25}, "started": "2025-01-31T12:00:00Z",
            "machine": {"host": "secret"}, "data": [{"file": HOSTILE, "sha256": "ab"}], "runs": ["x"],
        })),
        tables: Tables::from_iter([loss, summary]),
        introduction: None,
        problems: vec![format!("{HOSTILE}.csv: row 3")],
    }
}

#[test]
fn foreign_texts_stay_texts() {
    let html = page(HOSTILE, None, &[section()], &["deep: denied".to_owned()]);
    assert_eq!(html.matches("<script").count(), 2, "the section's data, the program");
    assert!(!html.contains("alert(1)<") && html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
}

#[test]
fn the_page_has_all_there_is_and_nothing_of_the_clock() {
    let html = page("title", None, &[section()], &["deep: denied".to_owned()]);
    let texts = [
        "How fast?",
        "learned from 1 rows",
        "<svg",
        r"initlab compare --data=iris.csv --label 'my '\''own'\'''</pre>",
        "a.b",
        "sha-256 ab",
    ];
    for text in texts.iter().chain(&["row 3", "deep: denied"]) {
        assert!(html.contains(text), "{text}");
    }
    for text in ["98765.25", "2025-01-31", "secret", "/opt/my", "/home/me", "--out", "--threads"] {
        assert!(!html.contains(text), "{text}");
    }
    assert_eq!(html, page("title", None, &[section()], &["deep: denied".to_owned()]));
}

#[test]
fn a_page_requests_nothing() {
    let html = page("title", None, &[section()], &["deep: denied".to_owned()]);
    for attribute in ["src=", "@import", "url(http", "href=\"http", "fetch(", "XMLHttpRequest", "sendBeacon"]
    {
        assert!(!html.contains(attribute), "{attribute}");
    }
    assert!(html.contains("content=\"default-src 'none'; script-src 'sha256-"));
}

#[test]
fn a_missing_table_leaves_the_rest() {
    let mut section = section();
    section.tables = Tables::new();
    let html = page("title", None, &[section], &[]);
    assert!(html.contains("The explanation is missing") && html.contains("<svg"));
}
