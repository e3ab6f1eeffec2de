//! Another implementation of C2SP `signed-note` accepts our checkpoints, and we accept its.

use crate::sample;

use mainstay_journal::*;
use signed_note::{Note, Signer, StandardSigner, StandardVerifier, VerifierList};

const ORIGIN: &str = "mainstay/example/1";

fn head(size: u64) -> Checkpoint {
    Checkpoint { origin: ORIGIN.parse().unwrap(), size, root: [size as u8; 32] }
}

fn vkey() -> VerifyingKey {
    sample::key().verifying_key(ORIGIN).unwrap()
}

/// The secret key of the samples in the text form that `signed_note` reads.
fn their_signer() -> StandardSigner {
    use base64::Engine;
    let bytes: Vec<u8> = std::iter::once(1).chain(0..32).collect();
    let id: String = vkey().id().iter().map(|byte| format!("{byte:02x}")).collect();
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    StandardSigner::new(&format!("PRIVATE+KEY+{ORIGIN}+{id}+{encoded}")).unwrap()
}

#[test]
fn signed_note_accepts_our_checkpoint_and_our_key() {
    for size in [0, 1, 7, u64::MAX] {
        let ours = sample::key().sign(&head(size));
        let note = Note::from_bytes(ours.text().as_bytes()).unwrap();
        let verifier = StandardVerifier::new(&vkey().to_string()).unwrap();
        let (verified, unverified) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
        assert_eq!((verified.len(), unverified.len()), (1, 0));
        let theirs = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
        assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), (ORIGIN, size, head(size).root));
        assert_eq!(theirs.to_bytes(), head(size).text().into_bytes());
    }
}

#[test]
fn a_checkpoint_signed_by_signed_note_is_accepted() {
    let root = tlog_tiles::Hash(head(7).root);
    let body = tlog_tiles::Checkpoint::new(ORIGIN, 7, root, "").unwrap();
    let mut note = Note::new(&body.to_bytes(), &[]).unwrap();
    let signer = their_signer();
    note.add_sigs(&[&signer as &dyn Signer]).unwrap();
    let text = String::from_utf8(note.to_bytes()).unwrap();
    let signed = SignedCheckpoint::parse(&text).unwrap();
    assert_eq!(signed.checkpoint(), &head(7));
    assert_eq!(signed.verify(&[vkey()]), Ok(&vkey()));
    assert_eq!(signed, sample::key().sign(&head(7)));
}

#[test]
fn a_changed_checkpoint_is_not_by_the_key() {
    let text = sample::key().sign(&head(7)).text().to_owned();
    let changed = SignedCheckpoint::parse(&text.replace("\n7\n", "\n8\n")).unwrap();
    assert_eq!(changed.verify(&[vkey()]), Err(CheckpointError::BadSignature(ORIGIN.to_owned())));
    let signed = SignedCheckpoint::parse(&text).unwrap();
    assert_eq!(signed.verify(&[]), Err(CheckpointError::UnknownKey));
    assert_eq!(
        signed.verify(&[vkey().renamed("mainstay/example/2").unwrap()]),
        Err(CheckpointError::UnknownKey)
    );
}

#[test]
fn a_second_spelling_of_a_checkpoint_is_refused() {
    let text = sample::key().sign(&head(7)).text().to_owned();
    assert!(SignedCheckpoint::parse(&text).is_ok());
    for (from, to) in [
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n+7\n"),
        ("\n7\n", "\n18446744073709551616\n"),
        ("=\n\n", "=\nextension\n\n"),
        ("=\n\n", "=\n"),
        ("=\n\n", "\n\n"),
        ("mainstay/example/1\n", "mainstay/example/01\n"),
        ("mainstay/example/1\n", "elsewhere/example/1\n"),
        ("\u{2014} ", "- "),
        ("\u{2014} ", "\u{2014}  "),
        ("mainstay", "\r\nmainstay"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text);
        assert!(SignedCheckpoint::parse(&other).is_err(), "{other:?} was accepted");
    }
    assert!(SignedCheckpoint::parse(text.trim_end()).is_err());
    assert!(SignedCheckpoint::parse(&(text.clone() + "\n")).is_err());
    assert!(SignedCheckpoint::parse(&head(7).text()).is_err());
    assert!(SignedCheckpoint::parse("").is_err());
}

