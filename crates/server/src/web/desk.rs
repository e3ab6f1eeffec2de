//! The desk: four numbers that are doors, and under them the open work of a person and their teams across kinds, by
//! what is due.

use std::collections::HashSet;

use mainstay_app::{
    query::{Query, RecordView},
    rights::{Deed, Duty, Principal},
};
use mainstay_core::{Instant, Result, registry::Entry};
use mainstay_pages::{
    ListPage, Tone,
    conformity::Count,
    list::{Cell, Column, Empty, NewLink, Row, Total},
};

use super::{
    frame::{crumbs, frame},
    list::{clocks_of, is_work, new_record, open_states},
    show::Show,
    sign_in::rendered,
};
use crate::call::{Call, Reply};

/// What is due within so many seconds is breaching soon.
const SOON_SECONDS: i64 = 60 * 60;
/// Records of each kind on the desk.
const MOST_OF_A_KIND: &str = "50";

/// The work of who asks: the desk for staff, their own reports for others.
pub(super) fn home(call: &Call) -> Result<Reply> {
    let who = call.who()?;
    // Who looks into the work of others and changes nothing begins with what it proves.
    let mut kinds = call.app().context().registry.kinds().iter();
    if who.has(Duty::Conformity) && !kinds.any(|kind| who.may_ever(&kind.def, Deed::Edit)) {
        return Ok(Reply::see("/conformity"));
    }
    if has_desk(call, who) {
        return desk(call, call.app().context().kind("incident")?);
    }
    // Who keeps people and teams sees no tickets by that alone.
    let people = call.app().context().kind("person")?;
    let keeps_people = who.may_ever(&people.def, Deed::ReadInternal);
    Ok(Reply::see(if keeps_people { "/persons" } else { "/incidents" }))
}

/// Whether there is a desk for the person: who sees incidents as staff do.
pub(super) fn has_desk(call: &Call, who: &Principal) -> bool {
    let kinds = call.app().context().registry.kinds();
    kinds.iter().any(|kind| kind.def.name == "incident" && who.may_ever(&kind.def, Deed::ReadInternal))
}

fn desk(call: &Call, incidents: &'static Entry) -> Result<Reply> {
    let ask = call.ask()?;
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let now = ask.view().now()?;
    let soon = soon(&ask, now)?;
    let is_soon = call.asked("soon").is_some();
    let (heading, sentence, records) = if is_soon {
        (words.say("tile-soon"), "", soon.clone())
    } else {
        let own = own_work(&ask, call)?;
        match own.is_empty() {
            // Whom nothing waits for takes what nobody has taken.
            true => (words.say("nav-desk"), words.say("desk-unassigned"), unassigned(&ask, incidents)?),
            false => (words.say("nav-desk"), words.say("desk-sentence"), own),
        }
    };
    frame.title = heading.to_owned();
    frame.breadcrumbs = match is_soon {
        true => crumbs(&[(words.say("nav-desk"), Some(&show.then("/"))), (heading, None)]),
        false => crumbs(&[(heading, None)]),
    };
    let clocks = clocks_of(&ask, &records, &show)?;
    let rows: Vec<Row> = records
        .iter()
        .map(|record| Row {
            reference: record.reference().to_owned(),
            href: show.href(record.reference()),
            cells: vec![
                Cell::Text(words.kind(record.kind.def.name)),
                show.field(record, "priority"),
                show.field(record, "title"),
                show.field(record, "state"),
                show.field(record, "service"),
                show.field(record, "assignee"),
                clocks.get(&record.id()).cloned().map_or(Cell::Empty, Cell::Clock),
            ],
        })
        .collect();
    let column = |label: String| Column { label, ..Column::default() };
    let may_report = ask.view().as_of().is_none() && ask.who().may_ever(&incidents.def, Deed::Create);
    let new = may_report.then(|| NewLink {
        label: new_record(words, incidents),
        href: format!("/{}/new", incidents.def.plural),
    });
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let page = ListPage {
        heading: heading.to_owned(),
        sentence: sentence.to_owned(),
        new: new.filter(|_| !is_soon),
        tiles: tiles(&ask, incidents, &soon, &show)?,
        total: Total::Exactly(count),
        columns: vec![
            column(words.say("column-kind").to_owned()),
            column(words.field("priority")),
            column(words.title("incident", "Title")),
            column(words.field("state")),
            column(words.field("service")),
            column(words.field("assignee")),
            column(words.say("column-due").to_owned()),
        ],
        rows,
        empty: Empty {
            heading: words.say("desk-empty").to_owned(),
            text: words.say("desk-empty-why").to_owned(),
            ..Empty::default()
        },
        frame,
        ..ListPage::default()
    };
    Ok(Reply::page(rendered(page.render())?))
}

