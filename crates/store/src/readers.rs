//! A fixed pool of reading connections, about as many as cores: more would only cost memory and cache.

use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use mainstay_core::{ErrorKind, Result};

use crate::engine::Conn;

/// The pool. A place without a connection is filled when it is next lent out.
pub struct Readers {
    idle: Mutex<Vec<Option<Box<dyn Conn>>>>,
    returned: Condvar,
    statements: AtomicU64,
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
        let idle = (0..count.max(1)).map(|_| connect().map(Some)).collect::<Result<Vec<_>>>()?;
        Ok(Self {
            idle: Mutex::new(idle),
            returned: Condvar::new(),
            statements: AtomicU64::new(0),
            connect: Box::new(connect),
        })
    }

    /// How many statements all reads together have run so far: budgets in tests are held against it.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Option<Box<dyn Conn>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Box<dyn Conn>> {
        let mut idle = self.idle();
        loop {
            if let Some(place) = idle.pop() {
                return place;
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, place: Option<Box<dyn Conn>>) {
        self.idle().push(place);
        self.returned.notify_one();
    }

    /// Runs `read` on a connection; each of its statements sees what was committed before it began.
    ///
    /// # Errors
    /// What `read` says.
    pub fn read<T>(&self, read: impl FnOnce(&mut dyn Conn) -> Result<T>) -> Result<T> {
        let mut lent = Lent { readers: self, conn: self.take() };
        let mut conn = match lent.conn.take() {
            Some(conn) => conn,
            None => (self.connect)()?,
        };
        // A panic leaves the place empty: nobody knows in what state the connection is then.
        let before = conn.statements();
        let result = read(&mut *conn);
        self.statements.fetch_add(conn.statements() - before, Ordering::Relaxed);
        match &result {
            Err(error) if *error.kind() == ErrorKind::Unavailable => {
                // What one connection has lost the others have probably lost too: all are opened anew.
                self.idle().iter_mut().for_each(|place| *place = None);
            }
            _ => lent.conn = Some(conn),
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
            let ended = conn.batch("rollback");
            let value = result?;
            ended.map(|()| value)
        })
    }
}

/// Gives the place back, with or without its connection, also when `read` panics.
struct Lent<'a> {
    readers: &'a Readers,
    conn: Option<Box<dyn Conn>>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.readers.give_back(self.conn.take());
    }
}
