//! Checkpoints, verification, export and proofs of a living journal, and what tampering looks like to each.

use std::path::{Path, PathBuf};

use mainstay_app::ledger::{Ledger, check::Report, checkpoint::due, sinks};
use mainstay_core::{ErrorKind, Value};
use mainstay_journal::{Entry, Frontier, tree::leaf_hash, verify_consistency};
use mainstay_store::{Cell, Conn, journal};
use mainstay_verify::{Request, Verdict, verify, verify_proof};

use crate::{
    stories::day,
    world::{World, on_both},
};

fn vouched(world: &World) -> Ledger {
    let ledger = Ledger::of(&world.app);
    assert!(ledger.checkpoint().expect("a checkpoint").everywhere());
    ledger
}

fn check(ledger: &Ledger) -> Report {
    ledger.verify(&[], &mut |_| {}).expect("the verification runs")
}

/// Exports to a new folder below the world's.
pub fn export(world: &World, ledger: &Ledger, name: &str) -> PathBuf {
    let folder = world.folder.path().join(name);
    ledger.export(&folder, true, &mut |_| {}).expect("the export runs");
    folder
}

/// What the independent verifier says, with the key that an outsider was given before.
pub fn verdict(folder: &Path, known: &[PathBuf]) -> Verdict {
    verify(&Request { folder: folder.to_owned(), key: None, known: known.to_vec() }).verdict()
}

fn sql(ledger: &Ledger, sql: &str) {
    ledger.writer().expect("a connection").batch(sql).expect(sql);
}

#[test]
fn a_checkpoint_is_due_after_a_minute_with_new_entries_or_a_thousand_entries() {
    for (last, size, now_ms, expected) in [
        (None, 0, 0, false),
        (None, 1, 0, true),
        (Some((10, 0)), 10, 3_600_000, false),
        (Some((10, 0)), 11, 59_999, false),
        (Some((10, 0)), 11, 60_000, true),
        (Some((10, 0)), 1009, 1, false),
        (Some((10, 0)), 1010, 1, true),
    ] {
        assert_eq!(due(last, size, now_ms), expected, "{last:?} {size} {now_ms}");
    }
}

#[test]
fn a_checkpoint_stands_in_the_database_and_in_every_folder_and_a_second_one_goes_on_from_it() {
    on_both(|world| {
        day(world);
        let outside = world.folder.path().join("auditor");
        let mut config = world.app.config().clone();
        config.checkpoint_sinks = vec![outside.clone()];
        let ledger = Ledger::open(&config, &mainstay_kinds::REGISTRY).expect("the ledger opens");
        let first = ledger.checkpoint().expect("a checkpoint");
        assert!(first.new && first.everywhere(), "{first:?}");
        assert_eq!(first.sinks.len(), 3);
        assert!(!ledger.checkpoint().expect("again").new);
        world.create("team", serde_json::json!({"title": "Another"})).expect("a team");
        let second = ledger.checkpoint().expect("a second");
        assert!(second.new);
        for folder in [world.app.data().join("checkpoints"), outside] {
            let latest = std::fs::read_to_string(folder.join("latest")).expect("latest");
            assert_eq!(latest, second.checkpoint.text());
            assert_eq!(sinks::read(&folder).expect("readable").len(), 3);
            assert_eq!(std::fs::read_to_string(folder.join("key.pub")).expect("keys").lines().count(), 1);
        }
        let report = check(&ledger);
        assert!(report.intact() && report.complete(), "{report:?}");
        assert_eq!((report.outside, report.erased), (6, 0));
    });
}

#[test]
fn a_sink_that_fails_is_named_and_the_others_are_written() {
    let world = World::new(crate::world::Engine::Sqlite);
    let mut config = world.app.config().clone();
    let blocked = world.folder.path().join("a file");
    std::fs::write(&blocked, "not a folder").expect("a file");
    config.checkpoint_sinks = vec![blocked.join("below"), world.folder.path().join("good")];
    let ledger = Ledger::open(&config, &mainstay_kinds::REGISTRY).expect("the ledger opens");
    let made = ledger.checkpoint().expect("a checkpoint");
    let failed: Vec<bool> = made.sinks.iter().map(|sink| sink.failure.is_some()).collect();
    assert_eq!(failed, [false, false, true, false]);
    assert!(!made.everywhere());
}

