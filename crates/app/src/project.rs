//! Replay: the tables as the journal says they are. Entries carry resulting values, so nothing is decided here and
//! no rule is run again; only what the door derives from an entry beside the row is derived again: the registry,
//! the timeline, the wake-up times of clocks, the search words.
//!
//! The target is any connection with the schema of Mainstay, most often a temporary SQLite file: that is what
//! `rebuild` compares with the living tables and what a view as of an earlier instant reads. A personal value that
//! is not held any more, because it was erased, replays as NULL. Memory does not grow with the journal.

mod clocks;
mod rows;
mod scratch;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, mpsc},
};

use mainstay_core::{Error, Instant, Result, Value, value::whole_second};
use mainstay_journal::{Entry, Json, Op};
use mainstay_store::{Conn, journal};
use uuid::Uuid;

use self::{
    clocks::{ActSoFar, Before},
    rows::Rows,
};
use crate::{clocks::Agreements, context::Context};

pub use rows::write_words;
pub use scratch::Scratch;

/// Entries read at a time.
const CHUNK: u32 = 2000;

/// Chunks that are decoded before they are needed.
const READ_AHEAD: usize = 2;

/// Rows held in memory before they are written and forgotten.
const MOST_HELD: usize = 30_000;

/// Where a replay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// With the last entry.
    Now,
    /// Before this position.
    Position(u64),
    /// After the last act that was recorded at or before this instant, UTC milliseconds.
    RecordedAt(i64),
}

/// The tables while they are being replayed.
pub struct Projection<'t> {
    context: Context,
    target: &'t mut dyn Conn,
    rows: Rows,
    agreements: Agreements,
    act: Option<ActSoFar>,
    clocks: BTreeMap<(Uuid, String), mainstay_store::writer::ClockRow>,
    /// The next entry to be taken.
    position: u64,
    /// The highest number of a ref by its prefix.
    counters: BTreeMap<String, u64>,
}

/// What a replay came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Entries taken, of all epochs.
    pub entries: u64,
    /// The highest number of a ref by its prefix.
    pub counters: BTreeMap<String, u64>,
}

impl<'t> Projection<'t> {
    /// A replay from the first entry into the empty tables of `target`.
    pub fn new(context: &Context, target: &'t mut dyn Conn) -> Self {
        Self {
            context: context.clone(),
            target,
            rows: Rows::default(),
            agreements: Agreements::default(),
            act: None,
            clocks: BTreeMap::new(),
            position: 0,
            counters: BTreeMap::new(),
        }
    }

    /// A replay that goes on before `position` in tables that hold what was replayed up to there. Search words
    /// follow the rows.
    pub fn going_on(context: &Context, target: &'t mut dyn Conn, position: u64) -> Self {
        Self { position, rows: Rows::with_words(context), ..Self::new(context, target) }
    }

    /// Takes the entries that `source` holds. A replay from the first entry writes no search words, see
    /// [`write_words`]. `seen` is told
    /// after each chunk how many entries were taken.
    ///
    /// # Errors
    /// Unavailable; a bug that names the entry which cannot be replayed.
    pub fn run(mut self, source: &mut dyn Conn, until: Until, seen: &mut dyn FnMut(u64)) -> Result<Replayed> {
        self.target.batch("begin")?;
        self.take(source, until, seen)?;
        self.end_act()?;
        self.flush()?;
        self.target.batch("commit")?;
        Ok(Replayed { entries: self.position, counters: self.counters })
    }

    fn take(&mut self, source: &mut dyn Conn, until: Until, seen: &mut dyn FnMut(u64)) -> Result<()> {
        let from = self.position;
        std::thread::scope(|scope| {
            let (sender, chunks) = mpsc::sync_channel(READ_AHEAD);
            // Reading and decoding is a quarter of the work.
            scope.spawn(move || {
                if let Err(error) = read_ahead(source, from, until, &sender) {
                    // Nobody listens any more only when the replay has failed already.
                    let _ = sender.send(Err(error));
                }
            });
            for chunk in chunks {
                for taken in chunk? {
                    self.apply(taken.position, &taken.entry, &taken.personal).map_err(|error| {
                        Error::bug(format!("journal entry {} cannot be replayed", taken.position))
                            .caused_by(error)
                    })?;
                    self.position += 1;
                }
                if self.rows.held() > MOST_HELD {
                    self.flush()?;
                    self.rows.forget();
                }
                seen(self.position);
            }
            Ok(())
        })
    }

    fn apply(&mut self, position: u64, entry: &Entry, personal: &[journal::Held]) -> Result<()> {
        if self.act.as_ref().is_some_and(|act| act.id != entry.act) {
            self.end_act()?;
        }
        let recorded_at = recorded_at(entry)?;
        if self.act.is_none() {
            self.act = Some(ActSoFar::new(position, entry, recorded_at)?);
        }
        match entry.op {
            Op::Note => self.note(entry),
            Op::Delete => {
                let table = self.context.table(&entry.table)?.clone();
                self.rows.delete(self.target, &table, id(entry.row.as_deref())?)
            }
            Op::Put => self.put(position, entry, personal, recorded_at),
        }
    }

