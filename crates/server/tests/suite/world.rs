//! A fresh application with a server in front of it, on each database, with a clock that the test moves.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use mainstay_app::{App, Command, Config, Founding, Outcome, Request};
use mainstay_core::{Ids, Instant, Result};
use mainstay_kinds::REGISTRY;
use mainstay_server::{Rates, Running, Settings, serve};
use mainstay_store::{ManualClock, Synchronous};
use mainstay_testkit::postgres::{Database, Server};
use serde_json::{Map, Value as Json};

use crate::client::Client;

/// The databases on which every story runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

pub const BOTH: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// An application and its server.
pub struct World {
    pub client: Client,
    #[expect(dead_code, reason = "the server ends when the world does")]
    pub server: Running,
    pub app: Arc<App>,
    pub clock: ManualClock,
    commands: AtomicU64,
    #[expect(dead_code, reason = "the folder goes when the world does")]
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

/// Starts a server for an application on a free port.
pub fn start(app: &Arc<App>) -> Running {
    start_with(app, Rates::UNLIMITED)
}

/// As [`start`], with limits of how often somebody may ask.
pub fn start_with(app: &Arc<App>, rates: Rates) -> Running {
    let mut settings =
        Settings::new("127.0.0.1:0".parse().expect("an address"), None, false).expect("settings");
    settings.limits.rates = rates;
    serve(app.clone(), settings).expect("a server")
}

impl World {
    /// An empty application; ids come from a fixed seed.
    pub fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = (engine == Engine::Postgres).then(|| Server::shared().fresh_database());
        let clock = ManualClock::at(at("2026-01-05T09:00:00Z"));
        let mut config = Config::new(folder.path().join("data"), Arc::new(clock.clone()));
        config.database_url = database.as_ref().map(|database| database.url.clone());
        config.founding = Founding::Synthetic { seed: "test".into() };
        // No test here is about power cuts, and each refusal is written down.
        config.synchronous = Synchronous::Normal;
        let app = Arc::new(App::open(config, &REGISTRY).expect("the application opens"));
        let server = start(&app);
        let client = Client::new(server.address);
        Self { client, server, app, clock, commands: AtomicU64::new(0), folder, database }
    }

    pub fn act(&self, command: Command) -> Result<Outcome> {
        let number = self.commands.fetch_add(1, Ordering::SeqCst) + 1;
        let mut request = Request::by_operator(command)?;
        request.ids = Ids::of_run("test", number);
        self.app.act(request)
    }

    pub fn create(&self, kind: &str, values: Json) -> Result<Outcome> {
        self.act(Command::Create { kind: kind.into(), values: object(values) })
    }

    /// Makes a record that must be possible and gives its ref.
    #[track_caller]
    pub fn make(&self, kind: &str, values: Json) -> String {
        self.create(kind, values).unwrap_or_else(|error| panic!("{kind}: {error}")).reference
    }

    /// Entries of the journal.
    pub fn entries(&self) -> u64 {
        self.app.head().expect("a head").next_position()
    }
}
