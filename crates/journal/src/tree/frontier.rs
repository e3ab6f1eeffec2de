//! The growing edge of the tree.

use super::{Hash, TILE_LEVELS, fold_right, node_hash};

/// The head of a tree: its size and the roots of its full subtrees, from the largest (left) to the smallest.
/// There is one for each bit that is set in the size. A clone is a few hundred bytes, to be taken with a
/// savepoint and put back when the savepoint is rolled back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

/// The root of a full subtree, complete for ever, for a store to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// One of [`TILE_LEVELS`]; the subtree has 2^level leaves.
    pub level: u8,
    /// Its place among those of its level: its leaves start at `index << level`.
    pub index: u64,
    /// Its root.
    pub root: Hash,
}

/// Why bytes are not a frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{length} bytes are not the head of a tree: its size and one hash for each bit set in it")]
pub struct FrontierError {
    /// The number of bytes found.
    pub length: usize,
}

impl Frontier {
    /// The head of the tree without leaves.
    pub fn new() -> Self {
        Frontier::default()
    }

    /// The number of leaves, which is the index of the next entry.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Appends the hash of a leaf and returns the tiles that it completes, the smallest first: most often none.
    pub fn append(&mut self, leaf: Hash) -> Vec<Tile> {
        let mut tiles = Vec::new();
        let mut root = leaf;
        for level in 1..=self.size.trailing_ones() as u8 {
            // A bit that is set in the size has its hash, so there is one to take.
            let Some(left) = self.hashes.pop() else { break };
            root = node_hash(&left, &root);
            if TILE_LEVELS.contains(&level) {
                tiles.push(Tile { level, index: self.size >> level, root });
            }
        }
        self.hashes.push(root);
        self.size += 1;
        tiles
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        fold_right(&self.hashes)
    }

    /// The bytes for the head row: the size as eight bytes, the most significant first, then the hashes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + 32 * self.hashes.len());
        bytes.extend_from_slice(&self.size.to_be_bytes());
        bytes.extend_from_slice(self.hashes.as_flattened());
        bytes
    }

    /// Reads what [`Frontier::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrontierError> {
        let refused = FrontierError { length: bytes.len() };
        let (size, hashes) = bytes.split_first_chunk().ok_or(refused)?;
        let (hashes, rest) = hashes.as_chunks();
        Frontier::of(u64::from_be_bytes(*size), hashes.to_vec()).filter(|_| rest.is_empty()).ok_or(refused)
    }

    /// The frontier of these parts, if they belong together.
    pub(super) fn of(size: u64, hashes: Vec<Hash>) -> Option<Self> {
        (hashes.len() == size.count_ones() as usize).then_some(Frontier { size, hashes })
    }
}
