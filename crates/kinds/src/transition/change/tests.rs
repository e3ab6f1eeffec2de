//! The lifecycle of changes, whole, and their rules.

use mainstay_core::{Actor, AnyKind, Of, Record};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::*;
use crate::testing::{Trial, at, cx, id, refusing_rule, wrong_fields};

const ALL: [&str; 16] = [
    "assess",
    "request_approval",
    "request_urgent_approval",
    "use_model",
    "approve",
    "reject",
    "reassess",
    "begin",
    "begin_at_once",
    "finish",
    "ask_afterwards",
    "ratify",
    "refuse_afterwards",
    "withdraw_question",
    "close",
    "cancel",
];

/// A model, with the id 200.
fn model(applies_to: &str, state: &str) -> Record {
    let mut model = Trial::<ChangeModel>::new(json!({"title": "Restart", "applies_to": applies_to, "risk": "low",
        "approved_afterwards": applies_to == "emergency", "benefit": "Works again", "test_plan": "None possible",
        "back_out_plan": "Start the old one"}))
    .record;
    model.id = Uuid::from_u128(200);
    model.state = state.into();
    model
}

fn change(category: &str) -> Trial<Change> {
    let mut change = Trial::new(json!({"category": category}));
    if category != "normal" {
        change.knows("change_model", &model(category, "in_force"));
    }
    change
}

fn answers(name: &str) -> Json {
    match name {
        "request_approval" => {
            json!({"priority": 2, "major_impact": "no", "benefit": "Faster", "feasibility": "Yes",
            "financial_impact": "None", "risk": "low", "impact_on_services": "None", "impact_on_people": "None",
            "impact_on_plans": "None", "impact_on_assurance": "None", "impact_on_changes": "None",
            "test_plan": "In the laboratory", "back_out_plan": "Restore", "communication_plan": "Mail to users",
            "planned_start": "2026-01-05T09:00:00Z", "planned_end": "2026-01-05T11:00:00Z"})
        }
        "request_urgent_approval" => {
            json!({"urgency_reason": "Mail is down", "risk": "low", "back_out_plan": "Restore"})
        }
        "use_model" => json!({"change_model": id(200), "planned_start": "2026-01-05T09:00:00Z",
            "planned_end": "2026-01-05T11:00:00Z"}),
        "begin" => json!({"test_result": "Works", "back_out_test": "Restored once"}),
        "begin_at_once" => json!({"urgency_reason": "Mail is down", "change_model": id(200)}),
        "finish" => json!({"outcome": "successful"}),
        "ask_afterwards" => json!({"risk": "low", "back_out_plan": "Restore"}),
        "close" => json!({"review": "Nothing to do"}),
        "cancel" => json!({"cancel_reason": "Not wanted"}),
        _ => json!({}),
    }
}

fn walked(category: &str, moves: &[&str]) -> Trial<Change> {
    let mut change = change(category);
    for name in moves {
        change
            .perform(name, answers(name))
            .unwrap_or_else(|error| panic!("{category} {moves:?}: {name}: {error}"));
    }
    change
}

