//! Numbers that look random and follow from a seed.

use sha2::{Digest, Sha256};

/// A generator (splitmix64): small, and the same numbers on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The numbers of one part of the story: what another part draws does not move them.
    pub(crate) fn of(seed: &str, part: &str) -> Self {
        let hash = Sha256::digest(format!("{part}\n{seed}"));
        Self(hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when `end` is not above 0.
    pub(crate) fn below(&mut self, end: i64) -> i64 {
        let end = u64::try_from(end).unwrap_or(0);
        self.next().checked_rem(end).and_then(|number| i64::try_from(number).ok()).unwrap_or(0)
    }

    /// A number from `first` to `last`, both included.
    pub(crate) fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below(last - first + 1)
    }

    /// A number from `first` to `last`, small ones more often.
    pub(crate) fn rather_small(&mut self, first: i64, last: i64) -> i64 {
        self.between(first, last).min(self.between(first, last))
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }

    /// True in so many of a thousand cases.
    pub(crate) fn per_mille(&mut self, part: i64) -> bool {
        self.below(1000) < part
    }

    /// One of a list that is not empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.below(list.len() as i64)).unwrap_or(0)]
    }

    /// The place of one of some weights, heavy ones more often.
    pub(crate) fn weighted(&mut self, weights: impl IntoIterator<Item = i64, IntoIter: Clone>) -> usize {
        let weights = weights.into_iter();
        let mut left = self.below(weights.clone().sum());
        for (place, weight) in weights.enumerate() {
            if left < weight {
                return place;
            }
            left -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_part_give_the_same_numbers_and_others_other_ones() {
        let numbers = |seed, part| {
            let mut chance = Chance::of(seed, part);
            std::array::from_fn::<_, 20, _>(|_| chance.below(1_000_000))
        };
        assert_eq!(numbers("7", "incidents"), numbers("7", "incidents"));
        assert_ne!(numbers("7", "incidents"), numbers("8", "incidents"));
        assert_ne!(numbers("7", "incidents"), numbers("7", "changes"));
    }

    #[test]
    fn heavy_weights_are_drawn_more_often_and_empty_ones_never() {
        let mut chance = Chance::of("7", "weights");
        let mut drawn = [0; 3];
        (0..1000).for_each(|_| drawn[chance.weighted([1, 0, 9])] += 1);
        assert!(drawn[0] > 50 && drawn[1] == 0 && drawn[2] > 800, "{drawn:?}");
    }
}
