//! Roots and proofs of any tree size up to the present one (RFC 6962, sections 2.1.1 and 2.1.2).

use super::{EMPTY_ROOT, Frontier, Hash, Leaves, TILE_LEVELS, TreeError, fold_right, node_hash};

/// The proof that the entry at `index` is in the tree of the first `size` entries: the sibling hashes from the
/// leaf to the root.
pub fn inclusion_proof<L: Leaves + ?Sized>(
    source: &L,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, TreeError<L::Error>> {
    if index >= size {
        return Err(TreeError::Beyond { asked: index, size });
    }
    let (mut low, mut high) = (0, size);
    let mut proof = Vec::new();
    while high - low > 1 {
        let middle = low + left_part(high - low);
        if index < middle {
            proof.push(range_root(source, middle, high)?);
            high = middle;
        } else {
            proof.push(range_root(source, low, middle)?);
            low = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of the first `old` entries is the beginning of the tree of the first `new` entries.
/// It is empty if nothing was added, and for the empty old tree, which is the beginning of every tree.
pub fn consistency_proof<L: Leaves + ?Sized>(
    source: &L,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, TreeError<L::Error>> {
    if old > new {
        return Err(TreeError::Beyond { asked: old, size: new });
    }
    let mut proof = Vec::new();
    if old == 0 {
        return Ok(proof);
    }
    let (mut low, mut high) = (0, new);
    while high != old {
        let middle = low + left_part(high - low);
        if old <= middle {
            proof.push(range_root(source, middle, high)?);
            high = middle;
        } else {
            proof.push(range_root(source, low, middle)?);
            low = middle;
        }
    }
    // Whoever checks knows the root of the old tree, so it is left out where it stands alone.
    if low != 0 {
        proof.push(range_root(source, low, high)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The root of the tree of the first `size` entries.
pub fn root_at<L: Leaves + ?Sized>(source: &L, size: u64) -> Result<Hash, TreeError<L::Error>> {
    range_root(source, 0, size)
}

/// The frontier of the tree of the first `size` entries, to go on from there or to check the one in the head
/// row.
pub fn frontier_at<L: Leaves + ?Sized>(source: &L, size: u64) -> Result<Frontier, TreeError<L::Error>> {
    let hashes = full_subtrees(source, 0, size)?;
    let got = hashes.len() as u64;
    Frontier::of(size, hashes).ok_or(TreeError::Incomplete { asked: size.count_ones().into(), got })
}

/// The largest power of two below `count`, which is 2 or more: the leaves of the left child.
fn left_part(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The root over the leaves from `low` to before `high`, where `low` is the start of a subtree.
fn range_root<L: Leaves + ?Sized>(source: &L, low: u64, high: u64) -> Result<Hash, TreeError<L::Error>> {
    Ok(fold_right(&full_subtrees(source, low, high)?))
}

fn full_subtrees<L: Leaves + ?Sized>(
    source: &L,
    mut low: u64,
    high: u64,
) -> Result<Vec<Hash>, TreeError<L::Error>> {
    let mut roots = Vec::new();
    while low < high {
        let level = (high - low).ilog2() as u8;
        roots.push(subtree(source, level, low >> level)?);
        low += 1 << level;
    }
    Ok(roots)
}

/// The root of a full subtree of 2^`level` leaves.
fn subtree<L: Leaves + ?Sized>(source: &L, level: u8, index: u64) -> Result<Hash, TreeError<L::Error>> {
    let kept = TILE_LEVELS.into_iter().rev().find(|kept| *kept <= level).unwrap_or(0);
    let above = level - kept;
    if above > 8 {
        // Only beyond 2^40 leaves: the levels of tiles end at 32, and one question asks for 256 hashes at most.
        let left = subtree(source, level - 1, index * 2)?;
        let right = subtree(source, level - 1, index * 2 + 1)?;
        return Ok(node_hash(&left, &right));
    }
    Ok(pair_up(row(source, kept, index << above, 1 << above)?))
}

/// The roots of `count` full subtrees of one level, which is that of leaves or of tiles.
fn row<L: Leaves + ?Sized>(
    source: &L,
    level: u8,
    from: u64,
    count: u64,
) -> Result<Vec<Hash>, TreeError<L::Error>> {
    let to = from + count;
    let complete = |got: usize| {
        let got = got as u64;
        if got == count { Ok(()) } else { Err(TreeError::Incomplete { asked: count, got }) }
    };
    if level == 0 {
        let leaves = match count {
            1 => vec![source.leaf(from).map_err(TreeError::Source)?],
            _ => source.leaves(from, to).map_err(TreeError::Source)?,
        };
        complete(leaves.len())?;
        return Ok(leaves);
    }
    let tiles = source.tiles(level, from, to).map_err(TreeError::Source)?;
    complete(tiles.len())?;
    (from..to)
        .zip(tiles)
        .map(|(index, tile)| match tile {
            Some(root) => Ok(root),
            None => Ok(pair_up(row(source, level - 8, index << 8, 1 << 8)?)),
        })
        .collect()
}

/// The root over a power of two of roots of one level.
fn pair_up(mut roots: Vec<Hash>) -> Hash {
    while roots.len() > 1 {
        roots = roots.as_chunks().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    roots.first().copied().unwrap_or(EMPTY_ROOT)
}
