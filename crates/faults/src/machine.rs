//! A machine with one disk: it counts operations, fails them as planned, and its power may go at any of them.

use std::collections::BTreeMap;

use rusqlite::ffi;

use crate::chance::Chance;
use crate::image::{FileId, Image};
use crate::locks::{FileLocks, Handle, Level};
use crate::memory::SharedMemory;

/// A result code of SQLite.
pub(crate) type Code = i32;

/// What changes a disk. Each one is a point where power can go; reading is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A file is made.
    Create,
    /// Bytes are written into a file.
    Write,
    /// A file is made shorter or longer.
    Truncate,
    /// A file is flushed.
    Sync,
    /// A name is removed.
    Delete,
}

/// How a disk refuses an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The device reports an error (`EIO`). After a flush that failed so, what should have been flushed is lost at the
    /// next power cut even if a later flush succeeds.
    InputOutput,
    /// No space is left (`ENOSPC`).
    Full,
}

/// A planned failure.
#[derive(Debug, Clone, Copy)]
pub struct Failure {
    /// Which kind of operation fails.
    pub operation: Operation,
    /// How many of them, from now, succeed before.
    pub after: u64,
    /// How many fail then; `u64::MAX` for all of them until [`Disk::heal`](crate::Disk::heal).
    pub times: u64,
    /// How they fail.
    pub refusal: Refusal,
}

/// What a disk has been asked to do since it was made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// All operations that change the disk.
    pub operations: u64,
    /// Files made.
    pub creates: u64,
    /// Writes.
    pub writes: u64,
    /// Bytes in those writes.
    pub bytes_written: u64,
    /// Truncations.
    pub truncates: u64,
    /// Flushes.
    pub syncs: u64,
    /// Removals.
    pub deletes: u64,
    /// Operations that failed by plan.
    pub failed: u64,
}

/// What becomes of an operation.
enum Outcome {
    /// It is carried out.
    Done,
    /// Power goes while it is under way: it has begun, and nobody hears of its end.
    Struck,
    /// It is refused and changes nothing.
    Refused(Code),
}

/// The whole state; one lock guards it.
pub(crate) struct Machine {
    image: Image,
    chance: Chance,
    pub(crate) counts: Counts,
    failures: Vec<Failure>,
    pub(crate) cut_at: Option<u64>,
    pub(crate) without_power: bool,
    pub(crate) lying: bool,
    file_locks: BTreeMap<FileId, FileLocks>,
    memory: BTreeMap<FileId, SharedMemory>,
    last_handle: Handle,
}

impl Machine {
    pub(crate) fn new(image: Image) -> Self {
        Self {
            image,
            chance: Chance::new(0),
            counts: Counts::default(),
            failures: Vec::new(),
            cut_at: None,
            without_power: false,
            lying: false,
            file_locks: BTreeMap::new(),
            memory: BTreeMap::new(),
            last_handle: 0,
        }
    }

    pub(crate) fn plan(&mut self, failure: Failure) {
        self.failures.push(failure);
    }

    pub(crate) fn heal(&mut self) {
        self.failures.clear();
    }

    pub(crate) fn image_after_cut(&self, seed: u64) -> Image {
        self.image.after_cut(&mut Chance::new(seed))
    }

    /// Numbers for SQLite, should it ask; it takes its own from the ordinary file system.
    pub(crate) fn randomness(&mut self, bytes: &mut [u8]) {
        self.chance.fill(bytes);
    }

    fn begin(&mut self, operation: Operation) -> Outcome {
        if self.without_power {
            return Outcome::Refused(ffi::SQLITE_IOERR);
        }
        self.counts.count(operation);
        if self.cut_at == Some(self.counts.operations) {
            self.without_power = true;
            return Outcome::Struck;
        }
        for failure in self.failures.iter_mut().filter(|failure| failure.operation == operation) {
            if failure.after > 0 {
                failure.after -= 1;
            } else if failure.times > 0 {
                failure.times -= if failure.times == u64::MAX { 0 } else { 1 };
                self.counts.failed += 1;
                return Outcome::Refused(code(operation, failure.refusal));
            }
        }
        Outcome::Done
    }

    /// Runs a change that a power cut may leave half done: it takes place, but its caller learns that it failed.
    fn change(&mut self, operation: Operation, apply: impl FnOnce(&mut Image, u64)) -> Result<(), Code> {
        let outcome = self.begin(operation);
        if let Outcome::Refused(code) = outcome {
            return Err(code);
        }
        apply(&mut self.image, self.counts.operations);
        match outcome {
            Outcome::Struck => Err(code(operation, Refusal::InputOutput)),
            _ => Ok(()),
        }
    }

