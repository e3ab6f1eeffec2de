//! A record: what is this, how does it stand, what can I do now.

use askama::Template;

use crate::{
    clock::ClockView,
    field::Choice,
    frame::Frame,
    history::HistoryEntry,
    list::{Cell, Empty, NewLink},
    page,
    tone::Badge,
    when::At,
};

/// A page of a record. Each tab is a page of its own with the same head.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// The frame.
    pub frame: Frame,
    /// Name of the kind: `Incident`.
    pub kind: String,
    /// The ref: `INC-000123`.
    pub reference: String,
    /// The title.
    pub title: String,
    /// State first, then what else people must know at once: priority, major.
    pub badges: Vec<Badge>,
    /// Who and what it is about, in the order of importance: service, reporter, team, assignee.
    pub facts: Vec<Shown>,
    /// The most likely next move: the one primary button.
    pub primary: Option<MoveLink>,
    /// Other moves, in plain style beside it; at most three.
    pub moves: Vec<MoveLink>,
    /// Rare moves, and links such as *Edit*, in the menu.
    pub menu: Vec<MoveLink>,
    /// The clocks.
    pub clocks: Vec<ClockView>,
    /// Why no clock runs though the record is open, and where that is mended.
    pub no_clock: Option<NewLink>,
    /// The tabs, in order.
    pub tabs: Vec<Tab>,
    /// Content of the current tab.
    pub body: Body,
    /// Fields in groups, at the right.
    pub groups: Vec<Group>,
}

/// Something a person can do to a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MoveLink {
    /// The word on the button: `Resolve`.
    pub label: String,
    /// What it means, in a sentence, on hover and in the menu.
    pub help: String,
    /// Address of the form; where the move asks for nothing, it is posted to at once.
    pub href: String,
    /// How it is done.
    pub way: Way,
    /// Sent along unseen when it is posted at once: the version that was read, the idempotency key.
    pub hidden: Vec<(String, String)>,
    /// The key on the keyboard, or none: `a` assigns.
    pub key: Option<char>,
}

/// How a move is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// It asks for something: its form opens, in the drawer with scripts.
    #[default]
    Form,
    /// It asks for nothing: it is posted at once.
    AtOnce,
    /// A page of its own: edit, print.
    Page,
}

/// A tab, which is a page of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tab {
    /// The word.
    pub label: String,
    /// Where it goes.
    pub href: String,
    /// How many things are in it.
    pub count: Option<i64>,
    /// It is the one shown.
    pub current: bool,
}

/// A label with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// The label.
    pub label: String,
    /// What it says.
    pub cell: Cell,
}

/// Fields with a heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// The heading.
    pub heading: String,
    /// The form that changes these fields; none if that is not allowed.
    pub edit_href: Option<String>,
    /// The fields that have content.
    pub fields: Vec<Shown>,
}

/// Content of a tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Conversation and what happened.
    Timeline {
        /// Where a comment is written; none if that is not allowed.
        composer: Option<Composer>,
        /// The newest first.
        entries: Vec<Entry>,
        /// The page with older ones.
        older_href: Option<String>,
        /// What an empty timeline teaches.
        empty: Empty,
    },
    /// A list: links, tasks, approvals.
    Rows {
        /// Heading of the tab.
        heading: String,
        /// What adds one; none if that is not allowed.
        add: Option<MoveLink>,
        /// The words at the heads of the columns.
        columns: Vec<String>,
        /// The rows.
        rows: Vec<TabRow>,
        /// What an empty tab teaches.
        empty: Empty,
    },
    /// The record's entries, before and after.
    History {
        /// The newest first.
        entries: Vec<HistoryEntry>,
        /// The page with older ones.
        older_href: Option<String>,
    },
    /// The record's journal entries and how each is included in the last checkpoint.
    Proof(Proof),
}

impl Default for Body {
    fn default() -> Self {
        Body::Timeline { composer: None, entries: Vec::new(), older_href: None, empty: Empty::default() }
    }
}

/// A row of a tab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TabRow {
    /// One for each column.
    pub cells: Vec<Cell>,
    /// What can be done to it.
    pub moves: Vec<MoveLink>,
}

/// Where a comment is written. The form posts `body` and `visibility`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Composer {
    /// Where it is posted.
    pub action: String,
    /// Sent along unseen: the idempotency key.
    pub hidden: Vec<(String, String)>,
    /// Who may read it: `public`, `internal`; one choice shows no switch.
    pub visibilities: Vec<Choice>,
    /// What was typed, when it could not be kept.
    pub body: String,
    /// What is wrong, as a sentence.
    pub error: Option<String>,
}

/// Something that happened, in the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// When.
    pub at: At,
    /// Who; none if it was the system.
    pub who: Option<String>,
    /// What it is.
    pub what: What,
    /// One line: `moved to In progress, took it`; for comments how it came: `by mail`.
    pub text: String,
    /// The words of a comment.
    pub body: String,
    /// What changed.
    pub changes: Vec<Change>,
}

/// What an entry of the timeline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum What {
    /// Something changed.
    #[default]
    Change,
    /// A comment that the customer can read.
    Public,
    /// A comment from the customer.
    FromCustomer,
    /// A note among staff.
    Internal,
}

impl What {
    fn class(self) -> &'static str {
        match self {
            What::Change => "change",
            What::Public => "public",
            What::FromCustomer => "customer",
            What::Internal => "internal",
        }
    }

    fn key(self) -> Option<&'static str> {
        match self {
            What::Change | What::Public => None,
            What::FromCustomer => Some("comment-from-customer"),
            What::Internal => Some("comment-internal"),
        }
    }
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The field.
    pub label: String,
    /// What it was; empty if it had no content.
    pub before: String,
    /// What it is; empty if it has no content.
    pub after: String,
}

/// The proof that a record's entries stand in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    /// The last checkpoint, in a sentence: `Checkpoint of 14:05 over 12,345 entries`.
    pub checkpoint: String,
    /// Its root.
    pub root: String,
    /// The record's entries.
    pub entries: Vec<ProofEntry>,
    /// All of it as a file for the offline verifier; none if that is not allowed.
    pub download_href: Option<String>,
}

/// A journal entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProofEntry {
    /// Its position.
    pub position: String,
    /// When it was recorded.
    pub at: At,
    /// What it says, in a line.
    pub text: String,
    /// Its leaf hash.
    pub hash: String,
    /// Whether it is included in the checkpoint.
    pub included: Badge,
}

page!(RecordPage);
