//! Tables against journal: replays the journal into a temporary file, compares every row, and, if asked to, makes the
//! tables what the journal says.
//!
//! Only rows that differ are written, in one transaction. Keys stay what they were, because a row's key is the
//! position of the entry that made it. Not compared, because the journal does not make them: the outbox, leases,
//! remembered answers, runs of imports.

use std::{cmp::Ordering, path::Path};

use mainstay_core::{Error, ErrorKind, Result, Value, table::Table};
use mainstay_store::{Cell, Conn, WriteTx, engine::Row, head::Head, pages::Paged, rows, schema, search};
use serde_json::json;

use crate::{
    App,
    context::Context,
    ledger::Ledger,
    project::{Projection, Replayed, Scratch, Until, write_words},
};

/// Differences that are kept; further ones are counted.
const MOST_DIFFERENCES: usize = 1000;

/// A row or a value that is not what the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Table.
    pub table: String,
    /// The row: a record's ref, or the ref and what tells the row apart.
    pub row: String,
    /// Column; none when the whole row is missing or should not be there.
    pub column: Option<String>,
    /// What the journal says; none for nothing.
    pub journal: Option<String>,
    /// What the table says; none for nothing.
    pub found: Option<String>,
}

/// What the comparison came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries replayed.
    pub entries: u64,
    /// Rows compared.
    pub rows: u64,
    /// The first differences.
    pub differences: Vec<Difference>,
    /// All differences, also those beyond what is kept.
    pub total: u64,
}

impl Report {
    /// True when the tables are what the journal says.
    pub fn clean(&self) -> bool {
        self.total == 0
    }

    fn found(&mut self, difference: Difference) {
        self.total += 1;
        if self.differences.len() < MOST_DIFFERENCES {
            self.differences.push(difference);
        }
    }

    /// The facts as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        let differences: Vec<_> = self
            .differences
            .iter()
            .map(|difference| {
                json!({"table": difference.table, "row": difference.row, "column": difference.column,
                       "journal": difference.journal, "found": difference.found})
            })
            .collect();
        json!({"clean": self.clean(), "entries": self.entries, "rows": self.rows,
               "differences": differences, "differences_total": self.total})
    }
}

/// Compares the tables with the journal in one snapshot, beside a running server. `seen` is told how many entries
/// were replayed.
///
/// # Errors
/// Unavailable; a bug that names an entry which cannot be replayed.
pub fn check(ledger: &Ledger, seen: &mut dyn FnMut(u64)) -> Result<Report> {
    // The words of the index are read through a temporary table, which a reading connection may not make.
    let mut live = ledger.writer()?;
    must_be_sound(&mut *live)?;
    make_words(&mut *live)?;
    let begin = live.dialect().begin_snapshot();
    live.batch(begin)?;
    let report = compare_all(&ledger.context, &mut *live, ledger.data(), seen).map(|(report, _, _)| report);
    live.batch("rollback")?;
    report
}

/// A file whose pages are damaged is not walked: the walk might never end, and what it says would mean nothing. The
/// search index is left to the comparison of words.
fn must_be_sound(conn: &mut dyn Conn) -> Result<()> {
    let Some(sql) = conn.dialect().soundness() else { return Ok(()) };
    let found = conn.query(sql, &[], &[Cell::Text])?;
    let found: Vec<&str> = found.iter().filter_map(|row| row[0].as_text()).collect();
    match found.into_iter().find(|found| *found != "ok" && !found.contains("FTS5")) {
        None => Ok(()),
        Some(found) => Err(Error::unavailable(format!("the database file is damaged: {found}"), found)
            .hint("Stop Mainstay, keep a copy of the data folder and restore the last verified backup.")),
    }
}

