//! Counting is reading: two worlds that differ only in what somebody may not see answer that person alike, byte for
//! byte, whatever is asked (P15).

use mainstay_app::{Command, StoredFile};
use mainstay_core::Type;
use mainstay_kinds::REGISTRY;
use serde_json::json;

use crate::{
    asker::{Asker, person},
    scene::{Relation, Scene},
    world::{BOTH, Engine, World},
};

/// Calls for each person.
const CALLS: u64 = 300;

/// What the customers see, so that there is something to count and to page through.
fn add_visible(world: &World, scene: &Scene) {
    for number in 0..9 {
        let words = ["Printer is slow", "Mail is down", "Own word is lost"][number % 3];
        world.make(
            "incident",
            json!({"title": format!("{words} {number}"), "customer": scene.customer,
                "caller": scene.requester.reference, "impact": "high", "urgency": "low"}),
        );
    }
}

/// What a customer never sees, made after all that they see.
fn add_hidden(world: &World, scene: &Scene, with_internal: bool) {
    for number in 0..25 {
        let values = json!({"title": format!("Mail stands still {number}"), "customer": scene.other_customer,
            "caller": scene.stranger.reference, "description": "Own word and printer"});
        let foreign = world.make("incident", values);
        let link = Command::Link {
            record: foreign.clone(),
            relation: "related_to".into(),
            target: scene.record("incident", Relation::Own).reference.clone(),
        };
        world.act(link).expect("a link");
        let body = "printer".into();
        world
            .act(Command::Comment { record: foreign, body, visibility: "public".into() })
            .expect("a comment");
    }
    world.make("person", json!({"title": "Zoe Zander", "customer": scene.other_customer}));
    if !with_internal {
        return;
    }
    world.make("team", json!({"title": "Night watch"}));
    world.make("person", json!({"title": "New colleague", "staff": true}));
    for relation in [Relation::Own, Relation::Organisation] {
        let record = scene.record("incident", relation).reference.clone();
        let file = StoredFile {
            name: "plan.txt".into(),
            media_type: None,
            bytes: 4,
            sha256: "00".repeat(32),
            stored_as: "00".repeat(16),
        };
        let own = || record.clone();
        let assignee = Some(scene.people[0].reference.clone());
        for command in [
            Command::Comment {
                record: own(),
                body: "internal printer".into(),
                visibility: "internal".into(),
            },
            Command::AddTask { record: own(), title: "Look".into(), assignee, due_at: None },
            Command::Tag { record: own(), word: "printer".into() },
            Command::Attach { record: own(), file, visibility: "internal".into() },
        ] {
            world.act(command).expect("an act");
        }
    }
}

/// A repeatable source of choices.
struct Choices(u64);

impl Choices {
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        &from[usize::try_from(self.0 >> 33).unwrap_or_default() % from.len()]
    }
}

