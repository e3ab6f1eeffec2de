//! How often somebody may ask, on a clock that the test moves.

use mainstay_server::{Rates, all_routes, rate::Sort, routes::Verb};
use serde_json::json;

use crate::{
    asker::{in_session, person},
    client::{Answer, Ask, Client},
    world::{Engine, World, start_with},
};

/// The refusal says what is too much and when to come again.
#[track_caller]
fn is_too_often(answer: &Answer, seconds: &str) {
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert_eq!(answer.header("retry-after"), Some(seconds));
    assert!(answer.text().contains("at most"), "{}", answer.text());
}

#[test]
fn r53_each_sort_of_request_ends_at_its_limit_for_who_asks_and_for_nobody_else() {
    let world = World::new(Engine::Sqlite);
    let (one, other) = (
        person(&world, "one", &["service_desk_agent"], None),
        person(&world, "other", &["service_desk_agent"], None),
    );
    let record = world.make("incident", json!({"title": "Mail is down"}));
    let rates = Rates { reads: 5, searches: 3, changes: 4, uploads: 2, exports: 1, knocks: 2 };
    let server = start_with(&world.app, rates);
    let client = Client::new(server.address);
    let path = format!("/api/v1/incidents/{record}");
    let sorts = [
        (5, Ask::get(path.clone()), "12"),
        (3, Ask::get("/api/v1/search?q=mail"), "20"),
        (4, Ask::new("POST", format!("{path}/tags")).json(&json!({"word": "a"})), "15"),
        (2, Ask::new("POST", format!("{path}/attachments?name=a.txt")).body("text/plain", "a"), "30"),
        (1, Ask::get("/api/v1/incidents/export"), "60"),
    ];
    let by =
        |token: &str, ask: &Ask| client.send(&ask.clone().header("Authorization", format!("Bearer {token}")));
    for (limit, ask, seconds) in &sorts {
        for _ in 0..*limit {
            let answer = by(&one.token, ask);
            assert!(answer.status < 300, "{} {}", ask.path, answer.text());
        }
        let entries = world.entries();
        is_too_often(&by(&one.token, ask), seconds);
        assert_eq!(world.entries(), entries, "what is refused does nothing");
        // Another person, and another token of the same person, have allowances of their own.
        assert!(by(&other.token, ask).status < 300);
        if ask.method == "GET" {
            assert!(by(&one.reading_token, ask).status < 300);
        }
    }
    let (_, ask, seconds) = &sorts[0];
    world.clock.pass(seconds.parse::<i64>().unwrap() - 1);
    assert_eq!(by(&one.token, ask).status, 429);
    world.clock.pass(1);
    assert_eq!(by(&one.token, ask).status, 200);
    assert_eq!(by(&one.token, ask).status, 429);
}

#[test]
fn r53_who_is_not_known_is_counted_by_address_and_keeps_nobody_out() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let session = agent.sign_in(&world);
    let server = start_with(&world.app, Rates { reads: 3, knocks: 2, ..Rates::UNLIMITED });
    let client = Client::new(server.address);
    let guess = Ask::get("/api/v1/me").header("Authorization", "Bearer mainstay_guessed");
    for _ in 0..3 {
        client.send(&guess).expect(401);
    }
    is_too_often(&client.send(&guess), "20");
    is_too_often(&client.send(&Ask::get("/sign-in")), "20");
    for _ in 0..2 {
        client.send(&Ask::get("/welcome/guessed"));
    }
    let page = client.send(&Ask::get("/welcome/guessed"));
    is_too_often(&page, "30");
    assert!(
        page.header("content-type").unwrap().starts_with("text/html")
            && page.text().contains("Try again in 30 seconds.")
    );
    // Whoever has signed in at the same address goes on, and so does what watches the server.
    client.send(&in_session(Ask::get("/me"), &session)).expect(200);
    for _ in 0..20 {
        client.send(&Ask::get("/healthz")).expect(200);
    }
}

#[test]
fn r53_every_route_is_counted_but_what_costs_nothing() {
    let free: Vec<&str> =
        all_routes().iter().filter(|route| route.sort == Sort::Free).map(|route| route.path).collect();
    assert_eq!(free, ["/healthz", "/readyz", "/metrics", "/assets/{name}"]);
    for route in all_routes().iter().filter(|route| route.verb != Verb::Get) {
        assert!(!matches!(route.sort, Sort::Free | Sort::Read | Sort::Search), "{}", route.path);
    }
}
