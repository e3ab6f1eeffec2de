//! Forms: a new record, its fields, a move, a comment, a link, a task. What was typed is given back with what is
//! wrong; what others changed meanwhile stands beside it.

pub(super) mod comment;
pub(super) mod create;
pub(super) mod edit;
pub(super) mod inputs;
pub(super) mod links;
pub(super) mod moves;
pub(super) mod tasks;
pub(super) mod values;

use mainstay_app::{Command, accounts::Secret, query::RecordView};
use mainstay_core::{Error, ErrorKind, Result};
use mainstay_pages::{Field, FormPage, Frame, Input};

use super::{
    frame::{crumbs, frame},
    sentence,
    sign_in::rendered,
};
use crate::{
    call::{Call, Reply},
    problem::status as status_of,
};

/// What a form sends along unseen: the version that was read, and a key so that a second click does nothing.
pub(super) fn hidden(version: u64) -> Vec<(String, String)> {
    vec![("version".into(), version.to_string()), key()]
}

/// A key that no other form has; without randomness there is none, and a second click counts.
pub(super) fn key() -> (String, String) {
    let fresh = Secret::fresh("").map_or_else(|_| String::new(), |key| key.expose().to_owned());
    ("key".into(), fresh)
}

/// What a form has sent.
pub(super) struct Sent(Vec<(String, String)>);

impl Sent {
    pub(super) fn of(call: &Call) -> Self {
        Self(call.form())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What was typed, without space around it; `None` when nothing was.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub(super) fn version(&self) -> Option<u64> {
        self.get("version").and_then(|text| text.parse().ok())
    }
}

/// Does something once: the form's own key keeps a second click from doing it again.
pub(super) fn act(call: &Call, sent: &Sent, command: Command) -> Result<mainstay_app::Outcome> {
    call.act_once(command, sent.get("key").filter(|key| !key.is_empty()).map(str::to_owned))
}

/// What a person can mend in the form itself.
pub(super) fn is_for_the_form(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Invalid(_) | ErrorKind::Refused { .. } | ErrorKind::Conflict | ErrorKind::Stale
    )
}

/// The answer with a form: its error stands above it and at the fields it names, and gives the answer its status.
pub(super) fn shown(mut page: FormPage, error: Option<&Error>) -> Result<Reply> {
    let Some(error) = error else { return Ok(Reply::page(rendered(page.render())?)) };
    page.error = Some(sentence(error.message()));
    page.hints = error.hints().to_vec();
    for field in page.fields.iter_mut().chain(&mut page.more) {
        let wrong = error.fields().iter().find(|wrong| wrong.field == field.name);
        field.error = wrong.map(|wrong| sentence(&wrong.problem));
    }
    Ok(Reply::page(rendered(page.render())?).status(status_of(error, false)))
}

/// The frame of a form about a record, and the address of the record; `last` is what the form itself is called.
fn about_record(call: &Call, record: &RecordView, title: &str, last: &str) -> (Frame, String) {
    let mut frame = frame(call, title);
    let plural = record.kind.def.plural;
    let list = frame.words().kinds(plural);
    let path = format!("/{plural}/{}", record.reference());
    frame.breadcrumbs =
        crumbs(&[(&list, Some(&format!("/{plural}"))), (record.reference(), Some(&path)), (last, None)]);
    (frame, path)
}

/// The form of something that hangs on a record: a link, a task, a file, a vote.
pub(super) fn small_form(
    call: &Call,
    record: &RecordView,
    heading: &str,
    way: &str,
    fields: Vec<Field>,
    error: Option<&Error>,
) -> Result<Reply> {
    let (frame, path) = about_record(call, record, heading, heading);
    let submit = frame.words().say("submit-save").to_owned();
    let page = FormPage {
        frame,
        heading: heading.to_owned(),
        about: format!("{} {}", record.reference(), record.title()),
        action: format!("{path}/{way}"),
        // A form with a file has parts of its own.
        hidden: match fields.iter().any(|field| field.input == Input::File) {
            true => Vec::new(),
            false => hidden(record.version()),
        },
        fields,
        submit,
        cancel_href: path,
        is_move: true,
        ..FormPage::default()
    };
    shown(page, error)
}
