//! Every kind answers every command through the one door in the same way, on both databases. A new kind is tested
//! here without a line of its own.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Mutex,
};

use mainstay_app::{
    Command, HistoryStep, Outcome, Request, StoredFile, approvals::rounds_of, ledger::Ledger, rebuild,
};
use mainstay_core::{
    Actor, ErrorKind, FieldDef, Ids, KindDef, Result, Type, Value, link::RELATED, parts::RoundState,
    registry::Entry,
};
use mainstay_kinds::REGISTRY;
use mainstay_store::{Cell, journal, rows};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::world::{Engine, World, at, object, on_both};

/// A value for a field, and the records that it needs. No two calls give the same text.
fn sample(world: &World, field: &FieldDef) -> Json {
    match field.ty {
        Type::Text => json!(format!("word{}@example.org", world.app.head().unwrap().next_position())),
        Type::Bool => json!(true),
        Type::Int => json!(1),
        Type::Instant => json!(world.app.now().unwrap().to_string()),
        Type::Date => json!("2026-01-05"),
        Type::Choice(choice) => json!(choice.words[0]),
        Type::Reference(kind) => json!(make(world, REGISTRY.kind(kind).unwrap())),
        Type::Structured(check) => structured()
            .into_iter()
            .find(|json| check(json.clone()).is_ok_and(|checked| checked != json!([])))
            .unwrap_or_else(|| panic!("no structured sample fits {}", field.name)),
        Type::Bytes => Json::Null,
    }
}

/// Structured content of every kind of field that there is.
fn structured() -> Vec<Json> {
    vec![
        json!([{"targets": [{"goal": "resolution", "priority": 3, "seconds": 14_400}]}]),
        json!([{"zone": "Europe/London", "week": {"monday": ["09:00-17:30"]}}]),
    ]
}

/// Input that makes a record of the kind: its title, what is required, and structured content.
fn complete(world: &World, def: &KindDef) -> Map<String, Json> {
    let needed =
        |field: &&FieldDef| !field.system && (field.required || matches!(field.ty, Type::Structured(_)));
    let mut values: Map<String, Json> =
        def.fields.iter().filter(needed).map(|field| (field.name.to_owned(), sample(world, field))).collect();
    values.insert("title".into(), json!("A record"));
    values
}

fn create(world: &World, entry: &Entry) -> Outcome {
    let values = complete(world, &entry.def);
    let outcome = world.act(Command::Create { kind: entry.def.name.into(), values });
    outcome.unwrap_or_else(|error| panic!("{}: {error}", entry.def.name))
}

fn make(world: &World, entry: &Entry) -> String {
    create(world, entry).reference
}

/// Answers that a move asks for.
fn answers(world: &World, entry: &Entry, name: &str) -> Map<String, Json> {
    let mv = entry.def.find_move(name).expect("a move");
    let field = |name: &&str| entry.def.field(name).expect("a field");
    mv.asks.iter().map(field).map(|field| (field.name.to_owned(), sample(world, field))).collect()
}

fn perform(world: &World, entry: &Entry, reference: &str, name: &str) -> Result<Outcome> {
    if entry.def.approval.as_ref().is_some_and(|approval| approval.decides(name)) {
        return decide(world, entry, reference, name);
    }
    let mut values = answers(world, entry, name);
    // A model that the record names already is the one that the variant has made ready.
    if !stored_value(world, entry, reference, "change_model").is_null() {
        values.remove("change_model");
    }
    world.act(Command::Move { record: reference.into(), name: name.into(), version: None, values })
}

/// As many votes as the move needs that follows from them, each by a person of its own.
fn decide(world: &World, entry: &Entry, reference: &str, name: &str) -> Result<Outcome> {
    let approval = entry.def.approval.as_ref().expect("an approval");
    let rejects = approval.gates.iter().any(|gate| gate.rejected == name);
    let id = stored_value(world, entry, reference, "id").as_id().expect("an id");
    let rounds = world.app.view().read(|conn| rounds_of(world.app.context(), conn, id)).unwrap();
    let Some(round) = rounds.last().filter(|round| round.state == RoundState::Pending) else {
        // Nothing waits: the hand that tries is refused.
        let values = Map::new();
        return world.act(Command::Move {
            record: reference.into(),
            name: name.into(),
            version: None,
            values,
        });
    };
    let needed = if rejects { 1 } else { round.quorum };
    let mut last = None;
    for _ in 0..needed {
        let person = world.create("person", json!({"title": "A voter", "staff": true}))?;
        let role = json!({"title": "Role", "person": person.reference, "role": round.roles[0]});
        world.create("role_assignment", role)?;
        let vote = Command::Vote {
            record: reference.into(),
            version: None,
            verdict: if rejects { "reject" } else { "approve" }.into(),
            comment: Some("Looked at".into()),
        };
        last = Some(world.act_as(&person.id, vote)?);
    }
    Ok(last.expect("a vote"))
}

