//! One thread that writes: it takes what is waiting, does all of it in one transaction, then answers all.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use crate::draw::NewTicket;
use crate::subject::Outcome;

/// The most writes in one transaction.
const GROUP: usize = 64;

/// A write that waits.
pub(crate) enum Write {
    Create(NewTicket),
    Move { id: i64, status: i64 },
}

/// A database as the writing thread sees it.
pub(crate) trait Writer: Send + 'static {
    fn begin(&mut self) -> Outcome<()>;
    /// One write within a savepoint of its own; says the ticket's number.
    fn write(&mut self, write: &Write) -> Outcome<i64>;
    /// Durable when it returns.
    fn commit(&mut self) -> Outcome<()>;
}

/// Who is told of a write that has become durable, or has failed.
type Answer = Box<dyn FnOnce(Outcome<i64>) + Send>;

struct Waiting {
    write: Write,
    answer: Answer,
}

/// The door to the writing thread.
pub(crate) struct GroupCommit {
    queue: Mutex<Option<Sender<Waiting>>>,
    thread: Option<JoinHandle<()>>,
}

impl GroupCommit {
    pub(crate) fn start(writer: impl Writer) -> Self {
        let (queue, waiting) = channel();
        let thread = std::thread::spawn(move || serve(writer, &waiting));
        Self { queue: Mutex::new(Some(queue)), thread: Some(thread) }
    }

    /// Hands a write over and waits until it is durable.
    pub(crate) fn write(&self, write: Write) -> Outcome<i64> {
        let (answer, answered) = channel();
        // A client that no longer waits is not told.
        self.write_later(write, Box::new(move |result| drop(answer.send(result))))?;
        answered.recv()?
    }

    /// Hands a write over; `answer` is called when it is durable.
    pub(crate) fn write_later(&self, write: Write, answer: Answer) -> Outcome<()> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        queue.ok_or("closed")?.send(Waiting { write, answer }).map_err(|_| "the writer has stopped".into())
    }
}

impl Drop for GroupCommit {
    fn drop(&mut self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut writer: impl Writer, waiting: &Receiver<Waiting>) {
    while let Ok(first) = waiting.recv() {
        let group: Vec<Waiting> = std::iter::once(first).chain(waiting.try_iter().take(GROUP - 1)).collect();
        let results = write_group(&mut writer, &group);
        for (index, waiting) in group.into_iter().enumerate() {
            let result = match &results {
                Ok(ids) => Ok(ids[index]),
                Err(error) => Err(error.to_string().into()),
            };
            (waiting.answer)(result);
        }
    }
}

fn write_group(writer: &mut impl Writer, group: &[Waiting]) -> Outcome<Vec<i64>> {
    writer.begin()?;
    let ids = group.iter().map(|waiting| writer.write(&waiting.write)).collect::<Outcome<Vec<i64>>>()?;
    writer.commit()?;
    Ok(ids)
}
