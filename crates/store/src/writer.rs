//! The one writer: takes queued acts, runs them as a group in one transaction, commits once, answers all.
//!
//! An act's own writes are held back until its rules have all said yes, so a refused act leaves nothing to
//! undo. When the database itself refuses a statement, or an act panics, the group is rolled back and its acts
//! run again one by one, so that one act never spoils its neighbours (decision 2).

mod group;
mod watched;

use std::{
    any::Any,
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

use mainstay_core::{Error, Instant, Result, Value, error::ErrorKind, table::Table};
use mainstay_journal::{Commitment, Entry, Json, tree::leaf_hash};
use uuid::Uuid;

use crate::{
    clock::Clock,
    dialect::Cell,
    engine::{Conn, Row},
    head::Head,
    outbox::Message,
    rows::{self, Keyed},
    timeline::{self, Point},
};

use self::{
    group::{Act, Failure, Job, Worker},
    watched::Watched,
};

/// A personal value of an entry: kept in the salted side table, named in the entry by its commitment.
#[derive(Debug, Clone)]
pub struct Personal {
    /// Column.
    pub name: String,
    /// Whose data it is, if known.
    pub subject: Option<Uuid>,
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// The content.
    pub content: Json,
}

/// What the scheduler must know of a record's clock.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockRow {
    /// When the target is reached if nothing else changes.
    pub due_at: Option<Instant>,
    /// When the clockwork must look again.
    pub wake_at: Option<Instant>,
    /// The percentage that is reached then.
    pub wake_percent: Option<i64>,
    /// The highest percentage that was announced.
    pub warned_percent: i64,
    /// When the target was passed.
    pub breached_at: Option<Instant>,
}

enum RowWrite {
    Insert(Arc<Table>, Keyed),
    Update(Arc<Table>, i64, Row, Row),
    Delete(Arc<Table>, i64),
    Search { key: i64, public: String, internal: String, replace: bool },
    Sql(String, Vec<Value>),
}

/// Rows that wait for the end of the group.
#[derive(Default)]
struct Deferred {
    entries: Vec<Row>,
    personal: Vec<Row>,
    tiles: Vec<Row>,
    points: Vec<Point>,
    clocks: BTreeMap<(Uuid, String), ClockRow>,
    records: Vec<Row>,
    messages: Vec<(i64, Message)>,
    answers: BTreeMap<(String, String), (Vec<u8>, String)>,
}

impl Deferred {
    fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.personal.is_empty()
            && self.tiles.is_empty()
            && self.points.is_empty()
            && self.clocks.is_empty()
            && self.records.is_empty()
            && self.messages.is_empty()
            && self.answers.is_empty()
    }

    fn append(&mut self, mut act: Deferred) {
        self.entries.append(&mut act.entries);
        self.personal.append(&mut act.personal);
        self.tiles.append(&mut act.tiles);
        self.points.append(&mut act.points);
        self.clocks.append(&mut act.clocks);
        self.records.append(&mut act.records);
        self.messages.append(&mut act.messages);
        self.answers.append(&mut act.answers);
    }
}

/// What acts have loaded and later acts may use again: agreements ready to count with, references that exist.
///
/// An entry is forgotten when a table that it names is written; all are forgotten when a group fails or when
/// another node has written in between. So a cache never shows what the transaction would not.
#[derive(Default)]
pub struct Cache {
    entries: HashMap<(&'static str, String), CacheEntry>,
    /// Tables that some entry names.
    named: HashSet<&'static str>,
    /// The next position as this writer left it.
    position: Option<u64>,
}

struct CacheEntry {
    tables: &'static [&'static str],
    content: Arc<dyn Any + Send + Sync>,
}

/// Most entries of the cache; beyond it everything is forgotten at once.
const MOST_CACHED: usize = 50_000;

impl Cache {
    /// What was kept under this name, if it is of this type.
    pub fn get<T: Any + Send + Sync>(&self, what: &'static str, name: &str) -> Option<Arc<T>> {
        let entry = self.entries.get(&(what, name.to_owned()))?;
        entry.content.clone().downcast().ok()
    }

