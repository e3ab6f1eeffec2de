//! Every route, for every role, nobody and a token that only reads, on records that are the asker's own, their
//! organisation's or somebody else's: the status is what the matrix of rights says. A route that is not tried here
//! fails the test.

use std::collections::BTreeSet;

use mainstay_app::rights::{Deed, Duty, Principal};
use mainstay_core::{Record, Type, registry::Entry};
use mainstay_kinds::REGISTRY;
use mainstay_server::{Policy, Route, all_routes, routes::Verb};
use mainstay_store::rows;
use serde_json::{Value as Json, json};

use crate::{
    asker::{Asker, in_session},
    client::{Answer, Ask},
    scene::{Made, RELATIONS, Relation, Scene},
    world::{Engine, World},
};

/// A version that no record has: whoever is let in is told so.
const STALE: &str = "\"999999\"";
/// An id that nothing has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// What a route is tried with, and what lets somebody in.
struct Trial {
    ask: Ask,
    needs: Needs,
}

enum Needs {
    /// Nothing beyond the policy.
    Policy,
    /// The deed with the record.
    Deed(Deed),
    /// What is for staff, of a record.
    Internal,
    /// The deed with some record of the kind.
    Ever(Deed),
    /// To vote, which no token does.
    Vote,
}

fn api() -> Vec<Route> {
    all_routes().into_iter().filter(Route::is_api).collect()
}

/// How a route is tried on a record; none when the route has no record.
fn trial(route: &Route, entry: &Entry, made: &Made) -> Option<Trial> {
    let path = route
        .path
        .replace("{kind}", entry.def.plural)
        .replace("{ref}", &made.reference)
        .replace("{id}", NOBODY)
        .replace("{person}", NOBODY)
        .replace("{relation}", "related_to")
        .replace("{target}", &made.reference)
        .replace("{word}", "word")
        .replace("{requirement}", "8.6.1-a");
    let mut ask = Ask::new(route.verb.name(), path);
    let body = |ask: Ask, json: Json| ask.json(&json);
    let tail = route.path.strip_prefix("/api/v1/{kind}");
    let deed = match (route.verb, tail) {
        (Verb::Get, Some("" | "/suggestions" | "/export")) => Needs::Policy,
        (Verb::Get, Some("/{ref}/proof")) => Needs::Internal,
        // The file itself is not there; who may not read the record gets the same answer.
        (Verb::Get, Some(_)) => Needs::Deed(Deed::Read),
        (Verb::Post, Some("")) => {
            ask = body(ask, json!({"no_such_field": 1}));
            Needs::Ever(Deed::Create)
        }
        (Verb::Post, Some("/bulk")) => {
            ask = body(ask, json!({"items": []}));
            Needs::Policy
        }
        (Verb::Patch, Some("/{ref}")) => {
            ask = body(ask, json!({})).header("If-Match", STALE);
            Needs::Deed(Deed::Edit)
        }
        (Verb::Post, Some("/{ref}/moves/{move}")) => {
            let name = entry.def.moves.first()?.name;
            ask.path = ask.path.replace("{move}", name);
            ask = body(ask, json!({})).header("If-Match", STALE);
            Needs::Deed(Deed::Move(name))
        }
        (Verb::Post, Some("/{ref}/votes")) => {
            ask = body(ask, json!({"verdict": "approve"})).header("If-Match", STALE);
            Needs::Vote
        }
        (Verb::Post, Some("/{ref}/comments")) => {
            ask = body(ask, json!({"body": ""}));
            Needs::Deed(Deed::Comment)
        }
        (Verb::Post, Some("/{ref}/links")) => {
            ask = body(ask, json!({"relation": "related_to", "target": made.reference}));
            Needs::Deed(Deed::Link)
        }
        (Verb::Delete, Some("/{ref}/links/{relation}/{target}")) => Needs::Deed(Deed::Link),
        (Verb::Post, Some("/{ref}/tasks")) => {
            ask = body(ask, json!({"title": ""}));
            Needs::Deed(Deed::Task)
        }
        (Verb::Patch, Some("/{ref}/tasks/{id}")) => {
            ask = body(ask, json!({"state": "done"}));
            Needs::Deed(Deed::Task)
        }
        (Verb::Post, Some("/{ref}/tags")) => {
            ask = body(ask, json!({"word": ""}));
            Needs::Deed(Deed::Tag)
        }
        (Verb::Delete, Some("/{ref}/tags/{word}")) => Needs::Deed(Deed::Tag),
        (Verb::Post, Some("/{ref}/attachments")) => {
            ask = ask.body("text/plain", "text");
            Needs::Deed(Deed::Attach)
        }
        // There is no such file, which who may read the record is told before what they may not do.
        (Verb::Delete, Some("/{ref}/attachments/{id}")) => Needs::Deed(Deed::Read),
        (_, Some(other)) => panic!("{} {other} is not tried; say here what it needs", route.verb.name()),
        (verb, None) => {
            if verb == Verb::Post {
                ask = match route.path {
                    "/api/v1/import" => ask.body("text/csv", "a,b"),
                    _ => body(ask, json!({"no_such_field": 1})),
                };
            }
            Needs::Policy
        }
    };
    Some(Trial { ask, needs: deed })
}

