//! A day at a service desk that uses every command, so that every table has rows.

use mainstay_app::{Command, HistoryStep, Request, StoredFile};
use mainstay_core::{Actor, Channel};
use serde_json::json;

use crate::world::{World, at, object};

/// What the day left behind.
pub struct Day {
    /// Ref of the person whose words stand in several tables.
    pub caller: String,
    /// Her id.
    pub caller_id: String,
    /// Ref of another person.
    pub other: String,
}

fn comment(world: &World, by: &str, record: &str, body: &str, visibility: &str) {
    let command =
        Command::Comment { record: record.into(), body: body.into(), visibility: visibility.into() };
    world.act_as(by, command).expect("a comment");
}

/// Lets the clockwork announce what is due.
pub fn announce(world: &World) {
    let now = world.app.now().expect("a time");
    let due = world
        .app
        .store()
        .read(|conn| mainstay_store::outbox::due_clocks(conn, now, 100))
        .expect("due clocks");
    for (record, goal) in due {
        let command = Command::ClockReached { record: record.to_string(), goal };
        let request: Request = world.request(command).by(Actor::System).through(Channel::Job);
        world.app.act(request).expect("an announcement");
    }
}

/// Plays the day.
pub fn day(world: &World) -> Day {
    let create = |kind, values| world.create(kind, values).expect(kind);
    let calendar =
        create("calendar", json!({"title": "24x7", "versions": [{"zone": "UTC", "always_open": true}]}));
    let agreement = create(
        "service_level_agreement",
        json!({"title": "Standard", "calendar": calendar.reference, "versions": [{"warn_percent": [50, 75],
            "targets": [
            {"goal": "response", "priority": 3, "seconds": 3600},
            {"goal": "next_response", "priority": 3, "seconds": 3600},
            {"goal": "resolution", "priority": 3, "seconds": 14_400}]}]}),
    );
    world.perform(&agreement.reference, "put_in_force", json!({})).expect("in force");
    let customer = create("customer_organisation", json!({"title": "Quarry"}));
    let caller = create(
        "person",
        json!({"title": "Zebediah Quillfeather", "email": "zebediah@quarry.example", "phone": "+49 30 7654321",
               "customer": customer.reference}),
    );
    let other = create("person", json!({"title": "Ann Lee", "email": "ann@desk.example", "staff": true}));
    create("team", json!({"title": "Desk", "lead": other.reference}));
    create("service", json!({"title": "Mail", "owner": other.reference}));
    let mine = json!({"title": "Zebediahs mail is down", "description": "Quillfeather cannot send mail",
                      "caller": caller.reference, "customer": customer.reference,
                      "impact": "medium", "urgency": "medium"});
    create("incident", mine);
    create(
        "incident",
        json!({"title": "Printer smokes", "description": "It burns", "caller": other.reference, "impact": "medium",
               "urgency": "medium"}),
    );
    let file = StoredFile {
        name: "zebediah-screenshot.png".into(),
        media_type: Some("image/png".into()),
        bytes: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(),
        stored_as: "0a1b2c3d".into(),
    };
    let attach = |visibility: &str| Command::Attach {
        record: "INC-000001".into(),
        file: file.clone(),
        visibility: visibility.into(),
    };
    world.act_as(&caller.id, attach("public")).expect("an attachment");
    let second = world.act(attach("internal")).expect("an attachment");
    let attachment = second.part.expect("its id");
    world.act(Command::Detach { record: "INC-000001".into(), attachment }).expect("detached");
    world.clock.pass(2000);
    announce(world);
    comment(world, &caller.id, "INC-000001", "Please hurry, says Quillfeather", "public");
    world.clock.pass(1700);
    announce(world);
    comment(world, &other.id, "INC-000001", "We are on it", "public");
    comment(world, &other.id, "INC-000001", "He is upset", "internal");
    world.perform("INC-000001", "start", json!({})).expect("started");
    let link = |relation: &str| Command::Link {
        record: "INC-000001".into(),
        relation: relation.into(),
        target: "INC-000002".into(),
    };
    world.act(link("related_to")).expect("a link");
    world
        .act(Command::Unlink {
            record: "INC-000001".into(),
            relation: "related_to".into(),
            target: "INC-000002".into(),
        })
        .expect("no link");
    world.act(link("related_to")).expect("a link");
    world.act(Command::Tag { record: "INC-000001".into(), word: "mail".into() }).expect("a tag");
    world.act(Command::Tag { record: "INC-000001".into(), word: "urgent".into() }).expect("a tag");
    world.act(Command::Untag { record: "INC-000001".into(), word: "urgent".into() }).expect("no tag");
    let task = world
        .act(Command::AddTask {
            record: "INC-000001".into(),
            title: "Look at the queue".into(),
            assignee: Some(other.reference.clone()),
            due_at: Some(at("2026-01-06T09:00:00Z")),
        })
        .expect("a task");
    world.clock.pass(60);
    world
        .act(Command::ChangeTask {
            record: "INC-000001".into(),
            task: task.part.expect("its id"),
            state: Some("done".into()),
            assignee: None,
        })
        .expect("done");
    world
        .act(Command::RecordHistory {
            kind: "incident".into(),
            steps: vec![
                HistoryStep {
                    at: at("2025-12-01T09:00:00Z"),
                    by: Some("agent 7".into()),
                    state: "new".into(),
                    values: object(json!({"title": "An old one", "impact": "medium", "urgency": "medium"})),
                },
                HistoryStep {
                    at: at("2025-12-03T09:00:00Z"),
                    by: Some("agent 7".into()),
                    state: "resolved".into(),
                    values: object(json!({"resolution": "Restarted"})),
                },
            ],
        })
        .expect("a history");
    world.clock.pass(20_000);
    announce(world);
    world.perform("INC-000002", "start", json!({})).expect("started");
    world.perform("INC-000002", "resolve", json!({"resolution": "Put out"})).expect("resolved");
    world.perform("INC-000002", "close", json!({})).expect("closed");
    world
        .edit("INC-000001", json!({"priority": 2, "priority_reason": "The director is hit"}))
        .expect("an edit");
    Day { caller: caller.reference, caller_id: caller.id, other: other.reference }
}
