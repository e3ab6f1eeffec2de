//! The floor on SQLite: write-ahead log, every commit flushed, text index without content.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};

use super::group_commit::{GroupCommit, Write, Writer};
use super::pool::Pool;
use super::{AUDIT, CREATED, FILTERED_LIST, INDEXES, INSERT, LIST, MOVE, PAGE, READ, moved};
use crate::draw::Draw;
use crate::draw::NewTicket;
use crate::subject::{Outcome, Subject};

const TABLES: &str = "
    CREATE TABLE ticket (id INTEGER PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL,
        status INTEGER NOT NULL, priority INTEGER NOT NULL, team INTEGER NOT NULL, requester INTEGER NOT NULL,
        created INTEGER NOT NULL);
    CREATE TABLE audit (id INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, what TEXT NOT NULL, created INTEGER NOT NULL);
    CREATE VIRTUAL TABLE ticket_text USING fts5 (title, description, content = '', contentless_delete = 1);";

const INSERT_TEXT: &str = "INSERT INTO ticket_text (rowid, title, description) VALUES ($1, $2, $3)";

/// Seeding commits after this many tickets.
const CHUNK: u64 = 10_000;

/// See [the module](self).
pub(crate) struct Sqlite {
    path: PathBuf,
    readers: Pool<Connection>,
    writer: GroupCommit,
}

fn path(folder: &Path) -> PathBuf {
    folder.join("floor.sqlite")
}

/// A connection to the store in a folder that only reads.
pub(crate) fn reader(folder: &Path) -> Outcome<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path(folder), flags)?)
}

/// The writing thread of the store in a folder.
pub(crate) fn writer(folder: &Path) -> Outcome<GroupCommit> {
    Ok(GroupCommit::start(SqliteWriter(connect_writer(folder)?)))
}

fn connect_writer(folder: &Path) -> Outcome<Connection> {
    let connection = Connection::open(path(folder))?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    Ok(connection)
}

impl Sqlite {
    /// An empty store in a folder. There are as many reading connections as cores.
    pub(crate) fn open(folder: &Path) -> Outcome<Self> {
        let connection = connect_writer(folder)?;
        connection.execute_batch(TABLES)?;
        connection.execute_batch(INDEXES)?;
        let cores = std::thread::available_parallelism()?.get();
        let readers = Pool::of((0..cores).map(|_| reader(folder)).collect::<Outcome<_>>()?);
        Ok(Self { readers, writer: GroupCommit::start(SqliteWriter(connection)), path: path(folder) })
    }

    fn page(&self, statement: &str, parameters: &[i64]) -> Outcome<usize> {
        self.readers.with(|connection| {
            let mut statement = connection.prepare_cached(statement)?;
            let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
            let mut page: Vec<(i64, String, i64, i64, i64, i64)> = Vec::with_capacity(PAGE as usize);
            while let Some(row) = rows.next()? {
                page.push((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?));
            }
            Ok(std::hint::black_box(page).len())
        })
    }
}

impl Subject for Sqlite {
    fn name(&self) -> String {
        "floor, SQLite".to_owned()
    }

    fn seed(&self, count: u64) -> Outcome<()> {
        let connection = Connection::open(&self.path)?;
        connection.execute_batch("PRAGMA synchronous = OFF;")?;
        let mut draw = Draw::new(0);
        for chunk in (1..=count).step_by(CHUNK as usize) {
            connection.execute_batch("BEGIN")?;
            for number in chunk..=count.min(chunk + CHUNK - 1) {
                insert(&connection, Some(number as i64), &draw.new_ticket(number))?;
            }
            connection.execute_batch("COMMIT")?;
        }
        connection.execute_batch("ANALYZE; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE);")?;
        Ok(())
    }

    fn list(&self, status: i64, priority: i64) -> Outcome<usize> {
        self.page(LIST, &[status, priority, PAGE])
    }

    fn filtered_list(&self, team: i64, status: i64, priority: i64) -> Outcome<usize> {
        self.page(FILTERED_LIST, &[team, status, priority, PAGE])
    }

    fn read(&self, id: i64) -> Outcome<usize> {
        self.readers.with(|connection| {
            let mut statement = connection.prepare_cached(READ)?;
            let ticket = statement.query_row([id], |row| {
                Ok(NewTicket {
                    title: row.get(0)?,
                    description: row.get(1)?,
                    status: row.get(2)?,
                    priority: row.get(3)?,
                    team: row.get(4)?,
                    requester: row.get(5)?,
                    created: row.get(6)?,
                })
            })?;
            Ok(std::hint::black_box(ticket).description.len())
        })
    }

    fn create(&self, ticket: NewTicket) -> Outcome<i64> {
        self.writer.write(Write::Create(ticket))
    }

    fn transition(&self, id: i64, status: i64) -> Outcome<()> {
        self.writer.write(Write::Move { id, status }).map(drop)
    }

    fn server(&self) -> Option<u32> {
        None
    }

    fn bytes_on_disk(&self) -> Outcome<u64> {
        Ok(self.path.parent().map_or(0, crate::usage::bytes_below))
    }
}

struct SqliteWriter(Connection);

impl Writer for SqliteWriter {
    fn begin(&mut self) -> Outcome<()> {
        Ok(self.0.prepare_cached("BEGIN IMMEDIATE")?.execute([]).map(drop)?)
    }

    fn write(&mut self, write: &Write) -> Outcome<i64> {
        self.0.prepare_cached("SAVEPOINT one")?.execute([])?;
        let id = match write {
            Write::Create(ticket) => insert(&self.0, None, ticket)?,
            Write::Move { id, status } => {
                self.0.prepare_cached(MOVE)?.execute(params![id, status])?;
                self.0.prepare_cached(AUDIT)?.execute(params![id, moved(*status), status])?;
                *id
            }
        };
        self.0.prepare_cached("RELEASE one")?.execute([])?;
        Ok(id)
    }

    fn commit(&mut self) -> Outcome<()> {
        Ok(self.0.prepare_cached("COMMIT")?.execute([]).map(drop)?)
    }
}

/// A ticket, its text index and its audit row; without a number it gets the next one.
fn insert(connection: &Connection, id: Option<i64>, ticket: &NewTicket) -> Outcome<i64> {
    let NewTicket { title, description, status, priority, team, requester, created } = ticket;
    connection.prepare_cached(INSERT)?.execute(params![
        id,
        title,
        description,
        status,
        priority,
        team,
        requester,
        created
    ])?;
    let id = connection.last_insert_rowid();
    connection.prepare_cached(INSERT_TEXT)?.execute(params![id, title, description])?;
    connection.prepare_cached(AUDIT)?.execute(params![id, CREATED, created])?;
    Ok(id)
}
