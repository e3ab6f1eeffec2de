//! The conformity board and a requirement's page: designed, operating, judged.

use askama::Template;

use crate::{
    frame::Frame,
    list::{Cell, Empty},
    page,
    record::{MoveLink, Shown, TabRow},
    tone::{Badge, Tone},
    when::At,
};

/// The board: clauses down, three columns across, coverage beside. It has no single score.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "board.html")]
pub struct BoardPage {
    /// The frame.
    pub frame: Frame,
    /// `147 known of 220`, `131 hold`, `9 fail`, `7 unknown because nothing happened yet`: each opens what it counts.
    pub counts: Vec<Count>,
    /// When it was last computed, in a sentence.
    pub computed: String,
    /// What can be done: run the checks.
    pub moves: Vec<MoveLink>,
    /// The clauses, in order.
    pub clauses: Vec<Clause>,
    /// What a board without requirements teaches.
    pub empty: Empty,
}

/// A number that is a door.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// How it stands.
    pub tone: Tone,
    /// The number, written for people.
    pub number: String,
    /// What is counted.
    pub label: String,
    /// The list it counts.
    pub href: String,
}

/// A clause of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clause {
    /// `8.6.1`; its dots say how deep it stands.
    pub number: String,
    /// Its heading.
    pub title: String,
    /// Its requirements' page.
    pub href: String,
    /// Whether documents and rules are there.
    pub designed: Vec<Count>,
    /// Whether records show that it is done.
    pub operating: Vec<Count>,
    /// Whether people judged it.
    pub judged: Vec<Count>,
    /// How much of the clause is checked: `8 of 11`.
    pub coverage: Coverage,
}

impl Clause {
    /// How deep it stands, from 1 to 4.
    fn depth(&self) -> usize {
        (self.number.matches('.').count() + 1).min(4)
    }
}

/// How much of a whole is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Known.
    pub known: u32,
    /// All.
    pub of: u32,
}

/// A requirement, or a clause with its requirements.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "requirement.html")]
pub struct RequirementPage {
    /// The frame.
    pub frame: Frame,
    /// `8.6.1 a`.
    pub number: String,
    /// A few words that name it.
    pub title: String,
    /// What it asks, in our words.
    pub text: String,
    /// Designed, operating, judged: a label with its verdict.
    pub verdicts: Vec<(String, Badge)>,
    /// Why the verdict is what it is, in a sentence.
    pub why: String,
    /// What can be done: judge, run the checks.
    pub primary: Option<MoveLink>,
    /// Other things to do.
    pub moves: Vec<MoveLink>,
    /// Documents that say how it is done.
    pub documents: Vec<Shown>,
    /// Checks with their last run.
    pub checks: Vec<Check>,
    /// Words at the heads of the exceptions' columns.
    pub exception_columns: Vec<String>,
    /// Records that do not hold.
    pub exceptions: Vec<TabRow>,
    /// Judgements with who and when.
    pub judgements: Vec<Judgement>,
    /// Parts of it: requirements of a clause.
    pub parts: Vec<(Cell, Badge)>,
}

/// A check of a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check {
    /// What it asks of the records, in a sentence.
    pub sentence: String,
    /// The rule's name, in a face of fixed width.
    pub rule: String,
    /// Its verdict.
    pub verdict: Badge,
    /// `48 of 50 records hold`: opens them.
    pub result: String,
    /// The records it looked at.
    pub href: Option<String>,
    /// When it last ran.
    pub at: Option<At>,
    /// The verdicts of the last runs, the oldest first.
    pub trend: Vec<Badge>,
}

impl Check {
    /// The trend for those who do not see it.
    fn trend_words(&self) -> String {
        self.trend.iter().map(|badge| badge.text.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// What a person judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Badge,
    /// Who.
    pub who: String,
    /// When.
    pub at: At,
    /// In which words.
    pub text: String,
}

page!(BoardPage);
page!(RequirementPage);
