//! Replay: the same story gives the same journal, whatever the database and however acts share a commit.

use std::fmt::Write as _;

use mainstay_app::{Founding, replay};
use mainstay_core::ErrorKind;
use mainstay_store::journal;

use crate::world::{Engine, World, on_both};

/// A desk with an agreement, persons, and incidents whose clocks warn and breach between the lines.
fn story(incidents: usize) -> String {
    let mut story = String::from(
        r#"{"at": "2026-01-05T08:00:00Z", "command": "create", "kind": "calendar", "values": {"title": "24x7", "versions": [{"zone": "UTC", "always_open": true}]}}
{"at": "2026-01-05T08:00:00Z", "command": "create", "kind": "service_level_agreement", "values": {"title": "Standard", "calendar": "CAL-000001", "versions": [{"warn_percent": [50, 75], "targets": [{"goal": "resolution", "priority": 3, "seconds": 3600}]}]}}
{"at": "2026-01-05T08:00:00Z", "command": "move", "record": "SLA-000001", "name": "put_in_force"}
{"at": "2026-01-05T08:00:01Z", "command": "create", "kind": "person", "values": {"title": "Ann Lee", "staff": true}}

"#,
    );
    for number in 1..=incidents {
        let minute = |later: usize| {
            let minutes = number * 7 + later;
            format!("2026-01-05T{:02}:{:02}:00Z", 8 + minutes / 60, minutes % 60)
        };
        let at = minute(0);
        writeln!(story, r#"{{"at": "{at}", "actor": "person:PER-000001", "channel": "web", "command": "create", "kind": "incident", "values": {{"title": "Fault {number}", "impact": "medium", "urgency": "medium"}}}}"#).unwrap();
        if number.is_multiple_of(3) {
            writeln!(story, r#"{{"at": "{at}", "actor": "person:PER-000001", "channel": "web", "reason": "It was seen at once", "command": "move", "record": "INC-{number:06}", "name": "start"}}"#).unwrap();
        }
    }
    story
}

fn world(engine: Engine, most: usize) -> World {
    World::with(engine, |config| {
        config.most_per_group = most;
        config.founding = Founding::Synthetic { seed: "story".into() };
    })
}

#[test]
fn the_same_story_gives_the_same_root_on_both_databases_and_in_groups_of_any_size() {
    let story = story(40);
    let lines = replay::parse(&story).unwrap();
    let mut first = None;
    for (engine, most) in [
        (Engine::Sqlite, 1),
        (Engine::Sqlite, 7),
        (Engine::Sqlite, 256),
        (Engine::Postgres, 1),
        (Engine::Postgres, 256),
    ] {
        let world = world(engine, most);
        let replayed = replay::replay(&world.app, &lines, "story", &mut |_| {}).unwrap();
        assert!(replayed.announcements > 60, "{replayed:?}");
        let first = first.get_or_insert(replayed.clone());
        assert_eq!(replayed, *first, "{engine:?} in groups of {most}");
    }
    let other = replay::replay(&world(Engine::Sqlite, 256).app, &lines, "another", &mut |_| {}).unwrap();
    assert_ne!(other.journal_root, first.unwrap().journal_root);
}

#[test]
fn clocks_are_announced_at_their_own_instants_between_the_lines() {
    on_both(|world| {
        let lines = replay::parse(&story(12)).unwrap();
        replay::replay(&world.app, &lines, "story", &mut |_| {}).unwrap();
        let entries = world.app.store().read(|conn| journal::from(conn, 0, 1000)).unwrap();
        let entries: Vec<_> = entries.iter().map(|stored| stored.entry().unwrap()).collect();
        let warned = entries.iter().filter(|entry| entry.command == "clock.warned");
        let at: Vec<_> = warned.map(|entry| entry.recorded_at_ms / 1000 - 1_767_600_000).take(3).collect();
        // Incident 1 of 08:07 is half way at 08:37 and three quarters at 08:52; incident 2 half way at 08:44.
        assert_eq!(at, [37 * 60, 44 * 60, 51 * 60]);
        assert!(entries.iter().any(|entry| entry.command == "clock.breached" && entry.channel == "job"));
        assert!(entries.windows(2).all(|pair| pair[0].recorded_at_ms <= pair[1].recorded_at_ms));
        let created = entries.iter().find(|entry| entry.command == "incident.create").unwrap();
        assert_eq!(created.channel, "web");
        assert!(created.actor.starts_with("person:"));
    });
}

#[test]
fn a_story_runs_only_into_an_empty_synthetic_journal() {
    let lines = replay::parse(&story(1)).unwrap();
    let world = world(Engine::Sqlite, 256);
    replay::replay(&world.app, &lines, "story", &mut |_| {}).unwrap();
    let error = replay::replay(&world.app, &lines, "story", &mut |_| {}).unwrap_err();
    assert_eq!(error.message(), "there is something in the journal already");
    let living = World::with(Engine::Sqlite, |config| config.founding = Founding::Living);
    let error = replay::replay(&living.app, &lines, "story", &mut |_| {}).unwrap_err();
    assert_eq!(error.message(), "the journal there is that of a living system");
}

#[test]
fn a_line_that_is_refused_stops_the_replay_and_what_came_before_it_stays() {
    for most in [1, 256] {
        let world = world(Engine::Sqlite, most);
        let mut story = story(3);
        story.push_str("{\"at\": \"2026-01-05T09:30:00Z\", \"command\": \"move\", \"record\": \"INC-000001\", \"name\": \"close\"}\n");
        story.push_str("{\"at\": \"2026-01-05T09:31:00Z\", \"command\": \"create\", \"kind\": \"team\", \"values\": {\"title\": \"Late\"}}\n");
        let lines = replay::parse(&story).unwrap();
        let error = replay::replay(&world.app, &lines, "story", &mut |_| {}).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{error:?}");
        let last = error.hints().last().unwrap();
        assert_eq!(last, "The replay stopped at line 10; what came before it stands.");
        let count = |table: &str| {
            let sql = format!("select ref from {table}");
            world.app.store().read(|conn| conn.query(&sql, &[], &[mainstay_store::Cell::Text])).unwrap().len()
        };
        assert_eq!((count("incident"), count("team")), (3, 0), "in groups of {most}");
    }
}

#[test]
fn every_bad_line_is_named_before_anything_runs() {
    let text = concat!(
        "{\"at\": \"2026-01-05T09:00:00Z\", \"command\": \"create\", \"kind\": \"team\", \"values\": {}}\n",
        "not json\n",
        "{\"command\": \"create\", \"kind\": \"team\", \"values\": {}}\n",
        "{\"at\": \"2026-01-05T08:00:00Z\", \"command\": \"create\", \"kind\": \"team\", \"values\": {}}\n",
        "{\"at\": \"2026-01-05T09:00:00Z\", \"command\": \"destroy\"}\n",
        "{\"at\": \"2026-01-05T09:00:00Z\", \"actor\": \"Ann\", \"command\": \"create\", \"kind\": \"team\", \"values\": {}}\n",
        "{\"at\": \"2026-01-05T09:00:00Z\", \"command\": \"create\", \"kind\": \"team\", \"values\": {}, \"vaules\": {}}\n",
    );
    let error = replay::parse(text).unwrap_err();
    assert_eq!(error.message(), "6 lines are no command; nothing was replayed");
    let told: Vec<_> =
        error.fields().iter().map(|field| format!("{} {}", field.field, field.problem)).collect();
    let wanted = [
        "line 2 is no JSON object:",
        "line 3 missing field `at`",
        "line 4 at: 2026-01-05T08:00:00Z lies before the line before it",
        "line 5 unknown variant `destroy`",
        "line 6 actor: \"Ann\" is not one of: operator, system, person:<ref or id>",
        "line 7 unknown field `vaules`",
    ];
    for (told, wanted) in told.iter().zip(wanted) {
        assert!(told.starts_with(wanted), "{told}");
    }
}
