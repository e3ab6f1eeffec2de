//! Documents as they were valid at an instant, and requests under an agreement, on both databases.

use mainstay_app::{
    Command, Outcome,
    ledger::Ledger,
    project::{Projection, Scratch, Until},
    rebuild,
};
use mainstay_core::Value;
use mainstay_store::{Cell, Conn, outbox};
use serde_json::{Value as Json, json};

use crate::world::{World, at, on_both};

#[track_caller]
fn check_journalled(world: &World) {
    let report = rebuild::check(&Ledger::of(&world.app), &mut |_| {}).expect("the check runs");
    assert_eq!(report.differences, [], "on {:?}", world.engine);
}

fn manager(world: &World, role: &str) -> Outcome {
    let person = world.create("person", json!({"title": "A manager", "staff": true})).unwrap();
    let values = json!({"title": role, "person": person.reference, "role": role});
    world.create("role_assignment", values).unwrap();
    person
}

fn approve(world: &World, person: &Outcome, record: &str) {
    let vote =
        Command::Vote { record: record.into(), version: None, verdict: "approve".into(), comment: None };
    world.act_as(&person.id, vote).unwrap();
}

fn document(conn: &mut dyn Conn, column: &str) -> String {
    let sql = conn.dialect().sql(&format!("select {column} from document where ref = ?1"));
    conn.first(&sql, &["DOC-000001".into()], &[Cell::Text]).unwrap().unwrap()[0].to_string()
}

#[test]
fn a_document_has_one_version_in_effect_and_the_past_returns_the_one_valid_then() {
    on_both(|world| {
        let top = manager(world, "top_management");
        let owner = world.create("person", json!({"title": "Owner", "staff": true})).unwrap();
        let made = world
            .create(
                "document",
                json!({"title": "Change policy", "document_type": "policy", "owner": owner.reference,
                    "classification": "internal", "draft_text": "First words", "change_note": "First version"}),
            )
            .unwrap();
        world.perform(&made.reference, "submit", json!({})).unwrap();
        approve(world, &top, &made.reference);
        world.clock.pass(86_400);
        world.perform(&made.reference, "revise", json!({})).unwrap();
        let second = json!({"draft_text": "Second words", "change_note": "Clearer"});
        world.edit(&made.reference, second).unwrap();
        world.perform(&made.reference, "submit", json!({})).unwrap();
        // An edit of the draft that is in review voids the round; the version in effect is untouched.
        world.edit(&made.reference, json!({"draft_text": "Better words"})).unwrap();
        let now = |column: &str| world.app.view().read(|conn| Ok(document(conn, column))).unwrap();
        assert_eq!((now("state"), now("text")), ("draft".into(), "First words".into()));
        world.perform(&made.reference, "submit", json!({})).unwrap();
        approve(world, &top, &made.reference);
        assert_eq!((now("state"), now("text")), ("effective".into(), "Better words".into()));
        let mut scratch = Scratch::new(world.folder.path()).expect("a file");
        let until = Until::RecordedAt(at("2026-01-05T12:00:00Z").as_millisecond());
        Ledger::of(&world.app)
            .snapshot(|conn| {
                Projection::new(world.app.context(), scratch.conn()?).run(conn, until, &mut |_| {})
            })
            .expect("the replay runs");
        assert_eq!(document(scratch.conn().expect("open"), "text"), "First words");
        check_journalled(world);
    });
}

#[test]
fn a_request_runs_its_clocks_under_the_agreement_of_the_service_of_its_model() {
    on_both(|world| {
        let hours = json!({"title": "Always", "versions": [{"zone": "UTC", "always_open": true}]});
        let calendar = world.create("calendar", hours).unwrap().reference;
        let service = world.create("service", json!({"title": "Workplace"})).unwrap().reference;
        let agree = |title: &str, service: Json, seconds: i64| {
            let targets = json!([{"goal": "resolution", "priority": 3, "seconds": seconds}]);
            let values = json!({"title": title, "calendar": calendar, "service": service,
                "versions": [{"targets": targets}]});
            let agreement = world.create("service_level_agreement", values).unwrap().reference;
            world.perform(&agreement, "put_in_force", json!({})).unwrap();
        };
        agree("For all", Json::Null, 7200);
        agree("For the workplace", json!(service), 3600);
        let model = world
            .create(
                "request_model",
                json!({"title": "A laptop", "service": service, "priority": 3, "instructions": "Order one"}),
            )
            .unwrap()
            .reference;
        world.perform(&model, "activate", json!({})).unwrap();
        let request = world
            .create("service_request", json!({"title": "A laptop, please", "request_model": model}))
            .unwrap();
        let id = request.id.parse().unwrap();
        let due =
            || world.app.store().read(|conn| outbox::clock(conn, id, "resolution")).unwrap().unwrap().due_at;
        assert_eq!(due(), Some(at("2026-01-05T10:00:00Z")));
        world.clock.pass(600);
        world.perform(&request.reference, "wait", json!({"waiting_reason": "customer"})).unwrap();
        world.clock.pass(1200);
        world.perform(&request.reference, "start", json!({})).unwrap();
        assert_eq!(due(), Some(at("2026-01-05T10:20:00Z")), "the wait for the customer does not count");
        world.perform(&request.reference, "fulfil", json!({"fulfilment": "A laptop"})).unwrap();
        world.perform(&request.reference, "close", json!({})).unwrap();
        let sql = "select verdict, elapsed_seconds from clock_result";
        let frozen = world.app.store().read(|conn| conn.query(sql, &[], &[Cell::Text, Cell::Int])).unwrap();
        assert_eq!(frozen, [vec![Value::from("met"), Value::Int(600)]]);
        check_journalled(world);
    });
}
