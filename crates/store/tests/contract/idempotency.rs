//! Answers that are remembered by a key, in the transaction of their act.

use mainstay_core::Result;
use mainstay_store::WriteTx;

use crate::both::{World, entry, on_both};

/// An act that answers with the number of entries before it, once for each key.
fn act(tx: &mut WriteTx<'_>, actor: &str, key: &str) -> Result<(String, bool)> {
    if let Some((hash, answer)) = tx.answered(actor, key)? {
        assert_eq!(hash, [7; 32]);
        return Ok((answer, false));
    }
    let answer = tx.head().frontier.size().to_string();
    tx.append(entry("once"), Vec::new());
    tx.remember(actor, key, vec![7; 32], answer.clone());
    Ok((answer, true))
}

fn run(world: &World, actor: &'static str, key: &'static str) -> (String, bool) {
    world.store.write(move |tx| act(tx, actor, key)).expect("an answer")
}

#[test]
fn the_same_key_gets_the_same_answer_and_another_actor_has_keys_of_their_own() {
    on_both(|world| {
        assert_eq!(run(world, "a", "k"), ("0".into(), true));
        assert_eq!(run(world, "a", "k"), ("0".into(), false));
        assert_eq!(run(world, "b", "k"), ("1".into(), true));
        assert_eq!(run(world, "a", "K"), ("2".into(), true));
        assert_eq!(run(world, "a", "k"), ("0".into(), false));
        assert_eq!(world.count("journal_entry"), 3);
    });
}

#[test]
fn a_key_counts_once_also_among_acts_of_one_group() {
    on_both(|world| {
        let answers: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| run(world, "a", "k"))).collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        assert!(answers.iter().all(|(answer, _)| answer == "0"), "{answers:?}");
        assert_eq!(answers.iter().filter(|(_, new)| *new).count(), 1);
        assert_eq!((world.count("journal_entry"), world.count("idempotency")), (1, 1));
    });
}
