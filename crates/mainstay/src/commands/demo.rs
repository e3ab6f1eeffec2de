//! `mainstay demo`

use std::{process::ExitCode, sync::Arc};

use mainstay_app::{
    App,
    accounts::{By, Purpose, person_named},
    conformity,
};
use mainstay_core::{Error, Result};
use mainstay_simulation::{self as simulation, Guest, PROVIDER, Size, ZONE};
use serde_json::json;

use super::{
    serve::{Network, serve_until_stopped, start_log},
    simulate::{self, StoryArgs},
};
use crate::{
    config::Place,
    output::{Output, counted},
};

/// Serve a made-up provider with fourteen months of work, and print links to sign in
///
/// An empty data folder is filled first, up to now, and the checks are run over it; one that holds the story already is served as it is. Each link
/// signs one person in, once, within a day; start the command again for new ones.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    story: StoryArgs,

    /// Last day of the story, or its last instant; now when left out
    #[arg(long, value_name = "DATE")]
    until: Option<String>,

    #[command(flatten)]
    network: Network,
}

/// Fills the folder if it is empty, makes accounts, prints links, serves.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let network = in_the_provider_s_name(&args.network);
    let settings = network.settings()?;
    let now = simulate::now(place)?;
    simulate::refuse_unfinished(place)?;
    let mut first = String::new();
    if is_empty(args, place)? {
        let until = args.until.as_deref().map_or(Ok(now), simulation::end)?;
        let story = args.story.tell(until, now)?;
        let replayed = simulate::write(&story, &args.story.seed, place, output)?;
        first = format!("{}\n\n", simulate::told(&story, &replayed));
    }
    let is_new = !first.is_empty();
    let app = Arc::new(place.open()?);
    if is_new {
        let bar = output.progress(0, "Checking");
        let runs = conformity::refresh(&app, conformity::By::Program, &mut |seen| bar.inc(seen))?;
        bar.finish_and_clear();
        first = format!(
            "{}\n{} run; the board shows what they found.\n\n",
            first.trim_end(),
            counted(runs.len() as u64, "check")
        );
    }
    let guests = guests(&app, args)?;
    let mut rows = Vec::new();
    let mut links = Vec::new();
    for guest in &guests {
        let secret = app.accounts().secret_for(&guest.email, Purpose::SignIn)?;
        let link = format!("{}/welcome/{}", settings.origin(), secret.expose());
        rows.push(format!("{:<15} {:<22} {}\n{:<15} {link}", guest.part, guest.name, guest.hint, ""));
        links.push(json!({"part": guest.part, "name": guest.name, "email": guest.email, "link": link}));
    }
    if output.is_json() {
        output.line(&json!({ "links": links }).to_string());
    }
    start_log();
    let more = format!("{first}Sign in as (each link is good once, for a day):\n{}\n\n", rows.join("\n"));
    serve_until_stopped(app, settings, output, &more)
}

/// The provider's own name and zone, unless others are asked for.
fn in_the_provider_s_name(network: &Network) -> Network {
    let mut network = network.clone();
    if network.provider == "Mainstay" {
        network.provider = PROVIDER.to_owned();
    }
    if network.zone == "UTC" {
        network.zone = ZONE.to_owned();
    }
    network
}

/// Whether there is nothing yet. Looking must not found a living journal where a story is to be told.
fn is_empty(args: &Args, place: &Place) -> Result<bool> {
    let mut config = place.config();
    config.founding = mainstay_app::Founding::Synthetic { seed: args.story.seed.clone() };
    Ok(place.open_with(config)?.head()?.frontier.size() <= 1)
}

/// The guests of the story, each with an account. Who they are follows from the seed alone.
fn guests(app: &App, args: &Args) -> Result<Vec<Guest>> {
    let until = simulation::end(simulation::DEFAULT_UNTIL)?;
    let size = if args.story.small { Size::SMALL } else { Size::WHOLE };
    let story = simulation::tell(&simulation::Settings { seed: args.story.seed.clone(), until, size })?;
    for guest in &story.guests {
        let person = app.store().read(|conn| person_named(conn, &guest.email))?;
        let person = person.ok_or_else(|| {
            Error::not_found(format!("{}, {} of {PROVIDER}", guest.name, guest.part)).hint(
                "The data folder holds something else than this story. Name another with --data, or the same --seed \
                 and --small as before.",
            )
        })?;
        app.accounts().open(person, By::Operator)?;
    }
    Ok(story.guests)
}