/// What a record is made with, the way to each state from there, and the moves that worked from a state.
struct Ways {
    values: Map<String, Json>,
    to: BTreeMap<&'static str, Vec<&'static str>>,
    works: BTreeSet<(&'static str, &'static str)>,
}

/// Inputs whose records take different ways through the same lifecycle.
fn variants(world: &World, entry: &Entry) -> Vec<Map<String, Json>> {
    if entry.def.name != "change" {
        return vec![Map::new()];
    }
    let by_model = |category: &str| {
        let values = json!({"title": "A model", "applies_to": category, "risk": "low", "back_out_plan": "Restore",
            "implementation_plan": "Restart", "test_plan": "None", "approved_afterwards": category == "emergency"});
        let model = world.create("change_model", values).unwrap().reference;
        world.perform(&model, "submit", json!({})).unwrap();
        decide(world, REGISTRY.kind("change_model").unwrap(), &model, "put_in_force").unwrap();
        object(json!({"category": category, "change_model": model}))
    };
    vec![Map::new(), by_model("standard"), by_model("emergency")]
}

/// Tries every move from every state that is reached, breadth first, for every variant.
fn explore(world: &World, entry: &Entry) -> Vec<Ways> {
    let explored = variants(world, entry).into_iter().map(|values| {
        let first = entry.def.states.words[0];
        let mut ways = Ways { values, to: BTreeMap::from([(first, Vec::new())]), works: BTreeSet::new() };
        let mut queue = VecDeque::from([first]);
        while let Some(state) = queue.pop_front() {
            for mv in entry.def.moves.iter().filter(|mv| mv.from.contains(&state)) {
                let place = format!("{}.{} from {state}", entry.def.name, mv.name);
                let reference = in_state(world, entry, &ways, state);
                let (_, version) = stored(world, entry, &reference);
                let Ok(done) = perform(world, entry, &reference, mv.name) else { continue };
                assert_eq!(stored(world, entry, &reference), (mv.to.to_owned(), version + 1), "{place}");
                assert_eq!(done.version, version + 1);
                ways.works.insert((state, mv.name));
                if !ways.to.contains_key(mv.to) {
                    let mut way = ways.to[state].clone();
                    way.push(mv.name);
                    ways.to.insert(mv.to, way);
                    queue.push_back(mv.to);
                }
            }
        }
        ways
    });
    explored.collect()
}

/// A new record of the kind in this state.
fn in_state(world: &World, entry: &Entry, ways: &Ways, state: &str) -> String {
    let mut values = complete(world, &entry.def);
    values.extend(ways.values.clone());
    let made = world.act(Command::Create { kind: entry.def.name.into(), values });
    let reference = made.unwrap_or_else(|error| panic!("{}: {error}", entry.def.name)).reference;
    for name in ways.to.get(state).unwrap_or_else(|| panic!("no way to {state}")) {
        perform(world, entry, &reference, name).unwrap_or_else(|error| panic!("{reference} {name}: {error}"));
    }
    reference
}

/// The row of a record: its state and version.
fn stored(world: &World, entry: &Entry, reference: &str) -> (String, u64) {
    let table = world.app.context().table(entry.def.name).unwrap().clone();
    let row = world.app.store().read(|conn| rows::find(conn, &table, "ref", &Value::from(reference)));
    let row = row.unwrap().unwrap_or_else(|| panic!("no {reference}")).row;
    (row[3].to_string(), row[4].as_int().unwrap().try_into().unwrap())
}

