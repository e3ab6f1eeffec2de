//! How a change is made: tested, with a way back, in its window.

use mainstay_core::Kind;
use mainstay_kinds::{Change, change::Category};

use super::implemented;
use crate::{
    check::CheckDef,
    pass::{Check, Item, sentence},
};

pub(super) const TESTED: Check<Change> = Check {
    def: CheckDef::new(
        "change-tested",
        Change::NAME,
        &["8.5.1.3-c"],
        "changes implemented in the period, without emergencies begun at once",
        "has a test result, or says why no test was possible",
    )
    .selected(),
    belongs: |item| implemented(item) && !item.record.retrospective,
    problem: |item| {
        sentence(item.record.test_result.is_empty().then_some("test result").into_iter().collect())
    },
};

pub(super) const BACK_OUT_PLANNED: Check<Change> = Check {
    def: CheckDef::new(
        "change-back-out-planned",
        Change::NAME,
        &["8.5.1.3-e"],
        "changes implemented in the period",
        "has a way back and says how it was tried, or why it cannot be",
    )
    .selected(),
    belongs: implemented,
    problem: back_out,
};

pub(super) const IN_WINDOW: Check<Change> = Check {
    def: CheckDef::new(
        "change-in-window",
        Change::NAME,
        &["8.5.1.2-c"],
        "changes implemented in the period, without emergencies",
        "was begun in its planned window, or says why not",
    )
    .selected(),
    belongs: |item| implemented(item) && item.record.category != Some(Category::Emergency),
    problem: in_window,
};

fn back_out(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.back_out_plan.is_empty() {
        missing.push("back-out plan");
    }
    if change.back_out_test.is_empty() && !change.retrospective {
        missing.push("how the way back was tried");
    }
    sentence(missing)
}

fn in_window(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let start = change.actual_start?;
    let (Some(from), Some(until)) = (change.planned_start, change.planned_end) else {
        return Some("It has no planned window.".into());
    };
    let inside = from <= start && start <= until;
    (!inside && change.window_reason.is_empty())
        .then(|| format!("Begun at {start}, outside of its window from {from} to {until}, without a reason."))
}

#[cfg(test)]
mod tests {
    use mainstay_kinds::Change;

    use super::super::{
        PASS,
        fixture::{desk, good, why},
    };
    use crate::testing::at;

    #[test]
    fn a_change_outside_of_its_window_says_why() {
        let outside = |change: &mut Change| change.actual_start = Some(at("2026-01-02T22:00:01Z"));
        assert!(why("change-in-window", outside).contains("outside of its window"));
        let mut excused = good();
        outside(&mut excused);
        excused.window_reason = "The supplier came late".into();
        assert_eq!(desk().judge(&PASS, "change-in-window", &excused), Some(None));
    }

    #[test]
    fn what_was_made_is_tested_and_has_a_way_back() {
        assert_eq!(why("change-tested", |change| change.test_result.clear()), "Missing: test result.");
        let back = why("change-back-out-planned", |change| change.back_out_plan.clear());
        assert_eq!(back, "Missing: back-out plan.");
    }
}
