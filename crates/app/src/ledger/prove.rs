//! Proving one entry, or that an older tree is the beginning of the present one, to somebody without the journal.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use mainstay_core::{Error, ErrorKind, Result};
use mainstay_journal::{
    Entry, EntryProof, SignedCheckpoint, VerifyingKey, consistency_proof, inclusion_proof, root_at,
    tree::Hash,
};
use mainstay_store::{
    Conn,
    journal::{self, EpochLeaves, Stored},
};
use uuid::Uuid;

use super::{Ledger, checkpoint::covering, keys_for, running_epoch};

/// Entries read at a time.
const CHUNK: u32 = 500;

/// An entry with its proof.
#[derive(Debug, Clone)]
pub struct Proved {
    /// Which of the record's entries, from 1.
    pub number: u64,
    /// How many entries the record has.
    pub of: u64,
    /// The entry.
    pub entry: Entry,
    /// Its bytes, as the journal holds them.
    pub bytes: Vec<u8>,
    /// The proof.
    pub proof: EntryProof,
    /// The keys that verify it.
    pub keys: Vec<VerifyingKey>,
}

/// That the tree of `old` entries is the beginning of the tree that a checkpoint vouches for.
#[derive(Debug, Clone)]
pub struct Consistency {
    /// Entries of the older tree.
    pub old: u64,
    /// Its root.
    pub old_root: Hash,
    /// The newer tree.
    pub checkpoint: SignedCheckpoint,
    /// The hashes that show it.
    pub hashes: Vec<Hash>,
}

impl Consistency {
    /// The root of the older tree, base64.
    pub fn old_root_text(&self) -> String {
        BASE64.encode(self.old_root)
    }

    /// The hashes, base64.
    pub fn hashes_text(&self) -> Vec<String> {
        self.hashes.iter().map(|hash| BASE64.encode(hash)).collect()
    }
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    Error::bug("the journal's tree cannot be read").caused_by(error)
}

fn not_vouched() -> Error {
    Error::refused(
        "only what a checkpoint vouches for can be proved",
        "7.5.3",
        "no checkpoint covers this entry yet",
    )
    .hint("Run `mainstay journal checkpoint` first.")
}

impl Ledger {
    /// Proves an entry of a record: the `number`th, from 1, or its last.
    ///
    /// # Errors
    /// Not found; refused while no checkpoint covers the entry.
    pub fn prove(&self, record: &str, number: Option<u64>) -> Result<Proved> {
        self.snapshot(|conn| {
            let id = self.record_id(conn, record)?;
            let (stored, number, of) = nth_entry(conn, id, number)?
                .ok_or_else(|| Error::not_found(format!("entry {} of {record}", number.unwrap_or(1))))?;
            let entry = stored.entry()?;
            let epoch = journal::epochs(conn)?
                .into_iter()
                .find(|epoch| epoch.epoch == entry.epoch)
                .ok_or_else(|| Error::bug("an entry is of an unknown epoch"))?;
            let checkpoint = covering(conn, epoch.epoch, entry.index)?.ok_or_else(not_vouched)?;
            let keys = keys_for(&self.public_keys(conn)?, &epoch.origin);
            let leaves = EpochLeaves::new(conn, epoch.epoch, epoch.first_position);
            let hashes =
                inclusion_proof(&leaves, entry.index, checkpoint.checkpoint().size).map_err(unreadable)?;
            let proof = EntryProof { index: entry.index, hashes, checkpoint };
            proof.verify(&stored.body, &keys).map_err(|error| {
                Error::bug("the entry cannot be proved")
                    .hint("Run `mainstay journal verify`.")
                    .caused_by(error)
            })?;
            Ok(Proved { number, of, entry, bytes: stored.body, proof, keys })
        })
    }

    /// Proves that the first `old` entries of the running epoch are the beginning of what the newest checkpoint
    /// vouches for.
    ///
    /// # Errors
    /// Bad input for more entries than the checkpoint covers; refused without checkpoint.
    pub fn prove_consistency(&self, old: u64) -> Result<Consistency> {
        self.snapshot(|conn| {
            let epoch = running_epoch(conn)?;
            let checkpoint = covering(conn, epoch.epoch, 0)?.ok_or_else(not_vouched)?;
            let size = checkpoint.checkpoint().size;
            if old > size {
                return Err(Error::field(
                    "consistency",
                    format!("{old} is more than the {size} entries that the newest checkpoint covers"),
                ));
            }
            let leaves = EpochLeaves::new(conn, epoch.epoch, epoch.first_position);
            let old_root = root_at(&leaves, old).map_err(unreadable)?;
            let hashes = consistency_proof(&leaves, old, size).map_err(unreadable)?;
            Ok(Consistency { old, old_root, checkpoint, hashes })
        })
    }

    fn record_id(&self, conn: &mut dyn Conn, name: &str) -> Result<Uuid> {
        if let Ok(id) = name.parse() {
            return Ok(id);
        }
        let sql = conn.dialect().sql("select id from record where ref = ?1");
        let row = conn.first(&sql, &[name.into()], &[mainstay_store::Cell::Id])?;
        row.and_then(|row| row[0].as_id()).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("{name} does not exist"))
                .hint("Name a record by its ref, like INC-000123, or by its id.")
        })
    }
}

/// The `number`th entry of a record or its last, its number and how many there are.
fn nth_entry(conn: &mut dyn Conn, record: Uuid, number: Option<u64>) -> Result<Option<(Stored, u64, u64)>> {
    let mut after = -1;
    let mut count = 0;
    let mut found = None;
    loop {
        let page = journal::of_record(conn, record, after, CHUNK)?;
        let Some(last) = page.last() else { return Ok(found.map(|(stored, at)| (stored, at, count))) };
        after = i64::try_from(last.position).unwrap_or(i64::MAX);
        for stored in page {
            count += 1;
            if number.is_none_or(|number| number == count) {
                found = Some((stored, count));
            }
        }
    }
}
