//! Rules that every file of the project keeps: nothing left for later, no address of one machine, lints on.

use std::fs;
use std::path::{Path, PathBuf};

use mainstay_testkit::workspace;

/// Folders that hold no source: build output, history, fetched packages, a data folder of a program run here.
const NOT_SOURCE: &[&str] = &["target", ".git", "node_modules", "dist", "dist.making", "data"];

/// The only crate that may switch `unsafe` on: the file system that fails for SQLite.
const UNSAFE_CRATE: &str = "crates/faults/";

// The words are put together from halves so that this file keeps its own rules.
const LATER: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimple", "mented!(")];
const MACHINE_PATHS: &[&str] =
    &[concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];
const REGISTRIES: &[&str] = &[
    concat!("crates", ".io"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("deb.", "debian.org"),
];
const ALLOW_UNSAFE: &[&str] = &[concat!("(unsafe", "_code")];

/// Cargo writes this into every lock file: the name of the ordinary index, not a place to fetch from.
const ORDINARY_INDEX: &str = concat!("registry+https://github.com/rust-lang/crates", ".io-index");

/// A line of a file that breaks a rule.
#[derive(Debug, PartialEq)]
struct Fault {
    file: String,
    line: usize,
    found: String,
}

/// Every text file of the project, with its path from the root.
fn source_files() -> Vec<(String, String)> {
    let root = workspace::root();
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() && !NOT_SOURCE.iter().any(|name| entry.file_name() == *name) {
                folders.push(path);
            } else if kind.is_file()
                && let Ok(text) = fs::read_to_string(&path)
            {
                files.push((name_of(&path, &root), text));
            }
        }
    }
    files.sort();
    files
}

fn name_of(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}

/// Lines of the files that contain one of the words. A word that starts with `/` counts only where a path starts.
fn check(files: &[(String, String)], words: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (file, text) in files {
        for (number, line) in text.lines().enumerate() {
            let line = line.replace(ORDINARY_INDEX, "");
            for word in words.iter().filter(|word| contains(&line, word)) {
                faults.push(Fault { file: file.clone(), line: number + 1, found: (*word).to_owned() });
            }
        }
    }
    faults
}

fn contains(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !word.starts_with('/') || !before.is_some_and(|c| c.is_alphanumeric() || "._-}*~".contains(c))
    })
}

#[test]
fn nothing_is_left_for_later() {
    assert_eq!(check(&source_files(), LATER), []);
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    let checkout = format!("{}/", workspace::root().display());
    let mut words = MACHINE_PATHS.to_vec();
    // A checkout directly below the root of the disk has a name too plain to look for.
    if checkout.matches('/').count() > 2 {
        words.push(&checkout);
    }
    assert_eq!(check(&source_files(), &words), []);
}

#[test]
fn no_file_names_a_package_registry() {
    assert_eq!(check(&source_files(), REGISTRIES), []);
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    let files = source_files();
    let manifests: Vec<_> = files
        .iter()
        .filter(|(file, _)| file.starts_with("crates/") && file.ends_with("Cargo.toml"))
        .collect();
    assert!(manifests.len() > 10, "found only {} crates", manifests.len());
    for (file, text) in manifests {
        let manifest: toml::Table = toml::from_str(text).unwrap();
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(
            lints.and_then(toml::Value::as_bool),
            Some(true),
            "{file} needs `[lints] workspace = true`"
        );
    }
}

#[test]
fn only_the_fault_injection_allows_unsafe_code() {
    let files: Vec<_> =
        source_files().into_iter().filter(|(file, _)| !file.starts_with(UNSAFE_CRATE)).collect();
    assert_eq!(check(&files, ALLOW_UNSAFE), []);
}

#[test]
fn a_broken_rule_is_found_with_its_line() {
    let file = |text: String| vec![("a.rs".to_owned(), text)];
    let fault = |found: &str| vec![Fault { file: "a.rs".to_owned(), line: 2, found: found.to_owned() }];
    let (later, path, registry) = (LATER[0], MACHINE_PATHS[0], REGISTRIES[0]);
    assert_eq!(check(&file(format!("fine\n// {later}: more")), LATER), fault(later));
    assert_eq!(check(&file(format!("fine\nlet p = \"{path}me\";")), MACHINE_PATHS), fault(path));
    assert_eq!(check(&file(format!("fine\nsee crates{path}x or ~{path}y")), MACHINE_PATHS), []);
    assert_eq!(check(&file(format!("fine\nhttps://{registry}/x")), REGISTRIES), fault(registry));
    assert_eq!(check(&file(format!("source = \"{ORDINARY_INDEX}\"")), REGISTRIES), []);
}
