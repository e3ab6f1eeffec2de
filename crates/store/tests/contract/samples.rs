//! Values and filters drawn by proptest, and a runner that draws the same ones each time.

use jiff::{Timestamp, civil::Date};
use mainstay_core::{Filter, Op, Value};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use uuid::Uuid;

use crate::both::{ORDERED, sample};

/// A runner with a fixed seed.
pub fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

const TEXTS: [&str; 12] =
    ["", "a", "A", "ab", "Z", "é", "e\u{301}", "ß", "😀", "a'b\"c", "a\\b%_", "\u{10ffff}"];

const WORDS: [&str; 8] = ["mail", "mailbox", "server", "élan", "elan", "東京", "हिन्दी", "10"];

fn text() -> BoxedStrategy<String> {
    prop_oneof![
        proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned),
        proptest::sample::select(&WORDS[..]).prop_map(str::to_owned),
        vec(any::<char>().prop_filter("no NUL", |character| *character != '\0'), 0..12)
            .prop_map(|characters| characters.into_iter().collect()),
    ]
    .boxed()
}

/// A value of a column's type, from few enough that rows share some.
pub fn value_of(column: &str) -> BoxedStrategy<Value> {
    match column {
        "text" => text().prop_map(Value::Text).boxed(),
        "flag" => any::<bool>().prop_map(Value::Bool).boxed(),
        "number" => {
            prop_oneof![-3..4_i64, Just(i64::MIN), Just(i64::MAX), any::<i64>()].prop_map(Value::Int).boxed()
        }
        "moment" => prop_oneof![
            (-3..4_i64).boxed(),
            Just(-62_135_596_800).boxed(),
            Just(253_402_207_200).boxed(),
            (-62_135_596_800..253_402_207_200_i64).boxed(),
        ]
        .prop_map(|seconds| Value::Instant(Timestamp::from_second(seconds).expect("an instant")))
        .boxed(),
        "day" => prop_oneof![
            Just((1, 1, 1)),
            Just((9999, 12, 31)),
            (1999..2001_i16, 1..3_i8, 1..29_i8),
            (1..=9999_i16, 1..13_i8, 1..29_i8),
        ]
        .prop_map(|(year, month, day)| Value::Date(Date::new(year, month, day).expect("a date")))
        .boxed(),
        "id" | "other" => prop_oneof![1..8_u128, any::<u128>().prop_map(|id| id.max(1))]
            .prop_map(|id| Value::Id(Uuid::from_u128(id)))
            .boxed(),
        "raw" => vec(any::<u8>(), 0..4).prop_map(Value::Bytes).boxed(),
        "plan" => json().prop_map(Value::Json).boxed(),
        _ => Just(Value::Null).boxed(),
    }
}

/// Structured content as fields hold it: no floating point numbers, no NUL.
pub fn json() -> BoxedStrategy<serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

/// A row without its id and code.
pub fn row() -> impl Strategy<Value = Vec<Value>> {
    let columns: Vec<BoxedStrategy<Value>> = sample()
        .columns
        .iter()
        .map(|column| match column.name {
            "id" | "code" => Just(Value::Null).boxed(),
            name => prop_oneof![1 => Just(Value::Null), 4 => value_of(name)].boxed(),
        })
        .collect();
    columns
}

fn op() -> impl Strategy<Value = Op> {
    proptest::sample::select(vec![Op::Eq, Op::Ne, Op::Lt, Op::Lte, Op::Gt, Op::Gte])
}

/// Folded words as a reader types them, whole or begun.
pub fn words() -> impl Strategy<Value = Vec<String>> {
    let word =
        proptest::sample::select(&["mail", "mailb", "ser", "elan", "el", "東", "京", "1", "हिन", "zzz"][..]);
    vec(word.prop_map(str::to_owned), 0..3)
}

fn leaf() -> impl Strategy<Value = Filter> {
    let column = || proptest::sample::select(&ORDERED[..]);
    let is = (column(), op()).prop_flat_map(|(column, op)| {
        value_of(column).prop_map(move |value| Filter::Is(column.to_owned(), op, value))
    });
    let one_of = column().prop_flat_map(|column| {
        vec(prop_oneof![1 => Just(Value::Null), 4 => value_of(column)], 0..4)
            .prop_map(move |values| Filter::In(column.to_owned(), values))
    });
    let empty =
        proptest::sample::select(sample().columns.iter().map(|column| column.name).collect::<Vec<_>>())
            .prop_map(|column| Filter::Empty(column.to_owned()));
    prop_oneof![
        1 => Just(Filter::All),
        6 => is,
        3 => one_of,
        2 => empty,
        2 => words().prop_map(Filter::Words),
    ]
}

/// A tree of conditions.
pub fn filter() -> impl Strategy<Value = Filter> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Filter::And),
            vec(inner.clone(), 0..4).prop_map(Filter::Or),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}
