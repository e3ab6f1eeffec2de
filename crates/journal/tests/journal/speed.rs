//! How fast entries are written and grow the tree. Run with
//! `cargo test --release -p mainstay-journal speed -- --ignored --nocapture`.

use crate::sample;

use std::hint::black_box;
use std::time::Instant;

use mainstay_journal::*;

#[test]
#[ignore = "measures; needs --release"]
fn entries_are_written_in_about_a_microsecond() {
    const TIMES: u32 = 1_000_000;
    let entry = sample::first_epoch().remove(1);
    let bytes = entry.encode();
    let measure = |name: &str, mut step: Box<dyn FnMut() + '_>| {
        let start = Instant::now();
        (0..TIMES).for_each(|_| step());
        println!("{name}: {:?} ({} bytes)", start.elapsed() / TIMES, bytes.len());
    };
    let mut out = Vec::new();
    measure(
        "encode into a kept buffer",
        Box::new(|| {
            out.clear();
            black_box(&entry).write(&mut out);
        }),
    );
    measure("encode", Box::new(|| drop(black_box(black_box(&entry).encode()))));
    measure("decode", Box::new(|| drop(black_box(Entry::decode(black_box(&bytes))))));
    measure(
        "leaf hash",
        Box::new(|| {
            black_box(leaf_hash(black_box(&bytes)));
        }),
    );
    let mut frontier = Frontier::new();
    measure(
        "leaf hash and append",
        Box::new(|| {
            black_box(frontier.append(leaf_hash(black_box(&bytes))));
        }),
    );
    measure(
        "root",
        Box::new(|| {
            black_box(frontier.root());
        }),
    );
}
