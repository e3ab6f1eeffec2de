//! The store: where the data is, its writer and its readers.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use mainstay_core::{Error, Result, table::Table};

use crate::{
    clock::Clock,
    dialect::{Cell, Dialect},
    engine::{
        Conn,
        postgres::PostgresConn,
        sqlite::{SqliteConn, SqliteOptions},
    },
    migrate::{self, Migrated, Migration, migrate},
    readers::Readers,
    writer::{WriteTx, Writer},
};

/// Where the records are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// In one SQLite file.
    Sqlite(PathBuf),
    /// In PostgreSQL, at this address.
    Postgres(String),
}

/// When SQLite flushes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// At every commit: an acknowledged change survives a power cut.
    Full,
    /// At checkpoints only: exists so that a test can show what would be lost.
    Normal,
}

/// How the store is opened.
#[derive(Clone)]
pub struct Options {
    /// The writer's clock.
    pub clock: Arc<dyn Clock>,
    /// Most acts in one commit.
    pub most_per_group: usize,
    /// Reading connections.
    pub readers: usize,
    /// When SQLite flushes.
    pub synchronous: Synchronous,
    /// SQLite's virtual file system, for fault injection. Nothing runs by itself on it: checkpoints are up to the
    /// test, so that a seed gives the same operations again.
    pub vfs: Option<String>,
    /// Let no other process in while this one has the SQLite file open: for what replaces or rewrites all of it.
    pub alone: bool,
}

impl Options {
    /// The settings of a living system with this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            clock,
            most_per_group: 256,
            readers: cores,
            synchronous: Synchronous::Full,
            vfs: None,
            alone: false,
        }
    }
}

/// How often, and after which pause, the log is tried to be emptied.
const FORGET_ATTEMPTS: usize = 200;
const FORGET_PAUSE: Duration = Duration::from_millis(25);

/// How often, and after which pause, a process tries to get at the SQLite file.
const ENTER_ATTEMPTS: usize = 200;
const ENTER_PAUSE: Duration = Duration::from_millis(20);

/// The open store.
pub struct Store {
    // Dropped in this order: the writer ends its work before the readers and the lock go.
    writer: Writer,
    _checkpointer: Option<Checkpointer>,
    readers: Readers,
    _lock: Option<FileLock>,
    tables: Vec<Arc<Table>>,
    dialect: Dialect,
    location: Location,
    options: Options,
    migrated: Migrated,
}

impl Store {
    /// Opens the store, brings its schema up to date and starts the writer. `before_migration` is called before
    /// a schema that holds records is changed; its failure leaves everything as it was.
    ///
    /// Several processes may have one SQLite file open, unless one of them is [`alone`](Options::alone) or has to
    /// change the schema.
    ///
    /// # Errors
    /// Unavailable: no database, a newer schema, or another process in the way; what `before_migration` says.
    pub fn open(
        location: &Location,
        options: &Options,
        tables: impl Iterator<Item = Table>,
        migrations: &[Migration],
        before_migration: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Self> {
        let lock = match location {
            Location::Sqlite(file) if options.vfs.is_none() => Some(FileLock::open(file)?),
            _ => None,
        };
        let (mut conn, migrated) = match &lock {
            Some(lock) => lock.enter(location, options, migrations, before_migration)?,
            None => {
                let mut conn = connect_writer(location, options)?;
                let migrated = migrate(&mut *conn, migrations, before_migration)?;
                (conn, migrated)
            }
        };
        conn.take_statistics()?;
        drop(conn);
        let reading = (location.clone(), options.clone());
        let readers = Readers::open(options.readers, move || connect_reader(&reading.0, &reading.1))?;
        let writing = (location.clone(), options.clone());
        let connect = Box::new(move || connect_writer(&writing.0, &writing.1));
        let writer = Writer::start(connect, options.clock.clone(), options.most_per_group)?;
        let checkpointer = match location {
            Location::Sqlite(file) if options.vfs.is_none() => Some(Checkpointer::start(file, options)?),
            _ => None,
        };
        Ok(Self {
            writer,
            _checkpointer: checkpointer,
            readers,
            _lock: lock,
            tables: tables.map(Arc::new).collect(),
            dialect: match location {
                Location::Sqlite(_) => Dialect::Sqlite,
                Location::Postgres(_) => Dialect::Postgres,
            },
            location: location.clone(),
            options: options.clone(),
            migrated,
        })
    }

    /// The one writer.
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Runs an act through the writer and waits until it is durable.
    ///
    /// # Errors
    /// As [`Writer::submit`].
    pub fn write<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.submit(act)
    }

    /// How many statements all reads together have run since the store was opened, for budgets in tests and figures
    /// of a monitoring system. What the writer runs is not among them.
    pub fn read_statements(&self) -> u64 {
        self.readers.statements()
    }

