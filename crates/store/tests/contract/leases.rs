//! Leases on duties: one holder at a time, and a number that shows who came too late.

use mainstay_store::outbox::{self, Lease};

use crate::both::{World, on_both};

fn take(world: &World, holder: &'static str, now_ms: i64) -> Option<Lease> {
    world
        .store
        .write(move |tx| outbox::lease(tx.conn(), "clockwork", holder, now_ms, 1000))
        .expect("an answer")
}

fn holds(world: &World, lease: &Lease, now_ms: i64) -> bool {
    world.store.read(|conn| outbox::holds(conn, lease, now_ms)).expect("an answer")
}

#[test]
fn one_holder_at_a_time() {
    on_both(|world| {
        let a = take(world, "a", 0).unwrap();
        assert_eq!(take(world, "b", 999), None);
        assert_eq!(take(world, "a", 500).unwrap(), a, "renewing keeps the number");
        assert_eq!(take(world, "b", 1499), None, "the renewed lease runs longer");
        let b = take(world, "b", 1500).unwrap();
        assert!(b.fence > a.fence);
        assert_eq!(take(world, "a", 1501), None);
    });
}

#[test]
fn who_was_overtaken_holds_no_more() {
    on_both(|world| {
        let a = take(world, "a", 0).unwrap();
        assert!(holds(world, &a, 999));
        assert!(!holds(world, &a, 1000), "a lease ends by itself");
        let b = take(world, "b", 1000).unwrap();
        assert!(!holds(world, &a, 1001));
        assert!(holds(world, &b, 1001));
        let again = take(world, "a", 2000).unwrap();
        assert!(again.fence > b.fence);
        assert!(!holds(world, &a, 2001), "the old lease stays lost, also for the same holder");
    });
}

#[test]
fn a_holder_whose_lease_had_run_out_gets_a_new_number() {
    on_both(|world| {
        let first = take(world, "a", 0).unwrap();
        let second = take(world, "a", 5000).unwrap();
        assert!(second.fence > first.fence);
    });
}
