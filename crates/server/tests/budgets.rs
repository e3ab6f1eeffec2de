//! How many statements a request may cost. The number belongs to the route and not to the records: ten on a page cost as
//! many as five hundred, and a long history as many as a short one.

#![allow(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use mainstay_app::{
    App, Command, Config, Request,
    accounts::{By, NewPerson, NewToken, Purpose},
};
use mainstay_kinds::{REGISTRY, role_assignment::Role};
use mainstay_server::{Running, Settings, serve};
use mainstay_store::Clock;
use mainstay_testkit::postgres::{Database, Server};
use serde_json::{Value as Json, json};

/// Time stands, so that who asks is found once and then believed.
struct Still;

impl Clock for Still {
    fn now_ms(&self) -> i64 {
        1_790_000_000_000
    }
}

/// A server with a few or many records.
struct Desk {
    // In the order in which they must end.
    running: Running,
    app: Arc<App>,
    agent: String,
    session: String,
    contact: String,
    _folder: tempfile::TempDir,
    _database: Option<Database>,
}

/// Incidents of as many callers, and one that was moved so often.
fn desk(on_postgres: bool, incidents: usize, moves: usize) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let database = on_postgres.then(|| Server::shared().fresh_database());
    let mut config = Config::new(folder.path(), Arc::new(Still));
    config.database_url = database.as_ref().map(|database| database.url.clone());
    let app = Arc::new(App::open(config, &REGISTRY).unwrap());
    let object = |json: Json| json.as_object().cloned().unwrap();
    let act = |command: Command| app.act(Request::by_operator(command).unwrap()).unwrap();
    let create =
        |kind: &str, values: Json| act(Command::Create { kind: kind.into(), values: object(values) });
    let service = create("service", json!({"title": "Mail"})).id;
    let customer = create("customer_organisation", json!({"title": "Customer"})).id;
    for at in 0..incidents {
        let caller = create("person", json!({"title": format!("Caller {at}")})).id;
        let team = create("team", json!({"title": format!("Team {at}")})).id;
        create(
            "incident",
            json!({"title": format!("Printer {at}"), "service": service, "caller": caller, "assigned_team": team,
                "customer": customer, "impact": "low", "urgency": "low"}),
        );
    }
    for at in 0..moves {
        let (name, values) = match at % 2 {
            0 => ("wait", json!({"waiting_reason": "customer"})),
            _ => ("start", json!({})),
        };
        let record = "INC-000001".to_owned();
        act(Command::Move { record, name: name.into(), version: None, values: object(values) });
    }
    let accounts = app.accounts();
    let person = |name: &str, role: Role, customer: Option<&str>| {
        let (email, customer) = (format!("{name}@example.org"), customer.map(str::to_owned));
        let new = NewPerson { email, name: Some(name.into()), roles: vec![role], customer, team: None };
        accounts.add(&new).unwrap()
    };
    let token = |person| {
        let new = NewToken { name: "test".into(), read_only: true, days: 1 };
        format!(
            "Authorization: Bearer {}",
            accounts.make_token(person, &new, By::Operator).unwrap().0.expose()
        )
    };
    let agent = person("agent", Role::ServiceDeskAgent, None);
    let contact = token(person("contact", Role::CustomerContact, Some("Customer")));
    let link = accounts.make_secret(agent, Purpose::SignIn).unwrap();
    let session = accounts.sign_in_by_link(&link, None, "192.0.2.1", None).unwrap();
    let session = format!("Cookie: mainstay_session={}", session.session.expose());
    let agent = token(agent);
    let settings = Settings::new("127.0.0.1:0".parse().unwrap(), None, false).unwrap();
    let running = serve(app.clone(), settings).unwrap();
    Desk { running, app, agent, session, contact, _folder: folder, _database: database }
}

impl Desk {
    /// How many statements an answer costs once it is known who asks.
    fn statements(&self, path: &str, who: &str) -> u64 {
        get(self.running.address, path, who);
        let before = self.app.store().read_statements();
        get(self.running.address, path, who);
        self.app.store().read_statements() - before
    }
}

fn get(address: SocketAddr, path: &str, who: &str) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{who}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {}", answer.lines().next().unwrap_or_default());
}

/// Route, who asks, most statements.
const BUDGETS: &[(&str, Who, u64)] = &[
    ("/healthz", Who::Agent, 0),
    ("/api/v1/me", Who::Agent, 0),
    ("/api/v1/incidents?state=new&limit=500", Who::Agent, 2),
    ("/api/v1/incidents?state=new&limit=500&fields=ref,title", Who::Agent, 1),
    ("/api/v1/incidents?state=new&limit=500&total=exact", Who::Agent, 3),
    ("/api/v1/incidents?limit=500", Who::Contact, 5),
    ("/api/v1/persons?limit=500", Who::Agent, 2),
    ("/api/v1/search?q=printer&limit=50", Who::Agent, 4),
    ("/api/v1/search?q=printer&limit=50", Who::Contact, 40),
    ("/api/v1/incidents/INC-000001", Who::Agent, 2),
    ("/api/v1/incidents/INC-000001/history", Who::Agent, 5),
    ("/incidents?state=new&limit=500", Who::Session, 4),
    ("/incidents/INC-000001", Who::Session, 20),
    ("/incidents/INC-000001?tab=history", Who::Session, 20),
    ("/incidents/INC-000001?tab=links", Who::Session, 20),
    ("/search?q=printer", Who::Session, 4),
];

#[derive(Debug, Clone, Copy)]
enum Who {
    Agent,
    Session,
    Contact,
}

fn costs(on_postgres: bool, incidents: usize, moves: usize) -> Vec<u64> {
    let desk = desk(on_postgres, incidents, moves);
    let of = |who: &Who| match who {
        Who::Agent => desk.agent.as_str(),
        Who::Session => desk.session.as_str(),
        Who::Contact => desk.contact.as_str(),
    };
    BUDGETS.iter().map(|(path, who, _)| desk.statements(path, of(who))).collect()
}

fn each_route_keeps_its_budget(on_postgres: bool) {
    let (few, many) = (costs(on_postgres, 10, 2), costs(on_postgres, 500, 40));
    let mut over = Vec::new();
    for ((path, who, most), (few, many)) in BUDGETS.iter().zip(few.iter().zip(&many)) {
        if many > most || few > most {
            over.push(format!(
                "{path} for {who:?}: {few} with few records, {many} with many, at most {most}"
            ));
        }
        // One of the rounds of a search may suffice for few records.
        if !path.contains("search") && few != many {
            over.push(format!("{path} for {who:?}: {few} with few records, but {many} with many"));
        }
    }
    assert!(over.is_empty(), "{}", over.join("\n"));
}

#[test]
fn each_route_keeps_its_budget_of_statements_on_sqlite() {
    each_route_keeps_its_budget(false);
}

#[test]
fn each_route_keeps_its_budget_of_statements_on_postgres() {
    each_route_keeps_its_budget(true);
}
