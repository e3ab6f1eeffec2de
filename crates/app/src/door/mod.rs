//! The one door: load, authorise, validate, the kind's own rules, rows, journal entries, clocks, effects, in one
//! transaction. There is no other way to change a record.

mod admit;
mod approval;
mod check_runs;
mod clocks;
mod entries;
mod erase;
mod facts;
mod history;
mod parts;
mod resolve;
mod working;

use std::collections::BTreeMap;

use mainstay_core::{
    Actor, Cx, Error, Facts, Instant, Result,
    value::{is_kept, whole_second},
};
use mainstay_store::WriteTx;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) use clocks::{Look, look_again, moves_open_records, verdict_word};
pub use entries::{from_journal, to_journal};

use self::working::Working;
use crate::{
    command::{Command, Outcome, Request},
    context::Context,
    policy,
};

/// Longest idempotency key.
const MOST_BYTES_OF_A_KEY: usize = 500;

/// Runs a request inside the writer.
///
/// # Errors
/// What the policy, the validation, the kind's rules or the database say. Nothing has changed then.
pub fn act(context: &Context, tx: &mut WriteTx<'_>, request: &Request) -> Result<Outcome> {
    policy::authorise(request)?;
    let actor = request.actor.to_text();
    let fingerprint = match &request.idempotency_key {
        None => None,
        Some(key) if key.is_empty() || key.len() > MOST_BYTES_OF_A_KEY || key.contains('\0') => {
            let problem = format!("has from 1 to {MOST_BYTES_OF_A_KEY} bytes, none of them NUL");
            return Err(Error::field("idempotency_key", problem));
        }
        Some(key) => {
            let hash = fingerprint(request)?;
            if let Some((known, answer)) = tx.answered(&actor, key)? {
                if known != hash {
                    return Err(Error::field("Idempotency-Key", "was used for another request")
                        .hint("Use a new key for a new request."));
                }
                return serde_json::from_str(&answer)
                    .map_err(|error| Error::bug("a remembered answer cannot be read").caused_by(error));
            }
            Some((key, hash))
        }
    };
    if let Some(recorded_at) = request.recorded_at {
        tx.set_time(recorded_at.as_millisecond());
    }
    let mut act = Act::new(context, tx, request)?;
    act.admit()?;
    let outcome = act.run()?;
    act.finish()?;
    if let Some((key, hash)) = fingerprint {
        let answer = serde_json::to_string(&outcome)
            .map_err(|error| Error::bug("an answer cannot be written").caused_by(error))?;
        tx.remember(&actor, key, hash, answer);
    }
    Ok(outcome)
}

fn fingerprint(request: &Request) -> Result<Vec<u8>> {
    let mut command = request.command.clone();
    if let Command::Attach { file, .. } = &mut command {
        // The same bytes sent again lie under a new random name.
        file.stored_as.clear();
    }
    let text = serde_json::to_vec(&command)
        .map_err(|error| Error::bug("a command cannot be written").caused_by(error))?;
    Ok(Sha256::digest(text).to_vec())
}

/// One act while it runs.
struct Act<'a, 'tx> {
    context: &'a Context,
    tx: &'a mut WriteTx<'tx>,
    request: &'a Request,
    ids: mainstay_core::Ids,
    /// Id shared by the act's journal entries.
    id: String,
    /// Position of the act's first journal entry.
    first_position: u64,
    /// Whole seconds.
    recorded_at: Instant,
    /// Claimed, whole seconds.
    occurred_at: Instant,
    /// Records that this act has loaded or made.
    working: BTreeMap<Uuid, Working>,
    /// References that were found to exist.
    known: BTreeMap<(String, String), Uuid>,
    steps: u64,
}

/// What surrounds one journal entry of the act.
#[derive(Debug, Clone)]
struct Step {
    command: String,
    actor: Actor,
    occurred_at: Instant,
    waived: Vec<String>,
}

impl<'a, 'tx> Act<'a, 'tx> {
    fn new(context: &'a Context, tx: &'a mut WriteTx<'tx>, request: &'a Request) -> Result<Self> {
        let recorded = Instant::from_millisecond(tx.recorded_at_ms())
            .map_err(|error| Error::bug("the clock shows no time").caused_by(error))?;
        let recorded_at = whole_second(recorded);
        let occurred_at = request.occurred_at.map_or(recorded_at, whole_second);
        if !is_kept(occurred_at) {
            return Err(Error::field("occurred_at", "lies outside of the years 1 to 9999"));
        }
        if occurred_at > recorded_at {
            return Err(Error::field("occurred_at", format!("lies in the future; it is {recorded_at} now")));
        }
        let mut ids = request.ids.clone();
        let first_position = tx.head().next_position();
        let id = ids.uuid(recorded).to_string();
        Ok(Self {
            context,
            tx,
            request,
            ids,
            id,
            first_position,
            recorded_at,
            occurred_at,
            working: BTreeMap::new(),
            known: BTreeMap::new(),
            steps: 0,
        })
    }

    fn new_id(&mut self) -> Uuid {
        let now = self.recorded_at;
        self.ids.uuid(now)
    }

    fn cx(&self, facts: Facts) -> Cx {
        Cx {
            now: self.occurred_at,
            recorded: self.recorded_at,
            actor: self.request.actor.clone(),
            channel: self.request.channel,
            history: false,
            facts,
        }
    }

    fn step(&self, command: impl Into<String>) -> Step {
        Step {
            command: command.into(),
            actor: self.request.actor.clone(),
            occurred_at: self.occurred_at,
            waived: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<Outcome> {
        let request = self.request;
        match &request.command {
            Command::Create { kind, values } => self.create(kind, values),
            Command::Edit { record, version, values } => self.edit(record, *version, values),
            Command::Move { record, name, version, values } => self.perform(record, name, *version, values),
            Command::Comment { record, body, visibility } => self.comment(record, body, visibility),
            Command::Link { record, relation, target } => self.link(record, relation, target),
            Command::Unlink { record, relation, target } => self.unlink(record, relation, target),
            Command::Attach { record, file, visibility } => self.attach(record, file, visibility),
            Command::Detach { record, attachment } => self.detach(record, attachment),
            Command::Tag { record, word } => self.tag(record, word),
            Command::Untag { record, word } => self.untag(record, word),
            Command::AddTask { record, title, assignee, due_at } => {
                self.add_task(record, title, assignee.as_deref(), *due_at)
            }
            Command::ChangeTask { record, task, state, assignee } => {
                self.change_task(record, task, state.as_deref(), assignee.as_deref())
            }
            Command::Vote { record, version, verdict, comment } => {
                self.vote(record, *version, verdict, comment.as_deref())
            }
            Command::RecordHistory { kind, steps } => self.record_history(kind, steps),
            Command::ErasePerson { person } => self.erase_person(person),
            Command::ClockReached { record, goal } => self.clock_reached(record, goal),
            Command::RecordCheckRuns { runs } => self.record_check_runs(runs),
        }
    }

    fn outcome(&self, id: Uuid, part: Option<Uuid>, changed: bool) -> Result<Outcome> {
        let working = self.working.get(&id).ok_or_else(|| Error::bug("an act lost its record"))?;
        Ok(Outcome {
            id: id.to_string(),
            reference: working.record.reference.clone(),
            version: working.record.version,
            part: part.map(|part| part.to_string()),
            changed,
        })
    }
}
