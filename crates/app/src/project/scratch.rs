//! A temporary SQLite file with the schema of Mainstay, for a replay.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use mainstay_core::{Error, Result};
use mainstay_store::{
    Conn, Location, Options, Synchronous, SystemClock, migrate::migrate, store::connect_writer,
};

use crate::app::MIGRATIONS;

/// The file, which is removed with this handle.
pub struct Scratch {
    conn: Option<Box<dyn Conn>>,
    path: PathBuf,
}

impl Scratch {
    /// Makes an empty one in `folder`, under a name that nothing else has.
    ///
    /// # Errors
    /// Unavailable.
    pub fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::unavailable(format!("the folder {} cannot be made", folder.display()), error)
        })?;
        let name = format!("replay-{}.unfinished", hex::encode(&crate::command::random()?[..8]));
        Self::at(folder.join(name))
    }

    fn at(path: PathBuf) -> Result<Self> {
        let mut scratch = Self { conn: None, path };
        let mut conn = open(&scratch.path)?;
        migrate(&mut *conn, MIGRATIONS, &mut || Ok(()))?;
        scratch.conn = Some(conn);
        Ok(scratch)
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
        let _ = std::fs::remove_file(&self.path);
        for ending in ["-wal", "-shm"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(ending);
            let _ = std::fs::remove_file(PathBuf::from(name));
        }
    }
}
