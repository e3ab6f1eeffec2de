//! Proof that the entries about a record stand in the journal: their bytes, and the way from each to the newest signed
//! checkpoint. Anybody checks it with `mainstay-verify`, without this database.

use base64::{Engine, prelude::BASE64_STANDARD};
use mainstay_core::{Error, ErrorKind, Instant, Result, value::whole_second};
use mainstay_journal::{EntryProof, inclusion_proof, leaf_hash};
use mainstay_store::journal::{self, EpochLeaves};
use serde::Serialize;

use super::{Query, RecordView};
use crate::ledger::{Ledger, checkpoint::covering, keys_for};

/// Most entries of one answer.
const MOST_ENTRIES: u32 = 200;

/// An entry and its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Position in the journal.
    pub position: u64,
    /// The epoch.
    pub epoch: u32,
    /// Index in its epoch.
    pub index: u64,
    /// What was done.
    pub command: String,
    /// The bytes whose hash is the leaf: one line of JSON. Personal values stand in it as commitments.
    pub entry: String,
    /// When it was recorded.
    #[serde(skip)]
    pub recorded_at: Instant,
    /// Its leaf hash, base64.
    #[serde(skip)]
    pub leaf: String,
    /// The proof as text (C2SP `tlog-proof`); none while no checkpoint covers the entry.
    pub proof: Option<String>,
}

/// Entries of a record with their proofs, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofPage {
    /// The entries.
    pub items: Vec<EntryView>,
    /// `after` of the next page; none on the last.
    pub next_after: Option<u64>,
    /// The public keys that verify the checkpoints, one a line as signers' keys are written.
    pub keys: Vec<String>,
}

impl Query<'_> {
    /// The entries about a record behind a position of the journal, with their proofs; for staff.
    ///
    /// # Errors
    /// Forbidden for who may not see what is for staff; unavailable.
    pub fn proof(&self, ledger: &Ledger, record: &RecordView, after: Option<u64>) -> Result<ProofPage> {
        if !record.internal {
            return Err(Error::new(ErrorKind::Forbidden, "you may not see the journal's entries")
                .hint("The history shows what happened to the record."));
        }
        let after = after.map_or(-1, |after| i64::try_from(after).unwrap_or(i64::MAX));
        let stored = self.view.history(record.id(), after, MOST_ENTRIES)?;
        let next_after = (stored.len() == MOST_ENTRIES as usize)
            .then(|| stored.last().map(|last| last.position))
            .flatten();
        let unreadable = |error: String| Error::bug("the journal's tree cannot be read").caused_by(error);
        self.view.journal(|conn, _| {
            let epochs = journal::epochs(conn)?;
            let known = ledger.public_keys(conn)?;
            let mut keys: Vec<String> = Vec::new();
            let mut items = Vec::with_capacity(stored.len());
            for stored in &stored {
                let entry = stored.entry()?;
                let epoch = epochs.iter().find(|epoch| epoch.epoch == entry.epoch);
                let epoch = epoch.ok_or_else(|| Error::bug("an entry is of an unknown epoch"))?;
                let proof = match covering(conn, epoch.epoch, entry.index)? {
                    None => None,
                    Some(checkpoint) => {
                        let leaves = EpochLeaves::new(conn, epoch.epoch, epoch.first_position);
                        let size = checkpoint.checkpoint().size;
                        let hashes = inclusion_proof(&leaves, entry.index, size)
                            .map_err(|error| unreadable(error.to_string()))?;
                        for key in keys_for(&known, &epoch.origin).iter().map(ToString::to_string) {
                            if !keys.contains(&key) {
                                keys.push(key);
                            }
                        }
                        Some(EntryProof { index: entry.index, hashes, checkpoint }.text())
                    }
                };
                items.push(EntryView {
                    position: stored.position,
                    epoch: entry.epoch,
                    index: entry.index,
                    command: entry.command,
                    recorded_at: Instant::from_millisecond(entry.recorded_at_ms)
                        .map_or(Instant::UNIX_EPOCH, whole_second),
                    leaf: BASE64_STANDARD.encode(leaf_hash(&stored.body)),
                    entry: String::from_utf8_lossy(&stored.body).into_owned(),
                    proof,
                });
            }
            Ok(ProofPage { items, next_after, keys })
        })
    }
}
