//! What happens to whole folders: rewritten, cut, restored, without key. Run through the program, by its exit
//! codes.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use mainstay_verify::{Outcome, Verdict};
use tempfile::TempDir;

use crate::generator::{Epoch, Journal, run, vkey};

const SIZES: [usize; 4] = [50, 100, 150, 200];

fn journal() -> Journal {
    Journal::of(Epoch::new(1, 210, &SIZES, 0))
}

/// A journal of which the first `entries` of 210 are left by a restore, with an epoch 2 that says so.
fn restored(entries: usize) -> Journal {
    let whole = Epoch::new(1, 210, &SIZES, 0);
    let kept: Vec<usize> = SIZES.into_iter().filter(|size| *size <= entries).collect();
    let mut journal = Journal::of(Epoch::new(1, entries, &kept, 0));
    let mut second = Epoch::new(2, 20, &[], 0);
    second.entries[0] = link(&journal.first().clone(), Some(&whole.checkpoint(200)), 200 - entries as i64);
    second.list_leaves();
    second.checkpoints = vec![second.checkpoint(1), second.checkpoint(15)];
    journal.epochs.insert(2, second);
    journal
}

fn link(before: &Epoch, last_known: Option<&str>, lost: i64) -> String {
    let size = before.entries.len();
    let root = BASE64.encode(before.root(size));
    let last_known = match last_known {
        Some(text) => format!("\"last_known_checkpoint\":\"{}\",", text.replace('\n', "\\u000a")),
        None => String::new(),
    };
    let lost = if lost > 0 { format!("\"lost_entries\":{lost},") } else { String::new() };
    format!(
        "{{\"act\":\"a\",\"actor\":\"system\",\"channel\":\"cli\",\"command\":\"journal.epoch\",\"epoch\":2,\"index\":0,\
         \"occurred_at\":1700020000,\"op\":\"note\",\"recorded_at_ms\":1700020000000,\"schema\":1,\
         \"table\":\"journal\",\"v\":1,\"values\":{{{last_known}{lost}\"previous_origin\":\"{}\",\
         \"previous_root\":\"{root}\",\"previous_size\":{size}}},\"version\":0}}",
        before.origin
    )
}

/// Runs the program over the journal and the checkpoints kept outside, and looks at exit code and last line.
fn check(journal: &Journal, kept: &[String], code: i32, verdict: &str) {
    let (folder, outside) = (journal.write(), TempDir::new().unwrap());
    let mut arguments = vec![folder.path().display().to_string()];
    for (number, text) in kept.iter().enumerate() {
        let file = outside.path().join(number.to_string());
        fs::write(&file, text).unwrap();
        arguments.extend(["--known".to_owned(), file.display().to_string()]);
    }
    let (exit, said) = run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(exit, code, "{said}");
    let last = said.lines().last().unwrap();
    assert!(last.starts_with(&format!("Verdict: {verdict}")), "{said}");
}

#[test]
fn a_checkpoint_kept_outside_agrees_with_a_journal_that_has_grown() {
    let kept = journal().first().checkpoint(120);
    check(&journal(), &[kept], 0, "consistent");
}

#[test]
fn a_tail_cut_with_its_checkpoints_is_seen_only_from_outside() {
    let kept = journal().first().checkpoint(200);
    let mut cut = journal();
    let epoch = cut.first();
    epoch.entries.truncate(120);
    epoch.leaves.truncate(120);
    epoch.checkpoints.truncate(2);
    cut.personal.truncate(24);
    check(&cut, &[], 0, "consistent");
    check(&cut, &[kept], 3, "rollback: a copy that ends earlier");
}

#[test]
fn an_older_copy_is_seen_from_outside() {
    let older = Journal::of(Epoch::new(1, 120, &[50, 100], 0));
    check(&older, &[journal().first().checkpoint(150)], 3, "rollback: a copy that ends earlier");
    check(&older, &[journal().first().checkpoint(110)], 0, "consistent");
}

#[test]
fn a_history_rewritten_with_the_key_is_seen_only_from_outside() {
    let rewritten = Journal::of(Epoch::new(1, 210, &SIZES, 77));
    check(&rewritten, &[], 0, "consistent");
    for size in [1, 120, 200, 210] {
        check(&rewritten, &[journal().first().checkpoint(size)], 3, "fork: history was rewritten");
    }
}

