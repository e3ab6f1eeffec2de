//! Rounds of approval and their votes, as they hang on a record, and the hash of what is approved.

use std::collections::BTreeMap;

use mainstay_core::{
    ApprovalDef, Choice, Error, Instant, KindDef, Record, Result, Value,
    parts::{self, RoundState, Verdict},
    table::Table,
};
use mainstay_journal::Json;
use mainstay_store::{Conn, engine::Row, rows};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{context::Context, door::to_journal};

/// A round in which a record is approved.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// Id of the part.
    pub id: Uuid,
    /// Counts the rounds of the record, from 1.
    pub number: i64,
    /// The state in which the record waits for it.
    pub stage: String,
    /// The policy in words, as it was when the round was opened.
    pub policy: String,
    /// Roles whose holders are asked.
    pub roles: Vec<String>,
    /// How many different persons must approve.
    pub quorum: u32,
    /// SHA-256 of the content that is approved, hex.
    pub content_sha256: String,
    /// Where it stands.
    pub state: RoundState,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was decided or voided.
    pub closed_at: Option<Instant>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote {
    /// Number of the round.
    pub round: i64,
    /// Who voted.
    pub person: Uuid,
    /// The role by which the person was asked.
    pub role: String,
    /// What the vote says.
    pub verdict: Verdict,
    /// The voter's words; none when not given or erased.
    pub comment: Option<String>,
    /// SHA-256 of the content that was voted on, hex.
    pub content_sha256: String,
    /// When it was cast.
    pub voted_at: Instant,
}

/// The rounds of a record, first one first.
///
/// # Errors
/// Unavailable; a bug when a row is damaged.
pub fn rounds_of(context: &Context, conn: &mut dyn Conn, record: Uuid) -> Result<Vec<Round>> {
    let table = context.table(parts::APPROVAL_ROUND)?.clone();
    let found = rows::parts_of(conn, &table, record)?;
    found.iter().map(|found| round(&table, &found.row)).collect()
}

/// The votes of all rounds of a record, in the order in which they were cast.
///
/// # Errors
/// Unavailable; a bug when a row is damaged.
pub fn votes_of(context: &Context, conn: &mut dyn Conn, record: Uuid) -> Result<Vec<Vote>> {
    let table = context.table(parts::APPROVAL_VOTE)?.clone();
    let found = rows::parts_of(conn, &table, record)?;
    found.iter().map(|found| vote(&table, &found.row)).collect()
}

/// SHA-256, hex, over what is approved: title and content fields, as one line of canonical JSON by field name.
pub fn content_sha256(def: &KindDef, approval: &ApprovalDef, record: &Record) -> String {
    let names = approval.content.iter().copied().chain(["title"]);
    let values: BTreeMap<String, Json> =
        names.map(|name| (name.to_owned(), to_journal(&record.get(def, name)))).collect();
    let mut hash = Sha256::new();
    hash.update(format!("mainstay approval\n{}\n", def.name));
    hash.update(Json::Map(values).encode());
    hex::encode(hash.finalize())
}

fn value<'r>(table: &Table, row: &'r Row, name: &str) -> &'r Value {
    table.position(name).and_then(|at| row.get(at)).unwrap_or(&Value::Null)
}

fn text(table: &Table, row: &Row, name: &str) -> String {
    value(table, row, name).as_text().unwrap_or_default().to_owned()
}

fn damaged(table: &Table) -> Error {
    Error::bug(format!("a row of {} is damaged", table.name)).hint("Run `mainstay rebuild --check`.")
}

pub(crate) fn round(table: &Table, row: &Row) -> Result<Round> {
    let read = || {
        let roles = match value(table, row, "roles") {
            Value::Json(json) => serde_json::from_value(json.clone()).ok()?,
            _ => return None,
        };
        Some(Round {
            id: value(table, row, "id").as_id()?,
            number: value(table, row, "number").as_int()?,
            stage: text(table, row, "stage"),
            policy: text(table, row, "policy"),
            roles,
            quorum: value(table, row, "quorum").as_int()?.try_into().ok()?,
            content_sha256: text(table, row, "content_sha256"),
            state: RoundState::parse(value(table, row, "state").as_text()?)?,
            opened_at: value(table, row, "opened_at").as_instant()?,
            closed_at: value(table, row, "closed_at").as_instant(),
        })
    };
    read().ok_or_else(|| damaged(table))
}

fn vote(table: &Table, row: &Row) -> Result<Vote> {
    let read = || {
        Some(Vote {
            round: value(table, row, "round").as_int()?,
            person: value(table, row, "person").as_id()?,
            role: text(table, row, "role"),
            verdict: Verdict::parse(value(table, row, "verdict").as_text()?)?,
            comment: value(table, row, "comment").as_text().map(str::to_owned),
            content_sha256: text(table, row, "content_sha256"),
            voted_at: value(table, row, "voted_at").as_instant()?,
        })
    };
    read().ok_or_else(|| damaged(table))
}
