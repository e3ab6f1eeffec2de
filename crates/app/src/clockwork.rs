//! The clockwork: announces in time what clocks have reached, each percentage once.
//!
//! It decides nothing: it finds clocks whose time has come and gives the one door a command for each, which looks
//! again and announces what is really due. So two clockworks at once, or one that was killed in between, announce
//! nothing twice and nothing never. A lease keeps all but one node from working in vain.

use std::{
    collections::BTreeSet,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use mainstay_core::{Error, ErrorKind, Ids, Instant, Result};
use mainstay_store::outbox;
use uuid::Uuid;

use crate::{
    app::{App, Founding},
    command::{Request, fresh_ids},
};

/// Name of the lease.
pub const LEASE: &str = "clockwork";

/// How long a lease holds. A node that dies delays announcements by at most this long.
const LEASE_MS: i64 = 20_000;

/// Most clocks whose commands are under way at a time.
const CHUNK: u32 = 256;

/// Longest sleep: clocks start and change all the time, and one second is the resolution of all rules.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// When the next clock must be looked at; none while no clock runs towards anything.
///
/// # Errors
/// Unavailable.
pub fn next_wake(app: &App) -> Result<Option<Instant>> {
    app.store().read(|conn| outbox::next_wake(conn))
}

/// Looks at every clock whose time has come; says how many announced something.
///
/// # Errors
/// The first error of a clock, after all others had their turn; unavailable at once.
pub fn run_due(app: &App) -> Result<usize> {
    let mut announced = 0;
    let mut seen: BTreeSet<(Uuid, String)> = BTreeSet::new();
    let mut failure = None;
    loop {
        let now = app.now()?;
        // Clocks that could not be looked at stay due and must not hide those behind them.
        let most = CHUNK.saturating_add(u32::try_from(seen.len()).unwrap_or(u32::MAX));
        let due = app.store().read(|conn| outbox::due_clocks(conn, now, most))?;
        let fresh: Vec<_> = due.into_iter().filter(|clock| seen.insert(clock.clone())).collect();
        if fresh.is_empty() {
            return failure.map_or(Ok(announced), Err);
        }
        let answers: Vec<_> = fresh
            .into_iter()
            .map(|(record, goal)| app.act_later(request(app, record, goal, now)?))
            .collect::<Result<_>>()?;
        for answer in answers {
            match answer.recv().unwrap_or_else(|_| Err(stopped())) {
                Ok(outcome) => announced += usize::from(outcome.changed),
                Err(error) if *error.kind() == ErrorKind::Unavailable => return Err(error),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
    }
}

fn request(app: &App, record: Uuid, goal: String, now: Instant) -> Result<Request> {
    let ids = match &app.config().founding {
        Founding::Living => fresh_ids()?,
        // The same run gives the same journal.
        Founding::Synthetic { seed } => Ids::of_run(&format!("{seed}/clockwork/{record}/{goal}/{now}"), 0),
    };
    Ok(Request::by_clockwork(record, goal, ids))
}

fn stopped() -> Error {
    Error::new(ErrorKind::Unavailable, "Mainstay is stopping and takes no more changes")
}

/// Looks at what is due as `holder`, unless another node does; says how many clocks announced something.
///
/// # Errors
/// As [`run_due`].
pub fn run_due_as(app: &App, holder: &str) -> Result<usize> {
    let now = app.now()?;
    // Without work there is nothing to lease, and an idle system writes nothing.
    if next_wake(app)?.is_none_or(|wake| wake > now) {
        return Ok(0);
    }
    let (holder, now_ms) = (holder.to_owned(), now.as_millisecond());
    let lease = app.store().write(move |tx| outbox::lease(tx.conn(), LEASE, &holder, now_ms, LEASE_MS))?;
    if lease.is_some() { run_due(app) } else { Ok(0) }
}

#[derive(Default)]
struct State {
    stop: bool,
    /// Passes that were asked for.
    asked: u64,
    /// The highest of them that a pass has answered.
    answered: u64,
    failure: Option<Error>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The clockwork's thread; ends when it is dropped.
pub struct Clockwork {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Clockwork {
    /// Starts the thread. `holder` names this node; no other may have the same name.
    ///
    /// # Errors
    /// Unavailable when no thread can be had.
    pub fn start(app: Arc<App>, holder: String) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let own = shared.clone();
        let thread = std::thread::Builder::new()
            .name("clockwork".into())
            .spawn(move || work(&app, &holder, &own))
            .map_err(|error| Error::unavailable("the clockwork's thread cannot be started", error))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Makes the thread look now instead of at the next wake.
    pub fn nudge(&self) {
        self.shared.state().asked += 1;
        self.shared.changed.notify_all();
    }

    /// Makes the thread look now, and waits until it has.
    pub fn nudge_and_wait(&self) {
        self.nudge();
        let mut state = self.shared.state();
        let wanted = state.asked;
        while state.answered < wanted {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What went wrong in the last pass, if anything did.
    pub fn failure(&self) -> Option<Error> {
        self.shared.state().failure.clone()
    }
}

impl Drop for Clockwork {
    fn drop(&mut self) {
        self.shared.state().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(app: &App, holder: &str, shared: &Shared) {
    loop {
        let asked = {
            let state = shared.state();
            if state.stop {
                return;
            }
            state.asked
        };
        let done = run_due_as(app, holder);
        let pause = match &done {
            Ok(_) => pause(app),
            Err(_) => LONGEST_SLEEP,
        };
        let mut state = shared.state();
        state.failure = done.err();
        state.answered = asked;
        shared.changed.notify_all();
        if !state.stop && state.asked == asked {
            drop(shared.changed.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner));
        }
    }
}

/// How long nothing is due, as far as is known now.
fn pause(app: &App) -> Duration {
    let wait = || -> Result<Option<i64>> {
        let now = app.now()?;
        Ok(next_wake(app)?.map(|wake| wake.as_millisecond() - now.as_millisecond()))
    };
    let wait = wait().ok().flatten().and_then(|ms| u64::try_from(ms).ok());
    // What is due already although this node has looked belongs to another one, or failed.
    wait.map_or(LONGEST_SLEEP, |ms| Duration::from_millis(ms.max(20)).min(LONGEST_SLEEP))
}
