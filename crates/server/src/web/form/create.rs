//! The form of a new record.

use mainstay_app::{Command, rights::Deed};
use mainstay_core::{Error, Result, registry::Entry};
use mainstay_pages::FormPage;

use super::{Sent, act, inputs::fields, is_for_the_form, key, shown, values::values};
use crate::{
    call::{Call, Reply},
    web::{
        frame::{crumbs, frame},
        list::new_record,
        show::Show,
    },
};

pub(in crate::web) fn new_page(call: &Call) -> Result<Reply> {
    let kind = call.kind()?;
    new_form(call, kind, None, None)
}

fn new_form(call: &Call, kind: &'static Entry, sent: Option<&Sent>, error: Option<&Error>) -> Result<Reply> {
    let who = call.who()?;
    if !who.may_ever(&kind.def, Deed::Create) {
        return Err(Error::forbidden());
    }
    let allowed = who.fields_to_give(&kind.def);
    let internal = who.may_ever(&kind.def, Deed::ReadInternal);
    let names: Vec<&'static str> = std::iter::once("title")
        .chain(
            kind.def
                .fields
                .iter()
                .filter(|field| !field.system && (internal || !field.staff_only))
                .map(|field| field.name),
        )
        .filter(|name| allowed.as_ref().is_none_or(|allowed| allowed.contains(name)))
        .collect();
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let heading = new_record(words, kind);
    frame.title.clone_from(&heading);
    let list = words.kinds(kind.def.plural);
    frame.breadcrumbs = crumbs(&[(&list, Some(&format!("/{}", kind.def.plural))), (&heading, None)]);
    let asked = |name: &str| call.asked(name).unwrap_or_default().to_owned();
    let content =
        |name: &str| sent.map_or_else(|| asked(name), |sent| sent.get(name).unwrap_or_default().to_owned());
    let (fields, more) = fields(&show, kind, &names, &content);
    let page = FormPage {
        frame,
        heading,
        about: words.about(kind.def.name, kind.def.help),
        action: format!("/{}/new", kind.def.plural),
        hidden: match sent.and_then(|sent| sent.get("key")) {
            Some(key) => vec![("key".into(), key.to_owned())],
            None => vec![key()],
        },
        fields,
        more,
        submit: words.say("submit-create").to_owned(),
        cancel_href: format!("/{}", kind.def.plural),
        ..FormPage::default()
    };
    shown(page, error)
}

pub(in crate::web) fn create(call: &Call) -> Result<Reply> {
    let (kind, sent) = (call.kind()?, Sent::of(call));
    let made = values(call, kind, &sent, |_| true).and_then(|values| {
        let values = values.into_iter().filter(|(_, value)| !value.is_null()).collect();
        act(call, &sent, Command::Create { kind: kind.def.name.into(), values })
    });
    match made {
        Ok(outcome) => Ok(Reply::see(format!("/{}/{}?did=create", kind.def.plural, outcome.reference))),
        Err(error) if is_for_the_form(&error) => new_form(call, kind, Some(&sent), Some(&error)),
        Err(error) => Err(error),
    }
}
