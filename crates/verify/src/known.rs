//! Checkpoints that somebody kept outside of the installation: the only thing that shows a rewritten or an
//! older history.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::note::{Note, Notes};

/// A checkpoint from outside, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The file it was read from.
    pub file: String,
    /// Its origin line.
    pub origin: String,
    /// The number of entries that it vouches for.
    pub size: u64,
    /// What came of it.
    pub outcome: Outcome,
}

/// How the journal stands to a checkpoint from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The journal begins with exactly the history that the checkpoint vouches for.
    Agrees,
    /// At the size of the checkpoint the journal has another root: history was rewritten.
    Fork,
    /// The journal ends before the size of the checkpoint: this is an older copy.
    Rollback,
    /// The journal ends before the size of the checkpoint, and a later epoch declares exactly this loss.
    DeclaredRestore {
        /// The epoch that declares it.
        epoch: u32,
        /// The number of entries that it says were lost.
        lost: u64,
    },
    /// The checkpoint cannot be compared, for this reason.
    Unusable(String),
}

/// Reads the checkpoints of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<Note>, String> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| format!("{shown}: {error}"))?;
    let mut notes = Notes::new(BufReader::new(file));
    let mut read = Vec::new();
    while let Some(note) = notes.next().map_err(|error| format!("{shown}: {error}"))? {
        read.push(note.map_err(|what| format!("{shown} is not a checkpoint: {what}"))?);
    }
    if read.is_empty() { Err(format!("{shown} holds no checkpoint")) } else { Ok(read) }
}