fn stored(world: &World, entry: &Entry, made: &Made) -> Record {
    let table = world.app.context().table(entry.def.name).expect("a table");
    world
        .app
        .view()
        .read(|conn| {
            let row = rows::load(conn, table, made.id)?.expect("a row");
            mainstay_app::context::to_record(entry.def.name, row.row)
        })
        .expect("a record")
}

/// What the matrix says about a request with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    SignIn,
    Refused,
    Hidden,
    In,
}

fn expected(
    route: &Route,
    needs: &Needs,
    who: Option<(&Principal, bool)>,
    entry: &Entry,
    record: &Record,
) -> Verdict {
    if route.policy == Policy::Anybody {
        return Verdict::In;
    }
    let Some((who, only_reads)) = who else { return Verdict::SignIn };
    let has_duty = |duty: Duty| who.has(duty);
    let policy = match route.policy {
        Policy::Duty(duty) => has_duty(duty),
        // A token is never fresh.
        Policy::FreshDuty(_) | Policy::FreshAccount => false,
        _ => true,
    };
    if !policy || (only_reads && route.verb != Verb::Get) {
        return Verdict::Refused;
    }
    let reads = who.may(&entry.def, record, Deed::Read);
    let allowed = |yes: bool| if yes { Verdict::In } else { Verdict::Refused };
    match needs {
        Needs::Policy => Verdict::In,
        Needs::Ever(deed) => allowed(who.may_ever(&entry.def, *deed)),
        _ if !reads => Verdict::Hidden,
        Needs::Deed(deed) => allowed(who.may(&entry.def, record, *deed)),
        Needs::Internal => allowed(who.may(&entry.def, record, Deed::ReadInternal)),
        Needs::Vote => Verdict::Refused,
    }
}

fn verdict(answer: &Answer, made: &Made) -> Verdict {
    match answer.status {
        401 => Verdict::SignIn,
        403 => Verdict::Refused,
        404 if answer.json()["detail"].as_str().is_some_and(|text| text.starts_with(&made.reference)) => {
            Verdict::Hidden
        }
        status => {
            assert!(status < 500, "{}", answer.text());
            Verdict::In
        }
    }
}

