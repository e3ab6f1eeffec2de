//! The times of an incident (`metrics` 2.1 and 2.3): reported, acknowledged, resolved, closed, reopened.

use mainstay_core::{Actor, Cx};

use super::{Incident, State};
use crate::problems::Problems;

/// Notes what the step to the present state means. History may bring these values itself; what it does not
/// change is stamped with the time at which the step was claimed to happen.
pub(super) fn stamp(incident: &mut Incident, before: Option<&Incident>, cx: &Cx) {
    let from = before.map(|before| before.head.state);
    let to = incident.head.state;
    if from.is_none() && !cx.history {
        incident.reported_at.get_or_insert(cx.now);
    }
    if from == Some(to) {
        return;
    }
    let was_resolved_at = before.and_then(|before| before.resolved_at);
    let was_closed_at = before.and_then(|before| before.closed_at);
    let was_count = before.map_or(0, |before| before.reopen_count);
    let brought = |differs: bool| cx.history && differs;

    // Only a person takes an incident up; the clockwork does not.
    if matches!(to, State::InProgress | State::Waiting | State::Resolved) && cx.actor != Actor::System {
        incident.acknowledged_at.get_or_insert(cx.now);
    }
    if to == State::Resolved {
        if !brought(incident.resolved_at != was_resolved_at) {
            incident.resolved_at = Some(cx.now);
        }
        incident.first_resolved_at = incident.first_resolved_at.or(incident.resolved_at);
    }
    if to == State::Closed && !brought(incident.closed_at != was_closed_at) {
        incident.closed_at = Some(cx.now);
    }
    let was_done = matches!(from, Some(State::Resolved | State::Closed));
    if was_done && to.is_open() && !brought(incident.reopen_count != was_count) {
        incident.reopen_count = was_count.saturating_add(1);
    }
}

