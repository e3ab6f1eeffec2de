//! Reading the journal from the database: entries, leaves for proofs, personal values, checkpoints.

use mainstay_core::{Error, Result, Value};
use mainstay_journal::{Entry, Json, tree::Hash, tree::Leaves};
use uuid::Uuid;

use crate::{dialect::Cell, engine::Conn};

/// An entry as it stands in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Place among all entries of all epochs.
    pub position: u64,
    /// The leaf hash that was kept beside it.
    pub leaf: Vec<u8>,
    /// The entry's bytes.
    pub body: Vec<u8>,
}

impl Stored {
    /// Reads the bytes.
    ///
    /// # Errors
    /// A bug that names the position when the bytes are no entry.
    pub fn entry(&self) -> Result<Entry> {
        Entry::decode(&self.body).map_err(|error| {
            Error::bug(format!("journal entry {} cannot be read", self.position))
                .hint("Run `mainstay journal verify`.")
                .caused_by(error)
        })
    }
}

fn stored(rows: Vec<Vec<Value>>) -> Vec<Stored> {
    rows.into_iter()
        .filter_map(|row| {
            let mut row = row.into_iter();
            let position = u64::try_from(row.next()?.as_int()?).ok()?;
            let (Value::Bytes(leaf), Value::Bytes(body)) = (row.next()?, row.next()?) else { return None };
            Some(Stored { position, leaf, body })
        })
        .collect()
}

const ENTRY_CELLS: &[Cell] = &[Cell::Int, Cell::Bytes, Cell::Bytes];

/// Entries from a position on, in order.
///
/// # Errors
/// Unavailable.
pub fn from(conn: &mut dyn Conn, position: u64, limit: u32) -> Result<Vec<Stored>> {
    let sql = conn.dialect().sql(
        "select position, leaf, body from journal_entry where position >= ?1 order by position limit ?2",
    );
    Ok(stored(conn.query(&sql, &[Value::from(position), Value::Int(limit.into())], ENTRY_CELLS)?))
}

/// Entries about a record, in order, after a position.
///
/// # Errors
/// Unavailable.
pub fn of_record(conn: &mut dyn Conn, record: Uuid, after: i64, limit: u32) -> Result<Vec<Stored>> {
    let sql = conn.dialect().sql(
        "select position, leaf, body from journal_entry where record = ?1 and position > ?2 order by position limit ?3",
    );
    let params = [Value::Id(record), Value::Int(after), Value::Int(limit.into())];
    Ok(stored(conn.query(&sql, &params, ENTRY_CELLS)?))
}

/// A personal value that is still held.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Position of its entry.
    pub position: u64,
    /// Column.
    pub name: String,
    /// Whose data it is.
    pub subject: Option<Uuid>,
    /// Salt.
    pub salt: Vec<u8>,
    /// Content.
    pub content: Json,
}

fn held(rows: Vec<Vec<Value>>) -> Result<Vec<Held>> {
    rows.into_iter()
        .map(|row| {
            let mut row = row.into_iter();
            let mut next = || row.next().unwrap_or(Value::Null);
            let position = next().as_int().and_then(|at| u64::try_from(at).ok()).unwrap_or_default();
            let name = next().as_text().unwrap_or_default().to_owned();
            let subject = next().as_id();
            let salt = next().as_bytes().unwrap_or_default().to_vec();
            let content = next();
            let content =
                Json::decode(content.as_text().unwrap_or_default().as_bytes()).map_err(|error| {
                    Error::bug(format!(
                        "the personal value {name} of journal entry {position} cannot be read"
                    ))
                    .caused_by(error)
                })?;
            Ok(Held { position, name, subject, salt, content })
        })
        .collect()
}

const HELD_CELLS: &[Cell] = &[Cell::Int, Cell::Text, Cell::Id, Cell::Bytes, Cell::Text];

/// Personal values of a range of positions that are still held.
///
/// # Errors
/// Unavailable.
pub fn personal_between(conn: &mut dyn Conn, from: u64, until: u64) -> Result<Vec<Held>> {
    let sql = conn.dialect().sql(
        "select position, name, subject, salt, content from journal_personal \
         where position >= ?1 and position < ?2 order by position, name",
    );
    held(conn.query(&sql, &[Value::from(from), Value::from(until)], HELD_CELLS)?)
}

/// Personal values of these positions that are still held, in order.
///
/// # Errors
/// Unavailable.
pub fn personal_at(conn: &mut dyn Conn, positions: &[u64]) -> Result<Vec<Held>> {
    let mut all = Vec::new();
    for positions in positions.chunks(512) {
        let mut params: Vec<Value> = positions.iter().map(|position| Value::from(*position)).collect();
        // Filled up with the last one to a power of two: so there are few different statements to prepare.
        if let Some(last) = params.last().cloned() {
            params.resize(params.len().next_power_of_two(), last);
        }
        let places: Vec<_> = (1..=params.len()).map(|at| format!("?{at}")).collect();
        let sql = conn.dialect().sql(&format!(
            "select position, name, subject, salt, content from journal_personal where position in ({}) \
             order by position, name",
            places.join(", ")
        ));
        all.extend(held(conn.query(&sql, &params, HELD_CELLS)?)?);
    }
    Ok(all)
}

/// A personal value as it stands in the side table, whatever has become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RawPersonal {
    /// Position of its entry.
    pub position: u64,
    /// Column.
    pub name: String,
    /// Whose data it is.
    pub subject: Option<Uuid>,
    /// Salt.
    pub salt: Vec<u8>,
    /// Content as text.
    pub content: String,
}

