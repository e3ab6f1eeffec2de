//! Problems (8.6.3): the causes of incidents, found and taken away.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Head, Id, Instant, Kind, Link, Move, Result, Search, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{Change, Level, Person, Service, Team, YesNo, checks, problems::Problems};

choice!(
    /// Where the problem stands.
    State {
        New = "new",
        Investigation = "investigation",
        CauseKnown = "cause_known",
        Resolved = "resolved",
        Closed = "closed",
        Cancelled = "cancelled",
    }
);

use State::{Cancelled, CauseKnown, Closed, Investigation, New, Resolved};

choice!(
    /// What made us look for a problem.
    Source {
        IncidentTrend = "incident_trend",
        MajorIncident = "major_incident",
        Monitoring = "monitoring",
        Supplier = "supplier",
        Test = "test",
        Other = "other",
    }
);

choice!(
    /// How a problem ended.
    ClosureCode {
        /// Its cause is gone; stored as
        Fixed = "fixed",
        /// It stays with a workaround, because a fix costs more than it helps; stored as
        Accepted = "accepted",
        /// Its cause was not found, and it has not come back; stored as
        NoCauseFound = "no_cause_found",
    }
);

/// A problem.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Problem {
    pub head: Head<State>,
    pub description: String,
    pub service: Id<Service>,
    pub category: String,
    pub source: Option<Source>,
    pub impact: Option<Level>,
    pub urgency: Option<Level>,
    pub priority: Option<i64>,
    pub owner: Id<Person>,
    pub assigned_team: Id<Team>,
    pub assignee: Id<Person>,
    pub opened_at: Option<Instant>,
    pub review_on: Option<Date>,
    pub investigation_method: String,
    pub root_cause: String,
    pub cause_unknown: bool,
    pub cause_found_at: Option<Instant>,
    pub preventive_actions: String,
    pub workaround: String,
    pub no_workaround_reason: String,
    pub workaround_at: Option<Instant>,
    pub resolution: String,
    pub configuration_altered: Option<YesNo>,
    pub resolving_change: Id<Change>,
    pub resolved_at: Option<Instant>,
    pub recurrences: Option<i64>,
    pub effective: Option<YesNo>,
    pub closure_code: Option<ClosureCode>,
    pub closed_at: Option<Instant>,
    pub reopen_reason: String,
    pub reopen_count: i64,
    pub cancel_reason: String,
    pub external_key: String,
}

