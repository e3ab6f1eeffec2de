//! A temporary SQLite file with the schema of Mainstay, for a replay.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use mainstay_core::{Error, Result};
use mainstay_store::{
    Conn, Location, Options, Synchronous, SystemClock, migrate::migrate, store::connect_writer,
};

use crate::{app::MIGRATIONS, backup::io, ledger::sinks::sync_folder};

/// The file, which is removed with this handle.
pub struct Scratch {
    conn: Option<Box<dyn Conn>>,
    path: PathBuf,
    /// Locked while somebody is at work: what a killed process has left is not.
    lock: File,
}

impl Scratch {
    /// Makes an empty one in `folder`, under a name that nothing else has.
    ///
    /// # Errors
    /// Unavailable.
    pub fn new(folder: &Path) -> Result<Self> {
        let mut scratch = Self::begin(folder)?;
        let mut conn = open(&scratch.path)?;
        migrate(&mut *conn, MIGRATIONS, &mut || Ok(()))?;
        scratch.conn = Some(conn);
        Ok(scratch)
    }

    /// Makes one in `folder` that holds what a finished file holds.
    ///
    /// # Errors
    /// Unavailable.
    pub fn copy_of(file: &Path, folder: &Path) -> Result<Self> {
        let mut scratch = Self::begin(folder)?;
        fs::copy(file, &scratch.path).map_err(io(file))?;
        scratch.conn = Some(open(&scratch.path)?);
        Ok(scratch)
    }

    fn begin(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(|error| {
            Error::unavailable(format!("the folder {} cannot be made", folder.display()), error)
        })?;
        loop {
            let name = format!("replay-{}.unfinished", hex::encode(&crate::command::random()?[..8]));
            let path = folder.join(name);
            let lock = File::create_new(&path).map_err(io(&path))?;
            lock.lock().map_err(io(&path))?;
            // Somebody who tidies up may have taken it for a leftover before it was locked.
            if path.exists() {
                return Ok(Self { conn: None, path, lock });
            }
        }
    }

    /// Gives the file this name, whole and on disk, also after a power cut.
    ///
    /// # Errors
    /// Unavailable.
    pub fn keep_as(mut self, path: &Path) -> Result<()> {
        self.conn = None;
        self.lock.sync_all().map_err(io(&self.path))?;
        fs::rename(&self.path, path).map_err(io(path))?;
        sync_folder(path.parent().unwrap_or(Path::new(".")))
    }

    /// The connection.
    ///
    /// # Errors
    /// A bug after the handle was closed.
    pub fn conn(&mut self) -> Result<&mut dyn Conn> {
        match self.conn.as_mut() {
            Some(conn) => Ok(&mut **conn),
            None => Err(Error::bug("a temporary file was used after it was closed")),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Nothing of a temporary file needs to survive a power cut, so nothing is flushed.
fn open(path: &Path) -> Result<Box<dyn Conn>> {
    let location = Location::Sqlite(path.to_owned());
    let options = Options { synchronous: Synchronous::Normal, ..Options::new(Arc::new(SystemClock)) };
    let mut conn = connect_writer(&location, &options)?;
    conn.batch(
        "pragma journal_mode=off; pragma synchronous=off; pragma secure_delete=off; pragma cache_size=-64000",
    )?;
    Ok(conn)
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.conn = None;
        let _ = fs::remove_file(&self.path);
        for ending in ["-wal", "-shm"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(ending);
            let _ = fs::remove_file(PathBuf::from(name));
        }
    }
}
