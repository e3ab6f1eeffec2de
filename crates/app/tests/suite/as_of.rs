//! As of any instant everything is as it was then, but for what was erased since: on both databases, by replay, from
//! a kept file, and after that was removed.

use std::{collections::BTreeMap, path::Path};

use mainstay_app::{
    App, Command, Config, View,
    explain::explain,
    export::{Format, export},
    report::sla::{Question, report},
    view::parse_as_of,
};
use mainstay_core::Instant;
use mainstay_kinds::REGISTRY;
use mainstay_store::{Cell, dialect::Audience, pages::Paged, schema};
use serde_json::{Value as Json, json};

use crate::{
    stories::announce,
    world::{Engine, World, at, on_both},
};

/// Stands in every text of the person who is erased, in upper or lower case, and in no other.
const MARK: &str = "Zebediah";

/// A seeded draw of numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn of<'a>(&mut self, all: &'a [String]) -> &'a str {
        &all[self.below(all.len() as u64) as usize]
    }
}

/// All that can be seen at an instant.
#[derive(PartialEq)]
struct Seen {
    tables: BTreeMap<String, Vec<Vec<Json>>>,
    answers: BTreeMap<String, Json>,
}

/// Looks at everything through a view.
fn look(view: &View<'_>, incidents: &[String]) -> Seen {
    let context = view.context();
    let own = schema::own().iter().filter(|own| schema::PROJECTED.contains(&own.name)).map(Paged::from);
    let tables: Vec<Paged> = context.tables().iter().map(|table| Paged::from(&**table)).chain(own).collect();
    let mut seen = Seen { tables: BTreeMap::new(), answers: BTreeMap::new() };
    for table in tables {
        let mut rows = Vec::new();
        view.read(|conn| {
            table.walk(conn, &mut |page| {
                rows.extend(page.iter().map(|row| row.iter().map(|value| value.to_json()).collect()));
                Ok(())
            })
        })
        .expect("the table");
        seen.tables.insert(table.table.to_owned(), rows);
    }
    for kind in ["incident", "person", "calendar"] {
        let mut out = Vec::new();
        export(view, kind, Format::JsonLines, &mut out, &mut |_| {}).expect("an export");
        let lines: Vec<Json> =
            String::from_utf8(out).expect("text").lines().map(|line| line.parse().expect("JSON")).collect();
        seen.answers.insert(format!("export {kind}"), json!(lines));
    }
    let question = Question { targets: Some("Standard".into()), incidents: true, ..Question::default() };
    let answer = report(view, &question, &mut |_| {}).map(|report| json!(report));
    seen.answers.insert("report".into(), answer.unwrap_or_else(|error| json!(error.to_string())));
    for incident in incidents {
        let explained = explain(view, incident, None, None).map(|explained| json!(explained));
        let explained = explained.unwrap_or_else(|error| json!(error.to_string()));
        seen.answers.insert(format!("explain {incident}"), explained);
    }
    for word in ["zebediah", "printer", "full"] {
        let found = view.read(|conn| {
            let expression = conn.dialect().search_expression(&[word.to_owned()], Audience::Staff);
            let condition = conn.dialect().search_condition(1, Audience::Staff);
            let sql = format!("select ref from record where {condition} order by \"key\"");
            let sql = conn.dialect().sql(&sql);
            conn.query(&sql, &[expression.into()], &[Cell::Text])
        });
        let found: Vec<_> = found.expect("a search").iter().map(|row| row[0].to_json()).collect();
        seen.answers.insert(format!("search {word}"), json!(found));
    }
    seen
}

/// What is left when every text of the erased person is gone.
fn erased(value: &Json) -> Json {
    match value {
        Json::String(text) if text.to_lowercase().contains(&MARK.to_lowercase()) || text.is_empty() => {
            Json::Null
        }
        Json::Array(all) => all.iter().map(erased).collect(),
        Json::Object(all) => all.iter().map(|(name, value)| (name.clone(), erased(value))).collect(),
        other => other.clone(),
    }
}

impl Seen {
    fn erased(&self) -> Self {
        let rows = |rows: &Vec<Vec<Json>>| {
            rows.iter().map(|row| row.iter().map(erased).collect()).collect::<Vec<Vec<Json>>>()
        };
        let mut answers: BTreeMap<_, _> =
            self.answers.iter().map(|(name, answer)| (name.clone(), erased(answer))).collect();
        answers.insert(format!("search {}", MARK.to_lowercase()), json!([]));
        Self { tables: self.tables.iter().map(|(name, all)| (name.clone(), rows(all))).collect(), answers }
    }

