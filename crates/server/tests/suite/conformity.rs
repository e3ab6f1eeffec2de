//! From the board to the records: what a failing check names on its page leads to exactly the records that fail.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::{
    asker::in_session,
    client::Ask,
    scene::Scene,
    world::{Engine, World},
};

/// The refs that a page names for each check, with the address to which each leads: rows of ref, reason and check.
fn named_on(page: &str) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut named: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in page.split("<tr>").skip(1) {
        let cells: Vec<&str> = row.split("<td>").skip(1).collect();
        let [record, _, check] = cells[..] else { continue };
        let between = |text: &str, from: &str, to: &str| {
            let (_, rest) = text.split_once(from)?;
            Some(rest.split_once(to)?.0.to_owned())
        };
        let Some(check) = between(check, ">", "<") else { continue };
        if let (Some(href), Some(text)) = (between(record, "href=\"", "\""), between(record, "\">", "<")) {
            named.entry(check).or_default().insert((text, href));
        }
    }
    named
}

#[test]
fn a_failing_check_leads_to_exactly_the_records_that_fail() {
    let world = World::new(Engine::Sqlite);
    let scene = Scene::new(&world);
    for number in 0..60 {
        world.make("incident", json!({"title": format!("Nobody knows where {number}")}));
    }
    world.clock.pass(20 * 24 * 3600);
    let manager = scene.named("service_manager");
    let session = manager.sign_in(&world);
    let get = |path: &str| world.client.send(&in_session(Ask::get(path), &session)).expect(200).text();
    manager.ask(&world, Ask::new("POST", "/api/v1/conformity/run")).expect(200);
    let board = manager.get(&world, "/api/v1/conformity").expect(200).json();
    let failing = |line: &&Json| line["standing"] == "fails";
    let (mut checks, mut led) = (BTreeSet::new(), BTreeMap::new());
    for line in board["requirements"].as_array().unwrap().iter().filter(failing) {
        let id = line["id"].as_str().unwrap();
        let detail = manager.get(&world, &format!("/api/v1/conformity/{id}")).expect(200).json();
        let page = named_on(&get(&format!("/conformity/{id}")));
        for check in detail["checks_detail"].as_array().unwrap() {
            let (name, latest) = (check["id"].as_str().unwrap(), &check["latest"]);
            if latest["result"] != "fail" || latest["exceptions"].as_array().unwrap()[0]["id"].is_null() {
                continue;
            }
            let said: BTreeSet<&str> = latest["exceptions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["ref"].as_str().unwrap())
                .collect();
            assert_eq!(latest["exceptions_total"], said.len(), "{name}: each is named");
            let shown = page.get(name).unwrap_or_else(|| panic!("{name} names nothing on the page of {id}"));
            let shown_refs: BTreeSet<&str> = shown.iter().map(|(reference, _)| reference.as_str()).collect();
            assert_eq!(shown_refs, said, "{name}: the page names what the interface names");
            led.extend(shown.iter().cloned());
            checks.insert(name.to_owned());
        }
    }
    assert!(checks.len() > 5, "{checks:?}");
    assert!(led.len() > 60, "{}", led.len());
    for (reference, href) in led {
        let record = manager.get(&world, &format!("/api/v1{href}")).expect(200).json();
        assert_eq!(record["ref"], reference.as_str(), "{href}");
        assert!(get(&href).contains(&reference), "{href}");
    }
}
