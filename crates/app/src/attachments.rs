//! Attachments: bytes are streamed into a file of a random name, hashed on the way, and read back only if the
//! hash still holds. Names that senders give never become file names.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use mainstay_core::{Error, Result};
use sha2::{Digest, Sha256};

use crate::command::{StoredFile, random};

/// Most bytes of one attachment.
pub const MOST_BYTES: u64 = 100 << 20;

/// The attachments' folder.
#[derive(Debug, Clone)]
pub struct Attachments {
    folder: PathBuf,
}

fn failed(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.display().to_string();
    move |error| {
        Error::unavailable(format!("the attachment store cannot use {path}"), error)
            .hint("Check that the disk has space and that the data folder can be written.")
    }
}

impl Attachments {
    /// The folder `attachments` in a data folder.
    pub fn new(data: &Path) -> Self {
        Self { folder: data.join("attachments") }
    }

    /// Stores what `source` gives. The file is on disk, flushed and complete when this returns; whatever fails
    /// before leaves at most an unfinished file, which [`sweep`](Attachments::sweep) removes.
    ///
    /// # Errors
    /// Too large or empty names; unavailable when the disk fails.
    pub fn store(&self, name: &str, media_type: Option<&str>, source: &mut dyn Read) -> Result<StoredFile> {
        let stored_as = hex::encode(&random()?[..16]);
        let shelf = self.folder.join(&stored_as[..2]);
        fs::create_dir_all(&shelf).map_err(failed(&shelf))?;
        let path = shelf.join(&stored_as);
        let unfinished = path.with_extension("unfinished");
        let outcome = self.stream(source, &unfinished);
        let (bytes, sha256) = match outcome {
            Ok(done) => done,
            Err(error) => {
                // The error that ended the upload is the one to tell.
                let _ = fs::remove_file(&unfinished);
                return Err(error);
            }
        };
        fs::rename(&unfinished, &path).map_err(failed(&path))?;
        File::open(&shelf).and_then(|shelf| shelf.sync_all()).map_err(failed(&path))?;
        Ok(StoredFile {
            name: name.to_owned(),
            media_type: media_type.map(str::to_owned),
            bytes,
            sha256,
            stored_as,
        })
    }

    fn stream(&self, source: &mut dyn Read, into: &Path) -> Result<(u64, String)> {
        let mut file = File::create(into).map_err(failed(into))?;
        let (bytes, sha256) = hashed(source, &mut file, into)?;
        file.sync_all().map_err(failed(into))?;
        Ok((bytes, sha256))
    }

    fn path(&self, stored_as: &str) -> Result<PathBuf> {
        let random_name = stored_as.len() == 32 && stored_as.bytes().all(|byte| byte.is_ascii_hexdigit());
        if random_name {
            Ok(self.folder.join(&stored_as[..2]).join(stored_as))
        } else {
            Err(Error::not_found("the attachment"))
        }
    }

    /// Reads an attachment into `out` if its bytes are still those that were stored; nothing is written otherwise.
    ///
    /// # Errors
    /// Unavailable when the file is missing or was changed.
    pub fn copy_to(&self, stored_as: &str, sha256: &str, out: &mut dyn Write) -> Result<u64> {
        let path = self.path(stored_as)?;
        let mut file = File::open(&path).map_err(failed(&path))?;
        let (_, now) = hashed(&mut file, &mut io::sink(), &path)?;
        if now != sha256 {
            return Err(Error::unavailable(
                "the attachment is not what was stored",
                format!("the hash of {} differs", path.display()),
            )
            .hint("Restore the file from a backup; the journal has its true hash."));
        }
        let mut file = File::open(&path).map_err(failed(&path))?;
        io::copy(&mut file, out).map_err(failed(&path))
    }

    /// Removes a file to which nothing refers: what was to refer to it was refused.
    ///
    /// # Errors
    /// Unavailable.
    pub fn discard(&self, stored_as: &str) -> Result<()> {
        let path = self.path(stored_as)?;
        fs::remove_file(&path).map_err(failed(&path))
    }

