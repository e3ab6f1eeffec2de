//! Stories of clocks through the one door, on both databases: what runs, what pauses, what is announced, what is
//! frozen (`metrics` section 2).

use std::sync::Arc;

use mainstay_app::{App, Clockwork, Command, Request, clockwork, ledger::Ledger, rebuild};
use mainstay_core::{Actor, Channel, Instant, Value, parts};
use mainstay_store::{Cell, outbox, rows, writer::ClockRow};
use serde_json::{Value as Json, json};

use crate::world::{self, Engine, World, at};

/// Runs a story on both databases; at its end the wake-up table must be what the journal says.
fn on_both(story: impl Fn(&World)) {
    world::on_both(|world| {
        story(world);
        let report = rebuild::check(&Ledger::of(&world.app), &mut |_| {}).expect("the check runs");
        assert_eq!(report.differences, [], "on {:?}", world.engine);
    });
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn calendar(world: &World, versions: Json) -> String {
    world.create("calendar", json!({"title": "Hours", "versions": versions})).unwrap().reference
}

fn always(world: &World) -> String {
    calendar(world, json!([{"zone": "UTC", "always_open": true}]))
}

/// Targets of four hours for priority 3 and eight for priority 4, a response within one; warned at 50 and 90.
fn terms() -> Json {
    json!({"warn_percent": [50, 90], "targets": [
        {"goal": "response", "priority": 3, "seconds": HOUR},
        {"goal": "next_response", "priority": 3, "seconds": HOUR},
        {"goal": "resolution", "priority": 2, "seconds": 2 * HOUR},
        {"goal": "resolution", "priority": 3, "seconds": 4 * HOUR},
        {"goal": "resolution", "priority": 4, "seconds": 8 * HOUR}]})
}

/// Only the resolution is promised, so that a story has one clock.
fn resolution_only() -> Json {
    json!({"warn_percent": [50, 90], "targets": [
        {"goal": "resolution", "priority": 2, "seconds": 2 * HOUR},
        {"goal": "resolution", "priority": 3, "seconds": 4 * HOUR},
        {"goal": "resolution", "priority": 4, "seconds": 8 * HOUR}]})
}

fn agreed(world: &World, calendar: &str, terms: Json) -> String {
    let values = json!({"title": "Standard", "calendar": calendar, "versions": [terms]});
    let agreement = world.create("service_level_agreement", values).unwrap().reference;
    world.perform(&agreement, "put_in_force", json!({})).unwrap();
    agreement
}

fn incident(world: &World) -> String {
    let values = json!({"title": "Mail is down", "impact": "medium", "urgency": "medium"});
    world.create("incident", values).unwrap().reference
}

fn id_of(world: &World, reference: &str) -> uuid::Uuid {
    let table = world.app.context().table("incident").unwrap().clone();
    let found = world.app.store().read(|conn| rows::find(conn, &table, "ref", &Value::from(reference)));
    found.unwrap().unwrap().row[0].as_id().unwrap()
}

fn clock(world: &World, reference: &str, goal: &str) -> ClockRow {
    let id = id_of(world, reference);
    world
        .app
        .store()
        .read(|conn| outbox::clock(conn, id, goal))
        .unwrap()
        .unwrap_or_else(|| panic!("no {goal} clock"))
}

fn due(world: &World, reference: &str, goal: &str) -> String {
    clock(world, reference, goal).due_at.map_or_else(|| "none".to_owned(), |due| due.to_string())
}

fn set(world: &World, instant: &str) {
    world.clock.set(at(instant));
}

/// What was announced so far: goal, percentage and when it was reached, in the order of the outbox.
fn announced(app: &App) -> Vec<String> {
    let sql = "select topic, content from outbox order by id";
    let rows = app.store().read(|conn| conn.query(sql, &[], &[Cell::Text, Cell::Json])).unwrap();
    rows.iter()
        .map(|row| {
            let (Value::Text(topic), Value::Json(content)) = (&row[0], &row[1]) else { panic!("{row:?}") };
            let reached: Instant = content["reached_at"].as_str().unwrap().parse().unwrap();
            let goal = content["goal"].as_str().unwrap();
            let topic = topic.strip_prefix("clock.").unwrap();
            format!("{goal} {topic} {} {}", content["percent"], reached.strftime("%H:%M:%S"))
        })
        .collect()
}

fn run(world: &World) -> usize {
    clockwork::run_due(&world.app).unwrap()
}

/// The frozen results of a record: goal, verdict, target and elapsed seconds, agreement.
fn frozen(world: &World, reference: &str) -> Vec<String> {
    let (id, table) =
        (id_of(world, reference), world.app.context().table(parts::CLOCK_RESULT).unwrap().clone());
    let found = world.app.store().read(|conn| rows::parts_of(conn, &table, id)).unwrap();
    let mut all: Vec<_> = found
        .iter()
        .map(|part| {
            let get = |name: &str| part.row[table.position(name).unwrap()].to_string();
            let [goal, verdict, elapsed, target, paused, agreement] =
                ["goal", "verdict", "elapsed_seconds", "target_seconds", "paused_seconds", "agreement"]
                    .map(get);
            format!("{goal} {verdict} {elapsed} of {target}, {paused} paused, {agreement}")
        })
        .collect();
    all.sort();
    all
}

fn comment(world: &World, reference: &str, person: &str) {
    let command =
        Command::Comment { record: reference.into(), body: "Hello".into(), visibility: "public".into() };
    world.act_as(person, command).unwrap();
}

fn person(world: &World, staff: bool) -> String {
    world.create("person", json!({"title": if staff { "Ann" } else { "Bob" }, "staff": staff})).unwrap().id
}

#[test]
fn a_response_clock_stops_when_somebody_takes_the_incident_up_and_stays_stopped() {
    on_both(|world| {
        agreed(world, &always(world), terms());
        let incident = incident(world);
        assert_eq!(due(world, &incident, "response"), "2026-01-05T10:00:00Z");
        set(world, "2026-01-05T09:20:00Z");
        world.perform(&incident, "start", json!({})).unwrap();
        assert_eq!(due(world, &incident, "response"), "none");
        set(world, "2026-01-05T12:00:00Z");
        run(world);
        assert!(announced(&world.app).iter().all(|line| line.starts_with("resolution")));
    });
}

#[test]
fn a_public_answer_by_staff_is_a_response_and_one_by_the_customer_is_not() {
    on_both(|world| {
        agreed(world, &always(world), terms());
        let (staff, customer) = (person(world, true), person(world, false));
        let incident = incident(world);
        world.clock.pass(60);
        comment(world, &incident, &customer);
        assert_eq!(due(world, &incident, "response"), "2026-01-05T10:00:00Z");
        let internal =
            Command::Comment { record: incident.clone(), body: "Hm".into(), visibility: "internal".into() };
        world.act_as(&staff, internal).unwrap();
        assert_eq!(due(world, &incident, "response"), "2026-01-05T10:00:00Z");
        comment(world, &incident, &staff);
        assert_eq!(due(world, &incident, "response"), "none");
    });
}

#[test]
fn each_question_of_a_customer_has_a_clock_of_its_own_with_its_own_warnings() {
    on_both(|world| {
        agreed(world, &always(world), terms());
        let (staff, customer) = (person(world, true), person(world, false));
        let incident = incident(world);
        world.perform(&incident, "start", json!({})).unwrap();
        for (asked, answered) in [("09:10", "10:30"), ("12:00", "13:30")] {
            set(world, &format!("2026-01-05T{asked}:00Z"));
            comment(world, &incident, &customer);
            set(world, &format!("2026-01-05T{answered}:00Z"));
            run(world);
            comment(world, &incident, &staff);
            assert_eq!(due(world, &incident, "next_response"), "none");
        }
        let lines = announced(&world.app);
        let next: Vec<_> = lines.iter().filter(|line| line.starts_with("next_response")).collect();
        assert_eq!(
            next,
            [
                "next_response warned 50 09:40:00",
                "next_response warned 90 10:04:00",
                "next_response breached 100 10:10:00",
                "next_response warned 50 12:30:00",
                "next_response warned 90 12:54:00",
                "next_response breached 100 13:00:00",
            ]
        );
    });
}

#[test]
fn waiting_pauses_the_resolution_as_agreed_and_for_no_other_reason() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        set(world, "2026-01-05T10:00:00Z");
        world.perform(&incident, "wait", json!({"waiting_reason": "customer"})).unwrap();
        let paused = clock(world, &incident, "resolution");
        assert_eq!((paused.due_at, paused.wake_at), (None, None));
        set(world, "2026-01-06T10:00:00Z");
        assert_eq!(run(world), 0, "a pause warns nobody");
        world.perform(&incident, "start", json!({})).unwrap();
        assert_eq!(due(world, &incident, "resolution"), "2026-01-06T13:00:00Z");
        world.perform(&incident, "wait", json!({"waiting_reason": "supplier"})).unwrap();
        assert_eq!(
            due(world, &incident, "resolution"),
            "2026-01-06T13:00:00Z",
            "E4: a supplier pauses nothing"
        );
    });
}

