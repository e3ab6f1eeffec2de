//! What the command line says: text for people, or one JSON document with `--json`.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use mainstay_core::{Error, ErrorKind};
use serde_json::{Value as Json, json};

/// Most wrong fields or rows that are named for people.
const FIELDS_SHOWN: usize = 50;

/// Standard output and error of one run.
pub struct Output {
    json: bool,
}

impl Output {
    /// With `json`, every answer is one JSON document on standard output.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// True when the answer is to be JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Answers: the JSON document, or the text.
    pub fn answer(&mut self, json: &Json, text: &str) {
        let text = if self.json { json.to_string() } else { text.trim_end().to_owned() };
        self.line(&text);
    }

    /// Writes a line of the answer. A reader that has gone away (`| head`) ends nothing but the writing.
    pub fn line(&mut self, text: &str) {
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// Says what went wrong, where, and what to do next, on standard error.
    pub fn error(&mut self, error: &Error) {
        let mut stderr = io::stderr().lock();
        if self.json {
            let fields: Vec<Json> = error
                .fields()
                .iter()
                .map(|field| json!({"field": field.field, "problem": field.problem}))
                .collect();
            let kind = match error.kind() {
                ErrorKind::Invalid(_) => "invalid",
                ErrorKind::NotFound => "not_found",
                ErrorKind::Forbidden => "forbidden",
                ErrorKind::Conflict => "conflict",
                ErrorKind::Stale => "stale",
                ErrorKind::Refused { .. } => "refused",
                ErrorKind::TooMany => "too_many",
                ErrorKind::Unknown => "unknown",
                ErrorKind::Unavailable => "unavailable",
                ErrorKind::Bug => "bug",
            };
            let _ = writeln!(
                stderr,
                "{}",
                json!({"error": {"kind": kind, "message": error.message(), "fields": fields,
                                 "hints": error.hints(), "cause": error.cause()}})
            );
            return;
        }
        let _ = writeln!(stderr, "error: {}", headline(error));
        let fields = if error.fields().len() == 1 && error.message().contains(&error.fields()[0].problem) {
            &[]
        } else {
            error.fields()
        };
        for field in fields.iter().take(FIELDS_SHOWN) {
            let _ = writeln!(stderr, "  {}: {}", field.field, field.problem);
        }
        if fields.len() > FIELDS_SHOWN {
            let _ = writeln!(stderr, "  and {} more; --json names all", fields.len() - FIELDS_SHOWN);
        }
        for hint in error.hints() {
            let _ = writeln!(stderr, "  → {hint}");
        }
    }

    /// A progress bar on standard error, when a person is looking.
    pub fn progress(&self, length: u64, what: &str) -> ProgressBar {
        if self.json || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length).with_message(what.to_owned());
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len}  {eta} left")
        {
            bar.set_style(style);
        }
        bar
    }
}

/// A number with its noun: `1 record`, `2 records`.
pub fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn headline(error: &Error) -> String {
    match error.cause() {
        Some(cause) => format!("{} ({cause})", error.message()),
        None => error.message().to_owned(),
    }
}