#[test]
fn a_single_entry_changed_with_the_key_is_seen_by_checkpoints_behind_it() {
    let mut rewritten = journal();
    let epoch = rewritten.first();
    epoch.entries[130] = epoch.entries[130].replace("incident.change", "incident.delete");
    epoch.list_leaves();
    epoch.checkpoints = SIZES.iter().map(|size| epoch.checkpoint(*size)).collect();
    check(&rewritten, &[], 0, "consistent");
    check(&rewritten, &[journal().first().checkpoint(130)], 0, "consistent");
    check(&rewritten, &[journal().first().checkpoint(131)], 3, "fork: history was rewritten");
}

#[test]
fn a_change_inside_outweighs_a_difference_to_the_outside() {
    let mut changed = journal();
    changed.first().entries[5] = Epoch::new(1, 6, &[], 9).entries[5].clone();
    check(&changed, &[journal().first().checkpoint(200)], 2, "tampered, first at entry 5 of epoch 1");
}

#[test]
fn a_declared_restore_is_explained_and_still_told() {
    let lost = "declared restore: epoch 2 says 80 entries were lost";
    check(&restored(120), &[], 0, "consistent");
    check(&restored(120), &[journal().first().checkpoint(110)], 0, "consistent");
    check(&restored(120), &[journal().first().checkpoint(200)], 3, lost);
    check(&restored(120), &[journal().first().checkpoint(150)], 3, lost);
    let report = restored(120).verify_against(&[&journal().first().checkpoint(200)]);
    assert_eq!(report.known[0].outcome, Outcome::DeclaredRestore { epoch: 2, lost: 80 });
    assert_eq!(report.epochs[0].declared_lost, 80);
}

#[test]
fn a_loss_larger_than_the_declared_one_is_a_rollback() {
    check(&restored(120), &[journal().first().checkpoint(205)], 3, "rollback: a copy that ends earlier");
}

#[test]
fn another_history_behind_a_declared_loss_is_a_fork() {
    let other = Epoch::new(1, 210, &[], 77).checkpoint(200);
    check(&restored(120), &[other], 3, "fork: history was rewritten");
}

#[test]
fn exported_checkpoints_of_the_lost_entries_in_the_folder_are_a_declared_restore() {
    let mut journal = restored(120);
    let lost = Epoch::new(1, 210, &SIZES, 0).checkpoints[2..].to_vec();
    journal.first().checkpoints.extend(lost);
    check(&journal, &[], 3, "declared restore: epoch 2 says 80 entries were lost");
}

#[test]
fn a_copy_from_before_the_restore_is_a_rollback_to_whoever_knows_the_new_epoch() {
    let kept = restored(120).epochs[&2].checkpoint(15);
    check(&restored(120), std::slice::from_ref(&kept), 0, "consistent");
    let (mut old, mut keys) = (journal(), vkey("mainstay/test/2", 1));
    std::mem::swap(&mut old.keys, &mut keys);
    check(&old, &[kept], 3, "rollback: a copy that ends earlier");
}

#[test]
fn a_restore_that_lost_nothing_goes_on() {
    let mut journal = restored(200);
    check(&journal, &[], 0, "consistent");
    let first = journal.first().clone();
    let second = journal.epochs.get_mut(&2).unwrap();
    second.entries[0] = link(&first, None, 0);
    second.list_leaves();
    second.checkpoints = vec![second.checkpoint(20)];
    check(&journal, &[], 0, "consistent");
}

#[test]
fn an_epoch_that_is_linked_from_a_vouched_one_is_vouched_to_its_end() {
    let mut journal = restored(120);
    journal.first().checkpoints.clear();
    let report = journal.verify();
    assert_eq!(report.verdict(), Verdict::Consistent, "{report}");
    assert_eq!(report.epochs[0].vouched_size, 120);
    journal.first().entries[60] = Epoch::new(1, 61, &[], 9).entries[60].clone();
    journal.first().list_leaves();
    check(&journal, &[], 2, "tampered, first among entries 0 to 119 of epoch 1");
}

#[test]
fn a_closed_epoch_that_goes_on_is_found() {
    let mut journal = restored(120);
    let longer = Epoch::new(1, 130, &[50, 100], 0);
    *journal.first() = longer;
    check(&journal, &[], 2, "tampered, first among entries 120 to 129 of epoch 1");
}

#[test]
fn a_closed_epoch_that_ends_early_is_found() {
    let mut journal = restored(120);
    journal.first().entries.truncate(110);
    journal.first().leaves.truncate(110);
    journal.personal.truncate(22);
    check(&journal, &[], 2, "tampered, first among entries 110 to 119 of epoch 1");
}

