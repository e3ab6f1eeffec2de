//! Problems (8.6.3): classified, looked into, worked around, taken away by approved changes, and not forgotten.

use mainstay_core::{Choice, Filter, Kind, Op, Value, parts};
use mainstay_kinds::{
    Problem, YesNo,
    problem::State::{Cancelled, CauseKnown, Closed, Investigation, New, Resolved},
};

use crate::{
    books::Notes,
    check::{CheckDef, Parameter},
    pass::{Around, Check, Item, Pass, sentence},
    span::Span,
};

/// Days without an update that an open problem may have, by priority; one without a priority counts as the last.
const UPDATE_DAYS: [(&str, i64); 4] =
    [("update_days_1", 7), ("update_days_2", 14), ("update_days_3", 30), ("update_days_4", 60)];

const fn days(at: usize) -> Parameter {
    Parameter { name: UPDATE_DAYS[at].0, value: UPDATE_DAYS[at].1, unit: "days" }
}

/// The walk over problems.
pub static PASS: Pass<Problem> = Pass {
    filter,
    in_span,
    parts: &[parts::COMMENT, parts::LINK],
    note: Some(note),
    checks: &[
        Check {
            def: CheckDef::new(
                "problem-classified",
                Problem::NAME,
                &["8.6.3-c"],
                "problems in the period, without cancelled ones",
                "has a category and a priority",
            ),
            belongs: |_| true,
            problem: classified,
        },
        Check {
            def: CheckDef::new(
                "problem-closed",
                Problem::NAME,
                &["8.6.3-c"],
                "problems closed in the period",
                "has a trace of work, a closure code and a closed time",
            )
            .selected(),
            belongs: |item| item.record.head.state == Closed && item.span.has(item.record.closed_at),
            problem: closed,
        },
        Check {
            def: CheckDef::new(
                "problem-review-not-overdue",
                Problem::NAME,
                &["8.6.3-c"],
                "open problems with a day of review",
                "is looked at again by that day, or has a later one",
            )
            .selected(),
            belongs: |item| is_open(item) && item.record.review_on.is_some(),
            problem: review_overdue,
        },
        Check {
            def: CheckDef::new(
                "problem-updated",
                Problem::NAME,
                &["8.6.3-c"],
                "open problems",
                "was changed or commented on no longer ago than its priority allows",
            )
            .selected()
            .parameters(&[days(0), days(1), days(2), days(3)]),
            belongs: is_open,
            problem: updated,
        },
        Check {
            def: CheckDef::new(
                "problem-cause-told",
                Problem::NAME,
                &["8.6.3-b"],
                "problems in the period past their investigation",
                "has a root cause or a stated unknown, the method, and preventive actions or none",
            )
            .selected(),
            belongs: past_investigation,
            problem: cause_told,
        },
        Check {
            def: CheckDef::new(
                "problem-resolved-by-approved-change",
                Problem::NAME,
                &["8.6.3-d"],
                "problems resolved in the period by altering a configuration item",
                "names an authorised change",
            )
            .selected()
            .reads(&["change"]),
            belongs: |item| {
                item.record.configuration_altered == Some(YesNo::Yes)
                    && item.span.has(item.record.resolved_at)
            },
            problem: by_approved_change,
        },
        Check {
            def: CheckDef::new(
                "problem-has-workaround",
                Problem::NAME,
                &["8.6.3-e"],
                "problems whose cause is known and not gone",
                "has a workaround, or says why there is none",
            )
            .selected(),
            belongs: waits_for_its_fix,
            problem: |item| {
                let told = !item.record.workaround.is_empty() || !item.record.no_workaround_reason.is_empty();
                (!told).then(|| "It has no workaround and does not say why.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "problem-has-known-error",
                Problem::NAME,
                &["8.6.3-f"],
                "problems whose cause is known and not gone",
                "has an active known error",
            )
            .selected()
            .reads(&["known_error"]),
            belongs: waits_for_its_fix,
            problem: |item| {
                let known = item.notes.problems_with_known_error.contains(&item.record.head.id);
                (!known).then(|| "No active known error belongs to it.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "problem-effect-judged",
                Problem::NAME,
                &["8.6.3-g"],
                "problems closed in the period",
                "says how often it came back after its fix, and whether the resolution works",
            )
            .selected(),
            belongs: |item| item.record.head.state == Closed && item.span.has(item.record.closed_at),
            problem: effect_judged,
        },
        Check {
            def: CheckDef::new(
                "problem-linked-to-item",
                Problem::NAME,
                &["8.2.6-h"],
                "problems closed in the period",
                "is linked to a configuration item",
            )
            .selected()
            .reads(&["configuration_item"])
            .tolerates_percent(20),
            belongs: |item| item.record.head.state == Closed && item.span.has(item.record.closed_at),
            problem: |item| super::configuration::unlinked(item.around, item.notes),
        },
    ],
};

fn filter(span: &Span) -> Filter {
    let since = |column: &str| Filter::Is(column.into(), Op::Gte, Value::Instant(span.from));
    let alive = [New, Investigation, CauseKnown, Resolved].map(|state| Value::from(state.name()));
    Filter::Or(vec![
        since("opened_at"),
        since("resolved_at"),
        since("closed_at"),
        Filter::And(vec![Filter::Empty("opened_at".into()), since("created_at")]),
        Filter::In("state".into(), alive.to_vec()),
    ])
}

fn in_span(problem: &Problem, span: &Span) -> bool {
    let began = problem.opened_at.unwrap_or(problem.head.created_at);
    match problem.head.state {
        Cancelled => false,
        New | Investigation | CauseKnown | Resolved => true,
        Closed => span.holds(began) || span.has(problem.closed_at) || span.has(problem.resolved_at),
    }
}

fn note(problem: &Problem, _: &Around, _: &Span, notes: &mut Notes) {
    if problem.service.is_some() {
        notes.services_at_work.insert(problem.service.uuid());
    }
}

fn is_open(item: &Item<'_, Problem>) -> bool {
    matches!(item.record.head.state, New | Investigation | CauseKnown)
}

fn past_investigation(item: &Item<'_, Problem>) -> bool {
    matches!(item.record.head.state, CauseKnown | Resolved | Closed)
}

fn waits_for_its_fix(item: &Item<'_, Problem>) -> bool {
    item.record.head.state == CauseKnown && !item.record.cause_unknown
}

fn classified(item: &Item<'_, Problem>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.category.is_empty() {
        missing.push("category");
    }
    if item.record.priority.is_none() {
        missing.push("priority");
    }
    sentence(missing)
}

fn closed(item: &Item<'_, Problem>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.investigation_method.is_empty() && item.around.comments == 0 {
        missing.push("trace of work");
    }
    if item.record.closure_code.is_none() {
        missing.push("closure code");
    }
    sentence(missing)
}