/// Makes the tables what the journal says and answers what differed. To be run while nothing else uses the
/// database, for which [`alone`](crate::Config::alone) serves: it holds the writer until it is done, and others would
/// go on with what they had loaded before.
///
/// # Errors
/// As [`check`]; nothing has changed then.
pub fn rebuild(app: &App) -> Result<Report> {
    let (context, data) = (app.context().clone(), app.data().to_owned());
    app.store().write(move |tx| {
        let report = (|| {
            tx.settle()?;
            let conn = tx.conn();
            make_words(conn)?;
            let (report, mut scratch, replayed) = compare_all(&context, conn, &data, &mut |_| {})?;
            repair(&context, conn, &mut scratch)?;
            after_repair(tx, &replayed);
            Ok(report)
        })();
        // A refusal would let the group go on with half of the repair in it.
        report.map_err(|error: Error| match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Bug => error,
            _ => Error::bug("the tables could not be rebuilt").caused_by(error),
        })
    })
}

fn make_words(conn: &mut dyn Conn) -> Result<()> {
    match conn.dialect().search_words() {
        Some((make, _)) => conn.batch(make),
        None => Ok(()),
    }
}

/// The tables that follow from the journal, each as pages.
pub(crate) fn projected(context: &Context) -> Vec<Paged> {
    let own = schema::own().iter().filter(|own| schema::PROJECTED.contains(&own.name)).map(Paged::from);
    context.tables().iter().map(|table| Paged::from(&**table)).chain(own).collect()
}

fn compare_all(
    context: &Context,
    live: &mut dyn Conn,
    data: &Path,
    seen: &mut dyn FnMut(u64),
) -> Result<(Report, Scratch, Replayed)> {
    let mut scratch = Scratch::new(data)?;
    let replayed = Projection::new(context, scratch.conn()?).run(live, Until::Now, seen)?;
    let mut report = Report { entries: replayed.entries, ..Report::default() };
    for table in projected(context) {
        let names = Names { context, table: &table };
        let rows = each_difference(&table, live, scratch.conn()?, &mut |found, journal, right| {
            names.describe(right, found, journal, &mut report)
        })?;
        report.rows += rows;
    }
    compare_words(context, live, scratch.conn()?, &mut report)?;
    compare_counters(live, &replayed, &mut report)?;
    Ok((report, scratch, replayed))
}

/// What is done with a pair of rows that differ.
type Differ<'a> = dyn FnMut(Option<&Row>, Option<&Row>, &mut dyn Conn) -> Result<()> + 'a;

/// Walks two tables side by side; `differ` gets each pair of rows that are not the same: what the table has, what
/// the journal says, and the journal's connection. Answers how many rows were compared.
fn each_difference(
    table: &Paged,
    live: &mut dyn Conn,
    right: &mut dyn Conn,
    differ: &mut Differ<'_>,
) -> Result<u64> {
    let mut found = Side::default();
    let mut journal = Side::default();
    let mut rows = 0;
    loop {
        found.fill(table, live)?;
        journal.fill(table, right)?;
        let order = match (found.first(), journal.first()) {
            (None, None) => return Ok(rows),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => {
                let (a, b) = (table.key_of(a), table.key_of(b));
                a.iter()
                    .zip(&b)
                    .map(|(a, b)| a.order(b))
                    .find(|order| order.is_ne())
                    .unwrap_or(Ordering::Equal)
            }
        };
        rows += 1;
        match order {
            Ordering::Less => differ(found.take().as_ref(), None, right)?,
            Ordering::Greater => differ(None, journal.take().as_ref(), right)?,
            Ordering::Equal => {
                let (a, b) = (found.take(), journal.take());
                if a != b {
                    differ(a.as_ref(), b.as_ref(), right)?;
                }
            }
        }
    }
}

/// One of two tables that are walked side by side.
#[derive(Default)]
struct Side {
    page: std::collections::VecDeque<Row>,
    key: Option<Vec<Value>>,
    ended: bool,
}

impl Side {
    fn fill(&mut self, table: &Paged, conn: &mut dyn Conn) -> Result<()> {
        if self.page.is_empty() && !self.ended {
            self.page = table.after(conn, self.key.as_deref())?.into();
            self.ended = self.page.is_empty();
            self.key = self.page.back().map(|row| table.key_of(row));
        }
        Ok(())
    }

    fn first(&self) -> Option<&Row> {
        self.page.front()
    }

    fn take(&mut self) -> Option<Row> {
        self.page.pop_front()
    }
}

/// Names rows for people.
struct Names<'a> {
    context: &'a Context,
    table: &'a Paged,
}

