//! Conformity checks over real tables: an empty folder, planted defects, runs that are written down, the real log.

use std::collections::{BTreeMap, BTreeSet};

use mainstay_app::{
    App, Command, HistoryStep,
    conformity::{self, By},
    ledger::Ledger,
    rebuild,
};
use mainstay_conformity::{CheckDef, CheckRun, Order, RunResult, Standing, checks};
use mainstay_core::{Actor, Channel, ErrorKind, Value};
use mainstay_store::outbox;
use mainstay_testkit::skip_without_shared;
use serde_json::json;

use crate::{
    import::{log, take},
    world::{Engine, World, at, object, on_both},
};

fn order(app: &App, months: u32) -> Order {
    Order { months, ..Order::all(app.now().unwrap()) }
}

fn check(world: &World) -> BTreeMap<String, CheckRun> {
    by_check(conformity::run(&world.app, &world.app.view(), &order(&world.app, 12), &mut |_| {}).unwrap())
}

fn by_check(runs: Vec<CheckRun>) -> BTreeMap<String, CheckRun> {
    runs.into_iter().map(|run| (run.check.clone(), run)).collect()
}

fn refs(run: &CheckRun) -> Vec<&str> {
    run.exceptions.iter().map(|exception| exception.reference.as_str()).collect()
}

/// Everything of a run but the journal position, which goes on when runs are written down.
fn findings(runs: &BTreeMap<String, CheckRun>) -> Vec<CheckRun> {
    let mut runs: Vec<_> = runs.values().filter(|run| run.check != checks::JOURNAL.id).cloned().collect();
    for run in &mut runs {
        run.as_of.position = 0;
    }
    runs
}

fn make(world: &World, kind: &str, values: serde_json::Value) -> String {
    world.create(kind, values).unwrap().reference
}

/// A small provider that does everything right: one service, agreed with one customer, all roles held.
struct Provider {
    service: String,
    person: String,
    item: String,
}

fn provider(world: &World) -> Provider {
    let ada = world.create("person", json!({"title": "Ada", "staff": true})).unwrap();
    let (person, id) = (ada.reference, ada.id);
    for role in [
        "service_desk_agent",
        "incident_manager",
        "problem_manager",
        "change_manager",
        "service_level_manager",
        "service_owner",
        "process_owner",
        "service_manager",
        "internal_auditor",
        "top_management",
    ] {
        make(world, "role_assignment", json!({"title": role, "person": person, "role": role}));
    }
    let values = json!({"title": "E-mail", "owner": person, "customer_facing": true, "criticality": "high"});
    let service = make(world, "service", values);
    world.perform(&service, "go_live", json!({})).unwrap();
    let customer = make(world, "customer_organisation", json!({"title": "Harbour", "contact": person}));
    let calendar = make(
        world,
        "calendar",
        json!({"title": "Always", "versions": [{"zone": "UTC", "always_open": true}]}),
    );
    let versions = json!([{"targets": [{"goal": "resolution", "priority": 1, "seconds": 14_400}]}]);
    let agreement = make(
        world,
        "service_level_agreement",
        json!({"title": "E-mail for Harbour", "service": service, "customer": customer, "calendar": calendar,
               "versions": versions}),
    );
    world.perform(&agreement, "put_in_force", json!({})).unwrap();
    let item = make(
        world,
        "configuration_item",
        json!({"title": "E-mail", "class": "service", "service": service, "description": "The service itself",
               "owner": person}),
    );
    world.perform(&item, "install", json!({})).unwrap();
    let team = make(world, "team", json!({"title": "Mail"}));
    let article = make(
        world,
        "knowledge_article",
        json!({"title": "Mail on a phone", "text": "Add the account", "audience": "users", "service": service,
               "owner": person, "support_team": team}),
    );
    world.perform(&article, "submit", json!({})).unwrap();
    approve(world, &id, &article);
    Provider { service, person, item }
}

fn approve(world: &World, person: &str, record: &str) {
    let verdict =
        Command::Vote { record: record.into(), version: None, verdict: "approve".into(), comment: None };
    world.act_as(person, verdict).unwrap();
}

