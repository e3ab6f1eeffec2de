//! Approval: what has to be voted on before a record goes on (8.5.1 and wherever else the standard asks for it).
//!
//! A kind says what is approved, who is asked and where the record goes afterwards. The votes themselves are parts
//! of the record; the door counts them.

use crate::{choice::Choice, kind::Kind};

/// Who is asked in one round, and how many must say yes. One rejection rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Roles whose holders may vote.
    pub roles: Vec<&'static str>,
    /// How many different persons must approve; at least one.
    pub quorum: u32,
}

impl Policy {
    /// Asks the holders of these roles; `quorum` different persons must approve.
    pub fn ask<const N: usize>(roles: [&'static str; N], quorum: u32) -> Self {
        Self { roles: roles.to_vec(), quorum: quorum.max(1) }
    }

    /// The policy in words, as the round keeps it.
    pub fn text(&self) -> String {
        let persons = if self.quorum == 1 { "1 person".into() } else { format!("{} persons", self.quorum) };
        format!("{persons} with one of the roles {}; one rejection rejects", self.roles.join(", "))
    }
}

/// A state in which a record of kind `K` waits for votes, and the moves that lead out of it.
#[derive(Clone, Copy)]
pub struct Gate<K: Kind> {
    /// The state while it waits.
    pub waits_in: K::State,
    /// The move that the approving vote runs.
    pub approved: &'static str,
    /// The move that the rejecting vote runs.
    pub rejected: &'static str,
    /// The move that an edit of the content runs: back to where the content is worked on.
    pub voided: &'static str,
    /// States after the approval in which an edit of the content still voids it.
    pub holds_in: &'static [K::State],
}

/// How records of kind `K` are approved.
#[derive(Clone, Copy)]
pub struct Approval<K: Kind> {
    /// Fields that are approved, besides the title. Votes are bound to a hash of their values.
    pub content: &'static [&'static str],
    /// Fields that name persons who may not vote on the record.
    pub never: &'static [&'static str],
    /// Who is asked about this record.
    pub policy: fn(&K) -> Policy,
    /// Where it waits.
    pub gates: &'static [Gate<K>],
}

/// A gate without its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateDef {
    /// The state while it waits, as stored.
    pub waits_in: &'static str,
    /// The move that the approving vote runs.
    pub approved: &'static str,
    /// The move that the rejecting vote runs.
    pub rejected: &'static str,
    /// The move that an edit of the content runs.
    pub voided: &'static str,
    /// States after the approval in which an edit of the content still voids it, as stored.
    pub holds_in: Vec<&'static str>,
}

/// How a kind is approved, without its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalDef {
    /// Fields that are approved, besides the title.
    pub content: &'static [&'static str],
    /// Fields that name persons who may not vote.
    pub never: &'static [&'static str],
    /// Where it waits.
    pub gates: Vec<GateDef>,
}

impl ApprovalDef {
    /// The gate whose waiting state this is.
    pub fn gate(&self, waits_in: &str) -> Option<&GateDef> {
        self.gates.iter().find(|gate| gate.waits_in == waits_in)
    }

    /// True when votes alone may run this move.
    pub fn decides(&self, name: &str) -> bool {
        self.gates.iter().any(|gate| gate.approved == name || gate.rejected == name)
    }
}

impl<K: Kind> Approval<K> {
    /// Without its type.
    pub fn describe(&self) -> ApprovalDef {
        let gate = |gate: &Gate<K>| GateDef {
            waits_in: gate.waits_in.name(),
            approved: gate.approved,
            rejected: gate.rejected,
            voided: gate.voided,
            holds_in: gate.holds_in.iter().map(|state| state.name()).collect(),
        };
        ApprovalDef { content: self.content, never: self.never, gates: self.gates.iter().map(gate).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_reads_as_what_is_asked_and_asks_at_least_one_person() {
        let policy = Policy::ask(["change_manager"], 0);
        assert_eq!(policy.text(), "1 person with one of the roles change_manager; one rejection rejects");
        let policy = Policy::ask(["change_manager", "service_owner"], 2);
        assert_eq!(
            policy.text(),
            "2 persons with one of the roles change_manager, service_owner; one rejection rejects"
        );
    }
}
