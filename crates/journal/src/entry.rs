//! An entry of the journal and its canonical bytes. The bytes are the leaf of the tree: what is signed is what
//! is stored, exported and read by an auditor, one line each.

use std::collections::BTreeMap;

use crate::erase::Commitment;
use crate::json::{MAX_DEPTH, write_int, write_list, write_map, write_text, write_unsigned};
use crate::read::Cursor;

pub use crate::json::{Json, NotWhole};

/// The longest entry in bytes. A longer one is refused, so that a reader can go line by line in bounded memory.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The version of the encoding, written as member `v`.
const VERSION: i64 = 1;

/// What an entry does to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// The row exists from now on with these values; columns that are not named keep theirs.
    Put,
    /// The row is gone.
    Delete,
    /// No row is touched: the opening of the journal, an erasure, a fact about an epoch.
    Note,
}

impl Op {
    fn literal(self) -> &'static str {
        match self {
            Op::Put => "\"put\"",
            Op::Delete => "\"delete\"",
            Op::Note => "\"note\"",
        }
    }
}

/// One thing that happened to one row, with the resulting values: rules are never rerun to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The epoch, from 1. A restore from a backup starts a new one.
    pub epoch: u32,
    /// The place in the tree of the epoch, from 0, without gaps; at most `i64::MAX`.
    pub index: u64,
    /// When it was written down, in milliseconds since 1970-01-01 UTC, by our clock; never decreases.
    pub recorded_at_ms: i64,
    /// When it happened, in seconds since 1970-01-01 UTC, as whoever acted claims it.
    pub occurred_at: i64,
    /// Who acted.
    pub actor: String,
    /// For whom, if for another.
    pub on_behalf_of: Option<String>,
    /// The way in: `cli`, `api`, `import`, `job`, `replay`.
    pub channel: String,
    /// The id shared by all entries of one act, a UUID as text.
    pub act: String,
    /// What was asked for, such as `incident.resolve`, `journal.open`, `person.erase`.
    pub command: String,
    /// The table of the row, such as `incident`, `comment`, `link`.
    pub table: String,
    /// The version of the meaning of this table's values; a reader of today lifts older ones.
    pub schema: u32,
    /// The record the row belongs to, a UUID as text: a comment belongs to an incident.
    pub record: Option<String>,
    /// The row itself, a UUID as text.
    pub row: Option<String>,
    /// The version of the row that results; at most `i64::MAX`.
    pub version: u64,
    /// What is done to the row.
    pub op: Op,
    /// The resulting values of the columns that changed.
    pub values: BTreeMap<String, Json>,
    /// Commitments to the resulting personal values, by column; the values stand in a side table.
    pub personal: BTreeMap<String, Commitment>,
    /// The guards that an import of history waived.
    pub waived: Vec<String>,
    /// Why, in the words of whoever acted.
    pub reason: Option<String>,
}

/// Why bytes are not an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The bytes are not UTF-8.
    #[error("not UTF-8 at byte {at}")]
    NotUtf8 {
        /// The offset of the first bad byte.
        at: usize,
    },
    /// Another spelling than the canonical one, or not an entry at all.
    #[error("not canonical at byte {at}: expected {expected}")]
    NotCanonical {
        /// The offset of the first byte that differs.
        at: usize,
        /// What canonical bytes hold there.
        expected: &'static str,
    },
    /// Written by a later version of the format.
    #[error("entry version {0} is not known")]
    UnknownVersion(i64),
    /// Lists and maps inside each other beyond the limit.
    #[error("more than {MAX_DEPTH} lists and maps inside each other at byte {at}")]
    TooDeep {
        /// The offset of the one too many.
        at: usize,
    },
    /// Longer than [`MAX_BYTES`].
    #[error("{0} bytes are more than an entry may have")]
    TooLong(usize),
    /// A number that the format cannot hold.
    #[error("{0} is beyond 9223372036854775807")]
    TooLarge(&'static str),
}

