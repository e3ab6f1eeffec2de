//! Export of a list: the same conditions and rights as the list itself, all pages one after the other, in bounded
//! memory.

use std::{io::Write, path::Path};

use mainstay_core::{Error, Result, Type, table::HEAD_COLUMNS};
use rust_xlsxwriter::{Workbook, XlsxError};

use super::{ListQuery, Query, RecordView};
use crate::csv_text::{line, safe};

/// Records in one step.
const CHUNK: u32 = 500;
/// Rows of a sheet, without the header.
const MOST_ROWS_OF_A_SHEET: u32 = 1_048_575;

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated, one header line. Text that a spreadsheet would compute gets an apostrophe.
    Csv,
    /// One JSON object a line, as the API has it.
    JsonLines,
    /// An Excel workbook with one sheet; every cell from people is text.
    Xlsx,
}

impl ExportFormat {
    /// The format of a name: `csv`, `jsonl`, `xlsx`.
    ///
    /// # Errors
    /// Bad input, field `format`.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "csv" => Ok(Self::Csv),
            "jsonl" => Ok(Self::JsonLines),
            "xlsx" => Ok(Self::Xlsx),
            _ => Err(Error::field("format", format!("\"{name}\" is not one of: csv, jsonl, xlsx"))),
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::JsonLines => "application/jsonl",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Xlsx => "xlsx",
        }
    }
}

fn written(error: std::io::Error) -> Error {
    Error::unavailable("the export cannot be written", error)
}

fn not_a_sheet(error: XlsxError) -> Error {
    match error {
        XlsxError::MaxStringLengthExceeded => {
            Error::field("format", "a text is longer than a cell of Excel holds; export as csv or jsonl")
        }
        XlsxError::RowColumnLimitError => Error::field(
            "format",
            "there are more records than a sheet of Excel has rows; export as csv or jsonl",
        ),
        error => Error::unavailable("the workbook cannot be written", error),
    }
}

impl Query<'_> {
    /// Writes the records of a list from its first page to its last and gives their number. `workspace` is a folder
    /// for what a workbook needs on the way.
    ///
    /// # Errors
    /// Bad input when a workbook cannot hold it; unavailable.
    pub fn export<W: Write + std::io::Seek + Send>(
        &self,
        query: &ListQuery,
        format: ExportFormat,
        workspace: &Path,
        out: &mut W,
    ) -> Result<u64> {
        let columns = self.exported_columns(query)?;
        match format {
            ExportFormat::Csv => {
                out.write_all(line(&columns).as_bytes()).map_err(written)?;
                self.walk(query, &mut |record| {
                    let cells = columns.iter().map(|name| match number(record, name) {
                        Some(number) => number.to_string(),
                        None => safe(&cell(record, name)),
                    });
                    out.write_all(line(&cells.collect::<Vec<_>>()).as_bytes()).map_err(written)
                })
            }
            ExportFormat::JsonLines => self.walk(query, &mut |record| {
                serde_json::to_writer(&mut *out, record).map_err(|error| written(error.into()))?;
                out.write_all(b"\n").map_err(written)
            }),
            ExportFormat::Xlsx => {
                let mut book = Workbook::new();
                book.set_tempdir(workspace).map_err(not_a_sheet)?;
                let sheet = book.add_worksheet_with_constant_memory().map_err(not_a_sheet)?;
                let place = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
                for (at, name) in columns.iter().enumerate() {
                    sheet.write_string(0, place(at), *name).map_err(not_a_sheet)?;
                }
                let mut row = 0;
                let count = self.walk(query, &mut |record| {
                    row += 1;
                    if row > MOST_ROWS_OF_A_SHEET {
                        return Err(not_a_sheet(XlsxError::RowColumnLimitError));
                    }
                    for (at, name) in columns.iter().enumerate() {
                        let written = match number(record, name).and_then(|number| i32::try_from(number).ok())
                        {
                            Some(number) => sheet.write_number(row, place(at), number),
                            None => sheet.write_string(row, place(at), cell(record, name)),
                        };
                        written.map_err(not_a_sheet)?;
                    }
                    Ok(())
                })?;
                book.save_to_writer(&mut *out).map_err(not_a_sheet)?;
                Ok(count)
            }
        }
    }

    /// The columns that the person may see for the whole list.
    fn exported_columns(&self, query: &ListQuery) -> Result<Vec<&'static str>> {
        let fields = query.kind.def.fields.iter().map(|field| field.name);
        let all = HEAD_COLUMNS.iter().copied().chain(fields);
        Ok(all
            .filter(|name| self.column(query.kind, name).is_ok())
            .filter(|name| query.is_chosen(name))
            .collect())
    }

    /// All records of a list, page by page.
    fn walk(&self, query: &ListQuery, each: &mut dyn FnMut(&RecordView) -> Result<()>) -> Result<u64> {
        let mut query = query.clone();
        query.begin_again(CHUNK);
        let mut count = 0;
        loop {
            let list = self.list(&query)?;
            for record in &list.items {
                each(record)?;
            }
            count += list.items.len() as u64;
            match list.next_cursor {
                Some(cursor) => self.go_on(&mut query, &cursor)?,
                None => return Ok(count),
            }
        }
    }
}

fn number(record: &RecordView, name: &str) -> Option<i64> {
    let is_number =
        name == "version" || record.kind.def.field(name).is_some_and(|field| matches!(field.ty, Type::Int));
    if is_number { record.value(name).as_int() } else { None }
}

fn cell(record: &RecordView, name: &str) -> String {
    let value = record.value(name);
    let is_reference =
        record.kind.def.field(name).is_some_and(|field| matches!(field.ty, Type::Reference(_)));
    match record.name_of(&value) {
        Some(name) if is_reference => name.reference.clone(),
        _ => value.to_string(),
    }
}
