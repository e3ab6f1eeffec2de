//! `mainstay user`

use std::process::ExitCode;

use mainstay_app::accounts::{By, NewPerson, Purpose, person_named};
use mainstay_core::{Choice, Error, Result};
use mainstay_kinds::role_assignment::Role;
use serde_json::json;

use super::serve::Network;
use crate::{config::Place, output::Output};

/// Accounts: add, list, disable, enable, link for a new password
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make the person, the roles and the account that are missing, and print a link to set the password
    Add {
        /// Address by which the person signs in
        #[arg(long)]
        email: String,
        /// Name, for a person who is new
        #[arg(long)]
        name: Option<String>,
        /// Role, such as service_desk_agent; may be given more than once
        #[arg(long, value_parser = parse_role)]
        role: Vec<Role>,
        /// Customer organisation for which the person speaks: name or ref
        #[arg(long)]
        customer: Option<String>,
        /// Team to which the person belongs in these roles: name or ref
        #[arg(long)]
        team: Option<String>,
        #[command(flatten)]
        network: Network,
    },
    /// List the accounts
    List,
    /// Disable an account: its sessions end, its tokens stop
    Disable {
        /// Address of the person
        #[arg(long)]
        email: String,
    },
    /// Enable an account again
    Enable {
        /// Address of the person
        #[arg(long)]
        email: String,
    },
    /// Print a link to set a new password; good for one hour
    Reset {
        /// Address of the person
        #[arg(long)]
        email: String,
        #[command(flatten)]
        network: Network,
    },
}

pub(super) fn parse_role(word: &str) -> std::result::Result<Role, String> {
    Role::parse(word)
        .ok_or_else(|| format!("there is no such role; there are: {}", Role::DEF.words.join(", ")))
}

/// Runs the sub-command.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let app = place.open()?;
    let accounts = app.accounts();
    let person = |email: &str| {
        let found = app.store().read(|conn| person_named(conn, email))?;
        found.ok_or_else(|| Error::not_found(format!("a person with the address {email}")))
    };
    match &args.command {
        Command::Add { email, name, role, customer, team, network } => {
            let new = NewPerson {
                email: email.clone(),
                name: name.clone(),
                roles: role.clone(),
                customer: customer.clone(),
                team: team.clone(),
            };
            let person = accounts.add(&new)?;
            let secret = accounts.make_secret(person, Purpose::Invite)?;
            let link = format!("{}/welcome/{}", network.settings()?.origin(), secret.expose());
            let text = format!(
                "{email} has an account. Link to set the password, good once and for three days:\n{link}"
            );
            output.answer(&json!({"person": person, "link": link}), &text);
        }
        Command::List => {
            let list = accounts.list()?;
            let lines: Vec<String> = list
                .iter()
                .map(|account| {
                    let state = match (account.enabled, account.has_password) {
                        (false, _) => "disabled",
                        (true, true) => "enabled",
                        (true, false) => "invited",
                    };
                    let email = account.email.as_deref().unwrap_or("-");
                    format!("{:<12} {:<9} {:<32} {}", account.reference, state, email, account.name)
                })
                .collect();
            let text =
                if lines.is_empty() { "Nobody has an account yet.".to_owned() } else { lines.join("\n") };
            output.answer(&json!({ "items": list }), &text);
        }
        Command::Disable { email } => {
            accounts.set_enabled(person(email)?, false, By::Operator)?;
            output.answer(
                &json!({"email": email, "enabled": false}),
                &format!("{email} can no longer sign in."),
            );
        }
        Command::Enable { email } => {
            accounts.set_enabled(person(email)?, true, By::Operator)?;
            output.answer(&json!({"email": email, "enabled": true}), &format!("{email} can sign in again."));
        }
        Command::Reset { email, network } => {
            let secret = accounts.secret_for(email, Purpose::Reset)?;
            let link = format!("{}/welcome/{}", network.settings()?.origin(), secret.expose());
            output.answer(
                &json!({ "link": link }),
                &format!("Link for a new password, good once and for one hour:\n{link}"),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