impl Entry {
    /// The canonical bytes, which are the leaf of the tree. They never hold a line feed.
    ///
    /// An entry that [`Entry::check`] refuses has bytes that no reader accepts.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        self.write(&mut out);
        out
    }

    /// Appends the canonical bytes to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        // Members stand in the order of their bytes, so this order is part of the format.
        member(b"{\"act\":", &self.act, out);
        member(b",\"actor\":", &self.actor, out);
        member(b",\"channel\":", &self.channel, out);
        member(b",\"command\":", &self.command, out);
        out.extend_from_slice(b",\"epoch\":");
        write_unsigned(self.epoch.into(), out);
        out.extend_from_slice(b",\"index\":");
        write_unsigned(self.index, out);
        out.extend_from_slice(b",\"occurred_at\":");
        write_int(self.occurred_at, out);
        optional(b",\"on_behalf_of\":", &self.on_behalf_of, out);
        out.extend_from_slice(b",\"op\":");
        out.extend_from_slice(self.op.literal().as_bytes());
        if !self.personal.is_empty() {
            out.extend_from_slice(b",\"personal\":");
            write_map(&self.personal, out, |commitment, out| commitment.write(out));
        }
        optional(b",\"reason\":", &self.reason, out);
        optional(b",\"record\":", &self.record, out);
        out.extend_from_slice(b",\"recorded_at_ms\":");
        write_int(self.recorded_at_ms, out);
        optional(b",\"row\":", &self.row, out);
        out.extend_from_slice(b",\"schema\":");
        write_unsigned(self.schema.into(), out);
        member(b",\"table\":", &self.table, out);
        out.extend_from_slice(b",\"v\":");
        write_int(VERSION, out);
        if !self.values.is_empty() {
            out.extend_from_slice(b",\"values\":");
            write_map(&self.values, out, |value, out| value.write(out));
        }
        out.extend_from_slice(b",\"version\":");
        write_unsigned(self.version, out);
        if !self.waived.is_empty() {
            out.extend_from_slice(b",\"waived\":");
            write_list(&self.waived, out, |guard, out| write_text(guard, out));
        }
        out.push(b'}');
    }

    /// Reads an entry from its canonical bytes. Any other spelling is refused, so that for accepted bytes
    /// `Entry::decode(bytes)?.encode() == bytes`.
    pub fn decode(bytes: &[u8]) -> Result<Entry, EntryError> {
        if bytes.len() > MAX_BYTES {
            return Err(EntryError::TooLong(bytes.len()));
        }
        let mut cursor = Cursor::new(bytes)?;
        let c = &mut cursor;
        // The fields of a struct expression are evaluated in the order written: the order of the members.
        let entry = Entry {
            act: text(c, "{\"act\":")?,
            actor: text(c, ",\"actor\":")?,
            channel: text(c, ",\"channel\":")?,
            command: text(c, ",\"command\":")?,
            epoch: count(c, ",\"epoch\":")?,
            index: count(c, ",\"index\":")?,
            occurred_at: int(c, ",\"occurred_at\":")?,
            on_behalf_of: text_if_any(c, ",\"on_behalf_of\":")?,
            op: op(c)?,
            personal: map_if_any(c, ",\"personal\":", Commitment::read)?,
            reason: text_if_any(c, ",\"reason\":")?,
            record: text_if_any(c, ",\"record\":")?,
            recorded_at_ms: int(c, ",\"recorded_at_ms\":")?,
            row: text_if_any(c, ",\"row\":")?,
            schema: count(c, ",\"schema\":")?,
            table: text(c, ",\"table\":")?,
            values: {
                match int(c, ",\"v\":")? {
                    VERSION => map_if_any(c, ",\"values\":", |c| c.value(MAX_DEPTH))?,
                    other => return Err(EntryError::UnknownVersion(other)),
                }
            },
            version: count(c, ",\"version\":")?,
            waived: list_if_any(c, ",\"waived\":")?,
        };
        c.literal("}")?;
        c.end()?;
        Ok(entry)
    }

    /// Whether the entry can be written so that it can be read: its numbers, the depth of its values and its
    /// length are within the limits of the format.
    pub fn check(&self) -> Result<(), EntryError> {
        for (name, value) in [("index", self.index), ("version", self.version)] {
            if i64::try_from(value).is_err() {
                return Err(EntryError::TooLarge(name));
            }
        }
        if self.values.values().any(|value| value.depth() > MAX_DEPTH) {
            return Err(EntryError::TooDeep { at: 0 });
        }
        match self.encode().len() {
            length if length > MAX_BYTES => Err(EntryError::TooLong(length)),
            _ => Ok(()),
        }
    }
}

fn member(name: &[u8], value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name);
    write_text(value, out);
}

fn optional(name: &[u8], value: &Option<String>, out: &mut Vec<u8>) {
    if let Some(value) = value {
        member(name, value, out);
    }
}

fn text(cursor: &mut Cursor<'_>, name: &'static str) -> Result<String, EntryError> {
    cursor.literal(name)?;
    cursor.text()
}

fn text_if_any(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Option<String>, EntryError> {
    if cursor.skip(name) { cursor.text().map(Some) } else { Ok(None) }
}

fn int(cursor: &mut Cursor<'_>, name: &'static str) -> Result<i64, EntryError> {
    cursor.literal(name)?;
    cursor.int()
}

fn count<T: TryFrom<i64>>(cursor: &mut Cursor<'_>, name: &'static str) -> Result<T, EntryError> {
    cursor.literal(name)?;
    cursor.count()
}

fn op(cursor: &mut Cursor<'_>) -> Result<Op, EntryError> {
    cursor.literal(",\"op\":")?;
    match [Op::Put, Op::Delete, Op::Note].into_iter().find(|op| cursor.skip(op.literal())) {
        Some(op) => Ok(op),
        None => cursor.refuse("put, delete or note"),
    }
}

fn map_if_any<T>(
    cursor: &mut Cursor<'_>,
    name: &'static str,
    value: impl FnMut(&mut Cursor<'_>) -> Result<T, EntryError>,
) -> Result<BTreeMap<String, T>, EntryError> {
    if !cursor.skip(name) {
        return Ok(BTreeMap::new());
    }
    let members = cursor.map(value)?;
    if members.is_empty() { cursor.refuse("no member that is empty") } else { Ok(members) }
}

fn list_if_any(cursor: &mut Cursor<'_>, name: &'static str) -> Result<Vec<String>, EntryError> {
    if !cursor.skip(name) {
        return Ok(Vec::new());
    }
    let items = cursor.list(Cursor::text)?;
    if items.is_empty() { cursor.refuse("no member that is empty") } else { Ok(items) }
}
