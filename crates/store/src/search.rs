//! Words of records for the search index, and the filter on them.

use mainstay_core::{KindDef, Search, Value, table::Table, table::searched, text};

use crate::engine::Row;

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
