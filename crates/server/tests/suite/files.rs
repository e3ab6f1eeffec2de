//! Files: hung on, given out, taken off; lists as files; files of records taken in.

use std::io::Read;

use mainstay_app::ledger::Ledger;
use mainstay_kinds::REGISTRY;
use serde_json::{Value as Json, json};

use crate::{
    asker::{in_session, person},
    client::Ask,
    scene::{Relation, Scene},
    world::{BOTH, Engine, World},
};

#[test]
fn r19_r41_r42_a_file_is_given_out_as_it_came_under_a_tidy_name_to_who_may_see_it() {
    for engine in BOTH {
        let world = World::new(engine);
        let scene = Scene::new(&world);
        let made = scene.record("incident", Relation::Own);
        let path = format!("/api/v1/incidents/{}/attachments", made.reference);
        let bytes: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        let upload =
            Ask::new("POST", format!("{path}?name=..%2F%E2%80%8B.htaccess")).body("text/html", bytes.clone());
        let outcome = scene.requester.ask(&world, upload).expect(201).json();
        let id = outcome["id"].as_str().expect("an id").to_owned();
        let answer = scene.requester.get(&world, &format!("{path}/{id}")).expect(200);
        assert_eq!(answer.body, bytes);
        assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
        assert_eq!(
            answer.header("content-disposition"),
            Some("attachment; filename=\".htaccess\"; filename*=UTF-8''.htaccess")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("content-security-policy").unwrap().contains("sandbox"));
        assert_eq!(answer.header("content-length"), Some("200000"));
        // By another record's address, and for another customer, it is not there.
        let elsewhere = scene.record("incident", Relation::Foreign).reference.clone();
        scene.requester.get(&world, &format!("/api/v1/incidents/{elsewhere}/attachments/{id}")).expect(404);
        let other = scene.record("incident", Relation::Organisation).reference.clone();
        scene.contact.get(&world, &format!("/api/v1/incidents/{other}/attachments/{id}")).expect(404);
        scene.stranger.get(&world, &format!("{path}/{id}")).expect(404);
        // What is internal is for staff.
        let agent = scene.named("service_desk_agent");
        let internal =
            Ask::new("POST", format!("{path}?name=plan.txt&visibility=internal")).body("text/plain", "a");
        scene.requester.ask(&world, internal.clone()).expect(403);
        let plan = agent.ask(&world, internal).expect(201).json()["id"].as_str().unwrap().to_owned();
        scene.requester.get(&world, &format!("{path}/{plan}")).expect(404);
        scene.requester.ask(&world, Ask::new("DELETE", format!("{path}/{plan}"))).expect(404);
        let seen = scene.requester.get(&world, &path).json()["items"].as_array().unwrap().len();
        assert_eq!((seen, agent.get(&world, &path).json()["items"].as_array().unwrap().len()), (1, 2));
        // Taken off, it is gone at once.
        scene.requester.ask(&world, Ask::new("DELETE", format!("{path}/{id}"))).expect(403);
        agent.ask(&world, Ask::new("DELETE", format!("{path}/{id}"))).expect(204);
        agent.get(&world, &format!("{path}/{id}")).expect(404);
    }
}

fn stored_files(world: &World) -> usize {
    let folder = world.app.data().join("attachments");
    let Ok(shelves) = std::fs::read_dir(folder) else { return 0 };
    shelves.flat_map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap()).count()
}

#[test]
fn a_form_brings_a_file_too_and_what_is_refused_or_repeated_leaves_none_behind() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let record = world.make("incident", json!({"title": "Mail is down"}));
    let path = format!("/api/v1/incidents/{record}/attachments");
    let form = |name: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"visibility\"\r\n\r\ninternal\r\n--b\r\n\
             Content-Disposition: form-data; name=\"{name}\"; filename=\"log.txt\"\r\nContent-Type: text/plain\r\n\r\n\
             one line\r\n--b--\r\n"
        )
    };
    let upload = |body: String| Ask::new("POST", path.as_str()).body("multipart/form-data; boundary=b", body);
    let keyed = upload(form("file")).header("Idempotency-Key", "file-1");
    let first = agent.ask(&world, keyed.clone()).expect(201).json();
    assert_eq!(agent.ask(&world, keyed).expect(201).json(), first);
    let items = agent.get(&world, &path).json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    assert_eq!((&items[0]["name"], &items[0]["visibility"]), (&json!("log.txt"), &json!("internal")));
    assert_eq!(stored_files(&world), 1);
    agent.ask(&world, upload(form("other"))).expect(400);
    agent.ask(&world, upload("--c".into())).expect(400);
    let nameless = Ask::new("POST", path.as_str()).body("text/plain", "a");
    agent.ask(&world, nameless).expect(422);
    let unknown = Ask::new("POST", format!("{path}?name=a&visibility=secret")).body("text/plain", "a");
    agent.ask(&world, unknown).expect(422);
    assert_eq!(stored_files(&world), 1);
}

