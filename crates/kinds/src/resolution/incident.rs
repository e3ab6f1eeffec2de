//! Incidents (8.6.1): restore the service first, learn afterwards.
//!
//! The rules stand in the files of this folder, each with its tests. While history is recorded they derive
//! values and refuse only what can be no value at all.

mod major;
mod priority;
mod relations;
mod times;
mod waiting;

use mainstay_core::{
    Clock, Cx, Def, Fact, Goal, Head, Id, Instant, Kind, Link, Move, Result, Search, Subject, TitleDef,
    choice, fields, head, names,
};

use crate::{
    CustomerOrganisation, Level, Person, Problem, Service, ServiceLevelAgreement, Team, WaitingReason,
    acting, problems::Problems,
};

choice!(
    /// Where the incident stands.
    State {
        New = "new",
        InProgress = "in_progress",
        Waiting = "waiting",
        Resolved = "resolved",
        Closed = "closed",
        Cancelled = "cancelled",
        Merged = "merged",
    }
);

use State::{Cancelled, Closed, InProgress, Merged, New, Resolved, Waiting};

impl State {
    /// True while somebody has to work on the incident.
    pub fn is_open(self) -> bool {
        OPEN.contains(&self)
    }
}

const OPEN: &[State] = &[New, InProgress, Waiting];

choice!(
    /// How the incident reached the provider.
    ContactChannel {
        Phone = "phone",
        Email = "email",
        Portal = "portal",
        WalkIn = "walk_in",
        Monitoring = "monitoring",
        Other = "other",
    }
);

/// An incident.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Incident {
    pub head: Head<State>,
    pub description: String,
    pub service: Id<Service>,
    pub customer: Id<CustomerOrganisation>,
    pub caller: Id<Person>,
    pub contact_channel: Option<ContactChannel>,
    pub category: String,
    pub subcategory: String,
    pub impact: Option<Level>,
    pub urgency: Option<Level>,
    pub priority: Option<i64>,
    pub matrix_priority: Option<i64>,
    pub priority_reason: String,
    pub major: bool,
    pub management_told: Id<Person>,
    pub assigned_team: Id<Team>,
    pub assignee: Id<Person>,
    pub reported_at: Option<Instant>,
    pub report_delay_reason: String,
    pub acknowledged_at: Option<Instant>,
    pub waiting_reason: Option<WaitingReason>,
    pub waiting_until: Option<Instant>,
    pub resolution: String,
    pub resolution_code: String,
    pub resolved_at: Option<Instant>,
    pub first_resolved_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub reopen_count: i64,
    pub reopen_reason: String,
    pub cancel_reason: String,
    pub problem: Id<Problem>,
    pub parent: Id<Incident>,
    pub merged_into: Id<Incident>,
    pub agreement: Id<ServiceLevelAgreement>,
    pub external_key: String,
}

