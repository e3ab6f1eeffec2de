//! `mainstay simulate`

use std::{path::PathBuf, process::ExitCode};

use mainstay_app::{App, Founding, ledger::Ledger, replay::Replayed};
use mainstay_core::{Error, Instant, Result};
use mainstay_kinds::REGISTRY;
use mainstay_simulation::{self as simulation, DEFAULT_SEED, DEFAULT_UNTIL, Settings, Size, Story};
use serde_json::json;

use crate::{
    config::Place,
    output::{Output, counted},
};

/// In the data folder while the story is being written into it.
const UNFINISHED: &str = "simulation-unfinished";

/// Acts that share a commit while nobody waits for an answer.
const MOST_PER_GROUP: usize = 1024;

/// Write fourteen months of a made-up provider into an empty data folder
///
/// The same seed, end and size give the same records and the same root of the journal, which says synthetic.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub story: StoryArgs,

    /// Last day of the story, or its last instant; must have passed
    #[arg(long, default_value = DEFAULT_UNTIL, value_name = "DATE")]
    until: String,

    /// Only write the story as lines of a replay into this file
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

/// Which story is told.
#[derive(Debug, Clone, clap::Args)]
pub struct StoryArgs {
    /// Whatever chance decides follows from this text
    #[arg(long, default_value = DEFAULT_SEED, value_name = "TEXT")]
    pub seed: String,

    /// A tenth of it
    #[arg(long)]
    pub small: bool,
}

impl StoryArgs {
    /// Thinks of the story that ends at `until`.
    pub fn tell(&self, until: Instant, now: Instant) -> Result<Story> {
        if until > now {
            return Err(Error::field("until", format!("{until} lies in the future; it is {now} now")));
        }
        let size = if self.small { Size::SMALL } else { Size::WHOLE };
        simulation::tell(&Settings { seed: self.seed.clone(), until, size })
    }
}

/// Tells the story, into the data folder or into a file.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let story = args.story.tell(simulation::end(&args.until)?, now(place)?)?;
    if let Some(file) = &args.to {
        std::fs::write(file, &story.text).map_err(|error| {
            Error::field("to", format!("{} cannot be written", file.display())).caused_by(error)
        })?;
        let json =
            json!({"file": file, "lines": story.lines, "records": story.records, "planted": story.planted});
        let text =
            format!("{} in {}; `mainstay replay` runs them.", counted(story.lines, "line"), file.display());
        output.answer(&json, &text);
        return Ok(ExitCode::SUCCESS);
    }
    let replayed = write(&story, &args.story.seed, place, output)?;
    let mut json = json!(replayed);
    json["records"] = json!(story.records);
    json["planted"] = json!(story.planted);
    let text = format!("{}\nThe journal's root is {}.", told(&story, &replayed), replayed.journal_root);
    output.answer(&json, &text);
    Ok(ExitCode::SUCCESS)
}

/// What time it is here.
pub fn now(place: &Place) -> Result<Instant> {
    Instant::from_millisecond(place.config().clock.now_ms())
        .map(mainstay_core::value::whole_second)
        .map_err(|error| Error::bug("the clock shows no time").caused_by(error))
}

/// Runs the story into the data folder, which must be empty, and signs a checkpoint. A run that was cut short
/// leaves a mark, and the folder is refused from then on.
pub fn write(story: &Story, seed: &str, place: &Place, output: &Output) -> Result<Replayed> {
    refuse_unfinished(place)?;
    let mut config = place.config();
    config.founding = Founding::Synthetic { seed: seed.to_owned() };
    // The virtual clock and the acts of somebody else do not mix.
    config.alone = true;
    config.most_per_group = MOST_PER_GROUP;
    let app = App::open(config, &REGISTRY)?;
    let mark = place.data.join(UNFINISHED);
    let cannot = |error| Error::unavailable(format!("{} cannot be written", mark.display()), error);
    if app.head()?.frontier.size() <= 1 {
        std::fs::write(&mark, "This folder is filled by a simulation that is under way, or was cut short.\n")
            .map_err(cannot)?;
    }
    let bar = output.progress(story.lines, "Fourteen months of work");
    let replayed = simulation::run(&app, story, seed, &mut |done| bar.inc(done))?;
    bar.finish_and_clear();
    Ledger::open(app.config(), &REGISTRY)?.checkpoint()?;
    drop(app);
    std::fs::remove_file(&mark).map_err(cannot)?;
    Ok(replayed)
}

/// Refuses a folder in which a simulation was cut short.
pub fn refuse_unfinished(place: &Place) -> Result<()> {
    if !place.data.join(UNFINISHED).exists() {
        return Ok(());
    }
    Err(Error::refused(
        "a story is whole",
        "7.5.3",
        format!("a simulation into {} is under way or was cut short", place.data.display()),
    )
    .hint("Wait for it, or remove the folder (and empty the database, if it is another) and start again."))
}

/// The figures as a sentence.
pub fn told(story: &Story, replayed: &Replayed) -> String {
    let count = |kind: &str| story.records.get(kind).copied().unwrap_or_default();
    format!(
        "{}: {}, {} and {} for {} with {} and {}, told in {} ({} in the journal).",
        simulation::PROVIDER,
        counted(count("incident"), "incident"),
        counted(count("service_request"), "request"),
        counted(count("change"), "change"),
        counted(count("customer_organisation"), "customer"),
        counted(count("service"), "service"),
        counted(count("supplier"), "supplier"),
        counted(replayed.lines, "act"),
        if replayed.journal_entries == 1 {
            "1 entry".to_owned()
        } else {
            format!("{} entries", replayed.journal_entries)
        },
    )
}
