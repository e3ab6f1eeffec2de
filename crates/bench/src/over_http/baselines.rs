//! What the disk and the databases do without any program around them, in the same run.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::subject::Outcome;

/// Durable commits of one row with one index in a second, one after the other.
pub(crate) fn bare_commits(folder: &Path, time: Duration) -> Outcome<f64> {
    let connection = rusqlite::Connection::open(folder.join("commits.sqlite"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE one (id INTEGER PRIMARY KEY, text TEXT NOT NULL); CREATE INDEX one_by_text ON one (text);",
    )?;
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < time {
        let mut insert = connection.prepare_cached("INSERT INTO one (text) VALUES ($1)")?;
        insert.execute([format!("text {}", count.wrapping_mul(2_654_435_761))])?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

/// Durable inserts of one row with two indexes in a second, by 16 connections to PostgreSQL at once.
pub(crate) fn bare_inserts(url: &str, time: Duration) -> Outcome<f64> {
    let connect = || postgres::Client::connect(url, postgres::NoTls);
    connect()?.batch_execute(
        "CREATE TABLE one (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL);
         CREATE INDEX one_by_text ON one (text);",
    )?;
    let mut clients = (0..16).map(|_| connect()).collect::<Result<Vec<_>, _>>()?;
    let begun = Instant::now();
    let insert = |client: &mut postgres::Client, number: usize| -> Outcome<u32> {
        let statement = client.prepare("INSERT INTO one (text) VALUES ($1)")?;
        let mut count = 0;
        while begun.elapsed() < time {
            client.execute(&statement, &[&format!("text {number} {count}")])?;
            count += 1;
        }
        Ok(count)
    };
    let insert = &insert;
    let counts: Vec<Outcome<u32>> = std::thread::scope(|scope| {
        let threads: Vec<_> = clients
            .iter_mut()
            .enumerate()
            .map(|(number, client)| scope.spawn(move || insert(client, number)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err("a client panicked".into())))
            .collect()
    });
    let seconds = begun.elapsed().as_secs_f64();
    Ok(f64::from(counts.into_iter().sum::<Outcome<u32>>()?) / seconds)
}
