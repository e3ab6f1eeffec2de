//! Words are folded by us, so both databases find the same records.

use mainstay_core::{Filter, Page, Result, Sort, text};
use mainstay_store::{dialect::Audience, list};
use proptest::{collection::vec, prelude::*};

use crate::{
    both::{World, blank, insert, on_both},
    samples::runner,
};

fn index(world: &World, public: &str, internal: &str) -> i64 {
    let (table, count) = (world.table.clone(), world.count("sample") as u128);
    let (public, internal) = (text::folded(public), text::folded(internal));
    let write = move |tx: &mut mainstay_store::WriteTx<'_>| {
        let key = insert(&table, tx, blank(count + 1));
        tx.index_words(key, public.clone(), internal.clone(), false);
        Ok(key)
    };
    world.store.write(write).expect("the words are written")
}

fn find(world: &World, typed: &str, audience: Audience) -> Result<Vec<i64>> {
    let filter = Filter::Words(text::words(typed));
    let (sort, page) = (Sort::parse("key"), Page::first(1000));
    let found = world.store.read(|conn| list::page(conn, &world.table, &filter, &sort, &page, audience))?;
    Ok(found.into_iter().map(|row| row.key).collect())
}

#[test]
fn a_word_is_found_by_its_beginning_without_accents_and_in_any_case() {
    on_both(|world| {
        let first = index(world, "Éléphant-10 in the mail room, VIỆT", "");
        let second = index(world, "The mailbox of straße 東京", "");
        let check = |typed: &str, wanted: &[i64]| {
            assert_eq!(find(world, typed, Audience::Public).expect("a search"), wanted, "{typed}");
        };
        check("elephant", &[first]);
        check("ÉLÉ", &[first]);
        check("viet", &[first]);
        check("mail", &[first, second]);
        check("mail r", &[first]);
        check("mail elephant", &[first]);
        check("elephant mail", &[first]);
        check("mailbox", &[second]);
        // Only the last word may be a beginning.
        check("ele mail", &[]);
        check("straße", &[second]);
        check("東京", &[second]);
        check("lephant", &[]);
        check("", &[first, second]);
    });
}

#[test]
fn signs_that_mean_something_to_a_search_engine_mean_nothing_here() {
    on_both(|world| {
        let key = index(world, "near and or not a_b c:d", "");
        for typed in [
            "NEAR",
            "and",
            "or",
            "not",
            "a* b",
            "\"c\" d",
            "c:d",
            "(near)",
            "near & and",
            "!not",
            "a_b",
            "'c'",
        ] {
            assert_eq!(find(world, typed, Audience::Staff).expect(typed), [key], "{typed}");
        }
    });
}

#[test]
fn customers_do_not_find_internal_words() {
    on_both(|world| {
        let key = index(world, "printer", "blackmail");
        for (typed, audience, wanted) in [
            ("printer", Audience::Public, &[key][..]),
            ("black", Audience::Public, &[]),
            ("printer black", Audience::Public, &[]),
            ("black", Audience::Staff, &[key]),
            ("printer black", Audience::Staff, &[key]),
        ] {
            assert_eq!(find(world, typed, audience).unwrap(), wanted, "{typed} for {audience:?}");
        }
    });
}

#[test]
fn words_that_were_replaced_are_found_no_more() {
    on_both(|world| {
        let key = index(world, "before", "");
        let replace = move |tx: &mut mainstay_store::WriteTx<'_>| {
            tx.index_words(key, "after".into(), String::new(), true);
            Ok(())
        };
        world.store.write(replace).unwrap();
        assert_eq!(find(world, "before", Audience::Staff).unwrap(), [0; 0]);
        assert_eq!(find(world, "after", Audience::Staff).unwrap(), [key]);
    });
}

/// Texts in many scripts, so that a database's own idea of letters would show.
fn any_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        3 => proptest::char::range('a', 'd'),
        1 => Just(' '),
        1 => any::<char>().prop_filter("no NUL", |character| *character != '\0'),
        1 => proptest::char::range('\u{900}', '\u{d7f}'),
        1 => proptest::char::range('\u{1e900}', '\u{1e943}'),
        1 => proptest::char::range('\u{300}', '\u{36f}'),
    ];
    vec(character, 0..20).prop_map(|characters| characters.into_iter().collect())
}

#[test]
fn every_text_is_found_by_its_own_words_on_both_databases() {
    on_both(|world| {
        runner(60)
            .run(&any_text(), |content| {
                let key = index(world, &content, "");
                let words = text::words(&content);
                for (at, word) in words.iter().enumerate() {
                    let begun: String = word.chars().take(1 + at % 3).collect();
                    for typed in [word.as_str(), begun.as_str()] {
                        let filter = Filter::Words(vec![typed.to_owned()]);
                        let (sort, page) = (Sort::parse("-key"), Page::first(1));
                        let newest = world
                            .store
                            .read(|conn| {
                                list::page(conn, &world.table, &filter, &sort, &page, Audience::Staff)
                            })
                            .map_err(|error| {
                                TestCaseError::fail(format!("{typed:?}: {error} {:?}", error.cause()))
                            })?;
                        prop_assert_eq!(newest.first().map(|row| row.key), Some(key), "{:?}", typed);
                    }
                }
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{error}"));
    });
}

#[test]
fn a_search_finds_what_the_filter_means_also_across_the_borders_of_words() {
    on_both(|world| {
        let texts = std::cell::RefCell::new(Vec::new());
        runner(40)
            .run(&(any_text(), any_text()), |(content, typed)| {
                let key = index(world, &content, "");
                texts.borrow_mut().push((key, text::words(&content)));
                let filter = Filter::Words(text::words(&typed));
                let wanted: Vec<i64> = texts
                    .borrow()
                    .iter()
                    .filter(|(_, words)| filter.matches(&|_| mainstay_core::Value::Null, &|| words.clone()))
                    .map(|(key, _)| *key)
                    .collect();
                let found = find(world, &typed, Audience::Staff);
                let found =
                    found.map_err(|error| TestCaseError::fail(format!("{error} {:?}", error.cause())))?;
                prop_assert_eq!(found, wanted, "{:?}", text::words(&typed));
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{error}"));
    });
}

#[test]
fn the_index_stays_sound_through_many_small_acts_and_the_merges_between_them() {
    let world = World::new(mainstay_store::Dialect::Sqlite);
    let check = |place: &str| {
        // On a connection of its own: one that has read the index before may still hold its old shape in memory while
        // the writer merges, and then the check (not a search) reports damage that is not there.
        let options = mainstay_store::Options::new(std::sync::Arc::new(world.clock.clone()));
        let said = mainstay_store::store::connect_reader(&world.location, &options)
            .and_then(|mut conn| conn.query("pragma integrity_check", &[], &[mainstay_store::Cell::Text]));
        assert_eq!(said.unwrap(), [[mainstay_core::Value::from("ok")]], "{place}");
    };
    for number in 0..200 {
        let key = index(&world, &format!("key{number} common words mail"), "internal note");
        check(&format!("after {number}"));
        if number % 3 == 0 {
            let replace = move |tx: &mut mainstay_store::WriteTx<'_>| {
                tx.index_words(key, format!("other{number} words"), String::new(), true);
                Ok(())
            };
            world.store.write(replace).unwrap();
            check(&format!("after {number} was changed"));
        }
    }
}
