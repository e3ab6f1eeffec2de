//! The whole schema as statements: the store's own tables, then one table a kind and a part.

use mainstay_core::table::Table;

use crate::dialect::{Cell, Dialect};

/// One of the store's own tables.
pub struct Own {
    /// Its name.
    pub name: &'static str,
    /// Its columns: name, cell, required.
    pub columns: &'static [(&'static str, Cell, bool)],
    /// The columns of the primary key, separated by comma and space.
    pub key: &'static str,
    indexes: &'static [(&'static str, bool, &'static str)],
}

impl Own {
    /// The names of the columns.
    pub fn names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(name, ..)| *name).collect()
    }

    /// The cells of the columns.
    pub fn cells(&self) -> Vec<Cell> {
        self.columns.iter().map(|(_, cell, _)| *cell).collect()
    }

    /// The places of the primary key's columns.
    pub fn key_places(&self) -> Vec<usize> {
        self.key
            .split(", ")
            .filter_map(|key| self.columns.iter().position(|(name, ..)| *name == key))
            .collect()
    }
}

/// The store's own tables that follow from the journal, beside the tables of kinds and parts.
pub const PROJECTED: &[&str] = &["record", "timeline", "clock"];

/// The store's own tables.
pub fn own() -> &'static [Own] {
    OWN
}

