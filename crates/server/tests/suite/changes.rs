//! Changes through the interface: what may be given, who was first, once and only once, two nodes.

use std::sync::Arc;

use mainstay_app::{App, Config, Founding, accounts::By};
use mainstay_kinds::REGISTRY;
use serde_json::{Value as Json, json};

use crate::{
    asker::person,
    client::{Ask, Client},
    world::{BOTH, Engine, World, start},
};

#[test]
fn r17_what_the_server_sets_is_not_given() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_manager"], None);
    let record = world.make("incident", json!({"title": "Mail is down"}));
    let path = format!("/api/v1/incidents/{record}");
    let before = agent.get(&world, &path).expect(200);
    for (name, value) in [
        ("id", json!("00000000-0000-7000-8000-000000000001")),
        ("ref", json!("INC-000777")),
        ("state", json!("closed")),
        ("version", json!(9)),
        ("created_at", json!("2020-01-01T00:00:00Z")),
        ("updated_at", json!("2020-01-01T00:00:00Z")),
        ("role", json!("administrator")),
        ("tenant_id", json!(1)),
        ("approved_by", json!(agent.reference)),
        ("journal_seq", json!(1)),
        ("key", json!(1)),
        ("reopen_count", json!(1)),
        ("kind", json!("person")),
    ] {
        let made = agent.post(&world, "/api/v1/incidents", &json!({"title": "a", name: value})).expect(422);
        assert_eq!(made.json()["fields"][0]["field"], name);
        agent.change(&world, "PATCH", &path, "\"1\"", &json!({name: value})).expect(422);
    }
    let after = agent.get(&world, &path).expect(200);
    assert_eq!((before.json(), before.header("etag")), (after.json(), after.header("etag")));
    let list = agent.get(&world, "/api/v1/incidents?total=exact").expect(200).json();
    assert_eq!(list["total"], 1, "nothing was made");
}

#[test]
fn r15_r17_a_requester_gives_what_a_requester_gives() {
    let world = World::new(Engine::Sqlite);
    let customer = world.make("customer_organisation", json!({"title": "Alder Hospital"}));
    let asker = person(&world, "asker", &[], Some(&customer));
    let made = asker.post(&world, "/api/v1/incidents", &json!({"title": "Mail is down"})).expect(201);
    assert_eq!(made.json()["caller"]["ref"], asker.reference);
    assert_eq!(made.json()["customer"]["ref"], customer);
    let team = world.make("team", json!({"title": "Desk"}));
    asker.post(&world, "/api/v1/incidents", &json!({"title": "a", "team": team})).expect(422);
    let other = person(&world, "other", &[], Some(&customer));
    let foreign = json!({"title": "a", "caller": other.reference});
    asker.post(&world, "/api/v1/incidents", &foreign).expect(422);
}

#[test]
fn r24_who_changes_says_what_they_have_seen_and_of_two_one_is_late() {
    for engine in BOTH {
        let world = World::new(engine);
        let agent = person(&world, "agent", &["service_desk_agent"], None);
        let record = world.make("incident", json!({"title": "Mail is down"}));
        let path = format!("/api/v1/incidents/{record}");
        let read = agent.get(&world, &path).expect(200);
        assert_eq!(read.header("etag"), Some("\"1\""));
        let unchanged = Ask::get(path.as_str()).header("If-None-Match", "\"1\"");
        assert!(agent.ask(&world, unchanged).expect(304).body.is_empty());
        let title = |title: &str| json!({ "title": title });
        agent.ask(&world, Ask::new("PATCH", path.as_str()).json(&title("a"))).expect(428);
        agent.ask(&world, Ask::new("POST", format!("{path}/moves/accept")).json(&json!({}))).expect(428);
        agent.change(&world, "PATCH", &path, "\"99\"", &title("a")).expect(412);
        agent.change(&world, "PATCH", &path, "seven", &title("a")).expect(422);
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let writers: Vec<_> = ["one", "other"]
                .into_iter()
                .map(|text| {
                    let (agent, world, path) = (&agent, &world, &path);
                    scope.spawn(move || agent.change(world, "PATCH", path, "\"1\"", &title(text)).status)
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().expect("an answer")).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        assert_eq!(agent.get(&world, &path).header("etag"), Some("\"2\""));
    }
}

#[test]
fn r25_fifty_equal_requests_with_one_key_make_one_record() {
    for engine in BOTH {
        let world = World::new(engine);
        let agent = person(&world, "agent", &["service_desk_agent"], None);
        let other = person(&world, "other", &["service_desk_agent"], None);
        let ask = Ask::new("POST", "/api/v1/incidents").header("Idempotency-Key", "key-1");
        let same = ask.clone().json(&json!({"title": "Mail is down"}));
        let refs: Vec<Json> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..50)
                .map(|_| {
                    let (agent, world, same) = (&agent, &world, same.clone());
                    scope.spawn(move || agent.ask(world, same).expect(201).json()["ref"].clone())
                })
                .collect();
            senders.into_iter().map(|sender| sender.join().expect("an answer")).collect()
        });
        assert!(refs.iter().all(|reference| *reference == refs[0]));
        let list = |who: &crate::asker::Asker| {
            who.get(&world, "/api/v1/incidents?total=exact").json()["total"].as_u64().expect("a number")
        };
        assert_eq!(list(&agent), 1);
        let answer = agent.ask(&world, ask.json(&json!({"title": "Another"}))).expect(422);
        assert_eq!(answer.json()["fields"][0]["field"], "Idempotency-Key");
        // The key is the person's own.
        assert_ne!(other.ask(&world, same).expect(201).json()["ref"], refs[0]);
        assert_eq!(list(&agent), 2);
    }
}