#[test]
fn a_reopened_incident_goes_on_counting_without_the_time_in_between() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        set(world, "2026-01-05T11:00:00Z");
        world.perform(&incident, "resolve", json!({"resolution": "Restarted"})).unwrap();
        assert_eq!(due(world, &incident, "resolution"), "none");
        set(world, "2026-01-05T20:00:00Z");
        world.perform(&incident, "reopen", json!({"reopen_reason": "Down again"})).unwrap();
        assert_eq!(due(world, &incident, "resolution"), "2026-01-05T22:00:00Z");
        set(world, "2026-01-05T22:00:01Z");
        run(world);
        assert_eq!(
            announced(&world.app),
            [
                "resolution warned 50 11:00:00",
                "resolution warned 90 21:36:00",
                "resolution breached 100 22:00:00"
            ]
        );
    });
}

#[test]
fn a_change_of_priority_applies_its_target_from_the_start() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        assert_eq!(due(world, &incident, "resolution"), "2026-01-05T13:00:00Z");
        set(world, "2026-01-05T10:00:00Z");
        world.edit(&incident, json!({"impact": "high"})).unwrap();
        assert_eq!(due(world, &incident, "resolution"), "2026-01-05T11:00:00Z");
        world.edit(&incident, json!({"impact": "low"})).unwrap();
        assert_eq!(due(world, &incident, "resolution"), "2026-01-05T17:00:00Z");
    });
}

