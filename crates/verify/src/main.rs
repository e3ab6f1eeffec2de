//! `mainstay-verify`: verifies an exported journal, or one entry with its proof. It writes nothing and needs no
//! network. Exit codes: 0 consistent, 2 tampered, 3 rollback or fork, 4 cannot verify, 5 usage.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use mainstay_verify::{ProofReport, Request, Verdict, verify, verify_proof};
use serde_json::Value;

/// Verifies a journal that was exported to a folder, without network and without the program that wrote it.
///
/// Exit codes: 0 consistent, 2 tampered (the first entry is named), 3 rollback or fork against a checkpoint that
/// was kept outside, 4 cannot verify, 5 usage.
#[derive(Parser)]
#[command(name = "mainstay-verify", version)]
struct Arguments {
    /// The folder with epoch-1.jsonl and what belongs to it.
    #[arg(value_name = "DIR", required_unless_present_all = ["proof", "key"])]
    folder: Option<PathBuf>,
    /// A checkpoint that was kept outside; may be given more than once.
    #[arg(long, value_name = "FILE", conflicts_with = "proof")]
    known: Vec<PathBuf>,
    /// The trusted keys, one a line. Without it key.pub in the folder is taken, which shows only that the folder
    /// agrees with itself.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Print all facts as JSON.
    #[arg(long)]
    json: bool,
    /// Verify only the entry in --entry, by this proof.
    #[arg(long, value_name = "FILE", requires = "entry")]
    proof: Option<PathBuf>,
    /// The entry that --proof is about: its line of the journal.
    #[arg(long, value_name = "FILE", requires = "proof")]
    entry: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, everything else is a wrong use.
            let code = if error.use_stderr() { 5 } else { 0 };
            return if error.print().is_ok() { code.into() } else { 5.into() };
        }
    };
    match &arguments {
        Arguments { proof: Some(proof), entry: Some(entry), .. } => {
            let report = one_entry(&arguments, proof, entry);
            answer(&arguments, &report, report.to_json(), report.verdict.exit_code())
        }
        _ => {
            let report = verify(&Request {
                folder: arguments.folder.clone().unwrap_or_default(),
                key: arguments.key.clone(),
                known: arguments.known.clone(),
            });
            answer(&arguments, &report, report.to_json(), report.verdict().exit_code())
        }
    }
}

fn one_entry(arguments: &Arguments, proof: &Path, entry: &Path) -> ProofReport {
    let in_folder = arguments.folder.as_ref().map(|folder| folder.join("key.pub"));
    let key = arguments.key.clone().or(in_folder).unwrap_or_default();
    let read = |path: &Path| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let text =
        |path: &Path| String::from_utf8(read(path)?).map_err(|_| format!("{} is not UTF-8", path.display()));
    match (read(entry), text(proof), text(&key)) {
        (Ok(entry), Ok(proof), Ok(keys)) => verify_proof(&entry, &proof, &keys),
        (Err(why), ..) | (_, Err(why), _) | (.., Err(why)) => {
            ProofReport { verdict: Verdict::CannotVerify(why.clone()), detail: why, recorded_at_ms: None }
        }
    }
}

fn answer(arguments: &Arguments, words: &dyn Display, facts: Value, code: u8) -> ExitCode {
    use std::io::Write;
    let text = if arguments.json { format!("{facts:#}\n") } else { words.to_string() };
    // A closed pipe is the reader's choice; the exit code still answers.
    let _ = std::io::stdout().write_all(text.as_bytes());
    code.into()
}
