//! The file as rows: header, cells, and what is wrong with them. Nothing here trusts a byte of the file.

use std::collections::BTreeMap;

use mainstay_core::{Error, ErrorKind, FieldError, Result};

/// The longest cell that is taken, in bytes.
pub const LONGEST_CELL: usize = 256 * 1024;

/// How much of a cell a message shows, in characters.
const SHOWN: usize = 60;

/// A file's rows.
pub struct Sheet {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows that have as many cells as the header.
    pub rows: Vec<Row>,
    /// Rows in the file, bad ones too.
    pub count: usize,
}

/// One row.
pub struct Row {
    /// Line of the file on which it begins, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: csv::StringRecord,
}

/// Bad rows, by line.
#[derive(Debug, Default)]
pub struct BadRows(BTreeMap<u64, Vec<String>>);

impl BadRows {
    /// Notes a problem.
    pub fn add(&mut self, line: u64, problem: impl Into<String>) {
        self.0.entry(line).or_default().push(problem.into());
    }

    /// The refusal of the whole file, if a row is bad.
    ///
    /// # Errors
    /// Invalid, one field error a bad row.
    pub fn result(self, file: &str, rows: usize) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let count = self.0.len();
        let fields = self
            .0
            .into_iter()
            .map(|(line, problems)| FieldError {
                field: format!("line {line}"),
                problem: problems.join("; "),
            })
            .collect();
        let are = if count == 1 { "is" } else { "are" };
        Err(Error::new(
            ErrorKind::Invalid(fields),
            format!("{count} of {rows} rows of {file} {are} bad; nothing was imported"),
        )
        .hint("Correct these rows in the file, or in the system it came from, and import it again."))
    }
}

/// A cell for a message: short, and without characters that a terminal would obey.
pub fn shown(cell: &str) -> String {
    let mut short: String = cell.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if cell.chars().count() > SHOWN {
        short.push('…');
    }
    format!("\"{short}\"")
}

impl Sheet {
    /// Reads a file. Bad rows are noted; a file that is none at all is an error.
    ///
    /// # Errors
    /// Invalid: empty, no text, no header, a column of `wanted` that is missing.
    pub fn read(
        file: &str,
        bytes: &[u8],
        delimiter: char,
        wanted: &[&str],
        bad: &mut BadRows,
    ) -> Result<Self> {
        let refuse = |problem: &str| Error::field("file", format!("{file} {problem}"));
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(refuse("is empty"));
        }
        let start = &bytes[..bytes.len().min(4096)];
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Err(refuse("is written in UTF-16").hint("Save it as CSV in UTF-8."));
        }
        if start.contains(&0) || start.starts_with(b"PK\x03\x04") {
            return Err(
                refuse("is no text but a binary file").hint("Export or save it as CSV in UTF-8 first.")
            );
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(u8::try_from(delimiter).unwrap_or(b','))
            .flexible(true)
            .from_reader(bytes);
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(refuse("has no header that can be read").caused_by(error)),
        };
        check_header(file, &header, delimiter, wanted)?;
        let mut sheet =
            Self { header: header.iter().map(str::to_owned).collect(), rows: Vec::new(), count: 0 };
        let mut record = csv::ByteRecord::new();
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => sheet.take(&record, bad),
                Err(error) => return Err(refuse("cannot be read").caused_by(error)),
            }
        }
        if sheet.count == 0 {
            return Err(refuse("has a header but no rows"));
        }
        Ok(sheet)
    }

    fn take(&mut self, record: &csv::ByteRecord, bad: &mut BadRows) {
        self.count += 1;
        let line = record.position().map_or(0, csv::Position::line);
        let (have, want) = (record.len(), self.header.len());
        if have != want {
            let last = record.iter().last().map(String::from_utf8_lossy).unwrap_or_default();
            bad.add(line, format!("has {have} cells instead of {want}; the last is {}", shown(&last)));
            return;
        }
        let mut good = true;
        for (cell, column) in record.iter().zip(&self.header) {
            let problem = match std::str::from_utf8(cell) {
                Err(_) => Some(format!("is not in UTF-8: {}", shown(&String::from_utf8_lossy(cell)))),
                Ok(text) if text.contains('\0') => Some(format!("holds a NUL character: {}", shown(text))),
                Ok(text) if text.len() > LONGEST_CELL => {
                    Some(format!("holds more than {LONGEST_CELL} bytes: {}", shown(text)))
                }
                Ok(_) => None,
            };
            if let Some(problem) = problem {
                bad.add(line, format!("{column} {problem}"));
                good = false;
            }
        }
        if good && let Ok(cells) = csv::StringRecord::from_byte_record(record.clone()) {
            self.rows.push(Row { line, cells });
        }
    }
}

fn check_header(file: &str, header: &csv::StringRecord, delimiter: char, wanted: &[&str]) -> Result<()> {
    let has = |name: &str| header.iter().any(|column| column == name);
    let mut missing: Vec<&str> = wanted.iter().copied().filter(|name| !has(name)).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        for (at, name) in header.iter().enumerate() {
            if wanted.contains(&name) && header.iter().take(at).any(|earlier| earlier == name) {
                return Err(Error::field("header", format!("{file} has the column {} twice", shown(name))));
            }
        }
        return Ok(());
    }
    let lacks = if missing.len() == 1 { "the column" } else { "the columns" };
    let problem = format!("{file} lacks {lacks} {}", missing.join(", "));
    let found: Vec<_> = header.iter().take(12).map(shown).collect();
    Err(Error::field("header", problem).hint(if header.len() == 1 {
        format!("Its first line is {}. Are its cells separated by {delimiter:?}?", found.join(", "))
    } else {
        format!("Its header begins with {}. Is this the right mapping?", found.join(", "))
    }))
}
