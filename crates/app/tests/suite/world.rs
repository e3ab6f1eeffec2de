//! A fresh application on each database, with a clock that the test moves.

use mainstay_app::{App, Command, Config, Founding, Outcome, Request};
use mainstay_core::{Actor, Channel, Ids, Instant, Result};
use mainstay_kinds::REGISTRY;
use mainstay_store::ManualClock;
use mainstay_testkit::postgres::{Database, Server};
use serde_json::{Map, Value as Json};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The databases on which every story runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An application in a folder of its own.
pub struct World {
    pub app: App,
    pub clock: ManualClock,
    pub engine: Engine,
    commands: AtomicU64,
    pub folder: tempfile::TempDir,
    pub database: Option<Database>,
}

pub fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

pub fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        other => panic!("an object is wanted, not {other}"),
    }
}

impl World {
    /// An empty application on this database; ids come from a fixed seed.
    pub fn new(engine: Engine) -> Self {
        Self::with(engine, |_| {})
    }

    pub fn with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = (engine == Engine::Postgres).then(|| Server::shared().fresh_database());
        let clock = ManualClock::at(at("2026-01-05T09:00:00Z"));
        let mut config = Config::new(folder.path().join("data"), Arc::new(clock.clone()));
        config.database_url = database.as_ref().map(|database| database.url.clone());
        config.founding = Founding::Synthetic { seed: "test".into() };
        change(&mut config);
        let app = App::open(config, &REGISTRY).expect("the application opens");
        Self { app, clock, engine, commands: AtomicU64::new(0), folder, database }
    }

    /// A request of the operator with the next ids of the seed.
    pub fn request(&self, command: Command) -> Request {
        let number = self.commands.fetch_add(1, Ordering::SeqCst) + 1;
        let mut request = Request::by_operator(command).expect("a request");
        request.ids = Ids::of_run("test", number);
        request
    }

    pub fn act(&self, command: Command) -> Result<Outcome> {
        self.app.act(self.request(command))
    }

    /// Acts as a person; only replay lets persons act until there are accounts.
    pub fn act_as(&self, person: &str, command: Command) -> Result<Outcome> {
        let person = Actor::Person(person.parse().expect("an id"));
        self.app.act(self.request(command).by(person).through(Channel::Replay))
    }

    pub fn create(&self, kind: &str, values: Json) -> Result<Outcome> {
        self.act(Command::Create { kind: kind.into(), values: object(values) })
    }

    pub fn edit(&self, record: &str, values: Json) -> Result<Outcome> {
        self.act(Command::Edit { record: record.into(), version: None, values: object(values) })
    }

    pub fn perform(&self, record: &str, name: &str, values: Json) -> Result<Outcome> {
        self.act(Command::Move {
            record: record.into(),
            name: name.into(),
            version: None,
            values: object(values),
        })
    }
}

/// Runs a story on both databases.
pub fn on_both(story: impl Fn(&World)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        story(&World::new(engine));
    }
}
