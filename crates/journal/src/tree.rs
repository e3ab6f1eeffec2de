//! The Merkle tree of an epoch: RFC 6962, section 2.1, with SHA-256. Its leaves are the bytes of the entries.
//!
//! The head of the tree is a [`Frontier`]: at most 64 hashes, enough to append and to know the root. Proofs need
//! more hashes than that and ask a [`Leaves`] for them; the store keeps the roots of full subtrees of 2^8, 2^16,
//! 2^24 and 2^32 leaves ([`Tile`]), so that a proof reads some hundred hashes and not the whole journal.

mod check;
mod frontier;
mod leaves;
mod prove;

use sha2::{Digest, Sha256};

pub use check::{verify_consistency, verify_inclusion};
pub use frontier::{Frontier, FrontierError, Tile};
pub use leaves::{Leaves, MissingLeaf, TreeError};
pub use prove::{consistency_proof, frontier_at, inclusion_proof, root_at};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The levels at which a full subtree is a tile: a tile of level 8 has 2^8 leaves.
pub const TILE_LEVELS: [u8; 4] = [8, 16, 24, 32];

/// The root of the tree without leaves: SHA-256 of nothing.
pub const EMPTY_ROOT: Hash = [
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27,
    0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
];

/// The hash of a leaf: SHA-256 over the byte 0 and the bytes of the entry.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// The hash of an inner node: SHA-256 over the byte 1 and the hashes of its two children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over subtrees that stand side by side, the largest first, each smaller than the one before.
fn fold_right(roots: &[Hash]) -> Hash {
    let mut roots = roots.iter().rev();
    match roots.next() {
        None => EMPTY_ROOT,
        Some(last) => roots.fold(*last, |right, left| node_hash(left, &right)),
    }
}
