//! Schemas of answers that are no records.

use serde_json::{Map, Value as Json, json};

use super::derived;

/// An object with exactly these members; a name with a question mark need not be there.
pub(super) fn object(members: &[(&str, Json)]) -> Json {
    let required: Vec<&str> =
        members.iter().map(|(name, _)| *name).filter(|name| !name.ends_with('?')).collect();
    let properties: Map<String, Json> = members
        .iter()
        .map(|(name, schema)| (name.trim_end_matches('?').to_owned(), schema.clone()))
        .collect();
    json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties})
}

/// The schema, or nothing.
pub(super) fn nullable(schema: Json) -> Json {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// A schema by name.
pub(super) fn reference(name: &str) -> Json {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A list of what a schema describes.
pub(super) fn items(name: &str) -> Json {
    object(&[("items", json!({"type": "array", "items": reference(name)}))])
}

/// All schemas.
pub(super) fn schemas() -> Map<String, Json> {
    let text = || json!({"type": "string"});
    let id = || json!({"type": "string", "format": "uuid"});
    let time = || json!({"type": "string", "format": "date-time"});
    let int = || json!({"type": "integer"});
    let yes = || json!({"type": "boolean"});
    let texts = || json!({"type": "array", "items": text()});
    let list = |schema: Json| json!({"type": "array", "items": schema});
    let name = || nullable(reference("Name"));
    let maybe = nullable;
    let visibility = || json!({"enum": ["public", "internal"]});
    let all = [
        (
            "Problem",
            object(&[
                ("type", text()),
                ("title", text()),
                ("status", int()),
                ("detail", text()),
                ("hints?", texts()),
                ("fields?", list(object(&[("field", text()), ("problem", text())]))),
                ("rule?", text()),
                ("clause?", text()),
                ("request_id", text()),
            ]),
        ),
        ("Name", object(&[("id", id()), ("ref", text()), ("title", text())])),
        (
            "Outcome",
            object(&[
                ("id", id()),
                ("ref", text()),
                ("version", int()),
                ("part?", text()),
                ("changed", yes()),
            ]),
        ),
        (
            "PartOutcome",
            object(&[("id", maybe(id())), ("ref", text()), ("version", int()), ("changed", yes())]),
        ),
        (
            "Me",
            object(&[
                ("id", id()),
                ("ref", text()),
                ("name", text()),
                ("staff", yes()),
                ("roles", texts()),
                ("duties", texts()),
                ("credential", json!({"enum": ["session", "token"]})),
            ]),
        ),
        (
            "Session",
            object(&[
                ("id", id()),
                ("made_at", time()),
                ("seen_at", time()),
                ("ends_at", time()),
                ("address", maybe(text())),
                ("agent", maybe(text())),
            ]),
        ),
        ("Token", object(&token())),
        ("NewToken", object(&[token(), vec![("token", text())]].concat())),
        (
            "Account",
            object(&[
                ("person", id()),
                ("ref", text()),
                ("name", text()),
                ("email", maybe(text())),
                ("enabled", yes()),
                ("has_password", yes()),
                ("made_at", time()),
            ]),
        ),
        (
            "SecurityEvent",
            object(&[
                ("at", time()),
                ("event", text()),
                ("person", maybe(id())),
                ("address", maybe(text())),
                ("content", json!({"type": "object"})),
            ]),
        ),
        ("KindDescription", derived::kind_description()),
        (
            "Found",
            object(&[("items", list(json!({"type": "object"}))), ("more", yes()), ("unknown?", texts())]),
        ),
        (
            "Move",
            object(&[
                ("name", text()),
                ("help", text()),
                ("to", text()),
                ("asks", texts()),
                ("takes", texts()),
            ]),
        ),
        (
            "History",
            object(&[
                (
                    "items",
                    list(object(&[
                        ("position", int()),
                        ("occurred_at", time()),
                        ("recorded_at", time()),
                        ("actor", name()),
                        ("actor_name", text()),
                        ("channel", text()),
                        ("command", text()),
                        ("table", text()),
                        ("removed", yes()),
                        (
                            "changes",
                            list(object(&[("field", text()), ("from", json!({})), ("to", json!({}))])),
                        ),
                        ("reason", maybe(text())),
                        ("noted?", json!({"type": "object"})),
                        ("waived?", texts()),
                    ])),
                ),
                ("is_cut", yes()),
            ]),
        ),
        (
            "Comment",
            object(&[
                ("id", id()),
                ("author", name()),
                ("author_name", maybe(text())),
                ("from_customer", yes()),
                ("visibility", visibility()),
                ("body", maybe(text())),
                ("written_at", maybe(time())),
            ]),
        ),
        (
            "Attachment",
            object(&[
                ("id", id()),
                ("author", name()),
                ("name", maybe(text())),
                ("media_type", maybe(text())),
                ("bytes", int()),
                ("sha256", text()),
                ("visibility", visibility()),
                ("added_at", maybe(time())),
            ]),
        ),
        (
            "Link",
            object(&[
                ("relation", text()),
                ("record", reference("Name")),
                ("kind", text()),
                ("outgoing", yes()),
            ]),
        ),
        (
            "Task",
            object(&[
                ("id", id()),
                ("title", text()),
                ("state", json!({"enum": ["open", "done", "cancelled"]})),
                ("assignee", name()),
                ("due_at", maybe(time())),
                ("done_at", maybe(time())),
            ]),
        ),
        ("Tag", object(&[("word", text())])),
        (
            "Approval",
            object(&[
                ("id", id()),
                ("number", int()),
                ("stage", text()),
                ("policy", text()),
                ("roles", texts()),
                ("quorum", int()),
                ("state", text()),
                ("content_sha256", text()),
                ("opened_at", time()),
                ("closed_at", maybe(time())),
                (
                    "votes",
                    list(object(&[
                        ("person", name()),
                        ("role", text()),
                        ("verdict", json!({"enum": ["approve", "reject"]})),
                        ("comment", maybe(text())),
                        ("voted_at", time()),
                    ])),
                ),
            ]),
        ),
        (
            "Proof",
            object(&[
                (
                    "items",
                    list(object(&[
                        ("position", int()),
                        ("epoch", int()),
                        ("index", int()),
                        ("command", text()),
                        ("entry", text()),
                        ("proof", maybe(text())),
                    ])),
                ),
                ("next_after", maybe(int())),
                ("keys", texts()),
            ]),
        ),
        (
            "Checkpoint",
            object(&[("origin", text()), ("size", int()), ("checkpoint", text()), ("keys", texts())]),
        ),
        (
            "Consistency",
            object(&[
                ("from", int()),
                ("size", int()),
                ("old_root", text()),
                ("hashes", texts()),
                ("checkpoint", text()),
            ]),
        ),
        (
            "BulkAnswer",
            object(&[(
                "items",
                list(object(&[
                    ("ref", text()),
                    ("status", int()),
                    ("version?", int()),
                    ("changed?", yes()),
                    ("problem?", reference("Problem")),
                ])),
            )]),
        ),
        (
            "ImportSummary",
            object(&[
                ("mapping", text()),
                ("file_sha256", text()),
                ("dry_run", yes()),
                ("resumed", yes()),
                ("rows", int()),
                ("records", int()),
                ("made", int()),
                ("steps", int()),
                ("unchanged", int()),
                ("known", int()),
                ("known_keys", texts()),
                ("made_for_reference", list(object(&[("kind", text()), ("count", int())]))),
                ("journal_entries", int()),
            ]),
        ),
        ("Board", object(&derived::board())),
        ("RequirementLine", object(&derived::requirement_line())),
        ("RequirementDetail", derived::requirement_detail()),
        (
            "CheckResult",
            object(&[
                ("check", text()),
                ("result", text()),
                ("population", int()),
                ("exceptions_total", int()),
            ]),
        ),
        ("Clocks", derived::clocks()),
        ("SlaReport", derived::sla_report()),
    ];
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn token() -> Vec<(&'static str, Json)> {
    let time = || json!({"type": "string", "format": "date-time"});
    vec![
        ("id", json!({"type": "string", "format": "uuid"})),
        ("name", json!({"type": "string"})),
        ("read_only", json!({"type": "boolean"})),
        ("made_at", time()),
        ("expires_at", time()),
        ("used_at", nullable(time())),
    ]
}
