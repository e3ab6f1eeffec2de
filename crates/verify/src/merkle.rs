//! The Merkle tree of RFC 6962, section 2.1, with SHA-256.

use sha2::{Digest, Sha256};

pub(crate) type Hash = [u8; 32];

/// The hash of an entry.
pub(crate) fn leaf(entry: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update([0x00]);
    sha.update(entry);
    sha.finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut block = [0x01; 65];
    block[1..33].copy_from_slice(left);
    block[33..].copy_from_slice(right);
    Sha256::digest(block).into()
}

/// A tree that grows: its full subtrees, each with its number of leaves, the largest first.
#[derive(Default)]
pub(crate) struct Tree {
    size: u64,
    peaks: Vec<(u64, Hash)>,
}

impl Tree {
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn push(&mut self, leaf: Hash) {
        self.size += 1;
        self.peaks.push((1, leaf));
        // Two subtrees of one size become one of twice the size.
        while let [.., (left_size, left), (right_size, right)] = &self.peaks[..]
            && left_size == right_size
        {
            let joined = (left_size * 2, node(left, right));
            self.peaks.truncate(self.peaks.len() - 2);
            self.peaks.push(joined);
        }
    }

    pub(crate) fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().map(|(_, hash)| *hash);
        match peaks.next() {
            Some(last) => peaks.fold(last, |right, left| node(&left, &right)),
            None => Sha256::digest(b"").into(),
        }
    }
}

/// The root that an inclusion proof leads to from a leaf; `None` if the proof has a wrong length. Written as
/// RFC 6962, section 2.1.1, defines the path: from the root down.
pub(crate) fn root_of_proof(leaf: &Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if size == 1 {
        return (index == 0 && proof.is_empty()).then_some(*leaf);
    }
    let (sibling, below) = proof.split_last()?;
    let left_size = size.checked_sub(1)?.checked_ilog2().map(|level| 1 << level)?;
    if index < left_size {
        Some(node(&root_of_proof(leaf, index, left_size, below)?, sibling))
    } else {
        let right = root_of_proof(leaf, index - left_size, size - left_size, below)?;
        Some(node(sibling, &right))
    }
}
