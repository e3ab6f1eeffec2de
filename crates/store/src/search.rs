//! Words of records for the search index, and the filter on them.

use mainstay_core::{KindDef, Result, Search, Value, table::Table, table::searched, text};

use crate::{
    dialect::{Audience, Cell},
    engine::{Conn, Row},
};

/// The folded words of a row: public and internal. The ref is public.
pub fn words(def: &KindDef, table: &Table, row: &Row) -> (String, String) {
    let mut public = Vec::new();
    let mut internal = Vec::new();
    for (column, value) in table.columns.iter().zip(row) {
        let Value::Text(content) = value else { continue };
        let audience = if column.name == "ref" { Search::Public } else { searched(def, column.name) };
        match audience {
            Search::No => {}
            Search::Public => public.extend(text::words(content)),
            Search::Internal => internal.extend(text::words(content)),
        }
    }
    (public.join(" "), internal.join(" "))
}

/// The newest records with these folded words whose key lies below `before`: key and kind, newest first.
///
/// # Errors
/// Unavailable.
pub fn newest(
    conn: &mut dyn Conn,
    words: &[String],
    audience: Audience,
    before: i64,
    limit: u32,
) -> Result<Vec<(i64, String)>> {
    let dialect = conn.dialect();
    let expression = dialect.search_expression(words, audience);
    let params = [Value::Text(expression), Value::Int(before), Value::Int(limit.into())];
    let rows =
        conn.query(&dialect.sql(dialect.search_newest(audience)), &params, &[Cell::Int, Cell::Text])?;
    Ok(rows.into_iter().filter_map(|row| Some((row[0].as_int()?, row[1].as_text()?.to_owned()))).collect())
}
