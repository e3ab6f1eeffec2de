//! A small workload that knows what it was promised: numbered entries and their sum, one transaction each.

use mainstay_faults::Disk;
use rusqlite::{Connection, params};

/// How many entries a ledger gets.
pub const LENGTH: i64 = 40;

const PATH: &str = "data/ledger.sqlite";

/// Ways to run SQLite. The log is brought into the database often, since that is where most can go wrong.
pub mod settings {
    pub const LOG_FULL: &str =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 9";
    pub const LOG_NORMAL: &str =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 9";
    pub const JOURNAL_EXTRA: &str = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA";
    pub const JOURNAL_FULL: &str = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL";
}

/// What is wrong with a disk.
#[derive(Debug, PartialEq)]
pub enum Loss {
    /// Entries that were acknowledged are not there.
    Acknowledged { acknowledged: i64, found: i64 },
    /// A transaction is there in part.
    HalfApplied,
    /// SQLite itself finds fault with the database.
    Corrupt(String),
}

pub struct Ledger;

impl Ledger {
    /// Writes entries, after those that are there, until there are [`LENGTH`] or an error occurs; says up to which one
    /// they were acknowledged.
    pub fn write(disk: &Disk, settings: &str) -> i64 {
        let mut acknowledged = 0;
        Self::write_telling(disk, settings, |number| acknowledged = number);
        acknowledged
    }

    /// As [`Ledger::write`]; calls `tell` with each number as soon as it is acknowledged.
    pub fn write_telling<T>(disk: &Disk, settings: &str, tell: impl FnMut(i64) -> T) {
        // Power may go at any statement, and what the error is then does not matter.
        let _ = Self::try_write(disk, settings, tell);
    }

    fn try_write<T>(disk: &Disk, settings: &str, mut tell: impl FnMut(i64) -> T) -> rusqlite::Result<()> {
        let mut connection = disk.connect(PATH)?;
        connection.execute_batch(settings)?;
        connection.execute_batch(
            "BEGIN;
             CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, text TEXT NOT NULL);
             CREATE INDEX IF NOT EXISTS entry_text ON entry (text);
             CREATE TABLE IF NOT EXISTS total (sum INTEGER NOT NULL);
             INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM total);
             COMMIT",
        )?;
        // Whoever has read an entry relies on it as if it had been acknowledged.
        let there: i64 = connection.query_one("SELECT count(*) FROM entry", [], |row| row.get(0))?;
        if there > 0 {
            tell(there);
        }
        for number in there + 1..=LENGTH {
            Self::append(&mut connection, number)?;
            tell(number);
        }
        Ok(())
    }

    /// One entry, its index and the sum, in one transaction. Texts differ in length so that pages split.
    pub fn append(connection: &mut Connection, number: i64) -> rusqlite::Result<()> {
        let text = format!("{:x}", number * 7_919 % 1_000).repeat(1 + (number * 31 % 97) as usize);
        let transaction = connection.transaction()?;
        transaction.execute("INSERT INTO entry VALUES (?1, ?2)", params![number, text])?;
        transaction.execute("UPDATE total SET sum = sum + ?1", [number])?;
        transaction.commit()
    }

    /// Whether all acknowledged entries are there, in whole, and at most one more: the one that was under way.
    pub fn check(disk: &Disk, acknowledged: i64) -> Result<(), Loss> {
        let corrupt = |error: rusqlite::Error| Loss::Corrupt(error.to_string());
        let connection = disk.connect(PATH).map_err(corrupt)?;
        let integrity: String =
            connection.query_one("PRAGMA integrity_check", [], |row| row.get(0)).map_err(corrupt)?;
        if integrity != "ok" {
            return Err(Loss::Corrupt(integrity));
        }
        let exists = connection.table_exists(None, "total").map_err(corrupt)?;
        let found = if exists { Self::whole_entries(&connection).map_err(corrupt)? } else { Some(0) };
        match found {
            None => Err(Loss::HalfApplied),
            Some(found) if found < acknowledged => Err(Loss::Acknowledged { acknowledged, found }),
            Some(found) if found > acknowledged + 1 => {
                Err(Loss::Corrupt(format!("{found} of {acknowledged}")))
            }
            Some(_) => Ok(()),
        }
    }

    /// How many entries there are; `None` when they do not fit the sum or each other.
    pub fn whole_entries(connection: &Connection) -> rusqlite::Result<Option<i64>> {
        let sql = "SELECT count(*), coalesce(max(number), 0), coalesce(sum(number), 0), (SELECT sum FROM total) FROM entry";
        connection.query_one(sql, [], |row| {
            let (count, highest, sum, total): (i64, i64, i64, i64) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((count == highest && sum == total).then_some(count))
        })
    }
}
