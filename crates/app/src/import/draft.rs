//! Drafts: what the rows become, before anything is asked of the database.

use std::{cmp::Ordering, collections::HashMap};

use jiff::Timestamp;
use mainstay_core::{Instant, registry};
use serde_json::Value as Json;

use super::{
    cells::{Content, Reader},
    mapping::{Mapping, Order, OrderForm, Rows, States},
    rows::{BadRows, Row, Sheet, shown},
};

/// A record to be imported.
#[derive(Debug)]
pub struct Draft {
    /// Its `external_key`.
    pub key: String,
    /// How many rows of the file tell about it.
    pub rows: usize,
    /// Its history; of a record that is made new one step without a meaning of its time.
    pub steps: Vec<DraftStep>,
}

/// One step of a draft.
#[derive(Debug)]
pub struct DraftStep {
    /// The row's line, for messages.
    pub line: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it there.
    pub by: Option<String>,
    /// Our state.
    pub state: String,
    /// Fields that are new or differ from the step before, in the order of names.
    pub values: Vec<(String, Content)>,
}

/// Turns rows into drafts, in the order in which their records appear in the file.
pub fn drafts(
    mapping: &Mapping,
    kind: &'static registry::Entry,
    sheet: &Sheet,
    reader: &mut Reader<'_>,
    now: Instant,
    bad: &mut BadRows,
) -> Vec<Draft> {
    let mut groups: Vec<(String, Vec<&Row>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let template = mapping.rows.key();
    for row in &sheet.rows {
        let Some(key) = template.fill(|column| reader.cell(row, column)) else {
            let columns: Vec<_> = template.columns().collect();
            bad.add(row.line, format!("{} is unknown, so the row belongs to no record", columns.join(", ")));
            continue;
        };
        match places.get(&key) {
            Some(place) => groups[*place].1.push(row),
            None => {
                places.insert(key.clone(), groups.len());
                groups.push((key, vec![row]));
            }
        }
    }
    let mut drafts = Vec::with_capacity(groups.len());
    for (key, rows) in groups {
        let steps = match (&mapping.rows, &mapping.states) {
            (Rows::AuditLog { order_by, begins_at, at, by, begun_by, .. }, Some(states)) => {
                let log = Log { order_by, begins_at, at, states };
                let who = |reader: &Reader<'_>, row: &Row| {
                    by.as_ref().and_then(|by| by.fill(|column| reader.cell(row, column)))
                };
                let began = |reader: &Reader<'_>, row: &Row| {
                    begun_by.iter().find_map(|by| by.fill(|column| reader.cell(row, column)))
                };
                log.steps(reader, &rows, now, bad, &who, &began)
            }
            _ => one_row(kind, reader, &rows, now, bad),
        };
        drafts.push(Draft { key, rows: rows.len(), steps });
    }
    drafts
}

type Who<'a> = &'a dyn Fn(&Reader<'_>, &Row) -> Option<String>;

struct Log<'a> {
    order_by: &'a [Order],
    begins_at: &'a str,
    at: &'a str,
    states: &'a States,
}