/// For each category: the way to a state, and the moves that are possible there. All other moves are refused.
const LIFECYCLE: &[(&str, &str, &[&str], &[&str])] = &[
    ("normal", "new", &[], &["assess", "cancel"]),
    ("normal", "assessment", &["assess"], &["request_approval", "cancel"]),
    ("normal", "approval", &["assess", "request_approval"], &["approve", "reject", "reassess", "cancel"]),
    ("normal", "rejected", &["assess", "request_approval", "reject"], &["reassess"]),
    (
        "normal",
        "assessment",
        &["assess", "request_approval", "reject", "reassess"],
        &["request_approval", "cancel"],
    ),
    ("normal", "scheduled", &["assess", "request_approval", "approve"], &["reassess", "begin", "cancel"]),
    ("normal", "implementation", &["assess", "request_approval", "approve", "begin"], &["finish"]),
    ("normal", "review", &["assess", "request_approval", "approve", "begin", "finish"], &["close"]),
    ("normal", "closed", &["assess", "request_approval", "approve", "begin", "finish", "close"], &[]),
    ("normal", "cancelled", &["cancel"], &[]),
    ("standard", "new", &[], &["use_model", "cancel"]),
    ("standard", "scheduled", &["use_model"], &["begin", "cancel"]),
    ("standard", "implementation", &["use_model", "begin"], &["finish"]),
    ("standard", "review", &["use_model", "begin", "finish"], &["close"]),
    ("emergency", "new", &[], &["assess", "request_urgent_approval", "begin_at_once", "cancel"]),
    (
        "emergency",
        "assessment",
        &["assess"],
        &["request_approval", "request_urgent_approval", "begin_at_once", "cancel"],
    ),
    ("emergency", "approval", &["request_urgent_approval"], &["approve", "reject", "reassess", "cancel"]),
    ("emergency", "scheduled", &["request_urgent_approval", "approve"], &["reassess", "begin", "cancel"]),
    ("emergency", "implementation", &["begin_at_once"], &["finish"]),
    ("emergency", "review", &["begin_at_once", "finish"], &["ask_afterwards"]),
    (
        "emergency",
        "ratification",
        &["begin_at_once", "finish", "ask_afterwards"],
        &["ratify", "refuse_afterwards", "withdraw_question"],
    ),
    ("emergency", "review", &["begin_at_once", "finish", "ask_afterwards", "ratify"], &["close"]),
    (
        "emergency",
        "review",
        &["begin_at_once", "finish", "ask_afterwards", "refuse_afterwards"],
        &["ask_afterwards", "close"],
    ),
];

#[test]
fn every_category_goes_its_way_and_no_other() {
    for (category, state, way, open) in LIFECYCLE {
        let at_state = walked(category, way);
        assert_eq!(at_state.state(), *state, "{category} {way:?}");
        for name in ALL {
            let outcome = at_state.clone().perform(name, answers(name)).cloned();
            if open.contains(&name) {
                assert!(outcome.is_ok(), "{category} {state} {name}: {:?}", outcome.err());
            } else {
                // Every other pair of state and move is refused by a rule, with the clause.
                refusing_rule(outcome.map(|_| panic!("{category} {state}: {name} is possible")));
            }
        }
    }
    assert_eq!(Change::DEF.moves.len(), ALL.len());
}

#[test]
fn a_normal_change_says_what_is_to_be_weighed_before_it_is_decided_on() {
    let mut change = walked("normal", &["assess"]);
    let missing = wrong_fields(change.perform("request_approval", json!({})));
    let asked = Change::DEF.moves.iter().find(|mv| mv.name == "request_approval").unwrap().asks;
    assert_eq!(missing.len(), asked.len());
    assert!(asked.iter().all(|asked| missing.contains(&(*asked).to_owned())), "{missing:?}");
}

#[test]
fn two_decide_when_much_is_at_stake_and_the_emergency_approver_when_it_cannot_wait() {
    let quorum = |category: &str, input: Json| {
        let mut change = Trial::<Change>::new(json!({"category": category}));
        change.edit(input).unwrap();
        let policy = Of::<Change>::new().policy(&change.record).unwrap().unwrap();
        (policy.quorum, policy.roles[0])
    };
    assert_eq!(quorum("normal", json!({"risk": "low", "major_impact": "no"})), (1, "change_manager"));
    assert_eq!(quorum("normal", json!({"risk": "high"})), (2, "change_manager"));
    assert_eq!(quorum("normal", json!({"major_impact": "yes"})), (2, "change_manager"));
    assert_eq!(quorum("emergency", json!({"major_impact": "yes"})), (1, "emergency_approver"));
}

#[test]
fn a_category_is_corrected_while_the_change_is_new_and_stays_then() {
    let mut change = change("normal");
    change.edit(json!({"category": "emergency"})).unwrap();
    change.edit(json!({"category": "normal"})).unwrap();
    change.perform("assess", json!({})).unwrap();
    assert_eq!(wrong_fields(change.edit(json!({"category": "emergency"}))), ["category"]);
}

