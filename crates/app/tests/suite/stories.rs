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

/// Plays the day at a desk without incidents.
pub fn day(world: &World) -> Day {
    day_from(world, 0)
}

/// Plays the day at a desk that has had this many incidents.
pub fn day_from(world: &World, incidents: u32) -> Day {
    let (first, second) = (format!("INC-{:06}", incidents + 1), format!("INC-{:06}", incidents + 2));
    let (first, second) = (first.as_str(), second.as_str());
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
        name: String::new(),
        media_type: Some("image/png".into()),
        bytes: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into(),
        stored_as: "0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d".into(),
    };
    let attach = |name: &str, visibility: &str| Command::Attach {
        record: first.into(),
        file: StoredFile { name: name.into(), ..file.clone() },
        visibility: visibility.into(),
    };
    world.act_as(&caller.id, attach("zebediah-screenshot.png", "public")).expect("an attachment");
    let internal = world.act(attach("log.txt", "internal")).expect("an attachment");
    let attachment = internal.part.expect("its id");
    world.act(Command::Detach { record: first.into(), attachment }).expect("detached");
    world.clock.pass(2000);
    announce(world);
    comment(world, &caller.id, first, "Please hurry, says Quillfeather", "public");
    world.clock.pass(1700);
    announce(world);
    comment(world, &other.id, first, "We are on it", "public");
    comment(world, &other.id, first, "He is upset", "internal");
    world.perform(first, "start", json!({})).expect("started");
    let link = |relation: &str| Command::Link {
        record: first.into(),
        relation: relation.into(),
        target: second.into(),
    };
    world.act(link("related_to")).expect("a link");
    world
        .act(Command::Unlink { record: first.into(), relation: "related_to".into(), target: second.into() })
        .expect("no link");
    world.act(link("related_to")).expect("a link");
    world.act(Command::Tag { record: first.into(), word: "mail".into() }).expect("a tag");
    world.act(Command::Tag { record: first.into(), word: "urgent".into() }).expect("a tag");
    world.act(Command::Untag { record: first.into(), word: "urgent".into() }).expect("no tag");
    let task = world
        .act(Command::AddTask {
            record: first.into(),
            title: "Look at the queue".into(),
            assignee: Some(other.reference.clone()),
            due_at: Some(at("2026-01-06T09:00:00Z")),
        })
        .expect("a task");
    world.clock.pass(60);
    world
        .act(Command::ChangeTask {
            record: first.into(),
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
    world.perform(second, "start", json!({})).expect("started");
    world.perform(second, "resolve", json!({"resolution": "Put out"})).expect("resolved");
    world.perform(second, "close", json!({})).expect("closed");
    world.edit(first, json!({"priority": 2, "priority_reason": "The director is hit"})).expect("an edit");
    Day { caller: caller.reference, caller_id: caller.id, other: other.reference }
}