#[test]
fn e7_a_breach_stays_when_the_priority_is_lowered_afterwards() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        set(world, "2026-01-05T13:30:00Z");
        world.edit(&incident, json!({"impact": "low"})).unwrap();
        assert_eq!(clock(world, &incident, "resolution").breached_at, Some(at("2026-01-05T13:00:00Z")));
        run(world);
        assert!(announced(&world.app).contains(&"resolution breached 100 13:00:00".into()));
        set(world, "2026-01-05T14:00:00Z");
        world.perform(&incident, "resolve", json!({"resolution": "Restarted"})).unwrap();
        world.perform(&incident, "close", json!({})).unwrap();
        assert!(
            frozen(world, &incident)[0].starts_with("resolution breached 18000 of 28800"),
            "{:?}",
            frozen(world, &incident)
        );
    });
}

/// The due time of an incident of nine o'clock, after the agreement got a shorter target from ten o'clock on.
#[track_caller]
fn check_new_version(open_records: &str, wanted: &str) {
    on_both(|world| {
        let agreement = agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        set(world, "2026-01-05T09:30:00Z");
        let shorter = json!({"valid_from": "2026-01-05T10:00:00Z", "open_records": open_records,
            "warn_percent": [50, 90], "targets": [{"goal": "resolution", "priority": 3, "seconds": 3 * HOUR}]});
        world.edit(&agreement, json!({"versions": [resolution_only(), shorter]})).unwrap();
        run(world);
        set(world, "2026-01-05T10:00:00Z");
        run(world);
        assert_eq!(due(world, &incident, "resolution"), wanted, "{open_records}");
        // Nobody touches the incident: the clockwork alone finds the shorter target in time.
        let wanted = at(wanted);
        world.clock.set(wanted);
        run(world);
        assert!(!announced(&world.app).iter().any(|line| line.contains("breached")), "equality is met");
        world.clock.pass(1);
        run(world);
        let breach = format!("resolution breached 100 {}", wanted.strftime("%H:%M:%S"));
        assert_eq!(announced(&world.app).last(), Some(&breach));
        assert_eq!(announced(&world.app).len(), 3);
        // A new incident is under the new version in any case.
        let later = self::incident(world);
        world.clock.pass(0);
        assert_eq!(
            clock(world, &later, "resolution").due_at,
            Some(wanted + jiff::SignedDuration::from_secs(3 * HOUR + 1))
        );
    });
}

#[test]
fn open_records_keep_their_version_of_the_agreement() {
    check_new_version("keep", "2026-01-05T13:00:00Z");
}

