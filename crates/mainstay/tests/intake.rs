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
        replayed if replayed.contains(", root ") => {
            replayed.split(", root ").next().unwrap_or_default().to_owned()
        }
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
    assert_snapshot!(said(folder, &trial), @r#"
    exit 0
    log.csv: 3 rows about 1 record, all valid.
    Would make 1 record in 3 steps; for them 1 team, 2 persons.
    Nothing was written.
    "#);
    assert_snapshot!(said(folder, &IMPORT), @r#"
    exit 0
    log.csv: 3 rows about 1 record, all valid.
    Made 1 record in 3 steps; for them 1 team, 2 persons, 2 calendars, 2 service level agreements.
    … journal entries in … s
    "#);
    assert_snapshot!(said(folder, &IMPORT), @r#"
    exit 0
    log.csv: 3 rows about 1 record, all valid.
    1 record imported before: nothing to do.
    Nothing changed.
    "#);
    assert_snapshot!(said(folder, &["report", "sla", "--targets", "24x7"]), @r#"
    exit 0
    Resolution of incidents, targets 24x7 (SLA-000001), calendar 24x7 (CAL-000001)

    priority      target  incidents      met  breached  undecided  elapsed h:mm  returns
    1               4:00          0        0         0          0          0:00        0
    2               8:00          0        0         0          0          0:00        0
    3              24:00          1        1         0          0          1:00        0
    4              72:00          0        0         0          0          0:00        0
    total                         1        1         0          0          1:00        0

    States: 1 closed
    "#);
    assert_snapshot!(said(folder, &["explain", "INC-000001"]), @r#"
    exit 0
    INC-000001  Mail · Send  (closed)

    resolution clock: met, 1:00 of 24:00 h:mm, decided 2016-03-01T10:00:00Z
      promised: 24:00 by SLA-000001 version 1, calendar 24x7, from 2016-02-29T01:16:00Z

      from                     to                       state                           counted  (UTC)
      Mon 2016-02-29 01:16:00  Mon 2016-02-29 02:16:00  new                                1:00  counted
      Mon 2016-02-29 02:16:00  Tue 2016-03-01 10:00:00  waiting: customer                  0:00  paused, not counted
      sum                                                                                  1:00
      in pauses                                                                           31:44
      kept at closure: met, 1:00; the same
    "#);
    let london = ["report", "sla", "--targets", "London office", "--format", "csv", "--incidents"];
    assert_snapshot!(said(folder, &london), @r#"
    exit 0
    ref,external_key,title,state,priority,reported_at,elapsed_seconds,paused_seconds,target_seconds,agreement,verdict,decided_at,returns
    INC-000001,servicenow:incident:INC1,Mail · Send,closed,3,2016-02-29T01:16:00Z,0,34200,61200,SLA-000002 version 1,met,2016-03-01T10:00:00Z,0
    "#);
}

#[test]
fn a_damaged_log_is_refused_whole_with_every_bad_row() {
    let damaged =
        LOG.replacen("29-02-2016 01:23", "31-02-2016 01:23", 1).replacen("Awaiting User Info", "Asleep", 1);
    let damaged = damaged.replacen("Bo,?,?,?,code 5\n", "Bo,?\n", 2);
    let folder = folder(&[("log.csv", &damaged)]);
    assert_snapshot!(said(folder.path(), &IMPORT), @r#"
    exit 2
    error: 3 of 3 rows of log.csv are bad; nothing was imported
      line 2: sys_updated_at is no time like 29-02-2016 01:16: "31-02-2016 01:23"
      line 3: has 21 cells instead of 24; the last is "?"
      line 4: has 21 cells instead of 24; the last is "?"
      → Correct these rows in the file, or in the system it came from, and import it again.
    "#);
    let many: String = LOG
        .lines()
        .take(1)
        .map(|header| format!("{header}\n"))
        .chain((0..60).map(|_| "x\n".into()))
        .collect();
    std::fs::write(folder.path().join("log.csv"), many).unwrap();
    let text = said(folder.path(), &IMPORT);
    assert_snapshot!(text.lines().skip(50).collect::<Vec<_>>().join("\n"), @r#"
    line 50: has 1 cell instead of 24; the last is "x"
    line 51: has 1 cell instead of 24; the last is "x"
    and 10 more; --json names all
    → Correct these rows in the file, or in the system it came from, and import it again.
    "#);
    let json = mainstay(folder.path(), &[&IMPORT[..], &["--json"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&json.stderr).unwrap();
    assert_eq!(json["error"]["fields"].as_array().unwrap().len(), 60);
}

#[test]
fn what_cannot_be_imported_or_found_is_told_with_a_way_out() {
    let folder = folder(&[("log.csv", "a;b\n1;2\n"), ("own.toml", "name = \"own\"\nkin = 1\n")]);
    let folder = folder.path();
    assert_snapshot!(said(folder, &IMPORT), @r#"
    exit 2
    error: header: log.csv lacks the columns assigned_to, assignment_group, caller_id, category, caused_by, closed_code, cmdb_ci, contact_type and 16 more
      → Its first line is "a;b". Are its cells separated by ','?
    "#);
    assert_snapshot!(said(folder, &["import", "log.csv", "--mapping", "servicenow"]), @r#"
    exit 2
    error: mapping: "servicenow" is neither a mapping that comes with Mainstay nor a file (No such file or directory (os error 2))
      → Mappings that come with Mainstay: servicenow-incident-audit.
    "#);
    assert_snapshot!(said(folder, &["import", "log.csv", "--mapping", "own.toml"]), @r#"
    exit 2
    error: mapping, line 2: unknown field `kin`, expected one of `name`, `about`, `kind`, `file`, `times`, `rows`, `states`, `fields`, `brings`
    "#);
    assert_snapshot!(said(folder, &["import", "lost.csv", "--mapping", "servicenow-incident-audit"]), @r#"
    exit 2
    error: file: lost.csv cannot be read (No such file or directory (os error 2))
    "#);
    assert_snapshot!(said(folder, &["report", "sla", "--targets", "Gold"]), @r#"
    exit 2
    error: the service level agreement "Gold" does not exist
      → There is none yet.
    "#);
    assert_snapshot!(said(folder, &["explain", "INC-000001"]), @r#"
    exit 2
    error: "INC-000001" does not exist
      → Name a record by its ref, like INC-000123, by its id, or by its key in the system it came from.
    "#);
    assert_snapshot!(said(folder, &["export", "--kind", "incidence"]), @r#"
    exit 2
    error: the record kind "incidence" does not exist
      → The kinds are: incident, service_request, request_model, problem, known_error, knowledge_article, change, change_model, maintenance_window, configuration_item, service, service_level_agreement, calendar, customer_organisation, person, team, role_assignment, major_incident_review, complaint, satisfaction_result, service_report, supplier, contract, supplier_review, dispute, document, nil_return.
    "#);
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
    assert_snapshot!(said(folder, &["replay", "bad.jsonl"]), @r#"
    exit 2
    error: one line is no command; nothing was replayed
      line 2: at: "yesterday" is no instant; write it like 2026-01-31T14:05:00Z
      → A line is like {"at": "2026-01-05T09:00:00Z", "command": "create", "kind": "incident", …}.
    "#);
    assert_snapshot!(said(folder, &["replay", "story.jsonl"]), @r#"
    exit 0
    1 line and 0 announcements of clocks; the journal has 2 entries
    "#);
    assert_snapshot!(said(folder, &["replay", "story.jsonl"]), @r#"
    exit 3
    error: there is something in the journal already
      → Name another folder with --data, or another database.
    "#);
    assert_snapshot!(said(folder, &["replay", "refused.jsonl", "--data", "other"]), @r#"
    exit 3
    error: TEAM-000001 is active; "revive" is not possible from there
      → Possible now: dissolve.
      → The replay stopped at line 2; what came before it stands.
    "#);
    assert_snapshot!(said(folder, &["export", "--kind", "team", "--format", "csv", "--out", "teams.csv"]), @r#"
    exit 0
    1 record of kind team in teams.csv.
    "#);
    assert_snapshot!(said(folder, &["export", "--kind", "team", "--format", "csv", "--out", "teams.csv"]), @r#"
    exit 2
    error: out: teams.csv cannot be made (File exists (os error 17))
      → A file that is there is not written over.
    "#);
}