impl Names<'_> {
    fn describe(
        &self,
        right: &mut dyn Conn,
        found: Option<&Row>,
        journal: Option<&Row>,
        report: &mut Report,
    ) -> Result<()> {
        let Some(row) = journal.or(found) else { return Ok(()) };
        let name = self.name(right, row)?;
        let table = self.table.table.to_owned();
        let (Some(found), Some(journal)) = (found, journal) else {
            let shown = |row: Option<&Row>| row.map(|_| "a row".to_owned());
            report.found(Difference {
                table,
                row: name,
                column: None,
                journal: shown(journal),
                found: shown(found),
            });
            return Ok(());
        };
        let shown = |value: &Value| (!value.is_null()).then(|| value.to_string());
        for (at, column) in self.table.columns.iter().enumerate().filter(|(at, _)| found[*at] != journal[*at])
        {
            report.found(Difference {
                table: table.clone(),
                row: name.clone(),
                column: Some((*column).to_owned()),
                journal: shown(&journal[at]),
                found: shown(&found[at]),
            });
        }
        Ok(())
    }

    fn name(&self, right: &mut dyn Conn, row: &Row) -> Result<String> {
        let column =
            |name: &str| self.table.columns.iter().position(|column| *column == name).map(|at| &row[at]);
        if let Some(reference) = column("ref") {
            return Ok(reference.to_string());
        }
        let mut parts = Vec::new();
        if let Some(Value::Id(record)) = column("record") {
            let sql = right.dialect().sql("select ref from record where id = ?1");
            let known = right.first(&sql, &[Value::Id(*record)], &[Cell::Text])?;
            parts.push(known.map_or_else(|| record.to_string(), |row| row[0].to_string()));
        }
        let rest = if self.context.tables().iter().any(|table| table.name == self.table.table) {
            vec!["id"]
        } else {
            self.table.key.iter().map(|at| self.table.columns[*at]).filter(|name| *name != "record").collect()
        };
        parts.extend(rest.into_iter().filter_map(column).map(ToString::to_string));
        Ok(parts.join("/"))
    }
}

fn compare_words(
    context: &Context,
    live: &mut dyn Conn,
    right: &mut dyn Conn,
    report: &mut Report,
) -> Result<()> {
    let one = |word: &str, journal: Option<String>, found: Option<String>| Difference {
        table: "search".into(),
        row: word.into(),
        column: None,
        journal,
        found,
    };
    if let Some((make, select)) = live.dialect().search_words() {
        if right.first("select rowid from search limit 1", &[], &[Cell::Int])?.is_none() {
            write_words(context, right)?;
        }
        right.batch(make)?;
        let cells = [Cell::Text, Cell::Int, Cell::Int, Cell::Int];
        let words = Paged { table: "search", columns: vec!["term"], cells: cells.to_vec(), key: vec![0] };
        let (mut found, mut journal) = (Words::default(), Words::default());
        loop {
            found.fill(&words, live, select)?;
            journal.fill(&words, right, select)?;
            let order = match (found.page.front(), journal.page.front()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a[0].order(&b[0]),
            };
            let a = if order.is_le() { found.page.pop_front() } else { None };
            let b = if order.is_ge() { journal.page.pop_front() } else { None };
            if a != b {
                let shown = |row: &Option<Row>| row.as_ref().map(|row| format!("{} times", row[1]));
                let word = a.as_ref().or(b.as_ref()).map(|row| row[0].to_string()).unwrap_or_default();
                report.found(one(&format!("word \"{word}\""), shown(&b), shown(&a)));
            }
        }
    }
    let Some(select) = live.dialect().search_mismatches() else { return Ok(()) };
    let mut records = 0;
    for_words(context, right, &mut |chunk| {
        records += chunk.len() as u64;
        let list: Vec<_> =
            chunk.iter().map(|(key, _, public, internal)| json!([key, public, internal])).collect();
        for row in live.query(select, &[Value::Json(list.into())], &[Cell::Int])? {
            let name = chunk.iter().find(|(key, ..)| Some(*key) == row[0].as_int());
            let name = name.map_or_else(String::new, |(_, name, ..)| name.clone());
            report.found(one(&name, Some("its words".into()), Some("other words".into())));
        }
        Ok(())
    })?;
    let row = live.first("select count(*) from search", &[], &[Cell::Int])?;
    let indexed =
        row.and_then(|row| row[0].as_int()).and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    if indexed > records {
        report.found(one("all", Some(format!("{records} records")), Some(format!("{indexed} records"))));
    }
    Ok(())
}