/// What is due within the next hour and not breached yet.
fn soon(ask: &Query<'_>, now: Instant) -> Result<Vec<RecordView>> {
    let until = Instant::from_second(now.as_second().saturating_add(SOON_SECONDS)).unwrap_or(now);
    let mut records = ask.due_between(now, until)?;
    records.retain(|record| record.internal);
    Ok(records)
}

/// Open records of all kinds that are assigned to the person or to a team of theirs, by what is due first.
fn own_work(ask: &Query<'_>, call: &Call) -> Result<Vec<RecordView>> {
    let (mut records, mut known) = (Vec::new(), HashSet::new());
    for kind in call.app().context().registry.kinds().iter().filter(|kind| is_work(kind, ask.who())) {
        let mut found = open_with(ask, kind, "assignee", "me")?;
        if kind.def.field("assigned_team").is_some() {
            found.extend(open_with(ask, kind, "assigned_team", "mine")?);
        }
        records.extend(found.into_iter().filter(|record| known.insert(record.id())));
    }
    by_what_is_due(ask, records)
}

/// Open incidents that are assigned to nobody, by what is due first.
fn unassigned(ask: &Query<'_>, incidents: &'static Entry) -> Result<Vec<RecordView>> {
    by_what_is_due(ask, open_with(ask, incidents, "assignee", "none")?)
}

/// Open records of a kind with this in a field.
fn open_with(ask: &Query<'_>, kind: &'static Entry, field: &str, value: &str) -> Result<Vec<RecordView>> {
    let pairs = [
        (field.to_owned(), value.to_owned()),
        ("state".to_owned(), open_states(kind).join(",")),
        ("limit".to_owned(), MOST_OF_A_KIND.to_owned()),
    ];
    Ok(ask.list(&ask.list_query(kind, &pairs)?)?.items)
}

fn by_what_is_due(ask: &Query<'_>, mut records: Vec<RecordView>) -> Result<Vec<RecordView>> {
    let ids: Vec<_> = records.iter().map(RecordView::id).collect();
    let due = ask.first_due(&ids)?;
    records.sort_by_key(|record| {
        let due = due.get(&record.id()).copied();
        (due.is_none(), due, std::cmp::Reverse(record.updated_at()))
    });
    Ok(records)
}

fn tiles(
    ask: &Query<'_>,
    incidents: &'static Entry,
    soon: &[RecordView],
    show: &Show<'_>,
) -> Result<Vec<Count>> {
    let open = open_states(incidents).join(",");
    let tile = |key: &'static str, tone: Tone, query: Vec<(&str, &str)>| -> Result<Count> {
        let pairs: Vec<(String, String)> =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (count, is_all) = ask.count(&ask.list_query(incidents, &pairs)?)?;
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Ok(Count {
            tone: if count > 0 { tone } else { Tone::Plain },
            number: if is_all { count.to_string() } else { format!("{count}+") },
            label: show.words.say(key).to_owned(),
            href: show.then(&format!("/{}?{}", incidents.def.plural, query.join("&"))),
        })
    };
    Ok(vec![
        Count {
            tone: if soon.is_empty() { Tone::Plain } else { Tone::Attention },
            number: soon.len().to_string(),
            label: show.words.say("tile-soon").to_owned(),
            href: show.then("/?soon=1"),
        },
        tile("tile-unassigned", Tone::Attention, vec![("state", &open), ("assignee", "none")])?,
        tile("tile-mine", Tone::Work, vec![("state", &open), ("assignee", "me")])?,
        tile("tile-major", Tone::Failed, vec![("state", &open), ("major", "true")])?,
    ])
}
