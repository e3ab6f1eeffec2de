//! History: what changed, entry by entry, before and after.

use askama::Template;

use crate::{frame::Frame, page, record::Change, when::At};

/// A page with the history of a record, or of all.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "history.html")]
pub struct HistoryPage {
    /// The frame.
    pub frame: Frame,
    /// `History of INC-000123`.
    pub heading: String,
    /// What is shown, in a sentence.
    pub about: String,
    /// The newest first.
    pub entries: Vec<HistoryEntry>,
    /// The page with older ones.
    pub older_href: Option<String>,
}

/// An entry of the journal, for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryEntry {
    /// Position in the journal.
    pub position: String,
    /// When it is said to have happened.
    pub at: At,
    /// When it was recorded, if that was another time.
    pub recorded_at: Option<At>,
    /// Who did it.
    pub who: String,
    /// How: `by the API`, `imported from servicenow`.
    pub channel: String,
    /// The move or act: `Resolve`.
    pub act: String,
    /// The record, where the page is about more than one.
    pub record: Option<(String, String)>,
    /// What changed.
    pub changes: Vec<Change>,
}

page!(HistoryPage);
