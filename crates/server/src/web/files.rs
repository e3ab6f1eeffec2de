//! Files that hang on a record: the tab with its list, the form that adds one, the file itself.

use mainstay_app::{
    query::{Query, RecordView},
    rights::Deed,
};
use mainstay_core::{Error, Result};
use mainstay_pages::{
    Field, Input,
    field::Choice,
    list::{Cell, Empty},
    record::{Body, MoveLink, TabRow, Way},
};

use super::{
    form::{is_for_the_form, small_form},
    frame::words,
    record::{moves::form_link, named},
    show::Show,
};
use crate::{
    call::{Call, Reply},
    rest::files::{hang, take_off},
};

/// The tab of a record.
pub(super) fn tab(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Body> {
    let (may_add, may_remove) = (ask.may(record, Deed::Attach), ask.may(record, Deed::Edit));
    let rows = ask
        .attachments(record)?
        .into_iter()
        .map(|file| {
            let remove = may_remove.then(|| MoveLink {
                label: show.words.say("link-remove").to_owned(),
                href: format!("{path}/files/{}/remove", file.id),
                way: Way::AtOnce,
                ..MoveLink::default()
            });
            let name = file.name.unwrap_or_else(|| show.words.say("erased").to_owned());
            let href = show.then(&format!("{path}/files/{}", file.id));
            let mut cells = vec![
                Cell::Download { text: name, href },
                Cell::Text(size(file.bytes, show)),
                file.author.as_ref().map_or(Cell::Empty, |name| show.link(name)),
                file.added_at.map_or(Cell::Empty, |at| Cell::At(show.at(at))),
            ];
            if record.internal {
                cells.push(Cell::Text(visibility(&file.visibility, show).to_owned()));
            }
            TabRow { cells, moves: remove.into_iter().collect() }
        })
        .collect();
    let mut columns = vec!["column-file", "column-size", "column-who", "column-when"];
    if record.internal {
        columns.push("column-visibility");
    }
    Ok(Body::Rows {
        heading: show.words.say("tab-files").to_owned(),
        add: may_add.then(|| form_link(show.words.say("file-add"), &format!("{path}/files/new"))),
        columns: columns.into_iter().map(|key| show.words.say(key).to_owned()).collect(),
        rows,
        empty: Empty {
            heading: show.words.say("files-none").to_owned(),
            text: show.words.say("files-why").to_owned(),
            ..Empty::default()
        },
    })
}

fn visibility(word: &str, show: &Show<'_>) -> &'static str {
    show.words.say(if word == "public" { "comment-public" } else { "comment-internal" })
}

/// A length as people say it: `340 B`, `12 kB`, `3.4 MB`; decimal, as disks are sold.
fn size(bytes: i64, show: &Show<'_>) -> String {
    let tenths = |unit: i64| {
        let tenths = (bytes * 10 + unit / 2) / unit;
        let point = show.words.say("decimal-point");
        match (tenths / 10, tenths % 10) {
            (whole @ 0..10, rest) => format!("{whole}{point}{rest}"),
            (whole, _) => whole.to_string(),
        }
    };
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

pub(super) fn add_page(call: &Call) -> Result<Reply> {
    add_form(call, None)
}

fn add_form(call: &Call, error: Option<&Error>) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    let words = words(call);
    let most = call.settings().limits.file_bytes / (1024 * 1024);
    let file = Field::new("file", words.say("column-file"), Input::File).required().help(words.say_of(
        "file-help",
        "count",
        most,
    ));
    let mut fields = vec![file];
    if ask.may(&record, Deed::Note) {
        let choice = |value: &str, key: &'static str| Choice {
            value: value.into(),
            label: words.say(key).into(),
            chosen: value == "internal",
        };
        let choices = vec![choice("internal", "comment-internal"), choice("public", "comment-public")];
        fields.push(Field::new(
            "visibility",
            words.say("comment-for"),
            Input::Choice { choices, may_be_empty: false },
        ));
    }
    // What is wrong with the name or the whole is wrong with the file that was chosen.
    let error = error.map(|error| match error.fields().first() {
        Some(field) if field.field != "visibility" => Error::field("file", field.problem.clone()),
        _ => error.clone(),
    });
    small_form(call, &record, words.say("file-add"), "files/new", fields, error.as_ref())
}

pub(super) fn add(call: &Call) -> Result<Reply> {
    match hang(call) {
        Ok(outcome) => Ok(Reply::see(format!("/{}/{}?tab=files", call.param("kind"), outcome.reference))),
        Err(error) if is_for_the_form(&error) => add_form(call, Some(&error)),
        Err(error) => Err(error),
    }
}

pub(super) fn remove(call: &Call) -> Result<Reply> {
    take_off(call)?;
    Ok(Reply::see(format!("/{}/{}?tab=files", call.param("kind"), call.param("ref"))))
}