#[test]
fn a_change_is_made_in_its_window_or_with_a_reason() {
    let scheduled = || walked("normal", &["assess", "request_approval", "approve"]);
    for instant in ["2026-01-05T08:59:59Z", "2026-01-05T11:00:01Z"] {
        let mut change = scheduled();
        assert_eq!(wrong_fields(change.at(instant).perform("begin", answers("begin"))), ["window_reason"]);
        let mut reasoned = answers("begin");
        reasoned["window_reason"] = json!("The engineer was late");
        assert_eq!(change.perform("begin", reasoned).unwrap().typed().actual_start, Some(at(instant)));
    }
    for instant in ["2026-01-05T09:00:00Z", "2026-01-05T11:00:00Z"] {
        assert!(scheduled().at(instant).perform("begin", answers("begin")).is_ok(), "{instant}");
    }
    let backwards = json!({"planned_start": "2026-01-05T09:00:00Z", "planned_end": "2026-01-05T08:00:00Z"});
    assert_eq!(wrong_fields(change("normal").edit(backwards)), ["planned_end"]);
}

#[test]
fn an_emergency_is_made_as_soon_as_it_is_approved() {
    let mut change = walked("emergency", &["request_urgent_approval", "approve"]);
    let begun = change.at("2026-03-01T03:00:00Z").perform("begin", answers("begin")).unwrap().typed();
    assert!(!begun.retrospective && begun.authorised_at.is_some());
}

#[test]
fn a_standard_change_takes_the_entries_of_a_model_in_force() {
    let change = walked("standard", &["use_model"]).typed();
    assert_eq!((change.risk, change.benefit.as_str()), (Some(Level::Low), "Works again"));
    assert_eq!(change.authorised_at, Some(at("2026-01-05T09:00:00Z")));
    assert_eq!(change.test_result, "As in CHM-000001: None possible");
    for (model, rule) in [
        (model("standard", "draft"), "a model counts while it is in force"),
        (model("standard", "retired"), "a model counts while it is in force"),
        (model("emergency", "in_force"), "a model is made for a category"),
    ] {
        let mut change = Trial::<Change>::new(json!({"category": "standard"}));
        change.knows("change_model", &model);
        assert_eq!(refusing_rule(change.perform("use_model", answers("use_model"))), rule);
    }
}

#[test]
fn a_model_is_for_its_service() {
    let mut other = Trial::<ChangeModel>::new(json!({"applies_to": "standard", "service": id(300)})).record;
    other.state = "in_force".into();
    let mut change = Trial::<Change>::new(json!({"category": "standard", "service": id(301)}));
    change.knows("change_model", &other);
    assert_eq!(wrong_fields(change.perform("use_model", answers("use_model"))), ["change_model"]);
    change.edit(json!({"service": id(300)})).unwrap();
    assert!(change.perform("use_model", answers("use_model")).is_ok());
}

#[test]
fn only_a_model_in_force_lets_an_emergency_begin_before_its_approval() {
    let mut strict = model("emergency", "in_force");
    let place = Of::<ChangeModel>::new().describe().position("approved_afterwards").unwrap();
    strict.values[place] = mainstay_core::Value::Bool(false);
    for (model, rule) in [
        (strict, "a model is made for a category"),
        (model("emergency", "review"), "a model counts while it is in force"),
        (model("standard", "in_force"), "a model is made for a category"),
    ] {
        let mut change = Trial::<Change>::new(json!({"category": "emergency"}));
        change.knows("change_model", &model);
        assert_eq!(refusing_rule(change.perform("begin_at_once", answers("begin_at_once"))), rule);
    }
    assert!(walked("emergency", &["begin_at_once"]).typed().retrospective);
}

