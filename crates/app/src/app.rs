//! The application: an open store with its kinds, its data folder and its journal.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use mainstay_core::{Channel, Error, Registry, Result, Value};
use mainstay_journal::{Entry, Json, Op, Origin, SigningKey};
use mainstay_store::{
    Clock, Conn, Location, Options, Store, Synchronous, WriteTx,
    dialect::Cell,
    head::Head,
    journal::{self, Epoch},
    migrate::Migration,
};

use crate::{
    accounts::Memory,
    backup,
    command::{Command, Outcome, Request, random},
    context::Context,
    door, keys,
    ledger::Ledger,
    past::Pasts,
    rights::Principal,
};

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "the first schema",
    sqlite: include_str!("../migrations/sqlite/0001_first.sql"),
    postgres: include_str!("../migrations/postgres/0001_first.sql"),
}];

/// How a journal begins, if it is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Founding {
    /// A living system: times are real.
    Living,
    /// A replay or simulation: times are virtual, and the journal says *synthetic*. The same seed gives the same ids.
    Synthetic {
        /// Seed of all ids and salts.
        seed: String,
    },
}

/// Where and how the application runs.
#[derive(Clone)]
pub struct Config {
    /// Data folder: SQLite file, attachments, keys, checkpoints.
    pub data: PathBuf,
    /// PostgreSQL instead of SQLite.
    pub database_url: Option<String>,
    /// The writer's clock.
    pub clock: Arc<dyn Clock>,
    /// How an empty journal begins.
    pub founding: Founding,
    /// Most acts in one commit.
    pub most_per_group: usize,
    /// When SQLite flushes; anything but FULL loses acknowledged changes in a power cut.
    pub synchronous: Synchronous,
    /// SQLite's virtual file system, for fault injection.
    pub vfs: Option<String>,
    /// Folders beside `checkpoints` in the data folder to which checkpoints are written.
    pub checkpoint_sinks: Vec<PathBuf>,
    /// Let no other process use the same SQLite file meanwhile: for what replaces or rewrites all records.
    pub alone: bool,
    /// The schema's history; another than [`MIGRATIONS`] only in tests.
    pub migrations: &'static [Migration],
    /// Most bytes of the files from which earlier instants are looked at, in `views` in the data folder. The one
    /// that is looked at stays, whatever its size.
    pub views_limit_bytes: u64,
    /// Entries after which [`App::keep_snapshots`] keeps the next such file.
    pub snapshot_every: u64,
}

impl Config {
    /// A living system in `data` with this clock.
    pub fn new(data: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            data: data.into(),
            database_url: None,
            clock,
            founding: Founding::Living,
            most_per_group: 256,
            synchronous: Synchronous::Full,
            vfs: None,
            checkpoint_sinks: Vec::new(),
            alone: false,
            migrations: MIGRATIONS,
            views_limit_bytes: 2 << 30,
            snapshot_every: 50_000,
        }
    }

    /// How the store is opened.
    pub(crate) fn options(&self) -> Options {
        Options {
            most_per_group: self.most_per_group,
            synchronous: self.synchronous,
            vfs: self.vfs.clone(),
            alone: self.alone,
            ..Options::new(self.clock.clone())
        }
    }

    /// Where the records are.
    pub fn location(&self) -> Location {
        match &self.database_url {
            Some(url) => Location::Postgres(url.clone()),
            None => Location::Sqlite(self.data.join("mainstay.db")),
        }
    }
}

/// The open application.
pub struct App {
    context: Context,
    store: Store,
    config: Config,
    key: SigningKey,
    memory: Memory,
    pasts: Pasts,
}

impl App {
    /// Opens the data folder, brings the schema up to date, begins the journal if there is none. Before the schema of
    /// records is changed, a verified backup is made in `backups` in the data folder.
    ///
    /// # Errors
    /// Unavailable, with what to do.
    pub fn open(config: Config, registry: &'static Registry) -> Result<Self> {
        std::fs::create_dir_all(&config.data).map_err(|error| {
            Error::unavailable(format!("the data folder {} cannot be made", config.data.display()), error)
        })?;
        let key = keys::load_or_make(&config.data.join("keys"), random)?;
        let context = Context::new(registry);
        let options = config.options();
        let location = config.location();
        let tables = registry.tables().cloned();
        let ledger = Ledger::at(&config, context.clone());
        let mut backup = || backup::before_migration(&ledger, config.migrations).map(|_| ());
        let store = Store::open(&location, &options, tables, config.migrations, &mut backup)?;
        let (memory, pasts) = (Memory::default(), Pasts::default());
        let app = Self { context, store, config, key, memory, pasts };
        app.begin_journal()?;
        Ok(app)
    }

    /// Runs a request through the one door and waits until it is durable.
    ///
    /// # Errors
    /// As [`door::act`].
    pub fn act(&self, request: Request) -> Result<Outcome> {
        let context = self.context.clone();
        self.store.write(move |tx| door::act(&context, tx, &request))
    }

    /// As [`act`](App::act), but answers through a channel, so that a caller can keep several acts in flight.
    ///
    /// # Errors
    /// Unavailable when the writer has stopped.
    pub fn act_later(&self, request: Request) -> Result<std::sync::mpsc::Receiver<Result<Outcome>>> {
        let context = self.context.clone();
        self.store.writer().submit_later(move |tx| door::act(&context, tx, &request))
    }