impl Kind for Incident {
    type State = State;
    const NAME: &'static str = "incident";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "incidents",
        prefix: "INC",
        clause: "8.6.1",
        help: "An interruption of a service, a loss of its quality, or what may become one",
        title: TitleDef {
            label: "Short description",
            personal: Some(Subject::Named("caller")),
            search: Search::Public,
        },
        fields: fields!(Incident {
            description: "What happened, in the caller's words"
                .personal(Subject::Named("caller"))
                .searched(Search::Public),
            service: "Service that is hit".indexed(),
            customer: "Customer who is hit".indexed(),
            caller: "Person who reported it".indexed().own(),
            contact_channel: "How the report reached us",
            category: "What kind of fault it is",
            subcategory: "What kind of fault it is, more closely",
            impact: "How many feel it",
            urgency: "How soon it hurts",
            priority: "Order of work, 1 first to 4 last; the matrix value when left empty",
            matrix_priority: "Priority that impact and urgency give".system().staff_only(),
            priority_reason: "Why the priority differs from the matrix value".staff_only(),
            major: "Handled by the procedure for major incidents".indexed(),
            management_told: "Who in top management was told of the major incident".staff_only(),
            assigned_team: "Team that works on it",
            assignee: "Person who works on it, and who manages it when it is major".own(),
            reported_at: "When we were told or our monitoring saw it, whichever came first".indexed(),
            report_delay_reason: "Why it was recorded later than it was reported".staff_only(),
            acknowledged_at: "When a person took it up first".system(),
            waiting_reason: "What it waits for".system(),
            waiting_until: "Until when it waits at most".system(),
            resolution: "What restored the service".searched(Search::Public),
            resolution_code: "How it was resolved, in a word for reports".staff_only(),
            resolved_at: "When it was resolved last".system(),
            first_resolved_at: "When it was resolved first".system(),
            closed_at: "When it was closed last".system(),
            reopen_count: "How often it was reopened".system(),
            reopen_reason: "Why it was reopened".system(),
            cancel_reason: "Why it was cancelled".system(),
            problem: "Problem that causes it".indexed().staff_only(),
            parent: "Incident that this one belongs to".indexed(),
            merged_into: "Incident that survived the merge".system().indexed(),
            agreement: "Agreement in force for service and customer".system(),
            external_key: "Key of the incident in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("duplicate_of", "duplicated_by", "incident"),
            Link::new("affects", "affected_by", "service"),
            Link::new("involves", "involved_in", "configuration_item"),
            Link::new("caused_by", "caused", "change"),
        ],
        clocks: &[
            Clock { goal: Goal::Response, start: "reported_at", runs_in: &[New], waits_in: &[] },
            Clock { goal: Goal::NextResponse, start: "reported_at", runs_in: OPEN, waits_in: &[] },
            Clock {
                goal: Goal::Resolution,
                start: "reported_at",
                runs_in: &[New, InProgress],
                waits_in: &[Waiting],
            },
        ],
        moves: &[
            Move::new("start", &[New, Waiting], InProgress, "Somebody works on it").then(|incident, cx| {
                // Who starts it takes it, unless it is somebody's already; a told history says itself whose it was.
                if incident.assignee.is_none() && !cx.history {
                    incident.assignee = acting::person(cx);
                }
            }),
            Move::new("wait", OPEN, Waiting, "Work has to wait for something")
                .asks(names!(Incident: waiting_reason))
                .takes(names!(Incident: waiting_until))
                .only_if(waiting::has_an_end_when_a_date_was_agreed),
            Move::new("resolve", OPEN, Resolved, "The service is restored")
                .asks(names!(Incident: resolution))
                .takes(names!(Incident: resolution_code))
                .then(|incident, _| incident.reopen_reason.clear()),
            Move::new("close", &[Resolved], Closed, "Nothing is left to do")
                .takes(names!(Incident: resolution_code, management_told))
                .only_if(major::management_was_told),
            Move::new("reopen", &[Resolved, Closed], InProgress, "The service was not restored after all")
                .asks(names!(Incident: reopen_reason))
                .then(|incident, _| {
                    // The next resolution has to be told anew; the history keeps this one.
                    incident.resolution.clear();
                    incident.resolution_code.clear();
                }),
            Move::new("merge", OPEN, Merged, "Another incident is about the same and goes on for both")
                .asks(names!(Incident: merged_into))
                .only_if(relations::merges_into_an_open_incident),
            Move::new("cancel", OPEN, Cancelled, "It was no incident").asks(names!(Incident: cancel_reason)),
        ],
        approval: None,
        lists: &[&["state", "priority"], &["assigned_team", "state"], &["assignee", "state"]],
        locked_in: &[Closed, Cancelled, Merged],
        reads: &[Fact::Agreement, Fact::Referenced("parent"), Fact::Referenced("merged_into")],
        before_save,
        effects: relations::bring_the_reported_time,
    };
    head!();
}

