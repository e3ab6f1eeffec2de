//! The story through the one door, on both databases.

use std::sync::Arc;

use mainstay_app::{App, Config, Founding, replay::Replayed};
use mainstay_core::Instant;
use mainstay_kinds::REGISTRY;
use mainstay_simulation::{DEFAULT_UNTIL, Settings, Size, Story, end, run, tell};
use mainstay_store::{Cell, ManualClock};
use mainstay_testkit::postgres::{Database, Server};

/// Few records of each kind: for stories that are told several times.
const TINY: Size = Size {
    incidents: 60,
    requests: 15,
    changes: 50,
    configuration_items: 12,
    problems: 3,
    callers: 3,
    answers: 4,
};

fn until() -> Instant {
    end(DEFAULT_UNTIL).expect("a date")
}

fn story(seed: &str, size: Size) -> Story {
    tell(&Settings { seed: seed.into(), until: until(), size }).expect("a story")
}

struct World {
    app: App,
    _folder: tempfile::TempDir,
    _database: Option<Database>,
}

fn play(story: &Story, seed: &str, postgres: bool, most_per_group: usize) -> (World, Replayed) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = postgres.then(|| Server::shared().fresh_database());
    let mut config = Config::new(folder.path().join("data"), Arc::new(ManualClock::at(until())));
    config.database_url = database.as_ref().map(|database| database.url.clone());
    config.founding = Founding::Synthetic { seed: seed.into() };
    config.most_per_group = most_per_group;
    let app = App::open(config, &REGISTRY).expect("the application opens");
    let replayed = run(&app, story, seed, &mut |_| {});
    let replayed = replayed.unwrap_or_else(|error| {
        let number = error.hints().last().and_then(|hint| {
            hint.split_once("line ")
                .and_then(|(_, rest)| rest.split([';', ' ']).next()?.parse::<usize>().ok())
        });
        let line = number.and_then(|number| story.text.lines().nth(number - 1));
        panic!("{error:?}\n{}", line.unwrap_or_default())
    });
    (World { app, _folder: folder, _database: database }, replayed)
}

fn count(world: &World, sql: &str) -> i64 {
    let row = world.app.store().read(|conn| conn.first(sql, &[], &[Cell::Int])).expect("a count");
    row.and_then(|row| row[0].as_int()).unwrap_or_default()
}

#[test]
fn the_small_story_is_told_without_a_refusal() {
    let started = std::time::Instant::now();
    let story = story("1", Size::SMALL);
    eprintln!("told {} lines in {:?}: {:?}", story.lines, started.elapsed(), story.records);
    let (world, replayed) = play(&story, "1", false, 256);
    eprintln!("{replayed:?} {:?}", started.elapsed());
    for state in ["new", "in_progress", "waiting", "resolved", "closed", "cancelled", "merged"] {
        eprintln!(
            "{state} {}",
            count(&world, &format!("select count(*) from incident where state = '{state}'"))
        );
    }
}
