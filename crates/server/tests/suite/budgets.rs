//! How many statements a request may cost. The number belongs to the route and not to the records: five hundred on a
//! page cost as many as ten, and a long history as many as a short one.

use mainstay_app::{Command, Request};
use serde_json::{Value as Json, json};

use crate::{
    asker::{Asker, in_session, person},
    client::Ask,
    world::{BOTH, Engine, World, object},
};

#[derive(Debug, Clone, Copy)]
enum Who {
    /// An agent of the service desk, with a token.
    Agent,
    /// The same, in a session.
    Session,
    /// A customer's contact, with a token.
    Contact,
}

/// Route, who asks, most statements once it is known who asks.
const BUDGETS: &[(&str, Who, u64)] = &[
    ("/healthz", Who::Agent, 0),
    ("/api/v1/me", Who::Agent, 0),
    ("/api/v1/incidents?state=new&limit=500", Who::Agent, 2),
    ("/api/v1/incidents?state=new&limit=500&fields=ref,title", Who::Agent, 1),
    ("/api/v1/incidents?state=new&limit=5&total=exact", Who::Agent, 3),
    ("/api/v1/incidents?limit=500", Who::Contact, 5),
    ("/api/v1/persons?limit=500", Who::Agent, 2),
    ("/api/v1/search?q=printer&limit=50", Who::Agent, 5),
    ("/api/v1/search?q=printer&limit=50", Who::Contact, 40),
    ("/api/v1/incidents/INC-000001", Who::Agent, 2),
    ("/api/v1/incidents/INC-000001/history", Who::Agent, 5),
    ("/", Who::Session, 14),
    ("/incidents?state=new&limit=500", Who::Session, 4),
    ("/incidents/INC-000001", Who::Session, 20),
    ("/incidents/INC-000001?tab=history", Who::Session, 20),
    ("/incidents/INC-000001?tab=links", Who::Session, 20),
    ("/search?q=printer", Who::Session, 5),
];

/// Makes records of a kind in few commits; gives their refs.
fn many(world: &World, kind: &str, records: Vec<Json>) -> Vec<String> {
    let begin = |values| {
        let command = Command::Create { kind: kind.into(), values: object(values) };
        let request = Request::by_operator(command).expect("a request");
        world.app.act_later(request).expect("a writer")
    };
    let waiting: Vec<_> = records.into_iter().map(begin).collect();
    let made = waiting.into_iter().map(|answer| answer.recv().expect("an answer"));
    made.map(|outcome| outcome.expect("a record").reference).collect()
}

/// Incidents of as many callers and teams, the first of them moved so often; what each route costs then.
fn costs(engine: Engine, incidents: usize, moves: usize) -> Vec<u64> {
    let world = World::new(engine);
    let service = world.make("service", json!({"title": "Mail"}));
    let customer = world.create("customer_organisation", json!({"title": "Customer"})).expect("a customer");
    let titled = |what: &str| (0..incidents).map(|at| json!({"title": format!("{what} {at}")})).collect();
    let (callers, teams) = (many(&world, "person", titled("Caller")), many(&world, "team", titled("Team")));
    let incident = |(at, (caller, team)): (usize, (String, String))| {
        json!({"title": format!("Printer {at}"), "service": service, "caller": caller, "assigned_team": team,
            "customer": customer.reference, "impact": "low", "urgency": "low"})
    };
    many(&world, "incident", callers.into_iter().zip(teams).enumerate().map(incident).collect());
    for at in 0..moves {
        let (name, values) = match at % 2 {
            0 => ("wait", json!({"waiting_reason": "customer"})),
            _ => ("start", json!({})),
        };
        let (record, values) = ("INC-000001".to_owned(), object(values));
        world.act(Command::Move { record, name: name.into(), version: None, values }).expect("a move");
    }
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let contact = person(&world, "contact", &["customer_contact"], Some(&customer.id));
    let session = agent.sign_in(&world);
    let get = |path: &str, who: Who| {
        let by_token = |asker: &Asker| asker.get(&world, path);
        let answer = match who {
            Who::Agent => by_token(&agent),
            Who::Contact => by_token(&contact),
            Who::Session => world.client.send(&in_session(Ask::get(path), &session)),
        };
        answer.expect(200);
        world.app.store().read_statements()
    };
    // The clock stands, so that who asks is found once and then believed.
    BUDGETS.iter().map(|(path, who, _)| get(path, *who).abs_diff(get(path, *who))).collect()
}

#[test]
fn a_route_keeps_its_budget_of_statements_with_many_records_as_with_few() {
    for engine in BOTH {
        let (few, many) = (costs(engine, 10, 2), costs(engine, 500, 40));
        let mut over = Vec::new();
        for ((path, who, most), (few, many)) in BUDGETS.iter().zip(few.into_iter().zip(many)) {
            let seen = format!("{path} for {who:?}: {few} with few records, {many} with many");
            if few.max(many) > *most {
                over.push(format!("{seen}, where {most} are the most"));
            } else if few != many {
                over.push(format!("{seen}, where the number must not depend on them"));
            }
        }
        assert!(over.is_empty(), "{engine:?}:\n{}", over.join("\n"));
    }
}
