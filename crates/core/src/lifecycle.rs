//! Moves: the only way from one state to another.

use crate::{Result, cx::Cx, kind::Kind};

/// A move of kind `K`: from which states, to which, what it asks for and which rule guards it.
#[derive(Clone, Copy)]
pub struct Move<K: Kind> {
    /// Name as a verb: `resolve`.
    pub name: &'static str,
    /// One sentence for people.
    pub help: &'static str,
    /// States in which the move exists.
    pub from: &'static [K::State],
    /// The state after it.
    pub to: K::State,
    /// Fields that must have content after the answers were taken.
    pub asks: &'static [&'static str],
    /// Fields that may be given with the move besides those it asks for.
    pub takes: &'static [&'static str],
    /// The rule that may refuse.
    pub only_if: Option<fn(&K, &Cx) -> Result<()>>,
    /// What else changes on the record.
    pub then: Option<fn(&mut K, &Cx)>,
}

impl<K: Kind> Move<K> {
    /// A plain move.
    pub const fn new(
        name: &'static str,
        from: &'static [K::State],
        to: K::State,
        help: &'static str,
    ) -> Self {
        Self { name, help, from, to, asks: &[], takes: &[], only_if: None, then: None }
    }

    /// Fields that must have content.
    #[must_use]
    pub const fn asks(mut self, fields: &'static [&'static str]) -> Self {
        self.asks = fields;
        self
    }

    /// Fields that may be given.
    #[must_use]
    pub const fn takes(mut self, fields: &'static [&'static str]) -> Self {
        self.takes = fields;
        self
    }

    /// The rule that may refuse.
    #[must_use]
    pub const fn only_if(mut self, rule: fn(&K, &Cx) -> Result<()>) -> Self {
        self.only_if = Some(rule);
        self
    }

    /// What else changes.
    #[must_use]
    pub const fn then(mut self, change: fn(&mut K, &Cx)) -> Self {
        self.then = Some(change);
        self
    }
}

/// A move without its kind, for faces, documentation and tests.
#[derive(Debug, Clone)]
pub struct MoveDef {
    /// Name as a verb.
    pub name: &'static str,
    /// One sentence for people.
    pub help: &'static str,
    /// States in which the move exists, as stored.
    pub from: Vec<&'static str>,
    /// The state after it, as stored.
    pub to: &'static str,
    /// Fields that must have content.
    pub asks: &'static [&'static str],
    /// Fields that may be given.
    pub takes: &'static [&'static str],
}
