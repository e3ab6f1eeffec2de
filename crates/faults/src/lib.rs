//! A disk for SQLite that loses power, refuses flushes, runs full or lies, on purpose and by a seed.
//!
//! [`Disk`] is a file system in memory behind SQLite's own interface for file systems (a *VFS*). It remembers what was
//! flushed and what was only written. At a power cut each part that was only written is kept, dropped or torn, as the
//! seed says; [`Disk::after_cut`] is the disk that the next start finds.
//!
//! ```
//! use mainstay_faults::Disk;
//!
//! let disk = Disk::new();
//! let connection = disk.connect("records.sqlite").unwrap();
//! connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").unwrap();
//! connection.execute_batch("CREATE TABLE record (n); INSERT INTO record VALUES (7);").unwrap();
//! let after = disk.cut(2);
//! let kept: i64 = after.connect("records.sqlite").unwrap().query_one("SELECT n FROM record", [], |r| r.get(0)).unwrap();
//! assert_eq!(kept, 7);
//! ```
//!
//! Only tests use this crate. It never touches a real file and never reads a clock. It is the only crate with `unsafe`
//! code, all of it in the modules `vfs` (calls from C) and `memory` (memory that C shares between connections).
#![allow(unsafe_code, reason = "SQLite calls a file system through C function pointers")]

mod chance;
mod disk;
mod image;
mod locks;
mod machine;
mod memory;
mod survival;
mod vfs;

pub use disk::Disk;
pub use machine::{Counts, Failure, Operation, Refusal};
