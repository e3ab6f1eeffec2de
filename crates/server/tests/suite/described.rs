//! The description of the interface says all that there is and nothing else; and what it says holds for random
//! requests that are made from it: no failure of the server, no status that is not described, answers as described.

use std::collections::BTreeSet;

use mainstay_kinds::REGISTRY;
use mainstay_server::{all_routes, openapi};
use serde_json::{Map, Value as Json, json};

use crate::{
    asker::Asker,
    client::{Answer, Ask},
    scene::Scene,
    world::{Engine, World},
};

fn document() -> Json {
    openapi::document(&all_routes(), &REGISTRY)
}

/// The operations: method, path, what is said of them.
fn operations(document: &Json) -> Vec<(String, String, Json)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            all.push((method.to_uppercase(), path.clone(), operation.clone()));
        }
    }
    all
}

/// The route in the table to which a path belongs.
fn route_of(method: &str, path: &str) -> String {
    let mut path = path.to_owned();
    for entry in REGISTRY.kinds() {
        let own = format!("/api/v1/{}", entry.def.plural);
        if path == own || path.starts_with(&format!("{own}/")) {
            path = path.replacen(entry.def.plural, "{kind}", 1);
            if let Some(at) = path.find("/moves/") {
                path.truncate(at);
                path.push_str("/moves/{move}");
            }
        }
    }
    format!("{method} {path}")
}

#[test]
fn the_description_has_every_route_of_the_table_and_nothing_else() {
    let document = document();
    let described: BTreeSet<String> =
        operations(&document).iter().map(|(method, path, _)| route_of(method, path)).collect();
    let table: BTreeSet<String> = all_routes()
        .iter()
        .filter(|route| openapi::is_described(route))
        .map(|route| format!("{} {}", route.verb.name(), route.path))
        .collect();
    assert_eq!(described, table);
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let place = format!("{method} {path}");
        assert!(
            ids.insert(operation["operationId"].as_str().expect("an id").to_owned()),
            "{place}: id twice"
        );
        let is_success = |status: &String| status.starts_with('2');
        assert!(operation["responses"].as_object().unwrap().keys().any(is_success), "{place} has no answer");
        for part in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let named = operation["parameters"].as_array().unwrap().iter();
            assert!(
                named.clone().any(|each| each["in"] == "path" && each["name"] == part),
                "{place}: {part}"
            );
        }
        let takes = all_routes()
            .iter()
            .find(|route| format!("{} {}", route.verb.name(), route.path) == route_of(&method, &path))
            .map(|route| format!("{:?}", route.takes));
        assert_eq!(
            operation.get("requestBody").is_some(),
            takes.as_deref() != Some("Nothing"),
            "{place}: body"
        );
    }
    check_references(&document, &document);
}

fn check_references(document: &Json, json: &Json) {
    match json {
        Json::Object(map) => {
            if let Some(Json::String(to)) = map.get("$ref") {
                assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to} leads nowhere");
            }
            map.values().for_each(|value| check_references(document, value));
        }
        Json::Array(items) => items.iter().for_each(|item| check_references(document, item)),
        _ => {}
    }
}

#[test]
fn the_description_is_as_others_know_it() {
    let document = document();
    let paths: Vec<String> = operations(&document)
        .iter()
        .filter(|(_, path, _)| {
            path.contains("{kind}") || path.contains("/incidents") || !path.contains("{ref}")
        })
        .map(|(method, path, operation)| {
            let statuses: Vec<_> = operation["responses"].as_object().unwrap().keys().cloned().collect();
            format!("{method} {path}: {}", statuses.join(" "))
        })
        .collect();
    insta::assert_snapshot!("paths", paths.join("\n"));
    let of_incidents: Map<String, Json> = ["IncidentRead", "IncidentCreate", "IncidentEdit"]
        .into_iter()
        .map(|name| (name.to_owned(), document["components"]["schemas"][name].clone()))
        .collect();
    insta::assert_snapshot!("incidents", serde_json::to_string_pretty(&of_incidents).unwrap());
}