fn review_overdue(item: &Item<'_, Problem>) -> Option<String> {
    let due = item.record.review_on.filter(|due| *due < item.span.today())?;
    Some(format!("It was to be looked at again by {due}."))
}

fn updated(item: &Item<'_, Problem>) -> Option<String> {
    let place = item.record.priority.and_then(|priority| usize::try_from(priority - 1).ok()).unwrap_or(3);
    let (_, allowed) = UPDATE_DAYS.get(place).copied().unwrap_or(UPDATE_DAYS[3]);
    let changed = item.record.head.updated_at;
    let last = item.around.last_comment_at.map_or(changed, |comment| comment.max(changed));
    let late = item.span.seconds_since(last) > allowed * crate::span::DAY;
    late.then(|| format!("Not updated since {last}; its priority allows {allowed} days."))
}

fn cause_told(item: &Item<'_, Problem>) -> Option<String> {
    let problem = item.record;
    let mut missing = Vec::new();
    if problem.root_cause.is_empty() && !problem.cause_unknown {
        missing.push("root cause or a stated unknown");
    }
    if problem.investigation_method.is_empty() {
        missing.push("method");
    }
    if problem.preventive_actions.is_empty() {
        missing.push("preventive actions or none");
    }
    sentence(missing)
}

fn by_approved_change(item: &Item<'_, Problem>) -> Option<String> {
    let change = item.record.resolving_change;
    if change.is_none() {
        return Some("No change is named.".into());
    }
    // A change before the span is not known here: nothing is said against it.
    let refused = item.notes.changes_without_authority.contains(&change.uuid());
    refused.then(|| "The change that it names was not authorised.".to_owned())
}