#[test]
fn an_older_copy_and_a_rewritten_history_are_never_vouched_for() {
    on_both(|world| {
        day(world);
        let ledger = vouched(world);
        let size = world.app.head().expect("a head").frontier.size();
        // The tail is cut off and the head is set back: a copy of yesterday.
        rewrite(&ledger, size - 3, |_| {});
        let error = ledger.checkpoint().expect_err("an older copy");
        assert!(
            matches!(error.kind(), ErrorKind::Refused { .. }) && error.message().contains("older copy"),
            "{error}"
        );
        let report = check(&ledger);
        assert_eq!(report.findings.first().map(|finding| finding.index), Some(size - 3), "{report:?}");
    });
    on_both(|world| {
        day(world);
        let ledger = vouched(world);
        let size = world.app.head().expect("a head").frontier.size();
        rewrite(&ledger, size, |entry| {
            if entry.index == 5 {
                entry.actor = "somebody else".into();
            }
        });
        let error = ledger.checkpoint().expect_err("another history");
        assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{error}");
        assert!(!check(&ledger).intact());
    });
}

/// Rewrites the whole running epoch as somebody with full access to the database, but without the checkpoints that
/// were handed out, would do it: entries, leaves, tiles, head; checkpoints in the database are thrown away.
fn rewrite(ledger: &Ledger, size: u64, change: impl Fn(&mut Entry)) {
    let mut conn = ledger.writer().expect("a connection");
    let conn: &mut dyn Conn = &mut *conn;
    let mut frontier = Frontier::new();
    for stored in journal::from(conn, 0, 10_000).expect("entries") {
        let mut entry = stored.entry().expect("an entry");
        if entry.index >= size {
            continue;
        }
        change(&mut entry);
        let body = entry.encode();
        let leaf = leaf_hash(&body);
        frontier.append(leaf);
        let sql = conn.dialect().sql("update journal_entry set body = ?2, leaf = ?3 where position = ?1");
        let row = [stored.position.into(), Value::Bytes(body), Value::Bytes(leaf.to_vec())];
        conn.execute(&sql, &row).expect("rewritten");
    }
    for table in ["journal_entry", "journal_personal"] {
        let sql = conn.dialect().sql(&format!("delete from {table} where position >= ?1"));
        conn.execute(&sql, &[size.into()]).expect("cut off");
    }
    conn.batch("delete from journal_checkpoint").expect("thrown away");
    let sql = conn.dialect().sql("update journal_head set frontier = ?1");
    conn.execute(&sql, &[Value::Bytes(frontier.encode())]).expect("rewritten");
}

