//! A small provider with people of five trades and some work, one day old.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use mainstay_app::{
    App, Command, Config, Founding, Request,
    accounts::{By, Purpose},
    ledger::Ledger,
};
use mainstay_core::{Ids, Instant};
use mainstay_kinds::REGISTRY;
use mainstay_server::{Rates, Running, Settings, serve};
use mainstay_store::ManualClock;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// When the world begins; it is looked at a day later.
const BEGINNING: &str = "2026-01-05T09:00:00Z";

pub struct World {
    pub app: Arc<App>,
    pub address: SocketAddr,
    clock: ManualClock,
    people: Mutex<BTreeMap<String, Uuid>>,
    records: Mutex<BTreeMap<String, String>>,
    commands: Mutex<u64>,
    #[expect(dead_code, reason = "the server ends when the world does")]
    server: Running,
    #[expect(dead_code, reason = "the folder goes when the world does")]
    folder: tempfile::TempDir,
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        other => panic!("an object is wanted, not {other}"),
    }
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = ManualClock::at(BEGINNING.parse().expect("an instant"));
        let mut config = Config::new(folder.path().join("data"), Arc::new(clock.clone()));
        config.founding = Founding::Synthetic { seed: "browser".into() };
        let app = Arc::new(App::open(config, &REGISTRY).expect("the application opens"));
        let mut settings =
            Settings::new("127.0.0.1:0".parse().expect("an address"), None, false).expect("settings");
        // The clock stands still, and much is asked for.
        settings.limits.rates = Rates::UNLIMITED;
        let server = serve(app.clone(), settings).expect("a server");
        Self {
            address: server.address,
            app,
            clock,
            people: Mutex::default(),
            records: Mutex::default(),
            commands: Mutex::default(),
            server,
            folder,
        }
    }

    pub fn now(&self) -> Instant {
        self.app.now().expect("a time")
    }

    /// One-time links, by the names of people.
    pub fn links(&self) -> BTreeMap<String, Vec<String>> {
        let link = |person: Uuid| {
            let secret = self.app.accounts().make_secret(person, Purpose::SignIn).expect("a link");
            format!("http://{}/welcome/{}", self.address, secret.expose())
        };
        let people = self.people.lock().expect("people");
        people.iter().map(|(name, person)| (name.clone(), vec![link(*person)])).collect()
    }

    /// Refs of records, by the names that journeys know.
    pub fn records(&self) -> BTreeMap<String, String> {
        self.records.lock().expect("records").clone()
    }

    /// The id of a person.
    #[track_caller]
    pub fn id_of(&self, name: &str) -> Uuid {
        self.people.lock().expect("people")[name]
    }

    pub fn note(&self, name: &str, reference: &str) {
        self.records.lock().expect("records").insert(name.into(), reference.into());
    }

    fn act(&self, command: Command) -> mainstay_core::Result<mainstay_app::Outcome> {
        let mut number = self.commands.lock().expect("a number");
        *number += 1;
        let mut request = Request::by_operator(command)?;
        request.ids = Ids::of_run("browser", *number);
        self.app.act(request)
    }

    pub fn try_make(&self, kind: &str, values: Json) -> mainstay_core::Result<(String, Uuid)> {
        let outcome = self.act(Command::Create { kind: kind.into(), values: object(values) })?;
        Ok((outcome.reference, outcome.id.parse().expect("an id")))
    }

    #[track_caller]
    pub fn make(&self, kind: &str, values: Json) -> String {
        let made = self.try_make(kind, values);
        made.unwrap_or_else(|error| panic!("{kind}: {error} {:?}", error.fields())).0
    }

    #[track_caller]
    pub fn perform(&self, record: &str, name: &str, values: Json) {
        let command =
            Command::Move { record: record.into(), name: name.into(), version: None, values: object(values) };
        self.act(command).unwrap_or_else(|error| panic!("{record} {name}: {error} {:?}", error.fields()));
    }

    #[track_caller]
    pub fn tell(&self, record: &str, body: &str) {
        let command =
            Command::Comment { record: record.into(), body: body.into(), visibility: "public".into() };
        self.act(command).unwrap_or_else(|error| panic!("{record}: {error}"));
    }

    /// Makes a person with roles and an account.
    pub fn person(
        &self,
        key: &str,
        name: &str,
        roles: &[&str],
        customer: Option<&str>,
        team: Option<&str>,
    ) -> String {
        let values = json!({"title": name, "email": format!("{key}@example.org"),
            "staff": customer.is_none(), "customer": customer});
        let (reference, person) = self.try_make("person", values).expect("a person");
        for role in roles {
            self.make(
                "role_assignment",
                json!({"title": role, "person": reference, "role": role, "team": team}),
            );
        }
        self.app.accounts().open(person, By::Operator).expect("an account");
        self.people.lock().expect("people").insert(key.into(), person);
        reference
    }

    /// People, services, agreements and yesterday's work.
    pub fn fill(&self) {
        let customer = self.make("customer_organisation", json!({"title": "Alder Hospital"}));
        let desk = self.make("team", json!({"title": "Service desk"}));
        let network = self.make("team", json!({"title": "Network"}));
        let agent = self.person("agent", "Ana Novak", &["service_desk_agent"], None, Some(&desk));
        self.person("second", "Ben Lindqvist", &["service_desk_agent"], None, Some(&network));
        let requester = self.person("requester", "Mia Keller", &["customer_contact"], Some(&customer), None);
        self.person("manager", "Carl Berg", &["change_manager"], None, Some(&network));
        self.person("approver", "Dana Roth", &["service_owner"], None, None);
        self.person("auditor", "Eve Okafor", &["internal_auditor"], None, None);
        self.person("administrator", "Finn Weber", &["administrator"], None, None);
        let calendar = self.make(
            "calendar",
            json!({"title": "Weekdays 08–18", "versions": [{"zone": "Europe/Zurich", "week": {
                "monday": ["08:00-18:00"], "tuesday": ["08:00-18:00"], "wednesday": ["08:00-18:00"],
                "thursday": ["08:00-18:00"], "friday": ["08:00-18:00"]}}]}),
        );
        let targets: Vec<Json> = (1..=4)
            .flat_map(|priority: i64| {
                [
                    json!({"goal": "response", "priority": priority, "seconds": 900 * priority}),
                    json!({"goal": "resolution", "priority": priority, "seconds": 7_200 * priority}),
                ]
            })
            .collect();
        let agreement = self.make(
            "service_level_agreement",
            json!({"title": "Gold", "calendar": calendar,
                "versions": [{"warn_percent": [50, 75], "targets": targets}]}),
        );
        self.perform(&agreement, "put_in_force", json!({}));
        let names = ["Payments", "Patient records", "Network and telephony"];
        let services: Vec<String> = names.iter().map(|name| self.service(name)).collect();
        self.note("service", &services[0]);
        let report = |title: &str, text: &str, at: usize, impact: &str, urgency: &str| {
            self.make(
                "incident",
                json!({"title": title, "description": text, "service": services[at % services.len()],
                    "customer": customer, "caller": requester, "impact": impact, "urgency": urgency}),
            )
        };
        let first = report(
            "Tills in Zurich show error 17",
            "All tills since nine.\nCard payments fail.",
            0,
            "high",
            "medium",
        );
        self.note("first", &first);
        self.perform(&first, "start", json!({}));
        self.perform(&first, "wait", json!({"waiting_reason": "customer"}));
        self.tell(&first, "Which tills are on the old network?");
        let texts = [
            ("Printer on ward 3 prints blank pages", "low", "low"),
            ("No dial tone in the pharmacy", "medium", "high"),
            ("Patient search takes a minute", "medium", "medium"),
            ("Door reader rejects new badges", "low", "medium"),
            ("Mail to the laboratory is returned", "medium", "low"),
        ];
        for (at, (title, impact, urgency)) in texts.iter().enumerate() {
            let made = report(title, "Reported by telephone.", at + 1, impact, urgency);
            if at % 2 == 1 {
                self.assign(&made, &agent);
            }
        }
        self.assign(&first, &agent);
        self.clock.pass(24 * 3600);
        let fresh =
            report("Labels for samples are cut off", "Since the new printer came.", 1, "medium", "medium");
        self.note("fresh", &fresh);
        let resolved = report("Lift panel is dark", "Reported at the reception.", 2, "low", "medium");
        self.perform(&resolved, "start", json!({}));
        self.perform(&resolved, "resolve", json!({"resolution": "The panel was restarted."}));
        self.note("resolved", &resolved);
        Ledger::of(&self.app).checkpoint().expect("a checkpoint");
        self.clock.pass(3600);
    }

    fn assign(&self, record: &str, person: &str) {
        let values = object(json!({"assignee": person}));
        let command = Command::Edit { record: record.into(), version: None, values };
        self.act(command).unwrap_or_else(|error| panic!("{record}: {error} {:?}", error.fields()));
    }

    fn service(&self, name: &str) -> String {
        let service = self.make("service", json!({"title": name}));
        self.perform(&service, "go_live", json!({}));
        service
    }
}
