//! The service level report and the derivation of its clocks, on the real log.

use mainstay_app::{
    explain::explain,
    report::sla::{Question, SlaReport, report},
};
use mainstay_testkit::skip_without_shared;
use serde_json::json;

use crate::{
    import::{log, take},
    world::{World, on_both},
};

fn ask(world: &World, calendar: &str, targets: &str) -> SlaReport {
    let question = Question {
        targets: Some(targets.into()),
        calendar: Some(calendar.into()),
        incidents: true,
        ..Question::default()
    };
    report(&world.app.view(), &question, &mut |_| {}).unwrap()
}

fn check(report: &SlaReport, met: [u64; 4], elapsed: &str) {
    let by = |get: fn(&mainstay_app::report::sla::Row) -> u64| {
        report.priorities.iter().map(get).collect::<Vec<_>>()
    };
    assert_eq!(by(|row| row.incidents), [8, 18, 363, 56]);
    assert_eq!(by(|row| row.met), met);
    let total = &report.total;
    assert_eq!((total.incidents, total.undecided, total.returns), (445, 0, 7));
    assert_eq!(total.met, met.iter().sum::<u64>());
    assert_eq!(total.breached, 445 - total.met);
    assert_eq!(total.elapsed, elapsed);
    assert_eq!(report.states, [("closed".to_owned(), 445)].into());
    assert_eq!(report.excluded, []);
}

#[test]
fn the_facts_of_the_real_log_come_out_and_every_derivation_adds_up_to_them() {
    skip_without_shared!(shared);
    let bytes = log(&shared);
    let answers = std::sync::Mutex::new(Vec::new());
    on_both(|world| {
        take(world, &bytes).unwrap();
        let always = ask(world, "24x7", "24x7");
        check(&always, [1, 4, 146, 47], "34128:08");
        let question = Question { incidents: true, ..Question::default() };
        let promised = report(&world.app.view(), &question, &mut |_| {}).unwrap();
        check(&promised, [1, 4, 146, 47], "34128:08");
        assert_eq!(promised.incidents, always.incidents, "the log's own agreement is 24x7");
        let london = ask(world, "London office", "London office");
        check(&london, [2, 6, 215, 50], "10067:01");

        let mut elapsed = 0;
        for item in always.incidents.iter().flatten() {
            let own = explain(&world.app.view(), &item.reference, None, None).unwrap();
            let [clock] = own.clocks.as_slice() else { panic!("{}: {:?}", item.reference, own.clocks) };
            assert!(clock.adds_up, "{own:#?}");
            let counted = clock.reading.segments.iter().map(|segment| segment.counted_seconds).sum::<i64>();
            assert_eq!(counted, item.elapsed_seconds, "{}", item.reference);
            let kept = clock.frozen.as_ref().expect("the result was kept at closure");
            assert!(kept.agrees, "{}: {kept:?}", item.reference);
            elapsed += counted;
        }
        assert_eq!(elapsed, always.total.elapsed_seconds);
        for item in london.incidents.iter().flatten() {
            let other =
                explain(&world.app.view(), &item.reference, Some("London office"), Some("London office"))
                    .unwrap();
            assert!(other.clocks[0].adds_up, "{other:#?}");
            assert_eq!(other.clocks[0].reading.elapsed_seconds, item.elapsed_seconds, "{}", item.reference);
        }
        answers.lock().unwrap().push((always.to_csv(), london.to_text(), json!(london)));
    });
    let answers = answers.into_inner().unwrap();
    assert_eq!(answers[0], answers[1], "both databases say the same");
}

#[test]
fn a_period_takes_the_clocks_that_were_decided_in_it_and_periods_add_up() {
    skip_without_shared!(shared);
    let bytes = log(&shared);
    let world = World::new(crate::world::Engine::Sqlite);
    take(&world, &bytes).unwrap();
    let counted = |from: Option<&str>, to: Option<&str>| {
        let question = Question {
            targets: Some("London office".into()),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
            ..Question::default()
        };
        report(&world.app.view(), &question, &mut |_| {}).unwrap().total.incidents
    };
    let (before, march, after) = (
        counted(None, Some("2016-03-01")),
        counted(Some("2016-03-01"), Some("2016-04-01")),
        counted(Some("2016-03-31T23:00:00Z"), None),
    );
    assert!(before > 0 && march > 0 && after > 0, "{before} {march} {after}");
    assert_eq!(before + march + after, 445);
}

