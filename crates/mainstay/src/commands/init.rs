//! `mainstay init`

use std::process::ExitCode;

use mainstay_app::accounts::{NewPerson, Purpose};
use mainstay_core::Result;
use mainstay_kinds::role_assignment::Role;
use serde_json::json;

use super::serve::Network;
use crate::{config::Place, output::Output};

/// Make the data folder, the database and the journal (every other command does so too when they are missing)
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Make the first administrator with this address and print a one-time secret to set the password with
    #[arg(long, value_name = "EMAIL")]
    admin: Option<String>,

    /// Name of the first administrator
    #[arg(long, default_value = "Administrator", value_name = "NAME")]
    admin_name: String,

    #[command(flatten)]
    network: Network,
}

/// Opens the data folder, which makes what is missing.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let app = place.open()?;
    let origin = app.origin()?.to_string();
    let schema = app.store().migrated().to;
    let mut json = json!({"data": app.data(), "origin": origin, "schema": schema});
    let mut text = format!("Ready in {}.\nJournal {origin}, schema {schema}.", app.data().display());
    if let Some(email) = &args.admin {
        let new = NewPerson {
            email: email.clone(),
            name: Some(args.admin_name.clone()),
            roles: vec![Role::Administrator, Role::ServiceManager],
            customer: None,
            team: None,
        };
        let person = app.accounts().add(&new)?;
        let secret = app.accounts().make_secret(person, Purpose::Setup)?;
        let link = format!("{}/welcome/{}", args.network.settings()?.origin(), secret.expose());
        json["secret"] = json!(secret.expose());
        json["link"] = json!(link);
        text += &format!(
            "\nSet the password of {email} here, once and within three days (`mainstay serve` first):\n{link}"
        );
    }
    output.answer(&json, &text);
    Ok(ExitCode::SUCCESS)
}
