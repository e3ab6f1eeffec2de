//! Verifying the journal where it lives: every entry, the tree, the checkpoints, the links between epochs, the
//! personal values that are held. Integrity (nothing was changed) and completeness (how far somebody vouches for
//! it) are two answers. This check runs inside the program that writes the journal; `mainstay-verify` is the one
//! for outsiders and shares no code with it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use mainstay_core::{Error, ErrorKind, Result};
use mainstay_journal::{
    Commitment, Entry, EpochLink, Frontier, Json, Op, SignedCheckpoint, Tile, VerifyingKey, tree::Hash,
    tree::leaf_hash,
};
use mainstay_store::{
    Cell, Conn,
    head::Head,
    journal::{self, Epoch, RawPersonal},
};
use serde_json::json;

use super::{Ledger, keys_for, sinks};

/// Entries read at a time.
const CHUNK: u32 = 2000;

/// Findings that are kept; further ones are counted.
const MOST_FINDINGS: usize = 100;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The epoch.
    pub epoch: u32,
    /// The index in the epoch: of the entry, or the first that it can be.
    pub index: u64,
    /// The last that it can be; the same as `index` when the place is certain.
    pub to: u64,
    /// What is wrong.
    pub what: String,
}

/// What was found out about one epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EpochFacts {
    /// Number, from 1.
    pub epoch: u32,
    /// Entries.
    pub entries: u64,
    /// Root over them.
    pub root: Hash,
    /// Checkpoints kept in the database.
    pub checkpoints: u64,
    /// How many entries, from the first, a rightly signed checkpoint vouches for.
    pub vouched: u64,
    /// Entries that a later epoch declares lost.
    pub lost: u64,
}

/// What was found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The epochs, in order.
    pub epochs: Vec<EpochFacts>,
    /// What is wrong, the first that is certain first.
    pub findings: Vec<Finding>,
    /// Findings beyond those that are kept.
    pub further: u64,
    /// Checkpoints outside of the database that agree.
    pub outside: u64,
    /// Personal values that entries commit to.
    pub committed: u64,
    /// Those that are held and fit.
    pub held: u64,
    /// Those that were erased, as the entries about erasures say.
    pub erased: u64,
}

impl Report {
    /// True when nothing is wrong.
    pub fn intact(&self) -> bool {
        self.findings.is_empty()
    }

    /// True when every entry of every epoch is vouched for.
    pub fn complete(&self) -> bool {
        self.epochs.iter().all(|epoch| epoch.vouched == epoch.entries)
    }

    /// Entries of all epochs.
    pub fn entries(&self) -> u64 {
        self.epochs.iter().map(|epoch| epoch.entries).sum()
    }

    fn found(&mut self, epoch: u32, index: u64, what: impl Into<String>) {
        self.found_among(epoch, index, index, what);
    }

    fn found_among(&mut self, epoch: u32, index: u64, to: u64, what: impl Into<String>) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { epoch, index, to, what: what.into() });
        } else {
            self.further += 1;
        }
    }

    /// The facts as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        let epochs: Vec<_> = self
            .epochs
            .iter()
            .map(|epoch| {
                json!({"epoch": epoch.epoch, "entries": epoch.entries, "root": hex::encode(epoch.root),
                       "checkpoints": epoch.checkpoints, "vouched": epoch.vouched, "declared_lost": epoch.lost})
            })
            .collect();
        let findings: Vec<_> = self
            .findings
            .iter()
            .map(|finding| json!({"epoch": finding.epoch, "index": finding.index, "to": finding.to, "what": finding.what}))
            .collect();
        json!({
            "integrity": {"ok": self.intact(), "findings": findings, "further": self.further},
            "completeness": {"ok": self.complete(), "epochs": epochs, "outside_checkpoints": self.outside},
            "personal": {"committed": self.committed, "held": self.held, "erased": self.erased},
        })
    }
}

/// A checkpoint from outside of the database.
struct Outside {
    place: PathBuf,
    checkpoint: SignedCheckpoint,
}