    fn must_be(&self, expected: &Seen, what: &str) {
        for (name, rows) in &expected.tables {
            assert_eq!(&self.tables[name], rows, "table {name} {what}");
        }
        for (name, answer) in &expected.answers {
            assert_eq!(&self.answers[name], answer, "{name} {what}");
        }
    }
}

/// A desk on which something random happens.
struct Desk<'w> {
    world: &'w World,
    dice: Dice,
    incidents: Vec<String>,
    tasks: Vec<(String, String)>,
    /// Ref and id of persons; the first one is erased one day.
    persons: Vec<(String, String)>,
    calendar: String,
    versions: Vec<Json>,
    changed: usize,
}

impl<'w> Desk<'w> {
    fn open(world: &'w World) -> Self {
        let create = |kind: &str, values: Json| world.create(kind, values).expect("a record");
        let versions = vec![json!({"zone": "UTC", "always_open": true})];
        let calendar = create("calendar", json!({"title": "Hours", "versions": versions})).reference;
        let terms = json!([{"warn_percent": [50], "targets": [
            {"goal": "response", "priority": 3, "seconds": 3600},
            {"goal": "next_response", "priority": 3, "seconds": 3600},
            {"goal": "resolution", "priority": 2, "seconds": 7200},
            {"goal": "resolution", "priority": 3, "seconds": 14_400}]}]);
        let values = json!({"title": "Standard", "calendar": calendar, "versions": terms});
        let agreement = create("service_level_agreement", values).reference;
        world.perform(&agreement, "put_in_force", json!({})).expect("in force");
        let persons = [MARK, "Ann", "Bert"].map(|name| {
            let made = create(
                "person",
                json!({"title": format!("{name} Lee"), "email": format!("{name}@desk.example")}),
            );
            (made.reference, made.id)
        });
        Self {
            world,
            dice: Dice(7),
            incidents: Vec::new(),
            tasks: Vec::new(),
            persons: persons.into(),
            calendar,
            versions,
            changed: 0,
        }
    }

    fn person(&mut self) -> (String, String, &'static str) {
        let number = self.dice.below(self.persons.len() as u64) as usize;
        let (reference, id) = self.persons[number].clone();
        (reference, id, if number == 0 { MARK } else { "Somebody" })
    }

    /// One random act; some are refused, which is all right.
    fn act(&mut self) {
        let world = self.world;
        if self.incidents.len() < 3 || self.dice.below(6) == 0 {
            let (caller, _, name) = self.person();
            let urgency = ["low", "medium", "high"][self.dice.below(3) as usize];
            let what = if name == MARK { "Nothing" } else { "The printer" };
            let values = json!({"title": format!("{what} works, says {name}"), "caller": caller,
                "description": format!("Says {name}"), "impact": "medium", "urgency": urgency});
            let made = world.create("incident", values).expect("an incident");
            self.incidents.push(made.reference);
            return;
        }
        let record = self.dice.of(&self.incidents).to_owned();
        let other = self.dice.of(&self.incidents).to_owned();
        let (_, person, name) = self.person();
        let number = self.dice.below(1000);
        let perform = |name: &str, values: Json| world.perform(&record, name, values);
        let done = match self.dice.below(17) {
            0 => world.edit(&record, json!({"category": format!("kind {number}")})),
            1 => world.edit(&record, json!({"priority": 2, "priority_reason": "It is full"})),
            2 | 3 => perform("start", json!({})),
            4 => perform("wait", json!({"waiting_reason": "customer"})),
            5 | 6 => perform("resolve", json!({"resolution": "Paper tray is full again"})),
            7 => perform("close", json!({})),
            8 => perform("reopen", json!({"reopen_reason": "It smokes again"})),
            9 => perform("merge", json!({"merged_into": other})),
            10 | 11 => world.act_as(
                &person,
                Command::Comment {
                    record,
                    body: format!("{name} says {number}"),
                    visibility: "public".into(),
                },
            ),
            12 => world.act(Command::Link { record, relation: "related_to".into(), target: other }),
            13 => world.act(Command::Unlink { record, relation: "related_to".into(), target: other }),
            14 => world.act(Command::Tag { record, word: format!("word{}", number % 5) }),
            15 => {
                let task = Command::AddTask {
                    record: record.clone(),
                    title: format!("Step {number}"),
                    assignee: None,
                    due_at: None,
                };
                world
                    .act(task)
                    .inspect(|made| self.tasks.extend(made.part.clone().map(|part| (record, part))))
            }
            _ => match self.tasks.last() {
                Some((record, task)) => world.act(Command::ChangeTask {
                    record: record.clone(),
                    task: task.clone(),
                    state: Some("done".into()),
                    assignee: None,
                }),
                None => return,
            },
        };
        self.changed += usize::from(done.is_ok_and(|done| done.changed));
    }

