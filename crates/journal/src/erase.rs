//! Personal values and their erasure. An entry holds only a salted commitment to a personal value; value and
//! salt stand in a side table. Erasing deletes both there. The commitment stays, so every proof stays valid,
//! and without the salt nobody can test a guess against it.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::entry::EntryError;
use crate::json::{Json, write_text, write_unsigned};
use crate::read::Cursor;

/// A commitment to a personal value: SHA-256 over a salt of 32 random bytes followed by the canonical bytes of
/// the value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Commitment([u8; 32]);

impl Commitment {
    /// The commitment to `content` under `salt`. A salt is drawn anew for every value and never used again.
    pub fn of(salt: &[u8; 32], content: &Json) -> Self {
        Commitment(Sha256::new().chain_update(salt).chain_update(content.encode()).finalize().into())
    }

    /// The commitment with these bytes, as a store keeps them.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Commitment(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// 64 lower-case hexadecimal digits, as an entry holds them.
    pub fn hex(&self) -> String {
        hex::encode(self.0)
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let mut digits = [0_u8; 64];
        // The buffer has exactly the length that 32 bytes need, the only thing this call can refuse.
        let _ = hex::encode_to_slice(self.0, &mut digits);
        out.push(b'"');
        out.extend_from_slice(&digits);
        out.push(b'"');
    }

    pub(crate) fn read(cursor: &mut Cursor<'_>) -> Result<Self, EntryError> {
        let digits = cursor.text()?;
        let mut bytes = [0_u8; 32];
        let upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
        if upper || hex::decode_to_slice(&digits, &mut bytes).is_err() {
            return cursor.refuse("a commitment of 64 hexadecimal digits");
        }
        Ok(Commitment(bytes))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Commitment({})", self.hex())
    }
}

/// Whether `salt` and `content` open `commitment`: whether this is the value that was written down.
pub fn open(salt: &[u8; 32], content: &Json, commitment: &Commitment) -> bool {
    Commitment::of(salt, content) == *commitment
}

/// A personal value that is still held, as it stands in `personal.jsonl` of an exported journal. The lines of
/// that file are ordered by epoch and index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The epoch of the entry.
    pub epoch: u32,
    /// The index of the entry.
    pub index: u64,
    /// The column, a name in [`crate::Entry::personal`].
    pub column: String,
    /// The salt of this one value.
    pub salt: [u8; 32],
    /// The value.
    pub content: Json,
}

impl Opening {
    /// One line of `personal.jsonl`, without the line feed.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(192);
        out.extend_from_slice(b"{\"column\":");
        write_text(&self.column, &mut out);
        out.extend_from_slice(b",\"content\":");
        self.content.write(&mut out);
        out.extend_from_slice(b",\"epoch\":");
        write_unsigned(self.epoch.into(), &mut out);
        out.extend_from_slice(b",\"index\":");
        write_unsigned(self.index, &mut out);
        out.extend_from_slice(b",\"salt\":\"");
        out.extend_from_slice(hex::encode(self.salt).as_bytes());
        out.extend_from_slice(b"\"}");
        out
    }
}
