//! The disk serves several connections of one process at once.

use crate::ledger::{LENGTH, Ledger, settings};
use mainstay_faults::Disk;
use rusqlite::Connection;

const PATH: &str = "data/ledger.sqlite";

fn text(connection: &Connection, query: &str) -> String {
    connection.query_one(query, [], |row| row.get(0)).unwrap()
}

#[test]
fn readers_see_whole_transactions_while_a_writer_writes_and_another_brings_the_log_in() {
    let disk = Disk::new();
    assert_eq!(Ledger::write(&disk, settings::LOG_FULL), LENGTH);
    let last = LENGTH + 300;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut connection = disk.connect(PATH).unwrap();
            connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0").unwrap();
            for number in LENGTH + 1..=last {
                Ledger::append(&mut connection, number).unwrap();
            }
        });
        for _ in 0..3 {
            scope.spawn(|| {
                let connection = disk.connect(PATH).unwrap();
                let mut seen = 0;
                while seen < last {
                    let now = Ledger::whole_entries(&connection).unwrap().expect("whole transactions only");
                    assert!(now >= seen, "time does not run backwards");
                    seen = now;
                }
            });
        }
        scope.spawn(|| {
            let connection = disk.connect(PATH).unwrap();
            while Ledger::whole_entries(&connection).unwrap() != Some(last) {
                bring_the_log_in(&connection);
            }
        });
    });
    assert_eq!(Ledger::check(&disk.cut(1), last), Ok(()));
}

/// A passive checkpoint; gives way where a reader or the writer is in its way.
fn bring_the_log_in(connection: &Connection) {
    let _busy: i64 = connection.query_one("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(0)).unwrap();
}

#[test]
fn one_writer_excludes_another() {
    for settings in [settings::LOG_FULL, settings::JOURNAL_FULL] {
        let disk = Disk::new();
        Ledger::write(&disk, settings);
        let (one, two) = (disk.connect(PATH).unwrap(), disk.connect(PATH).unwrap());
        one.execute_batch("BEGIN IMMEDIATE; UPDATE total SET sum = sum").unwrap();
        two.busy_timeout(std::time::Duration::ZERO).unwrap();
        assert!(two.execute_batch("BEGIN IMMEDIATE").is_err(), "{settings}");
        assert_eq!(Ledger::whole_entries(&two).unwrap(), Some(LENGTH), "reading goes on: {settings}");
        one.execute_batch("COMMIT").unwrap();
        two.execute_batch("BEGIN IMMEDIATE; COMMIT").unwrap();
    }
}

#[test]
fn temporary_files_and_attached_databases_work() {
    let disk = Disk::new();
    let connection = disk.connect("one.sqlite").unwrap();
    connection
        .execute_batch(
            "PRAGMA temp_store = FILE; PRAGMA cache_size = 5;
             ATTACH 'two.sqlite' AS two; CREATE TABLE two.other (n); BEGIN; CREATE TABLE here (n);
             INSERT INTO two.other VALUES (1); INSERT INTO here VALUES (2); COMMIT;
             CREATE TEMP TABLE scratch AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 5000)
                 SELECT n, hex(zeroblob(40)) AS text FROM c;
             CREATE INDEX temp.by_text ON scratch (text, n);",
        )
        .unwrap();
    assert_eq!(text(&connection, "SELECT count(*) || ' ' || max(n) FROM scratch ORDER BY text"), "5000 5000");
    assert_eq!(text(&disk.connect("two.sqlite").unwrap(), "SELECT n || '' FROM other"), "1");
}

#[test]
fn the_clock_stands_still() {
    let disk = Disk::new();
    let connection = disk.connect("a").unwrap();
    assert_eq!(text(&connection, "SELECT datetime('now')"), "2000-01-01 00:00:00");
}

#[test]
fn a_connection_that_outlives_its_disk_gets_errors() {
    let disk = Disk::new();
    let connection = disk.connect(PATH).unwrap();
    connection.execute_batch("CREATE TABLE t (n)").unwrap();
    drop(disk);
    // What it has open it may still use; it can open nothing new.
    assert!(connection.execute_batch("ATTACH 'other.sqlite' AS other").is_err());
    drop(connection);
}
