//! The locks that connections of one process hold on a file and on its shared memory.
//!
//! All connections live in this process, so a lock is an entry in a table and a lock that is not free is refused at
//! once; SQLite's busy handler does the waiting.

use std::collections::BTreeMap;

/// Number of an open file.
pub(crate) type Handle = u64;

/// How much of a file a connection has locked, in SQLite's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Nothing.
    None,
    /// Reading; others may read.
    Shared,
    /// Will write; others may still begin to read.
    Reserved,
    /// Waits for readers to end; no new ones may begin.
    Pending,
    /// Alone.
    Exclusive,
}

impl Level {
    /// From SQLite's number.
    pub(crate) fn from_number(number: i32) -> Self {
        match number {
            ..=0 => Self::None,
            1 => Self::Shared,
            2 => Self::Reserved,
            3 => Self::Pending,
            4.. => Self::Exclusive,
        }
    }
}

/// Who holds which lock on one file.
#[derive(Debug, Default)]
pub(crate) struct FileLocks {
    held: BTreeMap<Handle, Level>,
}

impl FileLocks {
    /// Raises the lock of `handle`, or says `false` where another one is in the way. As SQLite asks of a file system,
    /// a refused `Exclusive` leaves `Pending`, so that no new reader starves the writer.
    pub(crate) fn raise(&mut self, handle: Handle, wanted: Level) -> bool {
        if self.of(handle) >= wanted {
            return true;
        }
        let others = self.highest_of_others(handle);
        let granted = match wanted {
            Level::None => Level::None,
            Level::Shared if others < Level::Pending => Level::Shared,
            Level::Reserved if others < Level::Reserved => Level::Reserved,
            Level::Pending if others < Level::Reserved => Level::Pending,
            Level::Exclusive if others < Level::Shared => Level::Exclusive,
            Level::Exclusive if others < Level::Reserved => Level::Pending,
            _ => return false,
        };
        self.held.insert(handle, granted);
        granted == wanted
    }

    /// Lowers the lock of `handle` to `Shared` or `None`.
    pub(crate) fn lower(&mut self, handle: Handle, to: Level) {
        if to == Level::None {
            self.held.remove(&handle);
        } else if self.of(handle) > to {
            self.held.insert(handle, to);
        }
    }

    /// Whether anybody holds `Reserved` or more.
    pub(crate) fn is_reserved(&self) -> bool {
        self.held.values().any(|level| *level >= Level::Reserved)
    }

    fn of(&self, handle: Handle) -> Level {
        self.held.get(&handle).copied().unwrap_or(Level::None)
    }

    fn highest_of_others(&self, handle: Handle) -> Level {
        let others = self.held.iter().filter(|(other, _)| **other != handle);
        others.map(|(_, level)| *level).max().unwrap_or(Level::None)
    }
}

/// Who holds which of the eight locks of the shared memory of one write-ahead log; each is a bit of a mask.
#[derive(Debug, Default)]
pub(crate) struct MemoryLocks {
    held: BTreeMap<Handle, Masks>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Masks {
    shared: u8,
    exclusive: u8,
}

impl MemoryLocks {
    /// Takes the locks of `mask` for reading, or says `false` where another connection has one for itself.
    pub(crate) fn share(&mut self, handle: Handle, mask: u8) -> bool {
        if self.others(handle).any(|other| other.exclusive & mask != 0) {
            return false;
        }
        self.held.entry(handle).or_default().shared |= mask;
        true
    }

    /// Takes the locks of `mask` alone, or says `false` where another connection has one of them in any way.
    pub(crate) fn exclude(&mut self, handle: Handle, mask: u8) -> bool {
        if self.others(handle).any(|other| (other.exclusive | other.shared) & mask != 0) {
            return false;
        }
        self.held.entry(handle).or_default().exclusive |= mask;
        true
    }

    /// Gives the locks of `mask` back.
    pub(crate) fn release(&mut self, handle: Handle, mask: u8) {
        if let Some(masks) = self.held.get_mut(&handle) {
            masks.shared &= !mask;
            masks.exclusive &= !mask;
        }
    }

    fn others(&self, handle: Handle) -> impl Iterator<Item = &Masks> {
        self.held.iter().filter(move |(other, _)| **other != handle).map(|(_, masks)| masks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_share_and_one_writer_waits_for_them() {
        let mut locks = FileLocks::default();
        assert!(locks.raise(1, Level::Shared) && locks.raise(2, Level::Shared));
        assert!(locks.raise(1, Level::Reserved) && locks.is_reserved());
        assert!(!locks.raise(2, Level::Reserved), "one writer at a time");
        assert!(locks.raise(3, Level::Shared), "reading goes on beside a writer that has not begun to write");
        assert!(!locks.raise(1, Level::Exclusive), "two others read");
        assert!(!locks.raise(4, Level::Shared), "no new reader while one waits for the others to end");
        locks.lower(2, Level::None);
        locks.lower(3, Level::None);
        assert!(locks.raise(1, Level::Exclusive) && locks.raise(1, Level::Shared));
        locks.lower(1, Level::Shared);
        assert!(locks.raise(4, Level::Shared) && !locks.is_reserved());
    }

    #[test]
    fn a_lock_of_shared_memory_is_held_by_readers_or_by_one() {
        let mut locks = MemoryLocks::default();
        assert!(locks.share(1, 0b1000) && locks.share(2, 0b1000));
        assert!(!locks.exclude(3, 0b1100) && locks.exclude(3, 0b0110));
        assert!(!locks.share(1, 0b0010) && locks.share(3, 0b1000));
        for (handle, mask) in [(1, 0b1000), (2, 0b1000)] {
            locks.release(handle, mask);
        }
        assert!(locks.exclude(3, 0b1000), "what one's own connection shares is not in the way");
    }
}