#[test]
fn cancelled_and_merged_incidents_do_not_count_and_are_named() {
    on_both(|world| {
        let calendar = world
            .create("calendar", json!({"title": "24x7", "versions": [{"zone": "UTC", "always_open": true}]}))
            .unwrap();
        let promised = json!([{"targets": [{"goal": "resolution", "priority": 3, "seconds": 3600}]}]);
        let agreement = json!({"title": "Standard", "calendar": calendar.reference, "versions": promised});
        world.create("service_level_agreement", agreement).unwrap();
        for title in ["=HYPERLINK(\"a\")", "Second", "Third", "Fourth"] {
            world
                .create("incident", json!({"title": title, "impact": "medium", "urgency": "medium"}))
                .unwrap();
        }
        world.create("incident", json!({"title": "Fifth", "impact": "low", "urgency": "low"})).unwrap();
        world.perform("INC-000002", "cancel", json!({"cancel_reason": "A drill"})).unwrap();
        world.perform("INC-000003", "merge", json!({"merged_into": "INC-000001"})).unwrap();
        world.clock.pass(3600);
        let report = ask(world, "24x7", "Standard");
        let total = &report.total;
        assert_eq!((total.incidents, total.undecided, total.met, total.breached), (2, 2, 0, 0));
        let excluded: Vec<_> =
            report.excluded.iter().map(|each| (each.reference.as_str(), each.reason.as_str())).collect();
        assert_eq!(
            excluded,
            [
                ("INC-000002", "cancelled"),
                ("INC-000003", "merged: the surviving incident counts"),
                ("INC-000005", "nothing is promised for its priority")
            ]
        );
        assert!(report.to_csv().contains("\"'=HYPERLINK(\"\"a\"\")\""), "{}", report.to_csv());
        world.clock.pass(1);
        assert_eq!(ask(world, "24x7", "Standard").total.breached, 2, "a breach counts while it is open");
    });
}

#[test]
fn without_named_targets_each_incident_is_judged_as_its_own_agreement_promised() {
    on_both(|world| {
        let calendar = world
            .create("calendar", json!({"title": "24x7", "versions": [{"zone": "UTC", "always_open": true}]}))
            .unwrap();
        let agreement = |title: &str, seconds: [i64; 2]| {
            let targets: Vec<_> = [3, 4]
                .iter()
                .zip(seconds)
                .map(|(priority, seconds)| json!({"goal": "resolution", "priority": priority, "seconds": seconds}))
                .collect();
            let versions = json!([{ "targets": targets }]);
            let service = world.create("service", json!({"title": title})).unwrap().reference;
            let content = json!({
                "title": title, "service": service, "calendar": calendar.reference, "versions": versions
            });
            let agreement = world.create("service_level_agreement", content).unwrap().reference;
            world.perform(&agreement, "put_in_force", json!({})).unwrap();
            (service, agreement)
        };
        let (quick, slow) = (agreement("Quick", [60, 7200]), agreement("Slow", [3600, 7200]));
        for (title, level, service) in
            [("First", "medium", &quick.0), ("Second", "medium", &slow.0), ("Third", "low", &slow.0)]
        {
            let content = json!({"title": title, "impact": level, "urgency": level, "service": service});
            world.create("incident", content).unwrap();
        }
        world.clock.pass(61);
        let report =
            report(&world.app.view(), &Question { incidents: true, ..Question::default() }, &mut |_| {})
                .unwrap();
        assert!(report.targets.is_none() && report.calendar.is_none());
        let items: Vec<_> = report
            .incidents
            .iter()
            .flatten()
            .map(|item| (item.target_seconds, item.verdict, item.agreement.as_str()))
            .collect();
        let (by_quick, by_slow) = (format!("{} version 1", quick.1), format!("{} version 1", slow.1));
        assert_eq!(
            items,
            [(60, "breached", &*by_quick), (3600, "running", &*by_slow), (7200, "running", &*by_slow)]
        );
        for item in report.incidents.iter().flatten() {
            let own = explain(&world.app.view(), &item.reference, None, None).unwrap();
            assert_eq!(own.clocks[0].reading.elapsed_seconds, item.elapsed_seconds, "{}", item.reference);
        }
        let promised: Vec<_> = report.priorities.iter().map(|row| row.target_seconds).collect();
        assert_eq!(promised, [None, None, None, Some(7200)], "only where all were promised the same");
        assert!(report.to_text().starts_with("Resolution of incidents, each as its own agreement promised"));
    });
}

#[test]
fn a_calendar_is_asked_for_together_with_targets() {
    let world = World::new(crate::world::Engine::Sqlite);
    let question = Question { calendar: Some("24x7".into()), ..Question::default() };
    let error = report(&world.app.view(), &question, &mut |_| {}).unwrap_err();
    assert_eq!(error.fields()[0].field, "calendar");
}

#[test]
fn the_dates_of_a_period_are_local_to_the_zone_of_the_report() {
    let world = World::new(crate::world::Engine::Sqlite);
    let zone = jiff::tz::TimeZone::get("Europe/Zurich").unwrap();
    let question = Question { from: Some("2026-07-01".into()), zone: Some(zone), ..Question::default() };
    let period = report(&world.app.view(), &question, &mut |_| {}).unwrap().period.unwrap();
    assert_eq!(period.from.unwrap().to_string(), "2026-06-30T22:00:00Z");
}

#[test]
fn an_unknown_name_is_answered_with_the_names_there_are() {
    let world = World::new(crate::world::Engine::Sqlite);
    let calendar = json!({"title": "Office", "versions": [{"zone": "UTC", "always_open": true}]});
    world.create("calendar", calendar).unwrap();
    let error = explain(&world.app.view(), "INC-000001", None, None).unwrap_err();
    assert_eq!(error.message(), "\"INC-000001\" does not exist");
    let question = Question { targets: Some("Gold".into()), ..Question::default() };
    let error = report(&world.app.view(), &question, &mut |_| {}).unwrap_err();
    assert_eq!(error.message(), "the service level agreement \"Gold\" does not exist");
    assert_eq!(error.hints(), ["There is none yet."]);
}
