//! Approvals in the door: rounds open and end with the record's steps, votes are counted, and the deciding vote runs
//! the move that follows.

use std::collections::BTreeSet;

use jiff::{civil::Date, tz::TimeZone};
use mainstay_core::{
    Actor, ApprovalDef, Changes, Choice, Error, GateDef, KindDef, Record, Result, Value,
    parts::{self, RoundState, Verdict},
    registry::Entry,
    unseen::Lines,
};
use mainstay_journal::Op;
use mainstay_rules::approval::{self, Barrier, Decision};
use mainstay_store::{Cell, journal, rows};
use uuid::Uuid;

use super::Act;
use crate::{
    approvals::{self, Round, content_sha256},
    command::Outcome,
};

/// The clause that asks for authorised decisions.
const CLAUSE: &str = "8.5.1";

/// Most entries of a record that are looked through at a time.
const CHUNK: u32 = 500;

fn refused(rule: &str, message: impl Into<String>) -> Error {
    Error::refused(rule, CLAUSE, message)
}

impl Act<'_, '_> {
    /// Votes alone run the moves that a decision runs.
    pub(super) fn check_not_by_hand(&self, kind: &Entry, record: &Record, name: &str) -> Result<()> {
        let Some(approval) = &kind.def.approval else { return Ok(()) };
        let in_its_state = || kind.def.find_move(name).is_some_and(|mv| mv.from.contains(&&*record.state));
        if approval.decides(name) && in_its_state() {
            return Err(refused(
                "a decision is made by votes",
                format!("\"{name}\" follows from the votes on {} and is not done by hand", record.reference),
            )
            .hint("Vote on it, or ask those who may."));
        }
        Ok(())
    }

    /// Casts a vote. The one that decides runs the move that follows.
    pub(super) fn vote(
        &mut self,
        record: &str,
        version: Option<u64>,
        verdict: &str,
        comment: Option<&str>,
    ) -> Result<Outcome> {
        let id = self.load(record)?;
        self.check_version(id, version)?;
        let (kind, record) = self.current(id)?;
        let verdict = Verdict::parse(verdict).ok_or_else(|| {
            Error::field("verdict", format!("\"{verdict}\" is not one of: {}", Verdict::DEF.words.join(", ")))
        })?;
        let comment = comment.filter(|comment| !comment.trim().is_empty());
        let comment =
            comment.map_or(Ok(Value::Null), |comment| Self::text("comment", comment, Lines::Many))?;
        if verdict == Verdict::Reject && comment.is_null() {
            return Err(Error::field("comment", "must be given: why it is rejected"));
        }
        let (approval, round) = self.open_round(kind, &record)?;
        let person = self.voter()?;
        let role = self.role_to_vote(kind, &record, approval, &round, person)?;
        let content = content_sha256(&kind.def, approval, &record);
        if content != round.content_sha256 {
            // Only an erasure of personal data changes a record beside its steps.
            return Err(refused(
                "a vote is bound to the content",
                format!(
                    "what round {} of {} asks about is no longer there as it was",
                    round.number, record.reference
                ),
            )
            .hint("Take it back, and ask for the approval anew."));
        }
        let table = self.context.table(parts::APPROVAL_VOTE)?.clone();
        let row = self.new_part(
            &table,
            id,
            &[
                ("round", Value::Int(round.number)),
                ("person", Value::Id(person)),
                ("role", Value::from(role)),
                ("verdict", Value::from(verdict.name())),
                ("comment", comment),
                ("content_sha256", Value::from(content)),
                ("voted_at", Value::Instant(self.recorded_at)),
            ],
        )?;
        let (_, vote) = self.add_part(&table, id, row, "approval.vote")?;
        let mut votes = self.votes_in(&record, &round)?;
        votes.push(approval::Vote { person, verdict: counted(verdict) });
        let gate = approval.gate(&round.stage).ok_or_else(|| Error::bug("a round has no gate"))?;
        match approval::decide(round.quorum, &votes) {
            Decision::Pending { .. } => {}
            Decision::Approved => {
                self.end_round(id, &round, RoundState::Approved)?;
                self.follow(id, gate.approved)?;
            }
            Decision::Rejected => {
                self.end_round(id, &round, RoundState::Rejected)?;
                self.follow(id, gate.rejected)?;
            }
        }
        self.outcome(id, Some(vote), true)
    }