impl Kind for Problem {
    type State = State;
    const NAME: &'static str = "problem";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "problems",
        prefix: "PRB",
        clause: "8.6.3",
        help: "A cause, or what may be the cause, of one or more incidents",
        title: TitleDef { label: "Short description", personal: None, search: Search::Internal },
        fields: fields!(Problem {
            description: "What is seen, and since when".searched(Search::Internal),
            service: "Service that is hit".indexed(),
            category: "What kind of fault it is",
            source: "What made us look for it".indexed(),
            impact: "How many feel it",
            urgency: "How soon it hurts",
            priority: "Order of work, 1 first to 4 last",
            owner: "Person who answers for the problem".indexed().own(),
            assigned_team: "Team that works on it".indexed(),
            assignee: "Person who works on it".indexed().own(),
            opened_at: "When it was found".system().indexed(),
            review_on: "Day by which somebody looks at it again".indexed(),
            investigation_method: "How the cause was looked for, like five whys or a timeline".staff_only(),
            root_cause: "What causes it, or what is known when the cause is not"
                .searched(Search::Internal)
                .staff_only(),
            cause_unknown: "The cause could not be found".staff_only(),
            cause_found_at: "When its cause was found".system(),
            preventive_actions: "What keeps incidents from coming back, or none".staff_only(),
            workaround: "What reduces or removes the effect until then".searched(Search::Internal),
            no_workaround_reason: "Why there is no workaround".staff_only(),
            workaround_at: "When the first workaround was known".system(),
            resolution: "What took the cause away".searched(Search::Internal),
            configuration_altered: "Whether a configuration item had to be altered".staff_only(),
            resolving_change: "Change by which the cause is taken away".indexed(),
            resolved_at: "When it was resolved last".system(),
            recurrences: "Incidents with the same cause after the fix".system(),
            effective: "Whether the resolution works".system(),
            closure_code: "How it ended".system(),
            closed_at: "When it was closed last".system(),
            reopen_reason: "Why it was reopened".system(),
            reopen_count: "How often it was reopened".system(),
            cancel_reason: "Why it was cancelled".system(),
            external_key: "Key of the problem in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("involves", "involved_in_problem", "configuration_item"),
            Link::new("also_hits", "also_hit_by", "service"),
        ],
        clocks: &[],
        moves: &[
            Move::new("investigate", &[New], Investigation, "Somebody looks for the cause"),
            Move::new("find_cause", &[New, Investigation], CauseKnown, "The cause is known, or given up")
                .asks(names!(Problem: investigation_method, root_cause, preventive_actions))
                .takes(names!(Problem: cause_unknown, workaround, no_workaround_reason))
                .then(|problem, cx| problem.cause_found_at = (!problem.cause_unknown).then_some(cx.now)),
            Move::new("resolve", &[CauseKnown], Resolved, "The cause is gone, or accepted")
                .asks(names!(Problem: resolution, configuration_altered))
                .takes(names!(Problem: resolving_change))
                .then(|problem, cx| {
                    problem.resolved_at = Some(cx.now);
                    problem.reopen_reason.clear();
                }),
            Move::new("close", &[Resolved], Closed, "It was looked at whether the resolution works")
                .asks(names!(Problem: closure_code, recurrences))
                .takes(names!(Problem: effective))
                .then(|problem, cx| problem.closed_at = Some(cx.now)),
            Move::new("reopen", &[Resolved, Closed], Investigation, "It has come back")
                .asks(names!(Problem: reopen_reason))
                .then(|problem, _| {
                    problem.reopen_count = problem.reopen_count.saturating_add(1);
                    // What ends it the next time has to be told anew; the history keeps this.
                    problem.resolution.clear();
                    (problem.closure_code, problem.recurrences, problem.effective) = (None, None, None);
                }),
            Move::new("cancel", &[New, Investigation, CauseKnown], Cancelled, "It was no problem")
                .asks(names!(Problem: cancel_reason)),
        ],
        approval: None,
        lists: &[&["state", "priority"], &["assignee", "state"], &["assigned_team", "state"]],
        locked_in: &[Closed, Cancelled],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(problem: &mut Problem, before: Option<&Problem>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    if before.is_none() && !cx.history {
        problem.opened_at = Some(cx.now);
    }
    if !problem.workaround.is_empty() {
        problem.workaround_at.get_or_insert(cx.now);
    }
    checks::priority(problem.priority, &mut problems);
    if problem.recurrences.is_some_and(|count| count < 0) {
        problems.add("recurrences", "is less than none");
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, wrong_fields};

    fn answers(name: &str) -> Json {
        match name {
            "find_cause" => json!({"investigation_method": "Five whys", "root_cause": "A full disk",
                "preventive_actions": "Watch the disk"}),
            "resolve" => json!({"resolution": "A larger disk", "configuration_altered": "yes"}),
            "close" => json!({"closure_code": "fixed", "recurrences": 0}),
            "reopen" => json!({"reopen_reason": "Full again"}),
            "cancel" => json!({"cancel_reason": "A drill"}),
            _ => json!({}),
        }
    }

    fn walked(moves: &[&str]) -> Trial<Problem> {
        let mut problem = Trial::new(json!({"title": "Mail stops"}));
        for name in moves {
            problem.perform(name, answers(name)).unwrap();
        }
        problem
    }

    #[test]
    fn a_problem_goes_its_way_and_no_other() {
        check_lifecycle(
            &|| walked(&[]),
            &answers,
            &[
                ("new", &[], &["investigate", "find_cause", "cancel"]),
                ("investigation", &["investigate"], &["find_cause", "cancel"]),
                ("cause_known", &["find_cause"], &["resolve", "cancel"]),
                ("resolved", &["find_cause", "resolve"], &["close", "reopen"]),
                ("closed", &["find_cause", "resolve", "close"], &["reopen"]),
                ("investigation", &["find_cause", "resolve", "close", "reopen"], &["find_cause", "cancel"]),
                ("cancelled", &["cancel"], &[]),
            ],
        );
    }

    #[test]
    fn a_cause_is_told_with_how_it_was_found_and_what_keeps_it_away() {
        let missing = ["investigation_method", "root_cause", "preventive_actions"];
        assert_eq!(wrong_fields(walked(&[]).perform("find_cause", json!({}))), missing);
        assert_eq!(walked(&["find_cause"]).typed().cause_found_at, Some(at(START)));
        let mut given_up = answers("find_cause");
        given_up["cause_unknown"] = json!(true);
        let mut problem = walked(&[]);
        problem.perform("find_cause", given_up).unwrap();
        assert_eq!(problem.typed().cause_found_at, None);
    }

    #[test]
    fn what_comes_back_is_resolved_and_closed_anew() {
        let mut problem = walked(&["find_cause", "resolve", "close", "reopen"]);
        let reopened = problem.typed();
        assert_eq!((reopened.reopen_count, reopened.closure_code, reopened.recurrences), (1, None, None));
        assert_eq!(reopened.reopen_reason, "Full again");
        problem.perform("find_cause", answers("find_cause")).unwrap();
        assert_eq!(wrong_fields(problem.perform("resolve", json!({}))), ["resolution"]);
        problem.perform("resolve", answers("resolve")).unwrap();
        assert_eq!(wrong_fields(problem.perform("reopen", json!({}))), ["reopen_reason"]);
    }

    #[test]
    fn the_first_workaround_is_noted_once() {
        let mut problem = walked(&[]);
        problem.at("2026-01-06T09:00:00Z").edit(json!({"workaround": "Restart"})).unwrap();
        problem.at("2026-01-07T09:00:00Z").edit(json!({"workaround": "Restart twice"})).unwrap();
        assert_eq!(problem.typed().workaround_at, Some(at("2026-01-06T09:00:00Z")));
    }

    #[test]
    fn figures_that_cannot_be_are_refused() {
        assert_eq!(wrong_fields(walked(&[]).edit(json!({"priority": 0}))), ["priority"]);
        let mut resolved = walked(&["find_cause", "resolve"]);
        let negative = json!({"closure_code": "fixed", "recurrences": -1});
        assert_eq!(wrong_fields(resolved.perform("close", negative)), ["recurrences"]);
    }
}
