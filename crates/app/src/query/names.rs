//! Names of the records that references point to: id, ref, title. A record that the person may not read has no name
//! for them, and a reference to it looks empty.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mainstay_core::{Filter, Page, Record, Result, Sort, Type, Value};
use mainstay_store::{Cell, Conn, list};
use serde::Serialize;
use uuid::Uuid;

use super::{Query, among, both};
use crate::context::Context;

/// Ids in one question for a kind of which the person may read a part. Powers of two, see [`among`].
const MOST: usize = 512;
/// Ids in one question for all kinds of which they may read everything: enough for the longest page of a list.
const MOST_OF_ALL: usize = 2048;

/// How a record is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Name {
    /// Its id.
    pub id: Uuid,
    /// Its ref.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title; empty when it was erased.
    pub title: String,
}

/// Names by id.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<Uuid, Name>);

impl Names {
    /// The name of a record, if the person may read it.
    pub fn get(&self, id: Uuid) -> Option<&Name> {
        self.0.get(&id)
    }
}

/// References to be named: kind of the target and id. `record` stands for a target of any kind.
#[derive(Debug, Default)]
pub(super) struct Wanted(BTreeMap<&'static str, BTreeSet<Uuid>>);

impl Wanted {
    pub(super) fn add(&mut self, kind: &'static str, value: &Value) {
        if let Value::Id(id) = value {
            self.0.entry(kind).or_default().insert(*id);
        }
    }

    /// What the reference fields of a record name.
    pub(super) fn add_fields(&mut self, context: &Context, record: &Record) {
        let Ok(kind) = context.kind(record.kind) else { return };
        for (field, value) in kind.def.fields.iter().zip(&record.values) {
            if let Type::Reference(target) = field.ty {
                self.add(target, value);
            }
        }
    }
}

impl Query<'_> {
    /// Names what is wanted, as far as the person may read it: one statement for kinds of which they may read all,
    /// one for each other kind.
    pub(super) fn names(&self, conn: &mut dyn Conn, mut wanted: Wanted) -> Result<Names> {
        let context = self.view.context();
        if let Some(any) = wanted.0.remove("record") {
            for (id, kind) in kinds_of(conn, context, &any)? {
                wanted.0.entry(kind).or_default().insert(id);
            }
        }
        let mut names = Names::default();
        let mut free = Vec::new();
        for (kind, ids) in wanted.0 {
            let Ok(entry) = context.kind(kind) else { continue };
            let scope = self.readable(&entry.def);
            if scope == Filter::All {
                free.extend(ids);
                continue;
            }
            if scope == Filter::Or(Vec::new()) {
                continue;
            }
            let table = context.table(kind)?;
            for ids in ids.into_iter().collect::<Vec<_>>().chunks(MOST) {
                let these = Filter::In("id".into(), among(ids.iter().copied()).1);
                let sort = Sort { column: "key".into(), descending: false };
                let page = Page::first(u32::try_from(MOST).unwrap_or(u32::MAX));
                let audience = self.audience(&entry.def);
                let filter = both(these, scope.clone());
                for row in list::page_of(conn, table, &is_name, &filter, &sort, &page, audience)? {
                    names.take(&row.row);
                }
            }
        }
        for ids in free.chunks(MOST_OF_ALL) {
            let (places, params) = among(ids.iter().copied());
            let sql = format!("select id, ref, title from record where id in ({places})");
            for row in conn.query(&conn.dialect().sql(&sql), &params, &[Cell::Id, Cell::Text, Cell::Text])? {
                names.take(&row);
            }
        }
        Ok(names)
    }
}

/// What a name is made of.
fn is_name(column: &str) -> bool {
    matches!(column, "id" | "ref" | "title")
}

impl Names {
    /// Takes a row that begins with id, ref and title.
    fn take(&mut self, row: &[Value]) {
        if let [Value::Id(id), Value::Text(reference), title, ..] = row {
            let title = title.as_text().unwrap_or_default().to_owned();
            self.0.insert(*id, Name { id: *id, reference: reference.clone(), title });
        }
    }
}

fn kinds_of(
    conn: &mut dyn Conn,
    context: &Context,
    ids: &BTreeSet<Uuid>,
) -> Result<Vec<(Uuid, &'static str)>> {
    let mut found = Vec::new();
    for ids in ids.iter().copied().collect::<Vec<_>>().chunks(MOST_OF_ALL) {
        let (places, params) = among(ids.iter().copied());
        let sql = format!("select id, kind from record where id in ({places})");
        for row in conn.query(&conn.dialect().sql(&sql), &params, &[Cell::Id, Cell::Text])? {
            if let (Some(id), Some(kind)) = (row[0].as_id(), row[1].as_text())
                && let Ok(entry) = context.kind(kind)
            {
                found.push((id, entry.def.name));
            }
        }
    }
    Ok(found)
}
