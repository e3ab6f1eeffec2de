//! The description of the REST interface, OpenAPI 3.1: made from the table of routes and the descriptors of the kinds,
//! so that it cannot say something else than they do. Records have paths and schemas of their own kind; what hangs on
//! all records alike stands once, with the kind as a parameter.

mod answers;
mod derived;
mod kinds;
mod operations;

use mainstay_core::Registry;
use serde_json::{Map, Value as Json, json};

use self::operations::{Details, details};
use crate::{
    rate::Sort,
    routes::{Policy, Route, Takes, Verb},
};

/// The document.
pub fn document(routes: &[Route], registry: &Registry) -> Json {
    let mut paths: Map<String, Json> = Map::new();
    let mut put = |path: String, verb: Verb, operation: Json| {
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[verb.name().to_lowercase()] = operation;
    };
    for route in routes.iter().filter(|route| is_described(route)) {
        match (route.verb, route.path) {
            (Verb::Get | Verb::Post, "/api/v1/{kind}")
            | (Verb::Get | Verb::Patch, "/api/v1/{kind}/{ref}") => {
                for entry in registry.kinds() {
                    let path = route.path.replace("{kind}", entry.def.plural);
                    let id = format!("{}_{}", operation_id(route), entry.def.name);
                    put(
                        path,
                        route.verb,
                        operation(route, &id, kinds::details(route, &entry.def), entry.def.help),
                    );
                }
            }
            (Verb::Post, "/api/v1/{kind}/{ref}/moves/{move}") => {
                for entry in registry.kinds() {
                    for mv in &entry.def.moves {
                        let path = route.path.replace("{kind}", entry.def.plural).replace("{move}", mv.name);
                        let id = format!("move_{}_{}", entry.def.name, mv.name);
                        put(path, route.verb, operation(route, &id, kinds::of_move(&entry.def, mv), mv.help));
                    }
                }
            }
            _ => {
                let details = details(route, registry);
                put(route.path.to_owned(), route.verb, operation(route, &operation_id(route), details, ""));
            }
        }
    }
    let mut schemas = answers::schemas();
    for entry in registry.kinds() {
        schemas.extend(kinds::schemas(&entry.def));
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Mainstay", "version": "1", "description": ABOUT},
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token, made by its person or at the host"},
                "session": {"type": "apiKey", "in": "cookie", "name": "mainstay_session"},
            },
        },
    })
}

const ABOUT: &str = "Records of service management for ISO/IEC 20000-1:2018. Instants are RFC 3339 in UTC, durations whole \
seconds in fields that end in `_seconds`, references have `id`, `ref` and `title`. What you may not see looks as if it \
did not exist. Errors are `application/problem+json` (RFC 9457). Changes of a record want its ETag in `If-Match`; \
`Idempotency-Key` makes a repeated request do nothing.";

/// Whether a route is described here.
pub fn is_described(route: &Route) -> bool {
    route.is_api()
}

fn operation_id(route: &Route) -> String {
    let path = route.path.trim_start_matches("/api/v1").replace(['{', '}'], "");
    let words: Vec<&str> = path.split(['/', '.', '-']).filter(|word| !word.is_empty()).collect();
    format!("{}_{}", route.verb.name().to_lowercase(), words.join("_"))
}

fn operation(route: &Route, id: &str, details: Details, more: &str) -> Json {
    let mut parameters = details.parameters;
    if route.verb != Verb::Get {
        parameters.push(json!({"name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same key with the same request again gives the first answer and changes nothing",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}}));
    }
    if details.wants_version {
        parameters.push(json!({"name": "If-Match", "in": "header", "required": true,
            "description": "The ETag of the record as you have read it",
            "schema": {"type": "string", "pattern": "^\"[1-9][0-9]{0,8}\"$"}}));
    }
    let mut operation = json!({
        "operationId": id,
        "summary": route.about,
        "parameters": parameters,
        "responses": responses(route, &details.answers, details.wants_version),
    });
    let policy = match route.policy {
        Policy::Anybody => "Anybody may ask.".to_owned(),
        Policy::Account => "Asks for an account; what you see and change your roles decide.".to_owned(),
        Policy::Duty(duty) => format!("Asks for a role with the duty {}.", duty.name()),
        Policy::FreshDuty(duty) => {
            format!("Asks for a role with the duty {} and a sign-in of the last ten minutes.", duty.name())
        }
        Policy::FreshAccount => "Asks for a sign-in of the last ten minutes.".to_owned(),
    };
    let more = if more.is_empty() { String::new() } else { format!("{more}. ") };
    operation["description"] = json!(format!("{more}{policy}"));
    if route.policy == Policy::Anybody {
        operation["security"] = json!([]);
    }
    if let Some(content) = details.body {
        operation["requestBody"] = json!({"required": true, "content": content});
    }
    operation
}

/// The answers: what was asked for, and every problem that the gate, the door or the input can bring about.
fn responses(route: &Route, answers: &[(u16, Json)], wants_version: bool) -> Json {
    let mut all = Map::new();
    for (status, answer) in answers {
        all.insert(status.to_string(), answer.clone());
    }
    let mut problems = vec![400, 414, 421, 431, 500, 503];
    if route.policy != Policy::Anybody {
        problems.extend([401, 403]);
    }
    if route.path.contains('{') || route.path.ends_with("checkpoint") || route.verb != Verb::Get {
        problems.push(404);
    }
    if route.sort != Sort::Free {
        problems.push(429);
    }
    if route.verb != Verb::Get {
        problems.extend([409, 422]);
    } else if matches!(route.path, "/api/v1/reports/sla" | "/api/v1/journal/consistency") {
        problems.extend([404, 409]);
    }
    if route.takes != Takes::Nothing {
        problems.extend([408, 413, 415]);
    }
    if wants_version {
        problems.extend([412, 428]);
    }
    for status in problems {
        all.entry(status.to_string()).or_insert_with(|| {
            let reason = axum::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
            json!({"description": reason.unwrap_or("Problem"),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
        });
    }
    Json::Object(all)
}
