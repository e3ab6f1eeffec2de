//! Approvals on both databases: who may vote, what a vote binds, and what ends a round.

use mainstay_app::{
    Command, HistoryStep, Outcome,
    approvals::{Round, Vote, rounds_of, votes_of},
    ledger::Ledger,
    rebuild,
};
use mainstay_core::{Actor, Channel, Error, ErrorKind, Result, parts::RoundState};
use serde_json::{Map, Value as Json, json};

use crate::world::{World, at, object, on_both};

/// A person with these roles.
fn person(world: &World, name: &str, roles: &[&str]) -> Outcome {
    let person = world.create("person", json!({"title": name, "staff": true})).unwrap();
    for role in roles {
        world
            .create(
                "role_assignment",
                json!({"title": format!("{role} {name}"), "person": person.reference, "role": role}),
            )
            .unwrap();
    }
    person
}

fn vote_of(record: &str, verdict: &str) -> Command {
    Command::Vote {
        record: record.into(),
        version: None,
        verdict: verdict.into(),
        comment: (verdict == "reject").then(|| "The way back is missing".into()),
    }
}

fn vote(world: &World, person: &Outcome, record: &str, verdict: &str) -> Result<Outcome> {
    world.act_as(&person.id, vote_of(record, verdict))
}

/// A model that waits for its approval, written by a person of its own.
fn submitted(world: &World) -> (Outcome, Outcome) {
    let author = person(world, "Author", &["change_manager"]);
    let values = object(json!({"title": "Restart a mail server", "applies_to": "standard", "risk": "low",
        "back_out_plan": "Start the old one", "implementation_plan": "Restart"}));
    let model = world.act_as(&author.id, Command::Create { kind: "change_model".into(), values }).unwrap();
    world.perform(&model.reference, "submit", json!({})).unwrap();
    (model, author)
}

fn state(world: &World, reference: &str) -> String {
    let (name, _) = reference.split_once('-').unwrap();
    let table = if name == "CHM" { "change_model" } else { "change" };
    let sql = format!("select state from {table} where ref = ?1");
    let cells = [mainstay_store::Cell::Text];
    let row =
        world.app.view().read(|conn| conn.first(&conn.dialect().sql(&sql), &[reference.into()], &cells));
    row.unwrap().unwrap()[0].to_string()
}

fn rounds(world: &World, record: &Outcome) -> Vec<Round> {
    let id = record.id.parse().unwrap();
    world.app.view().read(|conn| rounds_of(world.app.context(), conn, id)).unwrap()
}

fn states(world: &World, record: &Outcome) -> Vec<RoundState> {
    rounds(world, record).into_iter().map(|round| round.state).collect()
}

fn votes(world: &World, record: &Outcome) -> Vec<Vote> {
    let id = record.id.parse().unwrap();
    world.app.view().read(|conn| votes_of(world.app.context(), conn, id)).unwrap()
}

#[track_caller]
fn check_journalled(world: &World) {
    let report = rebuild::check(&Ledger::of(&world.app), &mut |_| {}).expect("the check runs");
    assert_eq!(report.differences, [], "on {:?}", world.engine);
}

/// The rule that refused, under the clause of change management.
#[track_caller]
fn refusing_rule<T>(outcome: Result<T>) -> String {
    match outcome.map(|_| ()).map_err(|error| error.kind().clone()) {
        Err(ErrorKind::Refused { rule, clause }) => {
            assert_eq!(clause, "8.5.1");
            rule
        }
        other => panic!("a refusal is wanted, not {other:?}"),
    }
}

fn wrong_field(error: &Error) -> &str {
    &error.fields()[0].field
}

#[test]
fn the_deciding_vote_runs_the_move_and_is_bound_to_the_content() {
    on_both(|world| {
        let (model, _) = submitted(world);
        let round = rounds(world, &model).remove(0);
        assert_eq!((round.number, round.stage.as_str(), round.quorum), (1, "review", 1));
        assert_eq!(round.roles, ["change_manager", "service_manager"]);
        assert_eq!(
            round.policy,
            "1 person with one of the roles change_manager, service_manager; one rejection rejects"
        );
        let manager = person(world, "Manager", &["service_manager"]);
        let outcome = vote(world, &manager, &model.reference, "approve").unwrap();
        assert_eq!(outcome.version, 3, "create, submit, put_in_force");
        assert_eq!(state(world, &model.reference), "in_force");
        assert_eq!(states(world, &model), [RoundState::Approved]);
        let cast = votes(world, &model);
        assert_eq!(cast.len(), 1);
        assert_eq!((cast[0].person.to_string(), cast[0].role.as_str()), (manager.id, "service_manager"));
        assert_eq!(cast[0].content_sha256, round.content_sha256);
        check_journalled(world);
    });
}

