//! How fast a large journal is verified. Run with
//! `cargo test --release -p mainstay-verify speed -- --ignored --nocapture`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

use mainstay_verify::{Request, Verdict, verify};
use tempfile::TempDir;

use crate::generator::{Hash, checkpoint, entry, has_personal, leaf, sha256, vkey};

#[test]
#[ignore = "measures; needs --release"]
fn a_million_entries_are_verified_in_a_few_seconds() {
    const ENTRIES: usize = 1_000_000;
    let origin = "mainstay/test/1";
    let folder = TempDir::new().unwrap();
    let file = |name: &str| BufWriter::new(File::create(folder.path().join(name)).unwrap());
    let (mut entries, mut leaves) = (file("epoch-1.jsonl"), file("epoch-1.leaves"));
    let mut checkpoints = file("epoch-1.checkpoints");
    file("key.pub").write_all(vkey(origin, 1).as_bytes()).unwrap();
    let mut peaks: Vec<(usize, Hash)> = Vec::new();
    let mut bytes = 0;
    for index in 0..ENTRIES {
        let line = entry(1, index, 0);
        let mut top = (1, leaf(&line));
        writeln!(entries, "{line}").unwrap();
        writeln!(leaves, "{}", hex::encode(top.1)).unwrap();
        bytes += line.len();
        while let Some((size, left)) = peaks.pop_if(|(size, _)| *size == top.0) {
            top = (size * 2, sha256(&[&[1], &left[..], &top.1[..]].concat()));
        }
        peaks.push(top);
        if (index + 1) % 1_000 == 0 {
            let mut sides = peaks.iter().rev().map(|(_, hash)| *hash);
            let last = sides.next().unwrap();
            let root = sides.fold(last, |right, left| sha256(&[&[1], &left[..], &right[..]].concat()));
            writeln!(checkpoints, "{}--", checkpoint(origin, 1, index + 1, &root)).unwrap();
        }
    }
    for mut file in [entries, leaves, checkpoints] {
        file.flush().unwrap();
    }
    let start = Instant::now();
    let report = verify(&Request { folder: folder.path().to_owned(), ..Request::default() });
    let took = start.elapsed();
    assert_eq!(report.verdict(), Verdict::Consistent, "{report}");
    assert_eq!(
        report.epochs[0].commitments,
        (0..ENTRIES).filter(|index| has_personal(*index)).count() as u64
    );
    println!(
        "{ENTRIES} entries of {} bytes with 1,000 checkpoints in {took:?}: {:.0} entries/s",
        bytes / ENTRIES,
        ENTRIES as f64 / took.as_secs_f64()
    );
}