impl Ledger {
    /// Verifies the whole journal in one snapshot, with the checkpoints in the folders and in the files `known`.
    /// `seen` is told how many entries were read.
    ///
    /// # Errors
    /// Unavailable; bad input for a file in `known` that holds no checkpoint.
    pub fn verify(&self, known: &[PathBuf], seen: &mut dyn FnMut(u64)) -> Result<Report> {
        let mut outside = Vec::new();
        for folder in self.checkpoint_folders() {
            for (place, checkpoint) in sinks::read(&folder)? {
                outside.push(Outside { place, checkpoint });
            }
        }
        for place in known {
            let checkpoint = super::checkpoint::from_file(place)?;
            outside.push(Outside { place: place.clone(), checkpoint });
        }
        self.snapshot(|conn| {
            let keys = self.public_keys(conn)?;
            verify(conn, &keys, outside, seen)
        })
    }
}

/// Verifies the journal behind a connection, without checkpoints from outside.
///
/// # Errors
/// Unavailable.
pub fn verify_database(
    conn: &mut dyn Conn,
    keys: &[VerifyingKey],
    seen: &mut dyn FnMut(u64),
) -> Result<Report> {
    verify(conn, keys, Vec::new(), seen)
}

fn verify(
    conn: &mut dyn Conn,
    keys: &[VerifyingKey],
    outside: Vec<Outside>,
    seen: &mut dyn FnMut(u64),
) -> Result<Report> {
    let mut report = Report::default();
    let epochs = journal::epochs(conn)?;
    let head = match Head::load(conn, false) {
        Ok(head) => Some(head),
        Err(error) if *error.kind() == ErrorKind::Bug => {
            report.found(epochs.last().map_or(1, |epoch| epoch.epoch), 0, "the head row is damaged");
            None
        }
        Err(error) => return Err(error),
    };
    if epochs.is_empty() {
        report.found(1, 0, "the database names no epoch");
    }
    let mut last_ms = i64::MIN;
    let mut previous: Option<(Epoch, EpochFacts)> = None;
    let mut beyond = Vec::new();
    for (at, epoch) in epochs.iter().enumerate() {
        let end = epochs.get(at + 1).map(|next| next.first_position);
        let mut walk = Walk::new(conn, keys, epoch, &outside, last_ms)?;
        walk.number(at, &mut report);
        walk.run(conn, end, &mut report, seen)?;
        last_ms = walk.last_ms;
        if let Some(end) = end.filter(|end| *end != epoch.first_position + walk.frontier.size()) {
            let entries = walk.frontier.size();
            report.found(epoch.epoch, entries, format!("the next epoch begins at position {end}"));
        }
        if let Some((before, facts)) = &mut previous {
            walk.link(before, facts, &mut report);
            let facts = facts.clone();
            report.epochs.push(facts);
        }
        if end.is_none() {
            walk.head(head.as_ref(), epoch, &mut report);
        }
        let (facts, ahead) = walk.end(conn, &mut report)?;
        beyond.push(ahead);
        previous = Some((epoch.clone(), facts));
    }
    report.epochs.extend(previous.map(|(_, facts)| facts));
    for (facts, ahead) in report.epochs.clone().iter().zip(beyond) {
        // What a later epoch declares lost is no change.
        let Some((size, place)) = ahead.filter(|(size, _)| *size > facts.entries + facts.lost) else {
            continue;
        };
        let what = format!("{place} vouches for {size} entries; {} are here", facts.entries);
        report.found(facts.epoch, facts.entries, what);
    }
    compare_outside(&outside, &epochs, keys, &mut report);
    let missing = report.committed.saturating_sub(report.held);
    if missing != report.erased {
        let what = format!(
            "{missing} personal values are not held, and the entries about erasures account for {}",
            report.erased
        );
        let last = report.epochs.last().cloned().unwrap_or_default();
        report.found_among(last.epoch, 0, last.entries, what);
    }
    // The change that ends first is the first that is certain; of two, the narrower place says more.
    report.findings.sort_by_key(|finding| (finding.epoch, finding.to, std::cmp::Reverse(finding.index)));
    Ok(report)
}

