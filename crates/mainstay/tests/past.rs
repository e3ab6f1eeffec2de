//! What reading commands answer with `--as-of`, and several commands at once on one data folder.

use std::{
    path::Path,
    process::{Child, Command, Output, Stdio},
};

const STORY: &str = r#"{"at": "2026-01-05T09:00:00Z", "command": "create", "kind": "calendar", "values": {"title": "24x7", "versions": [{"zone": "UTC", "always_open": true}]}}
{"at": "2026-01-05T09:00:00Z", "command": "create", "kind": "service_level_agreement", "values": {"title": "Gold", "calendar": "CAL-000001", "versions": [{"targets": [{"goal": "resolution", "priority": 3, "seconds": 14400}]}]}}
{"at": "2026-01-05T09:00:00Z", "command": "move", "record": "SLA-000001", "name": "put_in_force"}
{"at": "2026-01-05T10:00:00Z", "command": "create", "kind": "incident", "values": {"title": "Printer smokes", "impact": "medium", "urgency": "medium"}}
{"at": "2026-01-07T10:00:00Z", "command": "edit", "record": "INC-000001", "values": {"title": "Printer burns"}}
{"at": "2026-01-07T11:00:00Z", "command": "move", "record": "INC-000001", "name": "cancel", "values": {"cancel_reason": "A test"}}
"#;

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("MAINSTAY_DATABASE_URL")
        .env("MAINSTAY_DATA", "data");
    command
}

fn mainstay(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("mainstay runs")
}

/// The JSON that a command which succeeds answers.
fn answer(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = mainstay(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn export_report_and_explain_answer_as_of_an_earlier_instant() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("story.jsonl"), STORY).expect("a file");
    assert!(mainstay(folder, &["replay", "story.jsonl"]).status.success());
    for (as_of, title, state) in [
        (None, "Printer burns", "cancelled"),
        (Some("2026-01-05"), "Printer smokes", "new"),
        (Some("2026-01-07T10:59:59Z"), "Printer burns", "new"),
        (Some("2026-01-07T12:00:00+01:00"), "Printer burns", "cancelled"),
    ] {
        let then: Vec<&str> = as_of.iter().flat_map(|as_of| ["--as-of", as_of]).collect();
        let export = answer(folder, &[&["export", "--kind", "incident"], &then[..]].concat());
        assert_eq!((&export["title"], &export["state"]), (&title.into(), &state.into()), "{as_of:?}");
        let explained = answer(folder, &[&["explain", "INC-000001", "--json"], &then[..]].concat());
        assert_eq!(explained["title"], title, "{as_of:?}");
        let report = answer(folder, &[&["report", "sla", "--targets", "Gold", "--json"], &then[..]].concat());
        assert_eq!(report["total"]["incidents"], i32::from(state == "new"), "{as_of:?}");
    }
    let explained = answer(folder, &["explain", "INC-000001", "--json", "--as-of", "2026-01-05T11:00:00Z"]);
    assert_eq!(explained["now"], "2026-01-05T11:00:00Z");
    let early = mainstay(folder, &["explain", "INC-000001", "--as-of", "2026-01-05T09:59:59Z"]);
    assert_eq!(early.status.code(), Some(2));
    for wrong in ["9999-01-01", "yesterday"] {
        let refused = mainstay(folder, &["export", "--kind", "incident", "--as-of", wrong]);
        assert_eq!(refused.status.code(), Some(2), "{wrong}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("as_of"), "{wrong}");
    }
}

/// A mapping of its own would say nothing about neighbours, so files of the shipped one are made.
fn log(folder: &Path, name: &str, records: usize) {
    let header = "number,incident_state,sys_mod_count,caller_id,opened_by,opened_at,sys_created_by,sys_updated_by,\
                  sys_updated_at,contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,\
                  assignment_group,assigned_to,problem_id,rfc,caused_by,closed_code\n";
    let mut text = header.to_owned();
    for number in 0..records {
        text.push_str(&format!(
            "{name}{number},New,0,Caller {name}{number},Opener,29-02-2016 01:16,?,Ann,29-02-2016 01:23,Phone,Rome,Mail,Send,\
             ?,?,2 - Medium,2 - Medium,3 - Moderate,Group 5,?,?,?,?,code 5\n"
        ));
    }
    std::fs::write(folder.join(format!("{name}.csv")), text).expect("a file");
}

#[test]
fn commands_of_several_processes_write_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    const RECORDS: usize = 150;
    let names = ["A", "B", "C"];
    // What they share is there already: of several who find it missing only one can make it.
    log(folder, "first", 1);
    let first = mainstay(folder, &["import", "first.csv", "--mapping", "servicenow-incident-audit"]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let running: Vec<Child> = names
        .iter()
        .map(|name| {
            log(folder, name, RECORDS);
            let file = format!("{name}.csv");
            command(folder, &["import", &file, "--mapping", "servicenow-incident-audit"])
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("it starts")
        })
        .collect();
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let export = mainstay(folder, &["export", "--kind", "incident"]);
    assert_eq!(String::from_utf8_lossy(&export.stdout).lines().count(), names.len() * RECORDS + 1);
    let verified = mainstay(folder, &["journal", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let checked = mainstay(folder, &["rebuild", "--check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}