    /// Keeps something until one of `tables` is written.
    pub fn keep<T: Any + Send + Sync>(
        &mut self,
        what: &'static str,
        name: &str,
        tables: &'static [&'static str],
        content: Arc<T>,
    ) {
        if self.entries.len() >= MOST_CACHED {
            self.entries.clear();
        }
        self.named.extend(tables);
        self.entries.insert((what, name.to_owned()), CacheEntry { tables, content });
    }

    fn written(&mut self, table: &str) {
        // Most writes are to tables that no entry names.
        if self.named.remove(table) {
            self.entries.retain(|_, entry| !entry.tables.contains(&table));
        }
    }

    /// Forgets everything: for whoever writes tables past the act's own writes.
    pub fn forget(&mut self) {
        self.entries.clear();
        self.position = None;
    }
}

/// What an act may do inside the writer's transaction.
pub struct WriteTx<'a> {
    conn: Watched<'a>,
    cache: &'a mut Cache,
    head: Head,
    /// The head as it stands in the database.
    saved: Head,
    now_ms: i64,
    writes: Vec<RowWrite>,
    act: Deferred,
    group: Deferred,
}

impl<'a> WriteTx<'a> {
    fn begin(conn: &'a mut dyn Conn, cache: &'a mut Cache) -> Result<Self> {
        let begin = conn.dialect().begin_write();
        conn.batch(begin)?;
        let head = Head::load(conn, true)?;
        if cache.position != Some(head.next_position()) {
            cache.forget();
        }
        Ok(Self {
            conn: Watched::over(conn),
            cache,
            saved: head.clone(),
            head,
            now_ms: 0,
            writes: Vec::new(),
            act: Deferred::default(),
            group: Deferred::default(),
        })
    }

    /// The connection, for reads. The act's own writes are not visible to it until the act has succeeded.
    pub fn conn(&mut self) -> &mut dyn Conn {
        &mut self.conn
    }

    /// Writes out what the acts before this one in the group have held back, so that [`conn`](WriteTx::conn) sees
    /// their journal entries and personal values too. For the few acts that read the journal.
    ///
    /// # Errors
    /// Unavailable.
    pub fn settle(&mut self) -> Result<()> {
        self.write_group()
    }

    /// What earlier acts have loaded.
    pub fn cache(&mut self) -> &mut Cache {
        self.cache
    }

    /// When this act is recorded, UTC milliseconds; never before the entry that stands last.
    pub fn recorded_at_ms(&self) -> i64 {
        self.now_ms.max(self.head.recorded_at_ms)
    }

    /// Records this act at the given time instead of the clock's: for replay into an empty data folder.
    pub fn set_time(&mut self, now_ms: i64) {
        self.now_ms = now_ms;
    }

    /// The head as this act sees it.
    pub fn head(&mut self) -> &mut Head {
        &mut self.head
    }

    /// Writes a new row when the act succeeds. Its key is the position of the entry that made it, so that a
    /// rebuild from the journal gives every row the key that it had.
    pub fn insert(&mut self, table: &Arc<Table>, position: u64, row: Row) -> i64 {
        let key = i64::try_from(position).unwrap_or(i64::MAX);
        self.writes.push(RowWrite::Insert(table.clone(), Keyed { key, row }));
        key
    }

    /// Changes a row when the act succeeds.
    pub fn update(&mut self, table: &Arc<Table>, key: i64, before: Row, row: Row) {
        self.writes.push(RowWrite::Update(table.clone(), key, before, row));
    }

    /// Removes a row when the act succeeds.
    pub fn delete(&mut self, table: &Arc<Table>, key: i64) {
        self.writes.push(RowWrite::Delete(table.clone(), key));
    }

    /// Runs a statement on one of the store's own tables when the act succeeds.
    pub fn execute_later(&mut self, sql: &str, params: Vec<Value>) {
        let sql = self.conn.dialect().sql(sql);
        self.writes.push(RowWrite::Sql(sql, params));
    }

