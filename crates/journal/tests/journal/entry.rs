//! An entry has one spelling.

use crate::sample;

use std::collections::BTreeMap;

use mainstay_journal::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn written(entry: &Entry) -> String {
    String::from_utf8(entry.encode()).unwrap()
}

fn smallest() -> Entry {
    Entry { record: None, row: None, ..sample::plain(1, 0) }
}

#[test]
fn an_entry_is_one_line_with_sorted_names_and_no_empty_member() {
    assert_eq!(
        written(&smallest()),
        "{\"act\":\"019a3c00-0000-7000-9000-000000000000\",\"actor\":\"user:anna\",\"channel\":\"api\",\
         \"command\":\"incident.create\",\"epoch\":1,\"index\":0,\"occurred_at\":1767607200,\"op\":\"put\",\
         \"recorded_at_ms\":1767607200000,\"schema\":1,\"table\":\"incident\",\"v\":1,\"version\":1}"
    );
}

#[test]
fn every_member_stands_in_the_order_of_its_bytes() {
    let full = Entry {
        on_behalf_of: Some(String::new()),
        values: BTreeMap::from([("a".to_owned(), Json::Null)]),
        personal: BTreeMap::from([("b".to_owned(), Commitment::from_bytes([1; 32]))]),
        waived: vec![String::new()],
        reason: Some(String::new()),
        ..sample::plain(1, 0)
    };
    let text = written(&full);
    let parsed: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut names: Vec<_> =
        parsed.keys().map(|name| (text.find(&format!("\"{name}\":")).unwrap(), name)).collect();
    names.sort();
    assert_eq!(names.len(), 20);
    assert!(names.is_sorted_by_key(|(_, name)| *name), "{names:?}");
    assert_eq!(Entry::decode(text.as_bytes()), Ok(full));
}

#[test]
fn text_is_escaped_as_little_as_possible() {
    let check = |text: &str, expected: &str| {
        assert_eq!(String::from_utf8(Json::from(text).encode()).unwrap(), expected);
        assert_eq!(Json::decode(expected.as_bytes()), Ok(Json::from(text)));
    };
    check("", "\"\"");
    check("a\"b", "\"a\\\"b\"");
    check("a\\b", "\"a\\\\b\"");
    check("a/b", "\"a/b\"");
    check("\u{0}\u{8}\t\n\u{c}\r\u{1f}", "\"\\u0000\\u0008\\u0009\\u000a\\u000c\\u000d\\u001f\"");
    check("\u{7f}\u{e4}\u{2028}\u{fffd}\u{1f525}", "\"\u{7f}\u{e4}\u{2028}\u{fffd}\u{1f525}\"");
}

#[test]
fn a_second_spelling_of_a_value_is_refused() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Json::decode(nested(32).as_bytes()).is_ok());
    for spelling in [
        "",
        " 1",
        "1 ",
        "01",
        "-0",
        "-",
        "+1",
        "1.0",
        "1e3",
        "9223372036854775808",
        "-9223372036854775809",
        "nul",
        "True",
        "NaN",
        "\"",
        "\"a",
        "\"\\n\"",
        "\"\\/\"",
        "\"\\u000A\"",
        "\"\\u0020\"",
        "\"\\u00e4\"",
        "\"\n\"",
        "\"\\ud83d\\udd25\"",
        "[1, 2]",
        "[1,]",
        "[,1]",
        "[",
        "{\"b\":1,\"a\":2}",
        "{\"a\":1,\"a\":1}",
        "{\"a\" :1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\"}",
        "1 2",
        "\u{feff}1",
        &nested(33),
    ] {
        assert!(Json::decode(spelling.as_bytes()).is_err(), "{spelling:?} was accepted");
    }
    assert_eq!(Json::decode(b"\"\xff\""), Err(EntryError::NotUtf8 { at: 1 }));
    assert_eq!(Json::decode(b"-9223372036854775808"), Ok(Json::Int(i64::MIN)));
}

#[test]
fn a_second_spelling_of_an_entry_is_refused() {
    let entry = Entry {
        on_behalf_of: Some("b".to_owned()),
        waived: vec!["c".to_owned()],
        personal: BTreeMap::from([("name".to_owned(), Commitment::from_bytes([0xab; 32]))]),
        ..smallest()
    };
    let text = written(&entry);
    assert!(Entry::decode(text.as_bytes()).is_ok());
    for (from, to) in [
        ("\"v\":1", "\"v\":2"),
        ("\"epoch\":1", "\"epoch\":-1"),
        ("\"epoch\":1", "\"epoch\":4294967296"),
        ("\"index\":0", "\"index\":00"),
        ("\"index\":0", "\"index\":-1"),
        ("\"index\":0", "\"index\":9223372036854775808"),
        ("\"put\"", "\"PUT\""),
        ("\"put\"", "\"patch\""),
        ("abab", "ABAB"),
        ("abab", "ab"),
        ("\"waived\":[\"c\"]", "\"waived\":[]"),
        ("\"waived\":[\"c\"]", "\"waived\":null"),
        (",\"waived\":[\"c\"]", ",\"wax\":1"),
        ("\"on_behalf_of\":\"b\"", "\"on_behalf_of\":null"),
        (",\"v\":1", ",\"v\":1,\"values\":{}"),
        ("\"schema\":1,", ""),
        ("}", "} "),
        ("{\"act\"", "{ \"act\""),
    ] {
        let spelling = text.replacen(from, to, if from == "}" { 2 } else { 1 });
        assert_ne!(spelling, text);
        assert!(Entry::decode(spelling.as_bytes()).is_err(), "{spelling} was accepted");
    }
    assert_eq!(
        Entry::decode(text.replace("\"v\":1", "\"v\":2").as_bytes()),
        Err(EntryError::UnknownVersion(2))
    );
}

