//! Service requests (8.6.2): recorded, approved first where their model asks for it, fulfilled, closed.

use mainstay_core::{Choice, Filter, Kind, Op, Value, parts};
use mainstay_kinds::{
    ServiceRequest,
    service_request::State::{
        AwaitingApproval, Cancelled, Closed, Fulfilled, Fulfilment, New, Rejected, Waiting,
    },
};

use crate::{
    books::Notes,
    check::{CheckDef, Parameter},
    pass::{Around, Check, Item, Pass, sentence},
    span::{DAY, Span},
};

/// Days without an update that an open request may have, by priority; one without a priority counts as the last.
const UPDATE_DAYS: [(&str, i64); 4] =
    [("update_days_1", 1), ("update_days_2", 3), ("update_days_3", 7), ("update_days_4", 14)];

const fn days(at: usize) -> Parameter {
    Parameter { name: UPDATE_DAYS[at].0, value: UPDATE_DAYS[at].1, unit: "days" }
}

/// The walk over requests.
pub static PASS: Pass<ServiceRequest> = Pass {
    filter,
    in_span,
    parts: &[parts::COMMENT],
    note: Some(note),
    checks: &[
        Check {
            def: CheckDef::new(
                "request-recorded",
                ServiceRequest::NAME,
                &["8.6.2-a"],
                "requests in the period",
                "has a requester, a time, a type and a priority",
            ),
            belongs: |_| true,
            problem: recorded,
        },
        Check {
            def: CheckDef::new(
                "request-has-model",
                ServiceRequest::NAME,
                &["8.6.2-c"],
                "requests in the period, without cancelled ones",
                "follows a request model",
            ),
            belongs: |item| item.record.head.state != Cancelled,
            problem: |item| {
                item.record.request_model.is_none().then(|| "It follows no request model.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "request-outcome-told",
                ServiceRequest::NAME,
                &["8.6.2-b"],
                "requests that ended in the period",
                "says what was got and when, or why it was cancelled",
            )
            .selected(),
            belongs: |item| matches!(item.record.head.state, Closed | Cancelled),
            problem: outcome_told,
        },
        Check {
            def: CheckDef::new(
                "request-approved-first",
                ServiceRequest::NAME,
                &["8.6.2-b"],
                "requests fulfilled in the period that had to be approved",
                "was approved before it was fulfilled",
            )
            .selected(),
            belongs: |item| item.record.approval_needed && item.record.fulfilled_at.is_some(),
            problem: approved_first,
        },
        Check {
            def: CheckDef::new(
                "request-updated",
                ServiceRequest::NAME,
                &["8.6.2-b"],
                "open requests",
                "was changed or commented on no longer ago than its priority allows",
            )
            .selected()
            .parameters(&[days(0), days(1), days(2), days(3)]),
            belongs: |item| matches!(item.record.head.state, New | AwaitingApproval | Fulfilment | Waiting),
            problem: updated,
        },
    ],
};

fn filter(span: &Span) -> Filter {
    let since = |column: &str| Filter::Is(column.into(), Op::Gte, Value::Instant(span.from));
    let alive =
        [New, AwaitingApproval, Fulfilment, Waiting, Fulfilled].map(|state| Value::from(state.name()));
    Filter::Or(vec![
        since("reported_at"),
        since("closed_at"),
        Filter::And(vec![Filter::Empty("reported_at".into()), since("created_at")]),
        Filter::In("state".into(), alive.to_vec()),
    ])
}

fn in_span(request: &ServiceRequest, span: &Span) -> bool {
    let began = request.reported_at.unwrap_or(request.head.created_at);
    match request.head.state {
        Closed | Rejected | Cancelled => span.holds(began) || span.has(request.closed_at),
        New | AwaitingApproval | Fulfilment | Waiting | Fulfilled => true,
    }
}

fn note(request: &ServiceRequest, _: &Around, _: &Span, notes: &mut Notes) {
    if request.service.is_some() {
        notes.services_at_work.insert(request.service.uuid());
    }
}

fn recorded(item: &Item<'_, ServiceRequest>) -> Option<String> {
    let request = item.record;
    let mut missing = Vec::new();
    if request.requester.is_none() {
        missing.push("requester");
    }
    if request.reported_at.is_none() {
        missing.push("time");
    }
    if request.category.is_empty() && request.request_model.is_none() {
        missing.push("type");
    }
    if request.priority.is_none() {
        missing.push("priority");
    }
    sentence(missing)
}

fn outcome_told(item: &Item<'_, ServiceRequest>) -> Option<String> {
    let request = item.record;
    let mut missing = Vec::new();
    if request.head.state == Cancelled {
        if request.cancel_reason.is_empty() {
            missing.push("why it was cancelled");
        }
        return sentence(missing);
    }
    if request.fulfilment.is_empty() {
        missing.push("what was got");
    }
    if request.fulfilled_at.is_none() {
        missing.push("time of fulfilment");
    }
    sentence(missing)
}

fn approved_first(item: &Item<'_, ServiceRequest>) -> Option<String> {
    let fulfilled = item.record.fulfilled_at?;
    match item.record.approved_at {
        None => Some("Fulfilled without the approval that its model asks for.".into()),
        Some(approved) if approved > fulfilled => {
            Some(format!("Fulfilled at {fulfilled}, before it was approved at {approved}."))
        }
        Some(_) => None,
    }
}

fn updated(item: &Item<'_, ServiceRequest>) -> Option<String> {
    let place = item.record.priority.and_then(|priority| usize::try_from(priority - 1).ok()).unwrap_or(3);
    let (_, allowed) = UPDATE_DAYS.get(place).copied().unwrap_or(UPDATE_DAYS[3]);
    let changed = item.record.head.updated_at;
    let last = item.around.last_comment_at.map_or(changed, |comment| comment.max(changed));
    let late = item.span.seconds_since(last) > allowed * DAY;
    late.then(|| format!("Not updated since {last}; its priority allows {allowed} days."))
}

#[cfg(test)]
mod tests {
    use mainstay_core::Id;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank};

    fn good() -> ServiceRequest {
        let mut request = blank::<ServiceRequest>();
        request.head.state = Closed;
        request.head.updated_at = at("2026-01-03T09:00:00Z");
        request.requester = Id::new(Uuid::from_u128(1));
        request.request_model = Id::new(Uuid::from_u128(2));
        request.reported_at = Some(at("2026-01-02T09:00:00Z"));
        request.category = "Access".into();
        request.priority = Some(3);
        request.approval_needed = true;
        request.approved_at = Some(at("2026-01-02T10:00:00Z"));
        request.fulfilment = "Access to the share".into();
        request.fulfilled_at = Some(at("2026-01-02T11:00:00Z"));
        request.closed_at = Some(at("2026-01-03T09:00:00Z"));
        request
    }

    fn why(check: &str, breakage: impl FnOnce(&mut ServiceRequest)) -> String {
        let mut request = good();
        breakage(&mut request);
        let desk = Desk::at("2026-01-05T09:00:00Z");
        desk.judge(&PASS, check, &request).expect("it is judged").expect("it does not hold")
    }

    #[test]
    fn a_request_that_was_approved_and_fulfilled_passes() {
        Desk::at("2026-01-05T09:00:00Z").passes_all(&PASS, &good());
    }

    #[test]
    fn what_a_request_leaves_open_is_named() {
        let open = why("request-recorded", |request| {
            request.requester = Id::none();
            request.priority = None;
        });
        assert_eq!(open, "Missing: requester, priority.");
        let alone = why("request-has-model", |request| request.request_model = Id::none());
        assert_eq!(alone, "It follows no request model.");
    }

    #[test]
    fn a_request_is_approved_before_it_is_fulfilled() {
        let late =
            why("request-approved-first", |request| request.approved_at = Some(at("2026-01-02T11:00:01Z")));
        assert!(late.contains("before it was approved"), "{late}");
        let never = why("request-approved-first", |request| request.approved_at = None);
        assert!(never.contains("without the approval"), "{never}");
    }

    #[test]
    fn the_end_of_a_request_is_told() {
        let silent = why("request-outcome-told", |request| request.fulfilment.clear());
        assert_eq!(silent, "Missing: what was got.");
        let cancelled = why("request-outcome-told", |request| request.head.state = Cancelled);
        assert_eq!(cancelled, "Missing: why it was cancelled.");
    }

    #[test]
    fn an_open_request_is_not_forgotten() {
        let late = why("request-updated", |request| {
            request.head.state = Waiting;
            request.head.updated_at = at("2025-12-29T08:59:59Z");
        });
        assert!(late.ends_with("its priority allows 7 days."), "{late}");
    }
}
