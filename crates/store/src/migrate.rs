//! Migrations: reviewed SQL, each statement in a transaction with the note that it was done, so that a kill at
//! any point leaves a database that goes on where it stopped. A newer schema is refused.

use mainstay_core::{Error, Result, Value, error::ErrorKind};

use crate::{dialect::Cell, engine::Conn};

/// One step of the schema's history, the same number on both databases.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Number, from 1, without gaps.
    pub version: u32,
    /// What it brings, for people.
    pub name: &'static str,
    /// Statements for SQLite, each ended by a semicolon at the end of a line.
    pub sqlite: &'static str,
    /// Statements for PostgreSQL.
    pub postgres: &'static str,
}

/// Splits a script: a statement ends with a semicolon at the end of a line; `--` lines are comments.
pub fn statements(script: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut statement = String::new();
    for line in script.lines() {
        if line.trim_start().starts_with("--") {
            continue;
        }
        if !statement.is_empty() {
            statement.push('\n');
        }
        match line.trim_end().strip_suffix(';') {
            Some(last) => {
                statement.push_str(last);
                all.push(std::mem::take(&mut statement));
            }
            None => statement.push_str(line),
        }
        if statement.trim().is_empty() {
            statement.clear();
        }
    }
    all
}

/// What stood before and what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Version before; 0 for an empty database.
    pub from: u32,
    /// Version after.
    pub to: u32,
    /// Statements run now.
    pub statements: usize,
}

const CREATE: &str = "create table if not exists schema_step (version integer not null, step integer not null, \
                      primary key (version, step))";

/// The version that is complete, and the one beyond it that has been begun.
///
/// # Errors
/// Unavailable.
pub fn version(conn: &mut dyn Conn, migrations: &[Migration]) -> Result<(u32, Option<u32>)> {
    if conn.batch(CREATE).is_err() {
        // Two programs that start at once on PostgreSQL: the second is told of a conflict, and finds the table.
        conn.batch(CREATE)?;
    }
    let rows = conn.query(
        "select version, count(*) from schema_step group by version order by version",
        &[],
        &[Cell::Int, Cell::Int],
    )?;
    let mut complete = 0;
    let mut begun = None;
    for row in rows {
        let version = row[0].as_int().and_then(|version| u32::try_from(version).ok()).unwrap_or(u32::MAX);
        let steps = row[1].as_int().and_then(|steps| usize::try_from(steps).ok()).unwrap_or(0);
        match migrations.iter().find(|migration| migration.version == version) {
            None => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    format!("the database has schema {version}, which is newer than this program"),
                )
                .hint("Run the version of Mainstay that wrote it, or a newer one. Nothing was changed."));
            }
            Some(migration) if steps >= script(conn, migration).len() => complete = version,
            Some(_) => begun = Some(version),
        }
    }
    Ok((complete, begun))
}

fn script(conn: &dyn Conn, migration: &Migration) -> Vec<String> {
    statements(match conn.dialect() {
        crate::Dialect::Sqlite => migration.sqlite,
        crate::Dialect::Postgres => migration.postgres,
    })
}

/// Brings the schema to the newest version; goes on after a kill. `before` is called once, before the first
/// statement that changes a database which already holds records, so that a verified backup can be made.
///
/// # Errors
/// Unavailable for a newer schema or a failing database; what `before` says.
pub fn migrate(
    conn: &mut dyn Conn,
    migrations: &[Migration],
    before: &mut dyn FnMut() -> Result<()>,
) -> Result<Migrated> {
    let (from, begun) = version(conn, migrations)?;
    let newest = migrations.last().map_or(0, |migration| migration.version);
    let mut done = Migrated { from, to: newest, statements: 0 };
    if from == newest {
        return Ok(done);
    }
    if from > 0 && begun.is_none() {
        before()?;
    }
    for migration in migrations.iter().filter(|migration| migration.version > from) {
        for (step, statement) in script(conn, migration).iter().enumerate() {
            conn.batch(conn.dialect().begin_write())?;
            match run_step(conn, migration.version, step, statement) {
                Ok(ran) => {
                    conn.batch("commit")?;
                    done.statements += usize::from(ran);
                }
                Err(error) => {
                    conn.batch("rollback")?;
                    return Err(error);
                }
            }
        }
    }
    Ok(done)
}

fn run_step(conn: &mut dyn Conn, version: u32, step: usize, statement: &str) -> Result<bool> {
    // Two programs that start at once: the second waits here and then finds the step done.
    if conn.dialect() == crate::Dialect::Postgres {
        conn.batch("lock table schema_step in exclusive mode")?;
    }
    let params = [Value::Int(version.into()), Value::from(step as u64)];
    let known = conn.dialect().sql("select version from schema_step where version = ?1 and step = ?2");
    if conn.first(&known, &params, &[Cell::Int])?.is_some() {
        return Ok(false);
    }
    conn.batch(statement)?;
    let note = conn.dialect().sql("insert into schema_step(version, step) values (?1, ?2)");
    conn.execute(&note, &params)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_split_at_semicolons_that_end_a_line() {
        let script = "-- first\ncreate table a (\n  x text\n);\n\ninsert into a values (';');\n";
        assert_eq!(statements(script), ["create table a (\n  x text\n)", "insert into a values (';')"]);
    }
}
