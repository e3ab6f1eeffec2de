//! The key that signs checkpoints: made once, readable by its owner only.

use std::{
    fs,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use mainstay_core::{Error, Result};
use mainstay_journal::SigningKey;

/// Name of the signing key's file in the keys folder.
pub const SIGNING_KEY: &str = "journal.key";

fn io(what: &Path) -> impl Fn(std::io::Error) -> Error {
    let what = what.display().to_string();
    move |error| Error::unavailable(format!("{what} cannot be used"), error)
}

/// Reads the signing key, if there is one.
///
/// # Errors
/// Unavailable when the file cannot be read, is damaged, or can be read by others.
pub fn load(folder: &Path) -> Result<Option<SigningKey>> {
    let path = folder.join(SIGNING_KEY);
    if path.exists() { read(&path).map(Some) } else { Ok(None) }
}

/// Reads the signing key, or makes it from `random` when there is none yet.
///
/// # Errors
/// Unavailable when the file cannot be read, is damaged, or can be read by others.
pub fn load_or_make(folder: &Path, random: impl FnOnce() -> Result<[u8; 32]>) -> Result<SigningKey> {
    fs::create_dir_all(folder).map_err(io(folder))?;
    let path = folder.join(SIGNING_KEY);
    if !path.exists() {
        let unfinished = folder.join("journal.key.unfinished");
        let mut file = fs::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&unfinished)
            .map_err(io(&unfinished))?;
        // Of two processes that start at once the second waits here and then finds the key.
        file.lock().map_err(io(&unfinished))?;
        if !path.exists() {
            file.set_len(0).map_err(io(&unfinished))?;
            file.write_all(hex::encode(random()?).as_bytes()).map_err(io(&unfinished))?;
            file.sync_all().map_err(io(&unfinished))?;
            fs::rename(&unfinished, &path).map_err(io(&path))?;
        }
    }
    read(&path)
}

fn read(path: &Path) -> Result<SigningKey> {
    let mode = fs::metadata(path).map_err(io(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::unavailable(
            format!("{} can be read by others", path.display()),
            format!("its mode is {:o}", mode & 0o777),
        )
        .hint("Run `chmod 600` on it, and think about who may have copied it."));
    }
    let text = fs::read_to_string(path).map_err(io(path))?;
    let seed: [u8; 32] =
        hex::decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            Error::unavailable(format!("{} is damaged", path.display()), "it does not hold 64 hex digits")
                .hint("Restore it from a backup; without it no checkpoint can be signed.")
        })?;
    Ok(SigningKey::from_seed(&seed))
}
