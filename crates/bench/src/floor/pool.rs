//! A fixed number of connections that many clients share.

use std::sync::{Condvar, Mutex, PoisonError};

/// Connections that are free at the moment.
pub(crate) struct Pool<T> {
    free: Mutex<Vec<T>>,
    returned: Condvar,
}

impl<T> Pool<T> {
    pub(crate) fn of(connections: Vec<T>) -> Self {
        Self { free: Mutex::new(connections), returned: Condvar::new() }
    }

    /// Uses a connection, waiting for one if all are taken.
    pub(crate) fn with<R>(&self, action: impl FnOnce(&mut T) -> R) -> R {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = loop {
            match free.pop() {
                Some(connection) => break connection,
                None => free = self.returned.wait(free).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(free);
        let result = action(&mut connection);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        self.returned.notify_one();
        result
    }
}
