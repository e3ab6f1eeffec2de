//! `mainstay restore`

use std::{path::PathBuf, process::ExitCode};

use mainstay_app::restore;
use mainstay_core::Result;
use mainstay_kinds::REGISTRY;
use serde_json::json;

use crate::{config::Place, output::Output};

/// Restore a backup into an empty data folder or database, and begin a new epoch of the journal
///
/// Exit codes: 0 done, 1 done, but attachments are missing or a checkpoint could not be written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the backup
    #[arg(long, value_name = "DIR")]
    from: PathBuf,

    /// A later checkpoint that somebody kept: it shows what is lost; may be given more than once
    #[arg(long, value_name = "FILE")]
    known: Vec<PathBuf>,
}

/// Restores.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let entries = mainstay_app::backup::manifest(&args.from)?.entries;
    let bar = output.progress(entries, "Replaying");
    let done = restore::restore(&place.config(), &REGISTRY, &args.from, &args.known, &mut |seen| {
        bar.set_position(seen)
    })?;
    bar.finish_and_clear();
    let mut text =
        format!("{} entries are restored. The journal goes on as {}.\n", done.entries, done.origin);
    text.push_str(&match (done.known, done.lost) {
        (None, _) => {
            "  No checkpoint is known, so nobody can say what is lost. Ask whoever keeps checkpoints, \
                      before people work on.\n"
                .to_owned()
        }
        (Some(size), 0) => {
            format!("  Nothing is known to be lost: the newest known checkpoint is over {size} entries.\n")
        }
        (Some(size), lost) => {
            format!("  {lost} entries are lost: a checkpoint over {size} entries is known.\n")
        }
    });
    text.push_str("  Repeat erasures of persons that were made after the backup.\n");
    if done.not_sent > 0 {
        text.push_str(&format!(
            "  {} message(s) that waited when the backup was made are not sent: they may have been sent since.\n",
            done.not_sent
        ));
    }
    if done.new_key {
        text.push_str("  The new epoch is signed by a new key. Hand checkpoints/key.pub to your auditors.\n");
    }
    for missing in &done.missing {
        text.push_str(&format!("  The attachment {missing} is missing.\n"));
    }
    let mut written = true;
    for sink in &done.sinks {
        if let Some(failure) = &sink.failure {
            written = false;
            text.push_str(&format!("  The first checkpoint was not written to {}: {failure}\n", sink.sink));
        }
    }
    let sinks: Vec<_> =
        done.sinks.iter().map(|sink| json!({"sink": sink.sink, "failure": sink.failure})).collect();
    output.answer(
        &json!({"entries": done.entries, "origin": done.origin, "known_size": done.known, "lost_entries": done.lost,
                "messages_not_sent": done.not_sent, "missing_attachments": done.missing,
                "new_key": done.new_key, "sinks": sinks}),
        &text,
    );
    Ok(if done.missing.is_empty() && written { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