/// The store's own tables: name, columns (name, cell, required), primary key, indexes (suffix, unique, columns).
const OWN: &[Own] = &[
    Own {
        name: "mainstay_meta",
        columns: &[("name", Cell::Text, true), ("content", Cell::Text, true)],
        key: "name",
        indexes: &[],
    },
    Own {
        name: "journal_head",
        columns: &[
            ("id", Cell::Int, true),
            ("epoch", Cell::Int, true),
            ("first_position", Cell::Int, true),
            ("frontier", Cell::Bytes, true),
            ("recorded_at_ms", Cell::Int, true),
            ("next_key", Cell::Int, true),
            ("counters", Cell::Json, true),
        ],
        key: "id",
        indexes: &[],
    },
    Own {
        name: "journal_entry",
        columns: &[
            ("position", Cell::Int, true),
            ("record", Cell::Id, false),
            ("recorded_at_ms", Cell::Int, true),
            ("leaf", Cell::Bytes, true),
            ("body", Cell::Bytes, true),
        ],
        key: "position",
        indexes: &[("record", false, "record, position")],
    },
    Own {
        name: "journal_personal",
        columns: &[
            ("position", Cell::Int, true),
            ("name", Cell::Text, true),
            ("subject", Cell::Id, false),
            ("salt", Cell::Bytes, true),
            ("content", Cell::Text, true),
        ],
        key: "position, name",
        indexes: &[("subject", false, "subject, position")],
    },
    Own {
        name: "journal_tile",
        columns: &[
            ("epoch", Cell::Int, true),
            ("level", Cell::Int, true),
            ("number", Cell::Int, true),
            ("hash", Cell::Bytes, true),
        ],
        key: "epoch, level, number",
        indexes: &[],
    },
    Own {
        name: "journal_epoch",
        columns: &[
            ("epoch", Cell::Int, true),
            ("origin", Cell::Text, true),
            ("first_position", Cell::Int, true),
        ],
        key: "epoch",
        indexes: &[],
    },
    Own {
        name: "journal_checkpoint",
        columns: &[
            ("epoch", Cell::Int, true),
            ("size", Cell::Int, true),
            ("made_at_ms", Cell::Int, true),
            ("note", Cell::Text, true),
        ],
        key: "epoch, size",
        indexes: &[],
    },
    Own {
        name: "record",
        columns: &[
            ("key", Cell::Int, true),
            ("id", Cell::Id, true),
            ("kind", Cell::Text, true),
            ("ref", Cell::Text, true),
            ("title", Cell::Text, false),
        ],
        key: "key",
        indexes: &[("id", true, "id"), ("ref", true, "ref")],
    },
    Own {
        name: "timeline",
        columns: &[
            ("position", Cell::Int, true),
            ("record", Cell::Id, true),
            ("occurred_at", Cell::Instant, true),
            ("state", Cell::Text, true),
            ("waiting_reason", Cell::Text, false),
            ("priority", Cell::Int, false),
            ("agreement", Cell::Id, false),
            ("reply", Cell::Text, false),
        ],
        key: "position",
        indexes: &[("record", false, "record, position")],
    },
    Own {
        name: "clock",
        columns: &[
            ("record", Cell::Id, true),
            ("goal", Cell::Text, true),
            ("due_at", Cell::Instant, false),
            ("wake_at", Cell::Instant, false),
            ("wake_percent", Cell::Int, false),
            ("warned_percent", Cell::Int, true),
            ("breached_at", Cell::Instant, false),
        ],
        key: "record, goal",
        indexes: &[("wake_at", false, "wake_at"), ("due_at", false, "due_at")],
    },
    Own {
        name: "idempotency",
        columns: &[
            ("actor", Cell::Text, true),
            ("name", Cell::Text, true),
            ("request_sha256", Cell::Bytes, true),
            ("answer", Cell::Text, true),
            ("recorded_at_ms", Cell::Int, true),
        ],
        key: "actor, name",
        indexes: &[("age", false, "recorded_at_ms")],
    },
    Own {
        name: "outbox",
        columns: &[
            ("id", Cell::Int, true),
            ("topic", Cell::Text, true),
            ("once", Cell::Text, true),
            ("content", Cell::Json, true),
            ("due_at_ms", Cell::Int, true),
            ("attempts", Cell::Int, true),
            ("leased_until_ms", Cell::Int, true),
            ("fence", Cell::Int, true),
            ("done_at_ms", Cell::Int, false),
            ("failure", Cell::Text, false),
        ],
        key: "id",
        indexes: &[("once", true, "once"), ("due", false, "done_at_ms, due_at_ms")],
    },
    // Accounts and what proves who somebody is: never journalled, never rebuilt, only hashes of what is secret.
    Own {
        name: "account",
        columns: &[
            ("person", Cell::Id, true),
            ("password_hash", Cell::Text, false),
            ("password_set_at_ms", Cell::Int, false),
            ("generation", Cell::Int, true),
            ("disabled_at_ms", Cell::Int, false),
            ("made_at_ms", Cell::Int, true),
        ],
        key: "person",
        indexes: &[],
    },
    Own {
        name: "session",
        columns: &[
            ("id", Cell::Id, true),
            ("token_sha256", Cell::Bytes, true),
            ("person", Cell::Id, true),
            ("generation", Cell::Int, true),
            ("made_at_ms", Cell::Int, true),
            ("seen_at_ms", Cell::Int, true),
            ("proved_at_ms", Cell::Int, true),
            ("address", Cell::Text, false),
            ("agent", Cell::Text, false),
            ("ended_at_ms", Cell::Int, false),
        ],
        key: "id",
        indexes: &[("token_sha256", true, "token_sha256"), ("person", false, "person, made_at_ms")],
    },
    Own {
        name: "api_token",
        columns: &[
            ("id", Cell::Id, true),
            ("token_sha256", Cell::Bytes, true),
            ("person", Cell::Id, true),
            ("name", Cell::Text, true),
            ("read_only", Cell::Bool, true),
            ("made_at_ms", Cell::Int, true),
            ("expires_at_ms", Cell::Int, true),
            ("used_at_ms", Cell::Int, false),
            ("ended_at_ms", Cell::Int, false),
        ],
        key: "id",
        indexes: &[("token_sha256", true, "token_sha256"), ("person", false, "person, made_at_ms")],
    },
    Own {
        name: "one_time_secret",
        columns: &[
            ("secret_sha256", Cell::Bytes, true),
            ("purpose", Cell::Text, true),
            ("person", Cell::Id, true),
            ("made_at_ms", Cell::Int, true),
            ("expires_at_ms", Cell::Int, true),
            ("used_at_ms", Cell::Int, false),
        ],
        key: "secret_sha256",
        indexes: &[("person", false, "person, purpose")],
    },
    Own {
        name: "known_device",
        columns: &[
            ("device_sha256", Cell::Bytes, true),
            ("person", Cell::Id, true),
            ("seen_at_ms", Cell::Int, true),
        ],
        key: "device_sha256, person",
        indexes: &[],
    },
    Own {
        name: "throttle",
        columns: &[
            ("subject", Cell::Text, true),
            ("failures", Cell::Int, true),
            ("last_at_ms", Cell::Int, true),
            ("until_ms", Cell::Int, true),
        ],
        key: "subject",
        indexes: &[("last_at_ms", false, "last_at_ms")],
    },
    Own {
        name: "security_event",
        columns: &[
            ("id", Cell::Int, true),
            ("at_ms", Cell::Int, true),
            ("event", Cell::Text, true),
            ("person", Cell::Id, false),
            ("address", Cell::Text, false),
            ("content", Cell::Json, true),
        ],
        key: "id",
        indexes: &[("at_ms", false, "at_ms"), ("person", false, "person, at_ms")],
    },
    Own {
        name: "lease",
        columns: &[
            ("name", Cell::Text, true),
            ("holder", Cell::Text, true),
            ("fence", Cell::Int, true),
            ("until_ms", Cell::Int, true),
        ],
        key: "name",
        indexes: &[],
    },
    Own {
        name: "import_run",
        columns: &[
            ("file_sha256", Cell::Text, true),
            ("mapping", Cell::Text, true),
            ("state", Cell::Text, true),
            ("rows", Cell::Int, true),
            ("rows_done", Cell::Int, true),
            ("started_at_ms", Cell::Int, true),
            ("finished_at_ms", Cell::Int, false),
        ],
        key: "file_sha256, mapping",
        indexes: &[],
    },
];

/// Statements that create the whole schema in an empty database.
pub fn create(dialect: Dialect, tables: &[Table]) -> Vec<String> {
    let mut statements = Vec::new();
    for own in OWN {
        let columns: Vec<_> = own
            .columns
            .iter()
            .map(|(name, cell, required)| {
                format!(
                    "  \"{name}\" {}{}",
                    dialect.column_type(*cell),
                    if *required { " not null" } else { "" }
                )
            })
            .collect();
        let key: Vec<_> = own.key.split(", ").map(crate::dialect::quoted).collect();
        statements.push(format!(
            "create table {} (\n{},\n  primary key ({})\n)",
            own.name,
            columns.join(",\n"),
            key.join(", ")
        ));
        for (suffix, unique, columns) in own.indexes {
            let columns: Vec<_> = columns.split(", ").map(crate::dialect::quoted).collect();
            statements.push(format!(
                "create {}index {}_{suffix} on {} ({})",
                if *unique { "unique " } else { "" },
                own.name,
                own.name,
                columns.join(", ")
            ));
        }
    }
    for table in tables {
        statements.extend(dialect.create_table(table));
    }
    statements.extend(dialect.create_search());
    statements
}
