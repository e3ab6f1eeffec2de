//! Folders to which checkpoints are written: one file each, never changed again, and `latest`. A folder that the
//! auditor mounts is the usual one: what stands there is out of reach of whoever can rewrite the database.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use mainstay_core::{Error, Result};
use mainstay_journal::{SignedCheckpoint, VerifyingKey};

/// Name of the file with the newest checkpoint.
pub const LATEST: &str = "latest";

/// Name of the file with the public keys.
pub const KEY_FILE: &str = "key.pub";

/// How it went with one sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The folder, or `database`.
    pub sink: String,
    /// What went wrong, if it did.
    pub failure: Option<String>,
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> Error {
    let path = path.display().to_string();
    move |error| Error::unavailable(format!("{path} cannot be written"), error)
}

/// Writes a file so that after a power cut it is there whole or not at all.
///
/// # Errors
/// Unavailable.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.unfinished", std::process::id()));
    let unfinished = folder.join(name);
    let written = File::create(&unfinished).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&unfinished, path));
    if let Err(error) = renamed {
        let _ = fs::remove_file(&unfinished);
        return Err(io(path)(error));
    }
    sync_folder(folder)
}

/// Makes new names in a folder durable.
///
/// # Errors
/// Unavailable.
pub fn sync_folder(folder: &Path) -> Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(folder))
}

/// The name of a checkpoint's file: sorted by name is sorted by age.
pub fn file_name(checkpoint: &SignedCheckpoint) -> String {
    let head = checkpoint.checkpoint();
    format!("epoch-{}-{:012}.checkpoint", head.origin.epoch(), head.size)
}

/// Writes a checkpoint to a folder, with the public keys.
///
/// # Errors
/// Unavailable.
pub fn write(folder: &Path, checkpoint: &SignedCheckpoint, keys: &[VerifyingKey]) -> Result<()> {
    fs::create_dir_all(folder).map_err(io(folder))?;
    let path = folder.join(file_name(checkpoint));
    if fs::read(&path).ok().as_deref() != Some(checkpoint.text().as_bytes()) {
        write_whole(&path, checkpoint.text().as_bytes())?;
    }
    let latest = folder.join(LATEST);
    if fs::read(&latest).ok().as_deref() != Some(checkpoint.text().as_bytes()) {
        write_whole(&latest, checkpoint.text().as_bytes())?;
    }
    add_keys(&folder.join(KEY_FILE), keys)
}

/// Adds the keys that the file does not name yet. A key that stands there stays: older checkpoints are its.
fn add_keys(path: &Path, keys: &[VerifyingKey]) -> Result<()> {
    let before = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(io(path)(error)),
    };
    let mut text = before.clone();
    for key in keys.iter().map(ToString::to_string).filter(|key| !before.lines().any(|line| line == key)) {
        text.push_str(&key);
        text.push('\n');
    }
    if text == before { Ok(()) } else { write_whole(path, text.as_bytes()) }
}

/// All checkpoints in a folder that can be read as such, with their files: `latest` and every kept one.
///
/// # Errors
/// Unavailable when a folder that is there cannot be read.
pub fn read(folder: &Path) -> Result<Vec<(PathBuf, SignedCheckpoint)>> {
    let unreadable =
        |error| Error::unavailable(format!("the folder {} cannot be read", folder.display()), error);
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut found = Vec::new();
    for file in files {
        let path = file.map_err(unreadable)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if (name == LATEST || name.ends_with(".checkpoint"))
            && let Ok(text) = fs::read_to_string(&path)
            && let Ok(checkpoint) = SignedCheckpoint::parse(&text)
        {
            found.push((path, checkpoint));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found)
}

/// The newest checkpoint of a folder: of `latest` and the file whose name says the highest epoch and size, the one
/// that vouches for more. Two files are read, however many there are.
///
/// # Errors
/// Unavailable when a folder that is there cannot be read.
pub fn newest(folder: &Path) -> Result<Option<(PathBuf, SignedCheckpoint)>> {
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Error::unavailable(format!("the folder {} cannot be read", folder.display()), error));
        }
    };
    let named = files.flatten().map(|file| file.path()).max_by_key(|path| named_order(path));
    let candidates =
        named.filter(|path| named_order(path).is_some()).into_iter().chain([folder.join(LATEST)]);
    let order = |checkpoint: &SignedCheckpoint| {
        let head = checkpoint.checkpoint();
        (head.origin.epoch(), head.size)
    };
    Ok(candidates
        .filter_map(|path| {
            let checkpoint = SignedCheckpoint::parse(&fs::read_to_string(&path).ok()?).ok()?;
            Some((path, checkpoint))
        })
        .max_by_key(|(_, checkpoint)| order(checkpoint)))
}

/// Epoch and size that a checkpoint's file name says.
fn named_order(path: &Path) -> Option<(u32, u64)> {
    let name = path.file_name()?.to_str()?.strip_prefix("epoch-")?.strip_suffix(".checkpoint")?;
    let (epoch, size) = name.split_once('-')?;
    Some((epoch.parse().ok()?, size.parse().ok()?))
}
