//! `mainstay`: the program. Configuration, command line, wiring; no logic worth testing on its own.

mod as_of;
mod commands;
mod config;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::{commands::Cli, output::Output};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::new(cli.json);
    match commands::run(&cli, &mut output) {
        Ok(code) => code,
        Err(error) => {
            output.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