fn incident(world: &World, provider: &Provider, change: serde_json::Value) -> String {
    let mut values = json!({"title": "Mail is down", "service": provider.service, "contact_channel": "phone",
                            "category": "Mail", "impact": "high", "urgency": "high"});
    for (name, value) in change.as_object().unwrap() {
        values[name] = value.clone();
    }
    let incident = make(world, "incident", values);
    let link = Command::Link {
        record: incident.clone(),
        relation: "involves".into(),
        target: provider.item.clone(),
    };
    world.act(link).unwrap();
    incident
}

fn close(world: &World, incident: &str) {
    world.perform(incident, "start", json!({})).unwrap();
    let answers = json!({"resolution": "Restarted the server", "resolution_code": "restarted"});
    world.perform(incident, "resolve", answers).unwrap();
    world.perform(incident, "close", json!({})).unwrap();
}

#[test]
fn on_an_empty_folder_nothing_is_met_and_nothing_fails() {
    on_both(|world| {
        let runs = check(world);
        for run in runs.values() {
            let expected =
                if run.check == checks::JOURNAL.id { RunResult::Pass } else { RunResult::NoPopulation };
            assert_eq!(run.result, expected, "{run:?}");
        }
        conformity::record(&world.app, &runs.into_values().collect::<Vec<_>>(), By::Operator).unwrap();
        let board = conformity::board(&world.app, &world.app.view()).unwrap();
        assert_eq!((board.counts.total, board.counts.known), (220, 0));
        assert!(board.requirements.iter().all(|line| line.standing != Standing::Holds));
    });
}

#[test]
fn a_provider_that_does_everything_right_fails_nothing() {
    on_both(|world| {
        let provider = provider(world);
        let incident = incident(world, &provider, json!({}));
        close(world, &incident);
        for run in check(world).values() {
            assert_ne!(run.result, RunResult::Fail, "{run:#?}");
            assert_ne!(run.result, RunResult::Error, "{run:#?}");
        }
        let board = conformity::board_with(
            &world.app,
            &world.app.view(),
            &check(world).into_values().collect::<Vec<_>>(),
        )
        .unwrap();
        let holds: BTreeSet<_> = board
            .requirements
            .iter()
            .filter(|line| line.standing == Standing::Holds)
            .map(|line| line.id.as_str())
            .collect();
        assert!(holds.is_superset(&["8.3.2-b", "8.6.1-b", "8.6.1-d", "8.6.1-e"].into()), "{holds:?}");
        assert_eq!(board.counts.fail, 0);
    });
}

#[test]
fn exactly_the_planted_defects_are_named() {
    on_both(|world| {
        let provider = provider(world);
        let good = incident(world, &provider, json!({}));
        close(world, &good);
        let unclassified = incident(world, &provider, json!({"category": null}));
        close(world, &unclassified);
        let forgotten = incident(world, &provider, json!({}));
        let major = incident(world, &provider, json!({"major": true, "assignee": provider.person}));
        world.clock.pass(5 * 3600);
        let told = json!({"resolution": "Failed over", "resolution_code": "failover"});
        world.perform(&major, "resolve", told).unwrap();
        let orphan = make(world, "service", json!({"title": "Print", "customer_facing": true}));
        world.perform(&orphan, "go_live", json!({})).unwrap();

        let runs = check(world);
        let named: BTreeMap<_, _> = runs
            .values()
            .filter(|run| run.result == RunResult::Fail)
            .map(|run| (run.check.as_str(), refs(run)))
            .collect();
        let expected: BTreeMap<&str, Vec<&str>> = [
            ("incident-recorded", vec![unclassified.as_str()]),
            ("incident-updated", vec![forgotten.as_str()]),
            ("major-incident-told", vec![major.as_str()]),
            ("service-owned", vec![orphan.as_str()]),
            ("service-criticality", vec![orphan.as_str()]),
            ("service-at-work", vec![orphan.as_str()]),
            ("service-agreed-with-customer", vec![orphan.as_str()]),
            ("service-has-agreement", vec![orphan.as_str()]),
            ("service-has-article", vec![orphan.as_str()]),
            ("service-is-configuration-item", vec![orphan.as_str()]),
        ]
        .into();
        assert_eq!(named, expected);
        let recorded = &runs["incident-recorded"];
        assert_eq!((recorded.population, recorded.exceptions_total), (4, 1));
        assert_eq!(recorded.exceptions[0].why, "Missing: category.");
    });
}

