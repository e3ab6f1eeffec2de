//! Records for the checks: one state of the database, page by page.

use std::collections::HashMap;

use mainstay_conformity::{Around, Found, JournalFacts, Source, engine::Page as RecordPage};
use mainstay_core::{Filter, Page, Result, Sort, Value, parts, table::Table};
use mainstay_store::{
    Conn,
    dialect::{Audience, quoted},
    head::Head,
    list, rows,
};
use uuid::Uuid;

use crate::{
    App, View,
    context::{Context, to_record},
    ledger::{Ledger, check::verify_database},
};

/// Records in one page.
const PAGE: u32 = 1000;

/// The first journal position that an earlier view does not see; none for the living one.
pub(super) fn position_of(view: &View<'_>) -> Result<Option<u64>> {
    if view.as_of().is_none() {
        return Ok(None);
    }
    view.journal(|_, until| Ok(Some(until)))
}

/// The records behind a connection that sees one state.
pub(super) struct Records<'a> {
    app: &'a App,
    context: &'a Context,
    conn: &'a mut dyn Conn,
    position: u64,
    living: bool,
}

impl<'a> Records<'a> {
    /// `position` is that of an earlier state; the living one is read in the same snapshot as the records.
    pub(super) fn new(
        app: &'a App,
        position: Option<u64>,
        living: bool,
        conn: &'a mut dyn Conn,
    ) -> Result<Self> {
        let position = match position {
            Some(position) => position,
            None => Head::load(conn, false)?.next_position(),
        };
        Ok(Self { app, context: app.context(), conn, position, living })
    }

    /// Hangs the rows of a part on the records of a page. `column` names the record in the part's row.
    fn hang(
        &mut self,
        kind: &Table,
        part: &Table,
        column: &str,
        range: (i64, i64),
        places: &HashMap<Uuid, usize>,
        page: &mut RecordPage,
    ) -> Result<()> {
        let columns: Vec<_> = part.columns.iter().map(|one| format!("p.{}", quoted(one.name))).collect();
        let sql = self.conn.dialect().sql(&format!(
            "select p.\"key\", {} from {} p join {} r on r.id = p.{} where r.\"key\" > ?1 and r.\"key\" <= ?2 \
             order by p.\"key\"",
            columns.join(", "),
            quoted(part.name),
            quoted(kind.name),
            quoted(column)
        ));
        let params = [Value::Int(range.0), Value::Int(range.1)];
        let at = part.position(column).unwrap_or(1);
        for row in self.conn.query(&sql, &params, &rows::cells(part))? {
            let row = rows::keyed(row).row;
            let Some(record) = row[at].as_id() else { continue };
            let Some(place) = places.get(&record) else { continue };
            let named = part.columns.iter().map(|column| column.name).zip(row).collect();
            page[*place].around.take(part.name, record, named);
        }
        Ok(())
    }
}

impl Source for Records<'_> {
    fn position(&mut self) -> Result<u64> {
        Ok(self.position)
    }

    fn page(
        &mut self,
        kind: &'static str,
        filter: &Filter,
        after: i64,
        wanted: &[&'static str],
    ) -> Result<RecordPage> {
        let table = self.context.table(kind)?.clone();
        let sort = Sort { column: "key".into(), descending: false };
        let page = Page { limit: PAGE, after: Some((Value::Null, after)) };
        let found = list::page(self.conn, &table, filter, &sort, &page, Audience::Staff)?;
        let mut records = Vec::with_capacity(found.len());
        let mut places = HashMap::with_capacity(found.len());
        for row in found {
            let record = to_record(table.name, row.row)?;
            places.insert(record.id, records.len());
            records.push(Found { key: row.key, record, around: Around::default() });
        }
        let Some(last) = records.last().map(|last| last.key) else { return Ok(records) };
        for part in wanted {
            let part = self.context.table(part)?.clone();
            self.hang(&table, &part, "record", (after, last), &places, &mut records)?;
            if part.name == parts::LINK {
                self.hang(&table, &part, "target", (after, last), &places, &mut records)?;
            }
        }
        Ok(records)
    }

    fn journal(&mut self) -> Result<Option<JournalFacts>> {
        if !self.living {
            // An earlier state has no journal of its own to verify.
            return Ok(None);
        }
        let keys = Ledger::of(self.app).public_keys(self.conn)?;
        let report = verify_database(self.conn, &keys, &mut |_| {})?;
        let roots: Vec<_> = report.epochs.iter().map(|epoch| hex::encode(epoch.root)).collect();
        let mut findings: Vec<_> = report
            .findings
            .iter()
            .map(|finding| {
                (format!("entry {} of epoch {}", finding.index, finding.epoch), format!("{}.", finding.what))
            })
            .collect();
        if report.further > 0 {
            findings.push(("journal".into(), format!("{} more findings.", report.further)));
        }
        Ok(Some(JournalFacts { entries: report.entries(), root: roots.join(" "), findings }))
    }
}
