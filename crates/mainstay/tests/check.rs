//! What `mainstay check` says: real output, read aloud.

use std::{path::Path, process::Command};

use serde_json::Value as Json;

fn mainstay(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mainstay"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("MAINSTAY_DATABASE_URL")
        .env("MAINSTAY_DATA", "data")
        .output()
        .expect("mainstay runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn json(folder: &Path, arguments: &[&str]) -> (i32, Json) {
    let (code, said, wrong) = mainstay(folder, arguments);
    (code, serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}{wrong}")))
}

const STORY: &str = r#"{"at":"2026-01-05T09:00:00Z","actor":"operator","command":"create","kind":"person","values":{"title":"Ada","staff":true}}
{"at":"2026-01-05T09:01:00Z","actor":"operator","command":"create","kind":"service","values":{"title":"E-mail"}}
{"at":"2026-01-05T09:02:00Z","actor":"operator","command":"create","kind":"incident","values":{"title":"Down","service":"SVC-000001","contact_channel":"phone","category":"Mail","impact":"high","urgency":"high"}}
{"at":"2026-01-05T09:03:00Z","actor":"operator","command":"create","kind":"incident","values":{"title":"Slow"}}
"#;

fn story() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("story.jsonl"), STORY).expect("a file");
    let (code, said, wrong) = mainstay(folder.path(), &["replay", "story.jsonl"]);
    assert_eq!(code, 0, "{said}{wrong}");
    folder
}

#[test]
fn an_empty_folder_shows_nothing_as_met_and_ends_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, said, _) = mainstay(folder.path(), &["check"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.starts_with("0 known of 220 · 0 hold · 0 fail · "), "{said}");
    assert!(!said.lines().any(|line| line.contains("  holds ")), "{said}");
    let (_, json) = json(folder.path(), &["--json", "check"]);
    assert_eq!(json["counts"]["total"], 220);
    assert_eq!(json["requirements"].as_array().map(Vec::len), Some(220));
}

#[test]
fn what_fails_is_named_with_its_ref_and_why_and_ends_with_one() {
    let folder = story();
    // The story is of a fixed day: the span reaches back to it, whatever day it is.
    let arguments = ["check", "--requirement", "8.6.1-a", "--months", "1200"];
    let (code, said, _) = mainstay(folder.path(), &arguments);
    assert_eq!(code, 1, "{said}");
    assert!(said.starts_with("1 known of 1 · 0 hold · 1 fail\n"), "{said}");
    assert!(said.contains("INC-000002   Missing: caller or source, service, category."), "{said}");
    assert!(!said.contains("INC-000001"), "{said}");
}

#[test]
fn a_run_is_written_down_unless_it_is_a_dry_run_or_over_another_span() {
    let folder = tempfile::tempdir().expect("a folder");
    let position =
        || json(folder.path(), &["--json", "check", "--dry-run"]).1["runs"][0]["as_of"]["position"].clone();
    let before = position();
    assert_eq!(position(), before);
    let (_, other) = json(folder.path(), &["--json", "check", "--months", "24"]);
    assert_eq!((&other["recorded"], position()), (&Json::Bool(false), before.clone()));
    let (_, usual) = json(folder.path(), &["--json", "check"]);
    assert_eq!(usual["recorded"], true);
    let runs = usual["runs"].as_array().map_or(0, Vec::len) as u64;
    assert_eq!(position().as_u64(), before.as_u64().map(|before| before + runs));
}

#[test]
fn an_unknown_requirement_or_clause_is_bad_input() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in
        [["check", "--requirement", "8.6.1-z"], ["check", "--clause", "3"], ["check", "--months", "0"]]
    {
        let (code, said, wrong) = mainstay(folder.path(), &arguments);
        assert_eq!((code, said.as_str()), (2, ""), "{wrong}");
    }
}

#[test]
fn a_clause_runs_only_its_own_checks_and_shows_all_its_requirements() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, json) = json(folder.path(), &["--json", "check", "--clause", "8.6.1"]);
    assert_eq!(code, 0);
    assert_eq!(json["counts"]["total"], 9);
    let runs = json["runs"].as_array().expect("runs");
    assert!(runs.iter().all(|run| run["check"].as_str().is_some_and(|check| check.contains("incident"))));
}

#[test]
fn as_of_an_earlier_day_the_records_of_then_are_judged_and_nothing_is_written_down() {
    let folder = story();
    let asked = |day: &str| {
        let arguments = ["--json", "check", "--requirement", "8.6.1-a", "--as-of", day];
        let (code, json) = json(folder.path(), &arguments);
        assert_eq!(json["recorded"], false);
        (code, json["runs"][0]["looked_at"].as_u64())
    };
    assert_eq!(asked("2026-01-05T09:02:00Z"), (0, Some(1)));
    assert_eq!(asked("2026-01-05"), (1, Some(2)));
    assert_eq!(asked("2026-01-04"), (0, Some(0)));
}
