//! The journal that the writer made for its own tests, kept in its golden folder.

use std::fs;
use std::path::{Path, PathBuf};

use mainstay_verify::{Outcome, Request, Verdict, verify, verify_proof};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::generator::{checkpoint, entry, leaf, root, run, vkey};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../journal/tests/golden")
}

fn read(name: &str) -> String {
    fs::read_to_string(golden().join(name)).unwrap()
}

#[test]
fn the_journal_that_the_writer_makes_is_accepted() {
    let report = verify(&Request { folder: golden(), ..Request::default() });
    assert_eq!(report.verdict(), Verdict::Consistent, "{report}");
    assert_eq!(report.epochs.iter().map(|epoch| epoch.entries).collect::<Vec<_>>(), [7, 3]);
    assert_eq!(report.epochs.iter().map(|epoch| epoch.vouched_size).collect::<Vec<_>>(), [7, 2]);
    assert_eq!((report.epochs[0].commitments, report.epochs[0].opened), (2, 1));
}

#[test]
fn the_restore_that_the_writer_declares_is_understood() {
    let known = golden().join("outside/before-the-restore.checkpoint");
    let report = verify(&Request { folder: golden(), known: vec![known], key: None });
    assert_eq!(report.verdict(), Verdict::DeclaredRestore { epoch: 2, lost: 2 }, "{report}");
    assert_eq!(report.known[0].outcome, Outcome::DeclaredRestore { epoch: 2, lost: 2 });
}

#[test]
fn the_proof_that_the_writer_makes_is_accepted_and_no_other_entry_with_it() {
    let (proof, keys) = (read("outside/entry-3.tlog-proof"), read("key.pub"));
    let check = |entry: &str, proof: &str, keys: &str| {
        verify_proof(entry.as_bytes(), proof, keys).verdict.exit_code()
    };
    let entry = read("outside/entry-3.json");
    assert_eq!(check(&entry, &proof, &keys), 0);
    assert_eq!(check(entry.trim_end(), &proof, &keys), 0);
    assert_eq!(check(&entry.replace("resolved", "reopened"), &proof, &keys), 2);
    assert_eq!(check("{}", &proof, &keys), 2);
    for line in read("epoch-1.jsonl").lines().filter(|line| *line != entry.trim_end()) {
        assert_eq!(check(line, &proof, &keys), 2, "{line}");
    }
    assert_eq!(check(&entry, &proof.replace("index 3", "index 4"), &keys), 2);
    assert_eq!(check(&entry, &proof.replace("\n7\n", "\n8\n"), &keys), 2);
    assert_eq!(check(&entry, &proof.replace("@v1", "@v2"), &keys), 4);
    assert_eq!(check(&entry, &proof, ""), 4);
    assert_eq!(check(&entry, &proof, "nonsense"), 4);
    let mut lines: Vec<&str> = proof.lines().collect();
    lines.swap(2, 3);
    assert_eq!(check(&entry, &(lines.join("\n") + "\n"), &keys), 2);
    lines.remove(2);
    assert_eq!(check(&entry, &(lines.join("\n") + "\n"), &keys), 2);
}

#[test]
fn the_program_verifies_one_entry_with_its_proof() {
    let file = |name: &str| golden().join(name).display().to_string();
    let (proof, entry, key) =
        (file("outside/entry-3.tlog-proof"), file("outside/entry-3.json"), file("key.pub"));
    let (code, said) = run(&["--proof", &proof, "--entry", &entry, "--key", &key]);
    assert_eq!(code, 0, "{said}");
    assert!(said.ends_with("Verdict: consistent\n"), "{said}");
    assert_eq!(run(&[&file(""), "--proof", &proof, "--entry", &entry]).0, 0);
    assert_eq!(run(&[&file(""), "--proof", &proof, "--entry", &proof]).0, 2);
    assert_eq!(run(&[&file(""), "--proof", &entry, "--entry", &entry]).0, 4);
    assert_eq!(run(&["--proof", &proof, "--entry", &entry, "--key", "nowhere"]).0, 4);
    assert_eq!(run(&["--proof", &proof, "--entry", &entry]).0, 5);
}

#[test]
fn an_entry_that_names_another_place_than_it_has_is_not_proved() {
    let origin = "mainstay/test/1";
    let check = |line: &str, size: usize| {
        let leaves = [leaf(&entry(1, 0, 0)), leaf(line)];
        let signed = checkpoint(origin, 1, size, &root(&leaves));
        let proof = format!("c2sp.org/tlog-proof@v1\nindex 1\n{}\n\n{signed}", BASE64.encode(leaves[0]));
        verify_proof(line.as_bytes(), &proof, &vkey(origin, 1)).verdict.exit_code()
    };
    assert_eq!(check(&entry(1, 1, 0), 2), 0);
    assert_eq!(check(&entry(1, 4, 0), 2), 2);
    assert_eq!(check(&entry(2, 1, 0), 2), 2);
    // The same hashes do not lead to the root of a larger tree, nor of one without this entry.
    assert_eq!(check(&entry(1, 1, 0), 4), 2);
    assert_eq!(check(&entry(1, 1, 0), 1), 2);
}
