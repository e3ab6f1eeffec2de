//! One move for many records: a preview says what will happen to how many, then each is an act of its own, and those
//! that were refused are named with the reason.

use mainstay_app::{
    Command,
    query::{Query, RecordView},
};
use mainstay_core::{Error, MoveDef, Result, registry::Entry};
use mainstay_pages::{
    FormPage, Input, ReportPage, Tone,
    field::Choice,
    list::{Bulk, Column},
    report::{Figure, ReportRow},
};

use super::{
    form::{Sent, inputs::field, is_for_the_form, key, moves::move_of, shown, values::values},
    frame::{crumbs, frame},
    sentence,
    show::Show,
    sign_in::rendered,
};
use crate::call::{Call, Reply};

/// Most records at once.
const MOST_RECORDS: usize = 100;
/// Refs that a sentence names.
const MOST_NAMED: usize = 5;

/// The moves that can be run on records of a page of a list: those that some of them allow.
pub(super) fn offered(
    ask: &Query<'_>,
    kind: &'static Entry,
    records: &[RecordView],
    show: &Show<'_>,
) -> Option<Bulk> {
    let moves: Vec<(String, String)> = kind
        .def
        .moves
        .iter()
        .filter(|mv| records.iter().any(|record| is_possible(ask, record, mv)))
        .map(|mv| (mv.name.to_owned(), show.words.a_move(mv.name)))
        .collect();
    (!moves.is_empty()).then(|| Bulk { action: format!("/{}/bulk", kind.def.plural), moves })
}

fn is_possible(ask: &Query<'_>, record: &RecordView, mv: &MoveDef) -> bool {
    let by_votes = record
        .kind
        .def
        .approval
        .as_ref()
        .is_some_and(|approval| approval.gate(record.state()).is_some() && approval.decides(mv.name));
    !by_votes && ask.moves(record).iter().any(|possible| possible.name == mv.name)
}

/// A selected record and the version that was looked at.
struct Chosen {
    record: RecordView,
    version: u64,
}

fn chosen(call: &Call, ask: &Query<'_>, kind: &'static Entry) -> Result<Vec<Chosen>> {
    let form = call.form();
    let mut all = Vec::new();
    for (_, value) in form.iter().filter(|(name, _)| name == "ref") {
        // The preview sends the version along that it has shown.
        let (reference, version) = value.split_once('@').unwrap_or((value, ""));
        let record = ask.record(reference)?;
        if record.kind.def.name != kind.def.name {
            return Err(Error::not_found(reference));
        }
        let version = version.parse().unwrap_or_else(|_| record.version());
        all.push(Chosen { record, version });
    }
    if all.is_empty() || all.len() > MOST_RECORDS {
        return Err(Error::field("ref", format!("selects from 1 to {MOST_RECORDS} records"))
            .hint("Go back and select fewer records."));
    }
    Ok(all)
}

pub(super) fn bulk(call: &Call) -> Result<Reply> {
    let (kind, sent) = (call.kind()?, Sent::of(call));
    let ask = Query::now(call.app(), call.who()?.clone());
    let name = sent.get("move").unwrap_or_default();
    let mv = move_of(kind, name)?;
    let chosen = chosen(call, &ask, kind)?;
    if sent.get("confirmed").is_none() {
        return preview(call, &ask, kind, mv, &chosen, None, None);
    }
    let named = |name: &str| mv.asks.contains(&name) || mv.takes.contains(&name);
    let values = match values(call, kind, &sent, named) {
        Ok(values) => values,
        Err(error) if is_for_the_form(&error) => {
            return preview(call, &ask, kind, mv, &chosen, Some(&sent), Some(&error));
        }
        Err(error) => return Err(error),
    };
    let mut done = Vec::new();
    for one in &chosen {
        let reference = one.record.reference().to_owned();
        let command = Command::Move {
            record: reference.clone(),
            name: mv.name.into(),
            version: Some(one.version),
            values: values.clone(),
        };
        let key = sent.get("key").map(|key| format!("{key}/{reference}"));
        let result = call.act_once(command, key);
        // What one of them lacks, all lack: nothing was done yet, and the form asks again.
        if let (Err(error), true) = (&result, done.is_empty())
            && is_for_the_form(error)
            && error.fields().iter().any(|field| named(&field.field))
        {
            return preview(call, &ask, kind, mv, &chosen, Some(&sent), Some(error));
        }
        done.push((reference, result.err()));
    }
    outcome(call, kind, mv, &done)
}

