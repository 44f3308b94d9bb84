//! How text gets into a page safely: JSON for scripts to read, our scripts, and the policy that lets
//! these and nothing else run.

use crate::text::plain;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// JSON as the content of a script element: no `<`, `>` or `&`, so that nothing in it can end the element
/// or start another one.
///
/// ```
/// use initlab::report::embed::json;
///
/// let text = json(&serde_json::json!({"label": "</script>"}));
/// assert_eq!(text, r#"{"label":"\u003c/script\u003e"}"#);
/// ```
pub fn json(value: &Value) -> String {
    let text = shown(value).to_string();
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The same value with every text fit to be shown.
fn shown(value: &Value) -> Value {
    match value {
        Value::String(text) => plain(text).into(),
        Value::Array(values) => values.iter().map(shown).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (plain(name).into_owned(), shown(value))).collect()
        }
        other => other.clone(),
    }
}

/// Scripts in the order in which one needs the other; each is a module of its own for its tests.
type Modules = &'static [(&'static str, &'static str)];

/// Names scripts below a folder with their texts.
macro_rules! modules {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!($path))),*] };
}

/// The report's scripts.
const REPORT: Modules = modules![
    "js/format.js",
    "js/statistics.js",
    "js/activations.js",
    "js/page_data.js",
    "js/element.js",
    "js/chart.js",
    "js/moments.js",
    "js/loss_curves.js",
    "js/histograms.js",
    "js/heat_map.js",
    "js/plane.js",
    "js/rings.js",
    "js/scale_chart.js",
    "js/run_table.js",
    "js/page_state.js",
    "js/main.js",
];

/// The lab's scripts.
const LAB: Modules = modules![
    "js/format.js",
    "js/statistics.js",
    "js/activations.js",
    "js/theory.js",
    "js/element.js",
    "js/plane.js",
    "lab/js/network.js",
    "lab/js/weights.js",
    "lab/js/training.js",
    "lab/js/worker.js",
    "lab/js/settings.js",
    "lab/js/examples.js",
    "lab/js/paint.js",
    "lab/js/measured.js",
    "lab/js/network_view.js",
    "lab/js/lesson_view.js",
    "lab/js/lab.js",
];

/// uPlot 1.6.32 with its licence; `vendor/uplot/SHA256SUMS` has the checksums.
const UPLOT: &str = include_str!("vendor/uplot/uPlot.iife.min.js");
/// The licence, which goes wherever the library goes.
const UPLOT_LICENSE: &str = include_str!("vendor/uplot/LICENSE");

/// The style sheet: the chart library's, then ours.
pub fn style_sheet() -> String {
    let parts = [include_str!("vendor/uplot/uPlot.min.css"), COLORS, include_str!("page.css")];
    parts.join("\n")
}

/// The lab's style sheet.
pub fn lab_style() -> String {
    [COLORS, include_str!("lab/lab.css")].join("\n")
}

/// The colours of both pages, light and dark.
const COLORS: &str = include_str!("colors.css");

/// The report's scripts as one: the chart library, then our modules.
pub fn script() -> String {
    format!("/*\n{UPLOT_LICENSE}*/\n{UPLOT}\n{}", together(REPORT))
}

/// The lab's scripts as one, which is the page's and, started anew from its own text, each worker's.
pub fn lab_script() -> String {
    together(LAB)
}

/// Modules with their imports and exports taken away, in a scope of their own.
fn together(modules: Modules) -> String {
    let own = modules.iter().fold(String::new(), |script, (name, text)| {
        script + "// " + name + "\n" + &without_module_syntax(text)
    });
    format!("(() => {{\n\"use strict\";\n{own}}})();\n")
}

/// A module as part of one script: all names are in one scope, so lines that begin with `import ` and the
/// word `export` at the beginning of a line go. An import must therefore stand on one line.
fn without_module_syntax(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("import "));
    lines.fold(String::new(), |script, line| script + line.strip_prefix("export ").unwrap_or(line) + "\n")
}

/// The content security policy of a page with this script: it runs, styles apply, and nothing is
/// requested from anywhere.
///
/// The script is named by the SHA-256 of its text, so the text in the page must be the same byte for byte.
/// Styles may stand in the page, images in `data:` addresses; everything else is forbidden.
pub fn policy(script: &str) -> String {
    let hash = base64(&Sha256::digest(script.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
         form-action 'none'"
    )
}

/// The lab's policy: workers may be started from the page's own text, all else is forbidden as in the report.
pub fn lab_policy(script: &str) -> String {
    format!("{}; worker-src blob:", policy(script))
}

/// The digits of base64, by value.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as base64 (RFC 4648, section 4, with padding): four characters for three bytes.
///
/// ```
/// use initlab::report::embed::base64;
///
/// assert_eq!(base64(b"foob"), "Zm9vYg==");
/// ```
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0, |group, i| group << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = BASE64[(group >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let table = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (bytes, text) in table {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn nothing_ends_a_script_element_early() {
        let hostile = json(&serde_json::json!({"</script><b>": "a & b <!--"}));
        assert!(!hostile.contains(['<', '>', '&']), "{hostile}");
        assert!(serde_json::from_str::<Value>(&hostile).unwrap()["</script><b>"].is_string());
        assert_eq!(json(&serde_json::json!(["\u{1b}\u{202e}"])), r#"["\\u{1b}\\u{202e}"]"#);
        for script in [script(), lab_script(), style_sheet(), lab_style()] {
            assert_eq!(plain(&script), script, "what is made plain keeps its hash");
            assert!(!script.contains("</script") && !script.contains("<!--"));
        }
    }

    #[test]
    fn the_vendored_library_is_the_one_that_was_published() {
        let files = [
            ("uPlot.iife.min.js", UPLOT),
            ("uPlot.min.css", include_str!("vendor/uplot/uPlot.min.css")),
            ("LICENSE", UPLOT_LICENSE),
        ];
        for (line, (name, text)) in include_str!("vendor/uplot/SHA256SUMS").lines().zip(files) {
            let digest = format!("{:x}", Sha256::digest(text));
            assert_eq!(line, format!("{digest}  {name}"));
        }
    }

    /// One scope holds all modules, so two of them cannot have one name at their top level.
    /// The names at the beginning of a declaration: one, or those in brackets.
    fn declared(rest: &str) -> Vec<&str> {
        let is_in_name = |c: char| c.is_alphanumeric() || c == '_';
        let names = rest.strip_prefix('[').map_or(rest, |list| list.split(']').next().unwrap_or_default());
        let most = if rest.starts_with('[') { usize::MAX } else { 1 };
        names.split(|c| !is_in_name(c)).filter(|name| !name.is_empty()).take(most).collect()
    }

    #[test]
    fn no_two_scripts_declare_one_name() {
        for modules in [REPORT, LAB] {
            declared_once(modules);
        }
    }

    fn declared_once(modules: Modules) {
        let mut seen = BTreeSet::new();
        for (file, text) in modules {
            for line in text.lines() {
                let line = line.strip_prefix("export ").unwrap_or(line);
                let Some((kind, rest)) = line.split_once(' ') else { continue };
                if ["const", "let", "function", "function*", "class"].contains(&kind) {
                    for name in declared(rest) {
                        assert!(seen.insert(name.to_owned()), "{file} declares {name} a second time");
                    }
                }
            }
            assert!(!text.contains("export default"), "{file}");
        }
    }
}
