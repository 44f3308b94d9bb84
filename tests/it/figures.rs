//! The figures of the documents are what the program draws.

use std::fs;
use std::path::Path;
use std::process::Command;

/// What the figures in docs/figures were drawn with, as `run.json` has it.
const DRAWN_WITH: &str = "docs/figures/drawn-with.json";

/// The part of a manifest on which the bytes of a figure depend.
pub fn versions(manifest: &Path) -> serde_json::Value {
    let text = fs::read_to_string(manifest).expect("a manifest was written");
    let versions = &serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON")["versions"];
    serde_json::json!({
        "precision": versions["precision"], "arithmetic": versions["arithmetic"], "functions": versions["functions"]
    })
}

/// What they were drawn with; `None` where `scripts/figures.sh` has not been run.
pub fn drawn_with() -> Option<serde_json::Value> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(DRAWN_WITH)).ok()?;
    Some(serde_json::from_str(&text).expect("it is JSON"))
}

#[test]
fn quick_figures_of_the_documents_are_what_the_program_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(expected) = drawn_with() else {
        eprintln!("SKIPPED: {DRAWN_WITH} is not there: scripts/figures.sh has not been run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (figures, program) = (folder.path().join("figures"), env!("CARGO_BIN_EXE_initlab"));
    let script = root.join("scripts/figures.sh");
    let Ok(status) = Command::new("sh")
        .arg(&script)
        .args(["quick", figures.to_str().unwrap()])
        .env("INITLAB", program)
        .status()
    else {
        eprintln!("SKIPPED: there is no sh to run {}", script.display());
        return;
    };
    assert!(status.success(), "{} failed", script.display());
    let found = versions(&figures.join("run.json"));
    if expected != found {
        eprintln!("SKIPPED: the documents' figures were drawn with {expected}, this is {found}");
        return;
    }
    for entry in fs::read_dir(&figures).unwrap().map(|entry| entry.unwrap().file_name()) {
        if Path::new(&entry).extension().is_some_and(|extension| extension == "png") {
            let documented = fs::read(root.join("docs/figures").join(&entry)).unwrap();
            let drawn = fs::read(figures.join(&entry)).unwrap();
            assert!(documented == drawn, "{} is not what the program draws", entry.display());
        }
    }
}