#[test]
fn the_same_records_give_the_same_findings_again_on_both_databases_and_after_a_rebuild() {
    let digests = std::sync::Mutex::new(Vec::new());
    on_both(|world| {
        let provider = provider(world);
        for _ in 0..3 {
            let incident = incident(world, &provider, json!({}));
            close(world, &incident);
        }
        let damaged = incident(world, &provider, json!({}));
        let first = check(world);
        conformity::record(&world.app, &first.values().cloned().collect::<Vec<_>>(), By::Operator).unwrap();
        let again = check(world);
        assert_eq!(findings(&first), findings(&again));

        // Somebody edits a row by hand: the run sees it, the rebuild names it, and afterwards all is as before.
        let sql = format!("update incident set contact_channel = null where ref = '{damaged}'");
        Ledger::of(&world.app).writer().unwrap().batch(&sql).unwrap();
        assert_ne!(findings(&first), findings(&check(world)));
        assert_eq!(rebuild::rebuild(&world.app).unwrap().total, 1);
        assert_eq!(findings(&first), findings(&check(world)));
        digests.lock().unwrap().push(findings(&first));
    });
    let digests = digests.into_inner().unwrap();
    assert_eq!(digests[0], digests[1], "both databases say the same");
}

#[test]
fn a_run_that_was_written_down_cannot_be_edited_unseen() {
    on_both(|world| {
        let runs: Vec<_> = check(world).into_values().collect();
        conformity::record(&world.app, &runs, By::Operator).unwrap();
        let ledger = Ledger::of(&world.app);
        assert!(rebuild::check(&ledger, &mut |_| {}).unwrap().clean());
        let sql = "update check_run set result = 'pass' where check_id = 'roles-held'";
        ledger.writer().unwrap().batch(sql).unwrap();
        let report = rebuild::check(&ledger, &mut |_| {}).unwrap();
        assert_eq!(report.total, 1);
        let difference = &report.differences[0];
        assert_eq!((difference.table.as_str(), difference.column.as_deref()), ("check_run", Some("result")));
        assert_eq!(difference.journal.as_deref(), Some("no_population"));
    });
}

#[test]
fn the_history_of_a_requirement_keeps_every_run() {
    on_both(|world| {
        for _ in 0..3 {
            let runs: Vec<_> = check(world).into_values().collect();
            conformity::record(&world.app, &runs, By::Operator).unwrap();
            world.clock.pass(60);
        }
        let detail = conformity::requirement(&world.app, &world.app.view(), "8.6.1-d").unwrap();
        assert_eq!(detail.checks_detail.len(), 2);
        for check in &detail.checks_detail {
            assert_eq!(check.history.len(), 3);
            assert_eq!(check.history[0].instant, at("2026-01-05T09:02:00Z"), "the newest first");
        }
        let unknown = conformity::requirement(&world.app, &world.app.view(), "8.6.1-z").map(|_| ());
        assert_eq!(unknown.unwrap_err().kind(), &ErrorKind::NotFound);
    });
}

#[test]
fn what_is_refreshed_is_what_changed() {
    on_both(|world| {
        let provider = provider(world);
        let refreshed = || {
            let runs = conformity::refresh(&world.app, By::Program, &mut |_| {}).unwrap();
            runs.into_iter().map(|run| run.check).collect::<BTreeSet<_>>()
        };
        assert_eq!(refreshed().len(), checks::all().len(), "nothing was ever run");
        assert_eq!(refreshed(), BTreeSet::new());
        let incident = incident(world, &provider, json!({}));
        let about = |kinds: &[&str]| -> BTreeSet<String> {
            let reads = |def: &&CheckDef| {
                kinds.contains(&def.kind) || def.reads.iter().any(|kind| kinds.contains(kind))
            };
            checks::all().iter().filter(reads).map(|def| def.id.to_owned()).collect()
        };
        let linked = about(&["incident", "configuration_item"]);
        assert_eq!(refreshed(), linked, "the incident was linked to an item, which is a change of both");
        world
            .act(Command::Comment { record: incident, body: "Looking".into(), visibility: "internal".into() })
            .unwrap();
        assert_eq!(refreshed(), about(&["incident"]), "a comment is a change of its record");
        world.clock.pass(86_400);
        assert_eq!(refreshed().len(), checks::all().len(), "a day has passed");
    });
}