#[test]
fn a_changed_link_is_found_in_the_epoch_that_holds_it() {
    for (from, to) in [
        ("\"previous_size\":120", "\"previous_size\":119"),
        ("\"lost_entries\":80", "\"lost_entries\":90"),
        ("mainstay/test/1\",\"previous_root", "mainstay/other/1\",\"previous_root"),
        ("journal.epoch", "journal.begin"),
    ] {
        let mut journal = restored(120);
        let second = journal.epochs.get_mut(&2).unwrap();
        let changed = second.entries[0].replace(from, to);
        assert_ne!(changed, second.entries[0]);
        second.entries[0] = changed;
        let report = journal.verify();
        assert_eq!(report.verdict().exit_code(), 2, "{report}");
        assert!(
            report.findings.iter().any(|found| found.place.epoch == 2 && found.place.from == 0),
            "{report}"
        );
    }
}

#[test]
fn a_missing_epoch_leaves_no_answer() {
    let mut journal = restored(120);
    journal.epochs.remove(&1);
    journal.personal.clear();
    check(&journal, &[], 4, "cannot verify: epoch 1 is not in the folder");
}

#[test]
fn one_key_kept_by_an_auditor_serves_every_epoch() {
    let (folder, outside) = (restored(120).write(), TempDir::new().unwrap());
    let key = outside.path().join("key");
    fs::write(&key, vkey("mainstay/test/1", 1)).unwrap();
    fs::write(folder.path().join("key.pub"), "nonsense").unwrap();
    let (code, said) = run(&[&folder.path().display().to_string(), "--key", &key.display().to_string()]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("by the key that was given"), "{said}");
}

#[test]
fn a_journal_signed_by_a_stranger_is_not_believed() {
    let mut journal = Journal::of(Epoch { seed: 1, ..Epoch::new(1, 60, &[50], 0) });
    journal.keys = vkey("mainstay/test/1", 2);
    check(&journal, &[], 2, "tampered");
    journal.keys = vkey("mainstay/elsewhere/1", 1);
    check(&journal, &[], 2, "tampered");
}

#[test]
fn a_rotated_key_verifies_end_to_end() {
    let mut journal = journal();
    let epoch = journal.first();
    let newer = Epoch { seed: 2, ..epoch.clone() };
    let both = format!("{}{}", epoch.checkpoint(150), newer.checkpoint(150).lines().last().unwrap()) + "\n";
    epoch.checkpoints = vec![epoch.checkpoint(50), both, newer.checkpoint(200)];
    check(&journal, &[], 2, "tampered");
    journal.keys += &vkey("mainstay/test/1", 2);
    check(&journal, &[], 0, "consistent");
    journal.keys = vkey("mainstay/test/1", 2);
    check(&journal, &[], 2, "tampered");
}

#[test]
fn without_a_key_there_is_no_answer_but_a_change_is_still_found() {
    let mut journal = journal();
    journal.keys.clear();
    check(&journal, &[], 4, "cannot verify");
    journal.first().entries[5] = Epoch::new(1, 6, &[], 9).entries[5].clone();
    journal.first().list_leaves();
    check(&journal, &[], 2, "tampered, first among entries 0 to 49 of epoch 1");
}

#[test]
fn without_a_checkpoint_there_is_no_answer_unless_one_was_kept_outside() {
    let mut journal = journal();
    journal.first().checkpoints.clear();
    check(&journal, &[], 4, "cannot verify: no checkpoint vouches for any of the entries");
    let kept = journal.first().checkpoint(150);
    let report = journal.verify_against(&[&kept]);
    assert_eq!(report.verdict(), Verdict::Consistent, "{report}");
    assert_eq!(report.epochs[0].vouched_size, 150);
}

#[test]
fn a_checkpoint_that_cannot_be_compared_leaves_no_answer() {
    let epoch = journal().first().clone();
    let stranger = Epoch { seed: 9, ..epoch.clone() }.checkpoint(100);
    check(&journal(), &[stranger], 4, "cannot verify");
    let elsewhere = Epoch { origin: "mainstay/elsewhere/1".to_owned(), ..epoch.clone() }.checkpoint(100);
    check(&journal(), &[elsewhere], 4, "cannot verify");
    check(&journal(), &["nothing".to_owned()], 4, "cannot verify");
    check(&journal(), &[String::new()], 4, "cannot verify");
}

#[test]
fn several_checkpoints_in_one_file_are_all_compared() {
    let epoch = journal().first().clone();
    let other = Epoch::new(1, 210, &[], 77);
    check(&journal(), &[epoch.checkpoint(10) + "--\n" + &epoch.checkpoint(20)], 0, "consistent");
    check(&journal(), &[epoch.checkpoint(10) + "--\n" + &other.checkpoint(20)], 3, "fork");
}

