//! `mainstay journal`

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use mainstay_app::ledger::{Ledger, check::Report, prove::Proved, sinks};
use mainstay_core::{ErrorKind, Result};
use mainstay_kinds::REGISTRY;
use serde_json::json;

use crate::{config::Place, output::Output};

/// Vouch for the journal, verify it, hand it out, prove entries of it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Sign how large the journal is and what its root is, and write that to every sink
    ///
    /// Exit codes: 0 written everywhere, 1 a sink failed, 3 refused because the journal does not go on from an
    /// earlier checkpoint.
    Checkpoint,
    /// Verify every entry, the tree, all checkpoints and the personal values that are held
    ///
    /// Exit codes: 0 nothing was changed, 1 something was.
    Verify {
        /// A checkpoint that was kept outside; may be given more than once
        #[arg(long, value_name = "FILE")]
        known: Vec<PathBuf>,
    },
    /// Write the journal to a folder that `mainstay-verify` reads
    Export {
        /// Folder to make; must not exist or be empty
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// Write the personal values that are held, too
        #[arg(long)]
        personal: bool,
    },
    /// Prove an entry of a record, or with --consistency that nothing before was changed, to somebody outside
    ///
    /// If no checkpoint covers the entry yet, one is made first.
    Prove {
        /// The record: its ref or id
        #[arg(value_name = "REF", required_unless_present = "consistency")]
        record: Option<String>,
        /// Which of the record's entries, from 1; the last if left out
        #[arg(long, value_name = "N")]
        entry: Option<u64>,
        /// Write the proof to this file, the entry beside it with the ending .entry, the keys with .pub
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Prove that the first so many entries are the beginning of what the newest checkpoint vouches for
        #[arg(long, value_name = "SIZE", conflicts_with_all = ["record", "entry", "out"])]
        consistency: Option<u64>,
    },
}

/// Runs the subcommand.
pub fn run(args: &Args, place: &Place, output: &mut Output) -> Result<ExitCode> {
    let ledger = Ledger::open(&place.config(), &REGISTRY)?;
    match &args.command {
        Command::Checkpoint => checkpoint(&ledger, output),
        Command::Verify { known } => verify(&ledger, known, output),
        Command::Export { folder, personal } => export(&ledger, folder, *personal, output),
        Command::Prove { consistency: Some(old), .. } => consistency(&ledger, *old, output),
        Command::Prove { record, entry, out, .. } => {
            prove(&ledger, record.as_deref().unwrap_or_default(), *entry, out.as_deref(), output)
        }
    }
}

/// What `answer is no` is as an exit code.
fn yes(yes: bool) -> ExitCode {
    if yes { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn checkpoint(ledger: &Ledger, output: &mut Output) -> Result<ExitCode> {
    let made = ledger.checkpoint()?;
    let head = made.checkpoint.checkpoint();
    let sinks: Vec<_> =
        made.sinks.iter().map(|sink| json!({"sink": sink.sink, "failure": sink.failure})).collect();
    let json = json!({"origin": head.origin.to_string(), "size": head.size, "root": BASE64.encode(head.root),
                      "new": made.new, "checkpoint": made.checkpoint.text(), "sinks": sinks});
    let mut text = format!("{} entries of {}, root {}\n", head.size, head.origin, BASE64.encode(head.root));
    for sink in &made.sinks {
        let _ = match &sink.failure {
            None => writeln!(text, "  written to {}", sink.sink),
            Some(failure) => writeln!(text, "  NOT written to {}: {failure}", sink.sink),
        };
    }
    output.answer(&json, &text);
    Ok(yes(made.everywhere()))
}

fn entries(ledger: &Ledger) -> Result<u64> {
    let mut conn = ledger.reader()?;
    // A damaged head is what the verification will name; it only has no length to show.
    Ok(mainstay_store::head::Head::load(&mut *conn, false).map_or(0, |head| head.next_position()))
}

fn verify(ledger: &Ledger, known: &[PathBuf], output: &mut Output) -> Result<ExitCode> {
    let bar = output.progress(entries(ledger)?, "Verifying");
    let report = ledger.verify(known, &mut |seen| bar.set_position(seen))?;
    bar.finish_and_clear();
    output.answer(&report.to_json(), &words(&report));
    Ok(yes(report.intact()))
}

fn words(report: &Report) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "Journal       {} entries in {} epoch(s)", report.entries(), report.epochs.len());
    let integrity = if report.intact() { "no change found" } else { "CHANGED" };
    let _ = writeln!(text, "Integrity     {integrity}");
    for finding in &report.findings {
        let place = if finding.index == finding.to {
            format!("entry {} of epoch {}", finding.index, finding.epoch)
        } else {
            format!("entries {} to {} of epoch {}", finding.index, finding.to, finding.epoch)
        };
        let _ = writeln!(text, "              {place}: {}", finding.what);
    }
    if report.further > 0 {
        let _ = writeln!(text, "              and {} more", report.further);
    }
    for (at, epoch) in report.epochs.iter().enumerate() {
        let title = if at == 0 { "Completeness " } else { "             " };
        let _ =
            write!(text, "{title} epoch {}: vouched for {} of {}", epoch.epoch, epoch.vouched, epoch.entries);
        let _ = match epoch.lost {
            0 => writeln!(text),
            lost => writeln!(text, "; {lost} declared lost by a restore"),
        };
    }
    let _ = writeln!(text, "Outside       {} checkpoint(s) outside of the database agree", report.outside);
    let _ = writeln!(
        text,
        "Personal      {} of {} values are held, {} were erased",
        report.held, report.committed, report.erased
    );
    text
}