fn try_all(world: &World, kinds: &[&str]) -> (usize, BTreeSet<String>) {
    let scene = Scene::new(world);
    let askers: Vec<&Asker> = scene.people.iter().chain([&scene.stranger]).collect();
    let principals: Vec<_> =
        askers.iter().map(|asker| (asker.principal(world), asker.reader(world))).collect();
    let (mut checks, mut tried) = (0, BTreeSet::new());
    let routes = api();
    for entry in REGISTRY.kinds() {
        for relation in RELATIONS {
            let made = scene.record(entry.def.name, relation);
            let record = stored(world, entry, made);
            for route in &routes {
                let of_records = route.path.contains("{kind}");
                // What hangs on no kind is tried once; of kinds beside the chosen ones only reading and changing.
                let short =
                    matches!((route.verb, route.path), (Verb::Get | Verb::Patch, "/api/v1/{kind}/{ref}"));
                let once = entry.def.name == "incident" && relation == Relation::Own;
                let whole = kinds.contains(&entry.def.name)
                    && (entry.def.name == "incident" || relation != Relation::Organisation);
                if !(once || (of_records && (short || whole))) {
                    continue;
                }
                let Some(trial) = trial(route, entry, made) else { continue };
                tried.insert(format!("{} {}", route.verb.name(), route.path));
                let mut check = |answer: Answer, wanted: Verdict, name: &str| {
                    checks += 1;
                    let found = verdict(&answer, made);
                    assert_eq!(
                        found,
                        wanted,
                        "{name}: {} {} ({relation:?}): {} {}",
                        trial.ask.method,
                        trial.ask.path,
                        answer.status,
                        answer.text()
                    );
                };
                // A program without a token is like a page of another site.
                let nobody = in_session(trial.ask.clone(), "guessed");
                let wanted = expected(route, &trial.needs, None, entry, &record);
                check(world.client.send(&nobody), wanted, "nobody");
                for (asker, (principal, reader)) in askers.iter().zip(&principals) {
                    for (token, who, reads) in
                        [(&asker.token, principal, false), (&asker.reading_token, reader, true)]
                    {
                        // The read-only token is tried on the first kind only: it has the same rights to read.
                        if reads && entry.def.name != "incident" {
                            continue;
                        }
                        let ask = trial.ask.clone().header("Authorization", format!("Bearer {token}"));
                        let wanted = expected(route, &trial.needs, Some((who, reads)), entry, &record);
                        let name = format!("{}{}", asker.name, if reads { " (reading)" } else { "" });
                        check(world.client.send(&ask), wanted, &name);
                    }
                }
            }
        }
    }
    (checks, tried)
}

#[test]
fn r13_r14_p14_every_route_answers_every_role_as_the_matrix_says() {
    let world = World::new(Engine::Sqlite);
    let (checks, tried) = try_all(&world, &["incident", "person", "service_level_agreement", "change_model"]);
    let all: BTreeSet<String> =
        api().iter().map(|route| format!("{} {}", route.verb.name(), route.path)).collect();
    assert_eq!(tried, all, "a route was not tried");
    assert!(checks >= 4000, "{checks} checks");
}

#[test]
fn r14_the_same_on_postgresql_for_incidents() {
    let world = World::new(Engine::Postgres);
    try_all(&world, &["incident"]);
}

#[test]
fn r14_what_is_somebody_elses_answers_like_what_is_not_there() {
    for engine in crate::world::BOTH {
        let world = World::new(engine);
        let scene = Scene::new(&world);
        for asker in [&scene.requester, &scene.contact] {
            let who = asker.principal(&world);
            for entry in REGISTRY.kinds() {
                let made = scene.record(entry.def.name, Relation::Foreign);
                if who.may(&entry.def, &stored(&world, entry, made), Deed::Read) {
                    continue;
                }
                let missing = Made { reference: format!("{}-999999", entry.def.prefix), ..made.clone() };
                for route in api().iter().filter(|route| route.path.contains("{ref}")) {
                    let (Some(there), Some(nowhere)) =
                        (trial(route, entry, made), trial(route, entry, &missing))
                    else {
                        continue;
                    };
                    let face = |trial: &Trial, reference: &str| {
                        asker.ask(&world, trial.ask.clone()).face_without(reference)
                    };
                    let (there, nowhere) =
                        (face(&there, &made.reference), face(&nowhere, &missing.reference));
                    assert_eq!(there, nowhere, "{} {} of {}", route.verb.name(), route.path, entry.def.name);
                    assert_eq!(there.0, 404, "{} {}", route.verb.name(), route.path);
                }
                // By id, the same.
                let by = |id: &str| {
                    let answer = asker.get(&world, &format!("/api/v1/{}/{id}", entry.def.plural));
                    answer.face_without(id)
                };
                assert_eq!(by(&made.id.to_string()), by(NOBODY));
            }
        }
    }
}

