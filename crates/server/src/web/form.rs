//! Forms: a new record, its fields, a move, a comment, a link, a task. What was typed is given back with what is
//! wrong; what others changed meanwhile stands beside it.

use axum::http::StatusCode;
use jiff::civil::DateTime;
use mainstay_app::{
    Command,
    accounts::Secret,
    query::{Query, RecordView},
    rights::Deed,
};
use mainstay_core::{Error, ErrorKind, FieldDef, Result, Type, registry::Entry};
use mainstay_pages::{
    Field, FormPage, Input,
    field::{choices, reference_of},
    form::Conflict,
};
use serde_json::{Map, Value as Json};

use super::{
    frame::{crumbs, frame},
    record::{may_edit, named, show_page},
    sentence,
    show::{Show, type_of},
    sign_in::rendered,
};
use crate::{
    call::{Call, Reply},
    problem::status as status_of,
};

/// Fields that stand at the top of a form, in their order; the others are folded away.
const FIRST: &[&str] = &[
    "description",
    "model",
    "change_model",
    "request_model",
    "service",
    "impact",
    "urgency",
    "customer",
    "caller",
    "requester",
    "category",
    "person",
    "role",
    "email",
    "owner",
    "risk",
    "planned_start",
    "planned_end",
    "assigned_team",
    "assignee",
];
/// Most fields at the top.
const MOST_FIRST: usize = 10;

/// What a form sends along unseen: the version that was read, and a key so that a second click does nothing.
pub(super) fn hidden(version: u64) -> Vec<(String, String)> {
    vec![("version".into(), version.to_string()), ("key".into(), fresh_key())]
}

/// A key that no other form has; without randomness there is none, and a second click counts.
fn fresh_key() -> String {
    Secret::fresh("").map_or_else(|_| String::new(), |key| key.expose().to_owned())
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

    pub(super) fn version(&self) -> Option<u64> {
        self.get("version").and_then(|text| text.parse().ok())
    }
}

/// Does something once: the form's own key keeps a second click from doing it again.
pub(super) fn act(call: &Call, sent: &Sent, command: Command) -> Result<mainstay_app::Outcome> {
    call.act_once(command, sent.get("key").filter(|key| !key.is_empty()).map(str::to_owned))
}

// A new record.

pub(super) fn new_page(call: &Call) -> Result<Reply> {
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
    let heading = super::list::new_record(words, kind);
    frame.title.clone_from(&heading);
    let list = words.kinds(kind.def.plural);
    frame.breadcrumbs = crumbs(&[(&list, Some(&format!("/{}", kind.def.plural))), (&heading, None)]);
    let asked = |name: &str| call.asked(name).unwrap_or_default().to_owned();
    let content =
        |name: &str| sent.map_or_else(|| asked(name), |sent| sent.get(name).unwrap_or_default().to_owned());
    let (fields, more) = fields(&show, kind, &names, &content, error);
    let page = FormPage {
        frame,
        heading,
        about: words.about(kind.def.name, kind.def.help),
        action: format!("/{}/new", kind.def.plural),
        hidden: match sent.and_then(|sent| sent.get("key")) {
            Some(key) => vec![("key".into(), key.to_owned())],
            None => hidden(0).split_off(1),
        },
        error: error.map(general),
        hints: error.map_or_else(Vec::new, |error| error.hints().to_vec()),
        conflicts: Vec::new(),
        fields,
        more,
        submit: words.say("submit-create").to_owned(),
        cancel_href: format!("/{}", kind.def.plural),
        is_move: false,
    };
    Ok(Reply::page(rendered(page.render())?)
        .status(error.map_or(StatusCode::OK, |error| status_of(error, false))))
}