#[test]
fn as_of_an_earlier_instant_the_same_comes_out_as_was_found_then() {
    on_both(|world| {
        let provider = provider(world);
        incident(world, &provider, json!({"contact_channel": null}));
        let then = check(world);
        let instant = world.app.now().unwrap();
        conformity::record(&world.app, &then.values().cloned().collect::<Vec<_>>(), By::Operator).unwrap();
        world.clock.pass(3600);
        incident(world, &provider, json!({"contact_channel": null}));
        assert_ne!(findings(&then), findings(&check(world)));

        let view = world.app.view_as_of(instant).unwrap();
        let again = by_check(conformity::run(&world.app, &view, &Order::all(instant), &mut |_| {}).unwrap());
        assert_eq!(findings(&then), findings(&again));
        assert!(!again.contains_key(checks::JOURNAL.id), "an earlier state has no journal of its own");
        let board = conformity::board(&world.app, &view).unwrap();
        assert_eq!(board.counts, conformity::board_with(&world.app, &view, &[]).unwrap().counts);
        assert!(board.counts.fail > 0, "the runs of then are seen then");
    });
}

#[test]
fn only_the_program_says_what_a_check_found() {
    let world = World::new(Engine::Sqlite);
    let runs: Vec<_> = check(&world).into_values().collect();
    let say = |runs: Vec<CheckRun>| world.request(Command::RecordCheckRuns { runs });
    let person = Actor::Person(uuid_of(&make(&world, "person", json!({"title": "Ada"})), &world));
    for request in [
        say(runs.clone()).through(Channel::Import),
        say(runs.clone()).through(Channel::Replay),
        say(runs.clone()).by(person).through(Channel::Replay),
    ] {
        assert_eq!(world.app.act(request).unwrap_err().kind(), &ErrorKind::Forbidden);
    }
    let wrong = |change: fn(&mut CheckRun)| {
        let mut runs = runs.clone();
        change(&mut runs[0]);
        let error = world.app.act(say(runs)).unwrap_err();
        assert_eq!(error.fields()[0].field, "runs", "{error}");
    };
    wrong(|run| run.check = "no-check".into());
    wrong(|run| run.rule = "0".into());
    wrong(|run| run.as_of.position = 1_000_000);
    wrong(|run| run.as_of.instant = at("2027-01-01T00:00:00Z"));
    assert!(world.app.act(say(Vec::new())).is_err());
    assert!(world.app.act(say(runs)).is_ok());
}

/// A change that takes the whole way through the door: assessed, approved by somebody else, made in its window.
fn good_change(world: &World, provider: &Provider) -> String {
    let approver = world.create("person", json!({"title": "Bob", "staff": true})).unwrap();
    let role = json!({"title": "Decides", "person": approver.id, "role": "change_manager"});
    make(world, "role_assignment", role);
    let change = make(
        world,
        "change",
        json!({"title": "Bigger disk", "description": "A bigger disk", "reason": "It is full", "category": "normal",
               "service": provider.service, "requester": provider.person, "owner": provider.person,
               "implementer": provider.person, "implementation_plan": "Swap"}),
    );
    let link =
        Command::Link { record: change.clone(), relation: "involves".into(), target: provider.item.clone() };
    world.act(link).unwrap();
    world.perform(&change, "assess", json!({})).unwrap();
    let answers = json!({"priority": 2, "major_impact": "no", "benefit": "Room", "feasibility": "Yes",
        "financial_impact": "none", "risk": "low", "impact_on_services": "none", "impact_on_people": "none",
        "impact_on_plans": "none", "impact_on_assurance": "none", "impact_on_changes": "none",
        "test_plan": "In the lab", "back_out_plan": "Swap back",
        "communication_plan": "Mail", "planned_start": "2026-01-05T10:00:00Z", "planned_end": "2026-01-05T12:00:00Z"});
    world.perform(&change, "request_approval", answers).unwrap();
    approve(world, &approver.id, &change);
    world.clock.set(at("2026-01-05T10:00:00Z"));
    let tried = json!({"test_result": "Works", "back_out_test": "Swapped back in the lab"});
    world.perform(&change, "begin", tried).unwrap();
    world.clock.pass(600);
    world.perform(&change, "finish", json!({"outcome": "successful"})).unwrap();
    let closing = json!({"review": "All well, none", "reviewer": provider.person,
                         "configuration_note": "none had to be"});
    world.perform(&change, "close", closing).unwrap();
    change
}