#[test]
fn nobody_approves_their_own_work_nor_that_of_whom_they_act_for() {
    on_both(|world| {
        let (model, author) = submitted(world);
        let own = vote(world, &author, &model.reference, "approve");
        assert_eq!(refusing_rule(own), "nobody approves their own work");
        // Somebody who worked on it in the author's name stands for the author.
        let helper = person(world, "Helper", &["change_manager"]);
        let mut tag = world.request(Command::Tag { record: model.reference.clone(), word: "mail".into() });
        tag = tag.by(Actor::Person(helper.id.parse().unwrap())).through(Channel::Replay);
        tag.on_behalf_of = Some(Actor::Person(author.id.parse().unwrap()));
        world.app.act(tag).unwrap();
        let acting = vote(world, &helper, &model.reference, "approve");
        assert_eq!(refusing_rule(acting), "nobody approves their own work");
        // Nobody lends their vote.
        let manager = person(world, "Manager", &["change_manager"]);
        let mut lent = world.request(vote_of(&model.reference, "approve"));
        lent = lent.by(Actor::Person(author.id.parse().unwrap())).through(Channel::Replay);
        lent.on_behalf_of = Some(Actor::Person(manager.id.parse().unwrap()));
        assert_eq!(refusing_rule(world.app.act(lent)), "a vote is cast by a person");
        assert_eq!(votes(world, &model), []);
        assert!(vote(world, &manager, &model.reference, "approve").is_ok());
        check_journalled(world);
    });
}

#[test]
fn no_operator_votes_and_no_hand_moves_what_votes_decide() {
    on_both(|world| {
        let (model, _) = submitted(world);
        let operator = world.act(vote_of(&model.reference, "approve"));
        assert_eq!(refusing_rule(operator), "a vote is cast by a person");
        for name in ["put_in_force", "send_back"] {
            let by_hand = world.perform(&model.reference, name, json!({}));
            assert_eq!(refusing_rule(by_hand), "a decision is made by votes", "{name}");
        }
        assert_eq!(state(world, &model.reference), "review");
    });
}

#[test]
fn a_vote_needs_a_role_that_is_asked_and_holds_today() {
    on_both(|world| {
        let (model, _) = submitted(world);
        let without = person(world, "Agent", &["service_desk_agent"]);
        let refusal = vote(world, &without, &model.reference, "approve");
        assert_eq!(refusing_rule(refusal), "a vote needs a role that is asked");
        let assign = |values: Json| {
            let voter = person(world, "Voter", &[]);
            let mut all =
                object(json!({"title": "Role", "person": voter.reference, "role": "change_manager"}));
            all.extend(object(values));
            let made = world.create("role_assignment", Json::Object(all)).unwrap();
            (voter, made)
        };
        // Today is 2026-01-05.
        let service = world.create("service", json!({"title": "Mail"})).unwrap();
        for values in [
            json!({"valid_from": "2026-01-06"}),
            json!({"valid_from": "2025-01-01", "valid_until": "2026-01-04"}),
            json!({"service": service.reference}),
        ] {
            let (voter, _) = assign(values.clone());
            let refusal = vote(world, &voter, &model.reference, "approve");
            assert_eq!(refusing_rule(refusal), "a vote needs a role that is asked", "{values}");
        }
        let (voter, made) = assign(json!({}));
        world.perform(&made.reference, "end", json!({})).unwrap();
        let ended = vote(world, &voter, &model.reference, "approve");
        assert_eq!(refusing_rule(ended), "a vote needs a role that is asked");
        let (former, _) = assign(json!({}));
        world.perform(&former.reference, "leave", json!({})).unwrap();
        let left = vote(world, &former, &model.reference, "approve");
        assert_eq!(refusing_rule(left), "a vote needs a role that is asked");
        let (voter, _) = assign(json!({"valid_from": "2026-01-05", "valid_until": "2026-01-05"}));
        assert!(vote(world, &voter, &model.reference, "approve").is_ok(), "first and last day");
    });
}