#[test]
fn what_was_begun_without_approval_is_decided_on_before_it_is_closed() {
    let mut change = walked("emergency", &["begin_at_once", "finish"]);
    let rule = "a change begun without approval is decided on before it is closed";
    assert_eq!(refusing_rule(change.perform("close", answers("close"))), rule);
    for (decision, authorised) in [("ratify", true), ("refuse_afterwards", false)] {
        let mut change = walked("emergency", &["begin_at_once", "finish", "ask_afterwards", decision]);
        assert_eq!(change.typed().authorised_at.is_some(), authorised);
        assert_eq!(change.typed().refused_at.is_some(), !authorised);
        assert!(change.perform("close", answers("close")).is_ok(), "{decision}");
    }
}

#[test]
fn what_failed_or_was_reversed_is_analysed() {
    for (outcome, needed) in
        [("successful", false), ("successful_with_issues", false), ("reversed", true), ("failed", true)]
    {
        let mut change = walked("standard", &["use_model", "begin"]);
        let alone = change.clone().perform("finish", json!({"outcome": outcome})).cloned();
        if needed {
            assert_eq!(wrong_fields(alone), ["analysis"], "{outcome}");
        } else {
            assert!(alone.is_ok(), "{outcome}");
        }
        change.perform("finish", json!({"outcome": outcome, "analysis": "The disk was full"})).unwrap();
    }
}

#[test]
fn a_review_falls_due_five_days_after_the_end_and_is_noted_with_its_reviewer() {
    let mut change = walked("standard", &["use_model", "begin"]);
    change.at("2026-01-05T10:00:00Z").perform("finish", answers("finish")).unwrap();
    assert_eq!(change.typed().actual_end, Some(at("2026-01-05T10:00:00Z")));
    assert_eq!(change.typed().review_due_at, Some(at("2026-01-10T10:00:00Z")));
    change.at("2026-01-07T10:00:00Z").perform("close", answers("close")).unwrap();
    let closed = change.typed();
    assert_eq!(
        (closed.reviewed_at, closed.closed_at),
        (Some(at("2026-01-07T10:00:00Z")), closed.reviewed_at)
    );
    assert_eq!(closed.reviewer, Id::new(Uuid::from_u128(1)));
}

#[test]
fn what_was_decided_on_stays_while_it_is_made_and_afterwards() {
    for way in [
        &["assess", "request_approval", "approve", "begin"][..],
        &["assess", "request_approval", "approve", "begin", "finish"],
    ] {
        let mut change = walked("normal", way);
        assert_eq!(wrong_fields(change.edit(json!({"risk": "high"}))), ["risk"]);
        assert_eq!(wrong_fields(change.edit(json!({"title": "Another"}))), ["title"]);
        assert!(change.edit(json!({"assigned_team": id(7)})).is_ok());
    }
    let mut scheduled = walked("normal", &["assess", "request_approval", "approve"]);
    assert!(scheduled.edit(json!({"risk": "high"})).is_ok(), "the door voids the votes");
}

#[test]
fn a_standard_change_may_be_moved_but_not_reworded() {
    let mut change = walked("standard", &["use_model"]);
    assert_eq!(wrong_fields(change.edit(json!({"risk": "high"}))), ["risk"]);
    assert!(change.edit(json!({"planned_end": "2026-01-06T11:00:00Z"})).is_ok());
}

#[test]
fn a_decision_that_is_taken_back_leaves_no_authorisation() {
    let change = walked("normal", &["assess", "request_approval", "approve", "reassess"]);
    assert_eq!(change.typed().authorised_at, None);
}

#[test]
fn who_records_a_change_asks_for_it_unless_another_is_named() {
    assert_eq!(change("normal").typed().requester, Id::new(Uuid::from_u128(1)));
    let other = Trial::<Change>::new(json!({"category": "normal", "requester": id(2)}));
    assert_eq!(other.typed().requester, Id::new(Uuid::from_u128(2)));
    let operator = Cx { actor: Actor::Operator, ..cx() };
    let none = Trial::<Change>::create_in(operator, json!({"category": "normal"})).unwrap();
    assert!(none.typed().requester.is_none());
    let future = json!({"category": "normal", "requested_at": "2026-01-05T09:00:01Z"});
    assert_eq!(wrong_fields(Trial::<Change>::create(future)), ["requested_at"]);
}
