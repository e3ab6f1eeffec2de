//! The keys of a journal: Ed25519 (RFC 8032), named as in C2SP `signed-note`.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256};
use zeroize::ZeroizeOnDrop;

use crate::checkpoint::{Checkpoint, CheckpointError, Signature, SignedCheckpoint};

/// The signature type of C2SP `signed-note` for Ed25519.
const ED25519: u8 = 0x01;

/// The secret key that signs checkpoints. It is wiped from memory when dropped, cannot be cloned and does not
/// show itself in debug output.
pub struct SigningKey(Box<ed25519_dalek::SigningKey>);

// The inner key wipes itself when dropped, and the box keeps moves from leaving copies behind.
impl ZeroizeOnDrop for SigningKey {}

impl SigningKey {
    /// The key of a seed of 32 random bytes. Whoever holds the seed wipes it afterwards.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        SigningKey(Box::new(ed25519_dalek::SigningKey::from_bytes(seed)))
    }

    /// The public key under a name. The name of a key that signs checkpoints is their origin.
    pub fn verifying_key(&self, name: &str) -> Result<VerifyingKey, CheckpointError> {
        VerifyingKey::new(name, self.0.verifying_key().to_bytes())
    }

    /// Signs a checkpoint; the name of the key is the origin.
    ///
    /// A journal never signs two checkpoints of one origin that contradict each other. This function cannot
    /// know what was signed before; the writer of the journal does.
    pub fn sign(&self, checkpoint: &Checkpoint) -> SignedCheckpoint {
        let origin = checkpoint.origin.to_string();
        let id = key_id(&origin, self.0.verifying_key().as_bytes());
        let bytes = self.0.sign(checkpoint.text().as_bytes()).to_bytes().to_vec();
        SignedCheckpoint::of(checkpoint.clone(), vec![Signature { name: origin, id, bytes }])
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// A public key with its name: `name+hash+base64(0x01 || key)` as text.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    id: [u8; 4],
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    /// The key of 32 bytes (RFC 8032, 5.1.5) under a name without space, control character or `+`.
    pub fn new(name: &str, bytes: [u8; 32]) -> Result<Self, CheckpointError> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.contains(bad) {
            return Err(CheckpointError::Key("its name is empty or has a space or a plus sign"));
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes)
            .map_err(|_| CheckpointError::Key("its bytes are not a point on the curve"))?;
        if key.is_weak() {
            return Err(CheckpointError::Key("it would accept signatures by anybody"));
        }
        Ok(VerifyingKey { name: name.to_owned(), id: key_id(name, &bytes), key })
    }

    /// The same key under another name: a later epoch has another origin and, unless rotated, the same key.
    pub fn renamed(&self, name: &str) -> Result<Self, CheckpointError> {
        VerifyingKey::new(name, *self.as_bytes())
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key id: four bytes that say which key to try, no more.
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// The 32 bytes of the key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether `signature` is one over `text` by this key.
    pub(crate) fn accepts(&self, text: &str, signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519][..], self.as_bytes()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id), BASE64.encode(key))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}

impl FromStr for VerifyingKey {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CheckpointError::Key("it is not written as name+hash+key"));
        };
        let bytes = BASE64.decode(key).map_err(|_| CheckpointError::Key("it is not base64"))?;
        let key = match bytes.split_first() {
            Some((&ED25519, key)) => <[u8; 32]>::try_from(key).ok(),
            _ => None,
        };
        let key = VerifyingKey::new(name, key.ok_or(CheckpointError::Key("it is not an Ed25519 key"))?)?;
        if key.to_string() == text {
            Ok(key)
        } else {
            Err(CheckpointError::Key("its hash is of another key"))
        }
    }
}

/// The first four bytes of SHA-256 over name, line feed, signature type and key.
fn key_id(name: &str, key: &[u8; 32]) -> [u8; 4] {
    let digest: [u8; 32] =
        Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(key).finalize().into();
    [digest[0], digest[1], digest[2], digest[3]]
}
