//! Mainstay itself, in process: everything goes through its one door and its lists, as faces use them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use mainstay_app::accounts::{By, NewPerson, NewToken, Purpose};
use mainstay_app::{App, Command, Config, HistoryStep, Outcome as Done, Request, clockwork, context};
use mainstay_core::{Filter, Op, Page, Sort, Value};
use mainstay_kinds::{REGISTRY, role_assignment::Role};
use mainstay_store::{SystemClock, dialect::Audience, list, rows};
use mainstay_testkit::postgres::{Database, Server};
use serde_json::{Map, Value as Json, json};

use crate::draw::{Draw, NewTicket};
use crate::subject::{Outcome, Subject};

/// Teams and requesters that tickets name, as many as [`Draw`] draws.
const TEAMS: usize = 20;
const REQUESTERS: usize = 5_000;

/// The states that a ticket went through to reach each status, the last one being the status itself.
pub(crate) const PATHS: [&[(&str, Option<&str>)]; 5] = [
    &[("new", None)],
    &[("new", None), ("in_progress", None)],
    &[("new", None), ("in_progress", None), ("waiting", Some("customer"))],
    &[
        ("new", None),
        ("in_progress", None),
        ("waiting", Some("customer")),
        ("in_progress", None),
        ("resolved", None),
    ],
    &[
        ("new", None),
        ("in_progress", None),
        ("waiting", Some("customer")),
        ("resolved", None),
        ("closed", None),
    ],
];

/// See [the module](self).
pub(crate) struct Product {
    // The application before the database: it is dropped after its connections have gone.
    app: RwLock<Option<App>>,
    folder: PathBuf,
    database: Option<(Database, u32)>,
    pub(crate) known: Known,
}

/// Ids that tickets name.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Known {
    teams: Vec<String>,
    requesters: Vec<String>,
    service: String,
    customer: String,
}

/// One requester of so many speaks for the customer.
const OF_THE_CUSTOMER: i64 = 20;

/// Who asks over HTTP, and what they ask about.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// Header lines of an agent's token.
    pub(crate) token_header: String,
    /// Header lines of the agent's session.
    pub(crate) cookie_header: String,
    /// Header lines of a token of the customer's contact.
    pub(crate) contact_header: String,
    /// Refs of incidents with a history of 20 entries.
    pub(crate) long_histories: Vec<String>,
    /// Id of the service.
    pub(crate) service: String,
}

/// How many incidents have a long history.
const LONG_HISTORIES: usize = 20;
/// Entries of such a history: the making and as many moves.
const LONG_HISTORY: usize = 20;

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

fn create(kind: &str, values: Json) -> Outcome<Request> {
    Ok(Request::by_operator(Command::Create { kind: kind.into(), values: object(values) })?)
}

fn config(folder: &Path, database: Option<&Database>) -> Config {
    let mut config = Config::new(folder.join("data"), Arc::new(SystemClock));
    config.database_url = database.map(|database| database.url.clone());
    config
}

impl Product {
    /// An empty system in SQLite, or in a new database of the server, with its agreements, teams and persons.
    pub(crate) fn open(folder: &Path, server: Option<&Server>) -> Outcome<Self> {
        let database = match server {
            Some(server) => Some((server.fresh_database(), server.postmaster()?)),
            None => None,
        };
        let app = App::open(config(folder, database.as_ref().map(|(database, _)| database)), &REGISTRY)?;
        let one = |request: Request| app.act(request);
        let calendar = one(create(
            "calendar",
            json!({"title": "Office", "versions": [{"zone": "Europe/London", "week": {"monday": ["09:00-17:30"],
                "tuesday": ["09:00-17:30"], "wednesday": ["09:00-17:30"], "thursday": ["09:00-17:30"],
                "friday": ["09:00-17:30"]}}]}),
        )?)?;
        let targets: Vec<Json> = (1..=4)
            .flat_map(|priority| {
                [("response", 900), ("resolution", 14_400)].map(|(goal, seconds)| {
                    json!({"goal": goal, "priority": priority, "seconds": seconds * priority})
                })
            })
            .collect();
        let agreement = one(create(
            "service_level_agreement",
            json!({"title": "Standard", "calendar": calendar.reference, "versions": [{"targets": targets}]}),
        )?)?;
        one(Request::by_operator(Command::Move {
            record: agreement.reference,
            name: "put_in_force".into(),
            version: None,
            values: Map::new(),
        })?)?;
        let service = one(create("service", json!({"title": "Mail"}))?)?.id;
        let customer = one(create("customer_organisation", json!({"title": "Customer"}))?)?.id;
        let many = |kind: &str, count: usize| -> Outcome<Vec<String>> {
            let waiting: Vec<_> = (0..count)
                .map(|at| Ok(app.act_later(create(kind, json!({"title": format!("{kind} {at}")}))?)?))
                .collect::<Outcome<_>>()?;
            waiting.into_iter().map(|answer| Ok(answer.recv()??.id)).collect()
        };
        let (teams, requesters) = (many("team", TEAMS)?, many("person", REQUESTERS)?);
        Ok(Self {
            app: RwLock::new(Some(app)),
            folder: folder.to_owned(),
            database,
            known: Known { teams, requesters, service, customer },
        })
    }

