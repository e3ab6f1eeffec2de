//! What the first entry of a later epoch says. A restore from a backup may lose entries that were signed
//! already; the old tree must then never grow again, for it would contradict itself. So the restored journal
//! begins a new tree, and its first entry says where the old one ended and what was lost.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::entry::{Entry, Op};
use crate::json::Json;
use crate::origin::Origin;
use crate::tree::Hash;

/// The command of the first entry of an epoch after the first.
pub const EPOCH_COMMAND: &str = "journal.epoch";

/// The link from an epoch to the one before it, held in the values of its first entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochLink {
    /// The origin of the epoch before.
    pub previous_origin: Origin,
    /// The number of its entries in the restored copy.
    pub previous_size: u64,
    /// The root over them.
    pub previous_root: Hash,
    /// The newest checkpoint of that epoch known to anybody, as its text, if one is known.
    pub last_known_checkpoint: Option<String>,
    /// How many entries that checkpoint vouches for and the restored copy lacks; left out if none are known to
    /// be lost.
    pub lost_entries: Option<u64>,
}

impl EpochLink {
    /// The values of the first entry.
    pub fn to_values(&self) -> BTreeMap<String, Json> {
        let number = |value: u64| Json::Int(i64::try_from(value).unwrap_or(i64::MAX));
        let mut values = BTreeMap::from([
            ("previous_origin".to_owned(), Json::Text(self.previous_origin.to_string())),
            ("previous_size".to_owned(), number(self.previous_size)),
            ("previous_root".to_owned(), Json::Text(BASE64.encode(self.previous_root))),
        ]);
        if let Some(checkpoint) = &self.last_known_checkpoint {
            values.insert("last_known_checkpoint".to_owned(), Json::Text(checkpoint.clone()));
        }
        if let Some(lost) = self.lost_entries {
            values.insert("lost_entries".to_owned(), number(lost));
        }
        values
    }

    /// Reads the link from the first entry of an epoch; `None` if the entry holds none.
    pub fn from_entry(entry: &Entry) -> Option<Self> {
        if entry.op != Op::Note || entry.command != EPOCH_COMMAND || entry.index != 0 {
            return None;
        }
        let text = |name: &str| entry.values.get(name).and_then(Json::as_text);
        let number =
            |name: &str| entry.values.get(name).and_then(Json::as_int).and_then(|n| n.try_into().ok());
        Some(EpochLink {
            previous_origin: text("previous_origin")?.parse().ok()?,
            previous_size: number("previous_size")?,
            previous_root: BASE64.decode(text("previous_root")?).ok()?.try_into().ok()?,
            last_known_checkpoint: text("last_known_checkpoint").map(str::to_owned),
            lost_entries: number("lost_entries"),
        })
    }
}
