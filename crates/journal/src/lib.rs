//! The journal: how an entry is written as bytes, how entries grow into a Merkle tree, how the tree is
//! signed, and how one entry is proved to be in it. It serves the protection of documented information
//! against loss of integrity (ISO/IEC 20000-1:2018, 7.5.3).
//!
//! This crate never reads or writes a file, a socket or a database, never asks for the time and never draws a
//! random number: seeds, salts, keys and instants are arguments. It invents no proof format. The tree is
//! RFC 6962 (hashing as in RFC 9162) with SHA-256, a checkpoint is the C2SP `tlog-checkpoint`, a proof is the
//! C2SP `tlog-proof`, a key is written as a C2SP verifier key. The format as a whole is described, with test
//! vectors, in `docs/journal-format.md`.
//!
//! | module | one idea |
//! | --- | --- |
//! | [`entry`] | an entry and its canonical bytes |
//! | [`erase`] | commitments to personal values, which can be erased without breaking a proof |
//! | [`tree`] | the Merkle tree: growing it, its root, its proofs |
//! | [`checkpoint`] | a signed statement of size and root |
//! | [`key`] | the keys that sign and verify it |
//! | [`proof`] | one entry, proved offline |
//! | [`epoch`] | what the first entry of a later epoch says about the one before |

pub mod checkpoint;
pub mod entry;
pub mod epoch;
pub mod erase;
mod json;
pub mod key;
pub mod origin;
pub mod proof;
mod read;
pub mod tree;

pub use checkpoint::{Checkpoint, CheckpointError, Signature, SignedCheckpoint};
pub use entry::{Entry, EntryError, Op};
pub use epoch::EpochLink;
pub use erase::{Commitment, Opening, open};
pub use json::Json;
pub use key::{SigningKey, VerifyingKey};
pub use origin::Origin;
pub use proof::{EntryProof, ProofError};
pub use tree::{
    EMPTY_ROOT, Frontier, Hash, Leaves, MissingLeaf, Tile, TreeError, consistency_proof, inclusion_proof,
    leaf_hash, node_hash, root_at, verify_consistency, verify_inclusion,
};
