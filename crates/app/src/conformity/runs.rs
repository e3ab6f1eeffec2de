//! Runs as they are kept: rows of a part that hangs on the check.

use std::collections::BTreeMap;

use mainstay_conformity::{CheckRun, RunResult, Span, checks, run::AsOf};
use mainstay_core::{Error, Result, Value, parts, table::Table};
use mainstay_store::{Conn, engine::Row, rows};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::context::Context;

/// The fixed id under which the runs of a check are kept: the beginning of SHA-256 over a prefix and the check's id.
pub fn record_of(check: &str) -> Uuid {
    let hash = Sha256::digest(format!("mainstay check\n{check}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes)
}

/// The latest runs of a check, oldest first.
pub(super) fn of_check(
    context: &Context,
    conn: &mut dyn Conn,
    check: &str,
    most: u32,
) -> Result<Vec<CheckRun>> {
    let table = context.table(parts::CHECK_RUN)?.clone();
    let sql = conn
        .dialect()
        .sql(&format!("{} where \"record\" = ?1 order by \"key\" desc limit ?2", rows::select(&table)));
    let params = [Value::Id(record_of(check)), Value::Int(most.into())];
    let found = conn.query(&sql, &params, &rows::cells(&table))?;
    let mut runs: Vec<_> =
        found.into_iter().map(|row| from_row(&table, &rows::keyed(row).row)).collect::<Result<_>>()?;
    runs.reverse();
    Ok(runs)
}

/// The latest run of every check of this program, by its id.
pub(super) fn latest(context: &Context, conn: &mut dyn Conn) -> Result<BTreeMap<String, CheckRun>> {
    let mut all = BTreeMap::new();
    for def in checks::all() {
        if let Some(run) = of_check(context, conn, def.id, 1)?.pop() {
            all.insert(run.check.clone(), run);
        }
    }
    Ok(all)
}

fn from_row(table: &Table, row: &Row) -> Result<CheckRun> {
    let damaged = |column: &str| {
        Error::bug(format!("a run of a check has an unreadable {column}"))
            .hint("Run `mainstay rebuild --check`.")
    };
    let get = |column: &'static str| {
        table.position(column).and_then(|at| row.get(at)).ok_or_else(|| damaged(column))
    };
    let text = |column| get(column)?.as_text().map(str::to_owned).ok_or_else(|| damaged(column));
    let number = |column| {
        get(column)?.as_int().and_then(|number| u64::try_from(number).ok()).ok_or_else(|| damaged(column))
    };
    let small = |column| u32::try_from(number(column)?).map_err(|_| damaged(column));
    let instant = |column| get(column)?.as_instant().ok_or_else(|| damaged(column));
    let exceptions = match get("exceptions")? {
        Value::Json(json) => serde_json::from_value(json.clone()).map_err(|_| damaged("exceptions"))?,
        _ => return Err(damaged("exceptions")),
    };
    let until = instant("evaluated_at")?;
    Ok(CheckRun {
        check: text("check_id")?,
        version: small("check_version")?,
        rule: text("rule")?,
        engine: small("engine")?,
        as_of: AsOf { position: number("position")?, instant: until },
        period: Span { from: instant("period_from")?, until },
        result: RunResult::parse(&text("result")?).ok_or_else(|| damaged("result"))?,
        looked_at: number("looked_at")?,
        population: number("population")?,
        population_digest: text("population_digest")?,
        exceptions_total: number("exceptions_total")?,
        exceptions_digest: text("exceptions_digest")?,
        exceptions,
        note: get("note")?.as_text().map(str::to_owned),
    })
}