    /// Opens a round when the record begins to wait, and voids one whose content was changed or whose record went
    /// another way. To be called after each step of a record.
    pub(super) fn keep_approval(&mut self, id: Uuid) -> Result<()> {
        let (kind, record) = self.current(id)?;
        let Some(approval) = &kind.def.approval else { return Ok(()) };
        // A record that this act makes has no rounds.
        let is_new = self.working.get(&id).is_none_or(|working| working.stored.is_none());
        let rounds =
            if is_new { Vec::new() } else { approvals::rounds_of(self.context, self.tx.conn(), id)? };
        let waits = approval.gate(&record.state);
        let last = rounds.iter().rev().find(|round| round.state != RoundState::Void);
        if let Some(round) = last
            && let Some(gate) = approval.gate(&round.stage)
        {
            match what_becomes(kind, approval, gate, round, &record) {
                Fate::Stands => {}
                Fate::Over => self.end_round(id, round, RoundState::Void)?,
                Fate::Voided => {
                    self.end_round(id, round, RoundState::Void)?;
                    return self.follow(id, gate.voided);
                }
            }
            if round.state == RoundState::Pending && waits == Some(gate) {
                return Ok(());
            }
        }
        let Some(gate) = waits else { return Ok(()) };
        let policy = kind
            .kind
            .policy(&record)?
            .ok_or_else(|| Error::bug(format!("{} has no policy of approval", kind.def.name)))?;
        let number = rounds.last().map_or(0, |round| round.number) + 1;
        let table = self.context.table(parts::APPROVAL_ROUND)?.clone();
        let row = self.new_part(
            &table,
            id,
            &[
                ("number", Value::Int(number)),
                ("stage", Value::from(gate.waits_in)),
                ("policy", Value::from(policy.text())),
                ("roles", Value::Json(policy.roles.into())),
                ("quorum", Value::Int(policy.quorum.into())),
                ("content_sha256", Value::from(content_sha256(&kind.def, approval, &record))),
                ("state", Value::from(RoundState::Pending.name())),
                ("opened_at", Value::Instant(self.recorded_at)),
            ],
        )?;
        self.add_part(&table, id, row, "approval.open").map(|_| ())
    }

    /// Ends a round.
    fn end_round(&mut self, record: Uuid, round: &Round, state: RoundState) -> Result<()> {
        let table = self.context.table(parts::APPROVAL_ROUND)?.clone();
        let found = rows::load(self.tx.conn(), &table, round.id)?
            .ok_or_else(|| Error::bug("a round of approval is gone"))?;
        let mut row = found.row.clone();
        for (name, value) in
            [("state", Value::from(state.name())), ("closed_at", Value::Instant(self.recorded_at))]
        {
            let at = table.position(name).ok_or_else(|| Error::bug(format!("no column {name}")))?;
            row[at] = value;
        }
        let step = self.step(format!("approval.{}", state.name()));
        self.journal_row(&table, record, round.id, 2, &row, &found.row, &step, Op::Put)?;
        self.tx.update(&table, found.key, found.row, row);
        Ok(())
    }

    /// Runs the move that follows from a decision, through the same engine as every move.
    fn follow(&mut self, id: Uuid, name: &str) -> Result<()> {
        let (kind, before) = self.current(id)?;
        let facts = self.facts(kind, &before, &Changes::default())?;
        let after = kind.kind.perform(&before, name, Changes::default(), &self.cx(facts))?;
        let step = self.step(format!("{}.{name}", kind.def.name));
        self.advance(id, after, step)
    }

    fn open_round(&mut self, kind: &'static Entry, record: &Record) -> Result<(&'static ApprovalDef, Round)> {
        let rounds = approvals::rounds_of(self.context, self.tx.conn(), record.id)?;
        let open = rounds.iter().rev().find(|round| round.state == RoundState::Pending);
        match (&kind.def.approval, open, rounds.last()) {
            (Some(approval), Some(open), _) => Ok((approval, open.clone())),
            (None, ..) => Err(refused(
                "votes are cast while a round is open",
                format!("{} is not approved by votes", record.reference),
            )),
            (_, None, Some(last)) => Err(refused(
                "votes are cast while a round is open",
                format!("round {} of {} is {} already", last.number, record.reference, last.state.name()),
            )),
            (_, None, None) => Err(refused(
                "votes are cast while a round is open",
                format!("{} does not wait for approval; it is {}", record.reference, record.state),
            )),
        }
    }

    /// The person who votes: in person, now.
    fn voter(&self) -> Result<Uuid> {
        let Actor::Person(person) = self.request.actor else {
            return Err(refused(
                "a vote is cast by a person",
                "only a person may vote, no operator and no job",
            ));
        };
        if self.request.on_behalf_of.is_some() {
            return Err(refused("a vote is cast by a person", "nobody votes on behalf of somebody else")
                .hint("Vote in your own name."));
        }
        if self.occurred_at != self.recorded_at {
            return Err(Error::field("occurred_at", "a vote counts when it is cast; leave this out"));
        }
        Ok(person)
    }

