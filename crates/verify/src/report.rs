//! What was found out, as facts. Integrity and completeness are kept apart.

use serde_json::{Value, json};

use crate::instant::rfc3339;
use crate::keys::KeySource;
use crate::known::{Known, Outcome};

/// Everything that was found out about a journal.
#[derive(Debug, Default)]
pub struct Report {
    /// The installation that the checkpoints name.
    pub instance: Option<String>,
    /// Whether the journal says of itself that it was made by replay or simulation.
    pub synthetic: bool,
    /// The epochs, in order.
    pub epochs: Vec<EpochFacts>,
    /// What is wrong, by epoch; empty if nothing is.
    pub findings: Vec<Finding>,
    /// The checkpoints from outside.
    pub known: Vec<Known>,
    /// Where the keys came from, and their names with ids.
    pub keys: Option<(KeySource, Vec<String>)>,
    /// What kept the verifier from an answer.
    pub obstacles: Vec<String>,
}

/// Facts about one epoch.
#[derive(Clone, Debug, Default)]
pub struct EpochFacts {
    /// The epoch, from 1.
    pub epoch: u32,
    /// The number of entries.
    pub entries: u64,
    /// The root over all of them.
    pub root: [u8; 32],
    /// When the last readable entry was recorded, in milliseconds since 1970-01-01 UTC.
    pub last_recorded_at_ms: Option<i64>,
    /// The number of checkpoints in the folder.
    pub checkpoints: u64,
    /// How many of them are rightly signed and have the root of these entries.
    pub checkpoints_good: u64,
    /// How many entries, from the first, are vouched for.
    pub vouched_size: u64,
    /// When the last entry that is vouched for was recorded, in milliseconds since 1970-01-01 UTC.
    pub vouched_until_ms: Option<i64>,
    /// Whether a leaf list was there to locate a change exactly.
    pub leaf_list: bool,
    /// The number of commitments to personal values.
    pub commitments: u64,
    /// How many of them were opened by a value that fits.
    pub opened: u64,
    /// The entries of this epoch that the next one declares lost.
    pub declared_lost: u64,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line is not an entry in its one spelling.
    Shape,
    /// An entry names another index or epoch than its place.
    Position,
    /// An entry was recorded before the one before it.
    Time,
    /// The leaf list has another hash.
    LeafList,
    /// A checkpoint has another root than the entries.
    Root,
    /// A checkpoint is not signed by a trusted key.
    Signature,
    /// A checkpoint is not one, is of another journal, or stands out of order.
    Checkpoint,
    /// Entries are missing at the end.
    Missing,
    /// The link between two epochs is broken.
    Link,
    /// A personal value does not fit its commitment.
    Personal,
}

/// Where something is: among these entries of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The epoch.
    pub epoch: u32,
    /// The first entry that it can be.
    pub from: u64,
    /// The last entry that it can be; `None` if the end is not known.
    pub to: Option<u64>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What kind of thing.
    pub kind: Kind,
    /// In words.
    pub detail: String,
    /// How often the same kind was found further on in this epoch.
    pub further: u64,
    /// Whether a later checkpoint vouches for the entries at this place as they are: then it is what stands
    /// beside them that was changed, or they were written so.
    pub entries_vouched: bool,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was found.
    Consistent,
    /// Something was changed, first at this place.
    Tampered(Place),
    /// A checkpoint from outside shows another history.
    Fork,
    /// A checkpoint from outside is ahead of this copy.
    Rollback,
    /// A checkpoint is ahead of this copy, and a later epoch declares the loss.
    DeclaredRestore {
        /// The epoch that declares it.
        epoch: u32,
        /// The number of entries that it says were lost.
        lost: u64,
    },
    /// There is no answer, for this reason.
    CannotVerify(String),
}

impl Verdict {
    /// The exit code of the program: 0 consistent, 2 tampered, 3 fork, rollback or declared restore, 4 cannot
    /// verify.
    pub fn exit_code(&self) -> u8 {
        match self {
            Verdict::Consistent => 0,
            Verdict::Tampered(_) => 2,
            Verdict::Fork | Verdict::Rollback | Verdict::DeclaredRestore { .. } => 3,
            Verdict::CannotVerify(_) => 4,
        }
    }

    /// One word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Consistent => "consistent",
            Verdict::Tampered(_) => "tampered",
            Verdict::Fork => "fork",
            Verdict::Rollback => "rollback",
            Verdict::DeclaredRestore { .. } => "declared_restore",
            Verdict::CannotVerify(_) => "cannot_verify",
        }
    }
}

