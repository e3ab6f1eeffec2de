//! What a power cut leaves of changes that were not flushed.

use crate::chance::Chance;
use crate::image::Moment;

/// A disk writes this many bytes at once; within them a power cut may leave a new beginning and an old end.
pub(crate) const SECTOR: usize = 512;

/// What happens at a cut to one change that was not flushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Torn,
    Lost,
}

/// How one power cut treats what was not flushed. Disks differ, so the seed picks the kind of disk first.
#[derive(Debug)]
pub(crate) struct Survival {
    kind: Kind,
    /// Whether space that was added to a file but not filled holds what somebody else left there.
    garbage: bool,
}

#[derive(Debug)]
enum Kind {
    /// Nothing was written in time.
    Nothing,
    /// Everything was, though nobody asked.
    Everything,
    /// In order, up to this change, which may be torn.
    UpTo(Moment),
    /// In any order: this many of eight sectors were.
    EachOfEight(u64),
}

impl Survival {
    /// The kind of disk that the chance picks, for changes that were not flushed at these moments (in order).
    pub(crate) fn by(chance: &mut Chance, moments: &[Moment]) -> Self {
        let kind = match chance.below(8) {
            0 => Kind::Nothing,
            1 => Kind::Everything,
            2 | 3 => {
                let pick = chance.below(moments.len() as u64) as usize;
                Kind::UpTo(moments.get(pick).copied().unwrap_or(0))
            }
            4 => Kind::EachOfEight(1),
            5 => Kind::EachOfEight(7),
            _ => Kind::EachOfEight(4),
        };
        Self { kind, garbage: chance.in_part(1, 2) }
    }

    /// Whether a change that is done or not done, but not in part, survives.
    pub(crate) fn keeps(&self, moment: Moment, chance: &mut Chance) -> bool {
        self.decide(moment, chance) != Fate::Lost
    }

    /// Brings what survives of a write into `content`, sector by sector.
    pub(crate) fn write(
        &self,
        content: &mut Vec<u8>,
        offset: usize,
        bytes: &[u8],
        moment: Moment,
        chance: &mut Chance,
    ) {
        for (offset, piece) in sectors(offset, bytes) {
            self.write_piece(content, offset, piece, moment, chance);
        }
    }

    fn decide(&self, moment: Moment, chance: &mut Chance) -> Fate {
        let any = |chance: &mut Chance| [Fate::Kept, Fate::Torn, Fate::Lost][chance.below(3) as usize];
        match self.kind {
            Kind::Nothing => Fate::Lost,
            Kind::Everything => Fate::Kept,
            Kind::UpTo(last) => match moment.cmp(&last) {
                std::cmp::Ordering::Less => Fate::Kept,
                std::cmp::Ordering::Equal => any(chance),
                std::cmp::Ordering::Greater => Fate::Lost,
            },
            Kind::EachOfEight(_) if chance.in_part(1, 10) => Fate::Torn,
            Kind::EachOfEight(kept) if chance.in_part(kept, 8) => Fate::Kept,
            Kind::EachOfEight(_) => Fate::Lost,
        }
    }

    /// The same for a piece within one sector.
    fn write_piece(
        &self,
        content: &mut Vec<u8>,
        offset: usize,
        piece: &[u8],
        moment: Moment,
        chance: &mut Chance,
    ) {
        let kept = match self.decide(moment, chance) {
            Fate::Kept => piece.len(),
            Fate::Torn => chance.below(piece.len() as u64) as usize,
            Fate::Lost => 0,
        };
        // The length of a file may have been written though its content was not.
        let end = if self.garbage && chance.in_part(1, 2) { offset + piece.len() } else { offset + kept };
        let length = content.len();
        if kept > 0 || self.garbage {
            content.resize(length.max(end), 0);
        }
        if self.garbage && length < content.len() {
            chance.fill(&mut content[length..]);
        }
        if kept > 0 {
            content[offset..offset + kept].copy_from_slice(&piece[..kept]);
        }
    }
}

/// A write cut at the borders of sectors.
fn sectors(offset: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let at = offset + start;
        let length = (SECTOR - at % SECTOR).min(rest.len());
        start += length;
        Some((at, &rest[..length]))
    })
}
