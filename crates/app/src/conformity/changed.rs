//! Which checks are due: what the journal says has changed since their last run, and how long ago that was.

use std::collections::{BTreeMap, HashMap};

use mainstay_conformity::{CheckDef, CheckRun, checks};
use mainstay_core::{Instant, Result, Value, parts};
use mainstay_journal::{Json, Op};
use mainstay_store::{Cell, Conn, journal};

use crate::{App, View};

/// Entries read at a time.
const CHUNK: u32 = 2000;

/// Beyond so many entries since a run it is simpler to run everything again than to read them all.
const MOST_ENTRIES: u64 = 50_000;

/// Ids of the checks that are due.
pub(super) fn due(
    app: &App,
    view: &View<'_>,
    latest: &BTreeMap<String, CheckRun>,
    now: Instant,
) -> Result<Vec<String>> {
    let defs = checks::all();
    let current = |def: &CheckDef| {
        let run = latest.get(def.id).filter(|run| run.is_of(def))?;
        let age = now.as_second() - run.as_of.instant.as_second();
        (age < def.cadence_seconds).then_some(run.as_of.position)
    };
    let oldest = defs.iter().filter_map(current).min();
    let changes = match oldest {
        Some(position) => view.read(|conn| changes_since(app, conn, position))?,
        None => Some(HashMap::new()),
    };
    let is_due = |def: &CheckDef| {
        let Some(position) = current(def) else { return true };
        let Some(changes) = &changes else { return def.kind != "journal" };
        let kinds = [def.kind];
        let mut kinds = kinds.iter().chain(def.reads);
        kinds.any(|kind| changes.get(*kind).is_some_and(|last| *last >= position))
    };
    Ok(defs.iter().filter(|def| is_due(def)).map(|def| def.id.to_owned()).collect())
}

/// The last position at which a record of each kind, or what hangs on it, was changed, from a position on. None when
/// there are too many entries to look through.
fn changes_since(app: &App, conn: &mut dyn Conn, position: u64) -> Result<Option<HashMap<String, u64>>> {
    let mut changes = HashMap::new();
    let mut at = position;
    loop {
        let entries = journal::from(conn, at, CHUNK)?;
        let Some(last) = entries.last() else { return Ok(Some(changes)) };
        if last.position - position > MOST_ENTRIES {
            return Ok(None);
        }
        at = last.position + 1;
        for stored in &entries {
            let entry = stored.entry()?;
            if entry.op == Op::Note || entry.table == parts::CHECK_RUN {
                continue;
            }
            let kind = if app.context().kind(&entry.table).is_ok() {
                Some(entry.table.clone())
            } else {
                kind_of(conn, entry.record.as_deref())?
            };
            // A link is seen from both of its ends.
            let target = entry.values.get("target").and_then(Json::as_text);
            let other = if entry.table == parts::LINK { kind_of(conn, target)? } else { None };
            for kind in kind.into_iter().chain(other) {
                changes.insert(kind, stored.position);
            }
        }
    }
}

fn kind_of(conn: &mut dyn Conn, record: Option<&str>) -> Result<Option<String>> {
    let Some(record) = record.and_then(|record| record.parse().ok()) else { return Ok(None) };
    let sql = conn.dialect().sql("select kind from record where id = ?1");
    let row = conn.first(&sql, &[Value::Id(record)], &[Cell::Text])?;
    Ok(row.and_then(|row| row[0].as_text().map(str::to_owned)))
}
