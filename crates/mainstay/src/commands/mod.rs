//! The commands, one file each: arguments whose doc comments are the help, and one function.

mod backup;
mod check;
mod demo;
mod erase_person;
mod explain;
mod export;
mod import;
mod init;
mod journal;
mod kinds;
mod rebuild;
mod replay;
mod report;
mod restore;
mod serve;
mod simulate;
mod token;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mainstay_core::Result;

use crate::{config::Place, output::Output};

/// Service management that proves itself: ISO/IEC 20000-1:2018 from the records of the daily work
#[derive(Debug, Parser)]
#[command(name = "mainstay", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    place: Place,

    /// Answer with one JSON document
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Backup(backup::Args),
    Check(check::Args),
    Demo(demo::Args),
    ErasePerson(erase_person::Args),
    Explain(explain::Args),
    Export(export::Args),
    Import(import::Args),
    Init(init::Args),
    Journal(journal::Args),
    Kinds(kinds::Args),
    Replay(replay::Args),
    Rebuild(rebuild::Args),
    Report(report::Args),
    Restore(restore::Args),
    Serve(serve::Args),
    Simulate(simulate::Args),
    Token(token::Args),
    User(user::Args),
}

/// Runs the command. Exit codes: 0 done, 1 the answer is no, 2 bad input, 3 refused, 4 unavailable, 70 defect.
pub fn run(cli: &Cli, output: &mut Output) -> Result<ExitCode> {
    let place = &cli.place;
    match &cli.command {
        Command::Backup(args) => backup::run(args, place, output),
        Command::Check(args) => check::run(args, place, output),
        Command::Demo(args) => demo::run(args, place, output),
        Command::ErasePerson(args) => erase_person::run(args, place, output),
        Command::Explain(args) => explain::run(args, place, output),
        Command::Export(args) => export::run(args, place, output),
        Command::Import(args) => import::run(args, place, output),
        Command::Init(args) => init::run(args, place, output),
        Command::Journal(args) => journal::run(args, place, output),
        Command::Kinds(args) => kinds::run(args, output),
        Command::Replay(args) => replay::run(args, place, output),
        Command::Rebuild(args) => rebuild::run(args, place, output),
        Command::Report(args) => report::run(args, place, output),
        Command::Restore(args) => restore::run(args, place, output),
        Command::Serve(args) => serve::run(args, place, output),
        Command::Simulate(args) => simulate::run(args, place, output),
        Command::Token(args) => token::run(args, place, output),
        Command::User(args) => user::run(args, place, output),
    }
}
