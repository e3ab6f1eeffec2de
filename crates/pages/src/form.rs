//! Forms: to create, to edit, and for a move. The same struct is the page without scripts and the drawer with them.

use askama::Template;

use crate::{
    field::{Field, Input},
    frame::Frame,
    page,
};

/// A page with a form: creates or edits a record, or does a move, which asks for exactly what it needs.
///
/// With scripts a move's form opens in the drawer; they take `#form` out of this page.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "form.html")]
pub struct FormPage {
    /// The frame.
    pub frame: Frame,
    /// What the form does: `Resolve INC-000123`, `New incident`.
    pub heading: String,
    /// What will happen, in a sentence, or why these records are kept and by which clause.
    pub about: String,
    /// Where it is posted.
    pub action: String,
    /// Sent along unseen: the version that was read, the idempotency key.
    pub hidden: Vec<(String, String)>,
    /// What is wrong with the whole, as a sentence.
    pub error: Option<String>,
    /// What to do next about it.
    pub hints: Vec<String>,
    /// What others changed meanwhile, beside what was typed.
    pub conflicts: Vec<Conflict>,
    /// What is filled in; the cursor stands in the first, or in the first with an error.
    pub fields: Vec<Field>,
    /// What may be filled in too, folded away; opened when one of them has an error.
    pub more: Vec<Field>,
    /// The word on the button.
    pub submit: String,
    /// Where *Cancel* goes.
    pub cancel_href: String,
    /// A move: the form is shown narrow, and in the drawer with scripts.
    pub is_move: bool,
}

/// A field that somebody else changed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conflict {
    /// The field.
    pub label: String,
    /// What was typed here.
    pub typed: String,
    /// What it is now.
    pub now: String,
}

impl FormPage {
    fn focus(&self) -> Option<&str> {
        let all = || self.fields.iter().chain(&self.more);
        let wrong = all().find(|field| field.error.is_some());
        wrong.or_else(|| self.fields.first()).map(|field| field.name.as_str())
    }

    fn has_focus(&self, field: &Field) -> bool {
        self.focus() == Some(field.name.as_str())
    }

    fn has_file(&self) -> bool {
        self.fields.iter().any(|field| field.input == Input::File)
    }

    fn more_is_open(&self) -> bool {
        self.more.iter().any(|field| field.error.is_some())
    }

    fn wrong(&self) -> Vec<&Field> {
        self.fields.iter().chain(&self.more).filter(|field| field.error.is_some()).collect()
    }
}

page!(FormPage);