    /// A system in SQLite that was filled before.
    pub(crate) fn reopen(folder: &Path, known: Known) -> Outcome<Self> {
        let app = App::open(config(folder, None), &REGISTRY)?;
        Ok(Self { app: RwLock::new(Some(app)), folder: folder.to_owned(), database: None, known })
    }

    /// Makes accounts, for whom it gives the proofs, and incidents with a long history.
    pub(crate) fn desk(&self) -> Outcome<Desk> {
        let mut desk = Desk { service: self.known.service.clone(), ..Desk::default() };
        self.with(|app| {
            let accounts = app.accounts();
            let person = |name: &str, role: Role, customer: Option<&str>| {
                let (email, customer) = (format!("{name}@example.org"), customer.map(str::to_owned));
                let name = Some(name.to_owned());
                accounts.add(&NewPerson { email, name, roles: vec![role], customer, team: None })
            };
            let token = |person| -> Outcome<String> {
                let new = NewToken { name: "bench".into(), read_only: false, days: 1 };
                let (secret, _) = accounts.make_token(person, &new, By::Operator)?;
                Ok(format!("Authorization: Bearer {}\r\n", secret.expose()))
            };
            let agent = person("agent", Role::ServiceDeskAgent, None)?;
            desk.token_header = token(agent)?;
            desk.contact_header = token(person("contact", Role::CustomerContact, Some("Customer"))?)?;
            let link = accounts.make_secret(agent, Purpose::SignIn)?;
            let signed_in = accounts.sign_in_by_link(&link, None, "127.0.0.1", None)?;
            desk.cookie_header = format!("Cookie: mainstay_session={}\r\n", signed_in.session.expose());
            Ok(())
        })?;
        let mut draw = Draw::new(7);
        for _ in 0..LONG_HISTORIES {
            let values = self.values(&draw.new_ticket(1));
            let made = self.act(Command::Create { kind: "incident".into(), values })?;
            for step in 1..LONG_HISTORY {
                let (name, values) = match step % 2 {
                    0 => ("start", json!({})),
                    _ => ("wait", json!({"waiting_reason": "customer"})),
                };
                let (record, values) = (made.reference.clone(), object(values));
                self.act(Command::Move { record, name: name.into(), version: None, values })?;
            }
            desk.long_histories.push(made.reference);
        }
        Ok(desk)
    }

    /// Announces what the clocks of the filling have reached, so that no clockwork does it while something else is
    /// measured.
    pub(crate) fn announce_all(&self) -> Outcome<()> {
        self.with(|app| {
            while clockwork::run_due(app)? > 0 {}
            Ok(())
        })
    }

    /// How many entries the journal has.
    pub(crate) fn entries(&self) -> Outcome<u64> {
        self.with(|app| Ok(app.head()?.next_position()))
    }

    /// Closes the application, so that another process may open its folder; the database stays.
    pub(crate) fn close(&self) -> Outcome<()> {
        *self.app.write().map_err(|_| "a client panicked")? = None;
        Ok(())
    }

    /// The address of its PostgreSQL database, if it is in one.
    pub(crate) fn database_url(&self) -> Option<&str> {
        self.database.as_ref().map(|(database, _)| database.url.as_str())
    }

    fn with<T>(&self, ask: impl FnOnce(&App) -> Outcome<T>) -> Outcome<T> {
        let app = self.app.read().map_err(|_| "a client panicked")?;
        ask(app.as_ref().ok_or("the product is not open")?)
    }

    fn act(&self, command: Command) -> Outcome<Done> {
        self.with(|app| Ok(app.act(Request::by_operator(command)?)?))
    }

    fn values(&self, ticket: &NewTicket) -> Map<String, Json> {
        let team = &self.known.teams[usize::try_from(ticket.team).unwrap_or(1) % TEAMS];
        let caller = &self.known.requesters[usize::try_from(ticket.requester).unwrap_or(1) % REQUESTERS];
        let mut values = object(json!({
            "title": ticket.title, "description": ticket.description, "service": self.known.service,
            "priority": ticket.priority, "assigned_team": team, "caller": caller,
        }));
        if ticket.requester % OF_THE_CUSTOMER == 0 {
            values.insert("customer".into(), json!(self.known.customer));
        }
        values
    }

    /// The history of a ticket that came to its status before it was recorded here.
    fn history(&self, ticket: &NewTicket) -> Outcome<Request> {
        let at =
            |minutes: i64| mainstay_core::Instant::from_microsecond(ticket.created + minutes * 60_000_000);
        let mut steps = Vec::new();
        let path = PATHS[usize::try_from(ticket.status).unwrap_or(0) % PATHS.len()];
        for (number, (state, reason)) in path.iter().enumerate() {
            let mut values = if number == 0 { self.values(ticket) } else { Map::new() };
            if number == 0 {
                values.insert("reported_at".into(), json!(at(0)?.to_string()));
            }
            if let Some(reason) = reason {
                values.insert("waiting_reason".into(), json!(reason));
            }
            let minutes = i64::try_from(number)? * 7;
            steps.push(HistoryStep { at: at(minutes)?, by: None, state: (*state).into(), values });
        }
        Ok(Request::by_operator(Command::RecordHistory { kind: "incident".into(), steps })?)
    }

