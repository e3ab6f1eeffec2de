//! A client that works fast: creates incidents, moves them, writes comments. Every act has a key, and its content is
//! its key, so that what is found later can be traced to who asked for it.

use mainstay_app::{Command, Outcome, Request};
use mainstay_core::{Ids, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::chance::Chance;

/// What a client asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// An incident whose title is the key.
    Create,
    /// A move of an incident.
    Move,
    /// A comment whose text is the key.
    Comment,
}

/// A promise: this was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The act's idempotency key.
    pub key: String,
    /// What it did.
    pub what: What,
    /// The answer; none from a program that acknowledges before it knows.
    pub outcome: Option<Outcome>,
}

/// An act that is ready to be sent.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its idempotency key.
    pub key: String,
    /// What it does.
    pub what: What,
    /// The request, with the key in it.
    pub request: Request,
}

/// An incident of this client, and how far it has come.
#[derive(Debug)]
struct Own {
    reference: String,
    moves: usize,
}

/// Moves of an incident's life, with what each asks for.
const LIFE: [&str; 4] = ["start", "resolve", "reopen", "resolve"];

/// One client.
#[derive(Debug)]
pub struct Client {
    name: String,
    chance: Chance,
    number: u64,
    own: Vec<Own>,
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

impl Client {
    /// A client whose keys begin with `name`; no two clients of one database may share it.
    pub fn new(name: impl Into<String>, seed: u64) -> Self {
        Self { name: name.into(), chance: Chance::new(seed), number: 0, own: Vec::new() }
    }

    /// The next act. Its ids follow from its key.
    ///
    /// # Errors
    /// Unavailable when the system has no randomness.
    pub fn next_step(&mut self) -> Result<Step> {
        self.number += 1;
        let key = format!("{}.{}", self.name, self.number);
        let pick = self.chance.below(4);
        let at = usize::try_from(self.chance.below(self.own.len() as u64)).unwrap_or(0);
        let (what, command) = match self.own.get_mut(at) {
            Some(own) if pick == 0 && own.moves < LIFE.len() => {
                let name = LIFE[own.moves];
                own.moves += 1;
                let values = match name {
                    "resolve" => json!({"resolution": key}),
                    "reopen" => json!({"reopen_reason": key}),
                    _ => json!({}),
                };
                let record = own.reference.clone();
                (
                    What::Move,
                    Command::Move { record, name: name.into(), version: None, values: object(values) },
                )
            }
            Some(own) if pick == 1 => {
                let record = own.reference.clone();
                (What::Comment, Command::Comment { record, body: key.clone(), visibility: "public".into() })
            }
            _ => {
                let values = json!({"title": key, "impact": "medium", "urgency": "medium"});
                (What::Create, Command::Create { kind: "incident".into(), values: object(values) })
            }
        };
        let mut request = Request::by_operator(command)?.once(key.clone());
        request.ids = Ids::of_run(&key, 0);
        Ok(Step { key, what, request })
    }

    /// Takes note of the answer to a step.
    pub fn answered(&mut self, step: &Step, outcome: &Outcome) {
        if step.what == What::Create {
            self.own.push(Own { reference: outcome.reference.clone(), moves: 0 });
        }
    }
}
