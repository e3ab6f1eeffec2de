//! Cursors: the place after which a list goes on. A text that means nothing to the caller; whatever stands in it is
//! read as a value of the sort column, so that a made-up one can only begin elsewhere in the caller's own list.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use mainstay_core::{Error, Result, Sort, Type, Value, table::Table};
use serde_json::{Value as Json, json};

/// Writes the place after a row.
pub(super) fn write(sort: &Sort, value: &Value, key: i64) -> String {
    let place = json!([sort.column, sort.descending, value.to_json(), key]);
    URL_SAFE_NO_PAD.encode(place.to_string())
}

/// Reads a place of a list with this order.
pub(super) fn read(text: &str, sort: &Sort, table: &Table) -> Result<(Value, i64)> {
    let wrong = || Error::field("cursor", "belongs to no page of this list; begin again without it");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
    let place: (String, bool, Json, i64) = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    if (place.0.as_str(), place.1) != (sort.column.as_str(), sort.descending) {
        return Err(wrong());
    }
    let ty =
        table.columns.iter().find(|column| column.name == sort.column).map_or(Type::Int, |column| column.ty);
    let value = ty.parse_stored(&place.2).map_err(|_| wrong())?;
    Ok((value, place.3))
}

#[cfg(test)]
mod tests {
    use mainstay_core::table::Column;

    use super::*;

    fn table() -> Table {
        let columns = vec![Column::new("title", Type::Text), Column::new("priority", Type::Int)];
        Table { name: "thing", columns, lists: &[], is_kind: true, schema: 1 }
    }

    #[test]
    fn a_cursor_is_read_back_as_it_was_written_and_only_for_its_own_order() {
        let sort = Sort { column: "priority".into(), descending: true };
        for value in [Value::Int(3), Value::Null] {
            let text = write(&sort, &value, 77);
            assert_eq!(read(&text, &sort, &table()).unwrap(), (value, 77));
            let other = Sort { column: "title".into(), descending: true };
            assert!(read(&text, &other, &table()).is_err());
        }
    }

    #[test]
    fn a_made_up_cursor_is_refused_with_a_sentence() {
        let sort = Sort { column: "priority".into(), descending: false };
        for text in ["", "x", "!!", "W10", "WyJwcmlvcml0eSIsZmFsc2UsIngiLDFd"] {
            let error = read(text, &sort, &table()).expect_err(text);
            assert_eq!(error.fields()[0].field, "cursor");
        }
    }
}