    /// Opens a file, making it if `create` is asked and it is not there; says whether it was made. A file without name
    /// is a temporary one.
    pub(crate) fn open(
        &mut self,
        name: Option<&str>,
        create: bool,
        exclusive: bool,
    ) -> Result<(FileId, bool), Code> {
        let found = name.and_then(|name| self.image.find(name));
        let id = match found {
            Some(_) if exclusive => return Err(ffi::SQLITE_CANTOPEN),
            Some(id) if !self.without_power => id,
            None if create => {
                let mut made = 0;
                self.change(Operation::Create, |image, moment| made = image.create(name, moment))?;
                made
            }
            _ => return Err(ffi::SQLITE_CANTOPEN),
        };
        self.image.open(id);
        Ok((id, found.is_none()))
    }

    /// A number for a file that was just opened.
    pub(crate) fn new_handle(&mut self) -> Handle {
        self.last_handle += 1;
        self.last_handle
    }

    pub(crate) fn close(&mut self, id: FileId, handle: Handle) {
        self.leave_memory(id, handle);
        self.lower(id, handle, Level::None);
        self.image.close(id);
    }

    pub(crate) fn length_of_name(&self, name: &str) -> Option<usize> {
        self.image.find(name).map(|id| self.image.length(id))
    }

    pub(crate) fn length(&self, id: FileId) -> usize {
        self.image.length(id)
    }

    pub(crate) fn read(&self, id: FileId, offset: usize, buffer: &mut [u8]) -> Result<usize, Code> {
        if self.without_power { Err(ffi::SQLITE_IOERR_READ) } else { Ok(self.image.read(id, offset, buffer)) }
    }

    pub(crate) fn write(&mut self, id: FileId, offset: usize, bytes: &[u8]) -> Result<(), Code> {
        self.counts.bytes_written += bytes.len() as u64;
        self.change(Operation::Write, |image, moment| image.write(id, offset, bytes, moment))
    }

    pub(crate) fn truncate(&mut self, id: FileId, length: usize) -> Result<(), Code> {
        self.change(Operation::Truncate, |image, moment| image.resize(id, length, moment))
    }

    /// Flushes a file, and with it the folder where `names` is asked. A lying disk only says so.
    pub(crate) fn sync(&mut self, id: FileId, names: bool) -> Result<(), Code> {
        match self.begin(Operation::Sync) {
            Outcome::Refused(code) => {
                if !self.without_power {
                    self.image.fail_to_sync(id);
                }
                return Err(code);
            }
            Outcome::Struck => return Err(ffi::SQLITE_IOERR_FSYNC),
            Outcome::Done if self.lying => {}
            Outcome::Done => {
                self.image.sync(id);
                if names {
                    self.image.sync_names();
                }
            }
        }
        Ok(())
    }

    /// Removes a name and, if asked, makes that durable.
    pub(crate) fn delete(&mut self, name: &str, sync: bool) -> Result<(), Code> {
        let mut there = false;
        self.change(Operation::Delete, |image, moment| there = image.remove(name, moment))?;
        if sync && !self.lying {
            self.image.sync_names();
        }
        if there { Ok(()) } else { Err(ffi::SQLITE_IOERR_DELETE_NOENT) }
    }

    pub(crate) fn raise(&mut self, id: FileId, handle: Handle, wanted: Level) -> bool {
        self.file_locks.entry(id).or_default().raise(handle, wanted)
    }

    pub(crate) fn lower(&mut self, id: FileId, handle: Handle, to: Level) {
        if let Some(locks) = self.file_locks.get_mut(&id) {
            locks.lower(handle, to);
        }
    }

    pub(crate) fn is_reserved(&self, id: FileId) -> bool {
        self.file_locks.get(&id).is_some_and(FileLocks::is_reserved)
    }

    pub(crate) fn memory(&mut self, id: FileId) -> &mut SharedMemory {
        self.memory.entry(id).or_default()
    }

    pub(crate) fn leave_memory(&mut self, id: FileId, handle: Handle) {
        if self.memory.get_mut(&id).is_some_and(|memory| memory.leave(handle)) {
            self.memory.remove(&id);
        }
    }
}

impl Counts {
    fn count(&mut self, operation: Operation) {
        self.operations += 1;
        match operation {
            Operation::Create => self.creates += 1,
            Operation::Write => self.writes += 1,
            Operation::Truncate => self.truncates += 1,
            Operation::Sync => self.syncs += 1,
            Operation::Delete => self.deletes += 1,
        }
    }
}

/// What SQLite's own file system answers in this case.
fn code(operation: Operation, refusal: Refusal) -> Code {
    match (refusal, operation) {
        (Refusal::Full, _) => ffi::SQLITE_FULL,
        (Refusal::InputOutput, Operation::Create) => ffi::SQLITE_CANTOPEN,
        (Refusal::InputOutput, Operation::Write) => ffi::SQLITE_IOERR_WRITE,
        (Refusal::InputOutput, Operation::Truncate) => ffi::SQLITE_IOERR_TRUNCATE,
        (Refusal::InputOutput, Operation::Sync) => ffi::SQLITE_IOERR_FSYNC,
        (Refusal::InputOutput, Operation::Delete) => ffi::SQLITE_IOERR_DELETE,
    }
}
