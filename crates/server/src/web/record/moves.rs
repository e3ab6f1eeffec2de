//! The moves of a record as buttons: the most likely one first, rare ones in the menu.

use mainstay_app::{
    query::{MoveView, Query, RecordView},
    rights::Deed,
};
use mainstay_core::Result;
use mainstay_pages::record::{MoveLink, Way};

use crate::web::{approval, form::hidden, show::Show};

/// Moves that give something up or put it off: never the primary one.
const RARE: &[&str] = &[
    "cancel",
    "merge",
    "reject",
    "withdraw",
    "retire",
    "leave",
    "end",
    "void",
    "reverse",
    "supersede",
    "abandon",
];
const LESS_LIKELY: &[&str] = &["wait", "hold", "reopen", "return", "suspend", "renew"];

/// The primary move, the others, and the menu.
pub(super) fn moves(
    ask: &Query<'_>,
    record: &RecordView,
    show: &Show<'_>,
    path: &str,
) -> Result<(Option<MoveLink>, Vec<MoveLink>, Vec<MoveLink>)> {
    // What votes decide is no button.
    let approval =
        record.kind.def.approval.as_ref().filter(|approval| approval.gate(record.state()).is_some());
    let by_votes = |mv: &MoveView| approval.is_some_and(|approval| approval.decides(mv.name));
    let all: Vec<MoveView> = ask.moves(record).into_iter().filter(|mv| !by_votes(mv)).collect();
    let vote = approval::may_vote(ask, record)?.then(|| approval::vote_link(show, path));
    let rank = |mv: &MoveView| {
        if RARE.contains(&mv.name) {
            3
        } else if LESS_LIKELY.contains(&mv.name) || mv.to == record.state() {
            2
        } else {
            1
        }
    };
    let likely = || all.iter().find(|mv| rank(mv) == 1).or_else(|| all.iter().find(|mv| rank(mv) == 2));
    // While a record waits for votes, nothing else is the most likely step.
    let primary = if approval.is_some() { None } else { likely() };
    let others = || all.iter().filter(|mv| Some(mv.name) != primary.map(|mv| mv.name));
    let plain: Vec<_> = others().filter(|mv| rank(mv) < 3).take(3).collect();
    let is_plain = |mv: &&MoveView| plain.iter().any(|one| one.name == mv.name);
    let mut menu: Vec<MoveLink> =
        others().filter(|mv| !is_plain(mv)).map(|mv| move_link(record, mv, show, path)).collect();
    if may_edit(ask, record) {
        menu.insert(
            0,
            MoveLink {
                label: show.words.say("edit").to_owned(),
                help: String::new(),
                href: format!("{path}/edit"),
                way: Way::Page,
                hidden: Vec::new(),
                key: Some('e'),
            },
        );
    }
    let primary = vote.or_else(|| primary.map(|mv| move_link(record, mv, show, path)));
    Ok((primary, plain.into_iter().map(|mv| move_link(record, mv, show, path)).collect(), menu))
}

fn move_link(record: &RecordView, mv: &MoveView, show: &Show<'_>, path: &str) -> MoveLink {
    let asks = !mv.asks.is_empty() || !mv.takes.is_empty();
    MoveLink {
        label: show.words.a_move(mv.name),
        help: show.words.about_move(record.kind.def.name, mv.name, mv.help),
        href: format!("{path}/moves/{}", mv.name),
        way: if asks { Way::Form } else { Way::AtOnce },
        hidden: if asks { Vec::new() } else { hidden(record.version()) },
        key: None,
    }
}

pub(in crate::web) fn may_edit(ask: &Query<'_>, record: &RecordView) -> bool {
    ask.may(record, Deed::Edit) && !record.kind.def.locked_in.contains(&record.state())
}

pub(in crate::web) fn form_link(label: &str, href: &str) -> MoveLink {
    MoveLink { label: label.to_owned(), href: href.to_owned(), way: Way::Form, ..MoveLink::default() }
}
