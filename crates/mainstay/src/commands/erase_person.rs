//! `mainstay erase-person`

use std::process::ExitCode;

use mainstay_core::Result;
use serde_json::json;

use crate::{config::Place, output::Output};

/// Erase what is held of a person: name, addresses, and every text the person gave
///
/// The record of the person, the journal and all proofs stay. What others wrote about the person is not known to be
/// about him or her and stays. This cannot be undone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The person: ref or id
    #[arg(value_name = "REF")]
    person: String,

    /// Why, without the person's name: the reason stays in the journal
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Erases.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let app = place.open()?;
    let done = app.erase_person(&args.person, &args.reason)?;
    let text = if done.changed {
        format!(
            "What was held of {} is erased. Backups and exports made before still hold it: \
             delete those that you need not keep.",
            done.reference
        )
    } else {
        format!("Nothing was held of {}.", done.reference)
    };
    output.answer(&json!({"ref": done.reference, "id": done.id, "changed": done.changed}), &text);
    Ok(ExitCode::SUCCESS)
}