/// One pass over an epoch.
struct Walk {
    epoch: u32,
    first_position: u64,
    frontier: Frontier,
    last_ms: i64,
    link: Option<EpochLink>,
    /// Roots that checkpoints name, by size: who says so, the root.
    wanted: BTreeMap<u64, Vec<(String, Hash)>>,
    checkpoints: u64,
    vouched: u64,
    tiles: Vec<Tile>,
}

impl Walk {
    fn new(
        conn: &mut dyn Conn,
        keys: &[VerifyingKey],
        epoch: &Epoch,
        outside: &[Outside],
        last_ms: i64,
    ) -> Result<Self> {
        let keys = keys_for(keys, &epoch.origin);
        let mut wanted: BTreeMap<u64, Vec<(String, Hash)>> = BTreeMap::new();
        let mut bad: Vec<(String, Hash)> = Vec::new();
        let kept = journal::checkpoints(conn, epoch.epoch)?;
        let checkpoints = kept.len() as u64;
        for (size, text) in kept {
            let place = format!("the checkpoint over {size} entries");
            match SignedCheckpoint::parse(&text) {
                Ok(signed)
                    if signed.checkpoint().size == size
                        && signed.checkpoint().origin.to_string() == epoch.origin
                        && signed.verify(&keys).is_ok() =>
                {
                    wanted.entry(size).or_default().push((place, signed.checkpoint().root));
                }
                _ => bad.push((place, [0; 32])),
            }
        }
        for Outside { place, checkpoint } in outside {
            let head = checkpoint.checkpoint();
            if head.origin.to_string() == epoch.origin && checkpoint.verify(&keys).is_ok() {
                wanted.entry(head.size).or_default().push((place.display().to_string(), head.root));
            }
        }
        // A checkpoint that is none is named with the others, at the beginning.
        wanted.entry(u64::MAX).or_default().extend(bad);
        Ok(Self {
            epoch: epoch.epoch,
            first_position: epoch.first_position,
            frontier: Frontier::new(),
            last_ms,
            link: None,
            wanted,
            checkpoints,
            vouched: 0,
            tiles: Vec::new(),
        })
    }

    fn number(&mut self, at: usize, report: &mut Report) {
        if self.epoch as usize != at + 1 {
            report.found(self.epoch, 0, format!("epoch {} stands at place {}", self.epoch, at + 1));
        }
        for (place, _) in self.wanted.remove(&u64::MAX).unwrap_or_default() {
            report.found(self.epoch, 0, format!("{place} is not one, or not signed by a known key"));
        }
    }

    fn run(
        &mut self,
        conn: &mut dyn Conn,
        end: Option<u64>,
        report: &mut Report,
        seen: &mut dyn FnMut(u64),
    ) -> Result<()> {
        loop {
            let from = self.first_position + self.frontier.size();
            let rows = raw_entries(conn, from, end.unwrap_or(i64::MAX as u64))?;
            let Some(last) = rows.last().map(|row| row.position) else { break };
            let mut held = journal::raw_personal_between(conn, from, last + 1)?.into_iter().peekable();
            for row in rows {
                let expected = self.first_position + self.frontier.size();
                if row.position != expected {
                    let index = self.frontier.size();
                    report.found(self.epoch, index, format!("the entry at position {expected} is missing"));
                    // Nothing behind a gap can be told from its place in the tree.
                    return Ok(());
                }
                let mut personal = Vec::new();
                while let Some(value) = held.next_if(|value| value.position <= row.position) {
                    personal.push(value);
                }
                self.entry(&row, &personal, report);
            }
            self.check_tiles(conn, report)?;
            seen(self.first_position + self.frontier.size());
        }
        Ok(())
    }