    /// Names a record in the registry of all records, or renames it.
    pub fn register(&mut self, key: i64, id: Uuid, kind: &str, reference: &str, title: &str) {
        self.act.records.push(vec![
            Value::Int(key),
            Value::Id(id),
            Value::from(kind),
            Value::from(reference),
            mainstay_core::record::text_or_null(title),
        ]);
    }

    /// Writes a record's folded words.
    pub fn index_words(&mut self, key: i64, public: String, internal: String, replace: bool) {
        self.writes.push(RowWrite::Search { key, public, internal, replace });
    }

    /// Appends an entry to the journal: sets its place and time, keeps its personal values beside it.
    /// Returns its position among all entries of all epochs.
    pub fn append(&mut self, mut entry: Entry, personal: Vec<Personal>) -> u64 {
        let recorded_at_ms = self.recorded_at_ms();
        let position = self.head.next_position();
        entry.epoch = self.head.epoch;
        entry.index = self.head.frontier.size();
        entry.recorded_at_ms = recorded_at_ms;
        for value in &personal {
            entry.personal.insert(value.name.clone(), Commitment::of(&value.salt, &value.content));
        }
        let body = entry.encode();
        let leaf = leaf_hash(&body);
        for tile in self.head.frontier.append(leaf) {
            self.act.tiles.push(vec![
                Value::Int(self.head.epoch.into()),
                Value::Int(tile.level.into()),
                Value::from(tile.index),
                Value::Bytes(tile.root.to_vec()),
            ]);
        }
        self.head.recorded_at_ms = recorded_at_ms;
        let record = entry.record.as_deref().and_then(|id| id.parse::<Uuid>().ok());
        self.act.entries.push(vec![
            Value::from(position),
            Value::from(record),
            Value::Int(recorded_at_ms),
            Value::Bytes(leaf.to_vec()),
            Value::Bytes(body),
        ]);
        for value in personal {
            self.act.personal.push(vec![
                Value::from(position),
                Value::Text(value.name),
                Value::from(value.subject),
                Value::Bytes(value.salt.to_vec()),
                Value::Text(String::from_utf8_lossy(&value.content.encode()).into_owned()),
            ]);
        }
        position
    }

    /// Adds a point to a record's timeline.
    pub fn add_point(&mut self, point: Point) {
        self.act.points.push(point);
    }

    /// A record's timeline, with what this group and this act have added. A record that this act makes has none in
    /// the database yet.
    ///
    /// # Errors
    /// Unavailable.
    pub fn timeline(&mut self, record: Uuid, is_new: bool) -> Result<Vec<Point>> {
        let mut points = if is_new { Vec::new() } else { timeline::of_record(&mut self.conn, record)? };
        let waiting = self.group.points.iter().chain(&self.act.points);
        points.extend(waiting.filter(|point| point.record == record).cloned());
        Ok(points)
    }

    /// Sets what the scheduler must know of a clock.
    pub fn set_clock(&mut self, record: Uuid, goal: &str, clock: ClockRow) {
        self.act.clocks.insert((record, goal.to_owned()), clock);
    }

    /// What the scheduler knows of a clock.
    ///
    /// # Errors
    /// Unavailable.
    pub fn clock(&mut self, record: Uuid, goal: &str) -> Result<Option<ClockRow>> {
        let key = (record, goal.to_owned());
        if let Some(clock) = self.act.clocks.get(&key).or_else(|| self.group.clocks.get(&key)) {
            return Ok(Some(clock.clone()));
        }
        crate::outbox::clock(&mut self.conn, record, goal)
    }

    /// The clock that must be looked at first, with what this group and this act have set: when, whose, which
    /// goal. Of several at one instant the one with the lowest record id, then goal.
    ///
    /// # Errors
    /// Unavailable.
    pub fn next_wake(&mut self) -> Result<Option<(Instant, Uuid, String)>> {
        let mut changed: BTreeMap<&(Uuid, String), &ClockRow> = self.group.clocks.iter().collect();
        changed.extend(self.act.clocks.iter());
        let waiting = changed
            .iter()
            .filter_map(|((record, goal), clock)| Some((clock.wake_at?, *record, goal.clone())))
            .min();
        // At most as many stored rows are out of date as were changed since.
        let most = u32::try_from(changed.len() + 1).unwrap_or(u32::MAX);
        let stored = crate::outbox::first_wakes(&mut self.conn, most)?
            .into_iter()
            .find(|(_, record, goal)| !changed.contains_key(&(*record, goal.clone())));
        Ok(waiting.into_iter().chain(stored).min())
    }

