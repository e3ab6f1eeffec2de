//! Conformity as faces use it: run the checks over a view, write down what they found, show how every requirement
//! stands. Looking at the board runs nothing; it reads the latest runs.

mod changed;
mod keep;
mod runs;
mod source;

use std::collections::BTreeMap;

use mainstay_conformity::{
    Board, CATALOGUE, CheckRun, Order, RequirementDetail, board::Known, books, checks, engine,
};
use mainstay_core::{Error, Result};
use mainstay_kinds::Document;

use crate::{App, Command, Request, View};

pub use keep::keep_fresh;
pub use runs::record_of;

/// Runs that a requirement's detail shows of each check.
const HISTORY: u32 = 100;

/// Runs checks over one state of the records, and writes nothing. `seen` is told how many records were looked at.
///
/// # Errors
/// Unavailable.
pub fn run(app: &App, view: &View<'_>, order: &Order, seen: &mut dyn FnMut(u64)) -> Result<Vec<CheckRun>> {
    let living = view.as_of().is_none();
    let position = source::position_of(view)?;
    view.snapshot(|conn| engine::run(&mut source::Records::new(app, position, living, conn)?, order, seen))
}

/// Writes runs down. Only runs over the records as they are now may be written down.
///
/// # Errors
/// As [`App::act`].
pub fn record(app: &App, runs: &[CheckRun], by: By) -> Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    let request = Request::by_operator(Command::RecordCheckRuns { runs: runs.to_vec() })?;
    let request = match by {
        By::Operator => request,
        By::Program => request.by(mainstay_core::Actor::System).through(mainstay_core::Channel::Job),
    };
    app.act(request).map(|_| ())
}

/// Who has checks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The operator at the command line.
    Operator,
    /// The program itself, by its clock or because somebody asked a face for it.
    Program,
}

/// Runs the checks that are due, and writes the runs down: those that were never run by their present rule, those
/// whose kinds have changed since, and those whose cadence has passed.
///
/// # Errors
/// Unavailable.
pub fn refresh(app: &App, by: By, seen: &mut dyn FnMut(u64)) -> Result<Vec<CheckRun>> {
    let view = app.view();
    let now = app.now()?;
    let latest = view.read(|conn| runs::latest(app.context(), conn))?;
    let due = changed::due(app, &view, &latest, now)?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let runs = run(app, &view, &Order { only: Some(due), ..Order::all(now) }, seen)?;
    record(app, &runs, by)?;
    Ok(runs)
}

/// How every requirement stands, from the latest runs that this view knows.
///
/// # Errors
/// Unavailable.
pub fn board(app: &App, view: &View<'_>) -> Result<Board> {
    let known = known(app, view)?;
    Ok(known.board(view.now()?))
}

/// How every requirement stands when these runs are taken as the latest, whether or not they were written down.
///
/// # Errors
/// Unavailable.
pub fn board_with(app: &App, view: &View<'_>, runs: &[CheckRun]) -> Result<Board> {
    let mut known = known(app, view)?;
    known.latest.extend(runs.iter().map(|run| (run.check.clone(), run.clone())));
    Ok(known.board(view.now()?))
}

/// Everything about one requirement, from the runs that this view knows.
///
/// # Errors
/// Not found; unavailable.
pub fn requirement(app: &App, view: &View<'_>, id: &str) -> Result<RequirementDetail> {
    let requirement = CATALOGUE.requirement(id).ok_or_else(|| {
        Error::not_found(format!("the requirement \"{id}\""))
            .hint("Requirements are named by clause and letter, like 8.6.1-a.")
    })?;
    let known = known(app, view)?;
    let mut history = BTreeMap::new();
    for def in checks::of_requirement(id) {
        let runs = view.read(|conn| runs::of_check(app.context(), conn, def.id, HISTORY))?;
        history.insert(def.id.to_owned(), runs);
    }
    Ok(known.detail(requirement, &history, view.now()?))
}

fn known(app: &App, view: &View<'_>) -> Result<Known> {
    let today = view.now()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    view.read(|conn| {
        let latest = runs::latest(app.context(), conn)?;
        let documents = books::all::<Document>(&mut source::Records::new(app, Some(0), false, conn)?)?;
        Ok(Known { latest, documents: Some(checks::current_documents::designed(&documents, today)) })
    })
}