    /// Reads; each statement sees what was committed before it began.
    ///
    /// # Errors
    /// What `read` says.
    pub fn read<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        self.readers.read(read)
    }

    /// Reads in one state of the database.
    ///
    /// # Errors
    /// What `read` says.
    pub fn snapshot<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        self.readers.snapshot(read)
    }

    /// Makes sure that what was deleted is gone from the files too, not only from the answers: rewrites the
    /// search index without the words that no record has any more, and empties the write-ahead log. Writers wait
    /// while the index is rewritten.
    ///
    /// # Errors
    /// Unavailable.
    pub fn forget_deleted(&self) -> Result<()> {
        if let Some(sql) = self.dialect.forget_words() {
            self.write(move |tx| {
                tx.execute_later(sql, Vec::new());
                Ok(())
            })?;
        }
        let mut conn = connect_writer(&self.location, &self.options)?;
        let (sql, answers) = self.dialect.forget_deleted();
        if !answers {
            return conn.batch(sql);
        }
        // The checkpointer or a reader may be in the way for a moment.
        for _ in 0..FORGET_ATTEMPTS {
            let held_up = conn.first(sql, &[], &[Cell::Int])?.and_then(|row| row[0].as_int()) != Some(0);
            if !held_up {
                return Ok(());
            }
            std::thread::sleep(FORGET_PAUSE);
        }
        Err(Error::unavailable("the database's log could not be emptied", "somebody reads for long")
            .hint("What was erased is gone from all answers. Run the same command again to clear the files."))
    }

    /// A table that the journal writes.
    ///
    /// # Errors
    /// A bug for an unknown name.
    pub fn table(&self, name: &str) -> Result<&Arc<Table>> {
        self.tables
            .iter()
            .find(|table| table.name == name)
            .ok_or_else(|| Error::bug(format!("there is no table \"{name}\"")))
    }

    /// All tables that the journal writes.
    pub fn tables(&self) -> &[Arc<Table>] {
        &self.tables
    }

    /// Which SQL the database speaks.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Where the records are.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// What opening did to the schema.
    pub fn migrated(&self) -> &Migrated {
        &self.migrated
    }
}

/// Opens a writing connection without a store, for migrations, backups and checks.
///
/// # Errors
/// Unavailable.
pub fn connect_writer(location: &Location, options: &Options) -> Result<Box<dyn Conn>> {
    Ok(match location {
        Location::Sqlite(file) => Box::new(SqliteConn::open_writer(file, &sqlite(options))?),
        Location::Postgres(url) => Box::new(PostgresConn::open(url)?),
    })
}

/// Opens a reading connection without a store, beside another process that may be writing.
///
/// # Errors
/// Unavailable.
pub fn connect_reader(location: &Location, options: &Options) -> Result<Box<dyn Conn>> {
    Ok(match location {
        Location::Sqlite(file) => Box::new(SqliteConn::open_reader(file, &sqlite(options))?),
        Location::Postgres(url) => Box::new(PostgresConn::open(url)?),
    })
}

/// Opens a SQLite file that never changes any more, for reading.
///
/// # Errors
/// Unavailable.
pub fn connect_frozen(file: &Path) -> Result<Box<dyn Conn>> {
    Ok(Box::new(SqliteConn::open_frozen(file)?))
}

fn sqlite(options: &Options) -> SqliteOptions {
    SqliteOptions { synchronous: options.synchronous, vfs: options.vfs.clone() }
}

/// Who may use the SQLite file: many who read and write records, or one who changes the schema or all of it.
struct FileLock {
    lock: File,
    file: PathBuf,
}

impl FileLock {
    fn open(file: &Path) -> Result<Self> {
        let mut name = file.as_os_str().to_owned();
        name.push(".lock");
        let path = PathBuf::from(name);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| Error::unavailable(format!("{} cannot be opened", path.display()), error))?;
        Ok(Self { lock, file: file.to_owned() })
    }

    /// Waits for a place beside the others, or for the file alone when its schema must change. Two processes that
    /// find an old schema at once: one changes it, the other waits and finds it done.
    fn enter(
        &self,
        location: &Location,
        options: &Options,
        migrations: &[Migration],
        before_migration: &mut dyn FnMut() -> Result<()>,
    ) -> Result<(Box<dyn Conn>, Migrated)> {
        let newest = migrations.last().map_or(0, |migration| migration.version);
        for _ in 0..ENTER_ATTEMPTS {
            if self.lock.try_lock().is_ok() {
                let mut conn = connect_writer(location, options)?;
                let migrated = migrate(&mut *conn, migrations, before_migration)?;
                if !options.alone {
                    // Nobody writes in between what was not there: the schema is the newest now.
                    self.lock.lock_shared().map_err(|error| self.in_use(error))?;
                }
                return Ok((conn, migrated));
            }
            if !options.alone && self.lock.try_lock_shared().is_ok() {
                let mut conn = connect_writer(location, options)?;
                let (version, begun) = migrate::version(&mut *conn, migrations)?;
                if version == newest && begun.is_none() {
                    return Ok((conn, Migrated { from: version, to: newest, statements: 0 }));
                }
                drop(conn);
                self.lock.unlock().map_err(|error| self.in_use(error))?;
            }
            std::thread::sleep(ENTER_PAUSE);
        }
        Err(self.in_use("it is locked"))
    }

    fn in_use(&self, error: impl std::fmt::Display) -> Error {
        Error::unavailable(format!("another Mainstay process uses {}", self.file.display()), error)
            .hint("Stop it first, or wait until it is done.")
    }
}

/// Copies SQLite's log into the file outside the writer's path.
struct Checkpointer {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    fn start(file: &Path, options: &Options) -> Result<Self> {
        let mut conn = SqliteConn::open_writer(file, &sqlite(options))?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("checkpointer".into())
            .spawn(move || {
                while !stopped.load(Ordering::Relaxed) {
                    std::thread::park_timeout(Duration::from_millis(50));
                    // A checkpoint that fails now is made up for by the next one.
                    let _ = conn.checkpoint_passive();
                }
            })
            .map_err(|error| Error::unavailable("the checkpoint thread cannot be started", error))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
