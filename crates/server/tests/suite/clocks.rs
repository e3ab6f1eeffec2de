//! The page that explains clocks: what happened to each stretch of time, in the reader's language.

use mainstay_app::Command;
use serde_json::json;

use crate::{
    asker::{in_session, person},
    client::Ask,
    world::{Engine, World, object},
};

#[test]
fn the_stretches_of_a_clock_are_told_in_the_language_of_the_reader() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let week =
        json!([{"zone": "Europe/London", "week": {"monday": ["09:00-17:30"], "tuesday": ["09:00-17:30"]}}]);
    let calendar = world.make("calendar", json!({"title": "Two days", "versions": week}));
    let versions = json!([{"pauses_for": ["customer"],
        "targets": [{"goal": "resolution", "priority": 3, "seconds": 14_400}]}]);
    let terms = json!({"title": "Silver", "calendar": calendar, "versions": versions});
    let agreement = world.make("service_level_agreement", terms);
    let run = |record: &str, name: &str, values: serde_json::Value| {
        let (record, name) = (record.to_owned(), name.to_owned());
        world.act(Command::Move { record, name, version: None, values: object(values) }).expect("a move");
    };
    run(&agreement, "put_in_force", json!({}));
    let incident = world.make("incident", json!({"title": "Slow", "impact": "medium", "urgency": "medium"}));
    run(&incident, "start", json!({}));
    world.clock.pass(3600);
    run(&incident, "wait", json!({"waiting_reason": "customer"}));
    world.clock.pass(3600);
    run(&incident, "start", json!({}));
    world.clock.pass(24 * 3600);
    run(&incident, "resolve", json!({"resolution": "Restarted"}));
    world.clock.pass(60);

    let session = agent.sign_in(&world);
    let page = |language: &str| {
        let ask = Ask::get(format!("/incidents/{incident}/clocks")).header("Accept-Language", language);
        world.client.send(&in_session(ask, &session)).expect(200).text()
    };
    // In English the page says what the derivation itself says.
    let explained = mainstay_app::explain::explain(&world.app.view(), &incident, None, None).expect("clocks");
    let (english, german) = (page("en"), page("de"));
    let mut notes = Vec::new();
    for segment in explained.clocks.iter().flat_map(|clock| &clock.reading.segments) {
        assert!(english.contains(&format!("<td>{}</td>", segment.note)), "{}", segment.note);
        notes.push(segment.note.as_str());
    }
    assert!(notes.contains(&"counted") && notes.contains(&"paused, not counted"), "{notes:?}");
    for (word, instead) in [
        ("<td>counted</td>", "<td>gezählt</td>"),
        ("paused, not counted</td>", "pausiert, nicht gezählt</td>"),
    ] {
        assert!(english.contains(word) && german.contains(instead), "{instead}");
        assert!(!german.contains(word), "{word}");
    }
}
