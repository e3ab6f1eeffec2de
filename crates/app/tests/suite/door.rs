//! Stories through the one door, on both databases.

use mainstay_app::Command;
use mainstay_core::ErrorKind;
use mainstay_store::{journal, timeline};
use serde_json::json;

use crate::world::{Engine, World, on_both};

fn agreed(world: &World) -> String {
    let calendar = world
        .create("calendar", json!({"title": "24x7", "versions": [{"zone": "UTC", "always_open": true}]}))
        .unwrap();
    let agreement = world
        .create(
            "service_level_agreement",
            json!({"title": "Standard", "calendar": calendar.reference, "versions": [{"targets": [
                {"goal": "response", "priority": 3, "seconds": 3600},
                {"goal": "resolution", "priority": 3, "seconds": 14_400}]}]}),
        )
        .unwrap();
    world.perform(&agreement.reference, "put_in_force", json!({})).unwrap();
    agreement.reference
}

#[test]
fn an_incident_is_logged_worked_on_and_closed_and_each_step_stands_in_the_journal() {
    on_both(|world| {
        agreed(world);
        let incident = world
            .create("incident", json!({"title": "Mail is down", "impact": "medium", "urgency": "medium"}))
            .unwrap();
        assert_eq!(incident.reference, "INC-000001");
        world.clock.pass(600);
        world.perform("INC-000001", "start", json!({})).unwrap();
        world.clock.pass(3600);
        world.perform("INC-000001", "resolve", json!({"resolution": "Restarted"})).unwrap();
        world.perform("INC-000001", "close", json!({})).unwrap();
        let id = incident.id.parse().unwrap();
        let commands: Vec<String> = world
            .app
            .store()
            .read(|conn| journal::of_record(conn, id, -1, 100))
            .unwrap()
            .iter()
            .map(|stored| stored.entry().unwrap().command)
            .collect();
        assert_eq!(
            commands,
            [
                "incident.create",
                "incident.start",
                "incident.resolve",
                "incident.close",
                "clock.freeze",
                "clock.freeze"
            ]
        );
        let points = world.app.store().read(|conn| timeline::of_record(conn, id)).unwrap();
        let states: Vec<_> = points.iter().map(|point| point.state.as_str()).collect();
        assert_eq!(states, ["new", "in_progress", "resolved", "closed"]);
    });
}

#[test]
fn both_databases_end_with_the_same_root_after_the_same_commands() {
    let roots: Vec<_> = [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .map(|engine| {
            let world = World::new(engine);
            agreed(&world);
            world.create("incident", json!({"title": "A", "impact": "high", "urgency": "low"})).unwrap();
            world.perform("INC-000001", "start", json!({})).unwrap();
            let head = world.app.head().unwrap();
            (head.frontier.size(), head.frontier.root())
        })
        .collect();
    assert_eq!(roots[0], roots[1]);
}

#[test]
fn a_refused_command_leaves_nothing_behind() {
    on_both(|world| {
        let before = world.app.head().unwrap().frontier.size();
        let error = world.create("incident", json!({"impact": "huge"})).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
        let error = world.perform("INC-000001", "start", json!({})).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::NotFound, "{error}");
        assert_eq!(world.app.head().unwrap().frontier.size(), before);
        // The ref that the refused command would have had is given to the next.
        assert_eq!(world.create("incident", json!({"title": "A"})).unwrap().reference, "INC-000001");
    });
}

#[test]
fn an_incident_of_an_erased_caller_can_still_be_worked_on() {
    on_both(|world| {
        let caller = world.create("person", json!({"title": "Ada Caller"})).unwrap();
        world.create("incident", json!({"title": "Ada cannot print", "caller": caller.reference})).unwrap();
        world.act(Command::ErasePerson { person: caller.reference.clone() }).unwrap();
        world.perform("INC-000001", "start", json!({})).unwrap();
        world.edit("INC-000001", json!({"category": "printing"})).unwrap();
        let error = world.edit("INC-000001", json!({"title": ""})).map(|outcome| outcome.changed);
        assert!(!error.unwrap(), "a title that is gone is not missed");
    });
}

#[test]
fn everything_that_hangs_on_a_record_is_journalled_with_it() {
    on_both(|world| {
        let author = world.create("person", json!({"title": "Agent", "staff": true})).unwrap();
        world.create("incident", json!({"title": "A"})).unwrap();
        world.create("incident", json!({"title": "B"})).unwrap();
        let on = |command: Command| world.act_as(&author.id, command).unwrap();
        let record = || "INC-000001".to_owned();
        on(Command::Comment { record: record(), body: "We look at it".into(), visibility: "public".into() });
        let link = || Command::Link {
            record: record(),
            relation: "duplicate_of".into(),
            target: "INC-000002".into(),
        };
        assert!(on(link()).changed);
        assert!(!on(link()).changed, "the same link twice is one link");
        on(Command::Tag { record: record(), word: "printer".into() });
        let task = on(Command::AddTask {
            record: record(),
            title: "Call back".into(),
            assignee: Some(author.reference.clone()),
            due_at: None,
        });
        on(Command::ChangeTask {
            record: record(),
            task: task.part.unwrap(),
            state: Some("done".into()),
            assignee: None,
        });
        on(Command::Untag { record: record(), word: "printer".into() });
        let id = world.app.store().read(|conn| {
            let table = world.app.context().table("incident")?.clone();
            let found = mainstay_store::rows::find(conn, &table, "ref", &"INC-000001".into())?;
            Ok(found.and_then(|found| found.row[0].as_id()).unwrap())
        });
        let entries = world.app.store().read(|conn| journal::of_record(conn, id.unwrap(), -1, 100)).unwrap();
        let commands: Vec<_> = entries
            .iter()
            .map(|stored| stored.entry().unwrap().command)
            .filter(|name| !name.starts_with("incident"))
            .collect();
        assert_eq!(
            commands,
            ["comment.write", "link.add", "tag.add", "task.add", "task.change", "tag.remove"]
        );
    });
}
