//! What a run rests on: the records that were judged, each with its version, and one digest over them.
//!
//! A leaf is SHA-256(00 ∥ item), the digest is SHA-256 over the leaves in the order of the items. The item of a record
//! is its id, a unit separator (1F) and its version, so that a record that changed is another item. A sample can be
//! drawn from the same list with the digest as part of its seed.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A leaf.
pub type Leaf = [u8; 32];

/// SHA-256 in hex.
pub fn hex_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The leaf of an item.
pub fn leaf(item: &str) -> Leaf {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(item.as_bytes());
    hash.finalize().into()
}

/// The item of a record.
pub fn item(id: Uuid, version: u64) -> String {
    format!("{id}\u{1f}{version}")
}

/// The digest over leaves that stand in the order of their items.
pub fn digest(leaves: impl Iterator<Item = Leaf>) -> String {
    let mut hash = Sha256::new();
    for leaf in leaves {
        hash.update(leaf);
    }
    hex::encode(hash.finalize())
}

/// The records that a pass looked at, and which of them each check judged: a few bytes a record.
#[derive(Debug, Default)]
pub struct Roll {
    records: Vec<(Uuid, u64)>,
}

impl Roll {
    /// Adds a record and answers its place.
    pub fn add(&mut self, id: Uuid, version: u64) -> usize {
        self.records.push((id, version));
        self.records.len() - 1
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The digest of each of these memberships. Equal ones are computed once.
    pub fn digests(&self, members: &[&Members]) -> Vec<String> {
        let mut order: Vec<usize> = (0..self.records.len()).collect();
        order.sort_unstable_by_key(|at| self.records[*at].0);
        let leaves: Vec<Leaf> = self.records.iter().map(|(id, version)| leaf(&item(*id, *version))).collect();
        let mut known: Vec<(&Members, String)> = Vec::new();
        for members in members {
            if !known.iter().any(|(other, _)| other == members) {
                let mine = order.iter().filter(|at| members.has(**at)).map(|at| leaves[*at]);
                known.push((members, digest(mine)));
            }
        }
        members
            .iter()
            .map(|members| {
                let found = known.iter().find(|(other, _)| other == members);
                found.map(|(_, digest)| digest.clone()).unwrap_or_default()
            })
            .collect()
    }
}

/// Which places of a roll belong to a population: one bit each.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Members {
    words: Vec<u64>,
}

impl Members {
    /// Adds a place.
    pub fn add(&mut self, at: usize) {
        let word = at / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (at % 64);
    }

    /// True when the place belongs to it.
    pub fn has(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// How many places belong to it.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_forty_numbered_items_is_the_published_one() {
        let leaves = (1..=40).map(|number| leaf(&format!("INC-{number:05}")));
        assert_eq!(digest(leaves), "433cec0c30c48e3cf9e2196bf62376d561d7f2b148f318e08a64a19b06df0874");
    }

    fn roll(items: &[(u128, u64)]) -> String {
        let mut roll = Roll::default();
        let mut all = Members::default();
        for (id, version) in items {
            let at = roll.add(Uuid::from_u128(*id), *version);
            all.add(at);
        }
        roll.digests(&[&all]).remove(0)
    }

    #[test]
    fn the_digest_does_not_depend_on_the_order_of_the_walk_but_on_every_version() {
        let one = roll(&[(1, 1), (2, 5), (3, 1)]);
        assert_eq!(one, roll(&[(3, 1), (1, 1), (2, 5)]));
        assert_ne!(one, roll(&[(1, 1), (2, 6), (3, 1)]));
        assert_ne!(one, roll(&[(1, 1), (2, 5)]));
    }

    #[test]
    fn a_population_of_nothing_has_the_digest_of_nothing() {
        assert_eq!(roll(&[]), hex_of(b""));
    }

    #[test]
    fn members_are_counted_and_found() {
        let mut members = Members::default();
        for at in [0, 63, 64, 200] {
            members.add(at);
        }
        assert_eq!(members.count(), 4);
        assert!(members.has(200) && !members.has(199) && !members.has(10_000));
    }
}
