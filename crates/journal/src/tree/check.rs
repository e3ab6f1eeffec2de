//! Checking proofs without the journal (RFC 9162, sections 2.1.3.2 and 2.1.4.2).

use super::{EMPTY_ROOT, Hash, node_hash};

/// Whether `proof` shows that the leaf at `index` of the tree with `size` entries and this `root` is `leaf`.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let mut path = Path { node: index, last: size - 1 };
    let mut hash = *leaf;
    for sibling in proof {
        hash = match path.climb() {
            None => return false,
            Some(Side::Left) => node_hash(sibling, &hash),
            Some(Side::Right) => node_hash(&hash, sibling),
        };
    }
    path.last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` entries with `old_root` is the beginning of the tree of `new`
/// entries with `new_root`. The empty tree is the beginning of every tree, by the empty proof.
pub fn verify_consistency(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == EMPTY_ROOT;
    }
    // If the old tree is one full subtree, its root is the start and is left out of the proof.
    let (start, siblings) = match proof.split_first() {
        _ if old.is_power_of_two() => (old_root, proof),
        Some((first, rest)) => (first, rest),
        None => return false,
    };
    let full = (old - 1).trailing_ones();
    let mut path = Path { node: (old - 1) >> full, last: (new - 1) >> full };
    let (mut old_hash, mut new_hash) = (*start, *start);
    for sibling in siblings {
        match path.climb() {
            None => return false,
            Some(Side::Left) => {
                old_hash = node_hash(sibling, &old_hash);
                new_hash = node_hash(sibling, &new_hash);
            }
            Some(Side::Right) => new_hash = node_hash(&new_hash, sibling),
        }
    }
    path.last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// On which side of the path the next sibling stands.
enum Side {
    Left,
    Right,
}

/// A node on the way to the root, and the last node of its level.
struct Path {
    node: u64,
    last: u64,
}

impl Path {
    /// Goes up to the next node that has a sibling; `None` at the root.
    fn climb(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            // A last node without right sibling rises unchanged until it is a right child.
            let unchanged = self.node.trailing_zeros();
            self.node >>= unchanged;
            self.last >>= unchanged;
            Side::Left
        } else {
            Side::Right
        };
        self.node >>= 1;
        self.last >>= 1;
        Some(side)
    }
}
