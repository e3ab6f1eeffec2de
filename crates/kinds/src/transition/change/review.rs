//! What comes after the implementation (8.5.1.3): its outcome, the review that is due, and an approval made up for.

use jiff::SignedDuration;
use mainstay_core::{Cx, Error, Kind, Result};

use super::{Change, Outcome};
use crate::acting;

/// Days after the end of the implementation in which a change is reviewed, unless the policy sets another number
/// (`pir_due_days` of the checks).
pub const REVIEW_DUE_DAYS: i64 = 5;

/// What did not go well is investigated.
pub(super) fn is_analysed_unless_successful(change: &Change, _: &Cx) -> Result<()> {
    let needed = matches!(change.outcome, Some(Outcome::Failed | Outcome::Reversed));
    if needed && change.analysis.is_empty() {
        return Err(Error::field("analysis", "must be given: why it failed or was reversed"));
    }
    Ok(())
}

/// Notes when the implementation ended, and when the review falls due.
pub(super) fn becomes_due(change: &mut Change, cx: &Cx) {
    change.actual_end = Some(cx.now);
    change.review_due_at = cx.now.checked_add(SignedDuration::from_hours(24 * REVIEW_DUE_DAYS)).ok();
}

/// Only what was begun before its approval is asked for afterwards, once.
pub(super) fn was_begun_without_approval(change: &Change, _: &Cx) -> Result<()> {
    if change.retrospective && change.authorised_at.is_none() {
        return Ok(());
    }
    Err(Error::refused(
        "an approval afterwards is for what was begun without one",
        Change::DEF.clause,
        format!("{} needs no approval afterwards", change.head.reference),
    ))
}

/// A change is closed when its analysis is there and, if it was begun without approval, somebody has decided on that.
pub(super) fn was_decided_and_analysed(change: &Change, cx: &Cx) -> Result<()> {
    if change.retrospective && change.authorised_at.is_none() && change.refused_at.is_none() {
        return Err(Error::refused(
            "a change begun without approval is decided on before it is closed",
            Change::DEF.clause,
            format!(
                "{} was begun before it was approved, and nobody has decided on it",
                change.head.reference
            ),
        )
        .hint("Ask for the approval afterwards."));
    }
    is_analysed_unless_successful(change, cx)
}

/// Notes the review and the end.
pub(super) fn close(change: &mut Change, cx: &Cx) {
    change.reviewed_at = Some(cx.now);
    change.closed_at = Some(cx.now);
    if change.reviewer.is_none() {
        change.reviewer = acting::person(cx);
    }
}