/// The words of an index that is read by word.
#[derive(Default)]
struct Words {
    page: std::collections::VecDeque<Row>,
    last: String,
    ended: bool,
}

impl Words {
    fn fill(&mut self, words: &Paged, conn: &mut dyn Conn, select: &str) -> Result<()> {
        if self.page.is_empty() && !self.ended {
            self.page = conn.query(select, &[Value::Text(self.last.clone())], &words.cells)?.into();
            self.ended = self.page.is_empty();
            self.last = self.page.back().map(|row| row[0].to_string()).unwrap_or_default();
        }
        Ok(())
    }
}

/// Key, ref, public and internal words of records.
type RecordWords = (i64, String, String, String);

/// Shows the search words of all records, as the journal says, in chunks.
fn for_words(
    context: &Context,
    right: &mut dyn Conn,
    see: &mut dyn FnMut(Vec<RecordWords>) -> Result<()>,
) -> Result<()> {
    for entry in context.registry.kinds() {
        let table: &Table = context.table(entry.def.name)?;
        Paged::from(table).walk(right, &mut |page| {
            see(page
                .into_iter()
                .map(|row| {
                    let found = rows::keyed(row);
                    let (public, internal) = search::words(&entry.def, table, &found.row);
                    (found.key, found.row[1].to_string(), public, internal)
                })
                .collect())
        })?;
    }
    Ok(())
}

/// The numbers of refs that were given: one that is too low would be given twice.
fn compare_counters(live: &mut dyn Conn, replayed: &Replayed, report: &mut Report) -> Result<()> {
    let head = Head::load(live, false)?;
    for (prefix, number) in &replayed.counters {
        let kept = head.counters.iter().find(|(name, _)| name == prefix).map(|(_, kept)| *kept);
        if kept.is_none_or(|kept| kept < *number) {
            report.found(Difference {
                table: "journal_head".into(),
                row: prefix.clone(),
                column: Some("counters".into()),
                journal: Some(number.to_string()),
                found: kept.map(|kept| kept.to_string()),
            });
        }
    }
    Ok(())
}

/// Makes the tables what the scratch file says.
pub(crate) fn repair(context: &Context, live: &mut dyn Conn, scratch: &mut Scratch) -> Result<()> {
    let right = scratch.conn()?;
    for table in projected(context) {
        let (mut wrong, mut missing) = (Vec::new(), Vec::new());
        each_difference(&table, live, right, &mut |found, journal, _| {
            wrong.extend(found.map(|row| table.key_of(row)));
            missing.extend(journal.map(|row| table.key_of(row)));
            Ok(())
        })?;
        // All wrong rows go first: two of them may have exchanged a value that must be unique.
        for key in &wrong {
            table.delete(live, key)?;
        }
        for keys in missing.chunks(512) {
            let mut rows = Vec::with_capacity(keys.len());
            for key in keys {
                rows.extend(table.find(right, key)?);
            }
            table.insert(live, &rows)?;
        }
    }
    make_words(live)?;
    let mut words = Report::default();
    compare_words(context, live, right, &mut words)?;
    if !words.clean() {
        live.batch(live.dialect().clear_search())?;
        for_words(context, right, &mut |chunk| {
            for (key, _, public, internal) in chunk {
                let params = [Value::Int(key), Value::Text(public), Value::Text(internal)];
                live.execute(live.dialect().write_search(false), &params)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Makes sure that no ref is given twice, and that nothing loaded before the repair is used again.
pub(crate) fn after_repair(tx: &mut WriteTx<'_>, replayed: &Replayed) {
    for (prefix, number) in &replayed.counters {
        tx.head().reserve_reference(prefix, *number);
    }
    tx.cache().forget();
}
