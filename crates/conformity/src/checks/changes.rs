//! Changes (8.5.1): which of them are walked, and what several of their checks ask. The checks stand in the files of
//! this folder, from the request to the review.
//!
//! A standard change takes its decision from its model; the checks of models say whether that still holds.

mod decision;
mod implementation;
mod request;
mod review;

use mainstay_core::{Choice, Filter, Op, Value, parts};
use mainstay_kinds::{
    Change,
    change::State::{
        self, Assessment, AwaitingApproval, Cancelled, Implementation, New, Ratification, Review, Scheduled,
    },
};

use crate::{
    books::Notes,
    pass::{Around, Item, Pass},
    span::Span,
};

/// The walk over changes.
pub static PASS: Pass<Change> = Pass {
    filter,
    in_span,
    parts: &[parts::APPROVAL_VOTE, parts::LINK],
    note: Some(note),
    checks: &[
        request::RECORDED,
        request::WEIGHED,
        request::MAJOR_IMPACT_DECIDED,
        decision::AUTHORISED,
        decision::NOT_APPROVED_BY_ITS_OWN,
        implementation::TESTED,
        implementation::BACK_OUT_PLANNED,
        implementation::IN_WINDOW,
        review::FAILURE_ANALYSED,
        review::ITEMS_UPDATED,
        request::HAS_PRIORITY_AND_NEED,
        review::LINKED_TO_ITEM,
        review::REVIEWED,
    ],
};

const ALIVE: [State; 7] =
    [New, Assessment, AwaitingApproval, Scheduled, Implementation, Review, Ratification];

fn filter(span: &Span) -> Filter {
    let since = |column: &str| Filter::Is(column.into(), Op::Gte, Value::Instant(span.from));
    Filter::Or(vec![
        since("requested_at"),
        since("actual_start"),
        since("closed_at"),
        Filter::And(vec![Filter::Empty("requested_at".into()), since("created_at")]),
        Filter::In("state".into(), ALIVE.map(|state| Value::from(state.name())).to_vec()),
    ])
}

/// Asked for, begun or closed in the span, or still on its way.
fn in_span(change: &Change, span: &Span) -> bool {
    let asked = change.requested_at.unwrap_or(change.head.created_at);
    let touched = span.holds(asked) || span.has(change.actual_start) || span.has(change.closed_at);
    change.head.state != Cancelled && (touched || ALIVE.contains(&change.head.state))
}

fn note(change: &Change, _: &Around, _: &Span, notes: &mut Notes) {
    if change.service.is_some() {
        notes.services_at_work.insert(change.service.uuid());
    }
    if change.authorised_at.is_none() {
        notes.changes_without_authority.insert(change.head.id);
    }
}

fn implemented(item: &Item<'_, Change>) -> bool {
    item.span.has(item.record.actual_start)
}

#[cfg(test)]
mod fixture;

#[cfg(test)]
mod tests {
    use super::{
        PASS,
        fixture::{desk, good},
    };

    #[test]
    fn a_change_that_went_the_whole_way_passes_every_check() {
        desk().passes_all(&PASS, &good());
    }
}