    fn put(
        &mut self,
        position: u64,
        entry: &Entry,
        personal: &[journal::Held],
        recorded_at: Instant,
    ) -> Result<()> {
        let table = self.context.table(&entry.table)?.clone();
        if entry.schema > table.schema {
            return Err(Error::bug(format!(
                "{} has schema {}, which is newer than this program",
                entry.table, entry.schema
            )));
        }
        let (row_id, record) = (id(entry.row.as_deref())?, id(entry.record.as_deref())?);
        // A row is made by its first version; any other is looked for.
        let known = self.rows.take(self.target, &table, row_id, entry.version > 1)?;
        let before = known.as_ref().map(|held| Before::of(&table, &held.row));
        let place = |name: &str| {
            table.position(name).ok_or_else(|| Error::bug(format!("{} has no column {name}", table.name)))
        };
        let mut held = match known {
            Some(held) => held,
            None => {
                let key = i64::try_from(position).unwrap_or(i64::MAX);
                let mut held = self.rows.make(&table, row_id, key);
                held.row[0] = Value::Id(row_id);
                let follows = if table.is_kind { "created_at" } else { "record" };
                held.row[place(follows)?] =
                    if table.is_kind { Value::Instant(recorded_at) } else { Value::Id(record) };
                held
            }
        };
        if table.is_kind {
            held.row[place("version")?] = Value::from(entry.version);
            held.row[place("updated_at")?] = Value::Instant(recorded_at);
        }
        let mut changed: Vec<&str> = Vec::new();
        let mut set = |name: &str, json: &Json| -> Result<()> {
            let at = place(name)?;
            let column = &table.columns[at];
            let value = crate::door::from_journal(column, json)
                .map_err(|problem| Error::bug(format!("{}.{name}: {problem}", table.name)))?;
            if held.row[at] != value {
                held.row[at] = value;
                changed.push(column.name);
            }
            Ok(())
        };
        for (name, json) in &entry.values {
            set(name, json)?;
        }
        for name in entry.personal.keys() {
            let content = personal.iter().find(|held| held.name == *name).map(|held| &held.content);
            set(name, content.unwrap_or(&Json::Null))?;
        }
        if table.is_kind && before.is_none() {
            self.count_reference(held.row[1].as_text().unwrap_or_default());
        }
        self.mark(position, entry, &table, before.as_ref(), &changed, &held.row)?;
        self.rows.put_back(row_id, held);
        Ok(())
    }

    fn count_reference(&mut self, reference: &str) {
        if let Some((prefix, number)) = reference.rsplit_once('-')
            && let Ok(number) = number.parse::<u64>()
        {
            let last = self.counters.entry(prefix.to_owned()).or_default();
            *last = (*last).max(number);
        }
    }

    /// Writes what is held in memory.
    fn flush(&mut self) -> Result<()> {
        self.rows.flush(self.target)?;
        let clocks = std::mem::take(&mut self.clocks);
        mainstay_store::outbox::write_clocks(self.target, &clocks)
    }
}

/// An entry with its personal values that are still held.
struct Taken {
    position: u64,
    entry: Entry,
    personal: Vec<journal::Held>,
}

/// Reads and decodes entries in chunks until the end, or until nobody takes them.
fn read_ahead(
    source: &mut dyn Conn,
    from: u64,
    until: Until,
    sender: &mpsc::SyncSender<Result<Vec<Taken>>>,
) -> Result<()> {
    let mut next = from;
    loop {
        let stored = journal::from(source, next, CHUNK)?;
        let Some(last) = stored.last() else { return Ok(()) };
        let mut held: HashMap<u64, Vec<journal::Held>> = HashMap::new();
        for value in journal::personal_between(source, next, last.position + 1)? {
            held.entry(value.position).or_default().push(value);
        }
        let mut chunk = Vec::with_capacity(stored.len());
        let mut over = false;
        for stored in stored {
            let entry = stored.entry()?;
            over = match until {
                Until::Now => false,
                Until::Position(end) => stored.position >= end,
                Until::RecordedAt(ms) => entry.recorded_at_ms > ms,
            };
            if over {
                break;
            }
            if stored.position != next {
                return Err(Error::bug(format!("journal entry {next} is missing"))
                    .hint("Run `mainstay journal verify`."));
            }
            next += 1;
            let personal = held.remove(&stored.position).unwrap_or_default();
            chunk.push(Taken { position: stored.position, entry, personal });
        }
        if sender.send(Ok(chunk)).is_err() || over {
            return Ok(());
        }
    }
}

fn recorded_at(entry: &Entry) -> Result<Instant> {
    let instant = Instant::from_millisecond(entry.recorded_at_ms)
        .map_err(|error| Error::bug("its time of recording is none").caused_by(error))?;
    Ok(whole_second(instant))
}

fn id(text: Option<&str>) -> Result<Uuid> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| Error::bug("it names no row or record"))
}

/// The kind of a table, if it is a kind's.
fn kind_of(
    context: &Context,
    table: &Arc<mainstay_core::table::Table>,
) -> Option<&'static mainstay_core::registry::Entry> {
    if table.is_kind { context.kind(table.name).ok() } else { None }
}