fn export(ledger: &Ledger, folder: &Path, personal: bool, output: &mut Output) -> Result<ExitCode> {
    let bar = output.progress(entries(ledger)?, "Exporting");
    let done = ledger.export(folder, personal, &mut |seen| bar.set_position(seen))?;
    bar.finish_and_clear();
    let json = json!({"folder": done.folder, "epochs": done.epochs, "entries": done.entries,
                      "checkpoints": done.checkpoints, "personal": done.personal});
    let text = format!(
        "{} entries, {} checkpoints and {} personal values are in {}.\nVerify them with: mainstay-verify {}",
        done.entries,
        done.checkpoints,
        done.personal,
        folder.display(),
        folder.display()
    );
    output.answer(&json, &text);
    Ok(ExitCode::SUCCESS)
}

fn prove(
    ledger: &Ledger,
    record: &str,
    number: Option<u64>,
    out: Option<&Path>,
    output: &mut Output,
) -> Result<ExitCode> {
    let proved = match ledger.prove(record, number) {
        // Whoever asks for a proof wants one: the newest entries are vouched for first.
        Err(error) if matches!(error.kind(), ErrorKind::Refused { .. }) => {
            ledger.checkpoint()?;
            ledger.prove(record, number)?
        }
        proved => proved?,
    };
    let entry = String::from_utf8_lossy(&proved.bytes).into_owned();
    let keys: String = proved.keys.iter().map(|key| format!("{key}\n")).collect();
    let mut files = json!(null);
    let mut text = format!("{}{entry}\n", proved.proof.text());
    if let Some(out) = out {
        let (of_entry, of_keys) = (beside(out, "entry"), beside(out, "pub"));
        sinks::write_whole(out, proved.proof.text().as_bytes())?;
        sinks::write_whole(&of_entry, format!("{entry}\n").as_bytes())?;
        sinks::write_whole(&of_keys, keys.as_bytes())?;
        files = json!({"proof": out, "entry": of_entry, "keys": of_keys});
        text = format!(
            "{}\nVerify it with: mainstay-verify --proof {} --entry {} --key {}",
            title(&proved),
            out.display(),
            of_entry.display(),
            of_keys.display()
        );
    }
    let json = json!({"number": proved.number, "of": proved.of, "epoch": proved.entry.epoch,
                      "index": proved.entry.index, "command": proved.entry.command, "entry": entry,
                      "proof": proved.proof.text(), "keys": keys, "files": files});
    output.answer(&json, &text);
    Ok(ExitCode::SUCCESS)
}

fn title(proved: &Proved) -> String {
    let head = proved.proof.checkpoint.checkpoint();
    format!(
        "Entry {} of {} ({}) is index {} of epoch {}, covered by the checkpoint over {} entries.",
        proved.number, proved.of, proved.entry.command, proved.entry.index, proved.entry.epoch, head.size
    )
}

/// The same path with another ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    path.with_extension(ending)
}

fn consistency(ledger: &Ledger, old: u64, output: &mut Output) -> Result<ExitCode> {
    let proved = ledger.prove_consistency(old)?;
    let head = proved.checkpoint.checkpoint();
    let hashes: Vec<_> = proved.hashes.iter().map(|hash| BASE64.encode(hash)).collect();
    let json = json!({"old_size": proved.old, "old_root": BASE64.encode(proved.old_root), "size": head.size,
                      "root": BASE64.encode(head.root), "hashes": hashes, "checkpoint": proved.checkpoint.text()});
    let text = format!(
        "old {} {}\nnew {} {}\n{}\n\n{}",
        proved.old,
        BASE64.encode(proved.old_root),
        head.size,
        BASE64.encode(head.root),
        hashes.join("\n"),
        proved.checkpoint.text()
    );
    output.answer(&json, &text);
    Ok(ExitCode::SUCCESS)
}
