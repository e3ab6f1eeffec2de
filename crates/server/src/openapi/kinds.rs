//! What the descriptor of a kind says to the outside: schemas to read and to write, conditions of lists, moves.

use mainstay_core::{FieldDef, KindDef, MoveDef, Type};
use serde_json::{Map, Value as Json, json};

use super::{
    answers::{nullable, reference},
    operations::{Details, as_of, json_answer, path_parameter},
};
use crate::routes::{Route, Verb};

/// The name of a kind in schemas: `service_request` is `ServiceRequest`.
fn name(def: &KindDef) -> String {
    def.name
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}

/// The schemas of a kind.
pub(super) fn schemas(def: &KindDef) -> Map<String, Json> {
    let name = name(def);
    let mut map = Map::new();
    map.insert(format!("{name}Read"), read(def));
    map.insert(format!("{name}Create"), write(def, true));
    map.insert(format!("{name}Edit"), write(def, false));
    let items = json!({"type": "array", "items": reference(&format!("{name}Read"))});
    map.insert(
        format!("{name}List"),
        json!({"type": "object", "additionalProperties": false,
            "required": ["items", "next_cursor", "total", "total_is"],
            "properties": {"items": items, "next_cursor": nullable(json!({"type": "string"})),
                "total": {"type": "integer"}, "total_is": {"enum": ["exact", "at_least"]}}}),
    );
    map
}

fn read(def: &KindDef) -> Json {
    let mut properties = Map::new();
    properties.insert("kind".into(), json!({"const": def.name}));
    properties.insert("id".into(), json!({"type": "string", "format": "uuid"}));
    properties.insert("ref".into(), json!({"type": "string"}));
    properties.insert("title".into(), json!({"type": "string", "description": def.title.label}));
    properties.insert("state".into(), json!({"enum": def.states.words}));
    properties.insert("version".into(), json!({"type": "integer", "minimum": 1}));
    for name in ["created_at", "updated_at"] {
        properties.insert(name.into(), json!({"type": "string", "format": "date-time"}));
    }
    for field in &def.fields {
        let schema = match field.ty {
            Type::Reference(_) => reference("Name"),
            Type::Structured(_) => json!({}),
            ty => plain(ty),
        };
        properties.insert(field.name.into(), described(nullable(schema), field));
    }
    json!({"type": "object", "description": format!("{} (ISO/IEC 20000-1:2018, {})", def.help, def.clause),
        "required": ["kind", "id", "ref"], "additionalProperties": false, "properties": properties})
}

fn write(def: &KindDef, is_new: bool) -> Json {
    let fields = def.fields.iter().filter(|field| !field.system);
    let mut properties: Map<String, Json> =
        fields.clone().map(|field| (field.name.to_owned(), input(field))).collect();
    properties
        .insert("title".into(), json!({"type": "string", "minLength": 1, "description": def.title.label}));
    let mut required: Vec<&str> = Vec::new();
    if is_new {
        required.push("title");
        required.extend(fields.filter(|field| field.required).map(|field| field.name));
    }
    json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties})
}

fn input(field: &FieldDef) -> Json {
    let schema = match field.ty {
        Type::Reference(kind) => json!({"type": "string", "description": format!("ref or id of a {kind}")}),
        Type::Structured(_) => json!({}),
        ty => plain(ty),
    };
    described(if field.required { schema } else { nullable(schema) }, field)
}

fn described(mut schema: Json, field: &FieldDef) -> Json {
    schema["description"] = json!(field.help);
    schema
}

fn plain(ty: Type) -> Json {
    match ty {
        Type::Text | Type::Bytes => json!({"type": "string"}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Int => json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX}),
        Type::Instant => json!({"type": "string", "format": "date-time"}),
        Type::Date => json!({"type": "string", "format": "date"}),
        Type::Choice(choice) => json!({"enum": choice.words}),
        Type::Reference(_) | Type::Structured(_) => json!({}),
    }
}