fn stored_value(world: &World, entry: &Entry, reference: &str, column: &str) -> Value {
    let table = world.app.context().table(entry.def.name).unwrap().clone();
    let row = world.app.store().read(|conn| rows::find(conn, &table, "ref", &Value::from(reference)));
    let mut row = row.unwrap().unwrap_or_else(|| panic!("no {reference}")).row;
    table.position(column).map_or(Value::Null, |at| row.swap_remove(at))
}

fn size(world: &World) -> u64 {
    world.app.head().unwrap().frontier.size()
}

#[track_caller]
fn check_journalled(world: &World) {
    let report = rebuild::check(&Ledger::of(&world.app), &mut |_| {}).expect("the check runs");
    assert_eq!(report.differences, [], "on {:?}", world.engine);
}

/// Runs a story for every kind on both databases.
fn for_every_kind(story: impl Fn(&World, &'static Entry)) {
    on_both(|world| {
        for entry in REGISTRY.kinds() {
            story(world, entry);
        }
        check_journalled(world);
    });
}

/// An act that is refused: nothing changes, and the error is one for the caller.
#[track_caller]
fn refused(world: &World, place: &str, command: Command) -> ErrorKind {
    let before = size(world);
    let error = match world.act(command) {
        Ok(outcome) => panic!("{place}: this should have been refused, not {outcome:?}"),
        Err(error) => error,
    };
    assert!(
        !matches!(error.kind(), ErrorKind::Bug | ErrorKind::Unavailable | ErrorKind::Unknown),
        "{place} on {:?}: {error} {:?}",
        world.engine,
        error.cause()
    );
    assert_eq!(size(world), before, "{place}");
    error.kind().clone()
}

fn wrong_field(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::Invalid(fields) => fields[0].field.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_record_is_made_edited_and_edited_once_only_by_who_has_seen_it() {
    for_every_kind(|world, entry| {
        let made = create(world, entry);
        assert_eq!((made.version, made.changed), (1, true));
        assert!(made.reference.starts_with(entry.def.prefix));
        let edit = |version, title: &str| Command::Edit {
            record: made.reference.clone(),
            version,
            values: object(json!({"title": title})),
        };
        let edited = world.act(edit(Some(1), "Another title")).unwrap();
        assert_eq!((edited.version, edited.changed), (2, true));
        let kind = refused(world, entry.def.name, edit(Some(1), "A third title"));
        assert_eq!(kind, ErrorKind::Stale, "{}: the second of two edits of version 1", entry.def.name);
        let same = world.act(edit(Some(2), "Another title")).unwrap();
        assert_eq!((same.version, same.changed), (2, false));
        assert_eq!(stored(world, entry, &made.reference).1, 2);
        let by_id =
            Command::Edit { record: made.id, version: None, values: object(json!({"title": "By id"})) };
        assert_eq!(world.act(by_id).unwrap().version, 3);
    });
}

#[test]
fn every_state_is_reached_and_every_move_works_from_its_states_and_from_no_other() {
    for_every_kind(|world, entry| {
        let all = explore(world, entry);
        for state in entry.def.states.words {
            let reached = all.iter().find(|ways| ways.to.contains_key(state));
            let reached = reached.unwrap_or_else(|| panic!("{}: no way to {state}", entry.def.name));
            for mv in &entry.def.moves {
                let place = format!("{}.{} from {state}", entry.def.name, mv.name);
                if mv.from.contains(state) {
                    let works = all.iter().any(|ways| ways.works.contains(&(*state, mv.name)));
                    assert!(works, "{place} never works");
                    continue;
                }
                let reference = in_state(world, entry, reached, state);
                let (_, version) = stored(world, entry, &reference);
                let values = answers(world, entry, mv.name);
                let command =
                    Command::Move { record: reference.clone(), name: mv.name.into(), version: None, values };
                let kind = refused(world, &place, command);
                assert!(matches!(kind, ErrorKind::Refused { .. }), "{place}: {kind:?}");
                assert_eq!(stored(world, entry, &reference), ((*state).to_owned(), version), "{place}");
            }
        }
    });
}

#[test]
fn a_move_is_refused_when_it_is_unknown_stale_or_lacks_its_answers() {
    for_every_kind(|world, entry| {
        let reference = make(world, entry);
        let go = |name: &str, version, values| Command::Move {
            record: reference.clone(),
            name: name.into(),
            version,
            values,
        };
        assert_eq!(refused(world, "fly", go("fly", None, Map::new())), ErrorKind::NotFound);
        let first = entry.def.moves.iter().find(|mv| mv.from.contains(&entry.def.states.words[0]));
        let Some(first) = first else { return };
        let stale = go(first.name, Some(7), answers(world, entry, first.name));
        assert_eq!(refused(world, first.name, stale), ErrorKind::Stale);
        let all = explore(world, entry);
        for mv in entry.def.moves.iter().filter(|mv| !mv.asks.is_empty()) {
            let works = |ways: &&Ways| mv.from.iter().any(|from| ways.works.contains(&(*from, mv.name)));
            let ways = all.iter().find(works).unwrap_or_else(|| panic!("{} never works", mv.name));
            let from = mv.from.iter().find(|from| ways.works.contains(&(**from, mv.name))).unwrap();
            let reference = in_state(world, entry, ways, from);
            let mut values = answers(world, entry, mv.name);
            if mv.asks[0] != "change_model" {
                values.remove("change_model");
            }
            // What the record has already is not asked again: it is emptied here.
            values.insert(mv.asks[0].into(), Json::Null);
            let command = Command::Move { record: reference, name: mv.name.into(), version: None, values };
            assert_eq!(wrong_field(&refused(world, mv.name, command)), mv.asks[0], "{}", entry.def.name);
        }
    });
}

#[test]
fn comments_links_tags_tasks_and_attachments_hang_on_every_kind() {
    for_every_kind(|world, entry| {
        let (record, other) = (make(world, entry), make(world, entry));
        let act = |command| world.act(command).unwrap_or_else(|error| panic!("{}: {error}", entry.def.name));
        let comment = |visibility: &str| Command::Comment {
            record: record.clone(),
            body: "A word 😀 'quoted' \"twice\"".into(),
            visibility: visibility.into(),
        };
        assert!(act(comment("public")).part.is_some());
        assert!(act(comment("internal")).part.is_some());
        assert_eq!(wrong_field(&refused(world, "comment", comment("secret"))), "visibility");
        let link =
            || Command::Link { record: record.clone(), relation: RELATED.into(), target: other.clone() };
        assert!(act(link()).changed);
        assert!(!act(link()).changed, "the same link twice is one");
        let own = Command::Link { record: record.clone(), relation: RELATED.into(), target: record.clone() };
        assert_eq!(wrong_field(&refused(world, "link", own)), "target");
        let odd = Command::Link { record: record.clone(), relation: "odd".into(), target: other.clone() };
        assert_eq!(wrong_field(&refused(world, "link", odd)), "relation");
        let unlink =
            || Command::Unlink { record: record.clone(), relation: RELATED.into(), target: other.clone() };
        assert!(act(unlink()).changed);
        assert!(!act(unlink()).changed);
        let tag = |word: &str| Command::Tag { record: record.clone(), word: word.into() };
        assert!(act(tag("größe-1.2")).changed);
        assert!(!act(tag("größe-1.2")).changed);
        assert_eq!(wrong_field(&refused(world, "tag", tag("two words"))), "word");
        assert!(act(Command::Untag { record: record.clone(), word: "größe-1.2".into() }).changed);
        let task = Command::AddTask {
            record: record.clone(),
            title: "Look".into(),
            assignee: None,
            due_at: Some(at("2026-02-01T00:00:00Z")),
        };
        let task = act(task).part.unwrap();
        let change = |record: &str, task: &str, state: &str| Command::ChangeTask {
            record: record.into(),
            task: task.into(),
            state: Some(state.into()),
            assignee: None,
        };
        assert!(act(change(&record, &task, "done")).changed);
        assert_eq!(wrong_field(&refused(world, "task", change(&record, &task, "perhaps"))), "state");
        assert_eq!(
            refused(world, "task", change(&other, &task, "open")),
            ErrorKind::NotFound,
            "of another record"
        );
        let file = StoredFile {
            name: "log.txt".into(),
            media_type: None,
            bytes: 3,
            sha256: "00".repeat(32),
            stored_as: format!("{record}-file"),
        };
        let attach = Command::Attach { record: record.clone(), file, visibility: "public".into() };
        let attachment = act(attach).part.unwrap();
        let detach = |record: &str| Command::Detach { record: record.into(), attachment: attachment.clone() };
        assert_eq!(refused(world, "detach", detach(&other)), ErrorKind::NotFound);
        assert!(act(detach(&record)).changed);
        assert_eq!(refused(world, "detach", detach(&record)), ErrorKind::NotFound);
    });
}

#[test]
fn a_foreign_history_is_taken_by_every_kind() {
    for_every_kind(|world, entry| {
        let values = complete(world, &entry.def);
        world.clock.pass(3600);
        let states = entry.def.states.words;
        let step = |at_: &str, state: &str, values| HistoryStep {
            at: at(at_),
            by: Some("Updated by 21".into()),
            state: state.into(),
            values,
        };
        let last = states[states.len() - 1];
        let steps = vec![
            step("2016-02-29T08:00:00Z", states[0], values),
            step("2016-03-01T08:00:00Z", last, Map::new()),
        ];
        let outcome = world.act(Command::RecordHistory { kind: entry.def.name.into(), steps: steps.clone() });
        let outcome = outcome.unwrap_or_else(|error| panic!("{}: {error}", entry.def.name));
        assert_eq!(stored(world, entry, &outcome.reference), (last.to_owned(), 2), "{}", entry.def.name);
        let mut backwards = steps.clone();
        backwards.reverse();
        let kind = entry.def.name.to_owned();
        refused(world, "backwards", Command::RecordHistory { kind: kind.clone(), steps: backwards });
        let mut future = steps;
        future[1].at = at("2100-01-01T00:00:00Z");
        refused(world, "future", Command::RecordHistory { kind, steps: future });
    });
}

#[test]
fn what_does_not_exist_is_said_so_and_nothing_breaks() {
    for_every_kind(|world, entry| {
        let unknown_id = Uuid::from_u128(77).to_string();
        let unknown_ref = format!("{}-999999", entry.def.prefix);
        let odd = [
            "",
            " ",
            "INC",
            "INC-",
            "-1",
            "INC-1\0",
            "\0",
            "INC-99999999999999999999999999",
            "x".repeat(9000).as_str(),
            "'; drop table person; --",
            "😀-000001",
            unknown_id.as_str(),
            unknown_ref.as_str(),
        ]
        .map(str::to_owned);
        for name in odd {
            let edit =
                Command::Edit { record: name.clone(), version: None, values: object(json!({"title": "A"})) };
            assert_eq!(refused(world, &name, edit), ErrorKind::NotFound, "{name:?}");
            let comment =
                Command::Comment { record: name.clone(), body: "A".into(), visibility: "public".into() };
            assert_eq!(refused(world, &name, comment), ErrorKind::NotFound, "{name:?}");
            for field in entry.def.fields.iter().filter(|field| !field.system) {
                if let Type::Reference(_) = field.ty {
                    let mut values = complete(world, &entry.def);
                    values.insert(field.name.into(), json!(name));
                    let kind = refused(world, &name, Command::Create { kind: entry.def.name.into(), values });
                    assert_eq!(wrong_field(&kind), field.name, "{name:?}");
                }
            }
        }
        let mut values = complete(world, &entry.def);
        values.insert("colour".into(), json!("red"));
        let kind = refused(world, "colour", Command::Create { kind: entry.def.name.into(), values });
        assert_eq!(wrong_field(&kind), "colour");
    });
    on_both(|world| {
        let command = Command::Create { kind: "starship".into(), values: Map::new() };
        assert_eq!(refused(world, "starship", command), ErrorKind::NotFound);
    });
}

#[test]
fn a_reference_leads_to_its_own_kind_only() {
    for_every_kind(|world, entry| {
        for field in entry.def.fields.iter().filter(|field| !field.system) {
            let Type::Reference(wanted) = field.ty else { continue };
            let foreign = REGISTRY.kinds().iter().find(|other| other.def.name != wanted).unwrap();
            let foreign = create(world, foreign);
            for name in [foreign.reference, foreign.id] {
                let mut values = complete(world, &entry.def);
                values.insert(field.name.into(), json!(name));
                let kind =
                    refused(world, field.name, Command::Create { kind: entry.def.name.into(), values });
                assert_eq!(wrong_field(&kind), field.name);
            }
        }
    });
}

/// What people and programs send by mistake or by intent.
fn odd_values() -> Vec<Json> {
    vec![
        json!(null),
        json!(""),
        json!("\0"),
        json!("a\0b"),
        json!("\u{10ffff}\u{202e}é"),
        json!("x".repeat(100_000)),
        json!(format!("{}@example.org", "x".repeat(3000))),
        json!(format!("{}@example.org", "é".repeat(600))),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1.5),
        json!(true),
        json!([]),
        json!({}),
        json!([{"zone": "a\0b"}]),
        json!("-009999-01-02T00:00:00Z"),
        json!("0000-12-31T23:59:59Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("0001-01-01T00:00:00Z"),
        json!("-004713-01-01"),
        json!("0001-01-01"),
        json!("9999-12-31"),
        json!("2026-02-30"),
    ]
}

#[test]
fn odd_values_are_kept_or_refused_the_same_on_both_databases() {
    let mut answers: Vec<Vec<String>> = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine);
        let mut said = Vec::new();
        for entry in REGISTRY.kinds() {
            for field in &entry.def.fields {
                for odd in odd_values() {
                    let mut values = complete(&world, &entry.def);
                    values.insert(field.name.into(), odd.clone());
                    let answer = world.act(Command::Create { kind: entry.def.name.into(), values });
                    let shown: String = odd.to_string().chars().take(40).collect();
                    let place = format!("{}.{} = {shown}", entry.def.name, field.name);
                    if let Err(error) = &answer {
                        let expected =
                            matches!(error.kind(), ErrorKind::Invalid(_) | ErrorKind::Refused { .. });
                        assert!(expected, "{place} on {engine:?}: {error} {:?}", error.cause());
                    }
                    said.push(format!("{place}: {:?}", answer.map_err(|error| error.to_string())));
                }
            }
        }
        check_journalled(&world);
        answers.push(said);
    }
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn the_same_key_gives_the_same_answer_and_another_request_is_refused() {
    on_both(|world| {
        let command = |title: &str| Command::Create {
            kind: "incident".into(),
            values: object(json!({"title": title})),
        };
        let request = |title: &str| world.request(command(title)).once("key");
        let first = world.app.act(request("A")).unwrap();
        let before = size(world);
        assert_eq!(world.app.act(request("A")).unwrap(), first);
        let error = world.app.act(request("B")).unwrap_err();
        assert_eq!(wrong_field(error.kind()), "Idempotency-Key");
        assert_eq!(size(world), before);
        // A refusal is not remembered: the same key may try again.
        let refused = world.request(command("")).once("other");
        assert!(world.app.act(refused).is_err());
        assert_eq!(world.app.act(world.request(command("C")).once("other")).unwrap().reference, "INC-000002");
        for key in ["", "\0", &"x".repeat(501)] {
            let error = world.app.act(world.request(command("D")).once(key)).unwrap_err();
            assert_eq!(wrong_field(error.kind()), "idempotency_key", "{key:?}");
        }
        // Many at once with one key: one record.
        let answers: BTreeSet<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| world.app.act(world.request(command("E")).once("many")).unwrap().id))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(answers.len(), 1);
    });
}

