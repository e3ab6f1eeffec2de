//! Changes (8.5.1): asked for, weighed, decided by others before they begin, tested, made in their window, reviewed.
//!
//! A standard change takes its decision from its model; the checks of models say whether that still holds.

use mainstay_core::{Choice, Filter, Instant, Kind, Op, Value, parts};
use mainstay_kinds::{
    Change,
    change::{
        Category,
        Outcome::{Failed, Reversed},
        State::{
            self, Assessment, AwaitingApproval, Cancelled, Closed, Implementation, New, Ratification, Review,
            Scheduled,
        },
    },
};

use crate::{
    books::Notes,
    check::{CheckDef, Parameter},
    pass::{Around, Check, Item, Linked, Pass, sentence},
    span::{DAY, Span},
};

/// Days in which an emergency that was begun at once has to be approved.
const EMERGENCY_APPROVAL_DAYS: i64 = 2;

/// Days after its implementation in which a change has to be reviewed, where the change itself names no day.
const REVIEW_DUE_DAYS: i64 = 30;

const EMERGENCY: &[Parameter] =
    &[Parameter { name: "emergency_approval_days", value: EMERGENCY_APPROVAL_DAYS, unit: "days" }];

/// The walk over changes.
pub static PASS: Pass<Change> = Pass {
    filter,
    in_span,
    parts: &[parts::APPROVAL_VOTE, parts::LINK],
    note: Some(note),
    checks: &[
        Check {
            def: CheckDef::new(
                "change-recorded",
                Change::NAME,
                &["8.5.1.2-a"],
                "changes in the period, without cancelled ones",
                "has a requester, a date, a description, a category and an affected service or configuration item",
            ),
            belongs: |_| true,
            problem: recorded,
        },
        Check {
            def: CheckDef::new(
                "change-weighed",
                Change::NAME,
                &["8.5.1.3-b"],
                "changes in the period that were decided on, without standard ones",
                "has risk, benefit, feasibility, cost and the five headings of impact, before the decision unless it could not wait",
            )
            .selected(),
            belongs: |item| {
                item.record.category != Some(Category::Standard) && item.record.authorised_at.is_some()
            },
            problem: weighed,
        },
        Check {
            def: CheckDef::new(
                "change-major-impact-decided",
                Change::NAME,
                &["8.5.1.1-c"],
                "changes in the period that were decided on or begun, without standard ones",
                "says whether it may have a major effect",
            )
            .selected(),
            belongs: |item| {
                let begun = item.record.authorised_at.or(item.record.actual_start).is_some();
                begun && item.record.category != Some(Category::Standard)
            },
            problem: |item| {
                let open = item.record.major_impact.is_none();
                open.then(|| "Nobody decided whether it may have a major effect.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "change-authorised-before-start",
                Change::NAME,
                &["8.5.1.3-a", "8.1-c"],
                "changes implemented in the period",
                "has a priority and was authorised before it was begun; an emergency that its model lets begin at once, \
                 soon after",
            )
            .selected()
            .grace(EMERGENCY_APPROVAL_DAYS * DAY)
            .parameters(EMERGENCY)
            .major(),
            belongs: implemented,
            problem: authorised,
        },
        Check {
            def: CheckDef::new(
                "change-not-approved-by-its-own",
                Change::NAME,
                &["8.5.1.3-a"],
                "changes implemented in the period that people voted on",
                "was approved by nobody who asked for it, answers for it or made it",
            )
            .selected()
            .major(),
            belongs: |item| implemented(item) && approvers(item.around).next().is_some(),
            problem: self_approved,
        },
        Check {
            def: CheckDef::new(
                "change-tested",
                Change::NAME,
                &["8.5.1.3-c"],
                "changes implemented in the period, without emergencies begun at once",
                "has a test result, or says why no test was possible",
            )
            .selected(),
            belongs: |item| implemented(item) && !item.record.retrospective,
            problem: |item| sentence(item.record.test_result.is_empty().then_some("test result").into_iter().collect()),
        },
        Check {
            def: CheckDef::new(
                "change-back-out-planned",
                Change::NAME,
                &["8.5.1.3-e"],
                "changes implemented in the period",
                "has a way back and says how it was tried, or why it cannot be",
            )
            .selected(),
            belongs: implemented,
            problem: back_out,
        },
        Check {
            def: CheckDef::new(
                "change-in-window",
                Change::NAME,
                &["8.5.1.2-c"],
                "changes implemented in the period, without emergencies",
                "was begun in its planned window, or says why not",
            )
            .selected(),
            belongs: |item| implemented(item) && item.record.category != Some(Category::Emergency),
            problem: in_window,
        },
        Check {
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
        },
        Check {
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
                closed && super::configuration::unlinked(item.around, item.notes).is_none()
            },
            problem: |item| {
                let silent = item.record.configuration_note.is_empty();
                silent.then(|| "Nothing is said about its configuration items.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "change-has-priority-and-need",
                Change::NAME,
                &["8.2.2-e"],
                "changes in the period that are open or were authorised, without standard ones",
                "has a priority, and once authorised names its reason and whether means are there",
            )
            .selected(),
            belongs: |item| {
                let standard = item.record.category == Some(Category::Standard);
                let assessed = item.record.head.state != New && ALIVE.contains(&item.record.head.state);
                !standard && (assessed || item.record.authorised_at.is_some())
            },
            problem: priority_and_need,
        },
        Check {
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
            problem: |item| super::configuration::unlinked(item.around, item.notes),
        },
        Check {
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
        },
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

fn recorded(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.requester.is_none() {
        missing.push("requester");
    }
    if change.requested_at.is_none() {
        missing.push("date of the request");
    }
    if change.description.is_empty() {
        missing.push("description");
    }
    if change.category.is_none() {
        missing.push("category");
    }
    let affects = |link: &Linked| matches!(link.relation.as_str(), "also_affects" | "involves");
    if change.service.is_none() && !item.around.links.iter().any(affects) {
        missing.push("affected service or configuration item");
    }
    sentence(missing)
}

fn priority_and_need(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.priority.is_none() {
        missing.push("priority");
    }
    if change.authorised_at.is_some() {
        if change.reason.is_empty() {
            missing.push("reason");
        }
        if change.feasibility.is_empty() {
            missing.push("whether means are there");
        }
    }
    sentence(missing)
}

fn weighed(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.risk.is_none() {
        missing.push("risk");
    }
    for (text, name) in [
        (&change.benefit, "benefit"),
        (&change.feasibility, "feasibility"),
        (&change.financial_impact, "financial impact"),
        (&change.impact_on_services, "impact on services"),
        (&change.impact_on_people, "impact on people"),
        (&change.impact_on_plans, "impact on policies and plans"),
        (&change.impact_on_assurance, "impact on capacity, availability, continuity and security"),
        (&change.impact_on_changes, "impact on other changes"),
    ] {
        if text.is_empty() {
            missing.push(name);
        }
    }
    if !missing.is_empty() {
        return sentence(missing);
    }
    if change.category == Some(Category::Emergency) {
        return None;
    }
    match (change.assessed_at, change.authorised_at) {
        (None, _) => Some("Decided on without a finished assessment.".into()),
        (Some(assessed), Some(decided)) if assessed > decided => {
            Some(format!("Assessed at {assessed}, after the decision at {decided}."))
        }
        _ => None,
    }
}

fn authorised(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let start = change.actual_start?;
    if change.category == Some(Category::Emergency) && change.retrospective {
        let until = start.as_second() + EMERGENCY_APPROVAL_DAYS * DAY;
        let late = |at: Instant| at.as_second() > until;
        return match change.authorised_at {
            Some(at) if late(at) => Some(format!(
                "Begun at {start} and approved only at {at}, after more than {EMERGENCY_APPROVAL_DAYS} days."
            )),
            None if late(item.span.until) => {
                Some(format!("Begun at {start} and not approved within {EMERGENCY_APPROVAL_DAYS} days."))
            }
            _ => None,
        };
    }
    match change.authorised_at {
        None => Some(format!("Begun at {start} without authorisation.")),
        Some(at) if at > start => Some(format!("Begun at {start}, before it was authorised at {at}.")),
        _ if change.priority.is_none() && change.category != Some(Category::Emergency) => {
            Some("Missing: priority.".into())
        }
        _ => None,
    }
}

/// Persons whose votes said yes.
fn approvers(around: &Around) -> impl Iterator<Item = uuid::Uuid> + '_ {
    around.others.iter().filter(|(table, _)| *table == parts::APPROVAL_VOTE).filter_map(|(_, columns)| {
        let get = |name: &str| columns.iter().find(|(column, _)| *column == name).map(|(_, value)| value);
        let yes = get("verdict").and_then(Value::as_text) == Some(parts::Verdict::Approve.name());
        get("person").and_then(Value::as_id).filter(|_| yes)
    })
}

fn self_approved(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let own = |person: uuid::Uuid| {
        [("requester", change.requester), ("owner", change.owner), ("implementer", change.implementer)]
            .into_iter()
            .find(|(_, one)| one.is_some() && one.uuid() == person)
            .map(|(name, _)| name)
    };
    let name = approvers(item.around).find_map(own)?;
    Some(format!("Approved by its own {name}."))
}

fn back_out(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let mut missing = Vec::new();
    if change.back_out_plan.is_empty() {
        missing.push("back-out plan");
    }
    if change.back_out_test.is_empty() && !change.retrospective {
        missing.push("how the way back was tried");
    }
    sentence(missing)
}

fn in_window(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let start = change.actual_start?;
    let (Some(from), Some(until)) = (change.planned_start, change.planned_end) else {
        return Some("It has no planned window.".into());
    };
    let inside = from <= start && start <= until;
    (!inside && change.window_reason.is_empty())
        .then(|| format!("Begun at {start}, outside of its window from {from} to {until}, without a reason."))
}

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
    use mainstay_core::Id;
    use mainstay_kinds::{Level, YesNo};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank};

    const REQUESTER: u128 = 1;
    const APPROVER: u128 = 4;

    fn vote(person: u128, verdict: &'static str) -> Around {
        let mut around = Around::default();
        let columns = vec![("person", Value::Id(Uuid::from_u128(person))), ("verdict", Value::from(verdict))];
        around.take(parts::APPROVAL_VOTE, Uuid::from_u128(100), columns);
        around
    }

    fn good() -> Change {
        let mut change = blank::<Change>();
        change.head.state = Closed;
        change.head.created_at = at("2026-01-01T09:00:00Z");
        change.category = Some(Category::Normal);
        change.requester = Id::new(Uuid::from_u128(REQUESTER));
        change.owner = Id::new(Uuid::from_u128(2));
        change.implementer = Id::new(Uuid::from_u128(3));
        change.service = Id::new(Uuid::from_u128(5));
        change.requested_at = Some(at("2026-01-01T09:00:00Z"));
        change.priority = Some(2);
        change.major_impact = Some(YesNo::No);
        change.risk = Some(Level::Low);
        for text in [
            &mut change.description,
            &mut change.reason,
            &mut change.configuration_note,
            &mut change.benefit,
            &mut change.feasibility,
            &mut change.financial_impact,
            &mut change.impact_on_services,
            &mut change.impact_on_people,
            &mut change.impact_on_plans,
            &mut change.impact_on_assurance,
            &mut change.impact_on_changes,
            &mut change.test_result,
            &mut change.back_out_plan,
            &mut change.back_out_test,
            &mut change.review,
        ] {
            "none".clone_into(text);
        }
        change.assessed_at = Some(at("2026-01-01T10:00:00Z"));
        change.authorised_at = Some(at("2026-01-01T11:00:00Z"));
        change.planned_start = Some(at("2026-01-02T20:00:00Z"));
        change.planned_end = Some(at("2026-01-02T22:00:00Z"));
        change.actual_start = Some(at("2026-01-02T20:00:00Z"));
        change.actual_end = Some(at("2026-01-02T21:00:00Z"));
        change.review_due_at = Some(at("2026-01-04T00:00:00Z"));
        change.reviewed_at = Some(at("2026-01-03T09:00:00Z"));
        change.closed_at = Some(at("2026-01-03T09:00:00Z"));
        change
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z").with(vote(APPROVER, "approve"));
        let link = vec![
            ("record", Value::Id(Uuid::from_u128(100))),
            ("relation", Value::from("involves")),
            ("target", Value::Id(Uuid::from_u128(70))),
        ];
        desk.around.take(parts::LINK, Uuid::from_u128(100), link);
        desk.notes.configuration_items.insert(Uuid::from_u128(70));
        desk
    }

    fn why(check: &str, breakage: impl FnOnce(&mut Change)) -> String {
        let mut change = good();
        breakage(&mut change);
        desk().judge(&PASS, check, &change).expect("it is judged").expect("it does not hold")
    }

    #[test]
    fn a_change_that_went_the_whole_way_passes_every_check() {
        desk().passes_all(&PASS, &good());
    }

    #[test]
    fn what_a_request_leaves_open_is_named() {
        let why = why("change-recorded", |change| {
            change.requester = Id::none();
            change.description.clear();
            // What it involves is enough.
            change.service = Id::none();
        });
        assert_eq!(why, "Missing: requester, description.");
        let mut alone = good();
        alone.service = Id::none();
        let why = Desk::at("2026-01-05T09:00:00Z").judge(&PASS, "change-recorded", &alone).flatten();
        assert_eq!(why.as_deref(), Some("Missing: affected service or configuration item."));
    }

    #[test]
    fn a_decision_comes_after_the_whole_assessment() {
        assert_eq!(why("change-weighed", |change| change.feasibility.clear()), "Missing: feasibility.");
        let late = why("change-weighed", |change| change.assessed_at = Some(at("2026-01-01T11:00:01Z")));
        assert!(late.contains("after the decision"), "{late}");
        assert!(why("change-weighed", |change| change.assessed_at = None).contains("without a finished"));
    }

    #[test]
    fn a_change_that_began_before_it_was_authorised_is_named() {
        let why = why("change-authorised-before-start", |change| {
            change.authorised_at = Some(at("2026-01-02T20:00:01Z"));
        });
        assert!(why.contains("before it was authorised"), "{why}");
    }

    #[test]
    fn a_change_without_authorisation_is_named() {
        let why = why("change-authorised-before-start", |change| change.authorised_at = None);
        assert_eq!(why, "Begun at 2026-01-02T20:00:00Z without authorisation.");
    }

    #[test]
    fn an_emergency_may_be_approved_afterwards_but_soon() {
        let mut emergency = good();
        emergency.category = Some(Category::Emergency);
        emergency.retrospective = true;
        emergency.priority = None;
        let judge = |change: &Change| desk().judge(&PASS, "change-authorised-before-start", change).flatten();
        emergency.authorised_at = Some(at("2026-01-04T20:00:00Z"));
        assert_eq!(judge(&emergency), None);
        emergency.authorised_at = Some(at("2026-01-04T20:00:01Z"));
        assert!(judge(&emergency).is_some_and(|why| why.contains("approved only at")));
        emergency.authorised_at = None;
        assert!(judge(&emergency).is_some_and(|why| why.contains("not approved within 2 days")));
    }

    #[test]
    fn nobody_approves_their_own_change() {
        let own = Desk::at("2026-01-05T09:00:00Z").with(vote(REQUESTER, "approve"));
        let why = own.judge(&PASS, "change-not-approved-by-its-own", &good()).flatten();
        assert_eq!(why.as_deref(), Some("Approved by its own requester."));
        let rejected = Desk::at("2026-01-05T09:00:00Z").with(vote(REQUESTER, "reject"));
        assert_eq!(rejected.judge(&PASS, "change-not-approved-by-its-own", &good()), None);
    }

    #[test]
    fn a_change_outside_of_its_window_says_why() {
        let outside = |change: &mut Change| change.actual_start = Some(at("2026-01-02T22:00:01Z"));
        assert!(why("change-in-window", outside).contains("outside of its window"));
        let mut excused = good();
        outside(&mut excused);
        excused.window_reason = "The supplier came late".into();
        assert_eq!(desk().judge(&PASS, "change-in-window", &excused), Some(None));
    }

    #[test]
    fn what_failed_is_analysed_and_what_was_made_is_tested_and_has_a_way_back() {
        let failed = why("change-failure-analysed", |change| change.outcome = Some(Failed));
        assert_eq!(failed, "Missing: analysis.");
        assert_eq!(why("change-tested", |change| change.test_result.clear()), "Missing: test result.");
        let back = why("change-back-out-planned", |change| change.back_out_plan.clear());
        assert_eq!(back, "Missing: back-out plan.");
    }

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
    fn a_decided_change_names_its_need_and_a_closed_one_its_items() {
        let need = why("change-has-priority-and-need", |change| change.reason.clear());
        assert_eq!(need, "Missing: reason.");
        let items = why("change-items-updated", |change| change.configuration_note.clear());
        assert_eq!(items, "Nothing is said about its configuration items.");
    }

    #[test]
    fn an_emergency_is_weighed_too_but_may_be_decided_on_first() {
        let mut emergency = good();
        emergency.category = Some(Category::Emergency);
        emergency.assessed_at = None;
        assert_eq!(desk().judge(&PASS, "change-weighed", &emergency), Some(None));
        emergency.benefit.clear();
        let why = desk().judge(&PASS, "change-weighed", &emergency).flatten();
        assert_eq!(why.as_deref(), Some("Missing: benefit."));
    }

    #[test]
    fn a_question_about_major_effects_is_decided() {
        let why = why("change-major-impact-decided", |change| change.major_impact = None);
        assert_eq!(why, "Nobody decided whether it may have a major effect.");
    }
}