    fn entry(&mut self, row: &RawEntry, personal: &[RawPersonal], report: &mut Report) {
        let index = self.frontier.size();
        let epoch = self.epoch;
        let leaf = leaf_hash(&row.body);
        if row.leaf != leaf {
            report.found(epoch, index, "the bytes are not those whose hash stands beside them");
        }
        match Entry::decode(&row.body) {
            Err(error) => report.found(epoch, index, format!("the bytes are no entry: {error}")),
            Ok(entry) => {
                if (entry.epoch, entry.index) != (epoch, index) {
                    let what = format!("here stands entry {} of epoch {}", entry.index, entry.epoch);
                    report.found(epoch, index, what);
                }
                if entry.recorded_at_ms < self.last_ms {
                    report.found(epoch, index, "it was recorded before the entry that stands before it");
                }
                let beside = row.record.map(|id| id.to_string());
                if beside != entry.record || row.recorded_at_ms != entry.recorded_at_ms {
                    report.found(epoch, index, "the columns beside the bytes say something else");
                }
                self.last_ms = self.last_ms.max(entry.recorded_at_ms);
                if index == 0 {
                    self.link = EpochLink::from_entry(&entry);
                }
                self.personal(index, &entry, personal, report);
            }
        }
        self.tiles.extend(self.frontier.append(leaf));
        self.compare(report);
    }

    fn personal(&self, index: u64, entry: &Entry, personal: &[RawPersonal], report: &mut Report) {
        report.committed += entry.personal.len() as u64;
        if entry.op == Op::Note && entry.command == "person.erase" {
            let erased = entry.values.get("erased_values").and_then(Json::as_int).unwrap_or_default();
            report.erased += u64::try_from(erased).unwrap_or_default();
        }
        for value in personal {
            let fits = entry.personal.get(&value.name).is_some_and(|commitment| opens(value, commitment));
            if fits {
                report.held += 1;
            } else {
                let what = format!("the personal value {} is not the one that was written down", value.name);
                report.found(self.epoch, index, what);
            }
        }
    }

    /// Compares the root with the checkpoints of this size.
    fn compare(&mut self, report: &mut Report) {
        let size = self.frontier.size();
        let Some(here) = self.wanted.remove(&size) else { return };
        let root = self.frontier.root();
        for (place, wanted) in here {
            if wanted == root {
                self.vouched = size;
            } else {
                let what = format!("{place} names another root: the entries before it were changed");
                let last = size.saturating_sub(1);
                report.found_among(self.epoch, self.vouched.min(last), last, what);
            }
        }
    }

    fn check_tiles(&mut self, conn: &mut dyn Conn, report: &mut Report) -> Result<()> {
        let sql = conn
            .dialect()
            .sql("select hash from journal_tile where epoch = ?1 and level = ?2 and number = ?3");
        for tile in std::mem::take(&mut self.tiles) {
            let place = [i64::from(self.epoch).into(), i64::from(tile.level).into(), tile.index.into()];
            let row = conn.first(&sql, &place, &[Cell::Bytes])?;
            if row.and_then(|row| row[0].as_bytes().map(<[u8]>::to_vec)).as_deref() != Some(&tile.root) {
                let what = format!("the kept root of tile {} of level {} is another", tile.index, tile.level);
                let first = tile.index << tile.level;
                report.found_among(self.epoch, first, first + (1 << tile.level) - 1, what);
            }
        }
        Ok(())
    }

    /// Whether the first entry says rightly where the epoch before ended.
    fn link(&self, before: &Epoch, facts: &mut EpochFacts, report: &mut Report) {
        let Some(link) = &self.link else {
            report.found(self.epoch, 0, "the first entry does not say where the epoch before ended");
            return;
        };
        facts.lost = link.lost_entries.unwrap_or_default();
        if link.previous_origin.to_string() != before.origin
            || link.previous_size != facts.entries
            || link.previous_root != facts.root
        {
            report.found(self.epoch, 0, "the first entry says that the epoch before ended elsewhere");
        } else if self.vouched > 0 {
            // What this epoch is vouched for holds the root of the one before.
            facts.vouched = facts.entries;
        }
    }

    fn head(&self, head: Option<&Head>, epoch: &Epoch, report: &mut Report) {
        let Some(head) = head else { return };
        let entries = self.frontier.size();
        if head.epoch != epoch.epoch || head.first_position != epoch.first_position {
            report.found(epoch.epoch, entries, "the head row is of another epoch");
        } else if head.frontier.size() != entries {
            let what = format!("the head row counts {} entries; {entries} are here", head.frontier.size());
            report.found(epoch.epoch, entries.min(head.frontier.size()), what);
        } else if head.frontier != self.frontier {
            let what = "the head row names another root: an entry behind the last checkpoint was changed";
            let last = entries.saturating_sub(1);
            report.found_among(epoch.epoch, self.vouched.min(last), last, what);
        } else if head.recorded_at_ms < self.last_ms {
            report.found(epoch.epoch, entries, "the head row names an earlier time than the last entry");
        }
    }