/// Numbers that follow from a seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end.max(1) as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A value that may or may not fit the field; refs are guessed.
fn any_value(chance: &mut Chance, field: &FieldDef) -> Json {
    if chance.below(10) == 0 {
        return Json::Null;
    }
    match field.ty {
        Type::Text => json!(format!("word{}@example.org", chance.below(40))),
        Type::Bool => json!(chance.below(2) == 0),
        Type::Int => json!(chance.below(5)),
        Type::Instant => json!(format!("2026-01-05T{:02}:00:00Z", chance.below(12))),
        Type::Date => json!(format!("2026-01-{:02}", 1 + chance.below(28))),
        Type::Choice(choice) => json!(chance.pick(choice.words)),
        Type::Reference(kind) => json!(any_ref(chance, REGISTRY.kind(kind).unwrap())),
        Type::Structured(_) => chance.pick(&structured()).clone(),
        Type::Bytes => Json::Null,
    }
}

fn any_ref(chance: &mut Chance, entry: &Entry) -> String {
    format!("{}-{:06}", entry.def.prefix, 1 + chance.below(4))
}

/// A random command. Many are refused, and all are the same for the same seed.
fn any_command(chance: &mut Chance) -> Command {
    let entry = chance.pick(REGISTRY.kinds());
    let record = any_ref(chance, entry);
    let some = |chance: &mut Chance, fields: Vec<&FieldDef>, most: usize| -> Map<String, Json> {
        (0..chance.below(most + 1))
            .filter(|_| !fields.is_empty())
            .map(|_| {
                let field = *chance.pick(&fields);
                (field.name.to_owned(), any_value(chance, field))
            })
            .collect()
    };
    match chance.below(20) {
        0..=5 => {
            let needed = |field: &&FieldDef| {
                !field.system && (field.required || matches!(field.ty, Type::Structured(_)))
            };
            let mut values = some(chance, entry.def.fields.iter().filter(|field| !field.system).collect(), 3);
            for field in entry.def.fields.iter().filter(needed) {
                values.insert(field.name.into(), any_value(chance, field));
            }
            values.insert("title".into(), json!(format!("Title {}", chance.below(100))));
            Command::Create { kind: entry.def.name.into(), values }
        }
        6..=8 => {
            let values = some(chance, entry.def.fields.iter().filter(|field| !field.system).collect(), 3);
            Command::Edit { record, version: None, values }
        }
        9..=13 => {
            let Some(mv) = (!entry.def.moves.is_empty()).then(|| chance.pick(&entry.def.moves)) else {
                return Command::Tag { record, word: "still".into() };
            };
            let asked = mv.asks.iter().filter_map(|name| entry.def.field(name));
            let values = asked.map(|field| (field.name.to_owned(), any_value(chance, field))).collect();
            Command::Move { record, name: mv.name.into(), version: None, values }
        }
        14 | 15 => Command::Comment {
            record,
            body: format!("Words {}", chance.below(1000)),
            visibility: (*chance.pick(&["public", "internal"])).into(),
        },
        16 => {
            Command::Link { record: record.clone(), relation: RELATED.into(), target: any_ref(chance, entry) }
        }
        17 if chance.below(2) == 0 => Command::Vote {
            record,
            version: None,
            verdict: (*chance.pick(&["approve", "reject"])).into(),
            comment: Some("Looked at".into()),
        },
        17 => Command::Tag { record, word: format!("tag{}", chance.below(3)) },
        18 => Command::AddTask { record, title: "Look".into(), assignee: None, due_at: None },
        _ => Command::ErasePerson { person: format!("PER-{:06}", 1 + chance.below(6)) },
    }
}

