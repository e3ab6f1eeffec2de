//! The context of one act: actor, time, ids, facts. Made once per act; no rule reads anything else.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    actor::{Actor, Channel},
    record::Record,
};

/// What a rule may know beyond its own record; loaded in the act's transaction before the rule runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// The agreement in force for the record's service and customer ([`Fact::Agreement`](crate::Fact)).
    pub agreement: Option<Uuid>,
    /// Records that reference fields name, by field ([`Fact::Referenced`](crate::Fact)).
    pub referenced: Vec<(&'static str, Record)>,
}

impl Facts {
    /// The record that the field names, if it names one.
    pub fn referenced(&self, field: &str) -> Option<&Record> {
        self.referenced.iter().find(|(name, _)| *name == field).map(|(_, record)| record)
    }
}

/// The context of one act.
#[derive(Debug, Clone)]
pub struct Cx {
    /// When it happened, whole seconds UTC: the claimed time in history, else the time of recording.
    pub now: Timestamp,
    /// When it is recorded, whole seconds UTC. Differs from `now` only in history.
    pub recorded: Timestamp,
    /// Who acts.
    pub actor: Actor,
    /// Through which face.
    pub channel: Channel,
    /// True while a foreign history is recorded: guards are noted, not enforced.
    pub history: bool,
    /// What the kind asked to know.
    pub facts: Facts,
}

impl Cx {
    /// A context at `now` for `actor`, with no facts.
    pub fn new(now: Timestamp, actor: Actor, channel: Channel) -> Self {
        Self { now, recorded: now, actor, channel, history: false, facts: Facts::default() }
    }
}
