//! Versions that work forward only (`metrics` 1.2 and E32): what was agreed stays, a change begins now or later.

use mainstay_core::{Cx, Instant};

use crate::problems::Problems;

/// Notes when a version of `before` was changed or taken away, and when a new one would begin before now.
/// History is taken as it comes: its versions began when they began.
pub(crate) fn check<V: PartialEq>(
    before: &[V],
    after: &[V],
    valid_from: impl Fn(&V) -> Option<Instant>,
    cx: &Cx,
    problems: &mut Problems,
) {
    if cx.history {
        return;
    }
    let named = |version: &V| match valid_from(version) {
        Some(instant) => format!("the version valid from {instant}"),
        None => "the version valid from the beginning".to_owned(),
    };
    for kept in before.iter().filter(|version| !after.contains(version)) {
        problems.add(
            "versions",
            format!("{} may not be changed or taken away; add a version that begins later", named(kept)),
        );
    }
    for new in after.iter().filter(|version| !before.contains(version)) {
        if valid_from(new).is_none_or(|instant| instant < cx.now) {
            problems.add("versions", format!("{} would begin before now, {}", named(new), cx.now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, cx};

    type Version = (Option<Instant>, u8);

    fn check_problems(before: &[Version], after: &[Version], count: usize) {
        let mut problems = Problems::default();
        check(before, after, |version| version.0, &cx(), &mut problems);
        let found = problems.result().map_or_else(|error| error.fields().len(), |()| 0);
        assert_eq!(found, count, "{before:?} -> {after:?}");
    }

    #[test]
    fn a_version_is_added_from_now_on_and_nothing_else_changes() {
        let old = (None, 1);
        let now = (Some(cx().now), 2);
        let past = (Some(at("2026-01-05T08:59:59Z")), 2);
        check_problems(&[old], &[old, now], 0);
        check_problems(&[old, now], &[now, old], 0);
        check_problems(&[old], &[old, past], 1);
        check_problems(&[old], &[old, (None, 2)], 1);
        check_problems(&[old, past], &[old], 1);
        check_problems(&[old], &[(None, 2)], 2);
    }

    #[test]
    fn history_brings_versions_that_began_long_ago() {
        let mut problems = Problems::default();
        let history = Cx { history: true, ..cx() };
        check(&[(None, 1)], &[(None, 2)], |version: &Version| version.0, &history, &mut problems);
        assert!(problems.result().is_ok());
    }
}