#[test]
fn r43_a_list_is_exported_with_its_conditions_and_the_askers_rights_without_formulas() {
    for engine in BOTH {
        let world = World::new(engine);
        let scene = Scene::new(&world);
        let agent = scene.named("service_desk_agent");
        for title in ["=1+1", "  @sum(a1)", "plain"] {
            world.make("incident", json!({"title": title, "caller": scene.requester.reference}));
        }
        let path = |query: &str| format!("/api/v1/incidents/export?{query}");
        let all = agent.get(&world, &path("format=csv")).expect(200);
        assert_eq!(all.header("content-type"), Some("text/csv; charset=utf-8"));
        assert!(all.header("content-disposition").unwrap().contains("incidents.csv"));
        let text = all.text();
        let total = agent.get(&world, "/api/v1/incidents?total=exact").json()["total"].clone();
        assert_eq!(json!(text.lines().count() - 1), total);
        assert!(text.contains(",'=1+1,") && text.contains(",'@sum(a1),"));
        let own = scene.requester.get(&world, &path("format=jsonl&sort=title")).expect(200).text();
        let own: Vec<Json> = own.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(own.len(), 4, "their own only");
        assert!(own.iter().any(|record| record["title"] == "=1+1"), "JSON needs no apostrophe");
        let header = scene.requester.get(&world, &path("format=csv")).text();
        let staff_only = REGISTRY.kind("incident").unwrap().def.fields.iter().find(|field| field.staff_only);
        assert!(staff_only.is_none_or(|field| !header.lines().next().unwrap().contains(field.name)));
        let one = agent.get(&world, &path("format=csv&q=plain&fields=title")).expect(200).text();
        assert_eq!(one.lines().next(), Some("id,ref,title"));
        assert_eq!(one.lines().count(), 2);
        let book = agent.get(&world, &path("format=xlsx")).expect(200);
        assert!(book.body.starts_with(b"PK"));
        agent.get(&world, &path("format=pdf")).expect(400);
        agent.get(&world, &path("no_such_field=1")).expect(400);
        agent.get(&world, "/api/v1/nothings/export").expect(404);
    }
}

#[test]
fn a_large_export_comes_whole() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    for number in 0..1201 {
        world.make("incident", json!({"title": format!("Mail {number}")}));
    }
    let text = agent.get(&world, "/api/v1/incidents/export?format=jsonl").expect(200).text();
    let mut refs: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap()["ref"].as_str().unwrap().to_owned())
        .collect();
    refs.sort();
    refs.dedup();
    assert_eq!(refs.len(), 1201);
    let mut whole = String::new();
    text.as_bytes().read_to_string(&mut whole).unwrap();
    assert!(whole.ends_with("}\n"));
}

