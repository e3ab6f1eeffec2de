//! Cells as values: instants, words of a table, text, references.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};
use mainstay_core::{Type, registry};
use serde_json::{Map, Value as Json};

use super::{
    mapping::{FieldRule, Mapping, with_nulls, zone},
    rows::{Row, Sheet, shown},
};

/// A field's content in a draft.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// As the API has it.
    Plain(Json),
    /// The record with this number in [`Needs`].
    Needed(usize),
    /// The record with this number among what the mapping brings.
    Brought(usize),
}

/// A record that is referred to by its foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Its kind.
    pub kind: &'static str,
    /// Its `external_key`.
    pub key: String,
    /// Title and fields if it has to be made.
    pub values: Map<String, Json>,
}

/// All records that are referred to by foreign keys, each once, in the order of the file.
#[derive(Debug, Default)]
pub struct Needs {
    /// The records.
    pub list: Vec<Need>,
    places: HashMap<(&'static str, String), usize>,
}

impl Needs {
    fn place(
        &mut self,
        kind: &'static str,
        key: String,
        values: impl FnOnce() -> Map<String, Json>,
    ) -> usize {
        if let Some(place) = self.places.get(&(kind, key.clone())) {
            return *place;
        }
        let mut values = values();
        values.insert("external_key".into(), Json::String(key.clone()));
        self.list.push(Need { kind, key: key.clone(), values });
        self.places.insert((kind, key), self.list.len() - 1);
        self.list.len() - 1
    }
}

/// Reads cells as the mapping says.
pub struct Reader<'a> {
    mapping: &'a Mapping,
    kind: &'static registry::Entry,
    columns: HashMap<&'a str, usize>,
    zone: TimeZone,
    /// Readings of the clock seen before: a log repeats them, and the zone's rules are slow.
    times: HashMap<String, Timestamp>,
    /// What the rows refer to.
    pub needs: Needs,
}

impl<'a> Reader<'a> {
    /// A reader for the sheet.
    pub fn new(mapping: &'a Mapping, kind: &'static registry::Entry, sheet: &'a Sheet) -> Self {
        let columns = sheet.header.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let zone = mapping.times.as_ref().and_then(|times| zone(&times.zone)).unwrap_or(TimeZone::UTC);
        Self { mapping, kind, columns, zone, times: HashMap::new(), needs: Needs::default() }
    }

