//! One pass over the entries of an epoch, beside its leaf list, its checkpoints and the personal values. Memory
//! does not grow with the journal.

use std::fs::File;
use std::io::{self, BufReader};

use crate::entry::{self, Line};
use crate::folder::Folder;
use crate::keys::{Keys, Signed};
use crate::lines::{Lines, Text};
use crate::merkle::{self, Hash, Tree};
use crate::note::{Note, Notes, Origin};
use crate::personal::Openings;
use crate::report::{EpochFacts, Finding, Kind, Place};

/// How many findings are kept of an epoch; the rest is counted.
const MAX_FINDINGS: usize = 100;

/// A root that somebody says this epoch had at some size.
pub(crate) struct Mark {
    pub size: u64,
    pub root: Hash,
    pub by: By,
    /// Whether the entries have it; `None` if they end before.
    pub agrees: Option<bool>,
    /// When the last entry before it was recorded.
    pub until_ms: Option<i64>,
}

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The checkpoint from outside with this number.
    Outside(usize),
    /// The first entry of the next epoch, about the end of this one.
    Link,
    /// The checkpoint that the first entry of the next epoch holds.
    LastKnown,
}

/// What one pass found out.
pub(crate) struct Walk<'a> {
    keys: &'a Keys,
    /// The origin that the checkpoints of this epoch must have.
    origin: Option<Origin>,
    tree: Tree,
    pub facts: EpochFacts,
    pub findings: Vec<Finding>,
    /// The size up to which the last right checkpoint reaches.
    pub matched: u64,
    pub marks: Vec<Mark>,
    /// The size of the largest rightly signed checkpoint that is larger than the epoch.
    pub beyond: Option<u64>,
    /// What the first entry says of itself.
    says_synthetic: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(epoch: u32, origin: Option<Origin>, keys: &'a Keys, marks: Vec<Mark>) -> Self {
        Walk {
            keys,
            origin,
            tree: Tree::default(),
            facts: EpochFacts { epoch, ..EpochFacts::default() },
            findings: Vec::new(),
            matched: 0,
            marks,
            beyond: None,
            says_synthetic: false,
        }
    }

    pub(crate) fn run(&mut self, folder: &Folder, openings: &mut Openings) -> io::Result<()> {
        let mut entries = folder.entries(self.facts.epoch)?;
        let mut leaves = folder.leaves(self.facts.epoch)?;
        let mut heads = Heads { notes: folder.checkpoints(self.facts.epoch)?, next: None, number: 0 };
        self.facts.leaf_list = leaves.is_some();
        heads.advance(self)?;
        self.heads(&mut heads)?;
        while let Some(line) = entries.next()? {
            let index = self.tree.size();
            self.entry(index, &line, openings)?;
            let leaf = merkle::leaf(line.bytes);
            self.leaf(index, &leaf, &mut leaves)?;
            self.tree.push(leaf);
            self.heads(&mut heads)?;
        }
        self.facts.entries = self.tree.size();
        self.facts.root = self.tree.root();
        self.end(&mut heads, leaves, openings)
    }

    /// Notes that something is wrong. Of each kind the first is kept, and again the first behind a right
    /// checkpoint; what follows from it is counted.
    pub(crate) fn found(&mut self, kind: Kind, from: u64, to: Option<u64>, detail: String) {
        let room = self.findings.len() < MAX_FINDINGS;
        match self.findings.iter_mut().rev().find(|finding| finding.kind == kind) {
            Some(before) if !before.entries_vouched => before.further += 1,
            _ if room => {
                let place = Place { epoch: self.facts.epoch, from, to };
                self.findings.push(Finding { place, kind, detail, further: 0, entries_vouched: false });
            }
            _ => {}
        }
    }

    /// A place somewhere behind the last right checkpoint and before a size.
    fn found_before(&mut self, kind: Kind, size: u64, detail: String) {
        let last = size.saturating_sub(1);
        self.found(kind, self.matched.min(last), Some(last), detail);
    }

    fn entry(&mut self, index: u64, line: &Text<'_>, openings: &mut Openings) -> io::Result<()> {
        let read = if line.cut { None } else { Some(entry::read(line.bytes)) };
        let entry = match read {
            Some(Ok(entry)) => Some(entry),
            Some(Err(fault)) => {
                let detail = format!("the line is not an entry: {} at byte {}", fault.what, fault.at);
                self.found(Kind::Shape, index, Some(index), detail);
                None
            }
            None => {
                self.found(
                    Kind::Shape,
                    index,
                    Some(index),
                    "the line is longer than an entry may be".to_owned(),
                );
                None
            }
        };
        if let Some(entry) = &entry {
            self.position(index, entry);
            self.time(index, entry);
            self.facts.commitments += entry.commitments;
            if index == 0 {
                let values = entry.note("journal.open");
                self.says_synthetic =
                    values.is_some_and(|values| values.get("synthetic") == Some(&true.into()));
                self.synthetic();
            }
        }
        self.personal(index, entry.as_ref(), openings)
    }

    fn position(&mut self, index: u64, entry: &Line<'_>) {
        let epoch = self.facts.epoch;
        if (entry.epoch, entry.index) != (u64::from(epoch), index) {
            let detail = format!("here stands entry {} of epoch {}", entry.index, entry.epoch);
            self.found(Kind::Position, index, Some(index), detail);
        }
    }

    fn time(&mut self, index: u64, entry: &Line<'_>) {
        if self.facts.last_recorded_at_ms.is_some_and(|before| before > entry.recorded_at_ms) {
            let detail = "an entry was recorded earlier than the one before it".to_owned();
            self.found(Kind::Time, index.saturating_sub(1), Some(index), detail);
        }
        self.facts.last_recorded_at_ms = Some(entry.recorded_at_ms);
    }

    fn synthetic(&mut self) {
        if self.says_synthetic && self.origin.as_ref().is_some_and(|origin| !origin.synthetic) {
            let detail = "the journal says that it is synthetic, and its checkpoints do not".to_owned();
            self.found(Kind::Checkpoint, 0, Some(0), detail);
        }
    }

    fn leaf(
        &mut self,
        index: u64,
        leaf: &Hash,
        leaves: &mut Option<Lines<BufReader<File>>>,
    ) -> io::Result<()> {
        let Some(list) = leaves else { return Ok(()) };
        let mut digits = [0; 64];
        // 32 bytes fill 64 digits, so there is nothing that could fail.
        let _ = hex::encode_to_slice(leaf, &mut digits);
        match list.next()? {
            Some(line) if line.bytes == digits => {}
            Some(_) => {
                self.found(Kind::LeafList, index, Some(index), "the leaf list has another hash".to_owned());
            }
            None => {
                self.found(
                    Kind::LeafList,
                    index,
                    Some(index),
                    "the leaf list ends before this entry".to_owned(),
                );
                *leaves = None;
            }
        }
        Ok(())
    }

    fn personal(&mut self, index: u64, entry: Option<&Line<'_>>, openings: &mut Openings) -> io::Result<()> {
        let mut opened: Vec<Vec<u8>> = Vec::new();
        while let Some(opening) = openings.take_before(self.facts.epoch.into(), index + 1)? {
            let here = opening.epoch == u64::from(self.facts.epoch) && opening.index == index;
            let column = String::from_utf8_lossy(&opening.column).into_owned();
            let commitment = entry.filter(|_| here).and_then(|entry| entry.commitment(&opening.column));
            match commitment {
                Some(commitment) if commitment == opening.commitment.as_bytes() => {
                    if !opened.contains(&opening.column) {
                        opened.push(opening.column);
                    }
                }
                Some(_) => {
                    let detail = format!("the personal value {column} is not the one that was written down");
                    self.found(Kind::Personal, index, Some(index), detail);
                }
                None => {
                    let detail = format!("the personal value {column} belongs to no entry");
                    self.found(Kind::Personal, opening.index, Some(opening.index), detail);
                }
            }
        }
        self.facts.opened += opened.len() as u64;
        Ok(())
    }

    /// Compares every checkpoint and mark that is about the present size.
    fn heads(&mut self, heads: &mut Heads) -> io::Result<()> {
        let size = self.tree.size();
        while let Some(note) = heads.next.take_if(|note| note.size <= size) {
            if note.size < size {
                let detail = format!("checkpoint {} stands behind a larger one", heads.number);
                self.found_before(Kind::Checkpoint, note.size, detail);
            } else if note.root == self.tree.root() {
                self.right_checkpoint(size);
            } else {
                let detail = format!("checkpoint {} over {size} entries has another root", heads.number);
                self.found_before(Kind::Root, size, detail);
            }
            heads.advance(self)?;
        }
        let until_ms = self.facts.last_recorded_at_ms;
        let mut root = None;
        for mark in self.marks.iter_mut().filter(|mark| mark.size == size) {
            mark.agrees = Some(mark.root == *root.get_or_insert_with(|| self.tree.root()));
            mark.until_ms = until_ms;
        }
        Ok(())
    }

    fn right_checkpoint(&mut self, size: u64) {
        self.matched = size;
        if self.keys.is_empty() {
            return;
        }
        self.facts.checkpoints_good += 1;
        self.facts.vouched_size = size;
        self.facts.vouched_until_ms = self.facts.last_recorded_at_ms;
        for finding in &mut self.findings {
            finding.entries_vouched |= finding.place.to.is_some_and(|to| to < size);
        }
    }

    fn end(
        &mut self,
        heads: &mut Heads,
        leaves: Option<Lines<BufReader<File>>>,
        openings: &mut Openings,
    ) -> io::Result<()> {
        let entries = self.facts.entries;
        while let Some(note) = heads.next.take() {
            self.beyond = self.beyond.max(Some(note.size));
            heads.advance(self)?;
        }
        if let Some(mut list) = leaves
            && list.next()?.is_some()
        {
            let detail = "the leaf list goes on behind the last entry".to_owned();
            self.found(Kind::Missing, entries, Some(entries), detail);
        }
        self.personal(u64::MAX - 1, None, openings)
    }

    /// Whether a checkpoint is one, of this journal, and rightly signed, as far as can be told without its root.
    fn trusted(&mut self, note: Result<Note, &'static str>, number: u64) -> Option<Note> {
        let note = match note {
            Ok(note) => note,
            Err(what) => {
                self.found(
                    Kind::Checkpoint,
                    self.matched,
                    None,
                    format!("checkpoint {number} is not one: {what}"),
                );
                return None;
            }
        };
        if self.origin.as_ref().is_some_and(|origin| *origin != note.origin) {
            let detail = format!("checkpoint {number} is of another journal: {}", note.origin);
            self.found_before(Kind::Checkpoint, note.size, detail);
            return None;
        }
        let what = match self.keys.check(&note) {
            Signed::Good => return Some(note),
            Signed::NoKey if self.keys.is_empty() => return Some(note),
            Signed::Bad => "is not signed by the key that it names",
            Signed::Stranger | Signed::NoKey => "is signed by no key that is known",
        };
        let detail = format!("checkpoint {number} over {} entries {what}", note.size);
        self.found_before(Kind::Signature, note.size, detail);
        None
    }
}

/// The checkpoints of the epoch, one ahead.
struct Heads {
    notes: Option<Notes<BufReader<File>>>,
    next: Option<Note>,
    number: u64,
}

impl Heads {
    /// Goes on to the next checkpoint that can be trusted if its root is right.
    fn advance(&mut self, walk: &mut Walk<'_>) -> io::Result<()> {
        let Some(notes) = &mut self.notes else { return Ok(()) };
        while self.next.is_none() {
            let Some(note) = notes.next()? else { return Ok(()) };
            self.number += 1;
            walk.facts.checkpoints += 1;
            self.next = walk.trusted(note, self.number);
        }
        Ok(())
    }
}
