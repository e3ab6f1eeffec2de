//! The bytes of the format do not change: a folder written by an earlier build is what this build writes, and
//! the vectors in the description of the format are its own.

use crate::sample;

use std::fs;
use std::path::PathBuf;

use mainstay_journal::*;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

#[test]
fn the_golden_folder_is_written_the_same_again() {
    for (name, written) in sample::folder() {
        let kept = fs::read_to_string(golden(name)).unwrap_or_default();
        assert_eq!(
            kept, written,
            "{name} differs. If the format is meant to change, raise its version, then run \
             `cargo test -p mainstay-journal refresh -- --ignored` and look at the difference."
        );
    }
}

#[test]
#[ignore = "writes the golden folder anew"]
fn refresh_the_golden_folder() {
    for (name, written) in sample::folder() {
        fs::create_dir_all(golden(name).parent().unwrap()).unwrap();
        fs::write(golden(name), written).unwrap();
    }
}

#[test]
fn the_description_of_the_format_holds_these_vectors() {
    let described = include_str!("../../../../docs/journal-format.md");
    let first = sample::first_epoch();
    let hex = |hash: &[u8]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = |entry: &Entry| String::from_utf8(entry.encode()).unwrap();
    let vectors = [
        ("an entry", text(&first[1])),
        ("its leaf hash", hex(&leaf_hash(&first[1].encode()))),
        ("its personal value", hex(&sample::salt(1))),
        ("its commitment", Commitment::of(&sample::salt(1), &"Bo \u{c5}str\u{f6}m".into()).hex()),
        ("the root over seven entries", hex(&sample::frontier(&first[..7]).root())),
        ("the key", sample::key().verifying_key("mainstay/example/1").unwrap().to_string()),
        ("the checkpoint", sample::checkpoint(1, &first[..7]).text().to_owned()),
        ("the proof", sample::proof().text()),
        ("an opening", String::from_utf8(sample::openings()[0].encode()).unwrap()),
    ];
    for (name, vector) in vectors {
        assert!(described.contains(&vector), "docs/journal-format.md lacks {name}:\n{vector}");
    }
    for (index, leaf) in sample::leaves(&first[..7]).iter().enumerate() {
        assert!(described.contains(&hex(leaf)), "docs/journal-format.md lacks leaf {index}: {}", hex(leaf));
    }
}

#[test]
fn a_golden_entry_reads_back_as_it_was() {
    for entry in sample::first_epoch().into_iter().chain(sample::second_epoch()) {
        assert_eq!(entry.check(), Ok(()));
        assert_eq!(Entry::decode(&entry.encode()), Ok(entry));
    }
}

#[test]
fn the_link_of_an_epoch_reads_back() {
    let entries = sample::second_epoch();
    let link = EpochLink::from_entry(&entries[0]).unwrap();
    assert_eq!(link.to_values(), entries[0].values);
    assert_eq!(link.previous_root, sample::frontier(&sample::first_epoch()[..7]).root());
    assert_eq!(EpochLink::from_entry(&entries[1]), None);
}
