//! Personal values that are still held, beside the commitments in the entries. A value that is not there was
//! erased or not exported; one that does not fit its commitment was changed.

use std::fs::File;
use std::io::{self, BufReader};

use sha2::{Digest, Sha256};

use crate::lines::Lines;
use crate::scan::{Fault, MAX_DEPTH, Scan, Scanned, meaning};

/// One line of `personal.jsonl`.
#[derive(Default)]
pub(crate) struct Opening {
    pub epoch: u64,
    pub index: u64,
    pub column: Vec<u8>,
    /// What the commitment must be, in hexadecimal digits.
    pub commitment: String,
}

/// The lines of `personal.jsonl`, in rising order of epoch and index, so that they are read beside the entries.
pub(crate) struct Openings {
    lines: Option<Lines<BufReader<File>>>,
    number: u64,
    next: Option<Opening>,
    last: (u64, u64),
    fault: Option<String>,
}

impl Openings {
    pub(crate) fn new(lines: Option<Lines<BufReader<File>>>) -> io::Result<Self> {
        let mut openings = Openings { lines, number: 0, next: None, last: (0, 0), fault: None };
        openings.advance()?;
        Ok(openings)
    }

    /// Why the rest of the file could not be read, if it could not.
    pub(crate) fn fault(self) -> Option<String> {
        self.fault
    }

    /// Takes the next line if it is about an entry before this place.
    pub(crate) fn take_before(&mut self, epoch: u64, index: u64) -> io::Result<Option<Opening>> {
        match &self.next {
            Some(next) if (next.epoch, next.index) < (epoch, index) => {
                let taken = self.next.take();
                self.advance()?;
                Ok(taken)
            }
            _ => Ok(None),
        }
    }

    fn advance(&mut self) -> io::Result<()> {
        let Some(lines) = &mut self.lines else { return Ok(()) };
        let Some(line) = lines.next()? else {
            self.lines = None;
            return Ok(());
        };
        self.number += 1;
        match read(line.bytes) {
            Ok(opening) if self.last <= (opening.epoch, opening.index) => {
                self.last = (opening.epoch, opening.index);
                self.next = Some(opening);
            }
            Ok(_) => self.give_up("it is not behind the line before in epoch and index"),
            Err(Fault { what, .. }) => self.give_up(what),
        }
        Ok(())
    }

    fn give_up(&mut self, what: &str) {
        self.fault = Some(format!("personal.jsonl, line {}: {what}", self.number));
        self.lines = None;
    }
}

fn read(line: &[u8]) -> Scanned<Opening> {
    let mut scan = Scan::new(line)?;
    let mut opening = Opening::default();
    let (mut salt, mut content) = (None, None);
    let mut names = Vec::new();
    scan.loose_map(|scan, name| {
        if names.contains(&name) {
            return scan.fault("a member stands twice");
        }
        names.push(name);
        match name {
            b"epoch" => scan.count(u32::MAX.into()).map(|epoch| opening.epoch = epoch),
            b"index" => scan.count(u64::MAX).map(|index| opening.index = index),
            b"column" => scan.text().map(|column| opening.column = meaning(column)),
            b"salt" => {
                let mut bytes = [0; 32];
                if hex::decode_to_slice(scan.text()?, &mut bytes).is_err() {
                    return scan.fault("a salt is not 32 bytes in hexadecimal digits");
                }
                salt = Some(bytes);
                Ok(())
            }
            b"content" => {
                content = Some(scan.raw(|scan| scan.value(MAX_DEPTH))?);
                Ok(())
            }
            _ => scan.fault("a member that is not known"),
        }
    })?;
    scan.finish()?;
    let (Some(salt), Some(content), 5) = (salt, content, names.len()) else {
        return scan.fault("a member is missing");
    };
    let mut sha = Sha256::new();
    sha.update(salt);
    sha.update(content);
    opening.commitment = hex::encode(sha.finalize());
    Ok(opening)
}
