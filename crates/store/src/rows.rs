//! Rows of the tables that the journal writes: load, insert, update, delete.

use mainstay_core::{Result, Value, table::Table};
use uuid::Uuid;

use crate::{
    dialect::{Cell, quoted},
    engine::{Conn, Row},
};

/// A row with the store's integer key.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyed {
    /// The store's key: the journal position of the entry that made the row. Stable, never reused, orders rows
    /// by creation, and the same after a rebuild.
    pub key: i64,
    /// One value a column.
    pub row: Row,
}

/// The cells of a keyed row.
pub fn cells(table: &Table) -> Vec<Cell> {
    std::iter::once(Cell::Int).chain(table.columns.iter().map(|column| column.ty.into())).collect()
}

/// `select "key", … from table`.
pub fn select(table: &Table) -> String {
    let columns: Vec<_> = table.columns.iter().map(|column| quoted(column.name)).collect();
    format!("select \"key\", {} from {}", columns.join(", "), quoted(table.name))
}

/// As [`select`], of the columns at these places only.
pub fn select_some(table: &Table, places: &[usize]) -> String {
    let columns: Vec<_> = places.iter().map(|at| format!(", {}", quoted(table.columns[*at].name))).collect();
    format!("select \"key\"{} from {}", columns.concat(), quoted(table.name))
}

/// The cells of such a row.
pub fn some_cells(table: &Table, places: &[usize]) -> Vec<Cell> {
    std::iter::once(Cell::Int).chain(places.iter().map(|at| table.columns[*at].ty.into())).collect()
}

/// Splits the key off, and gives NULL for the columns that were not read.
pub fn keyed_some(table: &Table, places: &[usize], row: Row) -> Keyed {
    let Keyed { key, row: read } = keyed(row);
    if places.len() == table.columns.len() {
        return Keyed { key, row: read };
    }
    let mut row = Row::with_capacity(table.columns.len());
    for (at, value) in places.iter().zip(read) {
        row.resize(*at, Value::Null);
        row.push(value);
    }
    row.resize(table.columns.len(), Value::Null);
    Keyed { key, row }
}

/// Splits the key off.
pub fn keyed(row: Row) -> Keyed {
    let mut row = row.into_iter();
    let key = row.next().and_then(|key| key.as_int()).unwrap_or_default();
    Keyed { key, row: row.collect() }
}

/// The row whose `column` has this value.
///
/// # Errors
/// Unavailable.
pub fn find(conn: &mut dyn Conn, table: &Table, column: &str, value: &Value) -> Result<Option<Keyed>> {
    let dialect = conn.dialect();
    let at = table.position(column).unwrap_or_default();
    let sql = conn.texts().get((table.name, "find", at), &|| {
        dialect.sql(&format!("{} where {} = ?1", select(table), quoted(column)))
    });
    Ok(conn.first(&sql, std::slice::from_ref(value), &cells(table))?.map(keyed))
}

/// The row with this id.
///
/// # Errors
/// Unavailable.
pub fn load(conn: &mut dyn Conn, table: &Table, id: Uuid) -> Result<Option<Keyed>> {
    find(conn, table, "id", &Value::Id(id))
}

/// The rows of a part that hang on a record, oldest first.
///
/// # Errors
/// Unavailable.
pub fn parts_of(conn: &mut dyn Conn, table: &Table, record: Uuid) -> Result<Vec<Keyed>> {
    let sql = conn.dialect().sql(&format!("{} where \"record\" = ?1 order by \"key\"", select(table)));
    Ok(conn.query(&sql, &[Value::Id(record)], &cells(table))?.into_iter().map(keyed).collect())
}

/// Rows after a key in the order of keys, for exports and checks in short transactions.
///
/// # Errors
/// Unavailable.
pub fn after(conn: &mut dyn Conn, table: &Table, key: i64, limit: u32) -> Result<Vec<Keyed>> {
    let sql = conn.dialect().sql(&format!("{} where \"key\" > ?1 order by \"key\" limit ?2", select(table)));
    let params = [Value::Int(key), Value::Int(limit.into())];
    Ok(conn.query(&sql, &params, &cells(table))?.into_iter().map(keyed).collect())
}

/// Writes a new row.
///
/// # Errors
/// Unavailable, conflict for a doubled unique value.
pub fn insert(conn: &mut dyn Conn, table: &Table, keyed: &Keyed) -> Result<()> {
    let dialect = conn.dialect();
    let sql = conn.texts().get((table.name, "insert", 0), &|| {
        let columns: Vec<_> = table.columns.iter().map(|column| quoted(column.name)).collect();
        let places: Vec<_> = (1..=columns.len() + 1).map(|at| format!("?{at}")).collect();
        dialect.sql(&format!(
            "insert into {}(\"key\", {}) values ({})",
            quoted(table.name),
            columns.join(", "),
            places.join(", ")
        ))
    });
    let params: Vec<_> = std::iter::once(Value::Int(keyed.key)).chain(keyed.row.iter().cloned()).collect();
    conn.execute(&sql, &params).map(|_| ())
}

/// Writes the columns in which `row` differs from `before`, so that only their indexes are touched.
///
/// # Errors
/// Unavailable, conflict for a doubled unique value.
pub fn update(conn: &mut dyn Conn, table: &Table, key: i64, before: &Row, row: &Row) -> Result<()> {
    let mut params = vec![Value::Int(key)];
    let mut columns = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        if before.get(at) != row.get(at) {
            params.push(row[at].clone());
            columns.push(format!("{} = ?{}", quoted(column.name), params.len()));
        }
    }
    if columns.is_empty() {
        return Ok(());
    }
    let sql = conn.dialect().sql(&format!(
        "update {} set {} where \"key\" = ?1",
        quoted(table.name),
        columns.join(", ")
    ));
    conn.execute(&sql, &params).map(|_| ())
}

/// Removes a row.
///
/// # Errors
/// Unavailable.
pub fn delete(conn: &mut dyn Conn, table: &Table, key: i64) -> Result<()> {
    let sql = conn.dialect().sql(&format!("delete from {} where \"key\" = ?1", quoted(table.name)));
    conn.execute(&sql, &[Value::Int(key)]).map(|_| ())
}

/// Writes many rows of one of the store's own tables in as few statements as the dialect likes.
///
/// # Errors
/// Unavailable.
pub fn insert_many(
    conn: &mut dyn Conn,
    table: &'static str,
    columns: &[&str],
    rows: &[Row],
    on_conflict: &str,
) -> Result<()> {
    let dialect = conn.dialect();
    let most = dialect.rows_per_insert();
    let mut rest = rows;
    while !rest.is_empty() {
        // Few different lengths, so that few statements are prepared.
        let take = [most, 8, 1].into_iter().find(|take| *take <= rest.len()).unwrap_or(1);
        let (now, later) = rest.split_at(take);
        let sql = conn.texts().get((table, "insert many", take), &|| {
            let names: Vec<_> = columns.iter().map(|column| quoted(column)).collect();
            let width = columns.len();
            let groups: Vec<_> = (0..take)
                .map(|row| {
                    let places: Vec<_> = (1..=width).map(|at| format!("?{}", row * width + at)).collect();
                    format!("({})", places.join(", "))
                })
                .collect();
            dialect.sql(&format!(
                "insert into {}({}) values {} {on_conflict}",
                quoted(table),
                names.join(", "),
                groups.join(", ")
            ))
        });
        let params: Vec<_> = now.iter().flatten().cloned().collect();
        conn.execute(&sql, &params)?;
        rest = later;
    }
    Ok(())
}
