//! SQLite through `rusqlite`: bundled, WAL, `synchronous=FULL`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use mainstay_core::{Error, Result, Value};
use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig, params_from_iter, types::ValueRef};
use uuid::Uuid;

use super::{Conn, Row, Texts};
use crate::{
    dialect::{Cell, Dialect},
    store::Synchronous,
};

/// The oldest SQLite without the WAL-reset race that could lose committed data.
pub const OLDEST_SAFE_VERSION: i32 = 3_051_003;

/// Log size in bytes over which the writer checkpoints by itself after its commit.
const WRITER_CHECKPOINT_OVER: u64 = 32 << 20;
/// Log size in bytes at which the writer waits for readers and empties the log.
const LOG_CEILING: u64 = 1 << 30;
/// Pages of the text index merged after a group; more when nothing waits.
const MERGE_PAGES: i64 = 16;

/// Up to this size of the file statistics for the planner are taken. Whatever limit it is given, SQLite counts every
/// index to its last page, which takes minutes where the file no longer fits into memory; and what the planner learns
/// from, how many rows share a value, has been seen by then.
const MOST_ANALYSED: u64 = 256 << 20;
/// They are taken again when the file has grown so many times, from this size on.
const ANALYSED_AGAIN_AT: u64 = 4;
const LEAST_ANALYSED: u64 = 4 << 20;

/// How long and how often a writer waits for its turn.
const TURN_PAUSE: std::time::Duration = std::time::Duration::from_millis(1);
const TURN_ATTEMPTS: i32 = 9_000;

/// A connection to the SQLite file.
pub struct SqliteConn {
    conn: Connection,
    log: PathBuf,
    statements: u64,
    texts: Texts,
    groups: u64,
    /// Size of the file when statistics were taken last.
    analysed_at: u64,
}

/// How the file is opened.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// FULL unless a test proves what NORMAL would lose.
    pub synchronous: Synchronous,
    /// A virtual file system, for fault injection.
    pub vfs: Option<String>,
}

/// What is wrong with a statement, in the words of the one error.
pub fn translate(error: &rusqlite::Error) -> Error {
    let code = error.sqlite_error_code();
    match code {
        Some(ErrorCode::DiskFull) => Error::unavailable("the database's disk is full", error)
            .hint("Free some space; Mainstay goes on by itself."),
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::OutOfMemory
            | ErrorCode::FileLockingProtocolFailed,
        ) => Error::unavailable("the database cannot be used now", error),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            Error::unavailable("the database file is damaged", error)
                .hint("Stop Mainstay, keep a copy of the data folder and restore the last verified backup.")
        }
        Some(ErrorCode::ConstraintViolation) => {
            Error::conflict("another record already has this value").caused_by(error)
        }
        _ => Error::bug("a database statement failed").caused_by(error),
    }
}