#[test]
fn an_entry_beyond_the_limits_is_told_before_it_is_written() {
    let deep = (0..33).fold(Json::Null, |inner, _| Json::List(vec![inner]));
    let with = |value: Json| BTreeMap::from([("a".to_owned(), value)]);
    assert_eq!(Entry { index: 1 << 63, ..smallest() }.check(), Err(EntryError::TooLarge("index")));
    assert_eq!(Entry { values: with(deep), ..smallest() }.check(), Err(EntryError::TooDeep { at: 0 }));
    let long = Entry { reason: Some("x".repeat(16 * 1024 * 1024)), ..smallest() };
    assert!(matches!(long.check(), Err(EntryError::TooLong(_))));
    assert!(matches!(Entry::decode(&long.encode()), Err(EntryError::TooLong(_))));
    assert_eq!(smallest().check(), Ok(()));
}

#[test]
fn a_commitment_opens_only_with_its_salt_and_its_value() {
    let (salt, value) = ([7; 32], Json::from("Bo"));
    let commitment = Commitment::of(&salt, &value);
    assert!(open(&salt, &value, &commitment));
    assert!(!open(&[8; 32], &value, &commitment));
    assert!(!open(&salt, &"bo".into(), &commitment));
    assert!(!open(&salt, &Json::List(vec![value]), &commitment));
}

#[test]
fn a_fraction_has_no_place_in_an_entry() {
    assert!(Json::try_from(&serde_json::json!({ "a": [1.5] })).is_err());
    assert!(Json::try_from(&serde_json::json!(u64::MAX)).is_err());
    let value = serde_json::json!({ "a": [1, null, true, "x", { "b": -1 }] });
    assert_eq!(serde_json::Value::from(&Json::try_from(&value).unwrap()), value);
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::Int),
        ".{0,12}".prop_map(Json::Text),
        "[\\x00-\\x7f]{0,12}".prop_map(Json::Text),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::List),
            prop::collection::btree_map(".{0,6}", inner, 0..5).prop_map(Json::Map),
        ]
    })
}

prop_compose! {
    fn entries()(
        (epoch, index, recorded_at_ms, occurred_at, schema, version) in
            (any::<u32>(), 0..=i64::MAX as u64, any::<i64>(), any::<i64>(), any::<u32>(), 0..=i64::MAX as u64),
        texts in prop::array::uniform5(".{0,10}"),
        options in prop::array::uniform4(prop::option::of(".{0,10}")),
        values in prop::collection::btree_map(".{0,8}", json(), 0..5),
        personal in prop::collection::btree_map(".{0,8}", any::<[u8; 32]>().prop_map(Commitment::from_bytes), 0..3),
        waived in prop::collection::vec(".{0,8}", 0..3),
        op in prop_oneof![Just(Op::Put), Just(Op::Delete), Just(Op::Note)],
    ) -> Entry {
        let [actor, channel, act, command, table] = texts;
        let [on_behalf_of, record, row, reason] = options;
        Entry {
            epoch, index, recorded_at_ms, occurred_at, actor, on_behalf_of, channel, act, command, table, schema,
            record, row, version, op, values, personal, waived, reason,
        }
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_000),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn what_is_written_reads_back_and_is_json_on_one_line(entry in entries()) {
        let bytes = entry.encode();
        prop_assert_eq!(Entry::decode(&bytes), Ok(entry));
        prop_assert!(!bytes.contains(&b'\n'));
        prop_assert!(serde_json::from_slice::<serde_json::Value>(&bytes).unwrap().is_object());
    }

    #[test]
    fn bytes_that_are_accepted_are_the_only_spelling(
        entry in entries(), at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0..3,
    ) {
        let mut bytes = entry.encode();
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = byte,
            1 => { bytes.remove(at); }
            _ => bytes.insert(at, byte),
        }
        if let Ok(read) = Entry::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }

    #[test]
    fn a_value_reads_back_and_another_reader_agrees(value in json()) {
        let bytes = value.encode();
        prop_assert_eq!(&Json::decode(&bytes).unwrap(), &value);
        let other: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(Json::try_from(&other).unwrap(), value);
    }
}