/// The reported time never lies in the future. It may lie before the time of logging with a reason (E29), and
/// may be corrected as long as no duration becomes negative (E30).
pub(super) fn check_reported(
    incident: &Incident,
    before: Option<&Incident>,
    cx: &Cx,
    problems: &mut Problems,
) {
    if before.is_some_and(|before| before.reported_at == incident.reported_at) {
        return;
    }
    let Some(reported_at) = incident.reported_at else {
        problems.add("reported_at", "is the start of all clocks and cannot be taken away");
        return;
    };
    let logged_at = incident.head.created_at;
    if reported_at > cx.now {
        problems.add("reported_at", format!("lies in the future; it is {} now", cx.now));
        return;
    }
    let later_times = [
        (Some(logged_at), "recorded"),
        (incident.acknowledged_at, "acknowledged"),
        (incident.first_resolved_at, "resolved"),
    ];
    for (instant, what) in later_times {
        if let Some(instant) = instant.filter(|instant| *instant < reported_at) {
            problems.add("reported_at", format!("lies after the incident was {what}, {instant}"));
        }
    }
    if reported_at < logged_at && incident.report_delay_reason.is_empty() {
        problems.add("report_delay_reason", "must be given: the report is older than its record");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{START, Trial, at, wrong_fields};

    const LATER: &str = "2026-01-05T10:00:00Z";

    #[test]
    fn an_incident_is_reported_when_it_is_recorded_unless_said_otherwise() {
        assert_eq!(Trial::<Incident>::new(json!({})).typed().reported_at, Some(at(START)));
    }

    #[test]
    fn a_report_is_never_from_the_future() {
        let future = json!({"reported_at": "2026-01-05T09:00:01Z"});
        assert_eq!(wrong_fields(Trial::<Incident>::create(future.clone())), ["reported_at"]);
        assert_eq!(wrong_fields(Trial::<Incident>::new(json!({})).edit(future)), ["reported_at"]);
    }

    #[test]
    fn e29_a_report_entered_afterwards_says_why() {
        let mut input = json!({"reported_at": "2026-01-05T08:59:59Z"});
        assert_eq!(wrong_fields(Trial::<Incident>::create(input.clone())), ["report_delay_reason"]);
        input["report_delay_reason"] = json!("The call came before the office opened");
        assert!(Trial::<Incident>::create(input).is_ok());
        let mut incident = Trial::<Incident>::new(json!({}));
        let earlier = json!({"reported_at": "2026-01-05T08:00:00Z"});
        assert_eq!(wrong_fields(incident.edit(earlier)), ["report_delay_reason"]);
    }

    #[test]
    fn e30_no_duration_becomes_negative() {
        let mut incident = Trial::<Incident>::new(json!({}));
        incident.at(LATER);
        assert_eq!(
            wrong_fields(incident.edit(json!({"reported_at": "2026-01-05T09:30:00Z"}))),
            ["reported_at"]
        );
        let mut old = Trial::<Incident>::of_history("new", json!({"title": "Old"}));
        old.cx.now = at("2025-01-01T00:00:00Z");
        old.history("resolved", json!({"reported_at": "2024-12-31T00:00:00Z"})).unwrap();
        old.cx = Cx { history: false, ..crate::testing::cx() };
        let after_it_was_resolved =
            json!({"reported_at": "2025-01-01T00:00:01Z", "report_delay_reason": "A guess"});
        assert_eq!(wrong_fields(old.edit(after_it_was_resolved)), ["reported_at"; 2]);
    }

    #[test]
    fn the_start_of_the_clocks_cannot_be_taken_away() {
        let mut incident = Trial::<Incident>::new(json!({}));
        assert_eq!(wrong_fields(incident.edit(json!({"reported_at": null}))), ["reported_at"]);
    }

    #[test]
    fn an_incident_is_acknowledged_when_a_person_takes_it_up_first() {
        for (name, answers) in [
            ("start", json!({})),
            ("wait", json!({"waiting_reason": "customer"})),
            ("resolve", json!({"resolution": "Restarted"})),
        ] {
            let mut incident = Trial::<Incident>::new(json!({}));
            assert_eq!(incident.typed().acknowledged_at, None);
            incident.at(LATER).perform(name, answers).unwrap();
            assert_eq!(incident.typed().acknowledged_at, Some(at(LATER)), "{name}");
        }
        let mut incident = Trial::<Incident>::new(json!({}));
        incident.perform("cancel", json!({"cancel_reason": "A drill"})).unwrap();
        assert_eq!(incident.typed().acknowledged_at, None, "cancelling is no acknowledgement");
    }

    #[test]
    fn the_clockwork_acknowledges_nothing() {
        let mut incident = Trial::<Incident>::new(json!({}));
        incident.cx.actor = Actor::System;
        incident.perform("start", json!({})).unwrap();
        assert_eq!(incident.typed().acknowledged_at, None);
    }

    #[test]
    fn e5_the_last_resolved_time_moves_and_the_first_stays_and_reopenings_are_counted() {
        let mut incident = Trial::<Incident>::new(json!({}));
        let resolution = json!({"resolution": "Restarted"});
        incident.at("2026-01-05T10:00:00Z").perform("resolve", resolution.clone()).unwrap();
        incident.at("2026-01-05T11:00:00Z").perform("close", json!({})).unwrap();
        incident
            .at("2026-01-05T12:00:00Z")
            .perform("reopen", json!({"reopen_reason": "Down again"}))
            .unwrap();
        assert_eq!(incident.typed().reopen_count, 1);
        incident.at("2026-01-05T13:00:00Z").perform("resolve", resolution).unwrap();
        let incident = incident.typed();
        assert_eq!(incident.first_resolved_at, Some(at("2026-01-05T10:00:00Z")));
        assert_eq!(incident.closed_at, Some(at("2026-01-05T11:00:00Z")));
        assert_eq!(incident.resolved_at, Some(at("2026-01-05T13:00:00Z")));
    }

    #[test]
    fn history_is_stamped_with_its_claimed_times() {
        let mut incident = Trial::<Incident>::of_history("new", json!({"title": "Old"}));
        assert_eq!(incident.typed().reported_at, None, "an unknown report stays unknown (E43)");
        for (state, claimed) in [
            ("in_progress", "2016-02-29T01:00:00Z"),
            ("resolved", "2016-02-29T02:00:00Z"),
            ("in_progress", "2016-02-29T03:00:00Z"),
            ("resolved", "2016-02-29T04:00:00Z"),
            ("closed", "2016-02-29T05:00:00Z"),
        ] {
            incident.cx.now = at(claimed);
            incident.history(state, json!({})).unwrap();
        }
        let incident = incident.typed();
        assert_eq!(incident.acknowledged_at, Some(at("2016-02-29T01:00:00Z")));
        assert_eq!(incident.first_resolved_at, Some(at("2016-02-29T02:00:00Z")));
        assert_eq!(incident.resolved_at, Some(at("2016-02-29T04:00:00Z")));
        assert_eq!(incident.closed_at, Some(at("2016-02-29T05:00:00Z")));
        assert_eq!(incident.reopen_count, 1);
    }

    #[test]
    fn history_may_bring_the_times_and_the_count_itself() {
        let mut incident = Trial::<Incident>::of_history("new", json!({"title": "Old"}));
        incident.history("resolved", json!({"resolved_at": "2016-02-29T02:00:00Z"})).unwrap();
        assert_eq!(incident.typed().resolved_at, Some(at("2016-02-29T02:00:00Z")));
        incident.history("closed", json!({"closed_at": "2016-03-05T12:00:00Z"})).unwrap();
        assert_eq!(incident.typed().closed_at, Some(at("2016-03-05T12:00:00Z")));
        incident.history("new", json!({"reopen_count": 5})).unwrap();
        assert_eq!(incident.typed().reopen_count, 5);
    }
}
