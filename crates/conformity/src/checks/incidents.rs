//! Incidents (8.6.1): recorded, classified, put in order, worked on, closed.

use mainstay_core::{Choice, Filter, Instant, Kind, Op, Value, parts};
use mainstay_kinds::{
    Incident,
    incident::State::{Cancelled, Closed, InProgress, Merged, New, Resolved, Waiting},
};

use super::{major_incidents, recurring::RECURRING_DAYS};
use crate::{
    books::Notes,
    check::{CheckDef, Parameter},
    pass::{Around, Check, Item, Pass, sentence},
    span::{DAY, Span},
};

/// Days after which a resolved incident should have been closed.
const AUTO_CLOSE_DAYS: i64 = 14;

/// Hours without an update that an open incident may have, by priority; one without a priority counts as the last.
const UPDATE_HOURS: [(&str, i64); 4] =
    [("update_hours_1", 4), ("update_hours_2", 24), ("update_hours_3", 72), ("update_hours_4", 168)];

/// Hours after its report in which an incident that nobody has taken up may still wait for its category and priority.
const SORT_HOURS: i64 = 24;

const SORT: &[Parameter] = &[Parameter { name: "sort_hours", value: SORT_HOURS, unit: "hours" }];

/// Days between the report of an incident and its record, beyond which it counts as entered late.
const LATE_ENTRY_DAYS: i64 = 3;

const fn hours(at: usize) -> Parameter {
    Parameter { name: UPDATE_HOURS[at].0, value: UPDATE_HOURS[at].1, unit: "hours" }
}

/// The walk over incidents.
pub static PASS: Pass<Incident> = Pass {
    filter,
    in_span,
    parts: &[parts::COMMENT, parts::TASK, parts::LINK, parts::CLOCK_RESULT],
    note: Some(note),
    checks: &[
        Check {
            def: CheckDef::new(
                "incident-recorded",
                Incident::NAME,
                &["8.6.1-a"],
                "incidents in the period, without cancelled and merged ones",
                "has a caller or source, a reported time, a service and, once it is taken up or a day old, a category",
            )
            .grace(SORT_HOURS * 3600)
            .parameters(SORT)
            .version(2),
            belongs: |_| true,
            problem: recorded,
        },
        Check {
            def: CheckDef::new(
                "incident-prioritised",
                Incident::NAME,
                &["8.6.1-b"],
                "incidents in the period, without cancelled and merged ones",
                "has, once it is taken up or a day old, impact, urgency and the priority of the matrix, or another with a reason",
            )
            .grace(SORT_HOURS * 3600)
            .parameters(SORT)
            .version(2),
            belongs: |_| true,
            problem: prioritised,
        },
        Check {
            def: CheckDef::new(
                "incident-entered-late",
                Incident::NAME,
                &["8.6.1-a"],
                "incidents in the period, without cancelled and merged ones and those that another system kept before",
                "was recorded within days of its report",
            )
            .parameters(&[Parameter { name: "late_entry_days", value: LATE_ENTRY_DAYS, unit: "days" }])
            .tolerates_percent(2),
            belongs: |item| item.record.reported_at.is_some() && item.record.external_key.is_empty(),
            problem: entered_late,
        },
        Check {
            def: CheckDef::new(
                "incident-closed",
                Incident::NAME,
                &["8.6.1-d"],
                "incidents closed in the period",
                "has a resolution, a resolution code and a resolved time not after its closed time",
            )
            .selected(),
            belongs: |item| item.record.head.state == Closed && item.span.has(item.record.closed_at),
            problem: closed,
        },
        Check {
            def: CheckDef::new(
                "incident-not-left-resolved",
                Incident::NAME,
                &["8.6.1-d"],
                "incidents that are resolved and not closed",
                "was resolved within the time after which it should be closed",
            )
            .selected()
            .parameters(&[Parameter {
                name: "auto_close_days",
                value: AUTO_CLOSE_DAYS,
                unit: "days",
            }]),
            belongs: |item| item.record.head.state == Resolved,
            problem: not_left_resolved,
        },
        Check {
            def: CheckDef::new(
                "incident-worked-on",
                Incident::NAME,
                &["8.6.1-e"],
                "incidents closed in the period",
                "was taken up by a person, commented on or given a task before it was closed",
            )
            .selected(),
            belongs: |item| item.record.head.state == Closed && item.span.has(item.record.closed_at),
            problem: worked_on,
        },
        Check {
            def: CheckDef::new(
                "incident-updated",
                Incident::NAME,
                &["8.6.1-e"],
                "open incidents",
                "was changed or commented on no longer ago than its priority allows",
            )
            .selected()
            .parameters(&[hours(0), hours(1), hours(2), hours(3)]),
            belongs: |item| item.record.head.state.is_open(),
            problem: updated,
        },
        Check {
            def: CheckDef::new(
                "incident-linked-to-item",
                Incident::NAME,
                &["8.2.6-h"],
                "incidents closed in the period",
                "is linked to a configuration item",
            )
            .selected()
            .reads(&["configuration_item"])
            .tolerates_percent(20),
            belongs: |item| item.record.head.state == Closed && item.span.has(item.record.closed_at),
            problem: |item| super::configuration::unlinked(item.around, item.notes),
        },
        Check {
            def: CheckDef::new(
                "missed-target-looked-into",
                Incident::NAME,
                &["8.3.3-f"],
                "incidents closed in the period that missed a target of their agreement",
                "names a problem, or says in a comment what follows",
            )
            .selected(),
            belongs: |item| {
                item.record.head.state == Closed
                    && item.span.has(item.record.closed_at)
                    && !item.around.breached.is_empty()
            },
            problem: looked_into,
        },
        major_incidents::MANAGED,
        major_incidents::TOLD,
        major_incidents::REVIEWED,
    ],
};

