//! Names of records in input: refs, ids, and what they stand for.

use std::{ops::RangeInclusive, sync::Arc};

use jiff::tz::TimeZone;
use mainstay_core::{
    Changes, Error, FieldError, Result, Type, Value,
    registry::Entry,
    unseen::{self, Lines},
};
use mainstay_store::rows;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::Act;

/// Longest text of a column with an index: PostgreSQL's indexes hold no longer ones.
const MOST_BYTES_OF_AN_INDEXED_TEXT: usize = 1000;

/// Years in which records of services lie: what is outside of them was mistyped.
const YEARS: RangeInclusive<i16> = 1900..=2999;

fn out_of_range(year: i16) -> Option<String> {
    let problem = || format!("the year {year} lies outside of {} to {}", YEARS.start(), YEARS.end());
    (!YEARS.contains(&year)).then(problem)
}

impl Act<'_, '_> {
    /// Reads input against the kind's fields; every wrong field is named.
    pub(super) fn parse(&mut self, kind: &'static Entry, values: &Map<String, Json>) -> Result<Changes> {
        let mut changes = Changes::default();
        let mut problems = Vec::new();
        for (name, json) in values {
            if name == "title" {
                match Type::Text.parse(json, &mut |_, _| Err(String::new())) {
                    Ok(value) => {
                        // Blanks around a title fall off.
                        let title = value.as_text().unwrap_or_default().trim().to_owned();
                        match unseen::problem(&title, Lines::One) {
                            None => changes.title = Some(title),
                            Some(problem) => problems.push(FieldError { field: name.clone(), problem }),
                        }
                    }
                    Err(problem) => problems.push(FieldError { field: name.clone(), problem }),
                }
                continue;
            }
            let Some(field) = kind.def.field(name) else {
                // The kind says which fields there are.
                changes.values.push((name.clone(), Value::Null));
                continue;
            };
            let mut failed = None;
            let parsed = field.ty.parse(json, &mut |wanted, text| {
                self.reference(wanted, text).map_err(|error| {
                    let problem = error.message().to_owned();
                    failed = Some(error);
                    problem
                })
            });
            // By what has an index records are found: one line without tricks.
            let lines = if field.indexed || field.unique { Lines::One } else { Lines::Many };
            let parsed = parsed.and_then(|value| {
                let problem = match &value {
                    Value::Text(text) => unseen::problem(text, lines),
                    Value::Json(json) => unseen::problem_within(json),
                    Value::Date(date) => out_of_range(date.year()),
                    Value::Instant(instant) => out_of_range(instant.to_zoned(TimeZone::UTC).year()),
                    _ => None,
                };
                problem.map_or(Ok(value), Err)
            });
            match parsed {
                Ok(Value::Text(text))
                    if (field.indexed || field.unique) && text.len() > MOST_BYTES_OF_AN_INDEXED_TEXT =>
                {
                    let problem = format!("is longer than {MOST_BYTES_OF_AN_INDEXED_TEXT} bytes");
                    problems.push(FieldError { field: name.clone(), problem });
                }
                Ok(value) => changes.values.push((name.clone(), value)),
                Err(problem) => {
                    if let Some(error) = failed
                        && !matches!(error.kind(), mainstay_core::ErrorKind::NotFound)
                    {
                        return Err(error);
                    }
                    problems.push(FieldError { field: name.clone(), problem });
                }
            }
        }
        if problems.is_empty() { Ok(changes) } else { Err(Error::invalid(problems)) }
    }

    /// The id of a record of kind `wanted`, named by ref or id; it must exist for the person who asks.
    pub(super) fn reference(&mut self, wanted: &'static str, name: &str) -> Result<Uuid> {
        let id = self.existing(wanted, name)?;
        if self.is_hidden_reference(wanted, id)? { Err(missing(wanted, name)) } else { Ok(id) }
    }

    fn existing(&mut self, wanted: &'static str, name: &str) -> Result<Uuid> {
        let known = (wanted.to_owned(), name.to_owned());
        if let Some(id) = self.known.get(&known) {
            return Ok(*id);
        }
        if name.contains('\0') {
            // No database keeps such a text, and not every one lets it be asked for.
            return Err(missing(wanted, name));
        }
        let kind = self.context.kind(wanted)?;
        let table = self.context.table(kind.def.name)?.clone();
        let (column, value) = match name.parse::<Uuid>() {
            Ok(id) if self.working.get(&id).is_some_and(|working| working.kind.def.name == wanted) => {
                self.known.insert(known, id);
                return Ok(id);
            }
            Ok(id) => ("id", Value::Id(id)),
            Err(_) => ("ref", Value::from(name)),
        };
        // Ids and refs never change and records are never deleted: what existed still does.
        let cached = format!("{wanted} {name}");
        if let Some(id) = self.tx.cache().get::<Uuid>("reference", &cached) {
            self.known.insert(known, *id);
            return Ok(*id);
        }
        let sql = format!("select id from \"{}\" where \"{column}\" = ?1", table.name);
        let conn = self.tx.conn();
        let sql = conn.dialect().sql(&sql);
        let row = conn.first(&sql, &[value], &[mainstay_store::Cell::Id])?;
        let id = row.and_then(|row| row[0].as_id()).ok_or_else(|| missing(wanted, name))?;
        self.tx.cache().keep("reference", &cached, &[], Arc::new(id));
        self.known.insert(known, id);
        Ok(id)
    }

    /// Where a record named by ref or id stands.
    pub(super) fn place_of(&mut self, name: &str) -> Result<(&'static Entry, &'static str, Value)> {
        if let Ok(id) = name.parse::<Uuid>() {
            if let Some(working) = self.working.get(&id) {
                return Ok((working.kind, "id", Value::Id(id)));
            }
            let kind = self.tx.kind_of(id)?.ok_or_else(|| Error::not_found(name))?;
            return Ok((self.context.kind(&kind)?, "id", Value::Id(id)));
        }
        let kind = self.context.registry.kind_of_ref(name).ok_or_else(|| {
            Error::not_found(format!("\"{name}\""))
                .hint("Name a record by its ref, like INC-000123, or by its id.")
        })?;
        Ok((kind, "ref", Value::from(name)))
    }

    /// The record that a reference names, as it is now in the act or in the database.
    pub(super) fn referenced(
        &mut self,
        kind: &'static str,
        id: Uuid,
    ) -> Result<Option<mainstay_core::Record>> {
        if let Some(working) = self.working.get(&id) {
            return Ok(Some(working.record.clone()));
        }
        let kind = self.context.kind(kind)?;
        let table = self.context.table(kind.def.name)?.clone();
        let found = rows::load(self.tx.conn(), &table, id)?;
        found.map(|found| crate::context::to_record(kind.def.name, found.row)).transpose()
    }
}

fn missing(wanted: &str, name: &str) -> Error {
    Error::not_found(format!("the {} \"{name}\"", wanted.replace('_', " ")))
}
