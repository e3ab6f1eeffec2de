//! The program runs the checks by itself when they have not run for as long as their cadence is, so that what the
//! board shows never grows stale while a node serves. It decides nothing: it does what "Run the checks" does.

use mainstay_conformity::checks;
use mainstay_core::Result;
use mainstay_store::outbox;

use super::{By, refresh, runs};
use crate::App;

/// Name of the lease.
pub const LEASE: &str = "checks";

/// How long a node has for a run before another may take it over.
const LEASE_MS: i64 = 600_000;

/// Whether the last run of any check is longer ago than its cadence, is of another rule, or does not exist.
fn is_time(app: &App) -> Result<bool> {
    let now = app.now()?;
    let latest = app.view().read(|conn| runs::latest(app.context(), conn))?;
    Ok(checks::all().iter().any(|def| {
        let run = latest.get(def.id).filter(|run| run.is_of(def));
        run.is_none_or(|run| now.as_second() - run.as_of.instant.as_second() >= def.cadence_seconds)
    }))
}

/// Runs the checks that are due as `holder`, unless it is not time yet or another node does; says how many ran.
///
/// # Errors
/// Unavailable.
pub fn keep_fresh(app: &App, holder: &str) -> Result<usize> {
    // Without work there is nothing to lease, and an idle system writes nothing.
    if !is_time(app)? {
        return Ok(0);
    }
    let (holder, now_ms) = (holder.to_owned(), app.now()?.as_millisecond());
    let lease = app.store().write(move |tx| outbox::lease(tx.conn(), LEASE, &holder, now_ms, LEASE_MS))?;
    // Another node may have finished while this one looked.
    if lease.is_none() || !is_time(app)? {
        return Ok(0);
    }
    Ok(refresh(app, By::Program, &mut |_| {})?.len())
}