    /// Opens an attachment to be sent, if its bytes are still those that were stored.
    ///
    /// # Errors
    /// Unavailable when the file is missing or was changed.
    pub fn open(&self, stored_as: &str, sha256: &str) -> Result<File> {
        self.copy_to(stored_as, sha256, &mut io::sink())?;
        let path = self.path(stored_as)?;
        File::open(&path).map_err(failed(&path))
    }

    /// Whether the file is there with this hash.
    pub fn holds(&self, stored_as: &str, sha256: &str) -> bool {
        self.copy_to(stored_as, sha256, &mut io::sink()).is_ok()
    }

    /// Removes unfinished files of uploads that were cut off. To be run when no upload is under way.
    ///
    /// # Errors
    /// Unavailable when the folder cannot be read.
    pub fn sweep(&self) -> Result<usize> {
        let mut removed = 0;
        if !self.folder.exists() {
            return Ok(0);
        }
        for shelf in fs::read_dir(&self.folder).map_err(failed(&self.folder))? {
            let shelf = shelf.map_err(failed(&self.folder))?.path();
            for file in fs::read_dir(&shelf).map_err(failed(&shelf))? {
                let path = file.map_err(failed(&shelf))?.path();
                if path.extension().is_some_and(|extension| extension == "unfinished") {
                    fs::remove_file(&path).map_err(failed(&path))?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}

/// Copies `source` into `sink` and says how long it was and what its SHA-256 is.
fn hashed(source: &mut dyn Read, sink: &mut dyn Write, path: &Path) -> Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut bytes = 0u64;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::field("file", "could not be read to its end").caused_by(error)),
        };
        bytes += count as u64;
        if bytes > MOST_BYTES {
            return Err(Error::field("file", format!("is larger than {} MiB", MOST_BYTES >> 20)));
        }
        hash.update(&buffer[..count]);
        sink.write_all(&buffer[..count]).map_err(failed(path))?;
    }
    Ok((bytes, hex::encode(hash.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Attachments) {
        let folder = tempfile::tempdir().expect("a folder");
        let attachments = Attachments::new(folder.path());
        (folder, attachments)
    }

    #[test]
    fn an_attachment_comes_back_as_it_was_stored_whatever_its_name() {
        let (folder, attachments) = store();
        for name in ["report.pdf", "../../etc/passwd", "\u{200b}.htaccess", "con"] {
            let file = attachments.store(name, None, &mut "hello".as_bytes()).unwrap();
            assert_eq!((file.name.as_str(), file.bytes), (name, 5));
            let mut out = Vec::new();
            attachments.copy_to(&file.stored_as, &file.sha256, &mut out).unwrap();
            assert_eq!(out, b"hello");
        }
        assert!(!folder.path().join("etc").exists());
    }

    #[test]
    fn a_changed_file_is_not_served() {
        let (folder, attachments) = store();
        let file = attachments.store("a", None, &mut "hello".as_bytes()).unwrap();
        let path = folder.path().join("attachments").join(&file.stored_as[..2]).join(&file.stored_as);
        fs::write(path, "hellO").unwrap();
        let mut out = Vec::new();
        assert!(attachments.copy_to(&file.stored_as, &file.sha256, &mut out).is_err());
        assert!(out.is_empty());
    }

    #[test]
    fn an_upload_that_breaks_off_leaves_no_attachment() {
        struct Broken(usize);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                if self.0 > 3 { Err(io::Error::other("connection lost")) } else { Ok(buffer.len()) }
            }
        }
        let (folder, attachments) = store();
        attachments.store("a", None, &mut Broken(0)).unwrap_err();
        let files = fs::read_dir(folder.path().join("attachments"))
            .unwrap()
            .flat_map(|shelf| fs::read_dir(shelf.unwrap().path()).unwrap())
            .count();
        assert_eq!(files, 0);
        assert_eq!(attachments.sweep().unwrap(), 0);
    }

    #[test]
    fn a_stored_name_that_is_no_random_name_is_not_followed() {
        let (_folder, attachments) = store();
        assert!(attachments.copy_to("../../../../etc/passwd", "", &mut Vec::new()).is_err());
    }
}
