//! The files of an exported journal.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use crate::entry::MAX_BYTES;
use crate::lines::Lines;
use crate::note::{Note, Notes};

/// How much of a file is read at once.
const READ_AHEAD: usize = 256 * 1024;

/// A folder with `epoch-N.jsonl` and what belongs to it.
pub(crate) struct Folder {
    path: PathBuf,
    epochs: Vec<u32>,
}

impl Folder {
    /// Looks which epochs there are, in rising order.
    pub(crate) fn open(path: &Path) -> io::Result<Folder> {
        let mut epochs = Vec::new();
        for file in path.read_dir()? {
            let name = file?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("epoch-")?.strip_suffix(".jsonl"));
            let epoch =
                number.and_then(|number| number.parse::<u32>().ok().filter(|n| n.to_string() == number));
            epochs.extend(epoch.filter(|epoch| *epoch > 0));
        }
        epochs.sort_unstable();
        Ok(Folder { path: path.to_owned(), epochs })
    }

    pub(crate) fn epochs(&self) -> &[u32] {
        &self.epochs
    }

    /// The path of a file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn entries(&self, epoch: u32) -> io::Result<Lines<BufReader<File>>> {
        let file = File::open(self.file(&format!("epoch-{epoch}.jsonl")))?;
        Ok(Lines::new(BufReader::with_capacity(READ_AHEAD, file), MAX_BYTES))
    }

    pub(crate) fn leaves(&self, epoch: u32) -> io::Result<Option<Lines<BufReader<File>>>> {
        Ok(self.open_if_there(&format!("epoch-{epoch}.leaves"))?.map(|file| Lines::new(file, 64)))
    }

    pub(crate) fn checkpoints(&self, epoch: u32) -> io::Result<Option<Notes<BufReader<File>>>> {
        Ok(self.open_if_there(&format!("epoch-{epoch}.checkpoints"))?.map(Notes::new))
    }

    pub(crate) fn personal(&self) -> io::Result<Option<Lines<BufReader<File>>>> {
        Ok(self.open_if_there("personal.jsonl")?.map(|file| Lines::new(file, MAX_BYTES)))
    }

    /// The first checkpoint in the folder that `wanted` takes.
    pub(crate) fn find_checkpoint(&self, wanted: impl Fn(&Note) -> bool) -> io::Result<Option<Note>> {
        for epoch in &self.epochs {
            let Some(mut notes) = self.checkpoints(*epoch)? else { continue };
            while let Some(note) = notes.next()? {
                if let Some(note) = note.ok().filter(|note| wanted(note)) {
                    return Ok(Some(note));
                }
            }
        }
        Ok(None)
    }

    fn open_if_there(&self, name: &str) -> io::Result<Option<BufReader<File>>> {
        match File::open(self.file(name)) {
            Ok(file) => Ok(Some(BufReader::with_capacity(READ_AHEAD, file))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
