//! `mainstay token`

use std::process::ExitCode;

use mainstay_app::accounts::{By, NewToken, person_named};
use mainstay_core::{Error, Result};
use serde_json::json;

use crate::{config::Place, output::Output};

/// API tokens: make one for a person at the host, without a prompt
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a token; it is shown this once
    Create {
        /// Address of the person whose rights the token has
        #[arg(long)]
        user: String,
        /// What it is for
        #[arg(long, default_value = "made at the host")]
        name: String,
        /// Only for reading
        #[arg(long)]
        read_only: bool,
        /// Days until it ends, at most 365
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
}

/// Runs the sub-command.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let Command::Create { user, name, read_only, days } = &args.command;
    let app = place.open()?;
    let found = app.store().read(|conn| person_named(conn, user))?;
    let person = found.ok_or_else(|| {
        Error::not_found(format!("a person with the address {user}"))
            .hint("Make the account first: `mainstay user add`.")
    })?;
    let new = NewToken { name: name.clone(), read_only: *read_only, days: *days };
    let (secret, view) = app.accounts().make_token(person, &new, By::Operator)?;
    let mut json = json!(view);
    json["token"] = json!(secret.expose());
    output.answer(&json, secret.expose());
    Ok(ExitCode::SUCCESS)
}