#[test]
fn signatures_of_others_are_kept_and_passed_over() {
    let second = SigningKey::from_seed(&[9; 32]);
    let (one, two) = (sample::key().sign(&head(7)), second.sign(&head(7)));
    let both = one.with_signatures_of(&two);
    assert_eq!(both.signatures().len(), 2);
    assert_eq!(both.with_signatures_of(&two), both);
    assert_eq!(SignedCheckpoint::parse(both.text()).as_ref(), Ok(&both));
    for key in [vkey(), second.verifying_key(ORIGIN).unwrap()] {
        assert_eq!(both.verify(std::slice::from_ref(&key)), Ok(&key));
    }
    assert_eq!(one.with_signatures_of(&second.sign(&head(8))), one);
    // One bad signature by a known key condemns the whole.
    let bent =
        both.text().replacen(&two.text()[two.text().len() - 30..], &one.text()[one.text().len() - 30..], 1);
    let bent = SignedCheckpoint::parse(&bent).unwrap();
    assert!(bent.verify(&[vkey()]).is_ok());
    let keys = [vkey(), second.verifying_key(ORIGIN).unwrap()];
    assert_eq!(bent.verify(&keys), Err(CheckpointError::BadSignature(ORIGIN.to_owned())));
}

#[test]
fn a_key_is_written_and_read_as_signed_note_does() {
    assert_eq!(vkey().to_string().parse(), Ok(vkey()));
    let text = vkey().to_string();
    let (name, rest) = text.split_once('+').unwrap();
    for other in [
        String::new(),
        name.to_owned(),
        format!("other+{rest}"),
        format!("{name}+00000000+{}", rest.split_once('+').unwrap().1),
        format!("{name} +{rest}"),
        text.to_uppercase(),
        text[..text.len() - 4].to_owned(),
    ] {
        assert!(other.parse::<VerifyingKey>().is_err(), "{other:?} was accepted");
    }
    let anybody = VerifyingKey::new(ORIGIN, std::array::from_fn(|byte| u8::from(byte == 0)));
    assert_eq!(anybody, Err(CheckpointError::Key("it would accept signatures by anybody")));
}

#[test]
fn a_secret_key_does_not_show_itself_and_wipes_itself() {
    fn wiped<T: zeroize::ZeroizeOnDrop>() {}
    wiped::<SigningKey>();
    wiped::<ed25519_dalek::SigningKey>();
    assert_eq!(format!("{:?}", sample::key()), "SigningKey(..)");
}

#[test]
fn an_origin_names_installation_and_epoch_and_says_synthetic() {
    for text in ["mainstay/example/1", "mainstay/a.b-c/4294967295", "mainstay/example/2/synthetic"] {
        assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
    }
    assert!("mainstay/x/2/synthetic".parse::<Origin>().unwrap().is_synthetic());
    for text in [
        "",
        "mainstay",
        "mainstay//1",
        "mainstay/x",
        "mainstay/x/",
        "mainstay/x/0",
        "mainstay/x/01",
        "mainstay/x/+1",
        "mainstay/x/1/",
        "mainstay/x y/1",
        "mainstay/x+y/1",
        "mainstay/x/1/synthetic/synthetic",
        "mainstay/x/y/1",
        "Mainstay/x/1",
        "mainstay/x/4294967296",
        "mainstay/x/1\n",
    ] {
        assert!(text.parse::<Origin>().is_err(), "{text:?} was accepted");
    }
    let next = "mainstay/x/1".parse::<Origin>().unwrap().next_epoch().unwrap();
    assert_eq!(next.to_string(), "mainstay/x/2");
}
