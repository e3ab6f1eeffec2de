//! Sets of instants against a set of numbers.

use std::collections::BTreeSet;

use mainstay_time::{Instant, Interval, IntervalSet};
use proptest::prelude::*;

fn instant(second: i64) -> Instant {
    Instant::from_second(second).unwrap()
}

fn set(spans: &[(i64, i64)]) -> IntervalSet {
    IntervalSet::from_intervals(
        spans.iter().map(|(from, to)| Interval { start: instant(*from), end: instant(*to) }),
    )
}

fn numbers(spans: &[(i64, i64)]) -> BTreeSet<i64> {
    spans.iter().flat_map(|(from, to)| *from..*to).collect()
}

/// The set holds exactly the numbers, in pieces that neither touch nor are empty.
fn check(set: &IntervalSet, numbers: &BTreeSet<i64>) -> Result<(), TestCaseError> {
    let held: BTreeSet<i64> =
        set.iter().flat_map(|each| each.start.as_second()..each.end.as_second()).collect();
    prop_assert_eq!(&held, numbers);
    prop_assert_eq!(set.seconds(), i64::try_from(numbers.len()).unwrap());
    let pieces: Vec<Interval> = set.iter().collect();
    prop_assert!(pieces.iter().all(|each| !each.is_empty()));
    prop_assert!(pieces.windows(2).all(|pair| pair[0].end < pair[1].start));
    for number in 0..40 {
        prop_assert_eq!(set.contains(instant(number)), numbers.contains(&number));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(3), ..ProptestConfig::default() })]

    #[test]
    fn the_operations_are_those_of_sets(
        left in prop::collection::vec((0..40i64, 0..40i64), 0..7),
        right in prop::collection::vec((0..40i64, 0..40i64), 0..7),
    ) {
        let (a, b) = (numbers(&left), numbers(&right));
        let (left, right) = (set(&left), set(&right));
        check(&left, &a)?;
        check(&left.union(&right), &(&a | &b))?;
        check(&left.intersection(&right), &(&a & &b))?;
        check(&left.difference(&right), &(&a - &b))?;
    }
}

#[test]
fn touching_intervals_join_and_fractions_are_floored() {
    let fraction = |text: &str| text.parse::<Instant>().unwrap();
    let joined = IntervalSet::from_intervals([
        Interval { start: instant(10), end: instant(20) },
        Interval { start: instant(0), end: instant(10) },
        Interval { start: fraction("1970-01-01T00:00:30.2Z"), end: fraction("1970-01-01T00:00:30.9Z") },
    ]);
    assert_eq!(joined.iter().collect::<Vec<_>>(), [Interval { start: instant(0), end: instant(20) }]);
}

#[test]
fn a_set_is_read_from_json_in_any_order() {
    let text = r#"[{"start":"2025-05-02T10:00:00Z","end":"2025-05-02T11:00:00Z"},
                   {"start":"2025-05-02T09:00:00Z","end":"2025-05-02T10:30:00Z"}]"#;
    let set: IntervalSet = serde_json::from_str(text).unwrap();
    assert_eq!(
        serde_json::to_string(&set).unwrap(),
        r#"[{"start":"2025-05-02T09:00:00Z","end":"2025-05-02T11:00:00Z"}]"#
    );
}
