//! Pages by key: every row once, in order, whatever the column holds; one statement a page.

use mainstay_core::{Filter, Page, Sort, Value};
use mainstay_store::{dialect::Audience, list, rows::Keyed};
use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
};
use uuid::Uuid;

use crate::{
    both::{ORDERED, World, on_both},
    filters::fill,
    samples::{row, runner},
};

fn draw(count: usize) -> Vec<Vec<Value>> {
    let mut rows = vec(row(), count).new_tree(&mut runner(1)).expect("rows").current();
    for (at, row) in rows.iter_mut().enumerate() {
        row[0] = Value::Id(Uuid::from_u128((at as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1));
    }
    rows
}

/// All rows, page by page.
fn walk(world: &World, sort: &Sort, limit: u32) -> Vec<Keyed> {
    let mut page = Page::first(limit);
    let mut all: Vec<Keyed> = Vec::new();
    loop {
        let found = world
            .store
            .read(|conn| list::page(conn, &world.table, &Filter::All, sort, &page, Audience::Staff))
            .unwrap_or_else(|error| panic!("{sort:?} after {:?}: {error} {:?}", page.after, error.cause()));
        let Some(last) = found.last() else { return all };
        let value = match world.table.position(&sort.column) {
            Some(at) => last.row[at].clone(),
            None => Value::Int(last.key),
        };
        page.after = Some((value, last.key));
        all.extend(found);
        assert!(all.len() <= 1000, "the pages do not end");
    }
}

#[test]
fn pages_by_any_column_up_and_down_hold_every_row_once_and_in_order() {
    let rows = draw(60);
    on_both(|world| {
        fill(world, &rows);
        for column in ORDERED.into_iter().chain(["key"]) {
            for descending in [false, true] {
                let sort = Sort { column: column.into(), descending };
                let mut wanted = walk(world, &Sort::parse("key"), 1000);
                assert_eq!(wanted.len(), rows.len());
                wanted.sort_by(|a, b| {
                    let place = world.table.position(column);
                    let order = place.map_or(std::cmp::Ordering::Equal, |at| a.row[at].order(&b.row[at]));
                    let order = order.then(a.key.cmp(&b.key));
                    if descending { order.reverse() } else { order }
                });
                for limit in [1, 7, 1000] {
                    assert_eq!(walk(world, &sort, limit), wanted, "{sort:?}, {limit} a page");
                }
            }
        }
    });
}

#[test]
fn a_page_is_one_statement() {
    on_both(|world| {
        fill(world, &draw(30));
        let statements = world.store.read(|conn| {
            let before = conn.statements();
            let page = Page { limit: 10, after: Some((Value::Null, 3)) };
            list::page(
                conn,
                &world.table,
                &Filter::Empty("day".into()),
                &Sort::parse("-text"),
                &page,
                Audience::Staff,
            )?;
            Ok(conn.statements() - before)
        });
        assert_eq!(statements.unwrap(), 1);
    });
}

#[test]
fn a_page_has_from_one_to_a_thousand_rows() {
    on_both(|world| {
        for limit in [0, 1001] {
            let page = Page::first(limit);
            let found = world.store.read(|conn| {
                list::page(conn, &world.table, &Filter::All, &Sort::parse("key"), &page, Audience::Staff)
            });
            assert_eq!(found.unwrap_err().fields()[0].field, "limit");
        }
    });
}