/// What the routes about records of a kind take and give.
pub(super) fn details(route: &Route, def: &KindDef) -> Details {
    let name = name(def);
    let body =
        |schema: &str| Some(json!({"application/json": {"schema": reference(&format!("{name}{schema}"))}}));
    let read = format!("{name}Read");
    match (route.verb, route.path) {
        (Verb::Get, "/api/v1/{kind}") => Details {
            parameters: list_parameters(def),
            answers: vec![(200, json_answer("A page of the list", reference(&format!("{name}List"))))],
            ..Details::default()
        },
        (Verb::Get, _) => Details {
            parameters: vec![path_parameter("ref", "Its ref or id"), as_of(), if_none_match()],
            answers: vec![
                (200, with_etag(json_answer("The record", reference(&read)))),
                (304, json!({"description": "The record is as you have it"})),
            ],
            ..Details::default()
        },
        (Verb::Post, _) => Details {
            body: body("Create"),
            answers: vec![(
                201,
                with_etag(json_answer("The record, or its ref when you may not read it", or_outcome(&read))),
            )],
            ..Details::default()
        },
        _ => Details {
            parameters: vec![path_parameter("ref", "Its ref or id")],
            body: body("Edit"),
            answers: vec![(200, with_etag(json_answer("The record", or_outcome(&read))))],
            wants_version: true,
        },
    }
}

/// What a move asks for and takes.
pub(super) fn of_move(def: &KindDef, mv: &MoveDef) -> Details {
    let fields = mv.asks.iter().chain(mv.takes);
    let properties: Map<String, Json> = fields
        .filter_map(|name| def.field(name))
        .map(|field| (field.name.to_owned(), input(field)))
        .collect();
    let schema = json!({"type": "object", "required": mv.asks, "additionalProperties": false,
        "properties": properties});
    Details {
        parameters: vec![path_parameter("ref", "Its ref or id")],
        body: Some(json!({"application/json": {"schema": schema}})),
        answers: vec![(
            200,
            with_etag(json_answer(
                &format!("The record, now {}", mv.to.replace('_', " ")),
                or_outcome(&format!("{}Read", name(def))),
            )),
        )],
        wants_version: true,
    }
}

/// Who may change a record but not read it is told its ref.
fn or_outcome(read: &str) -> Json {
    json!({"anyOf": [reference(read), reference("Outcome")]})
}

fn with_etag(mut answer: Json) -> Json {
    answer["headers"] =
        json!({"ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}}});
    answer
}

fn if_none_match() -> Json {
    json!({"name": "If-None-Match", "in": "header", "required": false,
        "description": "The ETag that you have: an unchanged record is not sent again",
        "schema": {"type": "string", "pattern": "^\"[1-9][0-9]{0,8}\"$"}})
}

fn list_parameters(def: &KindDef) -> Vec<Json> {
    let query = |name: &str, about: String, schema: Json| json!({"name": name, "in": "query", "required": false, "description": about, "schema": schema});
    let ordered =
        |field: &&FieldDef| !matches!(field.ty, Type::Reference(_) | Type::Structured(_) | Type::Bytes);
    let head = ["ref", "title", "state", "version", "created_at", "updated_at"];
    let sorts: Vec<String> = head
        .into_iter()
        .chain(def.fields.iter().filter(ordered).map(|field| field.name))
        .flat_map(|name| [name.to_owned(), format!("-{name}")])
        .collect();
    let mut all = vec![
        query("q", "Words that must be found; the last may be a beginning".into(), json!({"type": "string"})),
        query("sort", "Column; with a minus, the largest first".into(), json!({"enum": sorts})),
        query(
            "limit",
            "Records of a page".into(),
            json!({"type": "integer", "minimum": 1, "maximum": 500, "default": 50}),
        ),
        query("cursor", "`next_cursor` of the page before".into(), json!({"type": "string"})),
        query(
            "total",
            "How far to count".into(),
            json!({"enum": ["page", "capped", "exact"], "default": "page"}),
        ),
        query("fields", "The only fields to be given, separated by commas".into(), json!({"type": "string"})),
        as_of(),
        query("state", "In one of these states, separated by commas".into(), json!({"type": "string"})),
    ];
    let conditions = def.fields.iter().filter(|field| !matches!(field.ty, Type::Structured(_) | Type::Bytes));
    all.extend(conditions.map(|field| {
        let about =
            format!("{}. Also {name}[ne], [lt], [lte], [gt], [gte], [empty]", field.help, name = field.name);
        query(field.name, about, json!({"type": "string"}))
    }));
    all
}