impl Log<'_> {
    fn steps(
        &self,
        reader: &mut Reader<'_>,
        rows: &[&Row],
        now: Instant,
        bad: &mut BadRows,
        by: Who<'_>,
        begun_by: Who<'_>,
    ) -> Vec<DraftStep> {
        let mut read = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(row) = self.read(reader, row, now, bad) {
                read.push(row);
            }
        }
        if read.len() < rows.len() {
            return Vec::new();
        }
        read.sort_by(|one, other| compare(&one.order, &other.order));
        let Some(first) = read.first() else { return Vec::new() };
        let (begins, row) = (first.begins, first.row);
        let mut standing: Vec<(String, Content)> = Vec::new();
        let mut steps = Vec::with_capacity(read.len() + 1);
        // What the first row says held from the beginning, but for its state.
        let state = self.states.begins.clone();
        let values = self.values(reader, row, Some(&state), &[], &mut |_| {});
        let values = changed(&mut standing, values);
        steps.push(DraftStep { line: row.line, at: begins, by: begun_by(reader, row), state, values });
        for each in read {
            let values = changed(&mut standing, each.values);
            let (line, by) = (each.row.line, by(reader, each.row));
            steps.push(DraftStep { line, at: each.at.max(begins), by, state: each.state, values });
        }
        steps
    }

    /// The row's fields in a state, with those that come with the state; these are empty in other states.
    fn values(
        &self,
        reader: &mut Reader<'_>,
        row: &Row,
        state: Option<&str>,
        with_state: &[(String, Json)],
        wrong: &mut dyn FnMut(String),
    ) -> Vec<(String, Content)> {
        let values = reader.values(row, state, wrong).into_iter();
        let mut values: Vec<_> = values.map(|(name, content)| (name.to_owned(), content)).collect();
        values.extend(with_state.iter().map(|(name, json)| (name.clone(), Content::Plain(json.clone()))));
        values
    }

    fn read<'r>(
        &self,
        reader: &mut Reader<'_>,
        row: &'r Row,
        now: Instant,
        bad: &mut BadRows,
    ) -> Option<LogRow<'r>> {
        let mut problems = Vec::new();
        let mut order = Vec::with_capacity(self.order_by.len());
        for by in self.order_by {
            match order_key(reader, row, by) {
                Ok(key) => order.push(key),
                Err(problem) => problems.push(problem),
            }
        }
        let mut time = |column: &str| match reader.time(row, column) {
            Ok(at) if at > now => {
                problems.push(format!("{column} lies in the future: {at}"));
                None
            }
            Ok(at) => Some(at),
            Err(problem) => {
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
                None
            }
        };
        let (begins, at) = (time(self.begins_at), time(self.at));
        let column = &self.states.column;
        let state = match reader.cell(row, column) {
            None => Err(format!("{column} is unknown")),
            Some(cell) => self.states.table.get(cell).ok_or_else(|| {
                let words: Vec<_> = self.states.table.keys().map(String::as_str).collect();
                format!("{column} is not one of {}: {}", words.join(", "), shown(cell))
            }),
        };
        let state = state.map_err(|problem| problems.push(problem)).ok();
        let mut names: Vec<&String> =
            self.states.table.values().flat_map(|state| state.fields.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let with_state: Vec<_> = names
            .into_iter()
            .map(|name| {
                let json = state.and_then(|state| state.fields.get(name));
                (name.clone(), json.cloned().unwrap_or(Json::Null))
            })
            .collect();
        let word = state.map(|state| state.state.as_str());
        let values = self.values(reader, row, word, &with_state, &mut |problem| {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        });
        if !problems.is_empty() {
            problems.into_iter().for_each(|problem| bad.add(row.line, problem));
            return None;
        }
        Some(LogRow { row, order, begins: begins?, at: at?, state: state?.state.clone(), values })
    }
}

struct LogRow<'r> {
    row: &'r Row,
    order: Vec<Key>,
    begins: Timestamp,
    at: Timestamp,
    state: String,
    values: Vec<(String, Content)>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Time(Timestamp),
    Number(i64),
    Text(String),
}

fn order_key(reader: &mut Reader<'_>, row: &Row, by: &Order) -> Result<Key, String> {
    if by.form == OrderForm::Time {
        return reader.time(row, &by.column).map(Key::Time);
    }
    let Some(cell) = reader.cell(row, &by.column) else { return Err(format!("{} is unknown", by.column)) };
    match by.form {
        OrderForm::Number => cell
            .parse()
            .map(Key::Number)
            .map_err(|_| format!("{} is no whole number: {}", by.column, shown(cell))),
        _ => Ok(Key::Text(cell.to_owned())),
    }
}

/// The sort is stable, so the place in the file decides last.
fn compare(one: &[Key], other: &[Key]) -> Ordering {
    one.cmp(other)
}

/// What differs from the values that stand, which become the new ones.
fn changed(standing: &mut Vec<(String, Content)>, values: Vec<(String, Content)>) -> Vec<(String, Content)> {
    let nothing = Content::Plain(Json::Null);
    let mut changed = Vec::new();
    for (name, content) in values {
        match standing.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if *known == content => {}
            Some((_, known)) => {
                known.clone_from(&content);
                changed.push((name, content));
            }
            None => {
                standing.push((name.clone(), content.clone()));
                if content != nothing {
                    changed.push((name, content));
                }
            }
        }
    }
    changed
}

fn one_row(
    kind: &'static registry::Entry,
    reader: &mut Reader<'_>,
    rows: &[&Row],
    now: Instant,
    bad: &mut BadRows,
) -> Vec<DraftStep> {
    let Some((first, more)) = rows.split_first() else { return Vec::new() };
    for row in more {
        bad.add(row.line, format!("has the same key as line {}", first.line));
    }
    let values = reader.values(first, None, &mut |problem| bad.add(first.line, problem));
    let nothing = Content::Plain(Json::Null);
    let values = values
        .into_iter()
        .filter(|(_, content)| *content != nothing)
        .map(|(name, content)| (name.to_owned(), content))
        .collect();
    let state = kind.def.states.words.first().map_or_else(String::new, |word| (*word).to_owned());
    vec![DraftStep { line: first.line, at: now, by: None, state, values }]
}