    /// The office is open on weekdays only, from tomorrow on.
    fn change_the_calendar(&mut self) {
        let from = self.world.app.now().expect("a time") + std::time::Duration::from_secs(86_400);
        self.versions.push(json!({"zone": "UTC", "valid_from": from.to_string(), "week": {"monday": ["08:00-17:00"], "tuesday": ["08:00-17:00"]}}));
        let changed = self.world.edit(&self.calendar, json!({"versions": self.versions}));
        changed.expect("a new version");
    }

    fn copy(&self) -> (Instant, Seen) {
        let now = self.world.app.now().expect("a time");
        (now, look(&self.world.app.view(), &self.incidents[..self.incidents.len().min(4)]))
    }
}

fn files(data: &Path) -> Vec<std::path::PathBuf> {
    let Ok(files) = std::fs::read_dir(data.join("views")) else { return Vec::new() };
    files.map(|file| file.expect("a file").path()).collect()
}

#[test]
fn as_of_an_instant_everything_is_as_a_copy_of_that_time_but_for_what_was_erased() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        story(&World::with(engine, |config| config.snapshot_every = 60));
    }
}

fn story(world: &World) {
    let mut desk = Desk::open(world);
    let mut copies = Vec::new();
    let mut kept = 0;
    for round in 0..20 {
        for _ in 0..8 {
            // Several acts may share an instant.
            let seconds = desk.dice.below(3) * desk.dice.below(2000);
            world.clock.pass(i64::try_from(seconds).expect("few"));
            desk.act();
            announce(world);
        }
        if round == 6 {
            desk.change_the_calendar();
        }
        copies.push(desk.copy());
        world.clock.pass(1 + i64::try_from(desk.dice.below(500)).expect("few"));
        if round == 12 {
            // Everything that was kept until now holds what is erased in a moment.
            for (instant, copy) in &copies {
                let view = world.app.view_as_of(*instant).expect("a view");
                assert_eq!((view.as_of(), view.now().expect("a time")), (Some(*instant), *instant));
                look(&view, &desk.incidents[..4]).must_be(copy, &format!("at {instant} before the erasure"));
            }
            world.app.erase_person(&desk.persons[0].0, "asked for").expect("erased");
            assert_eq!(files(world.app.data()), Vec::<std::path::PathBuf>::new());
            copies.iter_mut().for_each(|(_, copy)| *copy = copy.erased());
            // Nothing more is said by who is gone.
            desk.persons.remove(0);
        }
        kept += usize::from(world.app.keep_snapshots().expect("kept"));
    }
    assert!(desk.changed > 50 && kept > 1, "{} changes, {kept} files", desk.changed);
    let all = |app: &App, what: &str| {
        for (instant, copy) in &copies {
            let view = app.view_as_of(*instant).expect("a view");
            let seen = look(&view, &desk.incidents[..4]).erased();
            seen.must_be(&copy.erased(), &format!("at {instant} {what}"));
        }
    };
    all(&world.app, "by replay");
    all(&world.app, "once more");
    let made = files(world.app.data()).len();
    assert!(made >= 20, "{made} files");
    let again = |limit: u64| {
        let config = Config { views_limit_bytes: limit, ..world.app.config().clone() };
        App::open(config, &REGISTRY).expect("a second application")
    };
    all(&again(u64::MAX), "from kept files");
    assert_eq!(files(world.app.data()).len(), made);
    let small = again(1);
    assert!(!small.keep_snapshots().expect("tidied up") || files(world.app.data()).len() == 1);
    all(&small, "after removal");
    assert_eq!(files(world.app.data()).len(), 1);
}

