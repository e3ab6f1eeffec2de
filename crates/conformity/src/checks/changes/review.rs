//! What follows a change: an analysis when it failed, its configuration items, a review in time.

use mainstay_core::{Instant, Kind};
use mainstay_kinds::{
    Change,
    change::{
        Outcome::{Failed, Reversed},
        State::Closed,
    },
};

use super::{super::configuration, implemented};
use crate::{
    check::{CheckDef, Parameter},
    pass::{Check, Item, sentence},
    span::DAY,
};

/// Days after its implementation in which a change has to be reviewed, where the change itself names no day.
const REVIEW_DUE_DAYS: i64 = 30;

pub(super) const FAILURE_ANALYSED: Check<Change> = Check {
    def: CheckDef::new(
        "change-failure-analysed",
        Change::NAME,
        &["8.5.1.3-f"],
        "changes of the period that failed or were reversed",
        "has an analysis",
    )
    .selected(),
    belongs: |item| implemented(item) && matches!(item.record.outcome, Some(Failed | Reversed)),
    problem: |item| sentence(item.record.analysis.is_empty().then_some("analysis").into_iter().collect()),
};

pub(super) const ITEMS_UPDATED: Check<Change> = Check {
    def: CheckDef::new(
        "change-items-updated",
        Change::NAME,
        &["8.2.6-f"],
        "changes closed in the period that involve configuration items",
        "says which of them were updated, or that none had to be",
    )
    .selected()
    .reads(&["configuration_item"]),
    belongs: |item| {
        let closed = item.record.head.state == Closed && item.span.has(item.record.closed_at);
        closed && configuration::unlinked(item.around, item.notes).is_none()
    },
    problem: |item| {
        let silent = item.record.configuration_note.is_empty();
        silent.then(|| "Nothing is said about its configuration items.".to_owned())
    },
};

pub(super) const LINKED_TO_ITEM: Check<Change> = Check {
    def: CheckDef::new(
        "change-linked-to-item",
        Change::NAME,
        &["8.2.6-h"],
        "changes closed in the period",
        "is linked to a configuration item",
    )
    .selected()
    .reads(&["configuration_item"])
    .tolerates_percent(20),
    belongs: |item| item.record.head.state == Closed && item.span.has(item.record.closed_at),
    problem: |item| configuration::unlinked(item.around, item.notes),
};

pub(super) const REVIEWED: Check<Change> = Check {
    def: CheckDef::new(
        "change-reviewed",
        Change::NAME,
        &["8.5.1.3-g"],
        "changes implemented in the period",
        "was reviewed by its due date, with what the review came to",
    )
    .selected()
    .parameters(&[Parameter { name: "review_due_days", value: REVIEW_DUE_DAYS, unit: "days" }]),
    belongs: |item| implemented(item) && item.record.actual_end.is_some(),
    problem: reviewed,
};

fn reviewed(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let end = change.actual_end?;
    let due = change.review_due_at.unwrap_or_else(|| {
        Instant::from_second(end.as_second() + REVIEW_DUE_DAYS * DAY).unwrap_or(Instant::MAX)
    });
    match change.reviewed_at {
        Some(at) if at > due => Some(format!("Reviewed at {at}; it was due at {due}.")),
        Some(_) if change.review.is_empty() => Some("Missing: what the review came to.".into()),
        Some(_) => None,
        None if change.head.state == Closed => Some("Closed without a review.".into()),
        None => (item.span.until > due).then(|| format!("Not reviewed; it was due at {due}.")),
    }
}

#[cfg(test)]
mod tests {
    use mainstay_kinds::change::{Outcome::Failed, State::Review};

    use super::super::{
        PASS,
        fixture::{desk, good, why},
    };
    use crate::testing::at;

    #[test]
    fn a_review_is_held_by_its_due_date() {
        let late = why("change-reviewed", |change| change.reviewed_at = Some(at("2026-01-04T00:00:01Z")));
        assert!(late.contains("it was due at"), "{late}");
        let never = why("change-reviewed", |change| {
            change.reviewed_at = None;
            change.head.state = Review;
        });
        assert!(never.starts_with("Not reviewed"), "{never}");
        let mut due = good();
        due.reviewed_at = None;
        due.head.state = Review;
        due.review_due_at = Some(at("2026-01-05T09:00:00Z"));
        assert_eq!(desk().judge(&PASS, "change-reviewed", &due), Some(None));
    }

    #[test]
    fn what_failed_is_analysed() {
        let failed = why("change-failure-analysed", |change| change.outcome = Some(Failed));
        assert_eq!(failed, "Missing: analysis.");
    }

    #[test]
    fn a_closed_change_names_its_items() {
        let items = why("change-items-updated", |change| change.configuration_note.clear());
        assert_eq!(items, "Nothing is said about its configuration items.");
    }
}
