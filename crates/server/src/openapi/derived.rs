//! Schemas of what is derived from records: descriptions of kinds, clocks, reports, how requirements stand.

use serde_json::{Value as Json, json};

use super::answers::{nullable, object, reference};

pub(super) fn kind_description() -> Json {
    let text = || json!({"type": "string"});
    let texts = || json!({"type": "array", "items": text()});
    let list = |schema: Json| json!({"type": "array", "items": schema});
    object(&[
        ("name", text()),
        ("plural", text()),
        ("prefix", text()),
        ("clause", text()),
        ("help", text()),
        ("states", texts()),
        (
            "fields",
            list(object(&[
                ("name", text()),
                ("help", text()),
                ("type", text()),
                ("required", json!({"type": "boolean"})),
                ("set_by_rules", json!({"type": "boolean"})),
                ("words?", texts()),
                ("kind?", text()),
            ])),
        ),
        (
            "moves",
            list(object(&[
                ("name", text()),
                ("help", text()),
                ("from", texts()),
                ("to", text()),
                ("asks", texts()),
                ("takes", texts()),
            ])),
        ),
    ])
}

pub(super) fn board() -> Vec<(&'static str, Json)> {
    let text = || json!({"type": "string"});
    let counted = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    vec![
        ("now", json!({"type": "string", "format": "date-time"})),
        ("top_line", text()),
        ("counts", counted.clone()),
        ("coverage", counted),
        ("clauses", json!({"type": "array", "items": {"type": "object"}})),
        ("requirements", json!({"type": "array", "items": reference("RequirementLine")})),
    ]
}

pub(super) fn requirement_line() -> Vec<(&'static str, Json)> {
    let text = || json!({"type": "string"});
    let texts = || json!({"type": "array", "items": text()});
    vec![
        ("id", text()),
        ("clause", text()),
        ("text", text()),
        ("automation", text()),
        ("standing", text()),
        ("designed", text()),
        ("operating", text()),
        ("judged", text()),
        ("because", texts()),
        ("checks", texts()),
    ]
}

pub(super) fn requirement_detail() -> Json {
    let list = || json!({"type": "array", "items": {"type": "object"}});
    let more = vec![
        ("requirement", json!({"type": "object"})),
        ("checks_detail", list()),
        ("evidence", list()),
        ("documents", list()),
    ];
    object(&[requirement_line(), more].concat())
}

pub(super) fn clocks() -> Json {
    let text = || json!({"type": "string"});
    let time = || json!({"type": "string", "format": "date-time"});
    let int = || json!({"type": "integer"});
    let yes = || json!({"type": "boolean"});
    let list = |schema: Json| json!({"type": "array", "items": schema});
    let phase = || json!({"enum": ["running", "paused", "stopped"]});
    let verdict = || json!({"enum": ["running", "paused", "met", "breached"]});
    let mut clock: Vec<(&str, Json)> = vec![
        ("goal", text()),
        ("number", int()),
        ("adds_up", yes()),
        ("zone", text()),
        ("phase", phase()),
        ("verdict", verdict()),
        ("settled", yes()),
        ("start", time()),
        ("read_to", time()),
        ("counted_from", time()),
        (
            "terms",
            list(object(&[
                ("from", time()),
                ("target_seconds", int()),
                ("agreement", text()),
                ("calendar", text()),
            ])),
        ),
        ("local", list(object(&[("from", text()), ("to", text())]))),
        (
            "frozen?",
            object(&[
                ("agreement", nullable(text())),
                ("calendar", nullable(text())),
                ("target_seconds", nullable(int())),
                ("elapsed_seconds", int()),
                ("paused_seconds", int()),
                ("verdict", text()),
                ("decided_at", nullable(time())),
                ("agrees", yes()),
            ]),
        ),
        (
            "segments",
            list(object(&[
                ("from", time()),
                ("to", time()),
                ("phase", phase()),
                ("label", text()),
                ("term", int()),
                ("measured_by", int()),
                ("calendar_version", int()),
                ("business_seconds", int()),
                ("counted_seconds", int()),
                ("counts", yes()),
                ("note", text()),
            ])),
        ),
        (
            "resets",
            list(object(&[
                ("at", time()),
                ("elapsed_seconds", int()),
                ("target_seconds", int()),
                ("verdict", verdict()),
                ("decided_at", time()),
            ])),
        ),
    ];
    for name in [
        "elapsed_seconds",
        "paused_seconds",
        "resolved_seconds",
        "wall_seconds",
        "target_seconds",
        "term",
        "remaining_seconds",
        "reopenings",
    ] {
        clock.push((name, int()));
    }
    for name in ["due", "stopped_at", "first_stopped_at", "breached_at", "decided_at"] {
        clock.push((name, nullable(time())));
    }
    object(&[
        ("ref", text()),
        ("id", text()),
        ("title", text()),
        ("state", text()),
        ("now", time()),
        ("clocks", list(object(&clock))),
    ])
}

pub(super) fn sla_report() -> Json {
    let text = || json!({"type": "string"});
    let time = || json!({"type": "string", "format": "date-time"});
    let int = || json!({"type": "integer"});
    let list = |schema: Json| json!({"type": "array", "items": schema});
    let named = || object(&[("ref", text()), ("name", text())]);
    let row = || {
        object(&[
            ("priority?", int()),
            ("target_seconds?", int()),
            ("incidents", int()),
            ("met", int()),
            ("breached", int()),
            ("undecided", int()),
            ("elapsed_seconds", int()),
            ("elapsed", text()),
            ("returns", int()),
        ])
    };
    object(&[
        ("metric", text()),
        ("now", time()),
        ("calendar?", named()),
        ("targets?", named()),
        ("agreement?", named()),
        (
            "period",
            nullable(object(&[("from", nullable(time())), ("to", nullable(time())), ("counts_by", text())])),
        ),
        ("priorities", list(row())),
        ("total", row()),
        ("states", json!({"type": "object", "additionalProperties": {"type": "integer"}})),
        ("excluded", list(object(&[("ref", text()), ("reason", text())]))),
        (
            "incidents?",
            list(object(&[
                ("ref", text()),
                ("external_key", nullable(text())),
                ("title", text()),
                ("state", text()),
                ("priority", nullable(int())),
                ("reported_at", time()),
                ("elapsed_seconds", int()),
                ("paused_seconds", int()),
                ("target_seconds", int()),
                ("agreement", text()),
                ("verdict", text()),
                ("decided_at", nullable(time())),
                ("returns", int()),
            ])),
        ),
    ])
}
