//! Lists of records: a heading that reads as a sentence, filters that are the address, one line a record.

use askama::Template;

use crate::{
    clock::ClockView,
    conformity::Count,
    field::Field,
    frame::{Frame, Place},
    page,
    tone::Badge,
    when::At,
};

/// A page with a list.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "list.html")]
pub struct ListPage {
    /// The frame.
    pub frame: Frame,
    /// What is listed: `Incidents`.
    pub heading: String,
    /// The filters and the order, as a sentence: `open, mine or my team's, by due`.
    pub sentence: String,
    /// The page that makes a new one; none if that is not allowed.
    pub new: Option<NewLink>,
    /// Numbers above the list, each a door to what it counts: the tiles of the desk (*breaching soon*, *unassigned*,
    /// *waiting for me*, *major*); none on plain lists.
    pub tiles: Vec<Count>,
    /// The filters.
    pub filters: FilterBar,
    /// How many there are.
    pub total: Total,
    /// The list as a CSV file; none if that is not allowed.
    pub csv_href: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows of this page of the list.
    pub rows: Vec<Row>,
    /// The first page of the list; none if this is it.
    pub first_href: Option<String>,
    /// The next page of the list; none if this is the last.
    pub next_href: Option<String>,
    /// Moves for selected rows; without any, rows have no boxes.
    pub bulk: Option<Bulk>,
    /// What an empty list teaches.
    pub empty: Empty,
}

/// A link to a form that makes a new record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewLink {
    /// The word on the button: `New incident`.
    pub label: String,
    /// Where it goes.
    pub href: String,
}

/// The filters of a list. The form is sent by `GET`, and the address is the filter; a field that is sent empty filters nothing.
#[derive(Debug, Clone, Default)]
pub struct FilterBar {
    /// Path of the list.
    pub action: String,
    /// Kept with every filter: the order, the as-of instant.
    pub hidden: Vec<(String, String)>,
    /// Filters, those in force first; those that are not in force stand behind *Filter*.
    pub filters: Vec<Filter>,
    /// Words that are searched in the list; none if the list cannot be searched.
    pub query: Option<String>,
    /// The list without filters; none if no filter is in force.
    pub clear_href: Option<String>,
    /// Filters with a name: `My queue`, `Breaching`.
    pub saved: Vec<Place>,
}

impl FilterBar {
    fn active(&self) -> impl Iterator<Item = &Filter> {
        self.filters.iter().filter(|filter| filter.is_active())
    }

    fn others(&self) -> impl Iterator<Item = &Filter> {
        self.filters.iter().filter(|filter| !filter.is_active())
    }

    fn has_others(&self) -> bool {
        self.others().next().is_some()
    }
}

/// One filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// How it reads: `state is open`; empty when it is not in force.
    pub sentence: String,
    /// The list without this filter.
    pub remove_href: String,
    /// Its input; the name may carry an operator: `priority[lte]`.
    pub field: Field,
}

impl Filter {
    fn is_active(&self) -> bool {
        !self.sentence.is_empty()
    }
}

/// How many records a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Total {
    /// Not counted.
    #[default]
    NotCounted,
    /// Counted.
    Exactly(i64),
    /// Counted up to a limit.
    AtLeast(i64),
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// The word at its head.
    pub label: String,
    /// Numbers stand at the right.
    pub is_number: bool,
    /// The list in the order of this column; none if it cannot be ordered by it.
    pub sort_href: Option<String>,
    /// The list is in the order of this column.
    pub sorted: Option<Direction>,
}

/// A direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the least.
    Ascending,
    /// From the greatest.
    Descending,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The ref, which stands first and is the link.
    pub reference: String,
    /// The record's page.
    pub href: String,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// The record's title, which is the widest and links to the record.
    Title(String),
    /// A ref, in a face of fixed width, without a link.
    Reference(String),
    /// Another record.
    Link {
        /// Its title.
        text: String,
        /// Its page.
        href: String,
    },
    /// A file to be saved.
    Download {
        /// Its name.
        text: String,
        /// Its address.
        href: String,
    },
    /// A word with its tone.
    Badge(Badge),
    /// A number, already written for people.
    Number(String),
    /// An instant.
    At(At),
    /// A clock.
    Clock(ClockView),
}

impl Cell {
    /// The whole text, where a list may show only its beginning.
    fn cut(&self) -> Option<&str> {
        const ALWAYS_FITS: usize = 24;
        match self {
            Cell::Text(text) | Cell::Title(text) | Cell::Link { text, .. } | Cell::Download { text, .. } => {
                (text.len() > ALWAYS_FITS).then_some(text.as_str())
            }
            _ => None,
        }
    }
}

/// Moves for the selected rows. The form posts `ref` (several times) and `move`; the answer is a [`crate::FormPage`] that
/// says what will happen to how many and asks for what the move needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bulk {
    /// Where the selection is posted.
    pub action: String,
    /// The moves: name and word on the button.
    pub moves: Vec<(String, String)>,
}

/// What an empty page teaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Empty {
    /// What is not there: `No incident fits these filters`.
    pub heading: String,
    /// What belongs here and why.
    pub text: String,
    /// The clause of ISO/IEC 20000-1:2018 it serves; none if empty.
    pub clause: String,
    /// The one thing to do.
    pub action: Option<NewLink>,
}

impl Direction {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Direction::Ascending => "ascending",
            Direction::Descending => "descending",
        }
    }
}

impl ListPage {
    fn counted(&self) -> String {
        match self.total {
            Total::NotCounted => String::new(),
            Total::Exactly(count) => self.frame.say_of("list-total", "count", count),
            Total::AtLeast(count) => self.frame.say_of("list-at-least", "count", count),
        }
    }
}

page!(ListPage);
