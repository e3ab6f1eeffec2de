//! `mainstay kinds`

use std::process::ExitCode;

use mainstay_core::Result;
use mainstay_kinds::{REGISTRY, describe_text};
use serde_json::json;

use crate::output::Output;

/// List the record kinds, or show one: fields, lifecycle, links, clocks
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Kind to show, by its name or plural
    kind: Option<String>,
}

/// Lists or shows.
pub fn run(args: &Args, output: &mut Output) -> Result<ExitCode> {
    match &args.kind {
        None => {
            let json: Vec<_> = REGISTRY
                .kinds()
                .iter()
                .map(|entry| {
                    json!({"name": entry.def.name, "plural": entry.def.plural, "prefix": entry.def.prefix,
                           "clause": entry.def.clause, "help": entry.def.help})
                })
                .collect();
            let text: String = REGISTRY
                .kinds()
                .iter()
                .map(|entry| format!("{:<24} {:<5} {}\n", entry.def.name, entry.def.prefix, entry.def.help))
                .collect();
            output.answer(&json.into(), &text);
        }
        Some(name) => {
            let def = &REGISTRY.kind(name)?.def;
            let text = describe_text(def);
            output.answer(&json!({"name": def.name, "description": text}), &text);
        }
    }
    Ok(ExitCode::SUCCESS)
}
