//! SQLite's interface for file systems, in C's shape: it turns calls into calls of [`Machine`] and nothing more.
//!
//! What SQLite promises and this module relies on: pointers it passes are valid for the call; a file is used between
//! `xOpen` and `xClose` only, by one thread at a time; the memory it hands to `xOpen` has `szOsFile` bytes.

mod file;

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rusqlite::ffi;

use self::file::OpenFile;
use crate::machine::{Code, Machine};

/// Longest name of a file, in bytes with its final zero.
const LONGEST_NAME: usize = 1024;

/// The instant at which the clock stands: the start of the year 2000 in UTC, as SQLite counts (milliseconds since noon
/// in Greenwich on 24 November 4714 B.C.).
const STANDING_STILL: i64 = 211_813_444_800_000;

/// A disk's entry in SQLite's list of file systems; it is taken out on drop.
pub(crate) struct Registration {
    name: String,
    entry: *mut ffi::sqlite3_vfs,
}

// SAFETY: the pointer is only compared by SQLite, under its own lock.
unsafe impl Send for Registration {}
// SAFETY: as above; nothing is changed through a shared borrow.
unsafe impl Sync for Registration {}

impl Registration {
    /// Makes the machine's disk known to SQLite under a new name.
    pub(crate) fn of(machine: &Arc<Mutex<Machine>>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let name = format!("mainstay-faults-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let c_name = CString::new(name.clone()).unwrap_or_default();
        // A connection may outlive the disk and SQLite keeps the bare pointer, so these few bytes are never freed. The
        // weak reference lets go of the disk's content all the same.
        let data: &'static Weak<Mutex<Machine>> = Box::leak(Box::new(Arc::downgrade(machine)));
        let entry = Box::leak(Box::new(ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: size_of::<OpenFile>() as c_int,
            mxPathname: LONGEST_NAME as c_int,
            pNext: std::ptr::null_mut(),
            zName: c_name.into_raw(),
            pAppData: std::ptr::from_ref(data).cast_mut().cast::<c_void>(),
            xOpen: Some(file::open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: Some(last_error),
            xCurrentTimeInt64: Some(current_time_in_milliseconds),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: the entry and its name live for ever.
        let code = unsafe { ffi::sqlite3_vfs_register(entry, 0) };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite could not take another file system");
        Self { name, entry }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: it was registered by `of` and is still valid.
        unsafe { ffi::sqlite3_vfs_unregister(self.entry) };
    }
}

/// The machine behind an entry, if its disk still exists.
///
/// # Safety
/// `entry` must come from [`Registration::of`].
unsafe fn machine_of(entry: *mut ffi::sqlite3_vfs) -> Option<Arc<Mutex<Machine>>> {
    // SAFETY: `of` put a reference there that is valid for ever.
    unsafe { &*(*entry).pAppData.cast::<Weak<Mutex<Machine>>>() }.upgrade()
}

/// A panic elsewhere does not make the state of a disk wrong.
fn lock(machine: &Mutex<Machine>) -> MutexGuard<'_, Machine> {
    machine.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer(result: Result<(), Code>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

/// # Safety
/// `name` must be a valid string of C.
unsafe fn text(name: *const c_char) -> String {
    // SAFETY: promised by the caller.
    unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
}

unsafe extern "C" fn delete(entry: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite passes our entry and a valid name.
    let (machine, name) = unsafe { (machine_of(entry), text(name)) };
    machine.map_or(ffi::SQLITE_IOERR_DELETE, |machine| answer(lock(&machine).delete(&name, sync != 0)))
}

unsafe extern "C" fn access(
    entry: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    what: c_int,
    result: *mut c_int,
) -> c_int {
    // SAFETY: SQLite passes our entry and a valid name.
    let (machine, name) = unsafe { (machine_of(entry), text(name)) };
    let Some(machine) = machine else { return ffi::SQLITE_IOERR_ACCESS };
    let length = lock(&machine).length_of_name(&name);
    // As on Unix, an empty file counts as not existing, so that an empty journal is not taken for a real one.
    let yes = length.is_some_and(|length| length > 0 || what != ffi::SQLITE_ACCESS_EXISTS);
    // SAFETY: SQLite passes a place for the answer.
    unsafe { *result = c_int::from(yes) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _entry: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    size: c_int,
    result: *mut c_char,
) -> c_int {
    // SAFETY: SQLite passes a valid name and a buffer of `size` bytes.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > size as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast::<c_char>(), result, bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(entry: *mut ffi::sqlite3_vfs, count: c_int, result: *mut c_char) -> c_int {
    // SAFETY: SQLite passes our entry and a buffer of `count` bytes.
    let (machine, bytes) =
        unsafe { (machine_of(entry), std::slice::from_raw_parts_mut(result.cast::<u8>(), count as usize)) };
    if let Some(machine) = machine {
        lock(&machine).randomness(bytes);
    }
    count
}

unsafe extern "C" fn sleep(_entry: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    std::thread::sleep(Duration::from_micros(microseconds.max(0) as u64));
    microseconds
}

unsafe extern "C" fn current_time(_entry: *mut ffi::sqlite3_vfs, days: *mut f64) -> c_int {
    // SAFETY: SQLite passes a place for the answer.
    unsafe { *days = STANDING_STILL as f64 / 86_400_000.0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time_in_milliseconds(_entry: *mut ffi::sqlite3_vfs, result: *mut i64) -> c_int {
    // SAFETY: SQLite passes a place for the answer.
    unsafe { *result = STANDING_STILL };
    ffi::SQLITE_OK
}

unsafe extern "C" fn last_error(_entry: *mut ffi::sqlite3_vfs, _size: c_int, _text: *mut c_char) -> c_int {
    0
}
