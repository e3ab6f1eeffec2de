//! The form of the fields of a record. What others changed meanwhile stands beside what was typed.

use mainstay_app::{
    Command,
    query::{Query, RecordView},
};
use mainstay_core::{Error, ErrorKind, Result};
use mainstay_pages::{FormPage, form::Conflict};

use super::{Sent, about_record, act, hidden, inputs::fields, is_for_the_form, shown, values::values};
use crate::{
    call::{Call, Reply},
    web::{
        frame::words,
        record::{moves::may_edit, named},
        show::Show,
    },
};

pub(in crate::web) fn edit_page(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    edit_form(call, &ask, &record, None, None)
}

fn edit_form(
    call: &Call,
    ask: &Query<'_>,
    record: &RecordView,
    sent: Option<&Sent>,
    error: Option<&Error>,
) -> Result<Reply> {
    let kind = record.kind;
    if !may_edit(ask, record) {
        let text = format!(
            "{} is {} and not edited any more, or not by you",
            record.reference(),
            record.state().replace('_', " ")
        );
        return Err(Error::new(ErrorKind::Forbidden, text));
    }
    let names: Vec<&'static str> = std::iter::once("title")
        .chain(record.fields().filter(|(field, _)| !field.system).map(|(field, _)| field.name))
        .collect();
    let words = words(call);
    let show = Show::new(call, words)?;
    let heading = words.say_of("edit-record", "ref", record.reference().to_owned());
    let (frame, path) = about_record(call, record, &heading, &heading);
    let saved = |name: &str| show.saved(record, name);
    let content =
        |name: &str| sent.and_then(|sent| sent.get(name)).map_or_else(|| saved(name), str::to_owned);
    let (fields, more) = fields(&show, kind, &names, &content);
    let is_stale = sent.and_then(Sent::version).is_some_and(|version| version != record.version());
    let conflicts = match sent.filter(|_| is_stale) {
        None => Vec::new(),
        Some(sent) => names
            .iter()
            .filter_map(|name| {
                let (typed, now) = (sent.get(name)?, saved(name));
                (typed.replace("\r\n", "\n").trim() != now.trim()).then(|| Conflict {
                    label: show.label(kind, name),
                    typed: typed.to_owned(),
                    now,
                })
            })
            .collect(),
    };
    let page = FormPage {
        frame,
        heading,
        about: record.title().to_owned(),
        action: format!("{path}/edit"),
        hidden: hidden(record.version()),
        conflicts,
        fields,
        more,
        submit: words.say("submit-save").to_owned(),
        cancel_href: path,
        ..FormPage::default()
    };
    shown(page, error)
}

pub(in crate::web) fn edit(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let (record, sent) = (named(call, &ask)?, Sent::of(call));
    let kind = record.kind;
    let show = Show::new(call, words(call))?;
    let saved = |name: &str| show.saved(&record, name);
    // Only what differs is changed: what others save in other fields meanwhile stays.
    let differs =
        |name: &str| sent.get(name).unwrap_or_default().replace("\r\n", "\n").trim() != saved(name).trim();
    let version = sent.version().ok_or_else(|| Error::field("version", "is missing; load the form again"))?;
    let done = values(call, kind, &sent, differs).and_then(|values| {
        let record = record.reference().to_owned();
        act(call, &sent, Command::Edit { record, version: Some(version), values })
    });
    match done {
        Ok(outcome) => Ok(Reply::see(format!("/{}/{}?did=edit", kind.def.plural, outcome.reference))),
        Err(error) if is_for_the_form(&error) => edit_form(call, &ask, &record, Some(&sent), Some(&error)),
        Err(error) => Err(error),
    }
}