fn script(seed: u64, length: usize) -> Vec<Command> {
    let mut chance = Chance(seed);
    // Persons and services first, to whom most records refer.
    let first = ["person", "person", "person", "service", "service"].map(|kind| Command::Create {
        kind: kind.into(),
        values: object(json!({"title": format!("The {kind}")})),
    });
    first.into_iter().chain((0..length).map(|_| any_command(&mut chance))).collect()
}

type Answers = Vec<std::result::Result<Outcome, String>>;

/// Sends the commands in their order from several threads, each waiting for its answer elsewhere.
fn send(world: &World, script: &[Command], threads: usize) -> Answers {
    let next = Mutex::new(0_usize);
    let answers: Mutex<BTreeMap<usize, std::result::Result<Outcome, String>>> = Mutex::default();
    let work = || {
        loop {
            let (number, answer) = {
                let mut next = next.lock().unwrap();
                let Some(command) = script.get(*next) else { return };
                let number = *next;
                *next += 1;
                let mut request = Request::by_operator(command.clone()).unwrap();
                request.ids = Ids::of_run("walk", number as u64);
                (number, world.app.act_later(request).unwrap())
            };
            let answer = answer.recv().unwrap().map_err(|error| {
                let expected =
                    !matches!(error.kind(), ErrorKind::Bug | ErrorKind::Unavailable | ErrorKind::Unknown);
                assert!(
                    expected,
                    "command {number} {:?} on {:?}: {error} {:?}",
                    script[number],
                    world.engine,
                    error.cause()
                );
                error.to_string()
            });
            answers.lock().unwrap().insert(number, answer);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
        if threads == 0 {
            // All are queued before the first answer is looked at, so that groups are as large as they may be.
            let waiting: Vec<_> = script
                .iter()
                .enumerate()
                .map(|(number, command)| {
                    let mut request = Request::by_operator(command.clone()).unwrap();
                    request.ids = Ids::of_run("walk", number as u64);
                    world.app.act_later(request).unwrap()
                })
                .collect();
            for (number, answer) in waiting.into_iter().enumerate() {
                let answer = answer.recv().unwrap().map_err(|error| error.to_string());
                answers.lock().unwrap().insert(number, answer);
            }
        }
    });
    answers.into_inner().unwrap().into_values().collect()
}

