//! Implementation (8.5.1.3): after the decision, and in the window that was decided on.

use mainstay_core::{Cx, Error, Kind, Result};

use super::{Category, Change};
use crate::{acting, problems::Problems};

/// A window ends at its begin or later.
pub(super) fn check_window(change: &Change, problems: &mut Problems) {
    if let (Some(start), Some(end)) = (change.planned_start, change.planned_end)
        && end < start
    {
        problems.add("planned_end", format!("lies before the begin of the window, {start}"));
    }
}

/// Nothing is changed without a decision, and outside of the window only with a reason. An emergency has no window
/// that it could miss.
pub(super) fn is_authorised_and_in_its_window(change: &Change, cx: &Cx) -> Result<()> {
    if change.authorised_at.is_none() {
        return Err(Error::refused(
            "a change is authorised before it is made",
            Change::DEF.clause,
            format!("{} is not authorised", change.head.reference),
        )
        .hint("Request its approval."));
    }
    if change.category == Some(Category::Emergency) || !change.window_reason.is_empty() {
        return Ok(());
    }
    let inside = change.planned_start.is_some_and(|start| start <= cx.now)
        && change.planned_end.is_some_and(|end| cx.now <= end);
    if inside {
        return Ok(());
    }
    let window = match (change.planned_start, change.planned_end) {
        (Some(start), Some(end)) => format!("its window is from {start} to {end}, and it is {} now", cx.now),
        _ => "it has no window".to_owned(),
    };
    Err(Error::field("window_reason", format!("must be given: {window}")))
}

/// Notes when the implementation began, and who makes the change when nobody was named.
pub(super) fn begin(change: &mut Change, cx: &Cx) {
    change.actual_start = Some(cx.now);
    if change.implementer.is_none() {
        change.implementer = acting::person(cx);
    }
}
