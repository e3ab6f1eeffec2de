//! Search over all kinds: words with accents folded, the last one as a beginning; newest first, or by rank over a
//! bounded number of the newest. `kind:incident state:new assignee:me` narrow it. What the person may not read is
//! neither found nor counted.

use std::collections::BTreeMap;

use mainstay_core::{Error, Filter, Page, Record, Result, Sort, Value, registry::Entry, text};
use mainstay_store::{Audience, Conn, list, rows::Keyed, search};
use serde::Serialize;

use super::{Query, both, fill_up, record::RecordView};
use crate::context::to_record;

/// Most records that one search gives.
const MOST: u32 = 50;
/// Candidates that are ranked.
const RANKED: u32 = 200;
/// Rounds of candidates that are looked at before a search gives what it has.
const ROUNDS: u32 = 5;

/// What is searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// The folded words.
    pub words: Vec<String>,
    /// Conditions in the form of a list's address: name and value.
    pub conditions: Vec<(String, String)>,
    /// The only kind.
    pub kind: Option<String>,
}

impl Search {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// Invalid when there are too many words.
    pub fn parse(typed: &str) -> Result<Self> {
        let (mut search, mut words) = (Self::default(), Vec::new());
        for token in typed.split_whitespace() {
            match token.split_once(':') {
                Some(("kind", value)) if !value.is_empty() => search.kind = Some(value.to_owned()),
                Some((name, value)) if !value.is_empty() && is_name(name) => {
                    search.conditions.push((name.to_owned(), value.to_owned()));
                }
                _ => words.push(token),
            }
        }
        search.words = text::asked(&words.join(" ")).map_err(|problem| Error::field("q", problem))?;
        Ok(search)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The records.
    pub items: Vec<RecordView>,
    /// True when there may be more than are given.
    pub more: bool,
    /// Conditions that no kind understands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

impl Query<'_> {
    /// Finds records. A text that is a ref finds that record first.
    ///
    /// # Errors
    /// Invalid when there are too many words; unavailable.
    pub fn search(&self, typed: &str, ranked: bool, limit: u32) -> Result<Found> {
        let limit = limit.clamp(1, MOST);
        let mut found = Found { items: Vec::new(), more: false, unknown: Vec::new() };
        if let Ok(record) = self.record(&typed.trim().to_uppercase()) {
            found.items.push(record);
            return Ok(found);
        }
        let search = Search::parse(typed)?;
        if search.words.is_empty() && search.conditions.is_empty() && search.kind.is_none() {
            return Ok(found);
        }
        let narrowed = search.kind.is_some() || !search.conditions.is_empty();
        let wanted = if ranked { RANKED } else { limit + 1 };
        let mut rows = Vec::new();
        let mut everywhere = Vec::new();
        for kind in self.view.context().registry.kinds() {
            let scope = self.readable(&kind.def);
            if scope == Filter::Or(Vec::new()) || !search.kind.as_ref().is_none_or(|name| is_kind(kind, name))
            {
                continue;
            }
            if !narrowed && scope == Filter::All && self.audience(&kind.def) == Audience::Staff {
                everywhere.push(kind);
                continue;
            }
            match self.list_query(kind, &search.conditions) {
                Ok(_) if search.words.is_empty() && !narrowed => {}
                Ok(query) => rows.extend(self.of_kind(kind, &query, &search, wanted)?),
                Err(error) => {
                    found.unknown.extend(
                        error.fields().iter().map(|field| format!("{}: {}", field.field, field.problem)),
                    );
                }
            }
        }
        if !rows.is_empty() || !everywhere.is_empty() {
            // One kind understood what others did not.
            found.unknown.clear();
        }
        found.unknown.truncate(3);
        if !everywhere.is_empty() && !search.words.is_empty() {
            rows.extend(self.view.read(|conn| self.in_all(conn, &everywhere, &search, wanted))?);
        }
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.key));
        rows.truncate(wanted as usize);
        if ranked {
            rows.sort_by_key(|(_, row)| std::cmp::Reverse(rank(row, &search.words)));
        }
        found.more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        found.items = self.shown(rows)?;
        Ok(found)
    }

    fn of_kind(
        &self,
        kind: &'static Entry,
        query: &super::ListQuery,
        search: &Search,
        wanted: u32,
    ) -> Result<Vec<(&'static Entry, Keyed)>> {
        let filter =
            both(query.filter().clone(), both(Filter::Words(search.words.clone()), self.readable(&kind.def)));
        let sort = Sort { column: "key".into(), descending: true };
        let table = self.view.context().table(kind.def.name)?;
        let audience = self.audience(&kind.def);
        let rows =
            self.view.read(|conn| list::page(conn, table, &filter, &sort, &Page::first(wanted), audience))?;
        Ok(rows.into_iter().map(|row| (kind, row)).collect())
    }

    /// Searches all kinds of which the person may read everything at once, newest first, a bounded number of rounds.
    fn in_all(
        &self,
        conn: &mut dyn Conn,
        kinds: &[&'static Entry],
        search: &Search,
        wanted: u32,
    ) -> Result<Vec<(&'static Entry, Keyed)>> {
        let mut rows = Vec::new();
        let mut before = i64::MAX;
        for _ in 0..ROUNDS {
            let candidates = search::newest(conn, &search.words, Audience::Staff, before, wanted)?;
            let Some(last) = candidates.last() else { break };
            let is_last = candidates.len() < wanted as usize;
            before = last.0;
            let mut of_kind: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
            for (key, kind) in &candidates {
                of_kind.entry(kind).or_default().push(Value::Int(*key));
            }
            for (name, mut keys) in of_kind {
                let Some(kind) = kinds.iter().find(|kind| kind.def.name == name) else { continue };
                let table = self.view.context().table(kind.def.name)?;
                let page = Page::first(u32::try_from(keys.len()).unwrap_or(1));
                let sort = Sort { column: "key".into(), descending: true };
                fill_up(&mut keys);
                let these = Filter::In("key".into(), keys);
                let found = list::page(conn, table, &these, &sort, &page, Audience::Staff)?;
                rows.extend(found.into_iter().map(|row| (*kind, row)));
            }
            if is_last || rows.len() >= wanted as usize {
                break;
            }
        }
        Ok(rows)
    }

    fn shown(&self, rows: Vec<(&'static Entry, Keyed)>) -> Result<Vec<RecordView>> {
        let order: Vec<i64> = rows.iter().map(|(_, row)| row.key).collect();
        let mut by_kind: BTreeMap<&str, (&'static Entry, Vec<i64>, Vec<Record>)> = BTreeMap::new();
        for (kind, row) in rows {
            let of_kind = by_kind.entry(kind.def.name).or_insert((kind, Vec::new(), Vec::new()));
            of_kind.1.push(row.key);
            of_kind.2.push(to_record(kind.def.name, row.row)?);
        }
        let mut shown: Vec<(i64, RecordView)> = Vec::new();
        self.view.read(|conn| {
            for (kind, keys, records) in by_kind.into_values() {
                shown.extend(keys.into_iter().zip(self.views(conn, kind, records, None)?));
            }
            Ok(())
        })?;
        let place = |key: i64| order.iter().position(|one| *one == key);
        shown.sort_by_key(|(key, _)| place(*key));
        Ok(shown.into_iter().map(|(_, view)| view).collect())
    }
}

fn is_kind(kind: &'static Entry, name: &str) -> bool {
    kind.def.name == name || kind.def.plural == name
}

/// Words in the title count most, whole words more than beginnings.
fn rank(row: &Keyed, words: &[String]) -> u32 {
    let title = text::words(row.row.get(2).and_then(|title| title.as_text()).unwrap_or_default());
    words
        .iter()
        .map(|word| {
            if title.contains(word) {
                3
            } else if title.iter().any(|of_title| of_title.starts_with(word.as_str())) {
                2
            } else {
                0
            }
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_names_with_a_colon_are_conditions() {
        let search = Search::parse("kind:incident Éléphant assignee:me 12:30 priority:1").unwrap();
        assert_eq!(search.kind.as_deref(), Some("incident"));
        assert_eq!(search.words, ["elephant", "12", "30"]);
        assert_eq!(search.conditions, [("assignee".into(), "me".into()), ("priority".into(), "1".into())]);
    }
}