fn path(choices: &mut Choices, scene: &Scene) -> String {
    let kinds: Vec<_> = REGISTRY.kinds().iter().collect();
    // Incidents are what customers see most of.
    let incident = REGISTRY.kind("incident").expect("incidents");
    let entry = if *choices.pick(&[true, false]) { incident } else { *choices.pick(&kinds) };
    let plural = entry.def.plural;
    let words = ["mail", "printer", "own", "zoe", "night", "incident", "internal", ""];
    let of_kind: Vec<_> = scene.records.iter().filter(|made| made.kind == entry.def.name).collect();
    let made = choices.pick(&of_kind);
    match *choices.pick(&[0, 1, 2, 3, 4, 5]) {
        0 => format!(
            "/api/v1/search?q={}&order={}",
            choices.pick(&words),
            choices.pick(&["newest", "relevance"])
        ),
        1 => format!("/api/v1/{plural}/suggestions?q={}", choices.pick(&words)),
        2 => {
            let tails = [
                "",
                "/history",
                "/comments",
                "/links",
                "/tasks",
                "/tags",
                "/attachments",
                "/clocks",
                "/moves",
                "/approvals",
                "/proof",
            ];
            format!("/api/v1/{plural}/{}{}", made.reference, choices.pick(&tails))
        }
        3 => format!("/api/v1/{plural}/export?format={}", choices.pick(&["csv", "jsonl"])),
        _ => {
            let mut query = vec![format!("limit={}", choices.pick(&[1, 2, 5, 50]))];
            let fields: Vec<_> = entry.def.fields.iter().collect();
            match choices.pick(&[0, 1, 2, 3]) {
                0 => query.push("total=exact".into()),
                1 => query.push("total=capped".into()),
                _ => {}
            }
            match *choices.pick(&[0, 1, 2, 3]) {
                0 => query.push(format!("q={}", choices.pick(&words))),
                1 => {
                    let sorts = ["-created_at", "title", "-updated_at", "ref", "state"];
                    query.push(format!("sort={}", choices.pick(&sorts)));
                }
                2 if !fields.is_empty() => query.push(format!("sort={}", choices.pick(&fields).name)),
                _ => {}
            }
            let is_narrowed = *choices.pick(&[true, false, false]) && !fields.is_empty();
            if let Some(field) = is_narrowed.then(|| choices.pick(&fields)) {
                let value = match field.ty {
                    Type::Reference(kind) => {
                        let there: Vec<_> = scene.records.iter().filter(|made| made.kind == kind).collect();
                        if there.is_empty() {
                            "me".to_owned()
                        } else {
                            choices.pick(&there).reference.clone()
                        }
                    }
                    Type::Choice(choice) => choice.words[0].to_owned(),
                    Type::Int => "1".into(),
                    Type::Bool => "true".into(),
                    _ => "2026-01-05".into(),
                };
                let op = choices.pick(&["", "[ne]", "[lte]", "[gte]", "[empty]", "[in]"]);
                let value = if *op == "[empty]" { "false".into() } else { value };
                query.push(format!("{}{op}={value}", field.name));
            }
            if *choices.pick(&[true, false, false, false]) {
                query.push("as_of=2026-01-05T09:00:00Z".into());
            }
            format!("/api/v1/{plural}?{}", query.join("&"))
        }
    }
}

fn compare(here: (&World, &Asker), there: (&World, &Asker), scene: &Scene) {
    let mut choices = Choices(15);
    let mut answered = 0;
    for _ in 0..CALLS {
        let path = path(&mut choices, scene);
        let (one, other) = (here.1.get(here.0, &path), there.1.get(there.0, &path));
        assert_eq!(one.header("etag"), other.header("etag"), "{path}");
        assert_eq!(one.header("content-length").is_some(), other.header("content-length").is_some());
        assert_eq!(one.face(), other.face(), "{} asks {path}", here.1.name);
        answered += u32::from(one.status == 200);
    }
    assert!(answered > 100, "{answered} of {CALLS} calls were answered");
}

#[test]
fn r16_p15_what_customers_do_not_see_changes_no_answer() {
    for engine in BOTH {
        let (one, other) = (World::new(engine), World::new(engine));
        let (scene, same) = (Scene::new(&one), Scene::new(&other));
        add_visible(&one, &scene);
        add_visible(&other, &same);
        add_hidden(&other, &same, true);
        compare((&one, &scene.requester), (&other, &same.requester), &scene);
        compare((&one, &scene.contact), (&other, &same.contact), &scene);
    }
}

#[test]
fn r16_p15_an_agent_of_one_customer_learns_nothing_of_another() {
    let (one, other) = (World::new(Engine::Sqlite), World::new(Engine::Sqlite));
    let limited = |world: &World, scene: &Scene| {
        let agent = person(world, "limited", &[], None);
        let role = json!({"title": "Desk of one customer", "person": agent.reference,
            "role": "service_desk_agent", "customer": scene.customer});
        world.make("role_assignment", role);
        agent
    };
    let (scene, same) = (Scene::new(&one), Scene::new(&other));
    let (agent, twin) = (limited(&one, &scene), limited(&other, &same));
    add_visible(&one, &scene);
    add_visible(&other, &same);
    add_hidden(&other, &same, false);
    compare((&one, &agent), (&other, &twin), &scene);
}