/// A change that came in as history, where nothing was refused.
fn foreign_change(world: &World, title: &str, values: serde_json::Value) -> String {
    let values = object(values);
    let mut first = object(json!({"title": title, "category": "normal"}));
    first.extend(values);
    let step =
        |at_: &str, state: &str, values| HistoryStep { at: at(at_), by: None, state: state.into(), values };
    let steps = vec![
        step("2025-12-01T09:00:00Z", "new", first),
        step("2025-12-02T09:00:00Z", "closed", object(json!({}))),
    ];
    world.act(Command::RecordHistory { kind: "change".into(), steps }).unwrap().reference
}

#[test]
fn a_change_through_the_door_passes_and_one_that_history_brought_is_named() {
    on_both(|world| {
        let provider = provider(world);
        let good = good_change(world, &provider);
        let failing = |world: &World| {
            let runs = check(world);
            let of_changes =
                runs.into_values().filter(|run| checks::find(&run.check).unwrap().kind == "change");
            of_changes
                .filter(|run| run.result == RunResult::Fail)
                .map(|run| (run.check.clone(), refs(&run).into_iter().map(str::to_owned).collect::<Vec<_>>()))
                .collect::<BTreeMap<_, _>>()
        };
        assert_eq!(failing(world), BTreeMap::new(), "{good}");
        let begun = json!({"actual_start": "2025-12-01T10:00:00Z", "actual_end": "2025-12-01T11:00:00Z",
                           "authorised_at": "2025-12-01T10:00:01Z", "outcome": "failed"});
        let bad = foreign_change(world, "By night", begun);
        let failing = failing(world);
        for check in [
            "change-recorded",
            "change-weighed",
            "change-authorised-before-start",
            "change-tested",
            "change-back-out-planned",
            "change-in-window",
            "change-failure-analysed",
            "change-reviewed",
        ] {
            assert_eq!(failing.get(check), Some(&vec![bad.clone()]), "{check}: {failing:#?}");
        }
    });
}

#[test]
fn signed_statements_make_nothing_enough_and_a_draft_does_not() {
    on_both(|world| {
        let provider = provider(world);
        let nil = make(
            world,
            "nil_return",
            json!({"title": "No incidents", "evidence_kind": "incident", "period_from": "2025-01-01",
                   "period_until": "2025-12-31", "owner": provider.person}),
        );
        let result = |check_id: &str| check(world)[check_id].clone();
        assert_eq!(result("incident-recorded").result, RunResult::NoPopulation);
        world.perform(&nil, "sign", json!({"statement": "Looked at the desk's books: none"})).unwrap();
        let run = result("incident-recorded");
        assert_eq!((run.result, run.population), (RunResult::Pass, 0));
        assert_eq!(run.note, Some(format!("{nil} says that there was none.")));
        // One incident, and the statement about the whole kind is worth nothing for it.
        incident(world, &provider, json!({"contact_channel": null}));
        assert_eq!(result("incident-recorded").result, RunResult::Fail);
        assert_eq!(result("change-recorded").result, RunResult::NoPopulation);
    });
}

fn uuid_of(reference: &str, world: &World) -> uuid::Uuid {
    let view = world.app.view();
    let found = view.read(|conn| mainstay_app::find::record(world.app.context(), conn, reference)).unwrap();
    found.1.id
}

