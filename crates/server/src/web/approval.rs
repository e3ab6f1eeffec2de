//! Approvals of a record: the rounds with their votes, and the form of a vote.

use mainstay_app::{
    Command,
    query::{Query, RecordView, RoundView},
    rights::Deed,
};
use mainstay_core::{Choice as _, Error, Result};
use mainstay_pages::{
    Badge, Field, Input, Tone,
    field::Choice,
    list::{Cell, Empty},
    record::{Body, MoveLink, TabRow, Way},
};

use super::{
    form::{Sent, act, is_for_the_form, small_form},
    frame::words,
    record::named,
    show::Show,
};
use crate::call::{Call, Reply};

/// The tab of a record: each round, then its votes.
pub(super) fn tab(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Body> {
    let rounds = ask.approvals(record)?;
    let mut rows = Vec::new();
    for round in rounds.iter().rev() {
        rows.push(TabRow { cells: round_cells(round, show), moves: Vec::new() });
        for vote in &round.votes {
            let (tone, key) = match vote.verdict {
                "approve" => (Tone::Proven, "vote-approved"),
                _ => (Tone::Failed, "vote-rejected"),
            };
            let who = vote
                .person
                .as_ref()
                .map_or(Cell::Text(show.words.say("erased").into()), |name| show.link(name));
            let said = match &vote.comment {
                Some(comment) => format!("{}: {comment}", show.words.choice(&vote.role)),
                None => show.words.choice(&vote.role),
            };
            let verdict = Badge::new(tone, show.words.say(key));
            let at = Cell::At(show.at(vote.voted_at));
            rows.push(TabRow {
                cells: vec![who, Cell::Badge(verdict), Cell::Text(said), at],
                moves: Vec::new(),
            });
        }
    }
    Ok(Body::Rows {
        heading: show.words.say("tab-approvals").to_owned(),
        add: may_vote(ask, record)?.then(|| vote_link(show, path)),
        columns: ["column-round", "column-verdict", "column-says", "column-when"]
            .map(|key| show.words.say(key).to_owned())
            .to_vec(),
        rows,
        empty: Empty {
            heading: show.words.say("approvals-none").to_owned(),
            text: show.words.say("approvals-why").to_owned(),
            clause: record.kind.def.clause.to_owned(),
            action: None,
        },
    })
}

fn round_cells(round: &RoundView, show: &Show<'_>) -> Vec<Cell> {
    let tone = match round.state {
        "approved" => Tone::Proven,
        "rejected" => Tone::Failed,
        "pending" => Tone::Attention,
        _ => Tone::Done,
    };
    let approved = round.votes.iter().filter(|vote| vote.verdict == "approve").count();
    let roles: Vec<String> = round.roles.iter().map(|role| show.words.choice(role)).collect();
    let asked = show.words.say_with(
        "round-asks",
        &[
            ("count", i64::from(round.quorum).into()),
            ("given", approved.into()),
            ("roles", roles.join(", ").into()),
        ],
    );
    let name = show.words.say_with(
        "round-name",
        &[("number", round.number.into()), ("stage", show.words.choice(&round.stage).into())],
    );
    vec![
        Cell::Text(name),
        Cell::Badge(Badge::new(tone, show.words.choice(round.state))),
        Cell::Text(asked),
        Cell::At(show.at(round.closed_at.unwrap_or(round.opened_at))),
    ]
}

/// The button that opens the form of a vote.
pub(super) fn vote_link(show: &Show<'_>, path: &str) -> MoveLink {
    MoveLink {
        label: show.words.say("vote").to_owned(),
        help: show.words.say("vote-about").to_owned(),
        href: format!("{path}/vote"),
        way: Way::Form,
        ..MoveLink::default()
    }
}

/// Whether the person can vote now: a round is open, they have the right and a role that is asked, have not voted in
/// it, and are not named in the record as somebody whose own work it is. The door has the last word.
pub(super) fn may_vote(ask: &Query<'_>, record: &RecordView) -> Result<bool> {
    let Some(approval) = &record.kind.def.approval else { return Ok(false) };
    if !ask.may(record, Deed::Vote) || approval.gate(record.state()).is_none() {
        return Ok(false);
    }
    let who = ask.who();
    let is_own = approval.never.iter().any(|name| record.value(name).as_id() == Some(who.person));
    let rounds = ask.approvals(record)?;
    let Some(round) = rounds.iter().rev().find(|round| round.state == "pending") else { return Ok(false) };
    let has_voted =
        round.votes.iter().any(|vote| vote.person.as_ref().is_some_and(|name| name.id == who.person));
    let is_asked = who.roles.iter().any(|held| round.roles.iter().any(|role| role == held.role.name()));
    Ok(is_asked && !is_own && !has_voted)
}

pub(super) fn vote_page(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    if !may_vote(&ask, &record)? {
        let text = format!("{} does not wait for your vote", record.reference());
        return Err(
            Error::conflict(text).hint("The tab with the approvals says who is asked and who has voted.")
        );
    }
    vote_form(call, &record, None, None)
}

fn vote_form(call: &Call, record: &RecordView, sent: Option<&Sent>, error: Option<&Error>) -> Result<Reply> {
    let words = words(call);
    let value = |name: &str| sent.and_then(|sent| sent.get(name)).unwrap_or_default().to_owned();
    let verdict = value("verdict");
    let choice = |word: &str, key: &'static str| Choice {
        value: word.into(),
        label: words.say(key).into(),
        chosen: verdict == word,
    };
    let choices = vec![choice("approve", "vote-approve"), choice("reject", "vote-reject")];
    let fields = vec![
        Field::new(
            "verdict",
            words.say("column-verdict"),
            Input::Choice { choices, may_be_empty: verdict.is_empty() },
        )
        .required(),
        Field::new("comment", words.say("vote-comment"), Input::LongText(value("comment")))
            .help(words.say("vote-comment-help")),
    ];
    small_form(call, record, words.say("vote"), "vote", fields, error)
}

pub(super) fn vote(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let (record, sent) = (named(call, &ask)?, Sent::of(call));
    let done = match sent.text("verdict") {
        None => Err(Error::field("verdict", "must be chosen")),
        Some(verdict) => {
            let comment = sent.text("comment").map(|comment| comment.replace("\r\n", "\n"));
            let record = record.reference().to_owned();
            act(call, &sent, Command::Vote { record, version: sent.version(), verdict, comment })
        }
    };
    match done {
        Ok(outcome) => {
            Ok(Reply::see(format!("/{}/{}?tab=approvals&did=vote", call.param("kind"), outcome.reference)))
        }
        Err(error) if is_for_the_form(&error) => vote_form(call, &record, Some(&sent), Some(&error)),
        Err(error) => Err(error),
    }
}
