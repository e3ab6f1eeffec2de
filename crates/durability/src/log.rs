//! A log that survives its writer: one line of JSON for each fact, flushed to the disk before the next act.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde::{Serialize, de::DeserializeOwned};

/// A log that is being written.
#[derive(Debug)]
pub struct Log(File);

impl Log {
    /// Opens the log, making it if it is not there.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        File::options().create(true).append(true).open(path).map(Self)
    }

    /// Appends a fact; it is on the disk when this returns.
    ///
    /// # Errors
    /// What the file system says.
    pub fn append(&mut self, fact: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(fact)?;
        line.push(b'\n');
        self.0.write_all(&line)?;
        self.0.sync_data()
    }
}

/// The facts of all logs in a folder whose names begin with `prefix`. A last line that was not finished counts
/// nothing.
///
/// # Errors
/// What the file system says, or a finished line that is no fact.
pub fn read<T: DeserializeOwned>(folder: &Path, prefix: &str) -> io::Result<Vec<T>> {
    let mut facts = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        if !file.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let text = fs::read_to_string(file.path())?;
        let finished = text.rfind('\n').map_or("", |end| &text[..end]);
        for line in finished.lines() {
            facts.push(serde_json::from_str(line)?);
        }
    }
    Ok(facts)
}