pub(super) fn create(call: &Call) -> Result<Reply> {
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

// Fields of a record.

pub(super) fn edit_page(call: &Call) -> Result<Reply> {
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
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let heading = words.say_of("edit-record", "ref", record.reference().to_owned());
    let path = format!("/{}/{}", kind.def.plural, record.reference());
    frame.title.clone_from(&heading);
    frame.breadcrumbs = crumbs(&[
        (words.kinds(kind.def.plural).as_str(), Some(&format!("/{}", kind.def.plural))),
        (record.reference(), Some(&path)),
        (&heading, None),
    ]);
    let saved = |name: &str| {
        let value = record.value(name);
        show.content(type_of(kind, name), &value, record.name_of(&value))
    };
    let content = |name: &str| {
        sent.map_or_else(|| saved(name), |sent| sent.get(name).map_or_else(|| saved(name), str::to_owned))
    };
    let (fields, more) = fields(&show, kind, &names, &content, error);
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
        error: error.map(general),
        hints: error.map_or_else(Vec::new, |error| error.hints().to_vec()),
        conflicts,
        fields,
        more,
        submit: words.say("submit-save").to_owned(),
        cancel_href: path,
        is_move: false,
    };
    Ok(Reply::page(rendered(page.render())?)
        .status(error.map_or(StatusCode::OK, |error| status_of(error, false))))
}

pub(super) fn edit(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let (record, sent) = (named(call, &ask)?, Sent::of(call));
    let kind = record.kind;
    let show = Show::new(call, frame(call, "").words())?;
    let saved = |name: &str| {
        let value = record.value(name);
        show.content(type_of(kind, name), &value, record.name_of(&value))
    };
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

// Moves.

pub(super) fn move_page(call: &Call) -> Result<Reply> {
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
    let mv = kind.def.find_move(name).ok_or_else(|| Error::not_found(format!("the move \"{name}\"")))?;
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
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let heading = format!("{} {}", words.a_move(mv.name), record.reference());
    let path = format!("/{}/{}", kind.def.plural, record.reference());
    frame.title.clone_from(&heading);
    frame.breadcrumbs = crumbs(&[
        (words.kinds(kind.def.plural).as_str(), Some(&format!("/{}", kind.def.plural))),
        (record.reference(), Some(&path)),
        (&words.a_move(mv.name), None),
    ]);
    let content = |name: &str| match sent.and_then(|sent| sent.get(name)) {
        Some(typed) => typed.to_owned(),
        None => {
            let value = record.value(name);
            show.content(type_of(kind, name), &value, record.name_of(&value))
        }
    };
    let input = |name: &&'static str, required: bool| {
        let mut field = field(&show, kind, name, &content(name), error);
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
        error: error.map(general),
        hints: error.map_or_else(Vec::new, |error| error.hints().to_vec()),
        conflicts: Vec::new(),
        fields: fields.collect(),
        more: Vec::new(),
        submit: words.a_move(mv.name),
        cancel_href: path,
        is_move: true,
        frame,
    };
    Ok(Reply::page(rendered(page.render())?)
        .status(error.map_or(StatusCode::OK, |error| status_of(error, false))))
}