#[test]
fn open_records_take_a_new_version_from_their_start() {
    check_new_version("from_start", "2026-01-05T12:00:00Z");
}

#[test]
fn open_records_take_a_new_version_from_its_beginning() {
    check_new_version("from_change", "2026-01-05T13:00:00Z");
}

#[test]
fn e32_a_calendar_that_changes_later_counts_from_then_on_only() {
    on_both(|world| {
        let hours = json!({"zone": "UTC", "week": {"monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"],
            "wednesday": ["09:00-17:00"]}});
        let calendar = calendar(world, json!([hours]));
        agreed(world, &calendar, resolution_only());
        set(world, "2026-01-05T15:00:00Z");
        let incident = incident(world);
        assert_eq!(due(world, &incident, "resolution"), "2026-01-06T11:00:00Z");
        // Tuesday becomes a day off; Monday stays as it was counted.
        let mut without = hours.clone();
        without["valid_from"] = json!("2026-01-06T00:00:00Z");
        without["week"] = json!({"monday": ["12:00-13:00"], "wednesday": ["09:00-17:00"]});
        world.edit(&calendar, json!({"versions": [hours, without]})).unwrap();
        run(world);
        assert_eq!(due(world, &incident, "resolution"), "2026-01-07T11:00:00Z");
        set(world, "2026-01-07T11:00:01Z");
        run(world);
        assert_eq!(
            announced(&world.app),
            [
                "resolution warned 50 17:00:00",
                "resolution warned 90 10:36:00",
                "resolution breached 100 11:00:00"
            ]
        );
    });
}

#[test]
fn a_result_frozen_at_closure_does_not_change_with_what_is_agreed_later() {
    on_both(|world| {
        let calendar = always(world);
        let agreement = agreed(world, &calendar, terms());
        let incident = incident(world);
        set(world, "2026-01-05T09:30:00Z");
        world.perform(&incident, "wait", json!({"waiting_reason": "customer"})).unwrap();
        set(world, "2026-01-05T10:30:00Z");
        world.perform(&incident, "start", json!({})).unwrap();
        set(world, "2026-01-05T12:00:00Z");
        world.perform(&incident, "resolve", json!({"resolution": "Restarted"})).unwrap();
        assert_eq!(frozen(world, &incident), [""; 0]);
        world.perform(&incident, "close", json!({})).unwrap();
        let before = frozen(world, &incident);
        assert_eq!(
            before,
            [
                format!("resolution met 7200 of 14400, 3600 paused, {agreement} version 1"),
                format!("response met 1800 of 3600, 0 paused, {agreement} version 1"),
            ]
        );
        let strict = json!({"valid_from": "2026-01-05T12:00:00Z", "open_records": "from_start",
            "targets": [{"goal": "resolution", "priority": 3, "seconds": 60}]});
        world.edit(&agreement, json!({"versions": [terms(), strict]})).unwrap();
        let row = clock(world, &incident, "resolution");
        world.clock.pass(DAY);
        assert_eq!(run(world), 0);
        // A late word on a closed incident freezes nothing a second time.
        comment(world, &incident, &person(world, true));
        assert_eq!(frozen(world, &incident), before);
        assert_eq!(clock(world, &incident, "resolution").breached_at, row.breached_at);
        assert_eq!(announced(&world.app), [""; 0]);
    });
}

#[test]
fn e25_the_incident_that_survives_a_merge_takes_the_earlier_reported_time() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let earlier = incident(world);
        set(world, "2026-01-05T10:00:00Z");
        let survivor = incident(world);
        assert_eq!(due(world, &survivor, "resolution"), "2026-01-05T14:00:00Z");
        world.perform(&earlier, "merge", json!({"merged_into": survivor})).unwrap();
        assert_eq!(due(world, &survivor, "resolution"), "2026-01-05T13:00:00Z");
        let wake = clock(world, &survivor, "resolution").wake_at;
        assert_eq!(wake, Some(at("2026-01-05T11:00:00Z")));
        assert_eq!(clock(world, &earlier, "resolution").wake_at, None);
        assert_eq!(frozen(world, &earlier).len(), 1);
    });
}