    /// The cell of a column; none when it is unknown.
    pub fn cell<'r>(&self, row: &'r Row, column: &str) -> Option<&'r str> {
        let cell = row.cells.get(*self.columns.get(column)?)?;
        (!self.mapping.file.unknown.iter().any(|unknown| unknown == cell)).then_some(cell)
    }

    /// An instant of a column.
    ///
    /// # Errors
    /// A problem for people.
    pub fn time(&mut self, row: &Row, column: &str) -> Result<Timestamp, String> {
        let Some(cell) = self.cell(row, column) else { return Err(format!("{column} is unknown")) };
        if let Some(known) = self.times.get(cell) {
            return Ok(*known);
        }
        let example = self.mapping.times.as_ref().map_or("", |times| &times.example);
        let instant = self
            .parse_time(cell)
            .ok_or_else(|| format!("{column} is no time like {example}: {}", shown(cell)))?;
        self.times.insert(cell.to_owned(), instant);
        Ok(instant)
    }

    fn parse_time(&self, cell: &str) -> Option<Timestamp> {
        let format = &self.mapping.times.as_ref()?.format;
        let time = jiff::fmt::strtime::parse(format, cell).ok()?;
        if time.offset().is_some() {
            return time.to_timestamp().ok();
        }
        let instant = time.to_datetime().ok()?.to_zoned(self.zone.clone()).ok()?.timestamp();
        Some(mainstay_core::value::whole_second(instant))
    }

    /// Title and fields of a row in one of our states, in the order of the mapping.
    pub fn values(
        &mut self,
        row: &Row,
        state: Option<&str>,
        wrong: &mut dyn FnMut(String),
    ) -> Vec<(&'a str, Content)> {
        let mapping = self.mapping;
        let mut values = Vec::with_capacity(mapping.fields.len());
        for (name, rule) in &mapping.fields {
            let taken = rule.only_in.is_empty()
                || state.is_some_and(|state| rule.only_in.iter().any(|only| only == state));
            if !taken {
                values.push((name.as_str(), Content::Plain(Json::Null)));
                continue;
            }
            match self.value(row, name, rule) {
                Ok(content) => values.push((name.as_str(), content)),
                Err(problem) => wrong(problem),
            }
        }
        values
    }

    fn value(&mut self, row: &Row, name: &str, rule: &FieldRule) -> Result<Content, String> {
        let null = || Ok(Content::Plain(Json::Null));
        if let Some(column) = &rule.column {
            return self.column_value(row, name, column, rule).map(Content::Plain);
        }
        if let Some(pieces) = &rule.text {
            let filled: Vec<String> =
                pieces.iter().filter_map(|piece| piece.fill(|column| self.cell(row, column))).collect();
            let text = match filled.as_slice() {
                [] => rule.otherwise.as_ref().and_then(|text| text.fill(|column| self.cell(row, column))),
                some => Some(some.join(&rule.joined_by)),
            };
            return Ok(Content::Plain(text.map_or(Json::Null, Json::String)));
        }
        if let Some(constant) = &rule.constant {
            return Ok(Content::Plain(with_nulls(constant)));
        }
        let Some(Type::Reference(kind)) = self.kind.def.field(name).map(|field| field.ty) else {
            return null();
        };
        if let Some(title) = &rule.named {
            let place = self
                .mapping
                .brings
                .iter()
                .position(|brought| brought.kind == kind && brought.title == *title);
            return place.map_or_else(null, |place| Ok(Content::Brought(place)));
        }
        let Some(needed) = &rule.record else { return null() };
        let Some(key) = needed.key.fill(|column| self.cell(row, column)) else { return null() };
        let fill = |json: &Json| match json {
            Json::String(text) => super::template::Template::try_from(text.clone())
                .ok()
                .and_then(|text| text.fill(|column| self.cell(row, column)))
                .map_or(Json::Null, Json::String),
            other => with_nulls(other),
        };
        let values: Map<String, Json> = if self.needs.places.contains_key(&(kind, key.clone())) {
            Map::new()
        } else {
            needed.fields.iter().map(|(name, json)| (name.clone(), fill(json))).collect()
        };
        Ok(Content::Needed(self.needs.place(kind, key, || values)))
    }

    fn column_value(
        &mut self,
        row: &Row,
        name: &str,
        column: &str,
        rule: &FieldRule,
    ) -> Result<Json, String> {
        let Some(cell) = self.cell(row, column) else { return Ok(Json::Null) };
        if let Some(table) = &rule.table {
            return match (table.get(cell), &rule.table_otherwise) {
                (Some(value), _) | (None, Some(value)) => Ok(with_nulls(value)),
                (None, None) => {
                    let words: Vec<_> = table.keys().map(String::as_str).collect();
                    Err(format!("{column} is not one of {}: {}", words.join(", "), shown(cell)))
                }
            };
        }
        match self.kind.def.field(name).map_or(Type::Text, |field| field.ty) {
            Type::Instant => self.time(row, column).map(|instant| Json::String(instant.to_string())),
            Type::Int => cell
                .parse::<i64>()
                .map(Json::from)
                .map_err(|_| format!("{column} is no whole number: {}", shown(cell))),
            Type::Bool => match cell.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(Json::Bool(true)),
                "false" | "no" | "0" => Ok(Json::Bool(false)),
                _ => Err(format!("{column} is neither true nor false: {}", shown(cell))),
            },
            ty => {
                let json = Json::String(cell.to_owned());
                ty.parse(&json, &mut |_, _| Err("names no record".into()))
                    .map(|_| json)
                    .map_err(|problem| format!("{column}: {problem}"))
            }
        }
    }
}
