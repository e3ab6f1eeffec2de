//! What was written is read back, to the last bit.

use mainstay_core::{ErrorKind, Value};
use proptest::{collection::vec, prop_assert_eq};
use serde_json::json;
use uuid::Uuid;

use crate::{
    both::{at, on_both, with},
    samples::{row, runner},
};

#[track_caller]
fn check_round_trip(column: &str, values: Vec<Value>) {
    on_both(|world| {
        for (number, value) in values.iter().enumerate() {
            let written = with(number as u128 + 1, column, value.clone());
            let key = world
                .insert(written.clone())
                .unwrap_or_else(|error| panic!("{column} = {value:?}: {error} {:?}", error.cause()));
            assert_eq!(world.row(key).expect("the row").row, written);
        }
    });
}

#[test]
fn texts_are_kept_as_they_are() {
    let long = "long ".repeat(200_000);
    let texts = [
        "",
        " ",
        "'",
        "\"",
        "''; drop table sample; --",
        "\\",
        "?1 $1 :a",
        "%_",
        "a\nb\r\n\tc",
        "é",
        "e\u{301}",
        "😀👩‍🚒",
        "\u{202e}right to left",
        "\u{1}",
        "\u{feff}",
        "\u{10ffff}",
        "Ünïcödé",
        &long,
    ];
    check_round_trip("text", texts.into_iter().take(17).map(Value::from).collect());
    check_round_trip("raw", vec![Value::Bytes(long.into_bytes())]);
}

#[test]
fn moments_are_kept_from_the_year_1_to_the_year_9999() {
    let moments = [
        "0001-01-01T00:00:00Z",
        "1582-10-10T00:00:00Z",
        "1899-12-31T23:59:59Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:00:00Z",
        "2026-03-29T01:30:00Z",
        "2038-01-19T03:14:08Z",
        "9999-12-30T22:00:00Z",
    ];
    check_round_trip("moment", moments.map(|text| Value::Instant(at(text))).into());
}

#[test]
fn days_are_kept_from_the_year_1_to_the_year_9999() {
    let days = ["0001-01-01", "1582-10-10", "1900-02-28", "2000-02-29", "9999-12-31"];
    check_round_trip("day", days.map(|text| Value::Date(text.parse().expect("a date"))).into());
}

#[test]
fn numbers_flags_ids_and_bytes_are_kept() {
    check_round_trip("number", [0, 1, -1, i64::MIN, i64::MAX].map(Value::Int).into());
    check_round_trip("flag", vec![Value::Bool(true), Value::Bool(false), Value::Null]);
    check_round_trip("other", [1, u128::MAX, 1 << 64].map(|id| Value::Id(Uuid::from_u128(id))).into());
    check_round_trip(
        "raw",
        vec![Value::Bytes(vec![]), Value::Bytes(vec![0, 255, 0]), Value::Bytes(vec![b'\\'; 9])],
    );
}

#[test]
fn structured_content_is_kept() {
    let plans = [
        json!(null),
        json!([]),
        json!({}),
        json!("a\"b"),
        json!({"z": 1, "a": [null, true, -1]}),
        json!({"": {"nested": [[[]]]}}),
        json!(i64::MIN),
        json!({"😀": "é\u{301}"}),
        json!("\\u0000"),
    ];
    check_round_trip("plan", plans.map(Value::Json).into());
}

#[test]
fn any_row_is_read_back_as_it_was_written() {
    on_both(|world| {
        let id = std::cell::Cell::new(0);
        runner(40)
            .run(&vec(row(), 1..8), |rows| {
                for mut row in rows {
                    id.set(id.get() + 1);
                    row[0] = Value::Id(Uuid::from_u128(id.get()));
                    let key = world.insert(row.clone()).map_err(|error| {
                        proptest::test_runner::TestCaseError::fail(format!("{error} {:?}", error.cause()))
                    })?;
                    prop_assert_eq!(world.row(key).expect("the row").row, row);
                }
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{error}"));
    });
}

#[test]
fn an_update_writes_what_differs_and_nothing_else() {
    on_both(|world| {
        let before = with(1, "text", Value::from("before"));
        let key = world.insert(before.clone()).unwrap();
        // Somebody else's column, changed behind the back of this act.
        world
            .store
            .write(move |tx| {
                tx.execute_later("update sample set number = 7", vec![]);
                Ok(())
            })
            .unwrap();
        let (table, after) = (world.table.clone(), with(1, "text", Value::from("after")));
        world
            .store
            .write(move |tx| {
                tx.update(&table, key, before.clone(), after.clone());
                Ok(())
            })
            .unwrap();
        let row = world.row(key).unwrap().row;
        assert_eq!((&row[1], &row[3]), (&Value::from("after"), &Value::Int(7)));
    });
}

#[test]
fn a_doubled_unique_value_is_a_conflict() {
    on_both(|world| {
        world.insert(with(1, "code", Value::from("A"))).unwrap();
        let error = world.insert(with(2, "code", Value::from("A"))).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Conflict, "{error}");
        // Nothing is not a value: any number of rows may have none.
        world.insert(with(3, "code", Value::Null)).unwrap();
        world.insert(with(4, "code", Value::Null)).unwrap();
        world.insert(with(5, "code", Value::from("a"))).unwrap();
    });
}