    /// Erases a person's data: through the door, then out of the index and the log of the database, where deleted
    /// content would otherwise stay for a while.
    ///
    /// # Errors
    /// As [`door::act`]; unavailable when the act stands but the clean-up failed, which a repetition makes up for.
    pub fn erase_person(&self, person: &str, reason: &str) -> Result<Outcome> {
        self.erase(Request::by_operator(Command::ErasePerson { person: person.to_owned() })?, reason)
    }

    /// As [`erase_person`](App::erase_person), asked for by a person who has the duty to erase.
    ///
    /// # Errors
    /// As [`erase_person`](App::erase_person); forbidden without that duty.
    pub fn erase_person_for(&self, who: Arc<Principal>, person: &str, reason: &str) -> Result<Outcome> {
        let command = Command::ErasePerson { person: person.to_owned() };
        self.erase(Request::by_person(who, Channel::Api, command)?, reason)
    }

    fn erase(&self, mut request: Request, reason: &str) -> Result<Outcome> {
        if reason.trim().is_empty() {
            return Err(Error::field("reason", "must be given: who asked for it and when"));
        }
        request.reason = Some(reason.to_owned());
        let outcome = self.act(request)?;
        self.forget_pasts()?;
        self.store.forget_deleted()?;
        Ok(outcome)
    }

    /// What is remembered of accounts.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The kinds and tables.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.config.data
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The earlier instants that are looked at.
    pub(crate) fn pasts(&self) -> &Pasts {
        &self.pasts
    }

    /// The key that signs checkpoints.
    pub fn signing_key(&self) -> &SigningKey {
        &self.key
    }

    /// What time it is for the writer, whole seconds UTC.
    ///
    /// # Errors
    /// A bug when the clock shows no time.
    pub fn now(&self) -> Result<mainstay_core::Instant> {
        mainstay_core::Instant::from_millisecond(self.config.clock.now_ms())
            .map(mainstay_core::value::whole_second)
            .map_err(|error| Error::bug("the clock shows no time").caused_by(error))
    }

    /// The journal's epochs, oldest first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn epochs(&self) -> Result<Vec<Epoch>> {
        self.store.read(|conn| journal::epochs(conn))
    }

    /// The origin line of the running epoch.
    ///
    /// # Errors
    /// Unavailable; a bug when it is damaged.
    pub fn origin(&self) -> Result<Origin> {
        let epochs = self.epochs()?;
        let epoch = epochs.last().ok_or_else(|| Error::bug("the journal has no epoch"))?;
        epoch.origin.parse().map_err(|error| Error::bug("the journal's origin is damaged").caused_by(error))
    }

    /// The journal's head: size and root.
    ///
    /// # Errors
    /// Unavailable.
    pub fn head(&self) -> Result<Head> {
        self.store.read(|conn| Head::load(conn, false))
    }

    /// Writes the first entry of an empty journal.
    fn begin_journal(&self) -> Result<()> {
        if !self.epochs()?.is_empty() {
            return Ok(());
        }
        let (bytes, synthetic) = match &self.config.founding {
            Founding::Living => (random()?, false),
            Founding::Synthetic { seed } => (mainstay_core::Ids::of_run(seed, 0).salt(), true),
        };
        let instance = hex::encode(&bytes[..8]);
        let origin = Origin::new(&instance, 1, synthetic)
            .map_err(|error| Error::bug("an origin could not be made").caused_by(error))?;
        self.store.write(move |tx| open_epoch(tx, &origin, synthetic))
    }
}

fn open_epoch(tx: &mut WriteTx<'_>, origin: &Origin, synthetic: bool) -> Result<()> {
    if !journal::epochs(tx.conn())?.is_empty() {
        // Two nodes started at once and the other was first.
        return Ok(());
    }
    if synthetic {
        // The virtual clock begins with the first command.
        tx.set_time(0);
    }
    let position = tx.append(
        note(
            "journal.open",
            tx.recorded_at_ms(),
            [
                ("instance", Json::Text(origin.instance().to_owned())),
                ("origin", Json::Text(origin.to_string())),
                ("synthetic", Json::Bool(synthetic)),
            ],
        ),
        Vec::new(),
    );
    tx.execute_later(
        "insert into journal_epoch(epoch, origin, first_position) values (?1, ?2, ?3)",
        vec![Value::Int(1), Value::Text(origin.to_string()), Value::from(position)],
    );
    Ok(())
}

/// A journal entry about the journal itself.
pub(crate) fn note<const N: usize>(command: &str, at_ms: i64, values: [(&str, Json); N]) -> Entry {
    Entry {
        epoch: 1,
        index: 0,
        recorded_at_ms: at_ms,
        occurred_at: at_ms.div_euclid(1000),
        actor: "system".into(),
        on_behalf_of: None,
        channel: "cli".into(),
        act: uuid::Uuid::nil().to_string(),
        command: command.into(),
        table: "journal".into(),
        schema: 1,
        record: None,
        row: None,
        version: 0,
        op: Op::Note,
        values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<BTreeMap<_, _>>(),
        personal: BTreeMap::new(),
        waived: Vec::new(),
        reason: None,
    }
}

/// A text that the store keeps about itself.
///
/// # Errors
/// Unavailable.
pub fn meta(conn: &mut dyn Conn, name: &str) -> Result<Option<String>> {
    let sql = conn.dialect().sql("select content from mainstay_meta where name = ?1");
    let row = conn.first(&sql, &[Value::from(name)], &[Cell::Text])?;
    Ok(row.and_then(|row| row[0].as_text().map(str::to_owned)))
}