/// What a page is asked with: each page of a record, and each form that it holds.
fn page_ask(route: &Route, plural: &str, reference: &str) -> Ask {
    let path = route
        .path
        .replace("{kind}", plural)
        .replace("{ref}", reference)
        .replace("{move}", "cancel")
        .replace("{id}", NOBODY);
    let ask = Ask::new(route.verb.name(), path.as_str());
    if route.verb == Verb::Get {
        return ask;
    }
    let form = "version=1&key=once&body=a&title=a&verdict=approve&relation=related_to&target=INC-000001";
    ask.body("application/x-www-form-urlencoded", form)
}

#[test]
fn r14_pages_of_what_is_somebody_elses_answer_like_pages_of_what_is_not_there() {
    let world = World::new(Engine::Sqlite);
    let scene = Scene::new(&world);
    let pages: Vec<Route> =
        all_routes().into_iter().filter(|route| !route.is_api() && route.path.contains("{ref}")).collect();
    assert!(pages.len() > 5);
    let mut compared = 0;
    for asker in [&scene.requester, &scene.contact] {
        let (who, session) = (asker.principal(&world), asker.sign_in(&world));
        for entry in REGISTRY.kinds() {
            let made = scene.record(entry.def.name, Relation::Foreign);
            if who.may(&entry.def, &stored(&world, entry, made), Deed::Read) {
                continue;
            }
            let missing = format!("{}-999999", entry.def.prefix);
            for route in &pages {
                let name = format!("{} {} of {}", route.verb.name(), route.path, entry.def.name);
                let ask = |reference: &str| page_ask(route, entry.def.plural, reference);
                let nobody = world.client.send(&in_session(ask(&made.reference), "guessed"));
                let nowhere = world.client.send(&in_session(ask(&missing), "guessed"));
                assert_eq!(nobody.status, 303, "{name} without a session");
                assert_eq!(nobody.face_without(&made.reference), nowhere.face_without(&missing), "{name}");
                let there = world.client.send(&in_session(ask(&made.reference), &session));
                let nowhere = world.client.send(&in_session(ask(&missing), &session));
                assert_eq!(there.status, 404, "{name}");
                assert_eq!(there.face_without(&made.reference), nowhere.face_without(&missing), "{name}");
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "{compared} pages were compared");
}

#[test]
fn r14_a_reference_to_what_is_somebody_elses_is_refused_like_one_to_nothing() {
    for engine in crate::world::BOTH {
        let world = World::new(engine);
        let scene = Scene::new(&world);
        let own = scene.record("incident", Relation::Own).reference.clone();
        let mut compared = 0;
        for asker in [&scene.requester, &scene.contact] {
            let who = asker.principal(&world);
            for entry in REGISTRY.kinds() {
                let made = scene.record(entry.def.name, Relation::Foreign);
                if who.may(&entry.def, &stored(&world, entry, made), Deed::Read) {
                    continue;
                }
                let asks = |target: &str| {
                    let fields = REGISTRY.kind("incident").expect("a kind").def.fields.iter();
                    let fields = fields
                        .filter(|field| matches!(field.ty, Type::Reference(kind) if kind == entry.def.name));
                    let mut asks = vec![
                        Ask::new("POST", format!("/api/v1/incidents/{own}/links"))
                            .json(&json!({"relation": "related_to", "target": target})),
                        Ask::new("DELETE", format!("/api/v1/incidents/{own}/links/related_to/{target}")),
                        Ask::new("POST", "/api/v1/incidents/bulk").json(
                            &json!({"items": [{"ref": target, "version": 1}], "values": {"title": "a"}}),
                        ),
                        Ask::get(format!("/api/v1/search?q={target}")),
                        Ask::get(format!("/api/v1/{}/suggestions?q={target}", entry.def.plural)),
                    ];
                    for field in fields {
                        let values = json!({"title": "a", field.name: target});
                        asks.push(Ask::new("POST", "/api/v1/incidents").json(&values));
                        asks.push(Ask::get(format!("/api/v1/incidents?{}={target}", field.name)));
                    }
                    asks
                };
                let missing = format!("{}-999999", entry.def.prefix);
                for (there, nowhere) in asks(&made.reference).into_iter().zip(asks(&missing)) {
                    let name = format!("{} {}", there.method, there.path);
                    let there = asker.ask(&world, there).face_without(&made.reference);
                    assert_eq!(there, asker.ask(&world, nowhere).face_without(&missing), "{name}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 100, "{compared} answers were compared");
    }
}
