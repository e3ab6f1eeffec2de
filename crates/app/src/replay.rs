//! Replay: a file of commands, one JSON object a line, through the one door at the times that the lines say, into an
//! empty data folder. It is the form of demonstrations, of stories in tests, of migrations and of bug reports.
//!
//! The journal says *synthetic*. Ids and salts are derived from a seed and the number of the line, and what the
//! clockwork would have announced between two lines is announced at its own instant, so the same file with the
//! same seed gives the same journal on every database, however many acts share a commit.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::Receiver,
    },
};

use jiff::Timestamp;
use mainstay_core::{Actor, Channel, Error, ErrorKind, FieldError, Ids, Result};
use mainstay_store::{Cell, WriteTx};
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{App, Command, Context, Outcome, Request, door};

/// The seed of a replay that names none.
pub const DEFAULT_SEED: &str = "mainstay replay";

/// Acts that wait for the writer at a time.
const IN_FLIGHT: usize = 1024;

/// What surrounds the command on a line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    at: Timestamp,
    #[serde(default)]
    actor: Option<String>,
    #[serde(default)]
    channel: Option<Channel>,
    #[serde(default)]
    on_behalf_of: Option<String>,
    #[serde(default)]
    occurred_at: Option<Timestamp>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    idempotency_key: Option<String>,
}

const ENVELOPE: [&str; 7] =
    ["at", "actor", "channel", "on_behalf_of", "occurred_at", "reason", "idempotency_key"];

/// One line of a story.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u64,
    at: Timestamp,
    actor: Who,
    channel: Channel,
    on_behalf_of: Option<Who>,
    occurred_at: Option<Timestamp>,
    reason: Option<String>,
    idempotency_key: Option<String>,
    command: Command,
}

/// An actor as a line names it: a person by ref is looked up when the line runs.
#[derive(Debug, Clone)]
enum Who {
    Actor(Actor),
    PersonByRef(String),
}

/// What a replay did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Replayed {
    /// Lines that were run.
    pub lines: u64,
    /// Announcements of the clockwork in between.
    pub announcements: u64,
    /// Entries of the journal afterwards.
    pub journal_entries: u64,
    /// The journal's root afterwards, hex.
    pub journal_root: String,
}

/// Reads a story. The whole file is read before anything runs.
///
/// # Errors
/// Invalid, one field error a bad line.
pub fn parse(text: &str) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut bad = Vec::new();
    let mut last: Option<Timestamp> = None;
    for (at, text) in text.lines().enumerate() {
        let number = at as u64 + 1;
        if text.trim().is_empty() {
            continue;
        }
        let line = line(number, text).and_then(|line| match last {
            Some(last) if line.at < last => {
                Err(format!("at: {} lies before the line before it, {last}", line.at))
            }
            _ => Ok(line),
        });
        match line {
            Ok(line) => {
                last = Some(line.at);
                lines.push(line);
            }
            Err(problem) => bad.push(FieldError { field: format!("line {number}"), problem }),
        }
    }
    if bad.is_empty() {
        return Ok(lines);
    }
    let what = if bad.len() == 1 { "one line is".to_owned() } else { format!("{} lines are", bad.len()) };
    Err(Error::new(ErrorKind::Invalid(bad), format!("{what} no command; nothing was replayed"))
        .hint("A line is like {\"at\": \"2026-01-05T09:00:00Z\", \"command\": \"create\", \"kind\": \"incident\", …}."))
}

fn line(number: u64, text: &str) -> Result<Line, String> {
    let mut command: Map<String, Json> =
        serde_json::from_str(text).map_err(|error| format!("is no JSON object: {error}"))?;
    let mut envelope = Map::new();
    for name in ENVELOPE {
        if let Some(json) = command.remove(name) {
            if let (true, Json::String(text)) = (name.ends_with("at"), &json)
                && text.parse::<Timestamp>().is_err()
            {
                return Err(format!("{name}: \"{text}\" is no instant; write it like 2026-01-31T14:05:00Z"));
            }
            envelope.insert(name.to_owned(), json);
        }
    }
    let envelope: Envelope =
        serde_json::from_value(Json::Object(envelope)).map_err(|error| error.to_string())?;
    let command: Command =
        serde_json::from_value(Json::Object(command)).map_err(|error| error.to_string())?;
    let who = |text: &Option<String>| text.as_deref().map(who).transpose();
    Ok(Line {
        number,
        at: envelope.at,
        actor: who(&envelope.actor)?.unwrap_or(Who::Actor(Actor::Operator)),
        channel: envelope.channel.unwrap_or(Channel::Replay),
        on_behalf_of: who(&envelope.on_behalf_of)?,
        occurred_at: envelope.occurred_at,
        reason: envelope.reason,
        idempotency_key: envelope.idempotency_key,
        command,
    })
}

fn who(text: &str) -> Result<Who, String> {
    match (Actor::parse(text), text.split_once(':')) {
        (Some(actor), _) => Ok(Who::Actor(actor)),
        (None, Some(("person", reference))) if !reference.is_empty() => {
            Ok(Who::PersonByRef(reference.to_owned()))
        }
        _ => Err(format!("actor: \"{text}\" is not one of: operator, system, person:<ref or id>")),
    }
}