impl Report {
    /// The answer. A change inside the folder outweighs a difference to the outside, which outweighs an
    /// obstacle.
    pub fn verdict(&self) -> Verdict {
        // The change that ends first is the first that is certain; of two, the narrower place says more. What a
        // checkpoint vouches for as it is comes last, and before it a personal value: where entries were moved,
        // their values no longer fit either.
        let first = self.findings.iter().min_by_key(|finding| {
            let Place { epoch, from, to } = finding.place;
            let follows = finding.kind == Kind::Personal;
            (finding.entries_vouched, follows, epoch, to.unwrap_or(u64::MAX), std::cmp::Reverse(from))
        });
        if let Some(finding) = first {
            return Verdict::Tampered(finding.place);
        }
        let outcomes = || self.known.iter().map(|known| &known.outcome);
        if outcomes().any(|outcome| *outcome == Outcome::Fork) {
            return Verdict::Fork;
        }
        if outcomes().any(|outcome| *outcome == Outcome::Rollback) {
            return Verdict::Rollback;
        }
        for outcome in outcomes() {
            if let Outcome::DeclaredRestore { epoch, lost } = *outcome {
                return Verdict::DeclaredRestore { epoch, lost };
            }
        }
        match self.obstacles.first() {
            Some(obstacle) => Verdict::CannotVerify(obstacle.clone()),
            None => Verdict::Consistent,
        }
    }

    /// The number of entries that nothing vouches for yet.
    pub fn unvouched(&self) -> u64 {
        self.epochs.iter().map(|epoch| epoch.entries - epoch.vouched_size).sum()
    }

    /// All facts for programs.
    pub fn to_json(&self) -> Value {
        let verdict = self.verdict();
        let first = match &verdict {
            Verdict::Tampered(place) => place.to_json(),
            _ => Value::Null,
        };
        json!({
            "verdict": verdict.word(),
            "exit_code": verdict.exit_code(),
            "reason": verdict.to_string(),
            "first_bad": first,
            "instance": self.instance,
            "synthetic": self.synthetic,
            "integrity": {
                "intact": self.findings.is_empty(),
                "findings": self.findings.iter().map(Finding::to_json).collect::<Value>(),
            },
            "completeness": {
                "vouched_entries": self.epochs.iter().map(|epoch| epoch.vouched_size).sum::<u64>(),
                "unvouched_entries": self.unvouched(),
                "vouched_until": self.epochs.iter().rev().find_map(|epoch| epoch.vouched_until_ms).map(rfc3339),
                "declared_lost_entries": self.epochs.iter().map(|epoch| epoch.declared_lost).sum::<u64>(),
            },
            "epochs": self.epochs.iter().map(EpochFacts::to_json).collect::<Value>(),
            "known": self.known.iter().map(Known::to_json).collect::<Value>(),
            "keys": self.keys.as_ref().map(|(source, names)| json!({ "source": source.word(), "names": names })),
            "obstacles": self.obstacles,
        })
    }
}

impl Place {
    fn to_json(self) -> Value {
        json!({ "epoch": self.epoch, "from": self.from, "to": self.to, "exact": self.to == Some(self.from) })
    }
}

impl Finding {
    fn to_json(&self) -> Value {
        json!({
            "kind": self.kind.word(),
            "place": self.place.to_json(),
            "detail": self.detail,
            "further": self.further,
            "entries_vouched": self.entries_vouched,
        })
    }
}

impl EpochFacts {
    fn to_json(&self) -> Value {
        json!({
            "epoch": self.epoch,
            "entries": self.entries,
            "root": hex::encode(self.root),
            "last_recorded_at": self.last_recorded_at_ms.map(rfc3339),
            "checkpoints": self.checkpoints,
            "checkpoints_good": self.checkpoints_good,
            "vouched_entries": self.vouched_size,
            "vouched_until": self.vouched_until_ms.map(rfc3339),
            "leaf_list": self.leaf_list,
            "commitments": self.commitments,
            "commitments_opened": self.opened,
            "declared_lost_entries": self.declared_lost,
        })
    }
}

impl Known {
    fn to_json(&self) -> Value {
        let (outcome, detail) = match &self.outcome {
            Outcome::Agrees => ("agrees", Value::Null),
            Outcome::Fork => ("fork", Value::Null),
            Outcome::Rollback => ("rollback", Value::Null),
            Outcome::DeclaredRestore { epoch, lost } => {
                ("declared_restore", json!({ "epoch": epoch, "lost_entries": lost }))
            }
            Outcome::Unusable(why) => ("unusable", json!(why)),
        };
        json!({ "file": self.file, "origin": self.origin, "size": self.size, "outcome": outcome, "detail": detail })
    }
}

impl KeySource {
    fn word(self) -> &'static str {
        match self {
            KeySource::Given => "given",
            KeySource::Folder => "folder",
        }
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Shape => "shape",
            Kind::Position => "position",
            Kind::Time => "time",
            Kind::LeafList => "leaf_list",
            Kind::Root => "root",
            Kind::Signature => "signature",
            Kind::Checkpoint => "checkpoint",
            Kind::Missing => "missing",
            Kind::Link => "link",
            Kind::Personal => "personal",
        }
    }
}
