//! A made-up provider, "Alpenblick IT", with fourteen months of daily work: a story that is replayed through the one
//! door, for demonstrations and tests.
//!
//! This crate never reads a clock, and no randomness but its seed: the same seed, end and size give the same story,
//! and so the same journal. It writes no record itself; what it gives is lines of a replay (`docs/replay-format.md`).

mod chance;
mod changes;
mod company;
mod defects;
mod documents;
mod faults;
mod holidays;
mod hours;
mod incidents;
mod items;
mod late;
mod major;
mod people;
mod portfolio;
mod problems;
mod requests;
mod script;
mod stage;
mod suppliers;
mod teams;
mod voices;

use std::collections::BTreeMap;

use jiff::{ToSpan, tz::TimeZone};
use mainstay_app::{
    App,
    replay::{self, Replayed},
};
use mainstay_core::{Error, Instant, Result};
use serde::Serialize;

use crate::{chance::Chance, company::Company, holidays::Place, script::Script, stage::Stage};

/// The name of the provider.
pub const PROVIDER: &str = "Alpenblick IT";

/// The zone in which the provider thinks.
pub const ZONE: &str = "Europe/Zurich";

/// The seed of a story that names none.
pub const DEFAULT_SEED: &str = "1";

/// The end of a story that names none: a date that has passed, so that the root stays the same.
pub const DEFAULT_UNTIL: &str = "2025-10-31";

/// The hour of the day, in the provider's zone, at which a story ends that names a date only.
const LAST_HOUR: i8 = 15;

/// How many months are told.
const MONTHS: i64 = 14;

/// How much happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Incidents, beside those that report a major one again.
    pub incidents: usize,
    /// Service requests.
    pub requests: usize,
    /// Changes.
    pub changes: usize,
    /// Configuration items.
    pub configuration_items: usize,
    /// Problems that were solved, beside those that are still open at the end.
    pub problems: usize,
    /// Callers of each customer, beside its contact.
    pub callers: usize,
    /// Persons who are asked how content they are.
    pub answers: usize,
}

impl Size {
    /// All of it.
    pub const WHOLE: Self = Self {
        incidents: 4000,
        requests: 600,
        changes: 900,
        configuration_items: 120,
        problems: 14,
        callers: 40,
        answers: 160,
    };

    /// A tenth, for tests.
    pub const SMALL: Self = Self {
        incidents: 400,
        requests: 60,
        changes: 90,
        configuration_items: 36,
        problems: 4,
        callers: 8,
        answers: 16,
    };
}

/// What is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whatever chance decides follows from it.
    pub seed: String,
    /// The end: nothing happens later.
    pub until: Instant,
    /// How much happens.
    pub size: Size,
}

/// A defect that the story contains on purpose, for whoever tries the conformity checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planted {
    /// The auditor's question that it answers badly, like `A22`.
    pub question: &'static str,
    /// The check that has to name it, like `item-verified`.
    pub check: &'static str,
    /// Checks that have to name it too, because they look at the same from another side.
    pub also: &'static [&'static str],
    /// Ref of the record.
    pub record: String,
    /// What is wrong, in words.
    pub about: &'static str,
}

/// Somebody of the story as whom a visitor may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guest {
    /// What the person is to the provider.
    pub part: &'static str,
    /// Name.
    pub name: String,
    /// Address, by which an account is made.
    pub email: String,
    /// What to try first.
    pub hint: &'static str,
}

/// A story, ready to be replayed.
#[derive(Debug, Clone)]
pub struct Story {
    /// The lines of the replay.
    pub text: String,
    /// How many they are.
    pub lines: u64,
    /// Records by kind.
    pub records: BTreeMap<&'static str, u64>,
    /// Defects on purpose.
    pub planted: Vec<Planted>,
    /// Who may be visited.
    pub guests: Vec<Guest>,
}