    /// The role by which the person may vote in this round.
    fn role_to_vote(
        &mut self,
        kind: &'static Entry,
        record: &Record,
        approval: &ApprovalDef,
        round: &Round,
        person: Uuid,
    ) -> Result<String> {
        let mut barred: Vec<Uuid> =
            approval.never.iter().filter_map(|field| record.get(&kind.def, field).as_id()).collect();
        if self.acted_for(record.id, person, &barred)? {
            barred.push(person);
        }
        let votes = self.votes_in(record, round)?;
        let held = self.roles_of(&kind.def, record, person)?;
        let by = approval::may_vote(&person, &barred, &votes, &round.roles, &held);
        by.cloned().map_err(|barrier| match barrier {
            Barrier::OwnWork => refused(
                "nobody approves their own work",
                format!(
                    "you are named in {} or act for who is ({}); somebody else has to decide",
                    record.reference,
                    approval.never.join(", ").replace('_', " ")
                ),
            ),
            Barrier::VotedAlready => refused(
                "a person votes once in a round",
                format!("you have voted in round {} of {}", round.number, record.reference),
            ),
            Barrier::NoRole => refused(
                "a vote needs a role that is asked",
                format!("you hold none of the roles that decide on {} today", record.reference),
            )
            .hint(format!("Asked are: {}.", round.roles.join(", "))),
        })
    }

    fn votes_in(&mut self, record: &Record, round: &Round) -> Result<Vec<approval::Vote<Uuid>>> {
        let all = approvals::votes_of(self.context, self.tx.conn(), record.id)?;
        let of_round = all.into_iter().filter(|vote| vote.round == round.number);
        Ok(of_round
            .map(|vote| approval::Vote { person: vote.person, verdict: counted(vote.verdict) })
            .collect())
    }

    /// True when the person has worked on the record on behalf of one of the others: the journal knows.
    fn acted_for(&mut self, record: Uuid, person: Uuid, others: &[Uuid]) -> Result<bool> {
        if others.is_empty() {
            return Ok(false);
        }
        let actor = Actor::Person(person).to_text();
        let others: BTreeSet<String> = others.iter().map(|other| Actor::Person(*other).to_text()).collect();
        // What acts of the same group have just written counts too.
        self.tx.settle()?;
        let mut after = -1;
        loop {
            let entries = journal::of_record(self.tx.conn(), record, after, CHUNK)?;
            let Some(last) = entries.last() else { return Ok(false) };
            after = i64::try_from(last.position).unwrap_or(i64::MAX);
            for stored in &entries {
                let entry = stored.entry()?;
                if entry.actor == actor && entry.on_behalf_of.is_some_and(|other| others.contains(&other)) {
                    return Ok(true);
                }
            }
        }
    }

    /// The roles that the person holds today for the record's service and customer. Days count in UTC.
    fn roles_of(&mut self, def: &KindDef, record: &Record, person: Uuid) -> Result<Vec<String>> {
        let today: Date = self.recorded_at.to_zoned(TimeZone::UTC).date();
        let (service, customer) = (record.get(def, "service").as_id(), record.get(def, "customer").as_id());
        let conn = self.tx.conn();
        let found = conn.query(
            &conn.dialect().sql(
                "select r.\"role\", r.valid_from, r.valid_until from role_assignment r \
                 join person p on p.id = r.person where r.person = ?1 and r.state = 'active' \
                 and p.state = 'active' and (r.service is null or r.service = ?2) \
                 and (r.customer is null or r.customer = ?3) order by r.\"key\"",
            ),
            // The nil id equals no record.
            &[
                Value::Id(person),
                Value::Id(service.unwrap_or_default()),
                Value::Id(customer.unwrap_or_default()),
            ],
            &[Cell::Text, Cell::Date, Cell::Date],
        )?;
        let day = |value: &Value| match value {
            Value::Date(date) => Some(*date),
            _ => None,
        };
        let holds =
            |row: &&Vec<Value>| approval::holds_on(day(&row[1]).as_ref(), day(&row[2]).as_ref(), &today);
        Ok(found.iter().filter(holds).map(|row| row[0].to_string()).collect())
    }
}

/// What becomes of a round when its record has changed.
enum Fate {
    /// It goes on, or was decided and is past.
    Stands,
    /// The record went another way.
    Over,
    /// What is approved was changed.
    Voided,
}

fn what_becomes(
    kind: &Entry,
    approval: &ApprovalDef,
    gate: &GateDef,
    round: &Round,
    record: &Record,
) -> Fate {
    let waits = record.state == gate.waits_in;
    let holds = waits || gate.holds_in.contains(&&*record.state);
    let is_back = kind.def.find_move(gate.voided).is_some_and(|mv| mv.to == record.state);
    match round.state {
        RoundState::Pending if !waits => Fate::Over,
        RoundState::Approved if is_back && !holds => Fate::Over,
        RoundState::Pending | RoundState::Approved
            if holds && content_sha256(&kind.def, approval, record) != round.content_sha256 =>
        {
            Fate::Voided
        }
        _ => Fate::Stands,
    }
}

const fn counted(verdict: Verdict) -> approval::Verdict {
    match verdict {
        Verdict::Approve => approval::Verdict::Approve,
        Verdict::Reject => approval::Verdict::Reject,
    }
}
