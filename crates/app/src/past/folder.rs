//! The folder with files of the past: finding the right one or the nearest earlier one, and keeping the folder small.
//!
//! Several processes may use it at once. A file gets its name when it is whole and on disk, and never changes
//! afterwards; who has it open may go on reading when another removes it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use mainstay_core::Result;
use mainstay_store::Conn;

use super::mark::Mark;
use crate::backup::io;

/// Ending of a file that is being made.
const UNFINISHED: &str = "unfinished";

/// The folder.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

/// A finished file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub path: PathBuf,
    /// The first position that it does not hold.
    pub position: u64,
    /// The name of its mark.
    pub name: String,
    bytes: u64,
    used: SystemTime,
}

fn kept(path: &Path) -> Option<Kept> {
    let (position, name) = path.file_name()?.to_str()?.strip_suffix(".db")?.split_once('-')?;
    let known = fs::metadata(path).ok()?;
    Some(Kept {
        position: position.parse().ok()?,
        name: name.to_owned(),
        bytes: known.len(),
        used: known.modified().ok()?,
        path: path.to_owned(),
    })
}

impl Folder {
    /// The folder `views` of a data folder.
    pub fn of(data: &Path) -> Self {
        Self { path: data.join("views") }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file of a mark is or will be.
    pub fn place(&self, mark: &Mark) -> PathBuf {
        self.path.join(format!("{:012}-{}.db", mark.position, mark.name))
    }

    /// All finished files, the latest position first.
    pub fn all(&self) -> Result<Vec<Kept>> {
        let files = match fs::read_dir(&self.path) {
            Ok(files) => files,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(&self.path)(error)),
        };
        let mut all: Vec<Kept> = files.flatten().filter_map(|file| kept(&file.path())).collect();
        all.sort_by(|a, b| (b.position, &b.name).cmp(&(a.position, &a.name)));
        Ok(all)
    }

    /// The nearest file at or before a mark that is of the same history.
    pub fn nearest(&self, conn: &mut dyn Conn, mark: &Mark) -> Result<Option<Kept>> {
        for kept in self.all()?.into_iter().filter(|kept| kept.position <= mark.position) {
            if Mark::before(conn, kept.position)?.name == kept.name {
                return Ok(Some(kept));
            }
        }
        Ok(None)
    }

    /// Notes that a file was used now, UTC milliseconds.
    pub fn touch(&self, path: &Path, now_ms: i64) {
        let used = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now_ms).unwrap_or(0));
        // Another process may have removed it; the order of removal is no promise.
        let _ = File::options().append(true).open(path).and_then(|file| file.set_modified(used));
    }

    /// Removes what is of another history, was made before the last erasure, or is beyond `limit` bytes, least
    /// recently used first; and what nobody is making any more. `keep` stays whatever its size.
    pub fn tidy(&self, conn: &mut dyn Conn, limit: u64, keep: Option<&Path>) -> Result<()> {
        let next = mainstay_store::head::Head::load(conn, false)?.next_position();
        let mut good = Vec::new();
        for kept in self.all()? {
            if kept.position <= next && Mark::before(conn, kept.position)?.name == kept.name {
                good.push(kept);
            } else {
                remove(&kept.path)?;
            }
        }
        good.sort_by_key(|kept| (Some(kept.path.as_path()) == keep, kept.used, kept.position));
        let mut bytes: u64 = good.iter().map(|kept| kept.bytes).sum();
        for kept in good.iter().filter(|kept| Some(kept.path.as_path()) != keep) {
            if bytes <= limit {
                break;
            }
            remove(&kept.path)?;
            bytes -= kept.bytes;
        }
        self.sweep()
    }

    /// Removes every finished file.
    pub fn clear(&self) -> Result<()> {
        self.all()?.iter().try_for_each(|kept| remove(&kept.path))
    }

    /// Removes what a killed process was making: whoever is at work holds a lock on its file.
    fn sweep(&self) -> Result<()> {
        let Ok(files) = fs::read_dir(&self.path) else { return Ok(()) };
        for path in files.flatten().map(|file| file.path()) {
            if path.extension().is_some_and(|ending| ending == UNFINISHED)
                && let Ok(file) = File::open(&path)
                && file.try_lock().is_ok()
            {
                remove(&path)?;
            }
        }
        Ok(())
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io(path)(error)),
        _ => Ok(()),
    }
}