/// Personal values of a range of positions as they stand in the side table.
///
/// # Errors
/// Unavailable.
pub fn raw_personal_between(conn: &mut dyn Conn, from: u64, until: u64) -> Result<Vec<RawPersonal>> {
    let sql = conn.dialect().sql(
        "select position, name, subject, salt, content from journal_personal \
         where position >= ?1 and position < ?2 order by position, name",
    );
    let rows = conn.query(&sql, &[Value::from(from), Value::from(until)], HELD_CELLS)?;
    Ok(rows
        .into_iter()
        .map(|row| RawPersonal {
            position: row[0].as_int().and_then(|at| u64::try_from(at).ok()).unwrap_or_default(),
            name: row[1].as_text().unwrap_or_default().to_owned(),
            subject: row[2].as_id(),
            salt: row[3].as_bytes().unwrap_or_default().to_vec(),
            content: row[4].as_text().unwrap_or_default().to_owned(),
        })
        .collect())
}

/// Personal values of one person that are still held.
///
/// # Errors
/// Unavailable.
pub fn personal_of(conn: &mut dyn Conn, subject: Uuid) -> Result<Vec<Held>> {
    let sql = conn.dialect().sql(
        "select position, name, subject, salt, content from journal_personal where subject = ?1 \
         order by position, name",
    );
    held(conn.query(&sql, &[Value::Id(subject)], HELD_CELLS)?)
}

/// An epoch: from a first entry to the next restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Number, from 1.
    pub epoch: u32,
    /// The origin line of its checkpoints.
    pub origin: String,
    /// Position of its entry 0.
    pub first_position: u64,
}

/// All epochs, oldest first.
///
/// # Errors
/// Unavailable.
pub fn epochs(conn: &mut dyn Conn) -> Result<Vec<Epoch>> {
    let rows = conn.query(
        "select epoch, origin, first_position from journal_epoch order by epoch",
        &[],
        &[Cell::Int, Cell::Text, Cell::Int],
    )?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            Some(Epoch {
                epoch: u32::try_from(row[0].as_int()?).ok()?,
                origin: row[1].as_text()?.to_owned(),
                first_position: u64::try_from(row[2].as_int()?).ok()?,
            })
        })
        .collect())
}

/// The checkpoints of an epoch, oldest first: size and signed text.
///
/// # Errors
/// Unavailable.
pub fn checkpoints(conn: &mut dyn Conn, epoch: u32) -> Result<Vec<(u64, String)>> {
    let sql = conn.dialect().sql("select size, note from journal_checkpoint where epoch = ?1 order by size");
    let rows = conn.query(&sql, &[Value::Int(epoch.into())], &[Cell::Int, Cell::Text])?;
    Ok(rows
        .iter()
        .filter_map(|row| Some((u64::try_from(row[0].as_int()?).ok()?, row[1].as_text()?.to_owned())))
        .collect())
}

/// Size of an epoch's newest checkpoint, and when it was made, UTC milliseconds.
///
/// # Errors
/// Unavailable.
pub fn last_checkpoint(conn: &mut dyn Conn, epoch: u32) -> Result<Option<(u64, i64)>> {
    let sql = conn
        .dialect()
        .sql("select size, made_at_ms from journal_checkpoint where epoch = ?1 order by size desc limit 1");
    let row = conn.first(&sql, &[Value::Int(epoch.into())], &[Cell::Int, Cell::Int])?;
    Ok(row.and_then(|row| Some((u64::try_from(row[0].as_int()?).ok()?, row[1].as_int()?))))
}

/// The leaves of one epoch, read when a proof needs them.
pub struct EpochLeaves<'a> {
    conn: std::cell::RefCell<&'a mut dyn Conn>,
    epoch: u32,
    first_position: u64,
}

impl<'a> EpochLeaves<'a> {
    /// The leaves of the epoch.
    pub fn new(conn: &'a mut dyn Conn, epoch: u32, first_position: u64) -> Self {
        Self { conn: std::cell::RefCell::new(conn), epoch, first_position }
    }
}

fn hash_of(value: &Value) -> Result<Hash> {
    value
        .as_bytes()
        .and_then(|bytes| Hash::try_from(bytes).ok())
        .ok_or_else(|| Error::bug("a stored hash has a wrong length").hint("Run `mainstay journal verify`."))
}

impl Leaves for EpochLeaves<'_> {
    type Error = Error;

    fn leaf(&self, index: u64) -> Result<Hash> {
        self.leaves(index, index + 1)?
            .into_iter()
            .next()
            .ok_or_else(|| Error::bug(format!("journal entry {index} is missing")))
    }

    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>> {
        let mut conn = self.conn.borrow_mut();
        let sql = conn
            .dialect()
            .sql("select leaf from journal_entry where position >= ?1 and position < ?2 order by position");
        let params = [Value::from(self.first_position + from), Value::from(self.first_position + to)];
        conn.query(&sql, &params, &[Cell::Bytes])?.iter().map(|row| hash_of(&row[0])).collect()
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Hash>> {
        let mut conn = self.conn.borrow_mut();
        let sql = conn
            .dialect()
            .sql("select hash from journal_tile where epoch = ?1 and level = ?2 and number = ?3");
        let params = [Value::Int(self.epoch.into()), Value::Int(level.into()), Value::from(index)];
        conn.first(&sql, &params, &[Cell::Bytes])?.map(|row| hash_of(&row[0])).transpose()
    }
}
