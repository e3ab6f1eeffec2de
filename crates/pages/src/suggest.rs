//! Suggestions while a reference is typed.

use askama::Template;

use crate::{
    page,
    words::{Language, words},
};

/// The fragment that `/suggest` answers: options of a list box.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "suggest.html")]
pub struct Suggestions {
    /// The language.
    pub language: Language,
    /// The best first, at most ten.
    pub items: Vec<Suggestion>,
}

impl Suggestions {
    fn nothing(&self) -> &'static str {
        words(self.language).say("suggest-nothing")
    }
}

/// A record that may be meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggestion {
    /// Its ref.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// What tells it from others: mail address, customer.
    pub detail: String,
}

page!(Suggestions);