pub(super) fn perform(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let (record, sent) = (named(call, &ask)?, Sent::of(call));
    let kind = record.kind;
    let name = call.param("move");
    let mv = kind.def.find_move(name).ok_or_else(|| Error::not_found(format!("the move \"{name}\"")))?;
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

// What hangs on a record.

pub(super) fn comment(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let (record, sent) = (named(call, &ask)?, Sent::of(call));
    let body = sent.get("body").unwrap_or_default().replace("\r\n", "\n");
    let visibility = sent.get("visibility").unwrap_or("public").to_owned();
    let command = Command::Comment {
        record: record.reference().to_owned(),
        body: body.clone(),
        visibility: visibility.clone(),
    };
    match act(call, &sent, command) {
        Ok(_) => Ok(Reply::see(format!("/{}/{}?did=comment", record.kind.def.plural, record.reference()))),
        Err(error) if is_for_the_form(&error) => {
            show_page(call, Some((&error, &body, &visibility)), status_of(&error, false))
        }
        Err(error) => Err(error),
    }
}

pub(super) fn link_page(call: &Call) -> Result<Reply> {
    link_form(call, None, None)
}

fn link_form(call: &Call, sent: Option<&Sent>, error: Option<&Error>) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    let words = frame(call, "").words();
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

pub(super) fn link(call: &Call) -> Result<Reply> {
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

pub(super) fn unlink(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let text = |name: &str| sent.get(name).unwrap_or_default().to_owned();
    let record = call.param("ref").to_owned();
    let outcome =
        act(call, &sent, Command::Unlink { record, relation: text("relation"), target: text("target") })?;
    Ok(Reply::see(format!("/{}/{}?tab=links", call.param("kind"), outcome.reference)))
}

pub(super) fn task_page(call: &Call) -> Result<Reply> {
    task_form(call, None, None)
}

fn task_form(call: &Call, sent: Option<&Sent>, error: Option<&Error>) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let record = named(call, &ask)?;
    let words = frame(call, "").words();
    let zone = call.settings().zone.iana_name().unwrap_or("UTC").to_owned();
    let value = |name: &str| sent.and_then(|sent| sent.get(name)).unwrap_or_default().to_owned();
    let fields = vec![
        Field::new("title", words.say("column-task"), Input::Text(value("title"))).required(),
        Field::new(
            "assignee",
            words.field("assignee"),
            Input::Reference { value: value("assignee"), suggest_href: "/suggest?kind=person".into() },
        ),
        Field::new("due_at", words.say("column-due"), Input::Instant { value: value("due_at"), zone }),
    ];
    small_form(call, &record, words.say("task-add"), "task", fields, error)
}

pub(super) fn add_task(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let text = |name: &str| sent.get(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let due_at = text("due_at").map(|typed| local_instant(call, &typed)).transpose();
    let done = due_at.and_then(|due_at| {
        let command = Command::AddTask {
            record: call.param("ref").to_owned(),
            title: text("title").unwrap_or_default(),
            assignee: text("assignee").map(|typed| reference_of(&typed).to_owned()),
            due_at,
        };
        act(call, &sent, command)
    });
    match done {
        Ok(outcome) => Ok(Reply::see(format!("/{}/{}?tab=tasks", call.param("kind"), outcome.reference))),
        Err(error) if is_for_the_form(&error) => task_form(call, Some(&sent), Some(&error)),
        Err(error) => Err(error),
    }
}

pub(super) fn change_task(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let command = Command::ChangeTask {
        record: call.param("ref").to_owned(),
        task: call.param("id").to_owned(),
        state: sent.get("state").map(str::to_owned),
        assignee: None,
    };
    let outcome = act(call, &sent, command)?;
    Ok(Reply::see(format!("/{}/{}?tab=tasks", call.param("kind"), outcome.reference)))
}

pub(super) fn small_form(
    call: &Call,
    record: &RecordView,
    heading: &str,
    way: &str,
    mut fields: Vec<Field>,
    error: Option<&Error>,
) -> Result<Reply> {
    let mut frame = frame(call, heading);
    let words = frame.words();
    let path = format!("/{}/{}", record.kind.def.plural, record.reference());
    frame.breadcrumbs = crumbs(&[
        (words.kinds(record.kind.def.plural).as_str(), Some(&format!("/{}", record.kind.def.plural))),
        (record.reference(), Some(&path)),
        (heading, None),
    ]);
    for field in &mut fields {
        field.error = problem_of(error, &field.name);
    }
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
        error: error.map(general),
        hints: error.map_or_else(Vec::new, |error| error.hints().to_vec()),
        conflicts: Vec::new(),
        fields,
        more: Vec::new(),
        submit: words.say("submit-save").to_owned(),
        cancel_href: path,
        is_move: true,
    };
    Ok(Reply::page(rendered(page.render())?)
        .status(error.map_or(StatusCode::OK, |error| status_of(error, false))))
}

// Fields and values.

/// What a person can mend in the form itself.
pub(super) fn is_for_the_form(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Invalid(_) | ErrorKind::Refused { .. } | ErrorKind::Conflict | ErrorKind::Stale
    )
}

pub(super) fn general(error: &Error) -> String {
    sentence(error.message())
}

pub(super) fn problem_of(error: Option<&Error>, name: &str) -> Option<String> {
    let field = error?.fields().iter().find(|field| field.field == name)?;
    Some(sentence(&field.problem))
}

