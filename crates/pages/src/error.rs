//! Errors: a sentence, what to do next, and a reference under which the log knows it.

use askama::Template;

use crate::{frame::Frame, list::NewLink, page};

/// A page that says what went wrong.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame; without a signed-in person it has no navigation.
    pub frame: Frame,
    /// The HTTP status.
    pub status: u16,
    /// What happened, as a sentence.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
    /// The clause that the refusing rule serves; none if empty.
    pub clause: String,
    /// The id under which the log knows this answer.
    pub reference: String,
    /// Where to go: back, home, sign in.
    pub ways: Vec<NewLink>,
}

page!(ErrorPage);
