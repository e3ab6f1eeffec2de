//! The handle that tests hold.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags};

use crate::image::Image;
use crate::machine::{Counts, Failure, Machine};
use crate::vfs::Registration;

/// A disk in memory, known to SQLite by the name [`Disk::vfs`]. Any path is a name of a file on it; folders need not
/// be made. Several connections from several threads may use it, in every journal mode; its clock stands still.
///
/// When the handle is dropped, SQLite forgets the name; connections that are still open get errors.
pub struct Disk {
    machine: Arc<Mutex<Machine>>,
    registration: Registration,
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::with(Image::default())
    }

    fn with(image: Image) -> Self {
        let machine = Arc::new(Mutex::new(Machine::new(image)));
        let registration = Registration::of(&machine);
        Self { machine, registration }
    }

    /// The name to open databases with: `Connection::open_with_flags_and_vfs(path, flags, disk.vfs())`.
    pub fn vfs(&self) -> &str {
        self.registration.name()
    }

    /// Opens (and makes, if it is not there) the database at `path` on this disk.
    pub fn connect(&self, path: &str) -> rusqlite::Result<Connection> {
        Connection::open_with_flags_and_vfs(path, OpenFlags::default(), self.vfs())
    }

    /// What the disk has been asked so far.
    pub fn counts(&self) -> Counts {
        self.machine().counts
    }

    /// Power will go during the operation with this number, counted from 1 since the disk was made
    /// ([`Counts::operations`]). That operation and all later ones fail, reading too.
    pub fn cut_at(&self, operation: u64) {
        self.machine().cut_at = Some(operation);
    }

    /// Power goes now. The result is the disk as the next start finds it: a new one, under a new name.
    pub fn cut(&self, seed: u64) -> Self {
        self.machine().without_power = true;
        self.after_cut(seed)
    }

    /// The disk as the next start would find it if power were gone now. Each un-flushed sector, length and name is
    /// kept, dropped or torn as the seed says; different seeds give different disks of the same past.
    pub fn after_cut(&self, seed: u64) -> Self {
        let image = self.machine().image_after_cut(seed);
        Self::with(image)
    }

    /// Whether power is gone.
    pub fn is_without_power(&self) -> bool {
        self.machine().without_power
    }

    /// Plans a failure, in addition to those planned before.
    pub fn fail(&self, failure: Failure) {
        self.machine().plan(failure);
    }

    /// Takes all planned failures back.
    pub fn heal(&self) {
        self.machine().heal();
    }

    /// From now on the disk says that it flushed and does not (or does again). For negative controls: whatever passes
    /// on such a disk tests nothing.
    pub fn lie_about_syncs(&self, lie: bool) {
        self.machine().lying = lie;
    }

    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}
