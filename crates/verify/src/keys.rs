//! The public keys that checkpoints are checked with, and who vouches for the keys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha256};

use crate::note::{Note, Origin};

/// Ed25519 in C2SP `signed-note`.
const ED25519: u8 = 0x01;

/// Where the keys came from. A key that came with the folder shows only that the folder agrees with itself:
/// whoever can rewrite the journal can put his own key beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// Handed over by whoever runs the verifier.
    Given,
    /// Taken from `key.pub` in the folder.
    Folder,
}

/// The trusted keys.
#[derive(Default)]
pub(crate) struct Keys {
    keys: Vec<Key>,
}

struct Key {
    name: String,
    key: VerifyingKey,
}

/// What the signatures of a checkpoint are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// Signed by a trusted key.
    Good,
    /// It names a trusted key, and is not by it.
    Bad,
    /// There are keys for this journal, and none of them signed.
    Stranger,
    /// There is no key for this journal.
    NoKey,
}

impl Keys {
    /// Reads verifier keys, one a line: `name+hash+base64(0x01 || key)`.
    pub(crate) fn parse(text: &str) -> Result<Keys, String> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty());
        let keys = lines
            .map(|(number, line)| Key::parse(line).ok_or_else(|| format!("line {} is not a key", number + 1)))
            .collect::<Result<_, _>>()?;
        Ok(Keys { keys })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The ids of the keys under their own names, for people to compare.
    pub(crate) fn names(&self) -> Vec<String> {
        self.keys.iter().map(|key| format!("{}+{}", key.name, hex::encode(id(&key.name, &key.key)))).collect()
    }

    /// Checks the signatures of a checkpoint.
    ///
    /// The name of a signing key is the origin, and the origin changes with the epoch. A key is therefore
    /// trusted for the whole installation that its name speaks of, in every epoch.
    pub(crate) fn check(&self, note: &Note) -> Signed {
        let mut signed = Signed::NoKey;
        for key in self.keys.iter().filter(|key| key.serves(&note.origin)) {
            if signed == Signed::NoKey {
                signed = Signed::Stranger;
            }
            let origin = note.origin.to_string();
            for signature in note.signatures.iter().filter(|signature| signature.name == origin) {
                if signature.id != id(&signature.name, &key.key) {
                    continue;
                }
                let good = ed25519_dalek::Signature::from_slice(&signature.bytes)
                    .is_ok_and(|bytes| key.key.verify_strict(note.text.as_bytes(), &bytes).is_ok());
                if !good {
                    return Signed::Bad;
                }
                signed = Signed::Good;
            }
        }
        signed
    }
}

impl Key {
    fn parse(line: &str) -> Option<Key> {
        let mut parts = line.splitn(3, '+');
        let (name, hash, encoded) = (parts.next()?, parts.next()?, parts.next()?);
        let bytes = BASE64.decode(encoded).ok()?;
        let (kind, bytes) = bytes.split_first()?;
        let key = VerifyingKey::from_bytes(bytes.try_into().ok()?).ok()?;
        let fit = *kind == ED25519 && !name.is_empty() && hash == hex::encode(id(name, &key));
        fit.then(|| Key { name: name.to_owned(), key })
    }

    fn serves(&self, origin: &Origin) -> bool {
        Origin::parse(&self.name)
            .is_some_and(|own| own.instance == origin.instance && own.synthetic == origin.synthetic)
    }
}

/// The key id: the first four bytes of SHA-256 over name, line feed, kind and key.
fn id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut sha = Sha256::new();
    sha.update(name);
    sha.update([b'\n', ED25519]);
    sha.update(key.as_bytes());
    let digest: [u8; 32] = sha.finalize().into();
    [digest[0], digest[1], digest[2], digest[3]]
}
