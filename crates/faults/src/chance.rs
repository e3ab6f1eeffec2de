//! Numbers that look random and follow from a seed.

/// A generator (splitmix64): small, and the same numbers on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// True in `part` of `whole` cases.
    pub(crate) fn in_part(&mut self, part: u64, whole: u64) -> bool {
        self.below(whole) < part
    }

    /// Fills a buffer.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next().to_le_bytes()[0];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let numbers = |seed| {
            std::iter::repeat_with({
                let mut c = Chance::new(seed);
                move || c.next()
            })
            .take(20)
        };
        assert!(numbers(7).eq(numbers(7)));
        assert!(!numbers(7).eq(numbers(8)));
        assert_eq!(Chance::new(7).below(0), 0);
        assert!((0..100).all(|seed| Chance::new(seed).below(3) < 3));
    }
}