/// The instant that a text means: an instant, or a date on which the story ends in the afternoon.
///
/// # Errors
/// A field error when it is neither.
pub fn end(text: &str) -> Result<Instant> {
    if let Ok(instant) = text.parse::<Instant>() {
        return Ok(instant);
    }
    let zone = TimeZone::get(ZONE)
        .map_err(|error| Error::bug("the provider's zone is not known").caused_by(error))?;
    text.parse()
        .map(|date| hours::at_time(date, LAST_HOUR, 0, &zone))
        .map_err(|_| Error::field("until", format!("\"{text}\" is no date like 2026-01-31 and no instant")))
}

/// Thinks of a story.
///
/// # Errors
/// A bug: a story that speaks of what it has not told.
pub fn tell(settings: &Settings) -> Result<Story> {
    let mut script = Script::default();
    let mut chance = Chance::of(&settings.seed, "company");
    let zone = TimeZone::get(Place::Zurich.zone())
        .map_err(|error| Error::bug("the zone of Zurich is not known").caused_by(error))?;
    let last = hours::date_at(settings.until, &zone);
    let first = last
        .checked_sub(MONTHS.months())
        .map_err(|error| Error::field("until", "lies too early").caused_by(error))?;
    let begin = hours::at_time(first, 7, 0, &zone);
    let company = Company::found(&mut script, &mut chance, begin, settings.until, settings.size.callers)?;
    let mut stage = Stage {
        script,
        company,
        seed: settings.seed.clone(),
        size: settings.size,
        planted: Vec::new(),
        items: Vec::new(),
        made: Vec::new(),
        mishaps: Vec::new(),
        troubles: Vec::new(),
        request_models: Vec::new(),
    };
    let (backup, printing) =
        (stage.company.services[portfolio::BACKUP], stage.company.services[portfolio::PRINTING]);
    stage.plant(defects::SERVICE_WITHOUT_AGREEMENT, backup);
    stage.plant(defects::SERVICE_WITHOUT_OWNER, printing);
    stage.plant(defects::HOLDER_HAS_LEFT, stage.company.role_of_who_left);
    items::play(&mut stage);
    suppliers::play(&mut stage);
    documents::play(&mut stage);
    changes::play(&mut stage);
    // The mishaps of changes are looked at in the order of time.
    stage.mishaps.sort_by_key(|mishap| mishap.at);
    problems::play(&mut stage);
    incidents::play(&mut stage);
    requests::play(&mut stage);
    late::play(&mut stage);
    voices::play(&mut stage);
    let guests = guests(&stage.company);
    let told = stage.script.end(settings.until, prefix)?;
    let planted = stage
        .planted
        .iter()
        .filter_map(|seeded| {
            let record = told.reference(seeded.record)?.to_owned();
            let defects::Defect { question, check, also, about } = seeded.defect;
            Some(Planted { question, check, also, record, about })
        })
        .collect();
    Ok(Story { lines: told.lines, records: told.records, planted, guests, text: told.text })
}

fn guests(company: &Company) -> Vec<Guest> {
    let guest = |part, person: &company::Person, hint| Guest {
        part,
        name: person.title.clone(),
        email: person.email.clone(),
        hint,
    };
    let agent = &company.agents[&teams::Desk::FirstLineZurich][0];
    vec![
        guest("agent", agent, "the incidents of the day, their clocks, a resolution"),
        guest("change manager", &company.change_managers[0], "changes that wait for a vote"),
        guest("service manager", &company.service_manager, "the report of service levels, documents"),
        guest("auditor", &company.auditor, "everything, as it is and as it was, without changing it"),
        guest("customer", &company.contacts[0], "what the own organisation reported, and a new report"),
    ]
}

/// Runs a story into an empty application that was founded as synthetic with the same seed.
///
/// # Errors
/// As [`replay::replay`].
pub fn run(app: &App, story: &Story, seed: &str, done: &mut dyn FnMut(u64)) -> Result<Replayed> {
    replay::replay(app, &replay::parse(&story.text)?, seed, done)
}

/// The prefix of a kind's refs.
fn prefix(kind: &str) -> Option<&'static str> {
    mainstay_kinds::REGISTRY.kinds().iter().find(|entry| entry.def.name == kind).map(|entry| entry.def.prefix)
}
