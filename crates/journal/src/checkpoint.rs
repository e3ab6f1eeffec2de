//! Checkpoints: signed statements of how large the tree was and what its root was (C2SP `tlog-checkpoint`, a
//! C2SP `signed-note`). Whoever keeps one can tell later that nothing before it was changed or cut off.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::key::VerifyingKey;
use crate::origin::Origin;
use crate::tree::Hash;

/// The longest checkpoint in bytes with all its signatures.
const MAX_BYTES: usize = 64 * 1024;

/// What is signed: the tree of `origin` had `size` entries and this `root`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which tree.
    pub origin: Origin,
    /// The number of entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Why a checkpoint or a key is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not an origin of this format.
    #[error("{0:?} is not an origin: mainstay/<instance>/<epoch>, perhaps with /synthetic")]
    Origin(String),
    /// Not a checkpoint.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// A signature that names a known key and is not by it.
    #[error("the signature of {0} does not verify")]
    BadSignature(String),
    /// No signature by a known key.
    #[error("no signature is by a known key")]
    UnknownKey,
    /// Not a verifier key.
    #[error("not a key: {0}")]
    Key(&'static str),
}

impl Checkpoint {
    /// The text that is signed: three lines, each with its line feed. There are no extension lines.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    fn parse(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> = text.split('\n').collect();
        let [origin, size, root, ""] = lines[..] else {
            return Err(CheckpointError::Malformed("its text is not three lines"));
        };
        let root = BASE64.decode(root).ok().and_then(|root| root.try_into().ok());
        let checkpoint = Checkpoint {
            origin: origin.parse()?,
            size: size.parse().map_err(|_| CheckpointError::Malformed("its size is not a number"))?,
            root: root.ok_or(CheckpointError::Malformed("its root is not 32 bytes in base64"))?,
        };
        if checkpoint.text() == text {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Malformed("its size is not written in the shortest way"))
        }
    }
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key.
    pub name: String,
    /// The key id.
    pub id: [u8; 4],
    /// The signature: 64 bytes if by Ed25519, others by other kinds of key.
    pub bytes: Vec<u8>,
}

/// A checkpoint with its signatures: that of the journal, and those of witnesses and of a key that is being
/// rotated in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signatures: Vec<Signature>,
    text: String,
}

impl SignedCheckpoint {
    pub(crate) fn of(checkpoint: Checkpoint, signatures: Vec<Signature>) -> Self {
        let mut text = checkpoint.text() + "\n";
        for Signature { name, id, bytes } in &signatures {
            text += &format!("\u{2014} {name} {}\n", BASE64.encode([id, bytes.as_slice()].concat()));
        }
        SignedCheckpoint { checkpoint, signatures, text }
    }

    /// Reads a signed checkpoint. It is not believed before [`SignedCheckpoint::verify`] says so.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        if text.len() > MAX_BYTES {
            return Err(CheckpointError::Malformed("it is too long"));
        }
        let (body, lines) =
            text.rsplit_once("\n\n").ok_or(CheckpointError::Malformed("it has no signature"))?;
        let lines =
            lines.strip_suffix('\n').ok_or(CheckpointError::Malformed("its last line does not end"))?;
        let checkpoint = Checkpoint::parse(&text[..=body.len()])?;
        let signatures = lines
            .split('\n')
            .map(Signature::parse)
            .collect::<Option<_>>()
            .ok_or(CheckpointError::Malformed("a signature line is not one"))?;
        let signed = SignedCheckpoint::of(checkpoint, signatures);
        if signed.text == text { Ok(signed) } else { Err(CheckpointError::Malformed("a second spelling")) }
    }

    /// The statement. Trust it only after [`SignedCheckpoint::verify`].
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signatures, that of the journal first.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// The whole text, to be handed out and kept as it is.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same checkpoint with the signatures of another copy of it behind its own: a second key while keys
    /// are rotated, or the cosignatures of witnesses. Nothing is added from a different checkpoint.
    pub fn with_signatures_of(&self, other: &SignedCheckpoint) -> Self {
        let mut signatures = self.signatures.clone();
        if other.checkpoint == self.checkpoint {
            signatures.extend(other.signatures.iter().filter(|new| !self.signatures.contains(new)).cloned());
        }
        SignedCheckpoint::of(self.checkpoint.clone(), signatures)
    }

    /// Checks the signatures and returns the key that vouches. Signatures of unknown keys are passed over; one
    /// that names a known key and does not verify condemns the checkpoint.
    pub fn verify<'k>(&self, keys: &'k [VerifyingKey]) -> Result<&'k VerifyingKey, CheckpointError> {
        let text = self.checkpoint.text();
        let mut vouching = None;
        for signature in &self.signatures {
            for key in keys.iter().filter(|key| key.name() == signature.name && key.id() == signature.id) {
                if !key.accepts(&text, &signature.bytes) {
                    return Err(CheckpointError::BadSignature(signature.name.clone()));
                }
                vouching = vouching.or(Some(key));
            }
        }
        vouching.ok_or(CheckpointError::UnknownKey)
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let signature = BASE64.decode(signature).ok()?;
        let (id, bytes) = signature.split_first_chunk()?;
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        (!name.is_empty() && !name.contains(bad) && !bytes.is_empty()).then(|| Signature {
            name: name.to_owned(),
            id: *id,
            bytes: bytes.to_vec(),
        })
    }
}