    /// The facts, and the largest checkpoint that is ahead of the entries.
    fn end(mut self, conn: &mut dyn Conn, report: &mut Report) -> Result<(EpochFacts, Option<Ahead>)> {
        let entries = self.frontier.size();
        let ahead = self.wanted.pop_last().map(|(size, places)| {
            (size, places.into_iter().next().map_or_else(String::new, |(place, _)| place))
        });
        let sql = conn.dialect().sql("select count(*) from journal_tile where epoch = ?1 and level = 8");
        let row = conn.first(&sql, &[i64::from(self.epoch).into()], &[Cell::Int])?;
        let tiles = row.and_then(|row| row[0].as_int()).unwrap_or_default();
        if u64::try_from(tiles).ok() != Some(entries >> 8) {
            report.found(self.epoch, entries, format!("{tiles} tiles are kept for {entries} entries"));
        }
        let facts = EpochFacts {
            epoch: self.epoch,
            entries,
            root: self.frontier.root(),
            checkpoints: self.checkpoints,
            vouched: self.vouched,
            lost: 0,
        };
        Ok((facts, ahead))
    }
}

/// A checkpoint over more entries than there are: its size, and where it stands.
type Ahead = (u64, String);

fn opens(value: &RawPersonal, commitment: &Commitment) -> bool {
    let Ok(salt) = <[u8; 32]>::try_from(value.salt.as_slice()) else { return false };
    Json::decode(value.content.as_bytes()).is_ok_and(|content| Commitment::of(&salt, &content) == *commitment)
}

/// Checkpoints outside that no epoch here can answer, and those that agree.
fn compare_outside(outside: &[Outside], epochs: &[Epoch], keys: &[VerifyingKey], report: &mut Report) {
    for Outside { place, checkpoint } in outside {
        let head = checkpoint.checkpoint();
        let origin = head.origin.to_string();
        let facts = report.epochs.iter().find(|facts| facts.epoch == head.origin.epoch());
        let here = epochs.iter().any(|epoch| epoch.origin == origin);
        let signed = checkpoint.verify(&keys_for(keys, &origin)).is_ok();
        match facts {
            Some(facts) if here && signed => report.outside += u64::from(head.size <= facts.entries),
            _ => {
                let what = format!("{} vouches for another journal: {origin}", shown(place));
                let what = if here && !signed {
                    format!("{} is not signed by a known key", shown(place))
                } else {
                    what
                };
                let epoch = epochs.last().map_or(1, |epoch| epoch.epoch);
                report.found(epoch, 0, what);
            }
        }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

struct RawEntry {
    position: u64,
    record: Option<uuid::Uuid>,
    recorded_at_ms: i64,
    leaf: Vec<u8>,
    body: Vec<u8>,
}

fn raw_entries(conn: &mut dyn Conn, from: u64, end: u64) -> Result<Vec<RawEntry>> {
    let sql = conn.dialect().sql(
        "select position, record, recorded_at_ms, leaf, body from journal_entry \
         where position >= ?1 and position < ?2 order by position limit ?3",
    );
    let params = [from.into(), end.into(), i64::from(CHUNK).into()];
    let cells = [Cell::Int, Cell::Id, Cell::Int, Cell::Bytes, Cell::Bytes];
    let bytes = |value: &mainstay_core::Value| value.as_bytes().unwrap_or_default().to_vec();
    conn.query(&sql, &params, &cells)?
        .iter()
        .map(|row| {
            let position = row[0].as_int().and_then(|at| u64::try_from(at).ok());
            Ok(RawEntry {
                position: position.ok_or_else(|| Error::bug("a journal position is negative"))?,
                record: row[1].as_id(),
                recorded_at_ms: row[2].as_int().unwrap_or_default(),
                leaf: bytes(&row[3]),
                body: bytes(&row[4]),
            })
        })
        .collect()
}
