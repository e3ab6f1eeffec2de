//! Writing the journal to a folder that `mainstay-verify` reads (docs/journal-format.md). The folder is there
//! whole or not at all.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use mainstay_core::{Error, ErrorKind, Result};
use mainstay_journal::{Json, erase::Opening};
use mainstay_store::{
    Conn,
    journal::{self, Epoch},
};

use super::{Ledger, sinks};

/// Entries read at a time.
const CHUNK: u32 = 2000;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The folder.
    pub folder: PathBuf,
    /// Epochs.
    pub epochs: usize,
    /// Entries of all epochs.
    pub entries: u64,
    /// Checkpoints of all epochs.
    pub checkpoints: u64,
    /// Personal values.
    pub personal: u64,
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> Error {
    let path = path.display().to_string();
    move |error| Error::unavailable(format!("{path} cannot be written"), error)
}

/// Refuses a folder that holds something already.
///
/// # Errors
/// Bad input.
pub(crate) fn must_be_free(folder: &Path) -> Result<()> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Ok(mut files) => match files.next() {
            None => Ok(()),
            Some(_) => Err(Error::new(
                ErrorKind::Invalid(Vec::new()),
                format!("{} holds something already", folder.display()),
            )
            .hint("Name a folder that does not exist yet.")),
        },
        Err(error) => Err(Error::unavailable(format!("{} cannot be used", folder.display()), error)),
    }
}

/// The folder in which another one is prepared.
pub(crate) fn unfinished(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

struct Out {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Out {
    fn new(path: PathBuf) -> Result<Self> {
        let file = File::create(&path).map_err(io(&path))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), path })
    }

    fn line(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).and_then(|()| self.file.write_all(b"\n")).map_err(io(&self.path))
    }

    fn end(mut self) -> Result<()> {
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(io(&self.path))
    }
}

impl Ledger {
    /// Writes the journal to `folder`, which must not exist or be empty. With `personal`, the personal values that
    /// are held are written too, with their salts. `seen` is told how many entries were written.
    ///
    /// # Errors
    /// Bad input for a folder that holds something, unavailable.
    pub fn export(&self, folder: &Path, personal: bool, seen: &mut dyn FnMut(u64)) -> Result<Exported> {
        must_be_free(folder)?;
        let preparing = unfinished(folder);
        if preparing.exists() {
            fs::remove_dir_all(&preparing).map_err(io(&preparing))?;
        }
        fs::create_dir_all(&preparing).map_err(io(&preparing))?;
        let mut exported = self.snapshot(|conn| self.write_files(conn, &preparing, personal, seen))?;
        sinks::sync_folder(&preparing)?;
        if folder.exists() {
            fs::remove_dir(folder).map_err(io(folder))?;
        }
        fs::rename(&preparing, folder).map_err(io(folder))?;
        sinks::sync_folder(folder.parent().unwrap_or(Path::new(".")))?;
        exported.folder = folder.to_owned();
        Ok(exported)
    }

    fn write_files(
        &self,
        conn: &mut dyn Conn,
        folder: &Path,
        personal: bool,
        seen: &mut dyn FnMut(u64),
    ) -> Result<Exported> {
        let epochs = journal::epochs(conn)?;
        let mut exported = Exported {
            folder: folder.to_owned(),
            epochs: epochs.len(),
            entries: 0,
            checkpoints: 0,
            personal: 0,
        };
        let mut openings = if personal { Some(Out::new(folder.join("personal.jsonl"))?) } else { None };
        for (at, epoch) in epochs.iter().enumerate() {
            let end = epochs.get(at + 1).map_or(i64::MAX as u64, |next| next.first_position);
            write_entries(conn, folder, epoch, end, &mut exported, seen)?;
            let notes: Vec<String> =
                journal::checkpoints(conn, epoch.epoch)?.into_iter().map(|(_, text)| text).collect();
            exported.checkpoints += notes.len() as u64;
            let path = folder.join(format!("epoch-{}.checkpoints", epoch.epoch));
            sinks::write_whole(&path, notes.join("--\n").as_bytes())?;
            if let Some(openings) = &mut openings {
                exported.personal += write_personal(conn, openings, epoch, end)?;
            }
        }
        let keys: String = self.public_keys(conn)?.iter().map(|key| format!("{key}\n")).collect();
        sinks::write_whole(&folder.join(sinks::KEY_FILE), keys.as_bytes())?;
        openings.map_or(Ok(()), Out::end)?;
        Ok(exported)
    }
}

/// What stands in the database is written as it stands, also when it was tampered with: the verifier is to see it.
fn write_entries(
    conn: &mut dyn Conn,
    folder: &Path,
    epoch: &Epoch,
    end: u64,
    exported: &mut Exported,
    seen: &mut dyn FnMut(u64),
) -> Result<()> {
    let mut entries = Out::new(folder.join(format!("epoch-{}.jsonl", epoch.epoch)))?;
    let mut leaves = Out::new(folder.join(format!("epoch-{}.leaves", epoch.epoch)))?;
    let mut next = epoch.first_position;
    loop {
        let page = journal::from(conn, next, CHUNK)?;
        let page: Vec<_> = page.into_iter().filter(|stored| stored.position < end).collect();
        let Some(last) = page.last() else { break };
        next = last.position + 1;
        for stored in &page {
            entries.line(&stored.body)?;
            leaves.line(hex::encode(&stored.leaf).as_bytes())?;
        }
        exported.entries += page.len() as u64;
        seen(exported.entries);
    }
    entries.end()?;
    leaves.end()
}

fn write_personal(conn: &mut dyn Conn, out: &mut Out, epoch: &Epoch, end: u64) -> Result<u64> {
    let mut from = epoch.first_position;
    let mut written = 0;
    loop {
        let page = journal::from(conn, from, CHUNK)?;
        let Some(last) = page.iter().map(|stored| stored.position).rfind(|at| *at < end) else { break };
        for value in journal::raw_personal_between(conn, from, last + 1)? {
            let opening = Opening {
                epoch: epoch.epoch,
                index: value.position - epoch.first_position,
                column: value.name,
                salt: <[u8; 32]>::try_from(value.salt.as_slice()).unwrap_or_default(),
                content: Json::decode(value.content.as_bytes()).unwrap_or(Json::Text(value.content)),
            };
            out.line(&opening.encode())?;
            written += 1;
        }
        from = last + 1;
    }
    Ok(written)
}