fn fields(
    show: &Show<'_>,
    kind: &'static Entry,
    names: &[&'static str],
    content: &dyn Fn(&str) -> String,
    error: Option<&Error>,
) -> (Vec<Field>, Vec<Field>) {
    let required =
        |name: &&&'static str| **name == "title" || kind.def.field(name).is_some_and(|field| field.required);
    let mut first: Vec<&'static str> = names.iter().filter(required).copied().collect();
    for name in FIRST {
        if first.len() < MOST_FIRST && names.contains(name) && !first.contains(name) {
            first.push(name);
        }
    }
    if names.len() <= MOST_FIRST {
        first = names.to_vec();
    }
    let make = |name: &&'static str| field(show, kind, name, &content(name), error);
    let more = names.iter().filter(|name| !first.contains(name)).map(make).collect();
    (first.iter().map(make).collect(), more)
}

pub(super) fn field(
    show: &Show<'_>,
    kind: &'static Entry,
    name: &'static str,
    content: &str,
    error: Option<&Error>,
) -> Field {
    let mut field = match kind.def.field(name) {
        Some(def) => {
            let zone = show.zone.iana_name().unwrap_or("UTC");
            Field::of(def, kind.def.name, content, zone, show.words)
        }
        None => Field::new(name, show.label(kind, name), Input::Text(content.to_owned())).required(),
    };
    field.error = problem_of(error, name);
    field
}

/// The values of the fields that the form has sent, as the door takes them.
pub(super) fn values(
    call: &Call,
    kind: &'static Entry,
    sent: &Sent,
    wanted: impl Fn(&str) -> bool,
) -> Result<Map<String, Json>> {
    let mut values = Map::new();
    let mut problems = Vec::new();
    if let Some(title) = sent.get("title").filter(|_| wanted("title")) {
        values.insert("title".into(), Json::String(title.trim().to_owned()));
    }
    for def in &kind.def.fields {
        let Some(typed) = sent.get(def.name).filter(|_| wanted(def.name)) else { continue };
        match value(call, def, typed) {
            Ok(value) => {
                values.insert(def.name.into(), value);
            }
            Err(error) => problems.extend(error.fields().to_vec()),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(Error::invalid(problems)) }
}

fn value(call: &Call, def: &FieldDef, typed: &str) -> Result<Json> {
    let text = typed.trim();
    if text.is_empty() {
        return Ok(Json::Null);
    }
    Ok(match def.ty {
        Type::Int => text.parse::<i64>().map_or_else(|_| Json::String(text.into()), Json::from),
        Type::Bool => Json::Bool(text == "true"),
        Type::Instant => {
            let instant = local_instant(call, text)
                .map_err(|_| Error::field(def.name, "is no date and time; write it like 2026-01-31T14:05"))?;
            Json::String(instant.to_string())
        }
        Type::Reference(target) => Json::String(reference(call, target, text)?),
        Type::Structured(_) => serde_json::from_str(text)
            .map_err(|error| Error::field(def.name, format!("is no JSON: {error}")))?,
        _ => Json::String(typed.replace("\r\n", "\n").trim().to_owned()),
    })
}

/// The ref that was chosen, or of the one record that is called so.
fn reference(call: &Call, target: &'static str, typed: &str) -> Result<String> {
    let named = reference_of(typed);
    let context = call.app().context();
    if context.registry.kind_of_ref(named).is_some() {
        return Ok(named.to_owned());
    }
    let ask = Query::now(call.app(), call.who()?.clone());
    let found = ask.suggest(context.kind(target)?, named)?;
    let mut exact = found.iter().filter(|name| name.title.eq_ignore_ascii_case(named));
    match (exact.next(), exact.next()) {
        (Some(one), None) => Ok(one.reference.clone()),
        _ => Ok(named.to_owned()),
    }
}

/// A local date and time of the pages' zone as an instant. In the hour that does not exist the later reading, in the
/// hour that is there twice the earlier.
fn local_instant(call: &Call, typed: &str) -> Result<jiff::Timestamp> {
    let wrong = || Error::field("due_at", "is no date and time; write it like 2026-01-31T14:05");
    let local: DateTime = typed.parse().map_err(|_| wrong())?;
    let zoned = local.to_zoned(call.settings().zone.clone()).map_err(|_| wrong())?;
    Ok(zoned.timestamp())
}
