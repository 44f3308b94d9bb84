//! No two files need each other, however long the way around: every `crate::`, `super::` and `self::` path is
//! resolved to the file that it leads into. A folder's `mod.rs` and the files in that folder may need each
//! other: together they are one module.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The path of a module, as in `["nn", "init", "names"]`.
type ModulePath = Vec<String>;

#[test]
fn no_two_files_need_each_other() {
    let files = files();
    let needs: BTreeMap<&ModulePath, BTreeSet<ModulePath>> =
        files.iter().map(|(module, code)| (module, needed(module, code, &files))).collect();
    for module in files.keys() {
        let mut reached: BTreeSet<&ModulePath> = BTreeSet::new();
        let mut open: Vec<&ModulePath> = needs[module].iter().collect();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(&needs[next]);
            }
        }
        assert!(!reached.contains(module), "{} needs itself, by way of {reached:?}", module.join("::"));
    }
}

#[test]
fn a_path_is_resolved_to_its_file() {
    let names = ["a", "a::b", "a::c", "d"];
    let module = |name: &str| name.split("::").map(str::to_owned).collect::<ModulePath>();
    let files = names.iter().map(|name| (module(name), String::new())).collect();
    let code = "use super::c::{X, y};\nuse crate::{d::Z, a};\nlet z = self::w();\n// crate::e\n";
    let found = needed(&module("a::b"), code, &files);
    assert_eq!(found, BTreeSet::from([module("a::c"), module("d")]));
}

/// Every module with its code, without tests and comments.
fn files() -> BTreeMap<ModulePath, String> {
    let mut found = BTreeMap::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &[], &mut found);
    found
}

fn collect(folder: &Path, module: &[String], found: &mut BTreeMap<ModulePath, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut inner = module.to_vec();
        match name.as_str() {
            "engine" if path.is_dir() => collect(&path, module, found), // a package with a root of its own
            _ if path.is_dir() => collect(&path, &[module, &[name]].concat(), found),
            "lib" | "main" => {}
            _ if path.extension().is_none_or(|extension| extension != "rs") => {}
            "mod" => _ = found.insert(inner, code_of(&path)),
            _ => {
                inner.push(name);
                found.insert(inner, code_of(&path));
            }
        }
    }
}

fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The files into which the paths of a module's code lead, its own folder's `mod.rs` apart.
fn needed(module: &[String], code: &str, files: &BTreeMap<ModulePath, String>) -> BTreeSet<ModulePath> {
    let related = |other: &[String]| module.starts_with(other) || other.starts_with(module);
    let paths = paths(code).into_iter().filter_map(|path| {
        let whole = absolute(module, &path)?;
        let lengths = (1..=whole.len()).rev();
        lengths.map(|length| whole[..length].to_vec()).find(|prefix| files.contains_key(prefix))
    });
    paths.filter(|other| !related(other)).collect()
}

/// The path from the crate's root; `None` where it leads out of it.
fn absolute(module: &[String], path: &[String]) -> Option<ModulePath> {
    let mut from = if path[0] == "crate" { Vec::new() } else { module.to_vec() };
    let mut rest = path;
    while let [first, others @ ..] = rest {
        match first.as_str() {
            "super" => _ = from.pop()?,
            "crate" | "self" => {}
            _ => break,
        }
        rest = others;
    }
    from.extend(rest.iter().cloned());
    Some(from)
}

/// Every path that begins with `crate`, `super` or `self`; a list in braces counts for all its members.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for root in ["crate::", "super::", "self::"] {
        for (start, _) in code.match_indices(root) {
            let inside = code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            if !inside {
                expand(&code[start..], Vec::new(), &mut found);
            }
        }
    }
    found
}

/// Follows `a::b::{c, d::e}` from the left; returns what stands behind it.
fn expand<'a>(mut text: &'a str, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    loop {
        if let Some(list) = text.strip_prefix('{') {
            text = list.trim_start();
            while !text.starts_with('}') && !text.is_empty() {
                text = expand(text, path.clone(), found);
                let end = text.find([',', '}']).unwrap_or(text.len());
                text = text[end..].trim_start_matches(',').trim_start();
            }
            return text.get(1..).unwrap_or("");
        }
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        path.push(text[..end].to_owned());
        let Some(rest) = text[end..].strip_prefix("::") else {
            found.push(path);
            return &text[end..];
        };
        text = rest;
    }
}