/// Runs a story into an empty application that was founded as synthetic.
///
/// # Errors
/// Refused when the journal holds anything yet or is that of a living system. What a line's command is refused
/// for, with the line's number: what came before it stays.
pub fn replay(app: &App, lines: &[Line], seed: &str, done: &mut dyn FnMut(u64)) -> Result<Replayed> {
    check_empty(app)?;
    let mut waiting: VecDeque<Waiting> = VecDeque::new();
    let mut replayed =
        Replayed { lines: 0, announcements: 0, journal_entries: 0, journal_root: String::new() };
    let failed = Arc::new(Failed::default());
    for line in lines {
        if waiting.len() >= IN_FLIGHT
            && let Some(first) = waiting.pop_front()
        {
            first.land(&mut replayed)?;
            done(1);
        }
        let number = line.number;
        let (context, at, run_seed, fate) = (app.context().clone(), line.at, seed.to_owned(), failed.clone());
        let woken = app
            .store()
            .writer()
            .submit_later(move |tx| fate.watch(2 * number, || wake_until(&context, tx, at, &run_seed)))?;
        let (context, line, seed, fate) =
            (app.context().clone(), line.clone(), seed.to_owned(), failed.clone());
        let acted = app
            .store()
            .writer()
            .submit_later(move |tx| fate.watch(2 * number + 1, || run_line(&context, tx, &line, &seed)))?;
        waiting.push_back(Waiting { number, woken, acted });
    }
    while let Some(first) = waiting.pop_front() {
        first.land(&mut replayed)?;
        done(1);
    }
    let head = app.head()?;
    replayed.journal_entries = head.frontier.size();
    replayed.journal_root = hex::encode(head.frontier.root());
    Ok(replayed)
}

/// The first act that failed: what is queued behind it does not run.
struct Failed(AtomicU64);

impl Default for Failed {
    fn default() -> Self {
        Self(AtomicU64::new(u64::MAX))
    }
}

impl Failed {
    /// Runs act `number` unless an earlier one failed. The writer may run an act again after a failure of its
    /// group, so a success takes back the mark that the same act left.
    fn watch<T>(&self, number: u64, act: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.0.load(Ordering::SeqCst) < number {
            return Err(Error::conflict("an earlier line failed"));
        }
        let done = act();
        match done {
            Ok(_) => {
                let _ = self.0.compare_exchange(number, u64::MAX, Ordering::SeqCst, Ordering::SeqCst);
            }
            Err(_) => {
                self.0.fetch_min(number, Ordering::SeqCst);
            }
        }
        done
    }
}

struct Waiting {
    number: u64,
    woken: Receiver<Result<u64>>,
    acted: Receiver<Result<Outcome>>,
}

impl Waiting {
    fn land(self, replayed: &mut Replayed) -> Result<()> {
        let gone = |_| Error::new(ErrorKind::Unavailable, "Mainstay is stopping and takes no more changes");
        let in_line = |error: Error| {
            let hint = format!("The replay stopped at line {}; what came before it stands.", self.number);
            error.hint(hint)
        };
        replayed.announcements += self.woken.recv().map_err(gone)?.map_err(in_line)?;
        self.acted.recv().map_err(gone)?.map_err(in_line)?;
        replayed.lines += 1;
        Ok(())
    }
}

fn check_empty(app: &App) -> Result<()> {
    let refuse = |message: &str| {
        Err(Error::refused("a replay begins in an empty data folder", "7.5.3", message)
            .hint("Name another folder with --data, or another database."))
    };
    if !app.origin()?.is_synthetic() {
        return refuse("the journal there is that of a living system");
    }
    if app.head()?.frontier.size() > 1 {
        return refuse("there is something in the journal already");
    }
    Ok(())
}

fn run_line(context: &Context, tx: &mut WriteTx<'_>, line: &Line, seed: &str) -> Result<Outcome> {
    let actor = actor(tx, &line.actor)?;
    let on_behalf_of = line.on_behalf_of.as_ref().map(|who| self::actor(tx, who)).transpose()?;
    let request = Request {
        command: line.command.clone(),
        actor,
        on_behalf_of,
        channel: line.channel,
        occurred_at: line.occurred_at,
        reason: line.reason.clone(),
        idempotency_key: line.idempotency_key.clone(),
        ids: Ids::of_run(seed, line.number),
        rights: None,
        recorded_at: Some(line.at),
    };
    door::act(context, tx, &request)
}

fn actor(tx: &mut WriteTx<'_>, who: &Who) -> Result<Actor> {
    match who {
        Who::Actor(actor) => Ok(actor.clone()),
        Who::PersonByRef(reference) => {
            let conn = tx.conn();
            let sql = conn.dialect().sql("select id from person where ref = ?1");
            let row = conn.first(&sql, &[reference.as_str().into()], &[Cell::Id])?;
            let id = row.and_then(|row| row[0].as_id());
            id.map(Actor::Person).ok_or_else(|| Error::not_found(format!("the person \"{reference}\"")))
        }
    }
}

/// Lets the clockwork announce what falls due before `until`, each at its instant.
fn wake_until(context: &Context, tx: &mut WriteTx<'_>, until: Timestamp, seed: &str) -> Result<u64> {
    let mut announced = 0;
    let mut seen: BTreeSet<(Timestamp, Uuid, String)> = BTreeSet::new();
    while let Some((at, record, goal)) = tx.next_wake()?.filter(|(at, _, _)| *at < until) {
        if !seen.insert((at, record, goal.clone())) {
            return Err(Error::bug(format!("the {goal} clock of {record} wakes at {at} again and again")));
        }
        let ids = Ids::of_run(&format!("{seed}\nclock {record} {goal} {at}"), 0);
        let request = Request { recorded_at: Some(at), ..Request::by_clockwork(record, goal, ids) };
        announced += u64::from(door::act(context, tx, &request)?.changed);
    }
    Ok(announced)
}
