//! Commands: everything that can change anything, as the API, the command line, import and replay say it.

use std::sync::Arc;

use jiff::Timestamp;
use mainstay_conformity::CheckRun;
use mainstay_core::{Actor, Channel, Error, Ids, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::rights::Principal;

/// A change that somebody asks for. Records are named by `ref` (`INC-000123`) or id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Makes a record.
    Create {
        /// Kind of the record.
        kind: String,
        /// Title and fields.
        values: Map<String, Json>,
    },
    /// Changes fields of a record.
    Edit {
        /// The record.
        record: String,
        /// The version that the caller has seen; refused when the record is newer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
        /// Title and fields to change; `null` empties a field.
        values: Map<String, Json>,
    },
    /// Runs a move of the record's lifecycle.
    Move {
        /// The record.
        record: String,
        /// Name of the move.
        name: String,
        /// The version that the caller has seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
        /// Answers to what the move asks for.
        #[serde(default)]
        values: Map<String, Json>,
    },
    /// Writes a comment.
    Comment {
        /// The record.
        record: String,
        /// The text.
        body: String,
        /// `public` or `internal`.
        #[serde(default = "internal")]
        visibility: String,
    },
    /// Links two records.
    Link {
        /// The record from which the relation reads.
        record: String,
        /// Name of the relation.
        relation: String,
        /// The other record.
        target: String,
    },
    /// Removes a link.
    Unlink {
        /// The record from which the relation reads.
        record: String,
        /// Name of the relation.
        relation: String,
        /// The other record.
        target: String,
    },
    /// Hangs a stored file on a record. Faces store the bytes first and then say this.
    Attach {
        /// The record.
        record: String,
        /// What was stored.
        file: StoredFile,
        /// `public` or `internal`.
        #[serde(default = "internal")]
        visibility: String,
    },
    /// Takes an attachment off; its history stays.
    Detach {
        /// The record.
        record: String,
        /// Id of the attachment.
        attachment: String,
    },
    /// Puts a tag on a record.
    Tag {
        /// The record.
        record: String,
        /// One word.
        word: String,
    },
    /// Takes a tag off.
    Untag {
        /// The record.
        record: String,
        /// The word.
        word: String,
    },
    /// Adds a task to a record.
    AddTask {
        /// The record.
        record: String,
        /// What is to be done.
        title: String,
        /// Person who does it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignee: Option<String>,
        /// When it should be done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_at: Option<Timestamp>,
    },
    /// Changes a task.
    ChangeTask {
        /// The record.
        record: String,
        /// Id of the task.
        task: String,
        /// `open`, `done` or `cancelled`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<String>,
        /// Person who does it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignee: Option<String>,
    },
    /// Votes on a record that waits for approval. Only a person votes, in their own name.
    Vote {
        /// The record.
        record: String,
        /// The version that the caller has seen; refused when the record is newer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
        /// `approve` or `reject`.
        verdict: String,
        /// Why; must be given with a rejection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// Takes the history of a record from a foreign system as history: guards are noted, not enforced.
    RecordHistory {
        /// Kind of the record.
        kind: String,
        /// The steps, in order.
        steps: Vec<HistoryStep>,
    },
    /// Erases the personal data of a person everywhere; proofs stay valid.
    ErasePerson {
        /// The person.
        person: String,
    },
    /// The clockwork announces that a clock has reached a percentage of its target.
    ClockReached {
        /// The record.
        record: String,
        /// Goal of the clock.
        goal: String,
    },
    /// Writes down what conformity checks found. Runs are added and never changed.
    RecordCheckRuns {
        /// The runs.
        runs: Vec<CheckRun>,
    },
}

fn internal() -> String {
    "internal".into()
}

/// One step of a foreign history.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryStep {
    /// When it happened there.
    pub at: Timestamp,
    /// Who did it there, by the name used there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The state after it.
    pub state: String,
    /// Title and fields as they were after it.
    #[serde(default)]
    pub values: Map<String, Json>,
}

/// A file whose bytes are stored already.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredFile {
    /// Name as the sender gave it.
    pub name: String,
    /// Media type as the sender gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Length.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
    /// Random name in the attachments' folder.
    pub stored_as: String,
}

/// A command with everything that surrounds it.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is asked for.
    pub command: Command,
    /// Who asks.
    pub actor: Actor,
    /// For whom, when not for themselves.
    pub on_behalf_of: Option<Actor>,
    /// Through which face.
    pub channel: Channel,
    /// When it happened, if that is claimed to differ from now.
    pub occurred_at: Option<Timestamp>,
    /// Why, in words.
    pub reason: Option<String>,
    /// The same key again gives the same answer and changes nothing.
    pub idempotency_key: Option<String>,
    /// Ids and salts of the act.
    pub ids: Ids,
    /// The rights of the person who asks, at this instant; none for the operator, the clockwork and replay.
    pub rights: Option<Arc<Principal>>,
    /// Virtual time of recording, for replay into an empty data folder; else the writer's clock.
    pub recorded_at: Option<Timestamp>,
}

impl Request {
    /// A request of the operator at the command line, with fresh random ids.
    ///
    /// # Errors
    /// Unavailable when the system has no randomness.
    pub fn by_operator(command: Command) -> Result<Self> {
        Ok(Self {
            command,
            actor: Actor::Operator,
            on_behalf_of: None,
            channel: Channel::Cli,
            occurred_at: None,
            reason: None,
            idempotency_key: None,
            ids: fresh_ids()?,
            rights: None,
            recorded_at: None,
        })
    }

    /// A request of the clockwork: look whether this clock has reached something.
    pub fn by_clockwork(record: uuid::Uuid, goal: String, ids: Ids) -> Self {
        Self {
            command: Command::ClockReached { record: record.to_string(), goal },
            actor: Actor::System,
            on_behalf_of: None,
            channel: Channel::Job,
            occurred_at: None,
            reason: None,
            idempotency_key: None,
            ids,
            rights: None,
            recorded_at: None,
        }
    }

    /// A request of a person at a network face.
    ///
    /// # Errors
    /// Unavailable when the system has no randomness.
    pub fn by_person(who: Arc<Principal>, channel: Channel, command: Command) -> Result<Self> {
        let request = Self::by_operator(command)?;
        Ok(Self { actor: Actor::Person(who.person), channel, rights: Some(who), ..request })
    }

    /// Through another face.
    #[must_use]
    pub fn through(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
    }

    /// By another actor.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.actor = actor;
        self
    }

    /// With an idempotency key.
    #[must_use]
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }
}

/// Ids of one act from the system's randomness.
///
/// # Errors
/// Unavailable when the system has no randomness.
pub fn fresh_ids() -> Result<Ids> {
    random().map(Ids::new)
}

/// 32 random bytes.
///
/// # Errors
/// Unavailable when the system has no randomness.
pub fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::unavailable("the system gives no random numbers", error))?;
    Ok(bytes)
}

/// What an act did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Id of the record.
    pub id: String,
    /// Ref of the record.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Version of the record afterwards.
    pub version: u64,
    /// Id of the part that was made or changed: comment, attachment, task, vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// False when nothing had to be changed.
    pub changed: bool,
}