fn effect_judged(item: &Item<'_, Problem>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.recurrences.is_none() {
        missing.push("count of recurrences");
    }
    if item.record.effective.is_none() {
        missing.push("whether the resolution works");
    }
    sentence(missing)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use mainstay_kinds::problem::ClosureCode;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank, broken};

    fn good() -> Problem {
        let mut problem = blank::<Problem>();
        problem.head.id = Uuid::from_u128(50);
        problem.head.state = Closed;
        problem.head.updated_at = at("2026-01-04T09:00:00Z");
        problem.category = "Mail".into();
        problem.priority = Some(2);
        problem.opened_at = Some(at("2025-12-01T09:00:00Z"));
        problem.investigation_method = "five whys".into();
        problem.root_cause = "A leak".into();
        problem.preventive_actions = "none".into();
        problem.workaround = "Restart".into();
        problem.configuration_altered = Some(YesNo::Yes);
        problem.resolving_change = Id::new(Uuid::from_u128(60));
        problem.resolved_at = Some(at("2025-12-20T09:00:00Z"));
        problem.recurrences = Some(0);
        problem.effective = Some(YesNo::Yes);
        problem.closure_code = Some(ClosureCode::Fixed);
        problem.closed_at = Some(at("2026-01-04T09:00:00Z"));
        problem
    }

    fn open() -> Problem {
        let mut problem = good();
        problem.head.state = CauseKnown;
        problem.configuration_altered = None;
        problem.resolved_at = None;
        problem.closed_at = None;
        problem.review_on = Some(date(2026, 1, 5));
        problem
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z").with_item();
        desk.notes.problems_with_known_error.insert(Uuid::from_u128(50));
        desk
    }

    fn why(check: &str, problem: Problem, breakage: impl FnOnce(&mut Problem)) -> String {
        broken(&desk(), &PASS, check, problem, breakage)
    }

    #[test]
    fn a_problem_that_was_looked_into_and_closed_passes_and_so_does_one_on_its_way() {
        desk().passes_all(&PASS, &good());
        desk().passes_all(&PASS, &open());
    }

    #[test]
    fn what_is_not_classified_or_not_told_at_its_end_is_named() {
        assert_eq!(why("problem-classified", good(), |one| one.priority = None), "Missing: priority.");
        assert_eq!(why("problem-closed", good(), |one| one.closure_code = None), "Missing: closure code.");
        assert_eq!(
            why("problem-effect-judged", good(), |one| one.recurrences = None),
            "Missing: count of recurrences."
        );
    }

    #[test]
    fn an_open_problem_is_not_forgotten() {
        let overdue = why("problem-review-not-overdue", open(), |one| one.review_on = Some(date(2026, 1, 4)));
        assert_eq!(overdue, "It was to be looked at again by 2026-01-04.");
        let silent = why("problem-updated", open(), |one| one.head.updated_at = at("2025-12-22T08:59:59Z"));
        assert!(silent.ends_with("its priority allows 14 days."), "{silent}");
    }

    #[test]
    fn past_its_investigation_a_problem_tells_cause_method_and_actions() {
        let why = why("problem-cause-told", open(), |one| {
            one.root_cause.clear();
            one.preventive_actions.clear();
        });
        assert_eq!(why, "Missing: root cause or a stated unknown, preventive actions or none.");
    }

    #[test]
    fn an_altered_item_needs_an_authorised_change() {
        let none =
            why("problem-resolved-by-approved-change", good(), |one| one.resolving_change = Id::none());
        assert_eq!(none, "No change is named.");
        let mut desk = desk();
        desk.notes.changes_without_authority.insert(Uuid::from_u128(60));
        let refused = desk.judge(&PASS, "problem-resolved-by-approved-change", &good()).flatten();
        assert_eq!(refused.as_deref(), Some("The change that it names was not authorised."));
    }

    #[test]
    fn a_known_cause_has_a_workaround_and_a_known_error() {
        let none = why("problem-has-workaround", open(), |one| one.workaround.clear());
        assert_eq!(none, "It has no workaround and does not say why.");
        let mut desk = desk();
        desk.notes.problems_with_known_error.clear();
        assert!(desk.judge(&PASS, "problem-has-known-error", &open()).flatten().is_some());
        let mut unknown = open();
        unknown.cause_unknown = true;
        assert_eq!(desk.judge(&PASS, "problem-has-known-error", &unknown), None);
    }

    #[test]
    fn a_link_to_something_else_is_no_link_to_an_item() {
        let mut desk = desk();
        desk.notes.configuration_items.clear();
        let why = desk.judge(&PASS, "problem-linked-to-item", &good()).flatten();
        assert_eq!(why.as_deref(), Some("It is linked to no configuration item."));
    }
}
