//! One entry with its proof (C2SP `tlog-proof`), without the journal.

use std::fmt::{self, Display};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::entry;
use crate::instant::rfc3339;
use crate::keys::{Keys, Signed};
use crate::merkle::{self, Hash};
use crate::note::Note;
use crate::report::{Place, Verdict};

/// What was found out about one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofReport {
    /// The answer.
    pub verdict: Verdict,
    /// The reason for it in words.
    pub detail: String,
    /// When the entry was recorded, in milliseconds since 1970-01-01 UTC, if it was read.
    pub recorded_at_ms: Option<i64>,
}

/// Verifies that `entry`, the bytes of a line of the journal with or without its line feed, is in the journal as
/// `proof` says, with verifier keys as text, one a line.
pub fn verify_proof(entry: &[u8], proof: &str, keys: &str) -> ProofReport {
    let mut recorded_at_ms = None;
    let (verdict, detail) =
        match check(entry.strip_suffix(b"\n").unwrap_or(entry), proof, keys, &mut recorded_at_ms) {
            Ok(detail) => (Verdict::Consistent, detail),
            Err(No::Cannot(why)) => (Verdict::CannotVerify(why.clone()), why),
            Err(No::Changed(place, why)) => (Verdict::Tampered(place), why),
        };
    ProofReport { verdict, detail, recorded_at_ms }
}

enum No {
    Cannot(String),
    Changed(Place, String),
}

fn check(entry: &[u8], proof: &str, keys: &str, recorded_at_ms: &mut Option<i64>) -> Result<String, No> {
    let cannot = |why: &str| No::Cannot(why.to_owned());
    let keys = Keys::parse(keys).map_err(|why| No::Cannot(format!("no key: {why}")))?;
    let (index, hashes, note) =
        parse(proof).map_err(|why| No::Cannot(format!("the proof is not one: {why}")))?;
    let place = Place { epoch: note.origin.epoch, from: index, to: Some(index) };
    let changed = |why: String| No::Changed(place, why);
    match keys.check(&note) {
        Signed::Good => {}
        Signed::NoKey => return Err(cannot("there is no key for the journal of this proof")),
        Signed::Bad => {
            return Err(changed("the checkpoint is not signed by the key that it names".to_owned()));
        }
        Signed::Stranger => {
            return Err(changed("the checkpoint is signed by no key that is known".to_owned()));
        }
    }
    let line = entry::read(entry)
        .map_err(|fault| changed(format!("not an entry: {} at byte {}", fault.what, fault.at)))?;
    *recorded_at_ms = Some(line.recorded_at_ms);
    if (line.epoch, line.index) != (note.origin.epoch.into(), index) {
        return Err(changed(format!("this is entry {} of epoch {}", line.index, line.epoch)));
    }
    if index >= note.size
        || merkle::root_of_proof(&merkle::leaf(entry), index, note.size, &hashes) != Some(note.root)
    {
        return Err(changed("the entry does not lead to the root of the checkpoint".to_owned()));
    }
    Ok(format!("{place} of {} is in the journal of {} entries", note.origin.instance, note.size))
}

fn parse(proof: &str) -> Result<(u64, Vec<Hash>, Note), &'static str> {
    let (head, note) = proof.split_once("\n\n").ok_or("it has no checkpoint")?;
    let mut lines = head.split('\n').peekable();
    if lines.next() != Some("c2sp.org/tlog-proof@v1") {
        return Err("its first line is another");
    }
    // Nothing vouches for a line of extra data, so it is passed over.
    lines.next_if(|line| line.starts_with("extra "));
    let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or("it names no index")?;
    let index = index
        .parse()
        .ok()
        .filter(|number: &u64| number.to_string() == index)
        .ok_or("its index is not a number")?;
    let hash = |line: &str| BASE64.decode(line).ok()?.try_into().ok();
    let hashes: Vec<Hash> = lines.take(65).map(hash).collect::<Option<_>>().ok_or("a hash is not one")?;
    Ok((index, hashes, Note::parse(note)?))
}

impl ProofReport {
    /// All facts for programs.
    pub fn to_json(&self) -> Value {
        json!({
            "verdict": self.verdict.word(),
            "exit_code": self.verdict.exit_code(),
            "detail": self.detail,
            "recorded_at": self.recorded_at_ms.map(rfc3339),
        })
    }
}

impl Display for ProofReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Entry         {}", self.detail)?;
        if let Some(recorded) = self.recorded_at_ms {
            writeln!(f, "Recorded      {}", rfc3339(recorded))?;
        }
        writeln!(f, "Verdict: {}", self.verdict)
    }
}
