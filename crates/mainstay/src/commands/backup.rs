//! `mainstay backup`

use std::{path::PathBuf, process::ExitCode};

use mainstay_app::{
    backup::{self, Wish},
    ledger::Ledger,
};
use mainstay_core::Result;
use mainstay_kinds::REGISTRY;
use serde_json::json;

use crate::{config::Place, output::Output};

/// Make a backup while people work, and read it back before it is called one
///
/// Exit codes: 0 done, 1 done, but attachments are missing or tables differ from the journal.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder to make; must not exist or be empty
    #[arg(long, value_name = "DIR")]
    to: PathBuf,

    /// Put the signing key in as well: whoever holds both could rewrite the history and sign it
    #[arg(long)]
    with_key: bool,
}

/// Makes the backup.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let ledger = Ledger::open(&place.config(), &REGISTRY)?;
    let bar = output.progress(0, "Copying");
    let wish = Wish { with_key: args.with_key, ..Wish::default() };
    let made = backup::make(&ledger, &args.to, &wish, &mut |rows| {
        bar.set_length(rows);
        bar.set_position(rows);
    })?;
    bar.finish_and_clear();
    let manifest = &made.manifest;
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let mut text = format!(
        "{} holds {} entries of {} and {} file(s), {bytes} bytes. It was read back, verified and replayed.\n",
        made.folder.display(),
        manifest.entries,
        manifest.origin,
        manifest.files.len()
    );
    for missing in &manifest.missing {
        text.push_str(&format!("  The attachment {missing} is missing or was changed.\n"));
    }
    for table in &made.differing {
        text.push_str(&format!(
            "  The table {table} has other rows than the journal makes: run `mainstay rebuild --check`.\n"
        ));
    }
    if !args.with_key {
        text.push_str("  The signing key is not in it: keep keys/journal.key somewhere else.\n");
    }
    output.answer(
        &json!({"folder": made.folder, "bytes": bytes, "manifest": manifest, "differing": made.differing}),
        &text,
    );
    let good = manifest.missing.is_empty() && made.differing.is_empty();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
