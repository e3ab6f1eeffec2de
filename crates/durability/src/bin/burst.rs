//! `burst DATA DATABASE LOGS NAME THREADS SEED [early]`: opens the application on a data folder (`DATABASE` is `-` for
//! SQLite), prints `ready`, and lets its clients act as fast as they can until it is killed.
//!
//! Each act is logged before it is sent, and each acknowledged answer is on the disk before the client's next act.
//! `early` acknowledges before it knows: the wrong way, so that a test can show that it would be found out.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use mainstay_app::{App, Config};
use mainstay_core::{Error, Result};
use mainstay_durability::{
    client::{Acknowledged, Client, Step},
    log::Log,
};
use mainstay_kinds::REGISTRY;
use mainstay_store::SystemClock;

struct Plan {
    logs: PathBuf,
    name: String,
    threads: u64,
    seed: u64,
    early: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("burst: {error} {}", error.cause().unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let [data, database, logs, name, threads, seed, how @ ..] = arguments else {
        return Err(Error::field("arguments", "DATA DATABASE LOGS NAME THREADS SEED [early]"));
    };
    let number = |text: &str| text.parse::<u64>().map_err(|error| Error::field("number", error.to_string()));
    let plan = Plan {
        logs: logs.into(),
        name: name.clone(),
        threads: number(threads)?,
        seed: number(seed)?,
        early: how.iter().any(|how| how == "early"),
    };
    let mut config = Config::new(data, Arc::new(SystemClock));
    config.database_url = (database != "-").then(|| database.clone());
    let app = App::open(config, &REGISTRY)?;
    println!("ready");
    std::io::stdout().flush().map_err(|error| Error::unavailable("nobody listens", error))?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.threads)
            .map(|thread| {
                scope.spawn({
                    let (app, plan) = (&app, &plan);
                    move || client(app, plan, thread)
                })
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(Error::bug("a client panicked"))))
    })
}

fn log(folder: &Path, name: &str) -> Result<Log> {
    Log::open(&folder.join(name)).map_err(|error| Error::unavailable("a log cannot be opened", error))
}

fn client(app: &App, plan: &Plan, thread: u64) -> Result<()> {
    let name = format!("{}.{thread}", plan.name);
    let mut asked = log(&plan.logs, &format!("asked-{name}"))?;
    let mut acknowledged = log(&plan.logs, &format!("acknowledged-{name}"))?;
    let mut client = Client::new(name, plan.seed.wrapping_add(thread));
    let lost = |error: std::io::Error| Error::unavailable("a log cannot be written", error);
    loop {
        let Step { key, what, request } = client.next_step()?;
        asked.append(&key).map_err(lost)?;
        let outcome = if plan.early {
            drop(app.act_later(request)?);
            None
        } else {
            let step = Step { key: key.clone(), what, request };
            let outcome = app.act(step.request.clone())?;
            client.answered(&step, &outcome);
            Some(outcome)
        };
        acknowledged.append(&Acknowledged { key, what, outcome }).map_err(lost)?;
    }
}
