//! The proof for one entry, checked without the journal.

use crate::sample;

use mainstay_journal::*;

fn keys() -> Vec<VerifyingKey> {
    vec![sample::key().verifying_key("mainstay/example/1").unwrap()]
}

#[test]
fn a_proof_shows_that_an_entry_is_in_the_journal() {
    let entry = &sample::first_epoch()[3];
    let text = sample::proof().text();
    let proof = EntryProof::parse(&text).unwrap();
    assert_eq!(proof, sample::proof());
    assert_eq!(proof.verify(&entry.encode(), &keys()), Ok(entry.clone()));
}

#[test]
fn a_proof_shows_nothing_about_another_entry() {
    let proof = sample::proof();
    let refused = Err(ProofError::NotIncluded { index: 3 });
    for (index, entry) in sample::first_epoch().iter().enumerate().filter(|(index, _)| *index != 3) {
        assert_eq!(proof.verify(&entry.encode(), &keys()), refused, "entry {index}");
    }
    let changed = Entry { version: 9, ..sample::first_epoch()[3].clone() };
    assert_eq!(proof.verify(&changed.encode(), &keys()), refused);
    let other_epoch = Entry { epoch: 2, ..sample::first_epoch()[3].clone() };
    assert_eq!(proof.verify(&other_epoch.encode(), &keys()), refused);
    assert!(matches!(proof.verify(b"{}", &keys()), Err(ProofError::Entry(_))));
    assert_eq!(
        proof.verify(&sample::first_epoch()[3].encode(), &[]),
        Err(ProofError::Checkpoint(CheckpointError::UnknownKey))
    );
}

#[test]
fn extra_data_in_a_proof_is_dropped() {
    let text = sample::proof().text().replacen("index", "extra AAAA\nindex", 1);
    assert_eq!(EntryProof::parse(&text), Ok(sample::proof()));
}

#[test]
fn a_text_that_is_not_a_proof_is_refused() {
    let text = sample::proof().text();
    let many = format!("index 3\n{}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n".repeat(65));
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("index 3", "index -1"),
        ("index 3", "Index 3"),
        ("index 3", "extra ?\nindex 3"),
        ("index 3\n", "index 3\nAAAA\n"),
        ("index 3\n", "index 3\n\n"),
        ("index 3\n", many.as_str()),
        ("\n\n", "\n"),
    ] {
        assert!(EntryProof::parse(&text.replacen(from, to, 1)).is_err(), "with {to:?}");
    }
}

#[test]
fn an_entry_that_names_another_place_than_it_has_is_refused() {
    for misplaced in [sample::plain(1, 5), sample::plain(2, 3)] {
        let mut entries = sample::first_epoch();
        entries[3] = misplaced.clone();
        let proof = EntryProof {
            index: 3,
            hashes: inclusion_proof(sample::leaves(&entries).as_slice(), 3, 9).unwrap(),
            checkpoint: sample::checkpoint(1, &entries),
        };
        assert_eq!(proof.verify(&misplaced.encode(), &keys()), Err(ProofError::NotIncluded { index: 3 }));
    }
}