/// A repeatable source of requests.
struct Requests<'a> {
    seed: u64,
    document: &'a Json,
    /// Refs and ids that exist.
    names: Vec<String>,
}

impl Requests<'_> {
    fn below(&mut self, most: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.seed >> 33).unwrap_or_default() % most.max(1)
    }

    fn text(&mut self) -> String {
        const ODD: &[&str] = &[
            "",
            "a",
            "0",
            "-1",
            "true",
            "null",
            "2026-01-05",
            "2026-01-05T09:00:00Z",
            "9999-12-31T23:59:59Z",
            "\u{202e}x",
            "\u{0}",
            "ä ö",
            "%",
            "'; drop table incident; --",
            "a,b",
            "[]",
            "1e99",
            "99999999999999999999",
            "me",
            "none",
            "incident",
            "new",
            "\n",
            "title",
            "-created_at",
            "public",
        ];
        match self.below(4) {
            0 if !self.names.is_empty() => {
                let at = self.below(self.names.len());
                self.names[at].clone()
            }
            1 => "x".repeat(self.below(300)),
            _ => ODD[self.below(ODD.len())].to_owned(),
        }
    }

    /// A value that the schema describes, mostly.
    fn value(&mut self, schema: &Json, depth: u32) -> Json {
        if self.below(12) == 0 {
            return match self.below(6) {
                0 => Json::Null,
                1 => json!(self.text()),
                2 => json!(-7),
                3 => json!(i64::MAX),
                4 => json!({"a": [1, {"b": null}]}),
                _ => json!([]),
            };
        }
        if let Some(to) = schema["$ref"].as_str() {
            let schema = self.document.pointer(to.trim_start_matches('#')).expect("a schema").clone();
            return self.value(&schema, depth);
        }
        if let Some(ways) = schema["anyOf"].as_array() {
            let at = self.below(ways.len());
            return self.value(&ways[at], depth);
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[self.below(words.len())].clone();
        }
        match schema["type"].as_str() {
            Some("object") if depth < 6 => {
                let mut map = Map::new();
                let required: Vec<&str> =
                    schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
                for (name, of) in schema["properties"].as_object().into_iter().flatten() {
                    if required.contains(&name.as_str()) || self.below(4) == 0 {
                        map.insert(name.clone(), self.value(of, depth + 1));
                    }
                }
                Json::Object(map)
            }
            Some("array") => (0..self.below(3)).map(|_| self.value(&schema["items"], depth + 1)).collect(),
            Some("integer") => json!(self.below(10)),
            Some("boolean") => json!(self.below(2) == 0),
            Some("null") => Json::Null,
            _ => match schema["format"].as_str() {
                Some("date-time") => json!("2026-01-05T09:00:00Z"),
                Some("date") => json!("2026-01-05"),
                _ => json!(self.text()),
            },
        }
    }

    fn request(&mut self, method: &str, path: &str, operation: &Json) -> Ask {
        let mut path = path.to_owned();
        let mut query = Vec::new();
        let mut headers = Vec::new();
        for parameter in operation["parameters"].as_array().expect("parameters") {
            let name = parameter["name"].as_str().expect("a name");
            let is_needed = parameter["required"] == true;
            if !is_needed && self.below(5) != 0 {
                continue;
            }
            let value = match self.value(&parameter["schema"], 0) {
                Json::String(text) => text,
                other => other.to_string(),
            };
            let escaped =
                percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC).to_string();
            match parameter["in"].as_str() {
                Some("path") => {
                    let escaped = if escaped.is_empty() { "x".into() } else { escaped };
                    path = path.replace(&format!("{{{name}}}"), &escaped);
                }
                Some("query") => query.push(format!("{name}={escaped}")),
                _ if name == "If-Match" || name == "If-None-Match" => {
                    headers.push((name, format!("\"{}\"", 1 + self.below(3))));
                }
                _ => headers.push((name, format!("key-{}", self.below(5)))),
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let method = match method {
            "GET" => "GET",
            "POST" => "POST",
            "PATCH" => "PATCH",
            _ => "DELETE",
        };
        let mut ask = Ask::new(method, path);
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        match operation["requestBody"]["content"].as_object().and_then(|content| content.iter().next()) {
            Some((media_type, of)) if media_type == "application/json" => {
                let body = self.value(&of["schema"], 0);
                ask.json(&body)
            }
            Some((media_type, _)) => {
                let body = self.text();
                ask.body(media_type, body)
            }
            None => ask,
        }
    }
}