#[test]
fn a_folder_that_is_not_there_leaves_no_answer() {
    let folder = TempDir::new().unwrap();
    let (code, said) = run(&[&folder.path().display().to_string()]);
    assert_eq!(code, 4, "{said}");
    let (code, said) = run(&[&folder.path().join("nowhere").display().to_string()]);
    assert_eq!(code, 4, "{said}");
    let (code, said) = run(&[&folder.path().display().to_string(), "--known", "nowhere"]);
    assert_eq!(code, 4, "{said}");
}

#[test]
fn a_personal_file_that_cannot_be_read_leaves_no_answer() {
    let mut journal = journal();
    journal.personal.swap(3, 4);
    check(&journal, &[], 4, "cannot verify: personal.jsonl, line 5");
    journal.personal[0] = "{}".to_owned();
    check(&journal, &[], 4, "cannot verify: personal.jsonl, line 1");
}

#[test]
fn a_personal_value_of_an_entry_that_is_not_there_is_tampering() {
    let mut journal = journal();
    let last = journal.personal.last().unwrap().replace("\"index\":207", "\"index\":999");
    journal.personal.push(last.clone());
    check(&journal, &[], 2, "tampered, first at entry 999 of epoch 1");
    journal.personal.pop();
    journal.personal.push(last.replace("\"epoch\":1", "\"epoch\":5"));
    check(&journal, &[], 2, "tampered");
}

#[test]
fn a_synthetic_journal_says_so() {
    let mut epoch = Epoch::new(1, 60, &[], 0);
    epoch.origin += "/synthetic";
    epoch.checkpoints = vec![epoch.checkpoint(60)];
    let journal = Journal::of(epoch.clone());
    let report = journal.verify();
    assert!(report.synthetic && report.to_string().contains("synthetic"), "{report}");
    check(&journal, &[], 0, "consistent");
    // One that says so in its first entry cannot pass for a real one.
    epoch.entries[0] = link(&Epoch::new(1, 1, &[], 0), None, 0)
        .replace("journal.epoch", "journal.open")
        .replace("\"epoch\":2", "\"epoch\":1")
        .replace("1700020000000", "1700000000000")
        .replace("\"previous_size\":1}", "\"previous_size\":1,\"synthetic\":true}");
    epoch.list_leaves();
    epoch.checkpoints = vec![epoch.checkpoint(60)];
    let mut journal = Journal::of(epoch.clone());
    check(&journal, &[], 0, "consistent");
    epoch.origin = "mainstay/test/1".to_owned();
    epoch.checkpoints = vec![epoch.checkpoint(60)];
    journal.epochs.insert(1, epoch);
    journal.keys = vkey("mainstay/test/1", 1);
    check(&journal, &[], 2, "tampered, first at entry 0 of epoch 1");
}

#[test]
fn the_facts_are_there_for_programs() {
    let mut changed = journal();
    changed.first().entries[5] = Epoch::new(1, 6, &[], 9).entries[5].clone();
    let folder = changed.write();
    let (code, said) = run(&[&folder.path().display().to_string(), "--json"]);
    let facts: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &facts["exit_code"]), (2, &2.into()));
    assert_eq!(facts["verdict"], "tampered");
    assert_eq!(facts["first_bad"], serde_json::json!({ "epoch": 1, "from": 5, "to": 5, "exact": true }));
    assert_eq!(facts["integrity"]["intact"], false);
    let folder = journal().write();
    let (code, said) = run(&["--json", &folder.path().display().to_string()]);
    let facts: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(code, 0);
    assert_eq!(facts["completeness"]["vouched_entries"], 200);
    assert_eq!(facts["completeness"]["unvouched_entries"], 10);
    assert_eq!(facts["completeness"]["vouched_until"], "2023-11-15T01:03:18.403Z");
}

#[test]
fn a_wrong_use_is_told_apart_from_an_answer() {
    for arguments in [&[][..], &["--nonsense", "x"], &["x", "--proof", "p"], &["x", "y"]] {
        assert_eq!(run(arguments).0, 5, "{arguments:?}");
    }
    assert_eq!(run(&["--help"]).0, 0);
    assert_eq!(run(&["--version"]).0, 0);
}

#[test]
fn the_verifier_depends_on_no_other_crate_of_mainstay() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let depending = manifest.split("dependencies]").skip(1).collect::<String>();
    assert!(!depending.contains("mainstay"), "{depending}");
    assert!(!manifest.contains("path ="), "{manifest}");
}
