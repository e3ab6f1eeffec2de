//! Signed checkpoints: C2SP `signed-note` and `tlog-checkpoint`.

use std::io::{self, BufRead};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::lines::Lines;
use crate::merkle::Hash;

/// The longest checkpoint that is read.
const MAX_BYTES: usize = 64 * 1024;

/// A checkpoint as it was read. Nothing in it is believed before its signature is checked.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub origin: Origin,
    pub size: u64,
    pub root: Hash,
    /// The text that the signatures are over.
    pub text: String,
    pub signatures: Vec<Signature>,
}

#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub name: String,
    pub id: [u8; 4],
    pub bytes: Vec<u8>,
}

/// `mainstay/<instance>/<epoch>`, with `/synthetic` behind it for a history that did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub instance: String,
    pub epoch: u32,
    pub synthetic: bool,
}

impl Origin {
    pub(crate) fn parse(text: &str) -> Option<Origin> {
        let parts: Vec<&str> = text.split('/').collect();
        let (instance, epoch, synthetic) = match parts[..] {
            ["mainstay", instance, epoch] => (instance, epoch, false),
            ["mainstay", instance, epoch, "synthetic"] => (instance, epoch, true),
            _ => return None,
        };
        let origin = Origin { instance: instance.to_owned(), epoch: epoch.parse().ok()?, synthetic };
        let fit = !instance.is_empty()
            && origin.epoch > 0
            && !instance.contains(|c: char| c.is_whitespace() || c == '+');
        (fit && origin.to_string() == text).then_some(origin)
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "mainstay/{}/{}", self.instance, self.epoch)?;
        if self.synthetic { f.write_str("/synthetic") } else { Ok(()) }
    }
}

impl Note {
    pub(crate) fn parse(text: &str) -> Result<Note, &'static str> {
        let split = text.rfind("\n\n").ok_or("it has no signature")?;
        let (body, signatures) = (&text[..=split], &text[split + 2..]);
        let mut lines = body.lines();
        let origin = lines.next().and_then(Origin::parse).ok_or("its first line is not an origin")?;
        let size = lines.next().ok_or("it has no size")?;
        let size = size
            .parse()
            .ok()
            .filter(|number: &u64| number.to_string() == size)
            .ok_or("its size is not a number")?;
        let root =
            lines.next().and_then(|root| BASE64.decode(root).ok()).and_then(|root| root.try_into().ok());
        let root = root.ok_or("its root is not 32 bytes in base64")?;
        // The text is made again from what was read, so that nothing else can hide in it.
        if body != format!("{origin}\n{size}\n{}\n", BASE64.encode(root)) {
            return Err("it has more than three lines of text");
        }
        let signatures = signatures.strip_suffix('\n').ok_or("its last line does not end")?;
        let signatures = signatures
            .split('\n')
            .map(signature)
            .collect::<Option<_>>()
            .ok_or("a signature line is not one")?;
        Ok(Note { origin, size, root, text: body.to_owned(), signatures })
    }
}

fn signature(line: &str) -> Option<Signature> {
    let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let decoded = BASE64.decode(encoded).ok()?;
    let (id, bytes) = decoded.split_at_checked(4)?;
    (!name.is_empty()).then_some(Signature {
        name: name.to_owned(),
        id: id.try_into().ok()?,
        bytes: bytes.to_vec(),
    })
}

/// Checkpoints one after another, each as its text, with a line `--` between two.
pub(crate) struct Notes<R> {
    lines: Lines<R>,
}

impl<R: BufRead> Notes<R> {
    pub(crate) fn new(reader: R) -> Self {
        Notes { lines: Lines::new(reader, MAX_BYTES) }
    }

    /// The next checkpoint, or what is wrong with it; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Result<Note, &'static str>>> {
        let mut text = Vec::new();
        loop {
            let ended = match self.lines.next()? {
                None => true,
                Some(line) if line.bytes == b"--" => false,
                Some(line) => {
                    // Kept up to a byte beyond the limit: enough to know that it is too long.
                    if text.len() <= MAX_BYTES {
                        text.extend_from_slice(line.bytes);
                        text.extend_from_slice(if line.ended { b"\n" } else { b"" });
                    }
                    continue;
                }
            };
            if text.is_empty() && ended {
                return Ok(None);
            }
            let note = match std::str::from_utf8(&text) {
                _ if text.len() > MAX_BYTES => Err("it is too long"),
                Ok(text) => Note::parse(text),
                Err(_) => Err("it is not UTF-8"),
            };
            return Ok(Some(note));
        }
    }
}