fn before_save(incident: &mut Incident, before: Option<&Incident>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    waiting::end_with_the_state(incident);
    times::stamp(incident, before, cx);
    priority::follow_the_matrix(incident, before, cx.history);
    priority::check_range(incident, &mut problems);
    if !cx.history {
        times::check_reported(incident, before, cx, &mut problems);
        priority::check_reason(incident, &mut problems);
        major::check(incident, before, &mut problems);
        relations::check_parent(incident, before, cx, &mut problems);
        check_resolution(incident, before, &mut problems);
        if before
            .is_none_or(|before| (before.service, before.customer) != (incident.service, incident.customer))
        {
            incident.agreement = cx.facts.agreement.map_or(Id::none(), Id::new);
        }
    }
    problems.result()
}

/// A resolution may be reworded while the incident is resolved, not taken away.
fn check_resolution(incident: &Incident, before: Option<&Incident>, problems: &mut Problems) {
    let was = before.filter(|before| before.head.state == Resolved && !before.resolution.is_empty());
    if was.is_some() && incident.head.state == Resolved && incident.resolution.is_empty() {
        problems.add("resolution", "stays while the incident is resolved; reopen it instead");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Trial, id, refusing_rule, wrong_fields};

    /// Runs the moves in order, each with what it asks for, and looks at the last state.
    fn check_way(moves: &[&str], state: &str) {
        let mut incident = Trial::<Incident>::new(json!({}));
        let mut survivor = Trial::<Incident>::new(json!({"title": "The same"})).record;
        survivor.id = Uuid::from_u128(200);
        incident.knows("merged_into", &survivor);
        for name in moves {
            incident
                .perform(name, answers(name))
                .unwrap_or_else(|error| panic!("{moves:?}: {name}: {error}"));
        }
        assert_eq!(incident.state(), state, "{moves:?}");
    }

    fn answers(name: &str) -> Json {
        match name {
            "wait" => json!({"waiting_reason": "customer"}),
            "resolve" => json!({"resolution": "Restarted the mail server"}),
            "reopen" => json!({"reopen_reason": "Mail is down again"}),
            "cancel" => json!({"cancel_reason": "A drill"}),
            "merge" => json!({"merged_into": id(200)}),
            _ => json!({}),
        }
    }

    #[test]
    fn every_move_leads_where_the_lifecycle_says() {
        check_way(&["start"], "in_progress");
        check_way(&["wait"], "waiting");
        check_way(&["wait", "start"], "in_progress");
        check_way(&["start", "wait", "wait"], "waiting");
        check_way(&["resolve"], "resolved");
        check_way(&["start", "resolve"], "resolved");
        check_way(&["wait", "resolve", "close"], "closed");
        check_way(&["resolve", "reopen"], "in_progress");
        check_way(&["resolve", "close", "reopen", "resolve"], "resolved");
        for first in ["start", "wait"] {
            check_way(&[first, "cancel"], "cancelled");
            check_way(&[first, "merge"], "merged");
        }
        check_way(&["cancel"], "cancelled");
        check_way(&["merge"], "merged");
    }

    #[test]
    fn who_starts_an_incident_takes_it_unless_it_is_somebodys() {
        let mut incident = Trial::<Incident>::new(json!({}));
        incident.perform("start", json!({})).unwrap();
        assert_eq!(incident.typed().assignee, acting::person(&incident.cx));
        let mut incident = Trial::<Incident>::new(json!({"assignee": id(7)}));
        incident.perform("start", json!({})).unwrap();
        assert_eq!(incident.typed().assignee, Id::new(Uuid::from_u128(7)));
    }

    #[test]
    fn a_move_from_elsewhere_is_refused_with_what_is_possible() {
        let mut incident = Trial::<Incident>::new(json!({}));
        let error = incident.perform("close", json!({})).map(|_| ()).unwrap_err();
        assert_eq!(error.hints(), ["Possible now: start, wait, resolve, merge, cancel."]);
        for name in ["close", "reopen"] {
            assert_eq!(refusing_rule(incident.perform(name, answers(name))), "a move begins in its states");
        }
        incident.perform("cancel", answers("cancel")).unwrap();
        for name in ["start", "wait", "resolve", "close", "reopen", "merge", "cancel"] {
            assert_eq!(refusing_rule(incident.perform(name, answers(name))), "a move begins in its states");
        }
    }

    #[test]
    fn a_move_asks_for_its_reason() {
        for (name, field) in [
            ("wait", "waiting_reason"),
            ("resolve", "resolution"),
            ("merge", "merged_into"),
            ("cancel", "cancel_reason"),
        ] {
            let mut incident = Trial::<Incident>::new(json!({}));
            assert_eq!(wrong_fields(incident.perform(name, json!({}))), [field]);
        }
    }

    #[test]
    fn each_reopening_asks_for_its_own_reason_and_each_resolution_is_told_anew() {
        let mut incident = Trial::<Incident>::new(json!({}));
        for _ in 0..2 {
            assert_eq!(wrong_fields(incident.perform("resolve", json!({}))), ["resolution"]);
            incident.perform("resolve", answers("resolve")).unwrap();
            assert_eq!(wrong_fields(incident.perform("reopen", json!({}))), ["reopen_reason"]);
            incident.perform("reopen", answers("reopen")).unwrap();
        }
    }

    #[test]
    fn a_resolution_may_be_reworded_but_not_taken_away() {
        let mut incident = Trial::<Incident>::new(json!({}));
        incident.perform("resolve", answers("resolve")).unwrap();
        incident.edit(json!({"resolution": "Replaced the disk of the mail server"})).unwrap();
        assert_eq!(wrong_fields(incident.edit(json!({"resolution": null}))), ["resolution"]);
    }

    #[test]
    fn a_reason_of_a_move_is_not_given_without_the_move() {
        for (field, json) in
            [("cancel_reason", json!("a")), ("merged_into", id(2)), ("waiting_reason", json!("change"))]
        {
            let mut incident = Trial::<Incident>::new(json!({}));
            assert_eq!(wrong_fields(incident.edit(json!({field: json}))), [field]);
        }
    }

    #[test]
    fn what_is_closed_cancelled_or_merged_is_not_edited() {
        for way in [&["resolve", "close"][..], &["cancel"]] {
            let mut incident = Trial::<Incident>::new(json!({}));
            for name in way {
                incident.perform(name, answers(name)).unwrap();
            }
            assert_eq!(
                refusing_rule(incident.edit(json!({"category": "Mail"}))),
                "a closed record is not edited"
            );
        }
    }

    #[test]
    fn the_agreement_is_the_one_in_force_for_service_and_customer() {
        let (first, second) = (Uuid::from_u128(11), Uuid::from_u128(12));
        let mut cx = crate::testing::cx();
        cx.facts.agreement = Some(first);
        let mut incident = Trial::<Incident>::create_in(cx, json!({"service": id(5)})).unwrap();
        assert_eq!(incident.typed().agreement, Id::new(first));
        incident.cx.facts.agreement = Some(second);
        incident.edit(json!({"category": "Mail"})).unwrap();
        assert_eq!(incident.typed().agreement, Id::new(first), "another edit leaves it");
        incident.edit(json!({"service": id(6)})).unwrap();
        assert_eq!(incident.typed().agreement, Id::new(second));
        incident.cx.facts.agreement = None;
        incident.edit(json!({"customer": id(7)})).unwrap();
        assert_eq!(incident.typed().agreement, Id::none());
        assert_eq!(wrong_fields(incident.edit(json!({"agreement": id(11)}))), ["agreement"]);
    }

    #[test]
    fn history_brings_its_own_agreement() {
        let mut incident = Trial::<Incident>::of_history("new", json!({"title": "Old", "agreement": id(11)}));
        incident.cx.facts.agreement = Some(Uuid::from_u128(12));
        incident.history("in_progress", json!({"service": id(6)})).unwrap();
        assert_eq!(incident.typed().agreement, Id::new(Uuid::from_u128(11)));
    }
}
