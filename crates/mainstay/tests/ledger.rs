//! The ledger commands as an operator and an auditor run them: exit codes, files, one document with `--json`.

use std::{path::Path, process::Command};

use mainstay_verify::{Request, Verdict, verify, verify_proof};
use serde_json::Value as Json;

fn run(folder: &Path, arguments: &[&str]) -> (i32, Json, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mainstay"))
        .args(arguments)
        .arg("--json")
        .current_dir(folder)
        .env_remove("MAINSTAY_DATABASE_URL")
        .env_remove("MAINSTAY_CHECKPOINT_SINKS")
        .env_remove("MAINSTAY_DATA")
        .output()
        .expect("mainstay runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let json = serde_json::from_str(&said).unwrap_or(Json::Null);
    (output.status.code().unwrap_or(-1), json, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn done(folder: &Path, arguments: &[&str]) -> Json {
    let (code, json, error) = run(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {json} {error}");
    json
}

#[test]
fn an_operator_checkpoints_verifies_backs_up_restores_and_an_auditor_follows() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (code, _, error) = run(folder, &["journal", "verify"]);
    assert_eq!(code, 4, "there is nothing yet: {error}");
    assert!(error.contains("mainstay init"), "{error}");
    done(folder, &["init"]);

    let made = done(folder, &["journal", "checkpoint", "--sink", "auditor"]);
    assert_eq!((made["size"].as_u64(), made["sinks"].as_array().map(Vec::len)), (Some(1), Some(3)));
    let verified = done(folder, &["journal", "verify", "--known", "auditor/latest"]);
    assert_eq!(verified["integrity"]["ok"], true);
    assert_eq!(verified["completeness"]["ok"], true);
    assert_eq!(done(folder, &["rebuild", "--check"])["clean"], true);
    assert_eq!(done(folder, &["rebuild"])["clean"], true);

    done(folder, &["journal", "export", "export"]);
    let (code, ..) = run(folder, &["journal", "export", "export"]);
    assert_eq!(code, 2, "the folder is taken");
    let request = Request {
        folder: folder.join("export"),
        key: Some(folder.join("auditor/key.pub")),
        known: vec![folder.join("auditor/latest")],
    };
    assert_eq!(verify(&request).verdict(), Verdict::Consistent);

    let backup = done(folder, &["backup", "--to", "backup", "--with-key"]);
    assert_eq!(backup["manifest"]["entries"], 1);
    let restored =
        done(folder, &["restore", "--from", "backup", "--data", "new", "--known", "auditor/latest"]);
    assert_eq!((restored["lost_entries"].as_u64(), restored["new_key"].as_bool()), (Some(0), Some(false)));
    let (code, ..) = run(folder, &["restore", "--from", "backup", "--data", "new"]);
    assert_eq!(code, 3, "records are there");
    let (code, ..) = run(folder, &["restore", "--from", "export", "--data", "newer"]);
    assert_eq!(code, 2, "no backup");
    assert_eq!(
        done(folder, &["journal", "verify", "--data", "new"])["completeness"]["epochs"][1]["entries"],
        1
    );

    let (code, ..) = run(folder, &["erase-person", "PER-000001", "--reason", "asked for"]);
    assert_eq!(code, 2, "no such person");
}

#[test]
fn a_proof_is_written_with_its_entry_and_keys_and_a_sink_that_fails_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(
        folder.join("story.jsonl"),
        "{\"at\":\"2026-01-05T09:00:00Z\",\"actor\":\"operator\",\"command\":\"create\",\"kind\":\"team\",\
         \"values\":{\"title\":\"Desk\"}}\n",
    )
    .expect("a story");
    done(folder, &["replay", "story.jsonl"]);
    let proved = done(folder, &["journal", "prove", "TEAM-000001", "--out", "team.tlog-proof"]);
    assert_eq!((proved["number"].as_u64(), proved["of"].as_u64()), (Some(1), Some(1)));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let report = verify_proof(read("team.entry").as_bytes(), &read("team.tlog-proof"), &read("team.pub"));
    assert_eq!(report.verdict, Verdict::Consistent, "{report:?}");
    let consistency = done(folder, &["journal", "prove", "--consistency", "1"]);
    assert_eq!(consistency["old_size"], 1);
    let (code, ..) = run(folder, &["journal", "prove", "TEAM-000002"]);
    assert_eq!(code, 2, "no such record");

    std::fs::write(folder.join("blocked"), "a file").expect("a file");
    let (code, json, _) = run(folder, &["journal", "checkpoint", "--sink", "blocked/below"]);
    assert_eq!(code, 1, "{json}");
    assert!(json["sinks"][2]["failure"].is_string(), "{json}");
}
