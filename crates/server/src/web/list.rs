//! Lists of every kind: the address is the filter, one line a record.

use std::collections::BTreeMap;

use mainstay_app::{
    query::{List, Query, RecordView},
    rights::{Deed, Principal},
};
use mainstay_core::{Instant, Result, Type, registry::Entry};
use mainstay_pages::{
    ClockStand, ClockView, Field, Input, Language, ListPage, Words,
    field::{Choice, choices},
    frame::Place,
    list::{Cell, Column, Direction, Empty, Filter, FilterBar, NewLink, Row, Total},
};
use uuid::Uuid;

use super::{
    frame::{crumbs, frame},
    show::{Show, encoded, type_of},
    sign_in::rendered,
};
use crate::call::{Call, Reply};

/// Most columns beside the ref.
const MOST_COLUMNS: usize = 7;
/// Fields by which most people choose, in the order of columns.
const TELLING: &[&str] = &[
    "priority",
    "title",
    "service",
    "assigned_team",
    "assignee",
    "customer",
    "requester",
    "model",
    "kind",
    "risk",
    "planned_start",
    "supplier_type",
    "owner",
    "person",
    "role",
    "team",
    "email",
    "contact",
    "lead",
    "criticality",
    "class",
    "review_date",
    "next_review",
    "calendar",
    "valid_from",
    "valid_until",
];

pub(super) fn page(call: &Call) -> Result<Reply> {
    let kind = call.kind()?;
    let ask = call.ask()?;
    let mut pairs: Vec<(String, String)> =
        call.query.iter().filter(|(_, value)| !value.is_empty()).cloned().collect();
    let asked_total = pairs.iter().any(|(name, _)| name == "total");
    if !asked_total {
        pairs.push(("total".into(), "capped".into()));
    }
    // The page has columns of its own.
    pairs.retain(|(name, _)| name != "fields");
    let query = ask.list_query(kind, &pairs)?.only(TELLING);
    let list = ask.list(&query)?;
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let heading = words.kinds(kind.def.plural);
    frame.title.clone_from(&heading);
    frame.breadcrumbs = crumbs(&[(&heading, None)]);
    let columns = columns(kind, &list);
    let has_clocks = list.items.first().is_some_and(|record| !record.kind.def.clocks.is_empty());
    let due = if has_clocks { Some(clocks_of(&ask, &list.items, &show)?) } else { None };
    let rows = list
        .items
        .iter()
        .map(|record| {
            let mut cells: Vec<Cell> = columns.iter().map(|name| show.field(record, name)).collect();
            if due.is_some() {
                cells.push(
                    due.as_ref()
                        .and_then(|due| due.get(&record.id()))
                        .cloned()
                        .map_or(Cell::Empty, Cell::Clock),
                );
            }
            Row { reference: record.reference().to_owned(), href: show.href(record.reference()), cells }
        })
        .collect();
    let mut heads: Vec<Column> = columns.iter().map(|name| head(call, &show, kind, name)).collect();
    if due.is_some() {
        heads.push(Column { label: words.say("column-due").to_owned(), ..Column::default() });
    }
    let may_create = ask.view().as_of().is_none() && ask.who().may_ever(&kind.def, Deed::Create);
    let new = may_create
        .then(|| NewLink { label: new_record(words, kind), href: format!("/{}/new", kind.def.plural) });
    let filters = filters(call, &show, kind, &ask);
    let is_filtered = filters.clear_href.is_some();
    let page = ListPage {
        frame,
        heading,
        sentence: sentence(&filters),
        new: new.clone(),
        tiles: Vec::new(),
        total: match (list.total_is, i64::try_from(list.total).unwrap_or(i64::MAX)) {
            ("exact", total) => Total::Exactly(total),
            (_, total) => Total::AtLeast(total),
        },
        filters,
        csv_href: Some(export(call)),
        columns: heads,
        rows,
        first_href: call.asked("cursor").map(|_| address(call, &["cursor"], &[])),
        next_href: list.next_cursor.as_ref().map(|cursor| address(call, &["cursor"], &[("cursor", cursor)])),
        bulk: super::bulk::offered(&ask, kind, &list.items, &show),
        empty: Empty {
            heading: words.say(if is_filtered { "empty-filtered" } else { "empty-kind" }).to_owned(),
            text: words.about(kind.def.name, kind.def.help),
            clause: kind.def.clause.to_owned(),
            action: new.filter(|_| !is_filtered),
        },
    };
    Ok(Reply::page(rendered(page.render())?))
}

