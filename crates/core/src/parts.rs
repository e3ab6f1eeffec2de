//! Parts: what hangs on every record of every kind — comments, links, attachments, tags, tasks, approvals.
//!
//! A part's row is written by a journal entry just as a record's row is, so history, rebuild and as-of
//! work on it unchanged.

use crate::{
    choice::Choice,
    field::{FieldType, Structured, Subject, Type},
    table::{Column, Table},
};

crate::choice!(
    /// Who may read a comment.
    Visibility { Public = "public", Internal = "internal" }
);

crate::choice!(
    /// State of a task on a record.
    TaskState { Open = "open", Done = "done", Cancelled = "cancelled" }
);

crate::choice!(
    /// State of a round of approval.
    RoundState {
        /// Votes are awaited; stored as
        Pending = "pending",
        /// Enough persons have approved; stored as
        Approved = "approved",
        /// One person has rejected; stored as
        Rejected = "rejected",
        /// The content was changed or the record went another way; its votes decide nothing; stored as
        Void = "void",
    }
);

crate::choice!(
    /// What a vote says.
    Verdict { Approve = "approve", Reject = "reject" }
);

/// Name of the comments' table.
pub const COMMENT: &str = "comment";
/// Name of the links' table.
pub const LINK: &str = "link";
/// Name of the attachments' table.
pub const ATTACHMENT: &str = "attachment";
/// Name of the tags' table.
pub const TAG: &str = "tag";
/// Name of the tasks' table.
pub const TASK: &str = "task";
/// Name of the table of clock results frozen when a record is closed.
pub const CLOCK_RESULT: &str = "clock_result";

/// Name of the table of rounds in which a record is approved.
pub const APPROVAL_ROUND: &str = "approval_round";
/// Name of the table of votes.
pub const APPROVAL_VOTE: &str = "approval_vote";
/// Name of the table of runs of conformity checks. A run hangs on its check, whose fixed id stands in `record`.
pub const CHECK_RUN: &str = "check_run";

/// The tables of all parts. Each begins with `id` and `record`, the record on which the part hangs.
pub fn tables() -> Vec<Table> {
    let part = |name, columns: &[Column]| {
        let mut all = vec![
            Column::new("id", Type::Reference(name)).required(),
            Column::new("record", Type::Reference("record")).required().indexed(),
        ];
        all.extend_from_slice(columns);
        Table { name, columns: all, lists: &[], is_kind: false, schema: 1 }
    };
    let written_by = Subject::Named("author");
    vec![
        part(
            COMMENT,
            &[
                Column::new("author", Type::Reference("person")),
                Column::new("author_name", Type::Text),
                Column::new("from_customer", Type::Bool),
                Column::new("visibility", Type::Choice(Visibility::DEF)).required(),
                Column::new("body", Type::Text).personal(written_by),
                Column::new("written_at", Type::Instant).required(),
            ],
        ),
        part(
            LINK,
            &[
                Column::new("relation", Type::Text).required(),
                Column::new("target", Type::Reference("record")).required().indexed(),
            ],
        ),
        part(
            ATTACHMENT,
            &[
                Column::new("author", Type::Reference("person")),
                Column::new("name", Type::Text).personal(written_by),
                Column::new("media_type", Type::Text),
                Column::new("bytes", Type::Int).required(),
                Column::new("sha256", Type::Text).required(),
                Column::new("stored_as", Type::Text).required(),
                Column::new("visibility", Type::Choice(Visibility::DEF)).required(),
                Column::new("added_at", Type::Instant).required(),
            ],
        ),
        part(TAG, &[Column::new("word", Type::Text).required().indexed()]),
        part(
            TASK,
            &[
                Column::new("title", Type::Text).required(),
                Column::new("state", Type::Choice(TaskState::DEF)).required(),
                Column::new("assignee", Type::Reference("person")),
                Column::new("due_at", Type::Instant),
                Column::new("done_at", Type::Instant),
            ],
        ),
        part(
            CLOCK_RESULT,
            &[
                Column::new("goal", Type::Text).required(),
                Column::new("agreement", Type::Text),
                Column::new("calendar", Type::Text),
                Column::new("target_seconds", Type::Int),
                Column::new("elapsed_seconds", Type::Int).required(),
                Column::new("paused_seconds", Type::Int).required(),
                Column::new("verdict", Type::Text).required(),
                Column::new("breached_at", Type::Instant),
                Column::new("decided_at", Type::Instant),
                Column::new("stopped_at", Type::Instant),
            ],
        ),
        part(
            APPROVAL_ROUND,
            &[
                Column::new("number", Type::Int).required(),
                // The state in which the record waits: which of the kind's gates it is.
                Column::new("stage", Type::Text).required(),
                Column::new("policy", Type::Text).required(),
                Column::new("roles", <Structured<Vec<String>>>::TYPE).required(),
                Column::new("quorum", Type::Int).required(),
                Column::new("content_sha256", Type::Text).required(),
                Column::new("state", Type::Choice(RoundState::DEF)).required().indexed(),
                Column::new("opened_at", Type::Instant).required(),
                Column::new("closed_at", Type::Instant),
            ],
        ),
        part(
            APPROVAL_VOTE,
            &[
                Column::new("round", Type::Int).required(),
                Column::new("person", Type::Reference("person")).required().indexed(),
                // The role by which the person was asked.
                Column::new("role", Type::Text).required(),
                Column::new("verdict", Type::Choice(Verdict::DEF)).required(),
                Column::new("comment", Type::Text).personal(Subject::Named("person")),
                Column::new("content_sha256", Type::Text).required(),
                Column::new("voted_at", Type::Instant).required(),
            ],
        ),
        part(
            CHECK_RUN,
            &[
                Column::new("check_id", Type::Text).required(),
                Column::new("check_version", Type::Int).required(),
                Column::new("rule", Type::Text).required(),
                Column::new("engine", Type::Int).required(),
                Column::new("position", Type::Int).required(),
                Column::new("evaluated_at", Type::Instant).required(),
                Column::new("period_from", Type::Instant).required(),
                Column::new("result", Type::Text).required(),
                Column::new("looked_at", Type::Int).required(),
                Column::new("population", Type::Int).required(),
                Column::new("population_digest", Type::Text).required(),
                Column::new("exceptions_total", Type::Int).required(),
                Column::new("exceptions_digest", Type::Text).required(),
                Column::new("exceptions", Type::Structured(Ok)).required(),
                Column::new("note", Type::Text),
            ],
        ),
    ]
}