fn preview(
    call: &Call,
    ask: &Query<'_>,
    kind: &'static Entry,
    mv: &'static MoveDef,
    chosen: &[Chosen],
    sent: Option<&Sent>,
    error: Option<&Error>,
) -> Result<Reply> {
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let (possible, others): (Vec<&Chosen>, Vec<&Chosen>) =
        chosen.iter().partition(|one| is_possible(ask, &one.record, mv));
    let list = words.kinds(kind.def.plural);
    let path = format!("/{}", kind.def.plural);
    if possible.is_empty() {
        let text = format!("\"{}\" is not possible for any of the selected records, or not for you", mv.name);
        return Err(Error::conflict(text));
    }
    let heading = words.say_with(
        "bulk-heading",
        &[("move", words.a_move(mv.name).into()), ("count", possible.len().into())],
    );
    frame.title.clone_from(&heading);
    frame.breadcrumbs = crumbs(&[(&list, Some(&path)), (&heading, None)]);
    let mut about = vec![words.say_with(
        "bulk-will",
        &[
            ("count", possible.len().into()),
            ("state", words.choice(mv.to).into()),
            ("refs", refs(&possible).into()),
        ],
    )];
    if !others.is_empty() {
        about.push(
            words.say_with("bulk-not", &[("count", others.len().into()), ("refs", refs(&others).into())]),
        );
    }
    let content = |name: &str| sent.and_then(|sent| sent.get(name)).unwrap_or_default().to_owned();
    let input = |name: &&'static str, required: bool| {
        let mut field = field(&show, kind, name, &content(name));
        field.required |= required;
        if let Input::Choice { may_be_empty, choices } = &mut field.input {
            *may_be_empty = !required || !choices.iter().any(|choice: &Choice| choice.chosen);
        }
        field
    };
    let fields =
        mv.asks.iter().map(|name| input(name, true)).chain(mv.takes.iter().map(|name| input(name, false)));
    let mut unseen = vec![("move".to_owned(), mv.name.to_owned()), ("confirmed".to_owned(), "1".to_owned())];
    unseen.push(key());
    unseen.extend(
        possible.iter().map(|one| ("ref".to_owned(), format!("{}@{}", one.record.reference(), one.version))),
    );
    let page = FormPage {
        heading,
        about: about.join(" "),
        action: format!("{path}/bulk"),
        hidden: unseen,
        fields: fields.collect(),
        submit: words.a_move(mv.name),
        cancel_href: path,
        is_move: true,
        frame,
        ..FormPage::default()
    };
    shown(page, error)
}

/// The first refs, and how many more.
fn refs(chosen: &[&Chosen]) -> String {
    let mut named: Vec<String> =
        chosen.iter().take(MOST_NAMED).map(|one| one.record.reference().to_owned()).collect();
    if chosen.len() > MOST_NAMED {
        named.push(format!("+ {}", chosen.len() - MOST_NAMED));
    }
    named.join(", ")
}

fn outcome(
    call: &Call,
    kind: &'static Entry,
    mv: &'static MoveDef,
    done: &[(String, Option<Error>)],
) -> Result<Reply> {
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let refused = done.iter().filter(|(_, error)| error.is_some()).count();
    let heading = words.a_move(mv.name);
    frame.title.clone_from(&heading);
    frame.breadcrumbs = crumbs(&[
        (words.kinds(kind.def.plural).as_str(), Some(&format!("/{}", kind.def.plural))),
        (&heading, None),
    ]);
    let row = |(reference, error): &(String, Option<Error>)| {
        let (text, tone) = match error {
            None => (words.say_of("bulk-done", "state", words.choice(mv.to)), Tone::Plain),
            Some(error) => {
                let fields = error
                    .fields()
                    .iter()
                    .map(|field| format!("{} {}", words.field(&field.field), field.problem));
                let parts: Vec<String> = std::iter::once(sentence(error.message()))
                    .chain(fields)
                    .chain(error.hints().to_vec())
                    .collect();
                (parts.join(" "), Tone::Failed)
            }
        };
        let link = Figure { text: reference.clone(), href: Some(show.href(reference)), tone: Tone::Plain };
        ReportRow { cells: vec![link, Figure { text, href: None, tone }], is_total: false }
    };
    let column = |label: &str| Column { label: label.to_owned(), ..Column::default() };
    let page = ReportPage {
        frame,
        heading,
        finding: words.say_with(
            "bulk-finding",
            &[("done", (done.len() - refused).into()), ("refused", refused.into())],
        ),
        columns: vec![column(words.say("reference")), column(words.say("bulk-result"))],
        rows: done.iter().map(row).collect(),
        ..ReportPage::default()
    };
    Ok(Reply::page(rendered(page.render())?))
}