/// `New incident`: inside a sentence only German begins nouns with a capital.
pub(super) fn new_record(words: &Words, kind: &'static Entry) -> String {
    let name = words.kind(kind.def.name);
    let name = if words.language() == Language::English { name.to_lowercase() } else { name };
    words.say_of("new-record", "kind", name)
}

/// The columns: what tells most, as far as some record of the page has it.
fn columns(kind: &'static Entry, list: &List) -> Vec<&'static str> {
    let known = |name: &&&str| **name == "title" || kind.def.field(name).is_some();
    let used = |name: &&&str| {
        **name == "title"
            || list.items.is_empty()
            || list.items.iter().any(|record| !record.value(name).is_null())
    };
    let mut columns: Vec<&'static str> = TELLING.iter().filter(known).filter(used).copied().collect();
    columns.truncate(MOST_COLUMNS - 1);
    let place = columns.iter().position(|name| *name == "title").map_or(0, |at| at + 1);
    columns.insert(place, "state");
    columns
}

fn head(call: &Call, show: &Show<'_>, kind: &'static Entry, name: &str) -> Column {
    let ty = type_of(kind, name);
    let sortable = !matches!(ty, Type::Reference(_) | Type::Structured(_));
    let now = call.asked("sort").unwrap_or_default();
    let sorted = match now.strip_prefix('-') {
        Some(column) if column == name => Some(Direction::Descending),
        None if now == name => Some(Direction::Ascending),
        _ => None,
    };
    let next = if sorted == Some(Direction::Ascending) { format!("-{name}") } else { name.to_owned() };
    Column {
        label: show.label(kind, name),
        is_number: matches!(ty, Type::Int) && name != "priority",
        sort_href: sortable.then(|| address(call, &["sort", "cursor"], &[("sort", &next)])),
        sorted,
    }
}

/// This page's address without some parts and with others.
fn address(call: &Call, without: &[&str], with: &[(&str, &str)]) -> String {
    let kept =
        call.query.iter().filter(|(name, value)| !without.contains(&name.as_str()) && !value.is_empty());
    let parts: Vec<String> = kept
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(with.iter().copied())
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    if parts.is_empty() { call.path.clone() } else { format!("{}?{}", call.path, parts.join("&")) }
}

/// The list as a file: the same filters, all pages.
fn export(call: &Call) -> String {
    let rest = address(call, &["cursor", "limit", "total", "did"], &[]);
    let query = rest.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    format!("{}/export{query}", call.path)
}

/// The filters of a kind: its state, and what lists are commonly filtered by.
fn filters(call: &Call, show: &Show<'_>, kind: &'static Entry, ask: &Query<'_>) -> FilterBar {
    let internal = ask.who().may_ever(&kind.def, Deed::ReadInternal);
    let mut names = vec!["state"];
    for name in kind.def.lists.iter().flat_map(|group| group.iter()).chain(TELLING) {
        let known = kind.def.field(name).is_some_and(|field| internal || !field.staff_only);
        if known && !names.contains(name) && names.len() < 9 {
            names.push(name);
        }
    }
    let mut filters = Vec::new();
    for name in &names {
        filters.push(filter(call, show, kind, name, &[call.asked(name).unwrap_or_default()].concat()));
    }
    // What the address filters by beyond these stays in force and can be taken out.
    let others = call.query.iter().filter(|(name, value)| {
        !value.is_empty()
            && !names.contains(&name.as_str())
            && !matches!(name.as_str(), "q" | "sort" | "limit" | "cursor" | "total" | "as_of" | "fields")
    });
    for (name, value) in others {
        let label = name.split('[').next().unwrap_or_default();
        let label = show.label(kind, label);
        let op = name.split_once('[').map_or("", |(_, op)| op.trim_end_matches(']'));
        let said = match op {
            "" | "eq" | "in" => show
                .words
                .say_with("filter-is", &[("field", label.clone().into()), ("value", value.clone().into())]),
            op => format!("{label} {op} {value}"),
        };
        filters.push(Filter {
            sentence: said,
            remove_href: address(call, &[name, "cursor"], &[]),
            field: Field::new(name.clone(), label, Input::Text(value.clone())),
        });
    }
    let any = filters.iter().any(|filter| !filter.sentence.is_empty())
        || call.asked("q").is_some_and(|q| !q.is_empty());
    let kept = |name: &str| {
        call.asked(name).filter(|value| !value.is_empty()).map(|value| (name.to_owned(), value.to_owned()))
    };
    FilterBar {
        action: call.path.clone(),
        hidden: ["sort", "as_of"].iter().filter_map(|name| kept(name)).collect(),
        filters,
        query: Some(call.asked("q").unwrap_or_default().to_owned()),
        clear_href: any.then(|| show.then(&call.path)),
        saved: saved(call, show, kind, ask.who()),
    }
}

fn filter(call: &Call, show: &Show<'_>, kind: &'static Entry, name: &str, value: &str) -> Filter {
    let label = show.label(kind, name);
    let is_list = value.contains(',');
    let input = match type_of(kind, name) {
        Type::Choice(choice) if is_list => {
            let mut all = choices(choice.words, "", show.words);
            all.insert(0, Choice { value: value.to_owned(), label: listed(value, kind, show), chosen: true });
            Input::Choice { choices: all, may_be_empty: true }
        }
        Type::Choice(choice) => {
            Input::Choice { choices: choices(choice.words, value, show.words), may_be_empty: true }
        }
        Type::Bool => {
            let choice = |word: &str, label| Choice {
                value: word.into(),
                label: show.words.say(label).into(),
                chosen: value == word,
            };
            Input::Choice { choices: vec![choice("true", "yes"), choice("false", "no")], may_be_empty: true }
        }
        Type::Int => Input::Number { value: value.to_owned(), min: None, max: None },
        Type::Reference(target) => {
            Input::Reference { value: value.to_owned(), suggest_href: format!("/suggest?kind={target}") }
        }
        Type::Date | Type::Instant => Input::Date(value.to_owned()),
        _ => Input::Text(value.to_owned()),
    };
    let said = match type_of(kind, name) {
        _ if value.is_empty() => String::new(),
        Type::Reference(_) if value == "me" => show.words.say_with(
            "filter-is",
            &[("field", label.clone().into()), ("value", show.words.say("filter-me").into())],
        ),
        Type::Reference(_) if value == "mine" => show.words.say_with(
            "filter-is",
            &[("field", label.clone().into()), ("value", show.words.say("filter-mine").into())],
        ),
        Type::Choice(_) => show.words.say_with(
            "filter-is",
            &[("field", label.clone().into()), ("value", listed(value, kind, show).into())],
        ),
        _ => show.words.say_with("filter-is", &[("field", label.clone().into()), ("value", value.into())]),
    };
    Filter {
        sentence: said,
        remove_href: address(call, &[name, "cursor"], &[]),
        field: Field::new(name, label, input),
    }
}

/// Words of a choice; all open states together are *open*.
fn listed(value: &str, kind: &'static Entry, show: &Show<'_>) -> String {
    if value == open_states(kind).join(",") {
        return show.words.say("filter-open").to_owned();
    }
    value.split(',').map(|word| show.words.choice(word)).collect::<Vec<_>>().join(" / ")
}

/// Filters with a name, for kinds on which people work.
fn saved(call: &Call, show: &Show<'_>, kind: &'static Entry, who: &Principal) -> Vec<Place> {
    if !is_work(kind, who) {
        return Vec::new();
    }
    let open = open_states(kind).join(",");
    let place = |key: &'static str, query: String| {
        let sign = if query.is_empty() { "" } else { "?" };
        let href = format!("/{}{sign}{query}", kind.def.plural);
        let current =
            call.query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
                == query;
        Place::new(show.words.say(key), show.then(&href), current)
    };
    let mut all = vec![place("saved-mine", format!("state={open}&assignee=me"))];
    if kind.def.field("assigned_team").is_some() {
        all.push(place("saved-team", format!("state={open}&assigned_team=mine")));
    }
    all.push(place("saved-unassigned", format!("state={open}&assignee=none")));
    all.push(place("saved-open", format!("state={open}")));
    all.push(place("saved-all", String::new()));
    all
}