#[test]
fn each_percentage_is_announced_at_its_time_and_once() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        incident(world);
        let mut counts = Vec::new();
        for (time, wake) in [
            ("10:59:59", "11:00:00"),
            ("11:00:00", "12:36:00"),
            ("12:36:00", "13:00:01"),
            ("13:00:00", "13:00:01"),
            ("13:00:01", "none"),
            ("20:00:00", "none"),
        ] {
            set(world, &format!("2026-01-05T{time}Z"));
            counts.push(run(world) + run(world));
            let next = clockwork::next_wake(&world.app).unwrap();
            let next = next.map_or_else(|| "none".to_owned(), |next| next.strftime("%H:%M:%S").to_string());
            assert_eq!(next, wake, "after {time}");
        }
        assert_eq!(counts, [0, 1, 1, 0, 1, 0]);
        assert_eq!(
            announced(&world.app),
            [
                "resolution warned 50 11:00:00",
                "resolution warned 90 12:36:00",
                "resolution breached 100 13:00:00"
            ]
        );
    });
}

#[test]
fn e8_what_is_resolved_exactly_on_target_is_met_and_nothing_says_otherwise() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        set(world, "2026-01-05T13:00:00Z");
        run(world);
        world.perform(&incident, "resolve", json!({"resolution": "Restarted"})).unwrap();
        world.clock.pass(DAY);
        run(world);
        assert!(!announced(&world.app).iter().any(|line| line.contains("breached")));
        world.perform(&incident, "close", json!({})).unwrap();
        assert!(frozen(world, &incident)[0].starts_with("resolution met 14400 of 14400"));
    });
}

#[test]
fn a_breach_that_nobody_saw_in_time_is_announced_after_the_resolution() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        set(world, "2026-01-05T14:00:00Z");
        world.perform(&incident, "resolve", json!({"resolution": "Restarted"})).unwrap();
        assert_eq!(run(world), 1);
        assert_eq!(announced(&world.app), ["resolution breached 100 13:00:00"], "warnings come too late now");
        assert_eq!(run(world), 0);
    });
}

#[test]
fn a_due_time_that_moves_takes_the_wake_with_it() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        let incident = incident(world);
        let wake = || clockwork::next_wake(&world.app).unwrap().map(|wake| wake.to_string());
        assert_eq!(wake().as_deref(), Some("2026-01-05T11:00:00Z"));
        world.edit(&incident, json!({"impact": "high"})).unwrap();
        assert_eq!(wake().as_deref(), Some("2026-01-05T10:00:00Z"));
        world.edit(&incident, json!({"impact": "low"})).unwrap();
        assert_eq!(wake().as_deref(), Some("2026-01-05T13:00:00Z"));
        world.perform(&incident, "wait", json!({"waiting_reason": "customer"})).unwrap();
        assert_eq!(wake(), None);
        world.perform(&incident, "cancel", json!({"cancel_reason": "A drill"})).unwrap();
        assert_eq!(wake(), None);
    });
}

/// Messages and journal entries of announcements.
fn counts(app: &App) -> (i64, usize) {
    let rows = app.store().read(|conn| conn.first("select count(*) from outbox", &[], &[Cell::Int])).unwrap();
    let entries = app.store().read(|conn| mainstay_store::journal::from(conn, 0, 100_000)).unwrap();
    let announcements = entries.iter().filter(|stored| {
        let command = stored.entry().unwrap().command;
        command == "clock.warned" || command == "clock.breached"
    });
    (rows.unwrap()[0].as_int().unwrap(), announcements.count())
}

#[test]
fn two_clockworks_with_a_hundred_clocks_due_at_once_announce_each_once() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        for _ in 0..100 {
            incident(world);
        }
        set(world, "2026-01-05T13:00:01Z");
        let announced: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| run(world))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(announced, 100);
        assert_eq!(counts(&world.app), (300, 300));
    });
}

