//! The file as rows: header, cells, and what is wrong with them. Nothing here trusts a byte of the file.

use std::collections::BTreeMap;

use mainstay_core::{Error, ErrorKind, FieldError, Result};

/// The longest cell that is taken, in bytes.
pub const LONGEST_CELL: usize = 256 * 1024;

/// Most missing columns that a message names.
const COLUMNS_NAMED: usize = 8;

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
        let start = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(refuse("is written in UTF-16").hint("Save it as CSV in UTF-8."));
        }
        if start.contains(&0) || bytes.starts_with(b"PK\x03\x04") {
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
        let mut lines = Lines { bytes, passed: 0, line: 1 };
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => sheet.take(lines.of(&record), &record, bad),
                Err(error) => return Err(refuse("cannot be read").caused_by(error)),
            }
        }
        if sheet.count == 0 {
            return Err(refuse("has a header but no rows"));
        }
        Ok(sheet)
    }

    fn take(&mut self, line: u64, record: &csv::ByteRecord, bad: &mut BadRows) {
        self.count += 1;
        let (have, want) = (record.len(), self.header.len());
        if have != want {
            let last = record.iter().next_back().map(String::from_utf8_lossy).unwrap_or_default();
            bad.add(
                line,
                format!(
                    "has {have} cell{} instead of {want}; the last is {}",
                    if have == 1 { "" } else { "s" },
                    shown(&last)
                ),
            );
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

/// Counts lines as an editor does. The reader's own count is one short where lines end with CR LF, since it takes
/// up the LF with the next row.
struct Lines<'a> {
    bytes: &'a [u8],
    passed: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, record: &csv::ByteRecord) -> u64 {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let rest = self.bytes.get(start..).unwrap_or_default();
        let start = start + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let between = self.bytes.get(self.passed..start).unwrap_or_default();
        self.line += between.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.passed = self.passed.max(start);
        self.line
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
    let more = match missing.len().saturating_sub(COLUMNS_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    missing.truncate(COLUMNS_NAMED);
    let problem = format!("{file} lacks {lacks} {}{more}", missing.join(", "));
    let found: Vec<_> = header.iter().take(12).map(shown).collect();
    Err(Error::field("header", problem).hint(if header.len() == 1 {
        format!("Its first line is {}. Are its cells separated by {delimiter:?}?", found.join(", "))
    } else {
        format!("Its header begins with {}. Is this the right mapping?", found.join(", "))
    }))
}