#[test]
fn r07_who_is_disabled_on_one_node_is_out_on_the_other_within_a_second() {
    let one = World::new(Engine::Postgres);
    let mut config = Config::new(one.app.data(), Arc::new(one.clock.clone()));
    config.database_url = one.database.as_ref().map(|database| database.url.clone());
    config.founding = Founding::Synthetic { seed: "test".into() };
    let node = Arc::new(App::open(config, &REGISTRY).expect("a second node"));
    let server = start(&node);
    let other = Client::new(server.address);
    let agent = person(&one, "agent", &["service_desk_agent"], None);
    let ask = Ask::get("/api/v1/me").header("Authorization", format!("Bearer {}", agent.token));
    let session = crate::asker::in_session(Ask::get("/api/v1/me"), &agent.sign_in(&one));
    for ask in [&ask, &session] {
        other.send(ask).expect(200);
        one.client.send(ask).expect(200);
    }
    one.app.accounts().set_enabled(agent.person, false, By::Operator).expect("disabled");
    for ask in [&ask, &session] {
        one.client.send(ask).expect(401);
    }
    one.clock.pass(1);
    for ask in [&ask, &session] {
        other.send(ask).expect(401);
    }
}

#[test]
fn many_records_are_changed_each_by_an_act_of_its_own() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let refs: Vec<String> =
        (0..3).map(|number| world.make("incident", json!({"title": format!("Mail {number}")}))).collect();
    let items = json!([{"ref": refs[0], "version": 1}, {"ref": refs[1], "version": 7},
        {"ref": "INC-999999", "version": 1}, {"ref": refs[2], "version": 1}]);
    let body = json!({"items": items, "values": {"impact": "high"}});
    let bulk = Ask::new("POST", "/api/v1/incidents/bulk").header("Idempotency-Key", "all").json(&body);
    let answer = agent.ask(&world, bulk.clone()).expect(200).json();
    let statuses: Vec<u64> =
        answer["items"].as_array().unwrap().iter().map(|item| item["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 412, 404, 200]);
    assert_eq!(agent.ask(&world, bulk).expect(200).json()["items"][3], answer["items"][3], "once only");
    let read = agent.get(&world, &format!("/api/v1/incidents/{}", refs[0])).json();
    assert_eq!((&read["impact"], &read["version"]), (&json!("high"), &json!(2)));
    let many: Vec<Json> = (0..101).map(|_| json!({"ref": refs[0], "version": 1})).collect();
    agent.post(&world, "/api/v1/incidents/bulk", &json!({ "items": many })).expect(422);
    let cancel = json!({"items": [{"ref": refs[0], "version": 2}], "move": "no_such_move"});
    let answer = agent.post(&world, "/api/v1/incidents/bulk", &cancel).expect(200).json();
    assert!(answer["items"][0]["status"].as_u64().unwrap() >= 404);
    assert!(answer["items"][0]["problem"]["type"].as_str().unwrap().starts_with("urn:mainstay:problem:"));
}
