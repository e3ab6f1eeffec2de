//! One group of acts: run, committed and answered; and what becomes of it when something fails.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
};

use mainstay_core::{Error, Result, error::ErrorKind};

use super::{Cache, Connect, WriteTx};
use crate::{clock::Clock, engine::Conn};

/// How a group failed.
pub(super) enum Failure {
    /// The transaction could not begin.
    NotBegun(Error),
    /// The transaction did not happen.
    Undone(Error),
    /// An act panicked; the transaction did not happen, and the connection may be in any state.
    Panicked(Error),
    /// It may or may not have happened.
    Unknown(Error),
}

/// An act in the queue.
pub(super) trait Job: Send {
    /// Runs the act in the group's transaction.
    fn run(&mut self, tx: &mut WriteTx<'_>, now_ms: i64) -> Result<()>;
    /// Tells the caller how it ended.
    fn answer(self: Box<Self>, outcome: Result<()>);
}

/// An act with the way back to its caller.
pub(super) struct Act<T, F> {
    act: F,
    done: Option<Result<T>>,
    answer: mpsc::SyncSender<Result<T>>,
}

impl<T, F> Act<T, F> {
    pub(super) fn new(act: F, answer: mpsc::SyncSender<Result<T>>) -> Self {
        Self { act, done: None, answer }
    }
}

impl<T: Send, F: FnMut(&mut WriteTx<'_>) -> Result<T> + Send> Job for Act<T, F> {
    fn run(&mut self, tx: &mut WriteTx<'_>, now_ms: i64) -> Result<()> {
        let done = tx.run(now_ms, &mut self.act);
        let outcome = done.as_ref().map(|_| ()).map_err(Clone::clone);
        self.done = Some(done);
        outcome
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let answer = match (outcome, self.done) {
            (Err(error), _) => Err(error),
            (Ok(()), Some(done)) => done,
            (Ok(()), None) => Err(Error::bug("an act was committed without having run")),
        };
        // The caller may have gone; the act stands all the same.
        let _ = self.answer.send(answer);
    }
}

type Group = Vec<Box<dyn Job>>;

fn answer(group: Group, outcome: &Result<()>) {
    group.into_iter().for_each(|job| job.answer(outcome.clone()));
}

/// The writer thread's state: a connection, or none while the database is away.
pub(super) struct Worker {
    conn: Option<Box<dyn Conn>>,
    connect: Connect,
    clock: Arc<dyn Clock>,
    cache: Cache,
}

impl Worker {
    pub(super) fn new(conn: Box<dyn Conn>, connect: Connect, clock: Arc<dyn Clock>) -> Self {
        Self { conn: Some(conn), connect, clock, cache: Cache::default() }
    }

    /// Takes groups from the queue until its senders are gone.
    pub(super) fn work(&mut self, jobs: &mpsc::Receiver<Box<dyn Job>>, most: usize) {
        while let Ok(first) = jobs.recv() {
            let mut group = vec![first];
            while group.len() < most
                && let Ok(job) = jobs.try_recv()
            {
                group.push(job);
            }
            // Whether the database is away is found out anew for each group.
            let _ = self.run(group);
            if let Some(conn) = &mut self.conn {
                // Upkeep never decides about an act: what it could not do now it does after the next group.
                let _ = conn.upkeep(false);
            }
        }
    }

    /// Runs a group and answers it. The error says that the database is away, so that the next one need not wait
    /// for it in vain.
    fn run(&mut self, mut group: Group) -> Result<()> {
        let attempted = self.attempt_connected(&mut group);
        if attempted.is_err() {
            self.cache.forget();
        }
        match attempted {
            Ok(()) => answer(group, &Ok(())),
            Err(Failure::NotBegun(error)) => {
                self.conn = None;
                answer(group, &Err(error.clone()));
                return Err(error);
            }
            Err(Failure::Unknown(error)) => {
                self.roll_back();
                let unknown = Error::new(
                    ErrorKind::Unknown,
                    "the database did not confirm the change; it may or may not have been kept",
                )
                .hint("Look at the record, or send the same request with the same idempotency key again.")
                .caused_by(error);
                answer(group, &Err(unknown));
            }
            Err(Failure::Undone(error)) => {
                self.roll_back();
                return self.run_one_by_one(group, error);
            }
            Err(Failure::Panicked(error)) => {
                self.conn = None;
                return self.run_one_by_one(group, error);
            }
        }
        Ok(())
    }

    /// One act made the group fail: each runs alone, so that only the guilty one fails.
    fn run_one_by_one(&mut self, group: Group, error: Error) -> Result<()> {
        if group.len() == 1 {
            answer(group, &Err(error));
            return Ok(());
        }
        let mut away = Ok(());
        for job in group {
            match &away {
                Ok(()) => away = self.run(vec![job]),
                Err(_) => job.answer(away.clone()),
            }
        }
        away
    }

    /// Ends the transaction, with the connection if it does not obey.
    fn roll_back(&mut self) {
        if self.conn.as_mut().is_some_and(|conn| conn.batch("rollback").is_err()) {
            self.conn = None;
        }
    }

    /// Attempts the group; on a connection that was lost while nothing was asked of it, once more on a new one.
    fn attempt_connected(&mut self, group: &mut Group) -> Result<(), Failure> {
        let fresh = self.conn.is_none();
        let first = self.attempt(group);
        match first {
            Err(Failure::NotBegun(_)) if !fresh => {
                self.conn = None;
                self.attempt(group)
            }
            other => other,
        }
    }

    fn attempt(&mut self, group: &mut Group) -> Result<(), Failure> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => none.insert((self.connect)().map_err(Failure::NotBegun)?),
        };
        let mut tx = WriteTx::begin(&mut **conn, &mut self.cache).map_err(Failure::NotBegun)?;
        for job in group {
            let now_ms = self.clock.now_ms();
            let outcome = catch_unwind(AssertUnwindSafe(|| job.run(&mut tx, now_ms)))
                .map_err(|panic| Failure::Panicked(panicked(&*panic)))?;
            // A refusal is the act's own answer; a failed statement has lost the transaction.
            if let Err(error) = outcome
                && (tx.is_lost() || matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Bug))
            {
                return Err(Failure::Undone(error));
            }
            if tx.is_lost() {
                return Err(Failure::Undone(Error::bug("an act went on after a failed statement")));
            }
        }
        catch_unwind(AssertUnwindSafe(|| tx.commit()))
            .unwrap_or_else(|panic| Err(Failure::Unknown(panicked(&*panic))))
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without text".to_owned());
    Error::bug("a change failed in an unforeseen way; nothing of it was kept").caused_by(text)
}
