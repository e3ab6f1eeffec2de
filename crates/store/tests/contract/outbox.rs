//! The outbox: a message for each cause, one worker at a time, and who was overtaken is told so (F-28).

use mainstay_core::Result;
use mainstay_store::outbox::{self, Claimed, Message};
use serde_json::json;

use crate::both::{World, on_both};

const LEASE_MS: i64 = 60_000;

fn message(once: &str, due_at_ms: i64) -> Message {
    Message { topic: "mail".into(), once: once.into(), content: json!({"to": once}), due_at_ms }
}

fn enqueue(world: &World, messages: &[Message]) {
    let messages = messages.to_vec();
    let write = move |tx: &mut mainstay_store::WriteTx<'_>| {
        messages.iter().for_each(|message| tx.enqueue(message.clone()));
        Ok(())
    };
    world.store.write(write).expect("messages are kept");
}

fn claim(world: &World, now_ms: i64, most: u32) -> Vec<Claimed> {
    world.store.write(move |tx| outbox::claim(tx.conn(), now_ms, LEASE_MS, most)).expect("a claim")
}

fn finish(world: &World, claimed: &Claimed, now_ms: i64) -> Result<bool> {
    let claimed = claimed.clone();
    world.store.write(move |tx| outbox::finish(tx.conn(), &claimed, now_ms))
}

fn give_back(world: &World, claimed: &Claimed, retry_at_ms: i64) -> bool {
    let claimed = claimed.clone();
    let give = move |tx: &mut mainstay_store::WriteTx<'_>| {
        outbox::give_back(tx.conn(), &claimed, retry_at_ms, "no answer")
    };
    world.store.write(give).expect("an answer")
}

fn onces(claimed: &[Claimed]) -> Vec<&str> {
    claimed.iter().map(|claimed| claimed.message.once.as_str()).collect()
}

#[test]
fn a_message_is_kept_once_within_an_act_a_group_and_for_ever() {
    on_both(|world| {
        enqueue(world, &[message("a", 0), message("a", 5), message("b", 0)]);
        enqueue(world, &[message("a", 0), message("c", 0)]);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| enqueue(world, &[message("d", 0)]));
            }
        });
        assert_eq!(onces(&claim(world, 1, 100)), ["a", "b", "c", "d"]);
        assert_eq!(world.count("outbox"), 4);
    });
}

#[test]
fn due_messages_come_oldest_first_and_no_others() {
    on_both(|world| {
        enqueue(
            world,
            &[message("later", 30), message("first", 10), message("second", 20), message("third", 20)],
        );
        let claimed = claim(world, 20, 2);
        assert_eq!(onces(&claimed), ["first", "second"]);
        assert_eq!(claimed[0].message, message("first", 10));
        assert_eq!(onces(&claim(world, 20, 9)), ["third"]);
        assert_eq!(onces(&claim(world, 29, 9)), [""; 0]);
        assert_eq!(onces(&claim(world, 30, 9)), ["later"]);
    });
}

#[test]
fn nobody_gets_a_message_while_its_lease_runs_and_the_next_one_does_when_it_ends() {
    on_both(|world| {
        enqueue(world, &[message("a", 0)]);
        let first = claim(world, 1000, 9).remove(0);
        assert_eq!((first.fence, first.attempts), (1, 0));
        assert!(claim(world, 1000 + LEASE_MS - 1, 9).is_empty());
        let second = claim(world, 1000 + LEASE_MS, 9).remove(0);
        assert_eq!((second.fence, second.attempts, second.id), (2, 1, first.id));
    });
}

#[test]
fn a_worker_who_was_paused_beyond_its_lease_is_refused() {
    on_both(|world| {
        enqueue(world, &[message("a", 0)]);
        let paused = claim(world, 0, 9).remove(0);
        let current = claim(world, LEASE_MS, 9).remove(0);
        assert!(!finish(world, &paused, LEASE_MS + 1).unwrap());
        assert!(!give_back(world, &paused, 0));
        assert!(finish(world, &current, LEASE_MS + 2).unwrap());
        assert!(!finish(world, &current, LEASE_MS + 3).unwrap(), "done is done");
        assert!(!give_back(world, &current, 0));
        assert!(claim(world, i64::MAX / 2, 9).is_empty());
        assert_eq!(world.number("select done_at_ms from outbox"), LEASE_MS + 2);
    });
}

#[test]
fn a_message_that_was_given_back_comes_again_at_its_time() {
    on_both(|world| {
        enqueue(world, &[message("a", 0)]);
        let first = claim(world, 0, 9).remove(0);
        assert!(give_back(world, &first, 500));
        assert!(claim(world, 499, 9).is_empty());
        let second = claim(world, 500, 9).remove(0);
        assert_eq!((second.attempts, second.fence), (1, 2));
        assert!(!finish(world, &first, 501).unwrap());
        assert!(finish(world, &second, 501).unwrap());
    });
}

#[test]
fn many_workers_share_the_messages_and_none_is_done_twice() {
    on_both(|world| {
        let messages: Vec<_> = (0..60).map(|number| message(&format!("{number}"), 0)).collect();
        enqueue(world, &messages);
        let done: Vec<usize> = std::thread::scope(|scope| {
            let worker = || {
                let mut done = 0;
                loop {
                    let claimed = claim(world, 1, 5);
                    if claimed.is_empty() {
                        return done;
                    }
                    done += claimed.iter().filter(|claimed| finish(world, claimed, 2).unwrap()).count();
                }
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(worker)).collect();
            threads.into_iter().map(|thread| thread.join().expect("a worker")).collect()
        });
        assert_eq!(done.iter().sum::<usize>(), 60, "{done:?}");
        assert_eq!(world.number("select max(fence) from outbox"), 1);
    });
}