#[test]
fn a_view_before_the_first_entry_is_empty_and_one_of_the_future_is_refused() {
    on_both(|world| {
        world.create("incident", json!({"title": "Printer smokes"})).expect("an incident");
        let empty = world.app.view_as_of(at("2020-01-01T00:00:00Z")).expect("a view");
        let seen = look(&empty, &[]);
        assert!(seen.tables.values().all(Vec::is_empty));
        assert_eq!(seen.answers["export incident"], json!([]));
        let now = world.app.now().expect("a time");
        assert_eq!(look(&world.app.view_as_of(now).expect("a view"), &[]).tables["incident"].len(), 1);
        let refused = world.app.view_as_of(at("2026-01-05T09:00:01Z")).err().expect("a refusal");
        assert_eq!(refused.fields()[0].field, "as_of");
        assert!(refused.to_string().contains("lies in the future"), "{refused}");
    });
}

#[test]
fn a_date_means_the_end_of_that_day_and_anything_else_is_refused() {
    assert_eq!(parse_as_of("2026-03-01T12:00:00+01:00").expect("an instant"), at("2026-03-01T11:00:00Z"));
    assert_eq!(parse_as_of("2026-02-28").expect("a date"), at("2026-02-28T23:59:59.999Z"));
    for text in ["", "yesterday", "2026-02-30", "2026-03-01T12:00"] {
        let refused = parse_as_of(text).expect_err("a refusal");
        assert_eq!(refused.fields()[0].field, "as_of", "{text}");
    }
}

#[test]
fn history_ends_where_the_view_does() {
    on_both(|world| {
        let made = world.create("incident", json!({"title": "Printer smokes"})).expect("an incident");
        let then = world.app.now().expect("a time");
        world.clock.pass(60);
        world.edit(&made.reference, json!({"category": "fire"})).expect("an edit");
        let id = made.id.parse().expect("an id");
        let entries = |view: &View<'_>| view.history(id, -1, 100).expect("a history").len();
        let past = world.app.view_as_of(then).expect("a view");
        assert_eq!((entries(&past), entries(&world.app.view())), (1, 2));
        // The journal is not in the file: whoever looks there is told.
        assert!(past.read(|conn| mainstay_store::journal::of_record(conn, id, -1, 10)).is_err());
    });
}

#[test]
fn a_past_is_read_by_many_at_once() {
    let world = World::new(Engine::Sqlite);
    for number in 0..20 {
        world.create("incident", json!({"title": format!("Printer {number} smokes")})).expect("an incident");
    }
    let then = world.app.now().expect("a time");
    let expected = look(&world.app.view(), &[]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let view = world.app.view_as_of(then).expect("a view");
                let own = view.clone();
                look(&own, &[]).must_be(&expected, "in a thread");
                own.snapshot(|conn| conn.batch("select count(*) from incident")).expect("one state");
            });
        }
    });
    assert_eq!(files(world.app.data()).len(), 1);
}

#[test]
fn a_damaged_file_is_thrown_away_and_made_anew() {
    let world = World::new(Engine::Sqlite);
    world.create("incident", json!({"title": "Printer smokes"})).expect("an incident");
    let then = world.app.now().expect("a time");
    let expected = look(&world.app.view(), &[]);
    drop(world.app.view_as_of(then).expect("a view"));
    let file = files(world.app.data()).remove(0);
    let another = || App::open(world.app.config().clone(), &REGISTRY).expect("a second application");
    std::fs::write(&file, b"no database").expect("damaged");
    look(&another().view_as_of(then).expect("a view"), &[]).must_be(&expected, "after the damage");
    // Only pages of records are damaged, so that it is opened and found out by a reader.
    let mut bytes = std::fs::read(&file).expect("a file");
    let title = b"Printer smokes";
    for page in bytes.chunks_mut(4096) {
        if page.windows(title.len()).any(|text| text == title) {
            page.fill(0xff);
        }
    }
    std::fs::write(&file, bytes).expect("damaged");
    let another = another();
    let view = another.view_as_of(then).expect("a view");
    let rows = "select count(title), max(title) from incident";
    let refused = view.read(|conn| conn.first(rows, &[], &[Cell::Int])).expect_err("damaged");
    assert!(refused.to_string().contains("cannot be read"), "{refused}");
    look(&another.view_as_of(then).expect("a view"), &[]).must_be(&expected, "after more damage");
}