fn filter(span: &Span) -> Filter {
    let since = |column: &str| Filter::Is(column.into(), Op::Gte, Value::Instant(span.from));
    let alive = [New, InProgress, Waiting, Resolved].map(|state| Value::from(state.name()));
    Filter::Or(vec![
        since("reported_at"),
        since("closed_at"),
        Filter::And(vec![Filter::Empty("reported_at".into()), since("created_at")]),
        Filter::In("state".into(), alive.to_vec()),
    ])
}

/// Reported or closed in the span, or still alive. What turned out to be none, or goes on in another, does not count.
pub(super) fn in_span(incident: &Incident, span: &Span) -> bool {
    let began = incident.reported_at.unwrap_or(incident.head.created_at);
    match incident.head.state {
        Cancelled | Merged => false,
        New | InProgress | Waiting | Resolved => began <= span.until,
        Closed => span.holds(began) || span.has(incident.closed_at),
    }
}

fn note(incident: &Incident, _: &Around, span: &Span, notes: &mut Notes) {
    if incident.service.is_some() {
        notes.services_at_work.insert(incident.service.uuid());
    }
    let reported = incident.reported_at.unwrap_or(incident.head.created_at);
    // What is not in a category yet is of none: it does not come again and again.
    let is_recent = span.holds(reported) && span.seconds_since(reported) <= RECURRING_DAYS * DAY;
    if is_recent && !incident.category.is_empty() {
        let group = notes.recent.entry((incident.service.uuid(), incident.category.clone())).or_default();
        group.0 += 1;
        group.1 += u64::from(incident.problem.is_some());
    }
}

/// Reported a short while ago, and nobody has taken it up yet: it may still be put in order.
fn may_wait(item: &Item<'_, Incident>) -> bool {
    let reported = item.record.reported_at.unwrap_or(item.record.head.created_at);
    item.record.head.state == New && item.span.seconds_since(reported) <= SORT_HOURS * 3600
}

fn entered_late(item: &Item<'_, Incident>) -> Option<String> {
    let (reported, recorded) = (item.record.reported_at?, item.record.head.created_at);
    let days = (recorded.as_second() - reported.as_second()) / DAY;
    (days > LATE_ENTRY_DAYS).then(|| format!("Reported at {reported} and recorded {days} days later."))
}

fn looked_into(item: &Item<'_, Incident>) -> Option<String> {
    let looked = item.record.problem.is_some() || item.around.comments > 0;
    let goals = item.around.breached.join(", ");
    (!looked).then(|| format!("Missed its target ({goals}); no problem and no comment says what follows."))
}