#[test]
fn after_any_walk_the_tables_are_what_the_journal_says() {
    for seed in 0..8 {
        on_both(|world| {
            let answers = send(world, &script(seed, 20 * REGISTRY.kinds().len()), 4);
            let done = answers.iter().filter(|answer| answer.is_ok()).count();
            assert!(done > 30, "seed {seed}: only {done} commands did anything");
            check_journalled(world);
        });
    }
}

#[test]
fn the_same_commands_give_the_same_journal_on_both_databases_in_groups_of_any_size() {
    let script = script(2026, 250);
    let mut wanted: Option<(Answers, [u8; 32])> = None;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for most in [1, 7, 256] {
            for threads in [0, 1, 4] {
                let world = World::with(engine, |config| config.most_per_group = most);
                let answers = send(&world, &script, threads);
                let found = (answers, world.app.head().unwrap().frontier.root());
                let wanted = wanted.get_or_insert_with(|| found.clone());
                for (number, (found, wanted)) in found.0.iter().zip(&wanted.0).enumerate() {
                    let place = format!("{engine:?}, groups of {most}, {threads} threads");
                    assert_eq!(found, wanted, "{place}: command {number} {:?}", script[number]);
                }
                assert_eq!(found.1, wanted.1, "{engine:?}, groups of {most}, {threads} threads: the root");
            }
        }
    }
}

