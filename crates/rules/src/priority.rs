//! Priority from impact and urgency (ISO/IEC 20000-1, 8.6.1).
//!
//! | impact \ urgency | high | medium | low |
//! | ---------------- | ---- | ------ | --- |
//! | high             | 1    | 2      | 3   |
//! | medium           | 2    | 3      | 4   |
//! | low              | 3    | 4      | 4   |
//!
//! The standard asks that priority follows from impact and urgency; the values are Mainstay's choice.

/// A level of impact or of urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Many are hit, or the damage grows quickly.
    High,
    /// Some are hit, or the damage grows slowly.
    Medium,
    /// Few are hit, or the damage does not grow.
    Low,
}

/// The priority that the matrix gives: 1 is dealt with first, 4 last.
pub const fn priority(impact: Level, urgency: Level) -> i64 {
    use Level::{High, Low, Medium};
    match (impact, urgency) {
        (High, High) => 1,
        (High, Medium) | (Medium, High) => 2,
        (High, Low) | (Medium, Medium) | (Low, High) => 3,
        (Medium, Low) | (Low, Medium | Low) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Level::{High, Low, Medium},
        priority,
    };

    #[test]
    fn the_matrix_gives_the_published_priority_for_each_pair() {
        for (impact, row) in [(High, [1, 2, 3]), (Medium, [2, 3, 4]), (Low, [3, 4, 4])] {
            assert_eq!([High, Medium, Low].map(|urgency| priority(impact, urgency)), row, "{impact:?}");
        }
    }

    #[test]
    fn impact_and_urgency_weigh_the_same() {
        for one in [High, Medium, Low] {
            for other in [High, Medium, Low] {
                assert_eq!(priority(one, other), priority(other, one), "{one:?} {other:?}");
            }
        }
    }
}