#[test]
fn one_rejection_rejects_with_a_reason_and_the_next_round_counts_anew() {
    on_both(|world| {
        let (model, _) = submitted(world);
        let manager = person(world, "Manager", &["change_manager"]);
        let silent = Command::Vote {
            record: model.reference.clone(),
            version: None,
            verdict: "reject".into(),
            comment: Some("  ".into()),
        };
        assert_eq!(wrong_field(&world.act_as(&manager.id, silent).unwrap_err()), "comment");
        assert_eq!(wrong_field(&vote(world, &manager, &model.reference, "perhaps").unwrap_err()), "verdict");
        vote(world, &manager, &model.reference, "reject").unwrap();
        assert_eq!(state(world, &model.reference), "draft");
        let closed = vote(world, &manager, &model.reference, "approve");
        assert_eq!(refusing_rule(closed), "votes are cast while a round is open");
        world.perform(&model.reference, "submit", json!({})).unwrap();
        vote(world, &manager, &model.reference, "approve").unwrap();
        assert_eq!(states(world, &model), [RoundState::Rejected, RoundState::Approved]);
        assert_eq!(votes(world, &model).iter().map(|vote| vote.round).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(state(world, &model.reference), "in_force");
        check_journalled(world);
    });
}

#[test]
fn an_edit_of_the_content_voids_the_round_in_the_same_act_and_other_edits_do_not() {
    on_both(|world| {
        let (model, _) = submitted(world);
        world.edit(&model.reference, json!({"review_months": 6})).unwrap();
        assert_eq!(states(world, &model), [RoundState::Pending], "no content");
        let outcome = world.edit(&model.reference, json!({"risk": "high"})).unwrap();
        assert_eq!(outcome.version, 5, "create, submit, edit, edit, withdraw");
        assert_eq!(state(world, &model.reference), "draft");
        assert_eq!(states(world, &model), [RoundState::Void]);
        // The same after the approval.
        world.perform(&model.reference, "submit", json!({})).unwrap();
        let manager = person(world, "Manager", &["change_manager"]);
        let stale = Command::Vote {
            record: model.reference.clone(),
            version: Some(2),
            verdict: "approve".into(),
            comment: None,
        };
        assert_eq!(*world.act_as(&manager.id, stale).unwrap_err().kind(), ErrorKind::Stale);
        vote(world, &manager, &model.reference, "approve").unwrap();
        world.edit(&model.reference, json!({"title": "Restart any server"})).unwrap();
        assert_eq!(state(world, &model.reference), "draft");
        assert_eq!(states(world, &model), [RoundState::Void; 2]);
        check_journalled(world);
    });
}

#[test]
fn a_record_that_goes_another_way_leaves_a_void_round() {
    on_both(|world| {
        let (model, _) = submitted(world);
        world.perform(&model.reference, "withdraw", json!({})).unwrap();
        assert_eq!(states(world, &model), [RoundState::Void]);
        let other = world.create("person", json!({"title": "A person"})).unwrap();
        let manager = person(world, "Manager", &["change_manager"]);
        let none = vote(world, &manager, &other.reference, "approve");
        assert_eq!(refusing_rule(none), "votes are cast while a round is open");
        check_journalled(world);
    });
}

#[test]
fn what_still_waits_in_a_foreign_history_is_voted_on_here() {
    on_both(|world| {
        let step = |day: &str, state: &str, values: Map<String, Json>| HistoryStep {
            at: at(day),
            by: None,
            state: state.into(),
            values,
        };
        let values = object(json!({"title": "Old", "applies_to": "standard"}));
        let steps = vec![
            step("2025-01-01T00:00:00Z", "draft", values),
            step("2025-02-01T00:00:00Z", "review", Map::new()),
        ];
        let model = world.act(Command::RecordHistory { kind: "change_model".into(), steps }).unwrap();
        assert_eq!(states(world, &model), [RoundState::Pending]);
        let manager = person(world, "Manager", &["change_manager"]);
        vote(world, &manager, &model.reference, "approve").unwrap();
        assert_eq!(state(world, &model.reference), "in_force");
        check_journalled(world);
    });
}

#[test]
fn the_words_of_a_vote_go_when_its_person_is_erased_and_the_vote_stays() {
    on_both(|world| {
        let (model, _) = submitted(world);
        let manager = person(world, "Manager", &["change_manager"]);
        vote(world, &manager, &model.reference, "reject").unwrap();
        world.app.erase_person(&manager.reference, "Asked for").unwrap();
        let cast = votes(world, &model).remove(0);
        assert_eq!((cast.comment, cast.person.to_string()), (None, manager.id));
        check_journalled(world);
    });
}

/// What a normal change is asked for before it is decided on.
fn assessment(risk: &str) -> Json {
    json!({"priority": 2, "major_impact": "no", "benefit": "Faster", "feasibility": "Yes", "financial_impact": "None",
        "risk": risk, "impact_on_services": "None", "impact_on_people": "None", "impact_on_plans": "None",
        "impact_on_assurance": "None", "impact_on_changes": "None", "test_plan": "In the laboratory",
        "back_out_plan": "Restore", "communication_plan": "Mail to users",
        "planned_start": "2026-01-05T09:00:00Z", "planned_end": "2026-01-05T11:00:00Z"})
}

/// A normal change that waits for its approval, asked for, owned and made by three persons.
fn normal_change(world: &World, risk: &str) -> (Outcome, [Outcome; 3]) {
    let persons = ["Requester", "Owner", "Implementer"].map(|name| person(world, name, &["change_manager"]));
    let [requester, owner, implementer] = &persons;
    let change = world
        .create(
            "change",
            json!({"title": "Replace the mail server", "category": "normal", "requester": requester.reference,
                "owner": owner.reference, "implementer": implementer.reference}),
        )
        .unwrap();
    world.perform(&change.reference, "assess", json!({})).unwrap();
    world.perform(&change.reference, "request_approval", assessment(risk)).unwrap();
    (change, persons)
}

#[test]
fn two_different_persons_approve_a_risky_change_and_one_of_them_twice_does_not() {
    on_both(|world| {
        let (change, _) = normal_change(world, "high");
        assert_eq!(rounds(world, &change)[0].quorum, 2);
        let first = person(world, "First", &["change_manager", "service_owner"]);
        vote(world, &first, &change.reference, "approve").unwrap();
        assert_eq!(state(world, &change.reference), "approval", "one is missing");
        let twice = vote(world, &first, &change.reference, "approve");
        assert_eq!(refusing_rule(twice), "a person votes once in a round");
        let second = person(world, "Second", &["service_owner"]);
        vote(world, &second, &change.reference, "approve").unwrap();
        assert_eq!(state(world, &change.reference), "scheduled");
        let late = person(world, "Late", &["change_manager"]);
        let after = vote(world, &late, &change.reference, "reject");
        assert_eq!(refusing_rule(after), "votes are cast while a round is open");
        check_journalled(world);
    });
}

#[test]
fn neither_requester_nor_owner_nor_implementer_decides_on_a_change() {
    on_both(|world| {
        let (change, persons) = normal_change(world, "low");
        for person in &persons {
            let own = vote(world, person, &change.reference, "approve");
            assert_eq!(refusing_rule(own), "nobody approves their own work");
        }
        assert_eq!(state(world, &change.reference), "approval");
    });
}

#[test]
fn an_approved_change_that_is_edited_before_it_is_made_is_decided_on_anew() {
    on_both(|world| {
        let (change, _) = normal_change(world, "low");
        let manager = person(world, "Manager", &["change_manager"]);
        vote(world, &manager, &change.reference, "approve").unwrap();
        world.edit(&change.reference, json!({"risk": "high"})).unwrap();
        assert_eq!(state(world, &change.reference), "assessment");
        assert_eq!(states(world, &change), [RoundState::Void]);
        world.perform(&change.reference, "request_approval", json!({})).unwrap();
        let round = rounds(world, &change).pop().unwrap();
        assert_eq!((round.number, round.quorum), (2, 2), "the policy is that of the new content");
        check_journalled(world);
    });
}

#[test]
fn an_emergency_begun_without_approval_is_voted_on_afterwards() {
    on_both(|world| {
        let values = json!({"title": "Cut off an attacker", "applies_to": "emergency", "risk": "high",
            "back_out_plan": "Connect again", "implementation_plan": "Disconnect", "approved_afterwards": true});
        let model = world.create("change_model", values).unwrap();
        world.perform(&model.reference, "submit", json!({})).unwrap();
        let manager = person(world, "Manager", &["change_manager"]);
        vote(world, &manager, &model.reference, "approve").unwrap();
        let values = json!({"title": "Cut off the file server", "category": "emergency",
            "change_model": model.reference, "urgency_reason": "Data leaks"});
        let change = world.create("change", values).unwrap();
        world.perform(&change.reference, "begin_at_once", json!({})).unwrap();
        world.perform(&change.reference, "finish", json!({"outcome": "successful"})).unwrap();
        let answers = json!({"risk": "high", "back_out_plan": "Connect again"});
        world.perform(&change.reference, "ask_afterwards", answers).unwrap();
        assert_eq!(rounds(world, &change)[0].stage, "ratification");
        let approver = person(world, "Approver", &["emergency_approver"]);
        vote(world, &approver, &change.reference, "approve").unwrap();
        assert_eq!(state(world, &change.reference), "review");
        world.perform(&change.reference, "close", json!({"review": "Nothing to do"})).unwrap();
        check_journalled(world);
    });
}

#[test]
fn two_votes_at_once_decide_once() {
    on_both(|world| {
        let (change, _) = normal_change(world, "low");
        let voters: Vec<_> = (0..4).map(|_| person(world, "Voter", &["change_manager"])).collect();
        let cast: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = voters
                .iter()
                .map(|voter| scope.spawn(|| vote(world, voter, &change.reference, "approve").is_ok()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(cast.iter().filter(|cast| **cast).count(), 1);
        assert_eq!(votes(world, &change).len(), 1);
        check_journalled(world);
    });
}
