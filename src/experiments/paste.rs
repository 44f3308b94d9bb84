//! Rows of texts as a table to paste, in Markdown or LaTeX.

/// A format to paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TableFormat {
    /// GitHub's Markdown.
    Markdown,
    /// LaTeX; its tables are for the package booktabs.
    Latex,
}

/// What stands for a character in LaTeX.
const LATEX: &[(char, &str)] = &[
    ('\\', "\\textbackslash{}"),
    ('{', "\\{"),
    ('}', "\\}"),
    ('_', "\\_"),
    ('%', "\\%"),
    ('&', "\\&"),
    ('#', "\\#"),
    ('$', "\\$"),
    ('^', "\\^{}"),
    ('~', "\\~{}"),
    ('±', "$\\pm$"),
    ('−', "$-$"),
    ('<', "$<$"),
    ('–', "--"),
    ('×', "$\\times$"),
    ('·', "$\\cdot$"),
    ('√', "$\\surd$"),
    ('²', "$^2$"),
    ('σ', "$\\sigma$"),
    ('χ', "$\\chi$"),
    ('ᵀ', "$^{\\mathsf{T}}$"),
    ('₁', "$_1$"),
    ('⌈', "$\\lceil$"),
    ('⌉', "$\\rceil$"),
];

/// A text with everything that LaTeX reads otherwise written as LaTeX wants it.
///
/// ```
/// use initlab::experiments::paste::latex_text;
///
/// assert_eq!(latex_text("5 % of he_normal ± σ"), "5 \\% of he\\_normal $\\pm$ $\\sigma$");
/// ```
pub fn latex_text(text: &str) -> String {
    let written = |c: char| LATEX.iter().find(|row| row.0 == c).map_or(c.to_string(), |row| row.1.to_owned());
    text.chars().map(written).collect()
}

/// A heading and rows in that format; Markdown has the caption above, LaTeX in the table, with the label behind `tab:`.
///
/// # Panics
/// If there is no heading.
pub fn table(rows: &[Vec<String>], format: TableFormat, caption: &str, label: &str) -> String {
    match format {
        TableFormat::Markdown => format!("{caption}\n\n{}", markdown(rows)),
        TableFormat::Latex => latex(rows, caption, label),
    }
}

/// Rows as a table of GitHub's Markdown; a `|` in a cell is escaped.
fn markdown(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("|{}\n", "---|".repeat(rows[0].len()));
    format!("{}{rule}{}", line(&rows[0]), rows[1..].iter().map(line).collect::<String>())
}

/// Rows as a LaTeX table with the rules of booktabs: the first column to the left, the others to the right.
fn latex(rows: &[Vec<String>], caption: &str, label: &str) -> String {
    let line = |row: &Vec<String>| {
        format!("{} \\\\\n", row.iter().map(|cell| latex_text(cell)).collect::<Vec<_>>().join(" & "))
    };
    let columns = format!("l{}", "r".repeat(rows[0].len() - 1));
    let body: String = rows[1..].iter().map(line).collect();
    format!(
        "\\begin{{table}}\n\\caption{{{}}}\n\\label{{tab:{label}}}\n\\begin{{tabular}}{{{columns}}}\n\\toprule\n{}\\midrule\n\
         {body}\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n",
        latex_text(caption),
        line(&rows[0])
    )
}
