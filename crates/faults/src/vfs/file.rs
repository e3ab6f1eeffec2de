//! One open file, in C's shape.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, Mutex};

use rusqlite::ffi::{self, sqlite3_file};

use super::{answer, lock, machine_of, text};
use crate::image::FileId;
use crate::locks::{Handle, Level};
use crate::machine::Machine;

/// The files whose folder is flushed with their first flush, as SQLite does on Unix. A database is not among them.
const JOURNALS: c_int = ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL;

/// What SQLite sees: its own part first, then ours.
#[repr(C)]
pub(super) struct OpenFile {
    base: sqlite3_file,
    inner: *mut Inner,
}

/// Our part.
struct Inner {
    machine: Arc<Mutex<Machine>>,
    id: FileId,
    handle: Handle,
    /// Whether the next flush must flush the folder too: after each opening that may have made a journal, whoever
    /// made it.
    name_may_be_new: bool,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(raise),
    xUnlock: Some(lower),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(map_memory),
    xShmLock: Some(lock_memory),
    xShmBarrier: Some(barrier),
    xShmUnmap: Some(unmap_memory),
    xFetch: None,
    xUnfetch: None,
};

pub(super) unsafe extern "C" fn open(
    entry: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    flags_taken: *mut c_int,
) -> c_int {
    // SAFETY: SQLite passes room for an `OpenFile`; without methods it will not close what was not opened.
    unsafe { (*file).pMethods = std::ptr::null() };
    // SAFETY: the entry is ours.
    let Some(machine) = (unsafe { machine_of(entry) }) else { return ffi::SQLITE_CANTOPEN };
    // SAFETY: a name, where there is one, is a valid string.
    let name = (!name.is_null()).then(|| unsafe { text(name) });
    let has = |flag| flags & flag != 0;
    let create = has(ffi::SQLITE_OPEN_CREATE) || name.is_none();
    let exclusive = has(ffi::SQLITE_OPEN_EXCLUSIVE) && has(ffi::SQLITE_OPEN_CREATE);
    let mut state = lock(&machine);
    let (id, _) = match state.open(name.as_deref(), create, exclusive) {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    if let Some(name) = name.filter(|_| has(ffi::SQLITE_OPEN_DELETEONCLOSE)) {
        let _ = state.delete(&name, false);
    }
    let handle = state.new_handle();
    drop(state);
    let name_may_be_new = create && has(JOURNALS);
    let inner = Inner { machine, id, handle, name_may_be_new };
    // SAFETY: SQLite passes room for an `OpenFile` and, if it wants them, for the flags.
    unsafe {
        let file = file.cast::<OpenFile>();
        (*file).inner = Box::into_raw(Box::new(inner));
        (*file).base.pMethods = &METHODS;
        if !flags_taken.is_null() {
            *flags_taken = flags;
        }
    }
    ffi::SQLITE_OK
}

/// # Safety
/// `file` must have been opened by [`open`] and not yet closed, and nobody else may use it meanwhile.
unsafe fn inner<'a>(file: *mut sqlite3_file) -> &'a mut Inner {
    // SAFETY: promised by the caller; `open` put a valid pointer there.
    unsafe { &mut *(*file.cast::<OpenFile>()).inner }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once and does not use it afterwards.
    let inner = unsafe { Box::from_raw((*file.cast::<OpenFile>()).inner) };
    lock(&inner.machine).close(inner.id, inner.handle);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut sqlite3_file, buffer: *mut c_void, count: c_int, offset: i64) -> c_int {
    // SAFETY: an open file and a buffer of `count` bytes.
    let (inner, buffer) =
        unsafe { (inner(file), std::slice::from_raw_parts_mut(buffer.cast::<u8>(), count as usize)) };
    match lock(&inner.machine).read(inner.id, offset as usize, buffer) {
        Ok(got) if got == buffer.len() => ffi::SQLITE_OK,
        Ok(got) => {
            buffer[got..].fill(0);
            ffi::SQLITE_IOERR_SHORT_READ
        }
        Err(code) => code,
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: an open file and `count` bytes.
    let (inner, bytes) =
        unsafe { (inner(file), std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize)) };
    answer(lock(&inner.machine).write(inner.id, offset as usize, bytes))
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: i64) -> c_int {
    // SAFETY: an open file.
    let inner = unsafe { inner(file) };
    answer(lock(&inner.machine).truncate(inner.id, length as usize))
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: an open file.
    let inner = unsafe { inner(file) };
    let result = lock(&inner.machine).sync(inner.id, inner.name_may_be_new);
    inner.name_may_be_new &= result.is_err();
    answer(result)
}

unsafe extern "C" fn size(file: *mut sqlite3_file, result: *mut i64) -> c_int {
    // SAFETY: an open file and a place for the answer.
    unsafe {
        let inner = inner(file);
        *result = lock(&inner.machine).length(inner.id) as i64;
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn raise(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    let inner = unsafe { inner(file) };
    busy_unless(lock(&inner.machine).raise(inner.id, inner.handle, Level::from_number(level)))
}

unsafe extern "C" fn lower(file: *mut sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    let inner = unsafe { inner(file) };
    lock(&inner.machine).lower(inner.id, inner.handle, Level::from_number(level));
    ffi::SQLITE_OK
}

unsafe extern "C" fn is_reserved(file: *mut sqlite3_file, result: *mut c_int) -> c_int {
    // SAFETY: an open file and a place for the answer.
    unsafe {
        let inner = inner(file);
        *result = c_int::from(lock(&inner.machine).is_reserved(inner.id));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn control(_file: *mut sqlite3_file, _what: c_int, _argument: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_file: *mut sqlite3_file) -> c_int {
    512
}

/// As SQLite's own file system says by default: a power cut spoils no byte outside of what was being written.
unsafe extern "C" fn characteristics(_file: *mut sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn map_memory(
    file: *mut sqlite3_file,
    number: c_int,
    size: c_int,
    extend: c_int,
    result: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file and a place for the answer.
    unsafe {
        let inner = inner(file);
        let mut machine = lock(&inner.machine);
        let memory = machine.memory(inner.id);
        let region = memory.region(inner.handle, number as usize, size as usize, extend != 0);
        *result = region.unwrap_or(std::ptr::null_mut());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock_memory(file: *mut sqlite3_file, first: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: an open file.
    let inner = unsafe { inner(file) };
    let mask = (((1_u32 << count) - 1) << first) as u8;
    let mut machine = lock(&inner.machine);
    let locks = &mut machine.memory(inner.id).locks;
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        locks.release(inner.handle, mask);
        ffi::SQLITE_OK
    } else if flags & ffi::SQLITE_SHM_SHARED != 0 {
        busy_unless(locks.share(inner.handle, mask))
    } else {
        busy_unless(locks.exclude(inner.handle, mask))
    }
}

unsafe extern "C" fn barrier(file: *mut sqlite3_file) {
    fence(Ordering::SeqCst);
    // SAFETY: an open file. As on Unix the lock is taken too, which orders against everybody who holds it.
    drop(lock(&unsafe { inner(file) }.machine));
}

unsafe extern "C" fn unmap_memory(file: *mut sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: an open file.
    let inner = unsafe { inner(file) };
    lock(&inner.machine).leave_memory(inner.id, inner.handle);
    ffi::SQLITE_OK
}

fn busy_unless(granted: bool) -> c_int {
    if granted { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}