#[test]
fn a_proof_from_the_interface_verifies_without_the_server() {
    for engine in BOTH {
        let world = World::new(engine);
        let scene = Scene::new(&world);
        let agent = scene.named("service_desk_agent");
        let path = format!("/api/v1/incidents/{}/proof", scene.record("incident", Relation::Own).reference);
        let before = agent.get(&world, &path).expect(200).json();
        assert_eq!(before["items"][0]["proof"], Json::Null, "nothing vouches for it yet");
        scene.named("internal_auditor").get(&world, "/api/v1/journal/checkpoint").expect(404);
        Ledger::of(&world.app).checkpoint().expect("a checkpoint");
        let page = agent.get(&world, &path).expect(200).json();
        let keys: Vec<mainstay_journal::VerifyingKey> = page["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key.as_str().unwrap().parse().unwrap())
            .collect();
        assert!(!page["items"].as_array().unwrap().is_empty());
        for item in page["items"].as_array().unwrap() {
            let proof =
                mainstay_journal::EntryProof::parse(item["proof"].as_str().unwrap()).expect("a proof");
            proof.verify(item["entry"].as_str().unwrap().as_bytes(), &keys).expect("it verifies");
            assert!(proof.verify(b"{}", &keys).is_err());
        }
        scene.requester.get(&world, &path).expect(403);
        let auditor = scene.named("internal_auditor");
        let checkpoint = auditor.get(&world, "/api/v1/journal/checkpoint").expect(200).json();
        assert_eq!(checkpoint["size"].as_u64(), Some(world.entries()));
        auditor.get(&world, "/api/v1/journal/consistency?from=3").expect(200);
        auditor.get(&world, "/api/v1/journal/consistency?from=99999999").expect(400);
    }
}

#[test]
fn a_person_is_erased_as_from_the_host() {
    let world = World::new(Engine::Sqlite);
    let scene = Scene::new(&world);
    let session = scene.named("administrator").sign_in(&world);
    let send = |body: Json| in_session(Ask::new("POST", "/api/v1/erasures").json(&body), &session);
    let reference = &scene.stranger.reference;
    world.client.send(&send(json!({"person": reference, "reason": " "}))).expect(422);
    let done =
        world.client.send(&send(json!({"person": reference, "reason": "letter of 3 March"}))).expect(200);
    assert_eq!(done.json()["changed"], true);
    let again = world.client.send(&send(json!({"person": reference, "reason": "again"}))).expect(200);
    assert_eq!(again.json()["changed"], false);
    let read =
        scene.named("service_manager").get(&world, &format!("/api/v1/persons/{reference}")).expect(200);
    assert!(!read.text().contains("stranger@example.org"));
}

#[test]
fn a_file_of_records_is_tried_and_taken_in_by_who_has_the_duty() {
    let world = World::new(Engine::Sqlite);
    let manager = person(&world, "manager", &["service_manager"], None);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let ask = |query: &str, body: &str| {
        Ask::new("POST", format!("/api/v1/import?{query}")).body("text/csv", body.as_bytes())
    };
    agent.ask(&world, ask("mapping=servicenow-incident-audit", "a")).expect(403);
    manager.ask(&world, ask("mapping=/etc/passwd", "a")).expect(422);
    let before = world.entries();
    let bad = manager
        .ask(&world, ask("mapping=servicenow-incident-audit&dry_run=true", "number,state\n1,2\n"))
        .expect(422);
    assert!(bad.json()["fields"].is_array());
    assert_eq!(world.entries(), before);
}

#[test]
fn the_board_is_run_and_read_by_who_has_the_duty_and_names_only_records_they_read() {
    let world = World::new(Engine::Sqlite);
    let scene = Scene::new(&world);
    let manager = scene.named("service_manager");
    // Half a year in which nobody looks at anything.
    world.clock.pass(183 * 24 * 3600);
    scene.named("service_desk_agent").get(&world, "/api/v1/conformity").expect(403);
    let runs = manager.ask(&world, Ask::new("POST", "/api/v1/conformity/run")).expect(200).json();
    assert!(!runs["items"].as_array().unwrap().is_empty());
    let board = manager.get(&world, "/api/v1/conformity").expect(200).json();
    assert!(board["counts"]["total"].as_u64().unwrap() > 100);
    let failed = board["requirements"].as_array().unwrap().iter().find(|line| line["standing"] == "fails");
    let failed =
        failed.unwrap_or_else(|| panic!("something has failed by then: {}", board["top_line"]))["id"]
            .as_str()
            .unwrap()
            .to_owned();
    let path = format!("/api/v1/conformity/{failed}");
    let exceptions = |asker: &crate::asker::Asker| -> Vec<String> {
        let detail = asker.get(&world, &path).expect(200).json();
        let checks = detail["checks_detail"].as_array().unwrap().clone();
        checks
            .iter()
            .flat_map(|check| check["latest"]["exceptions"].as_array().cloned().unwrap_or_default())
            .filter_map(|exception| exception["id"].as_str().map(str::to_owned))
            .collect()
    };
    let desk = person(&world, "limited", &[], None);
    let role = json!({"title": "For one customer", "person": desk.reference, "role": "incident_manager",
        "customer": scene.customer});
    world.make("role_assignment", role);
    for id in exceptions(&desk) {
        let readable = REGISTRY
            .kinds()
            .iter()
            .any(|entry| desk.get(&world, &format!("/api/v1/{}/{id}", entry.def.plural)).status == 200);
        assert!(readable, "{id}");
    }
    manager.get(&world, "/api/v1/conformity/no-such-thing").expect(404);
}