#[test]
fn personal_values_never_stand_in_a_journal_entry() {
    on_both(|world| {
        // Every personal field of every kind gets words that stand nowhere else.
        let mut secrets = Vec::new();
        for entry in REGISTRY.kinds() {
            let mut values = complete(world, &entry.def);
            let mut secret = || {
                let secret = format!("secret{}@example.org", secrets.len());
                secrets.push(secret.clone());
                secret
            };
            if entry.def.title.personal.is_some() {
                values.insert("title".into(), json!(secret()));
            }
            for field in entry.def.fields.iter().filter(|field| field.personal.is_some() && !field.system) {
                values.insert(field.name.into(), json!(secret()));
            }
            let made = world.act(Command::Create { kind: entry.def.name.into(), values }).unwrap();
            let body = secret();
            let comment =
                Command::Comment { record: made.reference.clone(), body, visibility: "public".into() };
            world.act(comment).unwrap();
            let file = StoredFile {
                name: secret(),
                media_type: None,
                bytes: 1,
                sha256: "00".repeat(32),
                stored_as: made.reference.clone(),
            };
            let attach =
                Command::Attach { record: made.reference.clone(), file, visibility: "public".into() };
            world.act(attach).unwrap();
        }
        assert!(secrets.len() > 20, "{}", secrets.len());
        let entries = world.app.store().read(|conn| journal::from(conn, 0, 100_000)).unwrap();
        for stored in &entries {
            let text = String::from_utf8_lossy(&stored.body);
            let found = secrets.iter().find(|secret| text.contains(secret.as_str()));
            assert_eq!(found, None, "in entry {}", stored.position);
        }
        // They are kept beside it: the search above could have found something.
        let held = "select content from journal_personal order by position, name";
        let held = world.app.store().read(|conn| conn.query(held, &[], &[Cell::Text])).unwrap();
        for secret in &secrets {
            assert!(held.iter().any(|row| row[0].to_string().contains(secret)), "{secret}");
        }
    });
}

#[test]
fn who_may_not_act_changes_nothing() {
    on_both(|world| {
        let person = create(world, REGISTRY.kind("person").unwrap());
        let before = size(world);
        let command = || Command::Create { kind: "incident".into(), values: object(json!({"title": "A"})) };
        for actor in [Actor::Person(person.id.parse().unwrap()), Actor::System, Actor::Foreign("x".into())] {
            let error = world.app.act(world.request(command()).by(actor.clone())).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Forbidden, "{actor:?}");
        }
        let clockwork = Command::ClockReached { record: person.reference, goal: "response".into() };
        assert_eq!(refused(world, "clockwork", clockwork), ErrorKind::Forbidden);
        assert_eq!(size(world), before);
    });
}
