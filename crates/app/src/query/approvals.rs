//! Rounds of approval with their votes, for staff.

use mainstay_core::{Choice, Instant, Result, Value};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Query, RecordView,
    names::{Name, Wanted},
};
use crate::approvals::{rounds_of, votes_of};

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoundView {
    /// Its id.
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
    /// `pending`, `approved`, `rejected`, `void`.
    pub state: &'static str,
    /// SHA-256 of the content that is approved, hex.
    pub content_sha256: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was decided or voided.
    pub closed_at: Option<Instant>,
    /// The votes, in the order in which they were cast.
    pub votes: Vec<VoteView>,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoteView {
    /// Who voted.
    pub person: Option<Name>,
    /// The role by which the person was asked.
    pub role: String,
    /// `approve` or `reject`.
    pub verdict: &'static str,
    /// The voter's words; none when not given or erased.
    pub comment: Option<String>,
    /// When it was cast.
    pub voted_at: Instant,
}

impl Query<'_> {
    /// The rounds of a record, first one first; for staff.
    ///
    /// # Errors
    /// Unavailable.
    pub fn approvals(&self, record: &RecordView) -> Result<Vec<RoundView>> {
        if !record.internal {
            return Ok(Vec::new());
        }
        let context = self.view.context();
        self.view.read(|conn| {
            let votes = votes_of(context, conn, record.id())?;
            let mut wanted = Wanted::default();
            for vote in &votes {
                wanted.add("person", &Value::Id(vote.person));
            }
            let names = self.names(conn, wanted)?;
            let of_round = |number: i64| {
                votes.iter().filter(move |vote| vote.round == number).map(|vote| VoteView {
                    person: names.get(vote.person).cloned(),
                    role: vote.role.clone(),
                    verdict: vote.verdict.name(),
                    comment: vote.comment.clone(),
                    voted_at: vote.voted_at,
                })
            };
            let rounds = rounds_of(context, conn, record.id())?;
            Ok(rounds
                .into_iter()
                .map(|round| RoundView {
                    votes: of_round(round.number).collect(),
                    id: round.id,
                    number: round.number,
                    stage: round.stage,
                    policy: round.policy,
                    roles: round.roles,
                    quorum: round.quorum,
                    state: round.state.name(),
                    content_sha256: round.content_sha256,
                    opened_at: round.opened_at,
                    closed_at: round.closed_at,
                })
                .collect())
        })
    }
}
