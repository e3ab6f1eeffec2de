//! What each route takes and gives, beside the records themselves.

use mainstay_core::Registry;
use serde_json::{Value as Json, json};

use super::answers::{items, nullable, reference};
use crate::routes::{Route, Verb};

/// What a route takes and gives.
#[derive(Debug, Default)]
pub(super) struct Details {
    pub(super) parameters: Vec<Json>,
    /// Media types with their schemas.
    pub(super) body: Option<Json>,
    pub(super) answers: Vec<(u16, Json)>,
    /// Whether `If-Match` is asked for.
    pub(super) wants_version: bool,
}

impl Details {
    fn gives(schema: Json) -> Self {
        Self { answers: vec![(200, json_answer("What was asked for", schema))], ..Self::default() }
    }

    fn makes(schema: Json) -> Self {
        Self { answers: vec![(201, json_answer("What was made", schema))], ..Self::default() }
    }

    fn ends() -> Self {
        Self { answers: vec![(204, json!({"description": "Done"}))], ..Self::default() }
    }

    fn of(mut self, parameters: impl IntoIterator<Item = Json>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    fn takes(mut self, members: &[(&str, Json)]) -> Self {
        self.body = Some(json!({"application/json": {"schema": super::answers::object(members)}}));
        self
    }
}

pub(super) fn json_answer(about: &str, schema: Json) -> Json {
    json!({"description": about, "content": {"application/json": {"schema": schema}}})
}

pub(super) fn path_parameter(name: &str, about: &str) -> Json {
    json!({"name": name, "in": "path", "required": true, "description": about,
        "schema": {"type": "string", "minLength": 1}})
}

pub(super) fn as_of() -> Json {
    query("as_of", "As it was at this instant, or at the end of this day in UTC", json!({"type": "string"}))
}

fn query(name: &str, about: &str, schema: Json) -> Json {
    json!({"name": name, "in": "query", "required": false, "description": about, "schema": schema})
}

fn needed(mut parameter: Json) -> Json {
    parameter["required"] = json!(true);
    parameter
}

fn text() -> Json {
    json!({"type": "string"})
}

fn some_text() -> Json {
    json!({"type": "string", "minLength": 1})
}

fn files(about: &str, types: &[&str]) -> Json {
    let content: serde_json::Map<String, Json> =
        types.iter().map(|name| ((*name).to_owned(), json!({"schema": {"type": "string"}}))).collect();
    json!({"description": about, "content": content})
}

/// The details of a route. The records themselves are described with their kinds.
pub(super) fn details(route: &Route, registry: &Registry) -> Details {
    let plurals: Vec<&str> = registry.kinds().iter().map(|entry| entry.def.plural).collect();
    let kind = || json!({"name": "kind", "in": "path", "required": true, "description": "The kind", "schema": {"enum": plurals}});
    let record = || [kind(), path_parameter("ref", "Its ref or id")];
    let limit =
        |most: u32| query("limit", "Most items", json!({"type": "integer", "minimum": 1, "maximum": most}));
    let dated = |details: Details| details.of([as_of()]);
    let visibility = || json!({"enum": ["public", "internal"], "default": "public"});
    let id = |about: &str| path_parameter("id", about);
    match (route.verb, route.path.trim_start_matches("/api/v1")) {
        (Verb::Get, "/healthz") => {
            Details::gives(super::answers::object(&[("status", json!({"const": "up"}))]))
        }
        (Verb::Get, "/readyz") => {
            let schema = super::answers::object(&[("status", json!({"enum": ["ready", "not ready"]}))]);
            let mut details = Details::gives(schema.clone());
            details.answers.push((503, json_answer("The database does not answer", schema)));
            details
        }
        (Verb::Get, "/metrics") => Details {
            answers: vec![(200, files("Figures", &["application/openmetrics-text"]))],
            ..Details::default()
        },
        (Verb::Get, "/openapi.json") => Details::gives(json!({"type": "object"})),
        (Verb::Get, "/kinds") => Details::gives(items("KindDescription")),
        (Verb::Get, "/me") => Details::gives(reference("Me")),
        (Verb::Get, "/me/sessions") => Details::gives(items("Session")),
        (Verb::Delete, "/me/sessions/{id}") => Details::ends().of([id("Its id")]),
        (Verb::Get, "/me/tokens") => Details::gives(items("Token")),
        (Verb::Post, "/me/tokens") => Details::makes(reference("NewToken")).takes(&[
            ("name", json!({"type": "string", "minLength": 1, "maxLength": 100})),
            ("read_only?", json!({"type": "boolean", "default": false})),
            ("days?", json!({"type": "integer", "minimum": 1, "maximum": 365, "default": 90})),
        ]),
        (Verb::Delete, "/me/tokens/{id}") => Details::ends().of([id("Its id")]),
        (Verb::Get, "/accounts") => Details::gives(items("Account")),
        (Verb::Post, "/accounts") => Details::makes(reference("Account")).takes(&[("person", some_text())]),
        (Verb::Post, "/accounts/{person}/disable" | "/accounts/{person}/enable") => {
            Details::gives(reference("Account")).of([path_parameter("person", "Ref or id of the person")])
        }
        (Verb::Post, "/accounts/{person}/link") => Details::makes(super::answers::object(&[
            ("purpose", json!({"enum": ["invitation", "reset"]})),
            ("link", text()),
        ]))
        .of([path_parameter("person", "Ref or id of the person")]),
        (Verb::Get, "/security-events") => Details::gives(items("SecurityEvent")).of([limit(1000)]),
        (Verb::Post, "/erasures") => Details::gives(super::answers::object(&[
            ("ref", text()),
            ("id", text()),
            ("changed", json!({"type": "boolean"})),
        ]))
        .takes(&[("person", some_text()), ("reason", some_text())]),
        (Verb::Post, "/import") => {
            let mappings: Vec<_> = mainstay_app::import::shipped_names().collect();
            let mut details = Details::gives(reference("ImportSummary")).of([
                needed(query("mapping", "What the columns mean", json!({"enum": mappings}))),
                query("dry_run", "Only look", json!({"enum": ["true", "false"], "default": "false"})),
                query("name", "Name of the file, for messages", text()),
            ]);
            details.body = Some(json!({"text/csv": {"schema": {"type": "string"}}}));
            details
        }
        (Verb::Get, "/reports/sla") => {
            let mut details = dated(Details::default()).of([
                query(
                    "targets",
                    "Agreement whose targets count for all: name or ref; each incident's own when left out",
                    text(),
                ),
                query("calendar", "Calendar for these targets: name or ref; their own when left out", text()),
                query("agreement", "Only incidents that have this agreement: name or ref", text()),
                query("from", "First instant or date of the period", text()),
                query("to", "First instant or date after the period", text()),
                query("incidents", "Also list every incident", json!({"enum": ["true", "false"]})),
                query("format", "How it is written", json!({"enum": ["json", "csv"], "default": "json"})),
            ]);
            let mut answer = json_answer("The report", reference("SlaReport"));
            answer["content"]["text/csv"] = json!({"schema": {"type": "string"}});
            details.answers.push((200, answer));
            details
        }
        (Verb::Get, "/conformity") => dated(Details::gives(reference("Board"))),
        (Verb::Get, "/conformity/{requirement}") => dated(Details::gives(reference("RequirementDetail")))
            .of([path_parameter("requirement", "Its id, like 8.6.1-a")]),
        (Verb::Post, "/conformity/run") => Details::gives(items("CheckResult")),
        (Verb::Get, "/journal/checkpoint") => Details::gives(reference("Checkpoint")),
        (Verb::Get, "/journal/consistency") => Details::gives(reference("Consistency")).of([needed(query(
            "from",
            "How many entries the older checkpoint covers",
            json!({"type": "integer", "minimum": 0}),
        ))]),
        (Verb::Get, "/search") => dated(Details::gives(reference("Found"))).of([
            query("q", "Words, and conditions like kind:incident state:new assignee:me", text()),
            query("order", "Newest first, or best first", json!({"enum": ["newest", "relevance"]})),
            limit(50),
        ]),
        (Verb::Post, "/{kind}/bulk") => Details::gives(reference("BulkAnswer")).of([kind()]).takes(&[
            (
                "items",
                json!({"type": "array", "minItems": 1, "maxItems": 100, "items": super::answers::object(&[
                ("ref", some_text()), ("version", json!({"type": "integer", "minimum": 0}))])}),
            ),
            ("move?", nullable(text())),
            ("values?", json!({"type": "object"})),
        ]),
        (Verb::Get, "/{kind}/export") => {
            let types = [
                "text/csv",
                "application/jsonl",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ];
            dated(Details { answers: vec![(200, files("The list", &types))], ..Details::default() }).of([
                kind(),
                query(
                    "format",
                    "How it is written",
                    json!({"enum": ["csv", "jsonl", "xlsx"], "default": "csv"}),
                ),
                query("q", "Words that must be found. All conditions of the list may be given too", text()),
                query("sort", "Column; with a minus, the largest first", text()),
                query("fields", "The only columns, separated by commas", text()),
            ])
        }
        (Verb::Get, "/{kind}/suggestions") => {
            dated(Details::gives(items("Name"))).of([kind(), query("q", "The beginning", text())])
        }
        (Verb::Get, "/{kind}/{ref}/moves") => Details::gives(items("Move")).of(record()).of([as_of()]),
        (Verb::Get, "/{kind}/{ref}/history") => dated(Details::gives(reference("History"))).of(record()),
        (Verb::Get, "/{kind}/{ref}/clocks") => dated(Details::gives(reference("Clocks"))).of(record()),
        (Verb::Get, "/{kind}/{ref}/proof") => {
            dated(Details::gives(reference("Proof"))).of(record()).of([query(
                "after",
                "Only entries behind this position",
                json!({"type": "integer", "minimum": 0}),
            )])
        }
        (Verb::Get, "/{kind}/{ref}/approvals") => dated(Details::gives(items("Approval"))).of(record()),
        (Verb::Post, "/{kind}/{ref}/votes") => {
            let mut details = Details::makes(reference("PartOutcome")).of(record()).takes(&[
                ("verdict", json!({"enum": ["approve", "reject"]})),
                ("comment?", nullable(text())),
            ]);
            details.wants_version = true;
            details
        }
        (Verb::Get, "/{kind}/{ref}/attachments") => dated(Details::gives(items("Attachment"))).of(record()),
        (Verb::Post, "/{kind}/{ref}/attachments") => {
            let mut details = Details::makes(reference("PartOutcome")).of(record()).of([
                query("name", "Name of the file; with a form, the part `file` has it", text()),
                query("visibility", "Who sees it", visibility()),
            ]);
            let form = super::answers::object(&[
                ("file", json!({"type": "string", "contentMediaType": "application/octet-stream"})),
                ("visibility?", visibility()),
            ]);
            details.body = Some(json!({"application/octet-stream": {"schema": {"type": "string"}},
                "multipart/form-data": {"schema": form}}));
            details
        }
        (Verb::Get, "/{kind}/{ref}/attachments/{id}") => {
            Details { answers: vec![(200, files("The file, to be saved", &["*/*"]))], ..Details::default() }
                .of(record())
                .of([id("Its id"), as_of()])
        }
        (Verb::Delete, "/{kind}/{ref}/attachments/{id}") => Details::ends().of(record()).of([id("Its id")]),
        (Verb::Get, "/{kind}/{ref}/comments") => dated(Details::gives(items("Comment"))).of(record()),
        (Verb::Post, "/{kind}/{ref}/comments") => Details::makes(reference("PartOutcome"))
            .of(record())
            .takes(&[("body", some_text()), ("visibility?", visibility())]),
        (Verb::Get, "/{kind}/{ref}/links") => dated(Details::gives(items("Link"))).of(record()),
        (Verb::Post, "/{kind}/{ref}/links") => Details::makes(reference("PartOutcome"))
            .of(record())
            .takes(&[("relation", some_text()), ("target", some_text())]),
        (Verb::Delete, "/{kind}/{ref}/links/{relation}/{target}") => Details::ends().of(record()).of([
            path_parameter("relation", "Name of the relation"),
            path_parameter("target", "The other record"),
        ]),
        (Verb::Get, "/{kind}/{ref}/tasks") => dated(Details::gives(items("Task"))).of(record()),
        (Verb::Post, "/{kind}/{ref}/tasks") => {
            Details::makes(reference("PartOutcome")).of(record()).takes(&[
                ("title", some_text()),
                ("assignee?", nullable(text())),
                ("due_at?", nullable(json!({"type": "string", "format": "date-time"}))),
            ])
        }
        (Verb::Patch, "/{kind}/{ref}/tasks/{id}") => {
            Details::gives(reference("PartOutcome")).of(record()).of([id("Its id")]).takes(&[
                ("state?", nullable(json!({"enum": ["open", "done", "cancelled"]}))),
                ("assignee?", nullable(text())),
            ])
        }
        (Verb::Get, "/{kind}/{ref}/tags") => dated(Details::gives(items("Tag"))).of(record()),
        (Verb::Post, "/{kind}/{ref}/tags") => Details::makes(reference("PartOutcome"))
            .of(record())
            .takes(&[("word", json!({"type": "string", "minLength": 1, "maxLength": 64}))]),
        (Verb::Delete, "/{kind}/{ref}/tags/{word}") => {
            Details::ends().of(record()).of([path_parameter("word", "The tag")])
        }
        // A route without details has no answer in the document; a test finds it.
        _ => Details::default(),
    }
}
