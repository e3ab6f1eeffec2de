//! The form of a link to another record.

use mainstay_app::{Command, query::Query};
use mainstay_core::{Error, ErrorKind, Result};
use mainstay_pages::{
    Field, Input,
    field::{choices, reference_of},
};

use super::{Sent, act, is_for_the_form, small_form};
use crate::{
    call::{Call, Reply},
    web::{frame::words, record::named},
};

pub(in crate::web) fn link_page(call: &Call) -> Result<Reply> {
    link_form(call, None, None)
}

fn link_form(call: &Call, sent: Option<&Sent>, error: Option<&Error>) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    let words = words(call);
    let value = |name: &str| sent.and_then(|sent| sent.get(name)).unwrap_or_default().to_owned();
    let relations = Query::relations(record.kind);
    let stored: Vec<&str> = relations.iter().map(|(name, ..)| *name).collect();
    let mut options = choices(&stored, &value("relation"), words);
    for option in &mut options {
        option.label = words.relation(&option.value);
    }
    let fields = vec![
        Field::new(
            "relation",
            words.say("column-relation"),
            Input::Choice { choices: options, may_be_empty: false },
        )
        .required(),
        Field::new(
            "target",
            words.say("column-record"),
            Input::Reference { value: value("target"), suggest_href: "/suggest?kind=".into() },
        )
        .required()
        .help(words.say("link-help")),
    ];
    small_form(call, &record, words.say("link-add"), "link", fields, error)
}

pub(in crate::web) fn link(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let target = reference_of(sent.get("target").unwrap_or_default()).to_owned();
    let relation = sent.get("relation").unwrap_or_default().to_owned();
    let record = call.param("ref").to_owned();
    match act(call, &sent, Command::Link { record, relation, target }) {
        Ok(outcome) => Ok(Reply::see(format!("/{}/{}?tab=links", call.param("kind"), outcome.reference))),
        Err(error) if is_for_the_form(&error) || *error.kind() == ErrorKind::NotFound => {
            let error = if *error.kind() == ErrorKind::NotFound {
                Error::field("target", error.message())
            } else {
                error
            };
            link_form(call, Some(&sent), Some(&error))
        }
        Err(error) => Err(error),
    }
}

pub(in crate::web) fn unlink(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let text = |name: &str| sent.get(name).unwrap_or_default().to_owned();
    let record = call.param("ref").to_owned();
    let outcome =
        act(call, &sent, Command::Unlink { record, relation: text("relation"), target: text("target") })?;
    Ok(Reply::see(format!("/{}/{}?tab=links", call.param("kind"), outcome.reference)))
}