    /// The kind of a record anywhere in the database, with what this group has made.
    ///
    /// # Errors
    /// Unavailable.
    pub fn kind_of(&mut self, id: Uuid) -> Result<Option<String>> {
        let waiting = self.group.records.iter().chain(&self.act.records);
        if let Some(row) = waiting.into_iter().find(|row| row[1] == Value::Id(id)) {
            return Ok(row[2].as_text().map(str::to_owned));
        }
        let sql = self.conn.dialect().sql("select kind from record where id = ?1");
        let row = self.conn.first(&sql, &[Value::Id(id)], &[Cell::Text])?;
        Ok(row.and_then(|row| row[0].as_text().map(str::to_owned)))
    }

    /// Puts a message into the outbox, in the same transaction. A message with the same `once` is not doubled.
    pub fn enqueue(&mut self, message: Message) {
        let id = self.head.next_key;
        self.head.next_key += 1;
        self.act.messages.push((id, message));
    }

    /// The answer that was given to this actor for this idempotency key, with the hash of its request.
    ///
    /// # Errors
    /// Unavailable.
    pub fn answered(&mut self, actor: &str, key: &str) -> Result<Option<(Vec<u8>, String)>> {
        if let Some(answer) = self.group.answers.get(&(actor.to_owned(), key.to_owned())) {
            return Ok(Some(answer.clone()));
        }
        let sql = self
            .conn
            .dialect()
            .sql("select request_sha256, answer from idempotency where actor = ?1 and name = ?2");
        let row =
            self.conn.first(&sql, &[Value::from(actor), Value::from(key)], &[Cell::Bytes, Cell::Text])?;
        Ok(row.and_then(|row| Some((row[0].as_bytes()?.to_vec(), row[1].as_text()?.to_owned()))))
    }

    /// Keeps the answer to an idempotency key, in the same transaction.
    pub fn remember(&mut self, actor: &str, key: &str, request_sha256: Vec<u8>, answer: String) {
        self.act.answers.insert((actor.to_owned(), key.to_owned()), (request_sha256, answer));
    }