    fn page(&self, conditions: Vec<Filter>) -> Outcome<usize> {
        self.with(|app| {
            let table = app.context().table("incident")?.clone();
            let newest = Sort { column: "key".into(), descending: true };
            let found = app.store().read(|conn| {
                list::page(conn, &table, &Filter::And(conditions), &newest, &Page::first(50), Audience::Staff)
            })?;
            let records: Vec<_> = found
                .into_iter()
                .map(|keyed| context::to_record("incident", keyed.row))
                .collect::<Result<_, _>>()?;
            Ok(std::hint::black_box(records).len())
        })
    }
}

fn state(status: i64) -> Value {
    let path = PATHS[usize::try_from(status).unwrap_or(0) % PATHS.len()];
    Value::from(path.last().map_or("new", |(state, _)| *state))
}

fn reference(id: i64) -> String {
    format!("INC-{id:06}")
}

impl Subject for Product {
    fn name(&self) -> String {
        let database = if self.database.is_some() { "PostgreSQL" } else { "SQLite" };
        format!("Mainstay, {database}")
    }

    fn seed(&self, count: u64) -> Outcome<()> {
        let mut draw = Draw::new(count);
        self.with(|app| {
            let mut waiting = std::collections::VecDeque::new();
            for number in 1..=count {
                waiting.push_back(app.act_later(self.history(&draw.new_ticket(number))?)?);
                if waiting.len() >= 1000
                    && let Some(first) = waiting.pop_front()
                {
                    first.recv()??;
                }
            }
            for answer in waiting {
                answer.recv()??;
            }
            Ok(())
        })
    }

    fn list(&self, status: i64, priority: i64) -> Outcome<usize> {
        self.page(vec![Filter::eq("state", state(status)), Filter::eq("priority", priority)])
    }

    fn filtered_list(&self, team: i64, status: i64, priority: i64) -> Outcome<usize> {
        let team = self.known.teams[usize::try_from(team)? % TEAMS].parse().map(Value::Id)?;
        self.page(vec![
            Filter::Is("assigned_team".into(), Op::Eq, team),
            Filter::eq("state", state(status)),
            Filter::Is("priority".into(), Op::Lte, Value::Int(priority)),
        ])
    }

    fn read(&self, id: i64) -> Outcome<usize> {
        self.with(|app| {
            let table = app.context().table("incident")?.clone();
            let found =
                app.store().read(|conn| rows::find(conn, &table, "ref", &Value::from(reference(id))))?;
            let record = context::to_record("incident", found.ok_or("no such ticket")?.row)?;
            Ok(std::hint::black_box(record).title.len())
        })
    }

    fn create(&self, ticket: NewTicket) -> Outcome<i64> {
        let done = self.act(Command::Create { kind: "incident".into(), values: self.values(&ticket) })?;
        Ok(done.reference.trim_start_matches("INC-").parse()?)
    }

    fn transition(&self, id: i64, _status: i64) -> Outcome<()> {
        let state = self.with(|app| {
            let table = app.context().table("incident")?.clone();
            let found =
                app.store().read(|conn| rows::find(conn, &table, "ref", &Value::from(reference(id))))?;
            Ok(context::to_record("incident", found.ok_or("no such ticket")?.row)?.state)
        })?;
        // The move that the state allows; a client that was overtaken asks for one that is refused, which costs less.
        let (name, values) = match state.as_str() {
            "waiting" => ("start", json!({})),
            "resolved" | "closed" => ("reopen", json!({"reopen_reason": "it is back"})),
            _ => ("wait", json!({"waiting_reason": "customer"})),
        };
        let moved = self.act(Command::Move {
            record: reference(id),
            name: name.into(),
            version: None,
            values: object(values),
        });
        match moved {
            Err(error) if error.to_string().contains("is not possible from there") => Ok(()),
            other => other.map(|_| ()),
        }
    }

    fn restart(&self) -> Outcome<Option<Duration>> {
        let mut app = self.app.write().map_err(|_| "a client panicked")?;
        *app = None;
        let start = Instant::now();
        let opened =
            App::open(config(&self.folder, self.database.as_ref().map(|(database, _)| database)), &REGISTRY)?;
        let took = start.elapsed();
        *app = Some(opened);
        Ok(Some(took))
    }

    fn server(&self) -> Option<u32> {
        self.database.as_ref().map(|(_, server)| *server)
    }

    fn bytes_on_disk(&self) -> Outcome<u64> {
        match &self.database {
            Some((database, _)) => {
                let mut client = postgres::Client::connect(&database.url, postgres::NoTls)?;
                let row = client.query_one("SELECT pg_database_size(current_database())", &[])?;
                Ok(u64::try_from(row.get::<_, i64>(0))?)
            }
            None => {
                let mut bytes = 0;
                for file in std::fs::read_dir(self.folder.join("data"))? {
                    bytes += file?.metadata()?.len();
                }
                Ok(bytes)
            }
        }
    }
}
