//! The form of a move: what the move asks for, what it takes, and nothing else.

use mainstay_app::{
    Command,
    query::{Query, RecordView},
};
use mainstay_core::{Error, MoveDef, Result, registry::Entry};
use mainstay_pages::{FormPage, Input};

use super::{Sent, about_record, act, hidden, inputs::field, is_for_the_form, shown, values::values};
use crate::{
    call::{Call, Reply},
    web::{frame::words, record::named, show::Show},
};

/// The move of a kind that is called so.
pub(in crate::web) fn move_of(kind: &'static Entry, name: &str) -> Result<&'static MoveDef> {
    kind.def.find_move(name).ok_or_else(|| Error::not_found(format!("the move \"{name}\"")))
}

pub(in crate::web) fn move_page(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    move_form(call, &ask, &record, None, None)
}

fn move_form(
    call: &Call,
    ask: &Query<'_>,
    record: &RecordView,
    sent: Option<&Sent>,
    error: Option<&Error>,
) -> Result<Reply> {
    let kind = record.kind;
    let name = call.param("move");
    let mv = move_of(kind, name)?;
    if !ask.moves(record).iter().any(|possible| possible.name == mv.name) {
        let possible: Vec<&str> = ask.moves(record).iter().map(|mv| mv.name).collect();
        let text = format!(
            "{} is {}, and \"{}\" is not possible from there, or not for you",
            record.reference(),
            record.state().replace('_', " "),
            mv.name
        );
        let hint = if possible.is_empty() {
            "Nothing is to be done with it now.".into()
        } else {
            format!("Possible now: {}.", possible.join(", "))
        };
        return Err(Error::conflict(text).hint(hint));
    }
    let words = words(call);
    let show = Show::new(call, words)?;
    let heading = format!("{} {}", words.a_move(mv.name), record.reference());
    let (frame, path) = about_record(call, record, &heading, &words.a_move(mv.name));
    let content = |name: &str| {
        sent.and_then(|sent| sent.get(name)).map_or_else(|| show.saved(record, name), str::to_owned)
    };
    let input = |name: &&'static str, required: bool| {
        let mut field = field(&show, kind, name, &content(name));
        field.required |= required;
        if let (Input::Choice { may_be_empty, .. }, true) = (&mut field.input, required) {
            *may_be_empty = content(name).is_empty();
        }
        field
    };
    let seen =
        |name: &&&'static str| kind.def.field(name).is_none_or(|field| record.internal || !field.staff_only);
    let fields = mv
        .asks
        .iter()
        .map(|name| input(name, true))
        .chain(mv.takes.iter().filter(seen).map(|name| input(name, false)));
    let page = FormPage {
        heading,
        about: words.about_move(kind.def.name, mv.name, mv.help),
        action: format!("{path}/moves/{}", mv.name),
        hidden: hidden(record.version()),
        fields: fields.collect(),
        submit: words.a_move(mv.name),
        cancel_href: path,
        is_move: true,
        frame,
        ..FormPage::default()
    };
    shown(page, error)
}

pub(in crate::web) fn perform(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let (record, sent) = (named(call, &ask)?, Sent::of(call));
    let kind = record.kind;
    let name = call.param("move");
    let mv = move_of(kind, name)?;
    let named = |name: &str| mv.asks.contains(&name) || mv.takes.contains(&name);
    let done = values(call, kind, &sent, named).and_then(|values| {
        let command = Command::Move {
            record: record.reference().to_owned(),
            name: mv.name.into(),
            version: sent.version(),
            values,
        };
        act(call, &sent, command)
    });
    match done {
        Ok(outcome) => Ok(Reply::see(format!("/{}/{}?did={}", kind.def.plural, outcome.reference, mv.name))),
        Err(error) if is_for_the_form(&error) => {
            let record = ask.record(record.reference())?;
            move_form(call, &ask, &record, Some(&sent), Some(&error))
        }
        Err(error) => Err(error),
    }
}