/// What the log's own rows say about priorities: an independent reading of the file.
fn priorities_of(bytes: &[u8]) -> (usize, BTreeSet<String>) {
    let mut rows = csv::Reader::from_reader(bytes);
    let headers = rows.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let digit = |text: &str| text.chars().next().and_then(|one| one.to_digit(10)).unwrap_or(9);
    let (number, impact, urgency, priority) =
        (column("number"), column("impact"), column("urgency"), column("priority"));
    let mut last = BTreeMap::new();
    for row in rows.records() {
        let row = row.unwrap();
        last.insert(
            row[number].to_owned(),
            (digit(&row[impact]), digit(&row[urgency]), digit(&row[priority])),
        );
    }
    let differ = last.iter().filter(|(_, (impact, urgency, priority))| {
        let matrix = match impact + urgency {
            2 => 1,
            3 => 2,
            4 => 3,
            _ => 4,
        };
        matrix != *priority
    });
    (last.len(), differ.map(|(number, _)| number.clone()).collect())
}

#[test]
fn the_figures_of_the_real_log_are_those_of_its_own_rows() {
    skip_without_shared!(shared);
    let bytes = log(&shared);
    let (incidents, differ) = priorities_of(&bytes);
    on_both(|world| {
        take(world, &bytes).unwrap();
        // The log is of 2016: in the last twelve months nothing happened.
        assert_eq!(check(world)["incident-recorded"].result, RunResult::NoPopulation);
        let runs =
            conformity::run(&world.app, &world.app.view(), &order(&world.app, 240), &mut |_| {}).unwrap();
        let runs = by_check(runs);
        assert_eq!(incidents, 445);
        let prioritised = &runs["incident-prioritised"];
        assert_eq!((prioritised.population, prioritised.exceptions_total), (445, differ.len() as u64));
        // The log names no services and tells no resolutions.
        let text = |sql: &str| {
            let cells = [mainstay_store::Cell::Int];
            let row = world.app.view().read(|conn| conn.first(sql, &[], &cells)).unwrap();
            row.and_then(|row| match row[0] {
                Value::Int(count) => u64::try_from(count).ok(),
                _ => None,
            })
        };
        let unrecorded = text("select count(*) from incident where service is null or category is null");
        assert_eq!(Some(runs["incident-recorded"].exceptions_total), unrecorded);
        let untold = text(
            "select count(*) from incident where state = 'closed' and (resolution is null or resolution_code is null \
             or resolved_at is null or closed_at < resolved_at)",
        );
        assert_eq!(Some(runs["incident-closed"].exceptions_total), untold);
        assert_eq!(runs["incident-worked-on"].exceptions_total, 0);
    });
}

#[test]
fn the_program_runs_the_checks_once_a_day_and_on_one_node_only() {
    on_both(|world| {
        provider(world);
        let all = checks::all().len();
        let runs = |name: &str| {
            let detail = conformity::requirement(&world.app, &world.app.view(), "6.3-d").unwrap();
            let line = detail.checks_detail.iter().find(|line| line.def.id == name).unwrap();
            line.history.len()
        };
        assert_eq!(conformity::keep_fresh(&world.app, "a").unwrap(), all, "nothing was run yet");
        assert_eq!(conformity::keep_fresh(&world.app, "b").unwrap(), 0, "another node has just done it");
        world.clock.pass(86_399);
        make(world, "service", json!({"title": "Telephony"}));
        assert_eq!(conformity::keep_fresh(&world.app, "b").unwrap(), 0, "a day has not passed");
        world.clock.pass(1);
        assert_eq!(conformity::keep_fresh(&world.app, "b").unwrap(), all);
        assert_eq!(conformity::keep_fresh(&world.app, "a").unwrap(), 0);
        assert_eq!(runs("service-owned"), 2);
        assert!(rebuild::check(&Ledger::of(&world.app), &mut |_| {}).unwrap().differences.is_empty());
    });
}

#[test]
fn a_node_that_died_over_the_checks_delays_them_by_ten_minutes_at_most() {
    on_both(|world| {
        let now = world.app.now().unwrap().as_millisecond();
        let lease =
            world.app.store().write(move |tx| outbox::lease(tx.conn(), "checks", "dead", now, 600_000));
        assert!(lease.unwrap().is_some());
        assert_eq!(conformity::keep_fresh(&world.app, "a").unwrap(), 0);
        world.clock.pass(599);
        assert_eq!(conformity::keep_fresh(&world.app, "a").unwrap(), 0);
        world.clock.pass(1);
        assert_eq!(conformity::keep_fresh(&world.app, "a").unwrap(), checks::all().len());
    });
}
