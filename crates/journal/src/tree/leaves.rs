//! Where the hashes for proofs come from.

use super::Hash;

/// The hashes of a journal as its store keeps them.
pub trait Leaves {
    /// Why a hash could not be read.
    type Error;

    /// The hash of one leaf.
    fn leaf(&self, index: u64) -> Result<Hash, Self::Error>;

    /// The hashes of the leaves from `from` to before `to`, at most 256 of them.
    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, Self::Error>;

    /// The root of a full subtree of 2^`level` leaves, if it is kept; `None` if not, and then it is computed.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Hash>, Self::Error>;

    /// The tiles of one level from `from` to before `to`, at most 256 of them. A store that answers over a
    /// network does well to answer this with one statement.
    fn tiles(&self, level: u8, from: u64, to: u64) -> Result<Vec<Option<Hash>>, Self::Error> {
        (from..to).map(|index| self.tile(level, index)).collect()
    }
}

/// Why a root or a proof could not be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError<E> {
    /// The store could not read.
    #[error(transparent)]
    Source(E),
    /// The store gave fewer or more hashes than asked for.
    #[error("the store gave {got} hashes instead of {asked}")]
    Incomplete {
        /// The number of hashes asked for.
        asked: u64,
        /// The number of hashes that came.
        got: u64,
    },
    /// The question makes no sense: an entry beyond the tree, or an older tree that is larger than the newer.
    #[error("{asked} is beyond a tree of {size} entries")]
    Beyond {
        /// The index or size asked for.
        asked: u64,
        /// The size of the tree.
        size: u64,
    },
}

/// A leaf that a list of leaf hashes does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no leaf {0}")]
pub struct MissingLeaf(pub u64);

/// All leaf hashes in memory: for small trees and for tests.
impl Leaves for [Hash] {
    type Error = MissingLeaf;

    fn leaf(&self, index: u64) -> Result<Hash, MissingLeaf> {
        usize::try_from(index).ok().and_then(|at| self.get(at)).copied().ok_or(MissingLeaf(index))
    }

    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, MissingLeaf> {
        (from..to).map(|index| self.leaf(index)).collect()
    }

    fn tile(&self, _level: u8, _index: u64) -> Result<Option<Hash>, MissingLeaf> {
        Ok(None)
    }
}