/// What is wrong with an answer by the schema; nothing when it fits.
fn misfit(document: &Json, schema: &Json, json: &Json, place: &str) -> Option<String> {
    if let Some(to) = schema["$ref"].as_str() {
        return misfit(
            document,
            document.pointer(to.trim_start_matches('#')).expect("a schema"),
            json,
            place,
        );
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let misfits: Vec<_> = ways.iter().map(|way| misfit(document, way, json, place)).collect();
        return if misfits.iter().any(Option::is_none) { None } else { misfits.into_iter().flatten().next() };
    }
    if let Some(words) = schema["enum"].as_array() {
        return (!words.contains(json)).then(|| format!("{place} is {json}, not one of {words:?}"));
    }
    if let Some(constant) = schema.get("const") {
        return (constant != json).then(|| format!("{place} is {json}, not {constant}"));
    }
    let fits = match schema["type"].as_str() {
        Some("object") => json.is_object(),
        Some("array") => json.is_array(),
        Some("string") => json.is_string(),
        Some("integer") => json.is_i64() || json.is_u64(),
        Some("boolean") => json.is_boolean(),
        Some("null") => json.is_null(),
        _ => true,
    };
    if !fits {
        return Some(format!("{place} is {json}, not {}", schema["type"]));
    }
    if let (Some(map), Some(properties)) = (json.as_object(), schema["properties"].as_object()) {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            if !map.contains_key(name) {
                return Some(format!("{place}.{name} is missing"));
            }
        }
        for (name, value) in map {
            match properties.get(name) {
                Some(of) => {
                    if let Some(misfit) = misfit(document, of, value, &format!("{place}.{name}")) {
                        return Some(misfit);
                    }
                }
                None if schema["additionalProperties"] == false => {
                    return Some(format!("{place}.{name} is not described"));
                }
                None => {}
            }
        }
    }
    let items = json.as_array().into_iter().flatten();
    items
        .enumerate()
        .find_map(|(at, item)| misfit(document, &schema["items"], item, &format!("{place}[{at}]")))
}

fn check(document: &Json, operation: &Json, ask: &Ask, answer: &Answer) {
    let place = format!("{} {} {}", ask.method, ask.path, String::from_utf8_lossy(&ask.body));
    assert!(answer.status < 500, "{place}: {} {}", answer.status, answer.text());
    let described = &operation["responses"][answer.status.to_string()];
    assert!(described.is_object(), "{place}: {} is not described: {}", answer.status, answer.text());
    let Some(content) = described["content"].as_object() else {
        assert!(answer.body.is_empty(), "{place}: {}", answer.text());
        return;
    };
    let given = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let of = content.get(given).or_else(|| content.get("*/*"));
    let of = of.unwrap_or_else(|| panic!("{place}: {given} is not described"));
    if given.ends_with("json") && of["schema"]["type"] != "string" {
        let misfit = misfit(document, &of["schema"], &answer.json(), "answer");
        assert!(misfit.is_none(), "{place}: {} {}", answer.status, misfit.unwrap_or_default());
    }
}

#[test]
fn random_requests_are_answered_as_the_description_says() {
    let world = World::new(Engine::Sqlite);
    let scene = Scene::new(&world);
    let document = document();
    let operations = operations(&document);
    let names = scene.records.iter().flat_map(|made| [made.reference.clone(), made.id.to_string()]).collect();
    let mut requests = Requests { seed: 31, document: &document, names };
    let askers: [&Asker; 3] = [scene.named("service_manager"), &scene.contact, scene.named("administrator")];
    for number in 0..900 {
        let at = requests.below(operations.len());
        let (method, path, operation) = &operations[at];
        let ask = requests.request(method, path, operation);
        let answer = askers[number % askers.len()].ask(&world, ask.clone());
        check(&document, operation, &ask, &answer);
    }
}