#[test]
fn two_nodes_with_a_hundred_clocks_due_at_once_announce_each_once() {
    let world = World::new(Engine::Postgres);
    agreed(&world, &always(&world), resolution_only());
    for _ in 0..100 {
        incident(&world);
    }
    let mut config = world.app.config().clone();
    config.data = world.folder.path().join("other node");
    let other = App::open(config, &mainstay_kinds::REGISTRY).unwrap();
    set(&world, "2026-01-05T13:00:01Z");
    let announced: usize = std::thread::scope(|scope| {
        let nodes = [&world.app, &other];
        let threads: Vec<_> =
            nodes.into_iter().map(|app| scope.spawn(|| clockwork::run_due(app).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(announced, 100);
    assert_eq!(counts(&world.app), (300, 300));
}

#[test]
fn of_two_nodes_one_works_until_its_lease_ends() {
    let world = World::new(Engine::Postgres);
    agreed(&world, &always(&world), resolution_only());
    incident(&world);
    set(&world, "2026-01-05T11:00:00Z");
    assert_eq!(clockwork::run_due_as(&world.app, "a").unwrap(), 1);
    world.clock.pass(10);
    incident(&world);
    world.clock.set(at("2026-01-05T12:36:00Z"));
    assert_eq!(clockwork::run_due_as(&world.app, "a").unwrap(), 1);
    world.clock.set(at("2026-01-05T12:36:10Z"));
    // The other node keeps still while the lease runs, also when something is due.
    world.edit("INC-000002", json!({"impact": "high"})).unwrap();
    assert!(clockwork::next_wake(&world.app).unwrap().unwrap() <= at("2026-01-05T12:36:10Z"));
    assert_eq!(clockwork::run_due_as(&world.app, "b").unwrap(), 0);
    world.clock.pass(30);
    assert_eq!(clockwork::run_due_as(&world.app, "b").unwrap(), 1);
}

#[test]
fn a_clockwork_that_stopped_in_between_announces_the_rest_and_nothing_twice() {
    on_both(|world| {
        agreed(world, &always(world), resolution_only());
        for _ in 0..20 {
            incident(world);
        }
        set(world, "2026-01-05T13:00:01Z");
        // The first seven were looked at; then the node died.
        let now = world.app.now().unwrap();
        let due = world.app.store().read(|conn| outbox::due_clocks(conn, now, 7)).unwrap();
        assert_eq!(due.len(), 7);
        for (record, goal) in due {
            let command = Command::ClockReached { record: record.to_string(), goal };
            let request = Request::by_operator(command).unwrap().by(Actor::System).through(Channel::Job);
            assert!(world.app.act(request.clone()).unwrap().changed);
            assert!(!world.app.act(request).unwrap().changed);
        }
        assert_eq!(run(world), 13);
        assert_eq!(counts(&world.app), (60, 60));
    });
}

#[test]
fn the_thread_announces_what_is_due_when_it_is_nudged_and_goes_on_after_a_failure() {
    on_both_apps(|world, app| {
        let clockwork = Clockwork::start(app.clone(), "a".into()).unwrap();
        clockwork.nudge_and_wait();
        assert_eq!(announced(app), [""; 0]);
        set(world, "2026-01-05T11:00:00Z");
        clockwork.nudge_and_wait();
        assert_eq!(announced(app), ["resolution warned 50 11:00:00"]);
        set(world, "2026-01-05T13:00:01Z");
        clockwork.nudge_and_wait();
        assert_eq!(announced(app).len(), 3);
        assert!(clockwork.failure().is_none());
    });
}

/// A world and its application behind an `Arc`, as a thread needs it, with one incident.
fn on_both_apps(story: impl Fn(&World, &Arc<App>)) {
    let second = |world: &World| {
        let mut config = world.app.config().clone();
        config.data = world.folder.path().join("second");
        Arc::new(App::open(config, &mainstay_kinds::REGISTRY).unwrap())
    };
    on_both(|world| {
        let app = second(world);
        let act = |command| app.act(world.request(command)).unwrap().reference;
        let create = |kind: &str, values: Json| {
            act(Command::Create { kind: kind.into(), values: world::object(values) })
        };
        let calendar =
            create("calendar", json!({"title": "24x7", "versions": [{"zone": "UTC", "always_open": true}]}));
        let agreement = create(
            "service_level_agreement",
            json!({"title": "Standard", "calendar": calendar, "versions": [resolution_only()]}),
        );
        act(Command::Move {
            record: agreement,
            name: "put_in_force".into(),
            version: None,
            values: Default::default(),
        });
        create("incident", json!({"title": "Mail is down", "impact": "medium", "urgency": "medium"}));
        story(world, &app);
    });
}

#[test]
fn the_same_announcements_give_the_same_journal_on_both_databases() {
    let roots: Vec<_> = [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .map(|engine| {
            let world = World::new(engine);
            agreed(&world, &always(&world), terms());
            for _ in 0..5 {
                incident(&world);
                world.clock.pass(60);
            }
            set(&world, "2026-01-05T11:30:00Z");
            run(&world);
            set(&world, "2026-01-05T18:00:00Z");
            run(&world);
            world.app.head().unwrap().frontier.root()
        })
        .collect();
    assert_eq!(roots[0], roots[1]);
}
