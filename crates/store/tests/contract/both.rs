//! A fresh store on each database, with one table of every type of column.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use mainstay_core::{
    Instant, Result, Type, Value,
    table::{Column, Table},
};
use mainstay_journal::{Entry, Json, Op};
use mainstay_store::{
    Conn, Dialect, Location, ManualClock, Options, Store, WriteTx, dialect::Cell, migrate::Migration,
    rows::Keyed, schema,
};
use mainstay_testkit::postgres::{Database, Server};
use uuid::Uuid;

pub const START: &str = "2026-01-05T09:00:00Z";

pub fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// A table with a column of every type.
pub fn sample() -> Table {
    Table {
        name: "sample",
        columns: vec![
            Column::new("id", Type::Reference("sample")).required(),
            Column::new("text", Type::Text).indexed(),
            Column::new("flag", Type::Bool),
            Column::new("number", Type::Int).indexed(),
            Column::new("moment", Type::Instant).indexed(),
            Column::new("day", Type::Date),
            Column::new("other", Type::Reference("sample")),
            Column::new("plan", Type::Structured(Ok)),
            Column::new("raw", Type::Bytes),
            Column { unique: true, ..Column::new("code", Type::Text) },
        ],
        lists: &[],
        is_kind: false,
        schema: 1,
    }
}

/// Columns that lists may compare and sort by.
pub const ORDERED: [&str; 8] = ["id", "text", "flag", "number", "moment", "day", "other", "raw"];

/// A store of its own.
pub struct World {
    pub store: Store,
    pub table: Arc<Table>,
    pub clock: ManualClock,
    pub location: Location,
    pub dialect: Dialect,
    pub folder: tempfile::TempDir,
    pub database: Option<Database>,
}

/// The whole schema of the test table as one migration.
pub fn migration() -> &'static Migration {
    static MIGRATION: std::sync::OnceLock<Migration> = std::sync::OnceLock::new();
    MIGRATION.get_or_init(|| {
        let script = |dialect| {
            let statements = schema::create(dialect, &[sample()]);
            let text: String = statements.iter().map(|statement| format!("{statement};\n")).collect();
            &*Box::leak(text.into_boxed_str())
        };
        let (sqlite, postgres) = (script(Dialect::Sqlite), script(Dialect::Postgres));
        Migration { version: 1, name: "the table of the tests", sqlite, postgres }
    })
}

impl World {
    pub fn new(dialect: Dialect) -> Self {
        Self::with(dialect, |_| {})
    }

    pub fn with(dialect: Dialect, change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = (dialect == Dialect::Postgres).then(|| Server::shared().fresh_database());
        let location = match &database {
            Some(database) => Location::Postgres(database.url.clone()),
            None => Location::Sqlite(folder.path().join("store.db")),
        };
        let clock = ManualClock::at(at(START));
        let mut options = Options::new(Arc::new(clock.clone()));
        change(&mut options);
        let store = open(&location, &options);
        let table = store.table("sample").expect("the table").clone();
        Self { store, table, clock, location, dialect, folder, database }
    }

    /// Writes a row and says its key.
    pub fn insert(&self, row: Vec<Value>) -> Result<i64> {
        let table = self.table.clone();
        self.store.write(move |tx| Ok(insert(&table, tx, row.clone())))
    }

    /// One number from the database.
    pub fn number(&self, sql: &str) -> i64 {
        let row = self.store.read(|conn| conn.first(sql, &[], &[Cell::Int])).expect("a query");
        row.and_then(|row| row[0].as_int()).unwrap_or_default()
    }

    pub fn count(&self, table: &str) -> i64 {
        self.number(&format!("select count(*) from \"{table}\""))
    }

    /// The row with this key.
    pub fn row(&self, key: i64) -> Option<Keyed> {
        let found = self.store.read(|conn| mainstay_store::rows::after(conn, &self.table, key - 1, 1));
        found.expect("a row").into_iter().find(|row| row.key == key)
    }
}

pub fn open(location: &Location, options: &Options) -> Store {
    let tables = [sample()].into_iter();
    Store::open(location, options, tables, &[*migration()], &mut || Ok(())).expect("the store opens")
}

/// Runs a story on both databases and says on which one it failed.
pub fn on_both(story: impl Fn(&World)) {
    on_both_with(|_| {}, story);
}

pub fn on_both_with(change: impl Fn(&mut Options), story: impl Fn(&World)) {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let world = World::with(dialect, &change);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| story(&world))) {
            eprintln!("this happened on {dialect:?}");
            resume_unwind(panic);
        }
    }
}

/// An empty row with this id.
pub fn blank(id: u128) -> Vec<Value> {
    let mut row = vec![Value::Null; sample().columns.len()];
    row[0] = Value::Id(Uuid::from_u128(id));
    row
}

/// A row with this id and this content of one column.
pub fn with(id: u128, column: &str, value: Value) -> Vec<Value> {
    let mut row = blank(id);
    row[sample().position(column).expect("a column")] = value;
    row
}

/// A journal entry about nothing in particular.
pub fn entry(command: &str) -> Entry {
    Entry {
        epoch: 1,
        index: 0,
        recorded_at_ms: 0,
        occurred_at: 0,
        actor: "system".into(),
        on_behalf_of: None,
        channel: "job".into(),
        act: Uuid::nil().to_string(),
        command: command.into(),
        table: "sample".into(),
        schema: 1,
        record: None,
        row: None,
        version: 0,
        op: Op::Note,
        values: [("number".to_owned(), Json::Int(1))].into(),
        personal: [].into(),
        waived: Vec::new(),
        reason: None,
    }
}

/// An act that writes one row, one journal entry and one ref.
pub fn step(table: &Arc<Table>, tx: &mut WriteTx<'_>, id: u128) -> String {
    let reference = tx.head().next_reference("SMP");
    insert(table, tx, blank(id));
    reference
}

/// Writes a row and the journal entry that made it.
pub fn insert(table: &Arc<Table>, tx: &mut WriteTx<'_>, row: Vec<Value>) -> i64 {
    let position = tx.append(entry("sample.create"), Vec::new());
    tx.insert(table, position, row)
}

/// All ids of the table.
pub fn ids(conn: &mut dyn Conn) -> BTreeSet<Uuid> {
    let rows = conn.query("select id from sample", &[], &[Cell::Id]).expect("a query");
    rows.iter().filter_map(|row| row[0].as_id()).collect()
}
