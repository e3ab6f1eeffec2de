//! Memory that all connections to one database share, as the index of a write-ahead log needs it.

use std::cell::UnsafeCell;
use std::collections::BTreeSet;
use std::ffi::c_void;

use crate::locks::{Handle, MemoryLocks};

/// A piece of memory with a fixed address, filled with zeros at first. Rust never reads or writes it: only SQLite does,
/// under the locks beside it and with its own memory barriers.
struct Region(Box<[UnsafeCell<u64>]>);

// SAFETY: nothing in Rust looks inside; what SQLite does with it from several threads is what it does with any memory
// that processes share.
unsafe impl Send for Region {}

/// The shared memory of one database and who uses it.
#[derive(Default)]
pub(crate) struct SharedMemory {
    regions: Vec<Region>,
    users: BTreeSet<Handle>,
    pub(crate) locks: MemoryLocks,
}

impl SharedMemory {
    /// The address of a region of `size` bytes. `None` if it is not there yet and `extend` is not asked.
    pub(crate) fn region(
        &mut self,
        user: Handle,
        number: usize,
        size: usize,
        extend: bool,
    ) -> Option<*mut c_void> {
        self.users.insert(user);
        while extend && self.regions.len() <= number {
            self.regions.push(Region((0..size.div_ceil(8)).map(|_| UnsafeCell::new(0)).collect()));
        }
        // From one cell to the address of all: the cells lie side by side and may be changed through a shared borrow.
        self.regions.get(number).map(|region| region.0.as_ptr().cast_mut().cast::<c_void>())
    }

    /// The user lets go of all its locks and of the memory; says whether it was the last.
    pub(crate) fn leave(&mut self, user: Handle) -> bool {
        self.locks.release(user, u8::MAX);
        self.users.remove(&user);
        self.users.is_empty()
    }
}
