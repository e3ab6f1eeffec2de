//! The proof for a single entry, to be checked without the journal (C2SP `tlog-proof`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::entry::{Entry, EntryError};
use crate::key::VerifyingKey;
use crate::tree::{Hash, leaf_hash, verify_inclusion};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// An entry has at most 64 nodes above it.
const MAX_HASHES: usize = 64;

/// Where an entry stands and what shows it. Kept as a file, its ending is `.tlog-proof`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryProof {
    /// The index of the entry.
    pub index: u64,
    /// The sibling hashes from the leaf to the root.
    pub hashes: Vec<Hash>,
    /// The checkpoint whose root the hashes lead to.
    pub checkpoint: SignedCheckpoint,
}

/// Why a proof is not one, or does not prove.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not a proof.
    #[error("not a proof: {0}")]
    Malformed(&'static str),
    /// Its checkpoint is not accepted.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The bytes are not an entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The entry is not what the journal holds at this index.
    #[error("this entry is not in the journal at index {index}")]
    NotIncluded {
        /// The index that the proof names.
        index: u64,
    },
}

impl EntryProof {
    /// The proof as text.
    pub fn text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\nindex {}\n", self.index);
        for hash in &self.hashes {
            text += &BASE64.encode(hash);
            text.push('\n');
        }
        text.push('\n');
        text += self.checkpoint.text();
        text
    }

    /// Reads a proof. The format allows a line of extra data that nothing vouches for; it is dropped.
    pub fn parse(text: &str) -> Result<Self, ProofError> {
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or(ProofError::Malformed("no empty line before the checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(ProofError::Malformed("another first line"));
        }
        if let Some(extra) = lines.next_if(|line| line.starts_with("extra ")) {
            BASE64
                .decode(&extra["extra ".len()..])
                .map_err(|_| ProofError::Malformed("extra data not base64"))?;
        }
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(|digits| digits.parse::<u64>().ok().filter(|index| index.to_string() == digits))
            .ok_or(ProofError::Malformed("no index"))?;
        let hashes: Vec<Hash> = lines
            .take(MAX_HASHES + 1)
            .map(|line| BASE64.decode(line).ok().and_then(|hash| hash.try_into().ok()))
            .collect::<Option<_>>()
            .ok_or(ProofError::Malformed("a hash is not 32 bytes in base64"))?;
        if hashes.len() > MAX_HASHES {
            return Err(ProofError::Malformed("too many hashes"));
        }
        Ok(EntryProof { index, hashes, checkpoint: SignedCheckpoint::parse(checkpoint)? })
    }

    /// Checks that the bytes are an entry, that a known key vouches for the checkpoint, and that the entry is
    /// what the journal held at its epoch and index. Returns the entry.
    pub fn verify(&self, entry: &[u8], keys: &[VerifyingKey]) -> Result<Entry, ProofError> {
        self.checkpoint.verify(keys)?;
        let head = self.checkpoint.checkpoint();
        let decoded = Entry::decode(entry)?;
        let in_place = decoded.epoch == head.origin.epoch() && decoded.index == self.index;
        let leaf = leaf_hash(entry);
        if in_place && verify_inclusion(&leaf, self.index, head.size, &self.hashes, &head.root) {
            Ok(decoded)
        } else {
            Err(ProofError::NotIncluded { index: self.index })
        }
    }
}
