//! What the verifier needs to know of an entry, and whether its line is an entry at all.

use crate::scan::{MAX_DEPTH, Scan, Scanned, meaning};

/// The longest line that is read.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// An entry, as far as it matters here. Texts and maps stand as they are written.
#[derive(Default)]
pub(crate) struct Line<'a> {
    pub epoch: u64,
    pub index: u64,
    pub recorded_at_ms: i64,
    pub op: &'a [u8],
    pub command: &'a [u8],
    pub values: Option<&'a [u8]>,
    pub personal: Option<&'a [u8]>,
    pub commitments: u64,
}

/// The members that every entry has.
const ALWAYS: [&[u8]; 13] = [
    b"act",
    b"actor",
    b"channel",
    b"command",
    b"epoch",
    b"index",
    b"occurred_at",
    b"op",
    b"recorded_at_ms",
    b"schema",
    b"table",
    b"v",
    b"version",
];

/// Reads a line, and refuses it unless it is an entry in its one spelling.
pub(crate) fn read(line: &[u8]) -> Scanned<Line<'_>> {
    let mut scan = Scan::new(line)?;
    let mut entry = Line::default();
    let mut always = 0;
    scan.map(|scan, name| {
        // Names come sorted, so those that always stand come in the order of the table.
        always += usize::from(ALWAYS.get(always).is_some_and(|expected| *expected == name));
        match name {
            b"act" | b"actor" | b"channel" | b"table" | b"on_behalf_of" | b"reason" | b"record" | b"row" => {
                scan.text().map(drop)
            }
            b"command" => scan.text().map(|text| entry.command = text),
            b"epoch" => scan.count(u32::MAX.into()).map(|count| entry.epoch = count),
            b"index" => scan.count(u64::MAX).map(|count| entry.index = count),
            b"occurred_at" => scan.int().map(drop),
            b"recorded_at_ms" => scan.int().map(|instant| entry.recorded_at_ms = instant),
            b"schema" => scan.count(u32::MAX.into()).map(drop),
            b"version" => scan.count(u64::MAX).map(drop),
            b"v" => match scan.int()? {
                1 => Ok(()),
                _ => scan.fault("a version of the format that is not known"),
            },
            b"op" => match scan.text()? {
                op @ (b"put" | b"delete" | b"note") => {
                    entry.op = op;
                    Ok(())
                }
                _ => scan.fault("an operation that is not known"),
            },
            b"values" => {
                let values =
                    scan.raw(|scan| filled(scan, |scan| scan.map(|scan, _| scan.value(MAX_DEPTH))))?;
                entry.values = Some(values);
                Ok(())
            }
            b"personal" => {
                let personal = scan.raw(|scan| {
                    filled(scan, |scan| {
                        let members = scan.map(|scan, _| commitment(scan).map(drop))?;
                        entry.commitments = members;
                        Ok(members)
                    })
                })?;
                entry.personal = Some(personal);
                Ok(())
            }
            b"waived" => filled(scan, |scan| scan.list(|scan| scan.text().map(drop))),
            _ => scan.fault("a member that is not known"),
        }
    })?;
    scan.finish()?;
    if always < ALWAYS.len() { scan.fault("a member is missing") } else { Ok(entry) }
}

/// A member that would be empty is left out, so one that stands holds something.
fn filled<'a>(scan: &mut Scan<'a>, read: impl FnOnce(&mut Scan<'a>) -> Scanned<u64>) -> Scanned<()> {
    if read(scan)? == 0 { scan.fault("a member that is empty") } else { Ok(()) }
}

fn commitment<'a>(scan: &mut Scan<'a>) -> Scanned<&'a [u8]> {
    let digits = scan.text()?;
    if digits.len() == 64 && digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(digits)
    } else {
        scan.fault("a commitment is not 64 hexadecimal digits")
    }
}

impl<'a> Line<'a> {
    /// The commitment of a column, in hexadecimal digits.
    pub(crate) fn commitment(&self, column: &[u8]) -> Option<&'a [u8]> {
        let mut found = None;
        let mut scan = Scan::new(self.personal?).ok()?;
        scan.map(|scan, name| {
            let digits = commitment(scan)?;
            if meaning(name) == column {
                found = Some(digits);
            }
            Ok(())
        })
        .ok()?;
        found
    }

    /// The values, if the entry is a note of this command.
    pub(crate) fn note(&self, command: &str) -> Option<serde_json::Map<String, serde_json::Value>> {
        if self.op != b"note" || self.command != command.as_bytes() {
            return None;
        }
        serde_json::from_slice(self.values?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn this_reader_and_the_one_of_the_writer_accept_the_same_lines() {
        let spellings = include_str!("../../journal/tests/golden/outside/spellings.txt");
        let mut accepted = 0;
        for (number, spelling) in spellings.split_terminator('\n').enumerate() {
            let (mark, line) = spelling.split_at(2);
            assert_eq!(read(line.as_bytes()).is_ok(), mark == "+ ", "line {}: {line}", number + 1);
            accepted += usize::from(mark == "+ ");
        }
        assert!(accepted > 20, "{accepted}");
    }
}
