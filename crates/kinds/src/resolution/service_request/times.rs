//! The times of a request (`metrics` 2.1 to 2.3), as those of an incident: reported, taken up, fulfilled, closed.

use mainstay_core::{Actor, Cx, Error, Result};

use super::{ServiceRequest, State};
use crate::{WaitingReason, problems::Problems};

/// Notes what the step to the present state means. History may bring these values itself.
pub(super) fn stamp(request: &mut ServiceRequest, before: Option<&ServiceRequest>, cx: &Cx) {
    let from = before.map(|before| before.head.state);
    let to = request.head.state;
    if from.is_none() && !cx.history {
        request.reported_at.get_or_insert(cx.now);
    }
    if to != State::Waiting {
        request.waiting_reason = None;
        request.waiting_until = None;
    }
    if from == Some(to) {
        return;
    }
    let brought = |differs: bool| cx.history && differs;
    // Only a person takes a request up; the clockwork does not.
    let taken_up = matches!(to, State::Fulfilment | State::Waiting | State::Fulfilled);
    if taken_up && cx.actor != Actor::System {
        request.acknowledged_at.get_or_insert(cx.now);
    }
    let was_fulfilled_at = before.and_then(|before| before.fulfilled_at);
    if to == State::Fulfilled && !brought(request.fulfilled_at != was_fulfilled_at) {
        request.fulfilled_at = Some(cx.now);
    }
    let was_closed_at = before.and_then(|before| before.closed_at);
    if to == State::Closed && !brought(request.closed_at != was_closed_at) {
        request.closed_at = Some(cx.now);
    }
    let was_done = matches!(from, Some(State::Fulfilled | State::Closed));
    let was_count = before.map_or(0, |before| before.reopen_count);
    if was_done && to == State::Fulfilment && !brought(request.reopen_count != was_count) {
        request.reopen_count = was_count.saturating_add(1);
    }
}

/// The start of all clocks is there, and never in the future.
pub(super) fn check_reported(
    request: &ServiceRequest,
    before: Option<&ServiceRequest>,
    cx: &Cx,
    problems: &mut Problems,
) {
    if before.is_some_and(|before| before.reported_at == request.reported_at) {
        return;
    }
    match request.reported_at {
        None => problems.add("reported_at", "is the start of all clocks and cannot be taken away"),
        Some(reported_at) if reported_at > cx.now => {
            problems.add("reported_at", format!("lies in the future; it is {} now", cx.now));
        }
        Some(reported_at) => {
            let later = [(request.acknowledged_at, "taken up"), (request.fulfilled_at, "fulfilled")];
            for (instant, what) in later {
                if let Some(instant) = instant.filter(|instant| *instant < reported_at) {
                    problems.add("reported_at", format!("lies after the request was {what}, {instant}"));
                }
            }
        }
    }
}

/// Who waits for an agreed date says which; and waiting ends in the future.
pub(super) fn has_an_end_when_a_date_was_agreed(request: &ServiceRequest, cx: &Cx) -> Result<()> {
    match request.waiting_until {
        None if request.waiting_reason == Some(WaitingReason::AgreedDate) => {
            Err(Error::field("waiting_until", "must be given: the date that was agreed"))
        }
        Some(until) if until <= cx.now => {
            Err(Error::field("waiting_until", format!("has passed; it is {} now", cx.now)))
        }
        _ => Ok(()),
    }
}
