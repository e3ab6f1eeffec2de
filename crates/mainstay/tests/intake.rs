//! What the command line says about import, report, explain, replay and export: real output, read aloud.

use std::{
    path::Path,
    process::{Command, Output},
};

use insta::assert_snapshot;

const LOG: &str = "\
number,incident_state,sys_mod_count,caller_id,opened_by,opened_at,sys_created_by,sys_updated_by,sys_updated_at,contact_type,\
location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,problem_id,rfc,\
caused_by,closed_code\n\
INC1,New,0,Caller 1,Opener,29-02-2016 01:16,?,Ann,29-02-2016 01:23,Phone,Rome,Mail,Send,?,?,2 - Medium,2 - Medium,\
3 - Moderate,Group 5,?,?,?,?,code 5\n\
INC1,Awaiting User Info,1,Caller 1,Opener,29-02-2016 01:16,?,Ann,29-02-2016 02:16,Phone,Rome,Mail,Send,?,?,2 - Medium,\
2 - Medium,3 - Moderate,Group 5,Bo,?,?,?,code 5\n\
INC1,Closed,2,Caller 1,Opener,29-02-2016 01:16,?,Ann,01-03-2016 10:00,Phone,Rome,Mail,Send,?,?,2 - Medium,2 - Medium,\
3 - Moderate,Group 5,Bo,?,?,?,code 5\n";

fn mainstay(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mainstay"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("MAINSTAY_DATABASE_URL")
        .env("MAINSTAY_DATA", "data")
        .output()
        .expect("mainstay runs")
}

/// Exit code and what was said, with what differs from run to run made the same.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = mainstay(folder, arguments);
    let text = format!(
        "exit {}\n{}{}",
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = text.lines().map(|line| match line {
        timed if timed.contains(" records and ") => "… journal entries in … s".to_owned(),
        report if report.starts_with("Resolution of incidents") => {
            report.split(", at ").next().unwrap_or_default().to_owned()
        }
        other => other.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

const IMPORT: [&str; 4] = ["import", "log.csv", "--mapping", "servicenow-incident-audit"];

#[test]
fn a_log_is_imported_reported_and_explained() {
    let folder = folder(&[("log.csv", LOG)]);
    let folder = folder.path();
    let trial = [&IMPORT[..], &["--dry-run"]].concat();
    assert_snapshot!(said(folder, &trial), @r"");
    assert_snapshot!(said(folder, &IMPORT), @r"");
    assert_snapshot!(said(folder, &IMPORT), @r"");
    assert_snapshot!(said(folder, &["report", "sla", "--targets", "24x7"]), @r"");
    assert_snapshot!(said(folder, &["explain", "INC-000001"]), @r"");
    let london = ["report", "sla", "--targets", "London office", "--format", "csv", "--incidents"];
    assert_snapshot!(said(folder, &london), @r"");
}

#[test]
fn a_damaged_log_is_refused_whole_with_every_bad_row() {
    let damaged =
        LOG.replacen("29-02-2016 01:23", "31-02-2016 01:23", 1).replacen("Awaiting User Info", "Asleep", 1);
    let damaged = damaged.replacen("Bo,?,?,?,code 5\n", "Bo,?\n", 2);
    let folder = folder(&[("log.csv", &damaged)]);
    assert_snapshot!(said(folder.path(), &IMPORT), @r"");
    let many: String = LOG
        .lines()
        .take(1)
        .map(|header| format!("{header}\n"))
        .chain((0..60).map(|_| "x\n".into()))
        .collect();
    std::fs::write(folder.path().join("log.csv"), many).unwrap();
    let text = said(folder.path(), &IMPORT);
    assert_snapshot!(text.lines().skip(50).collect::<Vec<_>>().join("\n"), @r"");
    let json = mainstay(folder.path(), &[&IMPORT[..], &["--json"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&json.stderr).unwrap();
    assert_eq!(json["error"]["fields"].as_array().unwrap().len(), 60);
}

#[test]
fn what_cannot_be_imported_or_found_is_told_with_a_way_out() {
    let folder = folder(&[("log.csv", "a;b\n1;2\n"), ("own.toml", "name = \"own\"\nkin = 1\n")]);
    let folder = folder.path();
    assert_snapshot!(said(folder, &IMPORT), @r"");
    assert_snapshot!(said(folder, &["import", "log.csv", "--mapping", "servicenow"]), @r"");
    assert_snapshot!(said(folder, &["import", "log.csv", "--mapping", "own.toml"]), @r"");
    assert_snapshot!(said(folder, &["import", "lost.csv", "--mapping", "servicenow-incident-audit"]), @r"");
    assert_snapshot!(said(folder, &["report", "sla", "--targets", "Gold"]), @r"");
    assert_snapshot!(said(folder, &["explain", "INC-000001"]), @r"");
    assert_snapshot!(said(folder, &["export", "--kind", "incidence"]), @r"");
}

#[test]
fn a_story_is_replayed_into_an_empty_folder_only() {
    let story = "{\"at\": \"2026-01-05T09:00:00Z\", \"command\": \"create\", \"kind\": \"team\", \"values\": {\"title\": \"Desk\"}}\n";
    let bad = format!(
        "{story}{{\"at\": \"yesterday\", \"command\": \"create\", \"kind\": \"team\", \"values\": {{}}}}\n"
    );
    let refused = format!(
        "{story}{{\"at\": \"2026-01-05T09:00:01Z\", \"command\": \"move\", \"record\": \"TEAM-000001\", \"name\": \"revive\"}}\n"
    );
    let folder = folder(&[("story.jsonl", story), ("bad.jsonl", &bad), ("refused.jsonl", &refused)]);
    let folder = folder.path();
    assert_snapshot!(said(folder, &["replay", "bad.jsonl"]), @r"");
    assert_snapshot!(said(folder, &["replay", "story.jsonl"]), @r"");
    assert_snapshot!(said(folder, &["replay", "story.jsonl"]), @r"");
    assert_snapshot!(said(folder, &["replay", "refused.jsonl", "--data", "other"]), @r"");
    assert_snapshot!(said(folder, &["export", "--kind", "team", "--format", "csv", "--out", "teams.csv"]), @r"");
    assert_snapshot!(said(folder, &["export", "--kind", "team", "--format", "csv", "--out", "teams.csv"]), @r"");
}