fn recorded(item: &Item<'_, Incident>) -> Option<String> {
    let incident = item.record;
    let mut missing = Vec::new();
    if incident.caller.is_none() && incident.contact_channel.is_none() {
        missing.push("caller or source");
    }
    if incident.reported_at.is_none() {
        missing.push("reported time");
    }
    if incident.service.is_none() {
        missing.push("service");
    }
    if incident.category.is_empty() && !may_wait(item) {
        missing.push("category");
    }
    sentence(missing)
}

fn prioritised(item: &Item<'_, Incident>) -> Option<String> {
    let incident = item.record;
    if incident.priority.is_none() && may_wait(item) {
        return None;
    }
    let mut missing = Vec::new();
    if incident.impact.is_none() {
        missing.push("impact");
    }
    if incident.urgency.is_none() {
        missing.push("urgency");
    }
    let Some(priority) = incident.priority else {
        missing.push("priority");
        return sentence(missing);
    };
    let expected = incident
        .impact
        .zip(incident.urgency)
        .map(|(impact, urgency)| mainstay_rules::priority(impact.into(), urgency.into()));
    match expected {
        Some(expected) if expected != priority && incident.priority_reason.is_empty() => {
            Some(format!("Priority {priority} differs from {expected}, the matrix value, without a reason."))
        }
        _ => sentence(missing),
    }
}

fn closed(item: &Item<'_, Incident>) -> Option<String> {
    let incident = item.record;
    let mut missing = Vec::new();
    if incident.resolution.is_empty() {
        missing.push("resolution");
    }
    if incident.resolution_code.is_empty() {
        missing.push("resolution code");
    }
    let Some(resolved_at) = incident.resolved_at else {
        missing.push("resolved time");
        return sentence(missing);
    };
    match incident.closed_at {
        Some(closed_at) if closed_at < resolved_at => {
            Some(format!("Closed at {closed_at}, before it was resolved at {resolved_at}."))
        }
        _ => sentence(missing),
    }
}

fn not_left_resolved(item: &Item<'_, Incident>) -> Option<String> {
    let resolved_at = item.record.resolved_at?;
    let late = item.span.seconds_since(resolved_at) > AUTO_CLOSE_DAYS * DAY;
    late.then(|| format!("Resolved at {resolved_at} and not closed within {AUTO_CLOSE_DAYS} days."))
}

fn worked_on(item: &Item<'_, Incident>) -> Option<String> {
    let incident = item.record;
    let taken_up = incident.acknowledged_at.is_some();
    let worked = taken_up || item.around.comments > 0 || !item.around.tasks.is_empty();
    (!worked).then(|| "Closed without a trace of work.".to_owned())
}

/// The last trace of work.
fn last_update(item: &Item<'_, Incident>) -> Instant {
    let changed = item.record.head.updated_at;
    item.around.last_comment_at.map_or(changed, |comment| comment.max(changed))
}

fn updated(item: &Item<'_, Incident>) -> Option<String> {
    let place = item.record.priority.and_then(|priority| usize::try_from(priority - 1).ok()).unwrap_or(3);
    let (_, allowed) = UPDATE_HOURS.get(place).copied().unwrap_or(UPDATE_HOURS[3]);
    let last = last_update(item);
    let late = item.span.seconds_since(last) > allowed * 3600;
    late.then(|| format!("Not updated since {last}; its priority allows {allowed} hours."))
}

