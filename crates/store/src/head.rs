//! The journal's head row: everything that a group of acts must read first and write last.

use mainstay_core::{Error, Result, Value};
use mainstay_journal::tree::Frontier;

use crate::{dialect::Cell, engine::Conn};

/// The head row, held in memory while a group runs and restored when an act of it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of the epoch, from 1; a restore begins a new one.
    pub epoch: u32,
    /// Position of the epoch's entry 0 among all entries of all epochs.
    pub first_position: u64,
    /// The epoch's tree so far.
    pub frontier: Frontier,
    /// When the last entry was recorded, UTC milliseconds; never decreases.
    pub recorded_at_ms: i64,
    /// The next number of a message in the outbox. Rows of records and parts have the position of their first
    /// entry as key.
    pub next_key: i64,
    /// The last number given to each prefix of refs.
    pub counters: Vec<(String, u64)>,
}

const CELLS: &[Cell] = &[Cell::Int, Cell::Int, Cell::Bytes, Cell::Int, Cell::Int, Cell::Json];

impl Head {
    /// The head of an empty database.
    pub fn new() -> Self {
        Self {
            epoch: 1,
            first_position: 0,
            frontier: Frontier::default(),
            recorded_at_ms: 0,
            next_key: 1,
            counters: Vec::new(),
        }
    }

    /// Position of the next entry among all entries of all epochs.
    pub fn next_position(&self) -> u64 {
        self.first_position + self.frontier.size()
    }

    /// The next ref of a prefix: `INC-000001`.
    pub fn next_reference(&mut self, prefix: &str) -> String {
        let number = match self.counters.iter_mut().find(|(name, _)| name == prefix) {
            Some((_, number)) => {
                *number += 1;
                *number
            }
            None => {
                self.counters.push((prefix.to_owned(), 1));
                1
            }
        };
        format!("{prefix}-{number:06}")
    }

    /// Makes sure that refs of the prefix go on after `number`.
    pub fn reserve_reference(&mut self, prefix: &str, number: u64) {
        match self.counters.iter_mut().find(|(name, _)| name == prefix) {
            Some((_, last)) => *last = (*last).max(number),
            None => self.counters.push((prefix.to_owned(), number)),
        }
    }

    /// Reads the head row; `lock` keeps other writers out until the end of the transaction.
    ///
    /// # Errors
    /// Unavailable, or a bug when the row is damaged.
    pub fn load(conn: &mut dyn Conn, lock: bool) -> Result<Self> {
        let for_update = if lock { conn.dialect().for_update() } else { "" };
        let sql = format!(
            "select epoch, first_position, frontier, recorded_at_ms, next_key, counters \
             from journal_head where id = 1{for_update}"
        );
        let mut row = conn.first(&sql, &[], CELLS)?;
        if row.is_none() && lock {
            // A row that is not there cannot be locked: two nodes that start at once must not both begin.
            Self::new().write(conn, "do nothing")?;
            row = conn.first(&sql, &[], CELLS)?;
        }
        let Some(row) = row else { return Ok(Self::new()) };
        let damaged =
            || Error::bug("the journal's head row is damaged").hint("Run `mainstay journal verify`.");
        let [
            Value::Int(epoch),
            Value::Int(first),
            Value::Bytes(frontier),
            Value::Int(ms),
            Value::Int(key),
            Value::Json(json),
        ] = row.as_slice()
        else {
            return Err(damaged());
        };
        let mut counters = Vec::new();
        for (prefix, number) in json.as_object().ok_or_else(damaged)? {
            counters.push((prefix.clone(), number.as_u64().ok_or_else(damaged)?));
        }
        Ok(Self {
            epoch: u32::try_from(*epoch).map_err(|_| damaged())?,
            first_position: u64::try_from(*first).map_err(|_| damaged())?,
            frontier: Frontier::decode(frontier).map_err(|error| damaged().caused_by(error))?,
            recorded_at_ms: *ms,
            next_key: *key,
            counters,
        })
    }

    /// Writes the head row.
    ///
    /// # Errors
    /// Unavailable.
    pub fn save(&self, conn: &mut dyn Conn) -> Result<()> {
        self.write(
            conn,
            "do update set epoch = excluded.epoch, first_position = excluded.first_position, \
             frontier = excluded.frontier, recorded_at_ms = excluded.recorded_at_ms, \
             next_key = excluded.next_key, counters = excluded.counters",
        )
    }

    fn write(&self, conn: &mut dyn Conn, on_conflict: &str) -> Result<()> {
        let counters: serde_json::Map<_, _> =
            self.counters.iter().map(|(prefix, number)| (prefix.clone(), (*number).into())).collect();
        let sql = conn.dialect().sql(&format!(
            "insert into journal_head(id, epoch, first_position, frontier, recorded_at_ms, next_key, counters) \
             values (1, ?1, ?2, ?3, ?4, ?5, ?6) on conflict (id) {on_conflict}"
        ));
        let params = [
            Value::Int(self.epoch.into()),
            Value::from(self.first_position),
            Value::Bytes(self.frontier.encode()),
            Value::Int(self.recorded_at_ms),
            Value::Int(self.next_key),
            Value::Json(serde_json::Value::Object(counters)),
        ];
        conn.execute(&sql, &params).map(|_| ())
    }
}

impl Default for Head {
    fn default() -> Self {
        Self::new()
    }
}