    /// Runs one act: on failure nothing of it remains.
    fn run<T>(&mut self, now_ms: i64, act: &mut dyn FnMut(&mut WriteTx<'_>) -> Result<T>) -> Result<T> {
        let head = self.head.clone();
        self.now_ms = now_ms;
        self.writes.clear();
        self.act = Deferred::default();
        match act(self) {
            Ok(value) => {
                self.apply()?;
                let act = std::mem::take(&mut self.act);
                self.group.append(act);
                Ok(value)
            }
            Err(error) => {
                self.head = head;
                self.writes.clear();
                self.act = Deferred::default();
                Err(error)
            }
        }
    }

    /// True when a statement has failed: the transaction is lost, not only the act.
    fn is_lost(&self) -> bool {
        self.conn.has_failed()
    }

    fn apply(&mut self) -> Result<()> {
        for write in std::mem::take(&mut self.writes) {
            if let RowWrite::Insert(table, _) | RowWrite::Update(table, ..) | RowWrite::Delete(table, _) =
                &write
            {
                self.cache.written(table.name);
            }
            match write {
                RowWrite::Insert(table, keyed) => rows::insert(&mut self.conn, &table, &keyed),
                RowWrite::Update(table, key, before, row) => {
                    rows::update(&mut self.conn, &table, key, &before, &row)
                }
                RowWrite::Delete(table, key) => rows::delete(&mut self.conn, &table, key),
                RowWrite::Search { key, public, internal, replace } => {
                    let params = [Value::Int(key), Value::Text(public), Value::Text(internal)];
                    self.conn.execute(self.conn.dialect().write_search(replace), &params).map(|_| ())
                }
                RowWrite::Sql(sql, params) => self.conn.execute(&sql, &params).map(|_| ()),
            }?;
        }
        Ok(())
    }

    /// Writes what was held back and commits.
    fn commit(mut self) -> Result<(), Failure> {
        self.write_group().map_err(Failure::Undone)?;
        if self.head != self.saved {
            self.head.save(&mut self.conn).map_err(Failure::Undone)?;
        }
        self.conn.batch("commit").map_err(Failure::Unknown)?;
        self.cache.position = Some(self.head.next_position());
        Ok(())
    }

    fn write_group(&mut self) -> Result<()> {
        if self.group.is_empty() {
            return Ok(());
        }
        let group = std::mem::take(&mut self.group);
        let conn: &mut dyn Conn = &mut self.conn;
        let recorded_at_ms = Value::Int(self.head.recorded_at_ms);
        let many = rows::insert_many;
        let entry = ["position", "record", "recorded_at_ms", "leaf", "body"];
        many(conn, "journal_entry", &entry, &group.entries, "")?;
        let personal = ["position", "name", "subject", "salt", "content"];
        many(conn, "journal_personal", &personal, &group.personal, "")?;
        many(conn, "journal_tile", &["epoch", "level", "number", "hash"], &group.tiles, "")?;
        let points: Vec<_> = group.points.iter().map(Point::to_row).collect();
        many(conn, "timeline", timeline::COLUMNS, &points, "")?;
        // The last name wins; one statement must not name a row twice.
        let mut records: BTreeMap<i64, Row> = BTreeMap::new();
        for row in group.records {
            records.insert(row[0].as_int().unwrap_or_default(), row);
        }
        let records: Vec<_> = records.into_values().collect();
        let renamed = "on conflict (\"key\") do update set title = excluded.title";
        many(conn, "record", &["key", "id", "kind", "ref", "title"], &records, renamed)?;
        crate::outbox::write_clocks(conn, &group.clocks)?;
        crate::outbox::enqueue(conn, group.messages)?;
        let answers: Vec<_> = group
            .answers
            .into_iter()
            .map(|((actor, name), (hash, answer))| {
                let row: [Value; 5] =
                    [actor.into(), name.into(), Value::Bytes(hash), answer.into(), recorded_at_ms.clone()];
                row.to_vec()
            })
            .collect();
        let answer = ["actor", "name", "request_sha256", "answer", "recorded_at_ms"];
        many(conn, "idempotency", &answer, &answers, "")
    }
}

/// A source of connections for the writer.
pub type Connect = Box<dyn FnMut() -> Result<Box<dyn Conn>> + Send>;

/// The handle of the writer thread.
pub struct Writer {
    queue: Option<mpsc::SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the writer thread.
    ///
    /// # Errors
    /// Unavailable when the first connection fails or no thread can be had.
    pub fn start(mut connect: Connect, clock: Arc<dyn Clock>, most: usize) -> Result<Self> {
        let conn = connect()?;
        let (queue, jobs) = mpsc::sync_channel::<Box<dyn Job>>(4096);
        let mut worker = Worker::new(conn, connect, clock);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || worker.work(&jobs, most.max(1)))
            .map_err(|error| Error::unavailable("the writer thread cannot be started", error))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs an act through the writer and waits until it is durable. The act may run more than once, each time
    /// from the same state; only the last run counts.
    ///
    /// # Errors
    /// The act's own error, a bug when it panicked, [`ErrorKind::Unknown`] when the commit failed, unavailable when
    /// the database is away.
    pub fn submit<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.submit_later(act)?.recv().unwrap_or_else(|_| Err(stopped()))
    }

    /// As [`submit`](Writer::submit), but answers through a channel, so that a caller can keep several acts in flight.
    ///
    /// # Errors
    /// Unavailable when the writer has stopped.
    pub fn submit_later<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<mpsc::Receiver<Result<T>>> {
        let (answer, answered) = mpsc::sync_channel(1);
        let job = Box::new(Act::new(act, answer));
        self.queue.as_ref().and_then(|queue| queue.send(job).ok()).ok_or_else(stopped)?;
        Ok(answered)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Unavailable, "Mainstay is stopping and takes no more changes")
}
