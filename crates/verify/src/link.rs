//! What the first entry of a later epoch says about the epoch before: where it ended in the restored copy, and
//! what was lost with the restore.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::entry;
use crate::folder::Folder;
use crate::merkle::Hash;
use crate::note::{Note, Origin};

/// The command of the first entry of an epoch after the first.
const COMMAND: &str = "journal.epoch";

/// The declaration of an epoch about the one before.
pub(crate) struct Link {
    pub previous_origin: Origin,
    pub previous_size: u64,
    pub previous_root: Hash,
    /// The newest checkpoint of that epoch that was known when the copy was restored.
    pub last_known: Option<Note>,
    /// How many entries are declared lost.
    pub lost: u64,
}

impl Link {
    /// Reads the first entry of an epoch.
    pub(crate) fn read(folder: &Folder, epoch: u32) -> io::Result<Result<Link, &'static str>> {
        let mut entries = folder.entries(epoch)?;
        let Some(line) = entries.next()? else { return Ok(Err("it is empty")) };
        let values = entry::read(line.bytes).ok().and_then(|entry| entry.note(COMMAND));
        Ok(values
            .as_ref()
            .and_then(Link::of)
            .ok_or("it does not say where the epoch before ended")
            .and_then(Link::agrees))
    }

    fn of(values: &serde_json::Map<String, serde_json::Value>) -> Option<Link> {
        let number = |name: &str| match values.get(name) {
            None => Some(0),
            Some(value) => value.as_u64(),
        };
        let last_known = match values.get("last_known_checkpoint") {
            None => None,
            Some(text) => Some(Note::parse(text.as_str()?).ok()?),
        };
        Some(Link {
            previous_origin: Origin::parse(values.get("previous_origin")?.as_str()?)?,
            previous_size: values.get("previous_size")?.as_u64()?,
            previous_root: BASE64.decode(values.get("previous_root")?.as_str()?).ok()?.try_into().ok()?,
            last_known,
            lost: number("lost_entries")?,
        })
    }

    /// The declared loss is what the last known checkpoint has more than the restored copy.
    fn agrees(self) -> Result<Link, &'static str> {
        match &self.last_known {
            Some(known) if known.origin != self.previous_origin => {
                Err("its last known checkpoint is of another journal")
            }
            Some(known) if known.size.saturating_sub(self.previous_size) != self.lost => {
                Err("the entries it declares lost are not those of its last known checkpoint")
            }
            _ => Ok(self),
        }
    }

    /// The size of the epoch before, with the entries that are declared lost.
    pub(crate) fn declared_size(&self) -> u64 {
        self.previous_size.saturating_add(self.lost)
    }
}