#[cfg(test)]
mod tests {
    use mainstay_core::Id;
    use mainstay_kinds::{Level, incident::ContactChannel};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, broken};

    fn good() -> Incident {
        let mut incident = crate::testing::blank::<Incident>();
        incident.head.state = Closed;
        incident.head.created_at = at("2026-01-02T09:00:00Z");
        incident.head.updated_at = at("2026-01-02T12:00:00Z");
        incident.contact_channel = Some(ContactChannel::Phone);
        incident.service = Id::new(Uuid::from_u128(5));
        incident.category = "Mail".into();
        incident.impact = Some(Level::High);
        incident.urgency = Some(Level::Medium);
        incident.priority = Some(2);
        incident.reported_at = Some(at("2026-01-02T09:00:00Z"));
        incident.acknowledged_at = Some(at("2026-01-02T09:10:00Z"));
        incident.resolution = "Restarted the mail server".into();
        incident.resolution_code = "restarted".into();
        incident.resolved_at = Some(at("2026-01-02T11:00:00Z"));
        incident.closed_at = Some(at("2026-01-02T12:00:00Z"));
        incident
    }

    fn desk() -> Desk {
        Desk::at("2026-01-05T09:00:00Z").with_item()
    }

    fn told(check: &str, breakage: impl FnOnce(&mut Incident)) -> String {
        broken(&desk(), &PASS, check, good(), breakage)
    }

    #[test]
    fn a_good_incident_passes_every_check_that_judges_it() {
        desk().passes_all(&PASS, &good());
    }

    #[test]
    fn an_incident_without_source_time_service_or_category_is_named() {
        let why = told("incident-recorded", |incident| {
            incident.contact_channel = None;
            incident.reported_at = None;
            incident.service = Id::none();
            incident.category.clear();
        });
        assert_eq!(why, "Missing: caller or source, reported time, service, category.");
        assert_eq!(told("incident-recorded", |incident| incident.category.clear()), "Missing: category.");
    }

    #[test]
    fn what_came_today_may_wait_for_its_category_until_somebody_takes_it_up() {
        let mut fresh = good();
        fresh.head.state = New;
        fresh.category.clear();
        fresh.priority = None;
        fresh.reported_at = Some(at("2026-01-04T09:00:00Z"));
        let judged = |incident: &Incident, check: &str| desk().judge(&PASS, check, incident);
        for check in ["incident-recorded", "incident-prioritised"] {
            assert_eq!(judged(&fresh, check), Some(None), "{check}: a day");
            let mut older = fresh.clone();
            older.reported_at = Some(at("2026-01-04T08:59:59Z"));
            assert!(judged(&older, check).flatten().is_some(), "{check}: more than a day");
            let mut taken_up = fresh.clone();
            taken_up.head.state = InProgress;
            assert!(judged(&taken_up, check).flatten().is_some(), "{check}: somebody works on it");
        }
    }

    #[test]
    fn an_incident_that_was_recorded_days_after_its_report_is_named() {
        let mut late = good();
        late.head.created_at = at("2026-01-05T09:00:00Z");
        assert_eq!(desk().judge(&PASS, "incident-entered-late", &late), Some(None));
        late.head.created_at = at("2026-01-06T09:00:00Z");
        let mut moved = late.clone();
        moved.external_key = "INC0000045".into();
        assert_eq!(desk().judge(&PASS, "incident-entered-late", &moved), None, "it was recorded elsewhere");
        let why = desk().judge(&PASS, "incident-entered-late", &late).flatten();
        assert_eq!(why.as_deref(), Some("Reported at 2026-01-02T09:00:00Z and recorded 4 days later."));
    }

    #[test]
    fn a_priority_beside_the_matrix_needs_a_reason() {
        let why = told("incident-prioritised", |incident| incident.priority = Some(4));
        assert_eq!(why, "Priority 4 differs from 2, the matrix value, without a reason.");
        let mut excused = good();
        excused.priority = Some(4);
        excused.priority_reason = "A test system".into();
        assert_eq!(desk().judge(&PASS, "incident-prioritised", &excused), Some(None));
        let why = told("incident-prioritised", |incident| incident.impact = None);
        assert_eq!(why, "Missing: impact.");
        let why = told("incident-prioritised", |incident| incident.priority = None);
        assert_eq!(why, "Missing: priority.");
    }

    #[test]
    fn a_closed_incident_tells_how_and_when_it_was_resolved() {
        let why = told("incident-closed", |incident| {
            incident.resolution.clear();
            incident.resolution_code.clear();
            incident.resolved_at = None;
        });
        assert_eq!(why, "Missing: resolution, resolution code, resolved time.");
        let why = told("incident-closed", |incident| {
            incident.resolved_at = Some(at("2026-01-02T12:00:01Z"));
        });
        assert!(why.starts_with("Closed at 2026-01-02T12:00:00Z, before"), "{why}");
    }

    #[test]
    fn a_resolved_incident_is_not_left_for_more_than_two_weeks() {
        let mut left = good();
        left.head.state = Resolved;
        left.resolved_at = Some(at("2025-12-22T09:00:00Z"));
        assert_eq!(desk().judge(&PASS, "incident-not-left-resolved", &left), Some(None));
        left.resolved_at = Some(at("2025-12-22T08:59:59Z"));
        let why = desk().judge(&PASS, "incident-not-left-resolved", &left).flatten().expect("it is late");
        assert!(why.contains("not closed within 14 days"), "{why}");
    }

    #[test]
    fn an_incident_is_closed_after_work_and_not_by_itself() {
        let why = told("incident-worked-on", |incident| incident.acknowledged_at = None);
        assert_eq!(why, "Closed without a trace of work.");
        let mut commented = good();
        commented.acknowledged_at = None;
        let around = Around { comments: 1, ..Around::default() };
        assert_eq!(desk().with(around).judge(&PASS, "incident-worked-on", &commented), Some(None));
    }

    #[test]
    fn a_missed_target_is_followed_by_a_problem_or_a_word() {
        let mut desk = desk();
        desk.around.breached.push("resolution".into());
        let why = desk.judge(&PASS, "missed-target-looked-into", &good()).flatten().expect("it is named");
        assert!(why.starts_with("Missed its target (resolution)"), "{why}");
        let mut followed = good();
        followed.problem = Id::new(Uuid::from_u128(8));
        assert_eq!(desk.judge(&PASS, "missed-target-looked-into", &followed), Some(None));
        desk.around.comments = 1;
        assert_eq!(desk.judge(&PASS, "missed-target-looked-into", &good()), Some(None));
    }

    #[test]
    fn an_incident_without_a_configuration_item_is_named() {
        let bare = Desk::at("2026-01-05T09:00:00Z");
        let why = bare.judge(&PASS, "incident-linked-to-item", &good()).flatten();
        assert_eq!(why.as_deref(), Some("It is linked to no configuration item."));
    }

    #[test]
    fn incidents_of_the_last_month_are_noted_by_service_and_category() {
        let mut desk = desk();
        let mut count = |incident: &Incident| {
            note(incident, &Around::default(), &desk.span, &mut desk.notes);
            desk.notes.recent.values().copied().collect::<Vec<_>>()
        };
        let mut old = good();
        old.reported_at = Some(at("2025-12-06T08:59:59Z"));
        assert_eq!(count(&old), []);
        old.reported_at = Some(at("2025-12-06T09:00:00Z"));
        assert_eq!(count(&old), [(1, 0)]);
        let mut with_problem = good();
        with_problem.problem = Id::new(Uuid::from_u128(8));
        assert_eq!(count(&with_problem), [(2, 1)]);
        let mut unsorted = good();
        unsorted.category.clear();
        assert_eq!(count(&unsorted), [(2, 1)], "what has no category yet is of none");
    }

    #[test]
    fn an_urgent_incident_is_updated_sooner_than_another() {
        let mut open = good();
        open.head.state = InProgress;
        open.head.updated_at = at("2026-01-05T04:00:00Z");
        open.priority = Some(1);
        let why = desk().judge(&PASS, "incident-updated", &open).flatten().expect("it is late");
        assert_eq!(why, "Not updated since 2026-01-05T04:00:00Z; its priority allows 4 hours.");
        let commented =
            Around { comments: 1, last_comment_at: Some(at("2026-01-05T08:00:00Z")), ..Around::default() };
        assert_eq!(desk().with(commented).judge(&PASS, "incident-updated", &open), Some(None));
        open.priority = Some(2);
        assert_eq!(desk().judge(&PASS, "incident-updated", &open), Some(None));
        open.priority = None;
        open.head.updated_at = at("2025-12-29T08:00:00Z");
        assert!(desk().judge(&PASS, "incident-updated", &open).flatten().is_some());
    }

    #[test]
    fn what_was_closed_before_the_span_or_was_no_incident_is_not_judged() {
        let span = desk().span;
        let mut old = good();
        old.reported_at = Some(at("2024-01-02T09:00:00Z"));
        assert!(in_span(&old, &span), "it was closed in the span");
        old.closed_at = Some(at("2024-01-02T12:00:00Z"));
        assert!(!in_span(&old, &span));
        old.head.state = InProgress;
        assert!(in_span(&old, &span), "it is still open");
        for state in [Cancelled, Merged] {
            let mut none = good();
            none.head.state = state;
            assert!(!in_span(&none, &span), "{state:?}");
        }
    }
}