impl SqliteConn {
    /// Opens a connection that writes; creates the file.
    ///
    /// # Errors
    /// Unavailable, with what to do.
    pub fn open_writer(file: &Path, options: &SqliteOptions) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut conn = Self::open(file, options, flags)?;
        let synchronous = match options.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        conn.batch(&format!(
            "pragma journal_mode=WAL; pragma synchronous={synchronous}; pragma wal_autocheckpoint=0; \
             pragma secure_delete=on;"
        ))?;
        conn.analysed_at = conn.bytes()?.max(LEAST_ANALYSED / ANALYSED_AGAIN_AT);
        Ok(conn)
    }

    /// Opens a connection that only reads.
    ///
    /// # Errors
    /// Unavailable, with what to do.
    pub fn open_reader(file: &Path, options: &SqliteOptions) -> Result<Self> {
        let mut conn = Self::open(file, options, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.batch("pragma query_only=on; pragma wal_autocheckpoint=0;")?;
        Ok(conn)
    }

    /// Opens a connection to a finished file that nobody writes any more.
    ///
    /// # Errors
    /// Unavailable, with what to do.
    pub fn open_frozen(file: &Path) -> Result<Self> {
        let options = SqliteOptions { synchronous: Synchronous::Full, vfs: None };
        Self::open(file, &options, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    fn open(file: &Path, options: &SqliteOptions, flags: OpenFlags) -> Result<Self> {
        if rusqlite::version_number() < OLDEST_SAFE_VERSION {
            return Err(Error::bug(format!("SQLite {} is too old to be safe", rusqlite::version())));
        }
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = match &options.vfs {
            Some(vfs) => Connection::open_with_flags_and_vfs(file, flags, vfs.as_str()),
            None => Connection::open_with_flags(file, flags),
        }
        .map_err(|error| translate(&error))?;
        // Without it SQLite prepares a statement anew when a bound value might matter to a partial index.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|error| translate(&error))?;
        conn.set_prepared_statement_cache_capacity(512);
        conn.busy_handler(Some(wait_for_turn)).map_err(|error| translate(&error))?;
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        let mut this =
            Self { conn, log: log.into(), statements: 0, texts: Texts::default(), groups: 0, analysed_at: 0 };
        this.batch("pragma temp_store=memory; pragma cache_size=-8000; pragma mmap_size=268435456;")?;
        Ok(this)
    }

    /// The bare connection, for the backup and the integrity check.
    pub fn raw(&self) -> &Connection {
        &self.conn
    }

    fn log_bytes(&self) -> u64 {
        std::fs::metadata(&self.log).map_or(0, |meta| meta.len())
    }

    /// Size of the database, with what stands in the log only.
    fn bytes(&mut self) -> Result<u64> {
        let pages = self.first(
            "select page_count * page_size from pragma_page_count, pragma_page_size",
            &[],
            &[Cell::Int],
        )?;
        Ok(pages.and_then(|row| row[0].as_int()).and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or(0))
    }

    /// Takes statistics again when the file has grown so much that those of its beginning mislead.
    fn take_statistics_when_grown(&mut self) -> Result<()> {
        if self.analysed_at >= MOST_ANALYSED / ANALYSED_AGAIN_AT {
            return Ok(());
        }
        let bytes = self.bytes()?;
        if bytes < self.analysed_at.saturating_mul(ANALYSED_AGAIN_AT) {
            return Ok(());
        }
        self.analysed_at = bytes;
        self.take_statistics()
    }

    /// Copies the log into the file as far as readers allow, without blocking anybody.
    ///
    /// # Errors
    /// Unavailable.
    pub fn checkpoint_passive(&mut self) -> Result<()> {
        self.query("pragma wal_checkpoint(passive)", &[], &[Cell::Int]).map(|_| ())
    }
}

impl Conn for SqliteConn {
    fn texts(&mut self) -> &mut Texts {
        &mut self.texts
    }

    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn query(&mut self, sql: &str, params: &[Value], cells: &[Cell]) -> Result<Vec<Row>> {
        self.statements += 1;
        let run = || -> rusqlite::Result<Vec<Row>> {
            let mut statement = self.conn.prepare_cached(sql)?;
            let mut rows = statement.query(params_from_iter(params.iter().map(Param)))?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                // Collecting results does not know the length and would make the row several times.
                let mut one = Row::with_capacity(cells.len());
                for (at, cell) in cells.iter().enumerate() {
                    one.push(decode(row.get_ref(at)?, *cell));
                }
                all.push(one);
            }
            Ok(all)
        };
        run().map_err(|error| translate(&error).caused_by(format!("{error}; {sql}")))
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.statements += 1;
        let run = || -> rusqlite::Result<usize> {
            self.conn.prepare_cached(sql)?.execute(params_from_iter(params.iter().map(Param)))
        };
        run().map(|rows| rows as u64).map_err(|error| translate(&error).caused_by(format!("{error}; {sql}")))
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.statements += 1;
        self.conn.execute_batch(sql).map_err(|error| translate(&error).caused_by(format!("{error}; {sql}")))
    }

    fn statements(&self) -> u64 {
        self.statements
    }

    fn take_statistics(&mut self) -> Result<()> {
        let known =
            self.first("select 1 from sqlite_master where name = 'sqlite_stat1'", &[], &[Cell::Int])?;
        if known.is_some() && self.bytes()? > MOST_ANALYSED {
            return Ok(());
        }
        // 0x10002 looks at all tables, not only those queried here.
        self.batch("pragma analysis_limit=400; pragma optimize=0x10002;")
    }

    fn upkeep(&mut self, idle: bool) -> Result<()> {
        self.groups += 1;
        if idle || self.groups.is_multiple_of(8) {
            let pages = if idle { MERGE_PAGES * 4 } else { MERGE_PAGES };
            self.execute("insert into search(search, rank) values ('merge', ?1)", &[Value::Int(pages)])?;
        }
        if self.groups.is_multiple_of(64) || idle {
            self.take_statistics_when_grown()?;
            let bytes = self.log_bytes();
            if bytes > LOG_CEILING {
                self.query("pragma wal_checkpoint(truncate)", &[], &[Cell::Int])?;
            } else if bytes > WRITER_CHECKPOINT_OVER {
                self.checkpoint_passive()?;
            }
        }
        Ok(())
    }
}

/// Waits a moment for another process that writes, for about ten seconds in all. SQLite's own waiting grows to a tenth
/// of a second, in which a busy neighbour commits so often that the turn could be missed for ever.
fn wait_for_turn(attempts: i32) -> bool {
    std::thread::sleep(TURN_PAUSE);
    attempts < TURN_ATTEMPTS
}

struct Param<'a>(&'a Value);

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Sql};
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Owned(Sql::Null),
            Value::Bool(flag) => ToSqlOutput::Owned(Sql::Integer((*flag).into())),
            Value::Int(int) => ToSqlOutput::Owned(Sql::Integer(*int)),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Instant(instant) => ToSqlOutput::Owned(Sql::Integer(instant.as_second())),
            Value::Date(date) => ToSqlOutput::Owned(Sql::Text(date.to_string())),
            Value::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
            Value::Json(json) => ToSqlOutput::Owned(Sql::Text(json.to_string())),
            Value::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

/// Reads a cell; content of a foreign shape (a row edited by hand) becomes text that compares unequal to
/// anything Mainstay writes, so that the integrity check names it instead of a crash.
fn decode(value: ValueRef<'_>, cell: Cell) -> Value {
    let odd = |value: ValueRef<'_>| Value::Text(format!("unreadable {value:?}"));
    match (cell, value) {
        (_, ValueRef::Null) => Value::Null,
        (Cell::Text, ValueRef::Text(text)) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        (Cell::Bool, ValueRef::Integer(int)) => Value::Bool(int != 0),
        (Cell::Int, ValueRef::Integer(int)) => Value::Int(int),
        (Cell::Instant, ValueRef::Integer(int)) => {
            Timestamp::from_second(int).map_or_else(|_| odd(value), Value::Instant)
        }
        (Cell::Date, ValueRef::Text(text)) => std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse().ok())
            .map_or_else(|| odd(value), Value::Date),
        (Cell::Id, ValueRef::Blob(bytes)) => Uuid::from_slice(bytes).map_or_else(|_| odd(value), Value::Id),
        (Cell::Json, ValueRef::Text(text)) => {
            serde_json::from_slice(text).map_or_else(|_| odd(value), Value::Json)
        }
        (Cell::Bytes, ValueRef::Blob(bytes)) => Value::Bytes(bytes.to_vec()),
        (_, other) => odd(other),
    }
}
