//! Two other implementations of RFC 6962 agree with the tree: `tlog_tiles` and `ct-merkle`.

use std::cell::Cell;
use std::collections::HashMap;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use mainstay_journal::tree::{FrontierError, TILE_LEVELS, frontier_at};
use mainstay_journal::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use sha2::Sha256;
use tlog_tiles::{HashReader, check_record, check_tree, prove_record, prove_tree, stored_hashes, tree_hash};

/// The entries of a made-up journal.
fn entry(seed: u64, index: u64) -> Vec<u8> {
    format!("{seed}/{index}").into_bytes()
}

fn leaves(seed: u64, size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&entry(seed, index))).collect()
}

/// The hashes that `tlog_tiles` stores for the same entries.
struct Stored(Vec<tlog_tiles::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn stored(seed: u64, size: u64) -> Stored {
    let mut stored = Stored(Vec::new());
    for index in 0..size {
        let more = stored_hashes(index, &entry(seed, index), &stored).unwrap();
        stored.0.extend(more);
    }
    stored
}

fn theirs(proof: &[Hash]) -> Vec<tlog_tiles::Hash> {
    proof.iter().map(|hash| tlog_tiles::Hash(*hash)).collect()
}

fn ours(proof: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    proof.into_iter().map(|hash| hash.0).collect()
}

/// Roots and both proofs at one size of one tree, byte for byte, and each side accepts the other's.
fn check(source: &Kept, stored: &Stored, size: u64, index: u64, old: u64) {
    let root = root_at(source, size).unwrap();
    let their_root = tree_hash(size, stored).unwrap();
    assert_eq!(root, their_root.0, "the root of {size}");

    let proof = inclusion_proof(source, index, size).unwrap();
    assert_eq!(proof, ours(prove_record(size, index, stored).unwrap()), "inclusion of {index} in {size}");
    let leaf = source.leaves[index as usize];
    check_record(&theirs(&proof), size, their_root, index, tlog_tiles::Hash(leaf)).unwrap();
    assert!(verify_inclusion(&leaf, index, size, &proof, &root));

    let old_root = root_at(source, old).unwrap();
    let proof = consistency_proof(source, old, size).unwrap();
    assert_eq!(proof, ours(prove_tree(size, old, stored).unwrap()), "consistency of {old} with {size}");
    check_tree(&theirs(&proof), size, their_root, old, tlog_tiles::Hash(old_root)).unwrap();
    assert!(verify_consistency(old, &old_root, size, &root, &proof));
}

#[test]
fn every_size_up_to_seventy_agrees_with_tlog_tiles_in_every_proof() {
    let (source, stored) = (kept(leaves(1, 70)), stored(1, 70));
    for size in 1..=70 {
        for index in 0..size {
            check(&source, &stored, size, index, index + 1);
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(6_962),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(40))]

    /// 40 trees with 250 sizes each: 10,000 trees, since every size is a tree of its own.
    #[test]
    fn ten_thousand_random_trees_agree_with_tlog_tiles(
        seed in any::<u64>(),
        cuts in prop::collection::vec((1_u64..=3_000, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 250),
    ) {
        let (source, stored) = (kept(leaves(seed, 3_000)), stored(seed, 3_000));
        for (size, index, old) in cuts {
            check(&source, &stored, size, index.index(size as usize) as u64, old.index(size as usize) as u64 + 1);
        }
    }

    #[test]
    fn random_trees_agree_with_ct_merkle(
        seed in any::<u64>(), size in 1_u64..1_500, index in any::<prop::sample::Index>(),
    ) {
        let source = leaves(seed, size);
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for index in 0..size {
            tree.push(entry(seed, index));
        }
        let root = root_at(source.as_slice(), size).unwrap();
        let theirs = tree.root();
        prop_assert_eq!(&theirs.as_bytes()[..], &root[..]);

        let index = index.index(size as usize) as u64;
        let proof = inclusion_proof(source.as_slice(), index, size).unwrap();
        let theirs = tree.prove_inclusion(index as usize);
        prop_assert_eq!(theirs.as_bytes(), proof.as_flattened());

        let added = size - 1 - index;
        let proof = consistency_proof(source.as_slice(), index + 1, size).unwrap();
        let theirs = tree.prove_consistency(added as usize);
        prop_assert_eq!(theirs.as_bytes(), proof.as_flattened());
    }

    #[test]
    fn a_proof_that_was_tampered_with_is_refused(
        size in 2_u64..3_000, at in any::<prop::sample::Index>(), bit in 0_u8..8, byte in 0_usize..32,
        hash in any::<prop::sample::Index>(),
    ) {
        let source = leaves(3, size);
        let index = at.index(size as usize) as u64;
        let root = root_at(source.as_slice(), size).unwrap();
        let leaf = source[index as usize];
        let proof = inclusion_proof(source.as_slice(), index, size).unwrap();
        let bent = |proof: &[Hash]| {
            let mut bent = proof.to_vec();
            bent[hash.index(proof.len())][byte] ^= 1 << bit;
            bent
        };
        prop_assert!(!verify_inclusion(&leaf, index, size, &bent(&proof), &root));
        prop_assert!(!verify_inclusion(&leaf, index, size, &proof[1..], &root));
        prop_assert!(!verify_inclusion(&leaf, index, size, &[&proof[..], &[leaf]].concat(), &root));
        prop_assert!(!verify_inclusion(&leaf, index ^ 1, size, &proof, &root));
        prop_assert!(!verify_inclusion(&leaf, size, size, &proof, &root));

        let old = index.max(1);
        let old_root = root_at(source.as_slice(), old).unwrap();
        let proof = consistency_proof(source.as_slice(), old, size).unwrap();
        prop_assert!(verify_consistency(old, &old_root, size, &root, &proof));
        prop_assert!(!verify_consistency(old, &old_root, size, &root, &bent(&proof)));
        prop_assert!(!verify_consistency(old, &old_root, size, &root, &proof[1..]));
        prop_assert!(!verify_consistency(old, &old_root, size, &root, &[&proof[..], &[leaf]].concat()));
        prop_assert!(!verify_consistency(old, &leaf, size, &root, &proof) || old_root == leaf);
        prop_assert!(!verify_consistency(size, &root, old, &old_root, &proof));
    }

    #[test]
    fn a_frontier_reads_back_and_goes_on_as_before(size in 0_u64..3_000, more in 0_u64..300) {
        let source = leaves(4, size + more);
        let mut frontier = Frontier::new();
        for leaf in &source[..size as usize] {
            frontier.append(*leaf);
        }
        let mut read = Frontier::decode(&frontier.encode()).unwrap();
        prop_assert_eq!(&read, &frontier);
        prop_assert_eq!(&frontier_at(source.as_slice(), size).unwrap(), &frontier);
        for leaf in &source[size as usize..] {
            read.append(*leaf);
        }
        prop_assert_eq!(read.size(), size + more);
        prop_assert_eq!(read.root(), root_at(source.as_slice(), size + more).unwrap());
    }
}

#[test]
fn a_proof_of_nothing_is_empty() {
    let source = leaves(5, 3);
    let (none, root) = (EMPTY_ROOT, root_at(source.as_slice(), 3).unwrap());
    assert_eq!(root_at(source.as_slice(), 0), Ok(none));
    assert_eq!(Frontier::new().root(), none);
    assert_eq!(consistency_proof(source.as_slice(), 0, 3), Ok(vec![]));
    assert!(verify_consistency(0, &none, 3, &root, &[]));
    assert!(!verify_consistency(0, &root, 3, &root, &[]));
    assert!(verify_consistency(3, &root, 3, &root, &[]));
    assert!(!verify_consistency(3, &none, 3, &root, &[]));
    assert!(!verify_consistency(1, &none, 3, &root, &[]));
    assert!(!verify_consistency(3, &root, 7, &root, &[]));
}

#[test]
fn a_question_beyond_the_tree_is_refused() {
    let source = leaves(5, 3);
    assert_eq!(inclusion_proof(source.as_slice(), 3, 3), Err(TreeError::Beyond { asked: 3, size: 3 }));
    assert_eq!(consistency_proof(source.as_slice(), 4, 3), Err(TreeError::Beyond { asked: 4, size: 3 }));
    assert_eq!(root_at(source.as_slice(), 4), Err(TreeError::Source(MissingLeaf(3))));
}

#[test]
fn bytes_of_another_length_are_not_a_frontier() {
    let mut frontier = Frontier::new();
    for leaf in leaves(6, 7) {
        frontier.append(leaf);
    }
    let bytes = frontier.encode();
    assert_eq!(bytes.len(), 8 + 3 * 32);
    for length in [0, 7, 8, bytes.len() - 32, bytes.len() - 1] {
        assert_eq!(Frontier::decode(&bytes[..length]), Err(FrontierError { length }));
    }
    assert!(Frontier::decode(&[&bytes[..], &[0; 32]].concat()).is_err());
}

/// A store that keeps tiles and counts what is asked of it.
struct Kept {
    leaves: Vec<Hash>,
    tiles: HashMap<(u8, u64), Hash>,
    asked: Cell<u64>,
    got: Cell<u64>,
}

impl Kept {
    fn count(&self, got: u64) {
        assert!(got <= 256, "{got} hashes at once");
        self.asked.set(self.asked.get() + 1);
        self.got.set(self.got.get() + got);
    }
}

impl Leaves for Kept {
    type Error = MissingLeaf;

    fn leaf(&self, index: u64) -> Result<Hash, MissingLeaf> {
        self.count(1);
        self.leaves.as_slice().leaf(index)
    }

    fn leaves(&self, from: u64, to: u64) -> Result<Vec<Hash>, MissingLeaf> {
        self.count(to - from);
        self.leaves.as_slice().leaves(from, to)
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Hash>, MissingLeaf> {
        Ok(self.tiles.get(&(level, index)).copied())
    }

    fn tiles(&self, level: u8, from: u64, to: u64) -> Result<Vec<Option<Hash>>, MissingLeaf> {
        self.count(to - from);
        (from..to).map(|index| self.tile(level, index)).collect()
    }
}

fn kept(leaves: Vec<Hash>) -> Kept {
    let mut frontier = Frontier::new();
    let mut tiles = HashMap::new();
    for leaf in &leaves {
        for tile in frontier.append(*leaf) {
            assert!(tiles.insert((tile.level, tile.index), tile.root).is_none());
        }
    }
    Kept { leaves, tiles, asked: Cell::new(0), got: Cell::new(0) }
}

#[test]
fn tiles_are_reported_once_when_they_are_complete() {
    let kept = kept(leaves(7, 70_000));
    assert_eq!(kept.tiles.len(), 273 + 1);
    assert!(kept.tiles.keys().all(|(level, _)| TILE_LEVELS.contains(level)));
    assert_eq!(kept.tiles[&(16, 0)], root_at(kept.leaves.as_slice(), 65_536).unwrap());
    let second = root_at(&kept.leaves[256..512], 256).unwrap();
    assert_eq!(kept.tiles[&(8, 1)], second);
}

#[test]
fn a_proof_in_a_large_tree_reads_some_hundred_hashes_and_not_the_tree() {
    let mut kept = kept(leaves(8, 200_000));
    for (index, old) in [(0, 1), (77_777, 65_537), (131_071, 131_072), (199_999, 199_999)] {
        let plain = kept.leaves.as_slice();
        let expected = inclusion_proof(plain, index, 200_000).unwrap();
        let expected_consistency = consistency_proof(plain, old, 200_000).unwrap();
        kept.asked.set(0);
        kept.got.set(0);
        assert_eq!(inclusion_proof(&kept, index, 200_000), Ok(expected));
        assert!(kept.asked.get() <= 40 && kept.got.get() <= 800, "{} {}", kept.asked.get(), kept.got.get());
        assert_eq!(consistency_proof(&kept, old, 200_000), Ok(expected_consistency));
    }
    // A tile that was never kept, or was lost, is computed from below.
    kept.tiles.retain(|(level, index), _| *level == 8 && index % 3 != 0);
    let expected = inclusion_proof(kept.leaves.as_slice(), 5, 200_000).unwrap();
    assert_eq!(inclusion_proof(&kept, 5, 200_000), Ok(expected));
}

#[test]
fn a_store_that_gives_too_few_hashes_is_noticed() {
    struct Short;
    impl Leaves for Short {
        type Error = MissingLeaf;
        fn leaf(&self, _: u64) -> Result<Hash, MissingLeaf> {
            Ok(EMPTY_ROOT)
        }
        fn leaves(&self, _: u64, _: u64) -> Result<Vec<Hash>, MissingLeaf> {
            Ok(vec![EMPTY_ROOT])
        }
        fn tile(&self, _: u8, _: u64) -> Result<Option<Hash>, MissingLeaf> {
            Ok(None)
        }
    }
    assert_eq!(root_at(&Short, 4), Err(TreeError::Incomplete { asked: 4, got: 1 }));
    assert_eq!(root_at(&Short, 1 << 41), Err(TreeError::Incomplete { asked: 256, got: 1 }));
}

#[test]
fn a_proof_that_stops_below_the_root_is_refused() {
    let source = leaves(9, 4);
    let half = node_hash(&source[0], &source[1]);
    assert!(verify_inclusion(&source[0], 0, 2, &[source[1]], &half));
    assert!(!verify_inclusion(&source[0], 0, 4, &[source[1]], &half));
    assert!(!verify_inclusion(&source[0], 0, 4, &[], &source[0]));
    assert!(verify_consistency(1, &source[0], 2, &half, &[source[1]]));
    assert!(!verify_consistency(1, &source[0], 4, &half, &[source[1]]));
}