/// What somebody does to the raw rows, and the first index that must be named by the check inside and by the
/// verifier outside.
type Tampering = (&'static str, fn(&mut dyn Conn), u64);

fn body(conn: &mut dyn Conn, position: u64) -> (Vec<u8>, Vec<u8>) {
    let stored = journal::from(conn, position, 1).expect("an entry").remove(0);
    (stored.leaf, stored.body)
}

fn put(conn: &mut dyn Conn, position: u64, leaf: &[u8], body: &[u8]) {
    let sql = conn.dialect().sql("update journal_entry set leaf = ?2, body = ?3 where position = ?1");
    let row = [position.into(), Value::Bytes(leaf.to_vec()), Value::Bytes(body.to_vec())];
    assert_eq!(conn.execute(&sql, &row).expect("written"), 1);
}

fn flip(conn: &mut dyn Conn) {
    let (leaf, mut bytes) = body(conn, 7);
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    put(conn, 7, &leaf, &bytes);
}

fn delete(conn: &mut dyn Conn) {
    conn.batch("delete from journal_entry where position = 7").expect("deleted");
}

fn close_the_gap(conn: &mut dyn Conn) {
    conn.batch("delete from journal_entry where position = 7").expect("deleted");
    conn.batch("update journal_entry set position = -position where position > 7").expect("moved");
    conn.batch("update journal_entry set position = -position - 1 where position < 0").expect("moved");
}

fn swap(conn: &mut dyn Conn) {
    let (a, b) = (body(conn, 7), body(conn, 8));
    put(conn, 7, &b.0, &b.1);
    put(conn, 8, &a.0, &a.1);
}

fn duplicate(conn: &mut dyn Conn) {
    let (leaf, bytes) = body(conn, 6);
    put(conn, 7, &leaf, &bytes);
}

fn truncate(conn: &mut dyn Conn) {
    conn.batch("delete from journal_entry where position >= 40").expect("cut off");
}

fn rehash_the_leaf(conn: &mut dyn Conn) {
    let (_, bytes) = body(conn, 7);
    let mut entry = Entry::decode(&bytes).expect("an entry");
    entry.actor = "somebody else".into();
    let bytes = entry.encode();
    put(conn, 7, &leaf_hash(&bytes), &bytes);
}

const TAMPERINGS: &[Tampering] = &[
    ("a flipped bit", flip, 7),
    ("a deleted row", delete, 7),
    ("a deleted row, the rest moved up", close_the_gap, 7),
    ("two bodies exchanged", swap, 7),
    ("a body twice", duplicate, 7),
    ("the tail cut off", truncate, 40),
    // With the leaf rehashed only the checkpoint knows; the one before vouches for nothing.
    ("a changed entry with its leaf rehashed", rehash_the_leaf, 0),
];

#[test]
fn every_change_of_raw_rows_is_found_inside_and_by_the_independent_verifier() {
    on_both(|world| {
        day(world);
        let ledger = vouched(world);
        let clean = export(world, &ledger, "clean");
        assert_eq!(verdict(&clean, &[]), Verdict::Consistent);
        for (number, (name, tamper, index)) in TAMPERINGS.iter().enumerate() {
            let mut conn = ledger.writer().expect("a connection");
            let before: Vec<_> = journal::from(&mut *conn, 0, 10_000).expect("entries");
            tamper(&mut *conn);
            let report = check(&ledger);
            assert_eq!(
                report.findings.first().map(|finding| finding.index),
                Some(*index),
                "{name}: {report:?}"
            );
            let folder = export(world, &ledger, &format!("tampered-{number}"));
            match verdict(&folder, &[]) {
                Verdict::Tampered(place) => assert_eq!(place.from, *index, "{name}: {place:?}"),
                other => panic!("{name}: {other:?}"),
            }
            // Put everything back.
            conn.batch("delete from journal_entry").expect("emptied");
            for stored in before {
                let entry = stored.entry().expect("an entry");
                let record: Option<uuid::Uuid> = entry.record.and_then(|id| id.parse().ok());
                let sql = conn.dialect().sql(
                    "insert into journal_entry(position, record, recorded_at_ms, leaf, body) values (?1, ?2, ?3, ?4, ?5)",
                );
                let row = [
                    stored.position.into(),
                    record.into(),
                    entry.recorded_at_ms.into(),
                    Value::Bytes(stored.leaf),
                    Value::Bytes(stored.body),
                ];
                conn.execute(&sql, &row).expect("put back");
            }
            assert!(check(&ledger).intact(), "after {name}");
        }
    });
}

#[test]
fn a_checkpoint_kept_outside_shows_an_older_copy_and_a_rewritten_history() {
    for (cut, expected) in [(3, Verdict::Rollback), (0, Verdict::Fork)] {
        on_both(|world| {
            day(world);
            let ledger = vouched(world);
            let kept = world.folder.path().join("kept");
            std::fs::copy(world.app.data().join("checkpoints").join("latest"), &kept).expect("kept");
            let size = world.app.head().expect("a head").frontier.size();
            rewrite(&ledger, size - cut, |entry| {
                if cut == 0 && entry.index == 5 {
                    entry.actor = "somebody else".into();
                }
            });
            // Whoever holds the key as well signs the new history and throws the folder away.
            std::fs::remove_dir_all(world.app.data().join("checkpoints")).expect("thrown away");
            ledger.checkpoint().expect("signed by the thief");
            let folder = export(world, &ledger, "export");
            assert_eq!(verdict(&folder, &[]), Verdict::Consistent);
            assert_eq!(verdict(&folder, std::slice::from_ref(&kept)), expected);
            let report = ledger.verify(&[kept], &mut |_| {}).expect("the verification runs");
            assert!(!report.intact());
        });
    }
}

#[test]
fn tiles_head_and_personal_values_are_checked_too() {
    on_both(|world| {
        let caller = day(world).caller_id;
        for _ in 0..130 {
            for visibility in ["public", "internal"] {
                world
                    .act_as(
                        &caller,
                        mainstay_app::Command::Comment {
                            record: "INC-000001".into(),
                            body: "More".into(),
                            visibility: visibility.into(),
                        },
                    )
                    .expect("a comment");
            }
        }
        let ledger = vouched(world);
        assert!(check(&ledger).intact(), "{:?}", check(&ledger));
        for (damage, repair, what) in [
            (
                "update journal_tile set number = 7 where number = 0",
                "update journal_tile set number = 0 where number = 7",
                "tile 0",
            ),
            (
                "update journal_entry set recorded_at_ms = recorded_at_ms + 1 where position = 3",
                "update journal_entry set recorded_at_ms = recorded_at_ms - 1 where position = 3",
                "columns beside",
            ),
            (
                "update journal_personal set content = '\"Moria\"' where content = '\"More\"'",
                "update journal_personal set content = '\"More\"' where content = '\"Moria\"'",
                "personal value body",
            ),
        ] {
            sql(&ledger, damage);
            let report = check(&ledger);
            let named = report.findings.iter().any(|finding| finding.what.contains(what));
            assert!(named, "{damage}: {report:?}");
            sql(&ledger, repair);
            assert!(check(&ledger).intact(), "after {repair}");
        }
        sql(&ledger, "delete from journal_personal where content = '\"More\"'");
        let report = check(&ledger);
        assert!(report.findings[0].what.contains("260 personal values are not held"), "{report:?}");
    });
}

#[test]
fn each_entry_of_a_record_is_proved_to_somebody_without_the_journal() {
    on_both(|world| {
        day(world);
        let ledger = Ledger::of(&world.app);
        let error = ledger.prove("INC-000001", None).expect_err("nothing vouches yet");
        assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{error}");
        vouched(world);
        let of = ledger.prove("INC-000001", None).expect("a proof").of;
        for number in 1..=of {
            let proved = ledger.prove("INC-000001", Some(number)).expect("a proof");
            let keys: String = proved.keys.iter().map(|key| format!("{key}\n")).collect();
            let report = verify_proof(&proved.bytes, &proved.proof.text(), &keys);
            assert_eq!(report.verdict, Verdict::Consistent, "{report:?}");
            let mut other = proved.entry.clone();
            other.actor = "somebody else".into();
            let report = verify_proof(&other.encode(), &proved.proof.text(), &keys);
            assert_ne!(report.verdict, Verdict::Consistent);
        }
        assert_eq!(
            *ledger.prove("INC-000001", Some(of + 1)).expect_err("beyond").kind(),
            ErrorKind::NotFound
        );
    });
}

#[test]
fn an_older_tree_is_proved_to_be_the_beginning_of_the_present_one() {
    on_both(|world| {
        day(world);
        let ledger = vouched(world);
        let old = world.app.head().expect("a head").frontier;
        world.create("team", serde_json::json!({"title": "Another"})).expect("a team");
        vouched(world);
        let proved = ledger.prove_consistency(old.size()).expect("a proof");
        assert_eq!(proved.old_root, old.root());
        let head = proved.checkpoint.checkpoint();
        assert!(verify_consistency(old.size(), &old.root(), head.size, &head.root, &proved.hashes));
        assert!(ledger.prove_consistency(head.size + 1).is_err());
    });
}

#[test]
fn the_number_of_held_values_is_counted_from_the_side_table() {
    on_both(|world| {
        day(world);
        let ledger = vouched(world);
        let report = check(&ledger);
        let row = ledger
            .snapshot(|conn| conn.first("select count(*) from journal_personal", &[], &[Cell::Int]))
            .expect("a count");
        assert_eq!(row.and_then(|row| row[0].as_int()), Some(report.held as i64));
        assert_eq!(report.held, report.committed);
    });
}
