//! Reports: a table with its finding, unit and period, and the same as a file.

use askama::Template;

use crate::{
    field::Field,
    frame::{Frame, Place},
    list::{Column, Empty, NewLink},
    page,
    record::Shown,
};

/// A page with a report.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "report.html")]
pub struct ReportPage {
    /// The frame.
    pub frame: Frame,
    /// `Service levels`.
    pub heading: String,
    /// The finding, as a sentence: `9 of 412 incidents missed a target`.
    pub finding: String,
    /// Period, zone, calendar, targets, and who is counted.
    pub facts: Vec<Shown>,
    /// Path to which the choice of period and targets is sent by `GET`.
    pub action: String,
    /// The choice of period and targets.
    pub fields: Vec<Field>,
    /// Other reports.
    pub others: Vec<Place>,
    /// Files: CSV, JSON.
    pub downloads: Vec<NewLink>,
    /// The table's columns; the first names the row.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<ReportRow>,
    /// Definitions of the figures and what was left out, as sentences.
    pub notes: Vec<String>,
    /// What a report without figures teaches.
    pub empty: Empty,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportRow {
    /// One for each column: the figure and the list it counts.
    pub cells: Vec<Figure>,
    /// The row sums up the ones above.
    pub is_total: bool,
}

/// A figure, which is a door.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// Written for people.
    pub text: String,
    /// What it counts; none for plain words.
    pub href: Option<String>,
    /// How it stands against its target.
    pub tone: crate::Tone,
}

impl ReportPage {
    /// The figures of a row with their columns.
    fn pairs<'a>(&'a self, row: &'a ReportRow) -> impl Iterator<Item = (&'a Column, &'a Figure)> {
        self.columns.iter().zip(&row.cells)
    }
}

page!(ReportPage);
