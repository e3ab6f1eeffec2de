//! The same filter finds the same rows on SQLite, on PostgreSQL and in a list in memory.

use mainstay_core::{Filter, Op, Page, Sort, Value, text};
use mainstay_store::{Dialect, dialect::Audience, list};
use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
};
use uuid::Uuid;

use crate::{
    both::{World, insert, on_both, sample},
    samples::{filter, row, runner},
};

/// The rows of one run, in the order of their keys.
fn draw(count: usize) -> Vec<Vec<Value>> {
    let mut runner = runner(1);
    let mut rows = vec(row(), count).new_tree(&mut runner).expect("rows").current();
    for (at, row) in rows.iter_mut().enumerate() {
        row[0] = Value::Id(Uuid::from_u128(at as u128 % 5 * 1_000 + at as u128 + 1));
    }
    rows
}

/// Writes the rows with their words.
pub fn fill(world: &World, rows: &[Vec<Value>]) {
    let (table, rows) = (world.table.clone(), rows.to_vec());
    let write = move |tx: &mut mainstay_store::WriteTx<'_>| {
        for row in &rows {
            let key = insert(&table, tx, row.clone());
            let words = row[1].as_text().map(text::folded).unwrap_or_default();
            tx.index_words(key, words, String::new(), false);
        }
        Ok(())
    };
    world.store.write(write).expect("rows are written");
}

fn in_memory(rows: &[Vec<Value>], filter: &Filter) -> Vec<Value> {
    let table = sample();
    let takes = |row: &&Vec<Value>| {
        let get = |column: &str| row[table.position(column).expect("a column")].clone();
        filter.matches(&get, &|| row[1].as_text().map(text::words).unwrap_or_default())
    };
    rows.iter().filter(takes).map(|row| row[0].clone()).collect()
}

fn in_database(world: &World, filter: &Filter) -> Vec<Value> {
    let (sort, page) = (Sort::parse("key"), Page::first(1000));
    let found = world
        .store
        .read(|conn| list::page(conn, &world.table, filter, &sort, &page, Audience::Staff))
        .unwrap_or_else(|error| panic!("{:?}: {error} {:?}", world.dialect, error.cause()));
    let count = world.store.read(|conn| list::count(conn, &world.table, filter, 1000, Audience::Staff));
    assert_eq!(count.expect("a count"), found.len() as u64, "{:?}: the count of {filter:?}", world.dialect);
    found.into_iter().map(|keyed| keyed.row[0].clone()).collect()
}

#[test]
fn a_filter_finds_the_same_rows_in_both_databases_and_in_memory() {
    let rows = draw(120);
    let worlds = [Dialect::Sqlite, Dialect::Postgres].map(World::new);
    worlds.iter().for_each(|world| fill(world, &rows));
    let mut sizes = Vec::new();
    runner(400)
        .run(&filter(), |filter| {
            let wanted = in_memory(&rows, &filter);
            for world in &worlds {
                proptest::prop_assert_eq!(&in_database(world, &filter), &wanted, "on {:?}", world.dialect);
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    // The filters must be worth something: many find some rows and not all.
    let mut runner = runner(1);
    for _ in 0..200 {
        sizes.push(in_memory(&rows, &filter().new_tree(&mut runner).expect("a filter").current()).len());
    }
    assert!(sizes.iter().filter(|size| (1..rows.len()).contains(size)).count() > 40, "{sizes:?}");
}

#[test]
fn a_filter_on_a_column_that_is_not_there_names_those_that_are() {
    on_both(|world| {
        let filter = Filter::Is("colour".into(), Op::Eq, Value::from("red"));
        let (sort, page) = (Sort::parse("key"), Page::first(10));
        let error = world
            .store
            .read(|conn| list::page(conn, &world.table, &filter, &sort, &page, Audience::Staff))
            .unwrap_err();
        assert_eq!(error.fields()[0].field, "colour");
        assert!(error.hints()[0].contains("moment"), "{:?}", error.hints());
    });
}

#[test]
fn structured_content_is_neither_compared_nor_sorted_by() {
    on_both(|world| {
        let by_plan = Filter::Is("plan".into(), Op::Eq, Value::Json(serde_json::json!([])));
        for (filter, sort) in [(by_plan, "key"), (Filter::All, "plan")] {
            let page = Page::first(10);
            let found = world.store.read(|conn| {
                list::page(conn, &world.table, &filter, &Sort::parse(sort), &page, Audience::Staff)
            });
            assert_eq!(found.unwrap_err().fields()[0].field, "plan");
        }
    });
}
