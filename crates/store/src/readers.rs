//! A fixed pool of reading connections, about as many as cores: more would only cost memory and cache.

use std::sync::{Condvar, Mutex};

use mainstay_core::Result;

use crate::engine::Conn;

/// The pool.
pub struct Readers {
    idle: Mutex<Vec<Box<dyn Conn>>>,
    returned: Condvar,
    connect: Box<dyn Fn() -> Result<Box<dyn Conn>> + Send + Sync>,
}

impl Readers {
    /// Opens `count` connections.
    ///
    /// # Errors
    /// Unavailable.
    pub fn open(
        count: usize,
        connect: impl Fn() -> Result<Box<dyn Conn>> + Send + Sync + 'static,
    ) -> Result<Self> {
        let idle = (0..count.max(1)).map(|_| connect()).collect::<Result<Vec<_>>>()?;
        Ok(Self { idle: Mutex::new(idle), returned: Condvar::new(), connect: Box::new(connect) })
    }

    fn take(&self) -> Box<dyn Conn> {
        let mut idle = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        loop {
            if let Some(conn) = idle.pop() {
                return conn;
            }
            idle = self.returned.wait(idle).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    fn give_back(&self, conn: Box<dyn Conn>) {
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(conn);
        self.returned.notify_one();
    }

    /// Runs `read` on a connection; each of its statements sees what was committed before it began.
    ///
    /// # Errors
    /// What `read` says.
    pub fn read<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        let mut lent = Lent { readers: self, conn: Some(self.take()) };
        let Some(conn) = lent.conn.as_mut() else {
            return Err(mainstay_core::Error::bug("a reader was lent out twice"));
        };
        let result = read(&mut **conn);
        if let Err(error) = &result
            && *error.kind() == mainstay_core::ErrorKind::Unavailable
            && let Ok(fresh) = (self.connect)()
        {
            lent.conn = Some(fresh);
        }
        result
    }

    /// Runs `read` in a transaction that sees one state of the database throughout. Keep it short: a long one
    /// holds back the write-ahead log.
    ///
    /// # Errors
    /// What `read` says.
    pub fn snapshot<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        self.read(|conn| {
            conn.batch(conn.dialect().begin_snapshot())?;
            let result = read(conn);
            conn.batch("rollback")?;
            result
        })
    }
}

/// Returns the connection also when `read` panics.
struct Lent<'a> {
    readers: &'a Readers,
    conn: Option<Box<dyn Conn>>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.readers.give_back(conn);
        }
    }
}