/// Whether people work on records of the kind, as staff: they are assigned.
pub(super) fn is_work(kind: &Entry, who: &Principal) -> bool {
    kind.def.field("assignee").is_some() && who.may_ever(&kind.def, Deed::ReadInternal)
}

/// The list to which the navigation leads: what is open of that on which people work, else all.
pub(super) fn work_list(kind: &'static Entry, who: &Principal) -> String {
    match is_work(kind, who) {
        true => format!("/{}?state={}", kind.def.plural, open_states(kind).join(",")),
        false => format!("/{}", kind.def.plural),
    }
}

/// States out of which a move leads on and in which a clock runs or waits; where no clock runs, those that are not
/// locked.
pub(super) fn open_states(kind: &'static Entry) -> Vec<&'static str> {
    let by_clocks: Vec<&str> = kind
        .def
        .states
        .words
        .iter()
        .filter(|state| {
            kind.def
                .clocks
                .iter()
                .any(|clock| clock.runs_in.contains(state) || clock.waits_in.contains(state))
        })
        .copied()
        .collect();
    if !by_clocks.is_empty() {
        return by_clocks;
    }
    kind.def.states.words.iter().filter(|state| !kind.def.locked_in.contains(state)).copied().collect()
}

fn sentence(filters: &FilterBar) -> String {
    let said: Vec<&str> = filters
        .filters
        .iter()
        .map(|filter| filter.sentence.as_str())
        .filter(|said| !said.is_empty())
        .collect();
    said.join(", ")
}

/// The clock of each record that is due first.
pub(super) fn clocks_of(
    ask: &Query<'_>,
    records: &[RecordView],
    show: &Show<'_>,
) -> Result<BTreeMap<Uuid, ClockView>> {
    let ids: Vec<Uuid> = records.iter().map(RecordView::id).collect();
    let mut views = BTreeMap::new();
    for (record, goal, due_at, breached_at) in ask.due(&ids)? {
        let stand = match (due_at, breached_at) {
            (_, Some(breached_at)) => ClockStand::Breached { breached_at },
            (Some(due), None) => ClockStand::Running { due_at: Some(due), left_seconds: 0 },
            (None, None) => continue,
        };
        views.entry(record).or_insert_with(|| clock(&goal, stand, show));
    }
    Ok(views)
}

fn clock(goal: &str, stand: ClockStand, show: &Show<'_>) -> ClockView {
    let left = |due: Instant| due.as_second() - show.now.as_second();
    // How much is used is not known here; amber begins at one hour.
    let used = match stand {
        ClockStand::Running { due_at: Some(due), .. } if left(due) < 3600 => (900, 1000),
        _ => (0, 1000),
    };
    let mut view = ClockView::new(&show.words.goal(goal), stand, used, show.now, &show.zone, show.words);
    view.used_permille = None;
    view
}
