//! Which past: a position of the journal, and a name that only one history gives to it.

use mainstay_core::{Error, Result, Value};
use mainstay_journal::{EMPTY_ROOT, tree::Hash};
use mainstay_store::{
    Cell, Conn,
    head::Head,
    journal::{self, EpochLeaves},
};
use sha2::{Digest, Sha256};

use crate::app::{MIGRATIONS, meta};

/// Version of what a file of the past holds; a new number makes all files of before worthless.
const FORM: u32 = 1;

/// Where the store keeps the position of the last erasure.
pub(crate) const LAST_ERASURE: &str = "last_erasure";

/// A past of this journal, by this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The first position that is not seen.
    pub position: u64,
    /// The last erasure of a person, whenever it was: what it erased is in no view.
    pub erasure: String,
    /// Sixteen bytes as hex, made of the position, the journal's root there, the last erasure, the schema and the
    /// program. Another history, a restored one or one in which more was erased gives another name.
    pub name: String,
}

impl Mark {
    /// The past before `position`.
    ///
    /// # Errors
    /// Unavailable; a bug when the journal is damaged.
    pub fn before(conn: &mut dyn Conn, position: u64) -> Result<Self> {
        let erasure = last_erasure(conn)?;
        let (origin, root) = root_before(conn, position)?;
        let mut hash = Sha256::new();
        for part in [format!("{FORM} {position} {erasure} {}", env!("CARGO_PKG_VERSION")), origin] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.update(root);
        MIGRATIONS.iter().for_each(|migration| hash.update(migration.sqlite.as_bytes()));
        let name = hex::encode(&hash.finalize()[..16]);
        Ok(Self { position, erasure, name })
    }
}

/// The first position that was recorded after an instant, UTC milliseconds. Recording times never decrease.
///
/// # Errors
/// Unavailable.
pub(crate) fn first_after(conn: &mut dyn Conn, at_ms: i64) -> Result<u64> {
    let sql = conn.dialect().sql("select recorded_at_ms from journal_entry where position = ?1");
    let (mut low, mut high) = (0, Head::load(conn, false)?.next_position());
    while low < high {
        let middle = low + (high - low) / 2;
        let row = conn.first(&sql, &[Value::from(middle)], &[Cell::Int])?;
        let recorded_at_ms = row.and_then(|row| row[0].as_int()).ok_or_else(|| missing(middle))?;
        if recorded_at_ms <= at_ms { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

fn missing(position: u64) -> Error {
    Error::bug(format!("journal entry {position} is missing")).hint("Run `mainstay journal verify`.")
}

/// Origin and root of the tree that ends before a position. The first entry of an epoch names the end of the one
/// before, so a root vouches for all epochs.
fn root_before(conn: &mut dyn Conn, position: u64) -> Result<(String, Hash)> {
    let epochs = journal::epochs(conn)?;
    let Some(epoch) = epochs.iter().rev().find(|epoch| epoch.first_position < position) else {
        return Ok((String::new(), EMPTY_ROOT));
    };
    let leaves = EpochLeaves::new(conn, epoch.epoch, epoch.first_position);
    let root = mainstay_journal::root_at(&leaves, position - epoch.first_position)
        .map_err(|error| Error::bug("the journal's tree cannot be read").caused_by(error))?;
    Ok((epoch.origin.clone(), root))
}

/// The entry of the last erasure, by its hash: it names an act, so two histories never share it by accident.
pub(crate) fn last_erasure(conn: &mut dyn Conn) -> Result<String> {
    let Some(position) = meta(conn, LAST_ERASURE)? else { return Ok("none".into()) };
    let sql = conn.dialect().sql("select leaf from journal_entry where position = ?1");
    let at = position.parse::<i64>().map_err(|error| {
        Error::bug(format!("the position of the last erasure is no number: \"{position}\"")).caused_by(error)
    })?;
    let row = conn.first(&sql, &[Value::Int(at)], &[Cell::Bytes])?;
    let leaf = row.and_then(|row| row[0].as_bytes().map(hex::encode));
    leaf.ok_or_else(|| missing(at.unsigned_abs()))
}
