//! The stage on which the parts of the story play: script, company, what was planted.

use mainstay_core::Instant;

use crate::{
    Size,
    chance::Chance,
    company::{Company, Person},
    defects::Defect,
    script::{Name, Script},
    teams::Desk,
};

const DAY: i64 = 86_400;

/// A defect that the story contains on purpose, before refs are known.
pub(crate) struct Seeded {
    pub(crate) defect: Defect,
    pub(crate) record: Name,
}

/// A configuration item as the story needs it.
pub(crate) struct Item {
    pub(crate) name: Name,
    pub(crate) service: usize,
    pub(crate) controlled: bool,
}

/// A change that was made.
pub(crate) struct Made {
    pub(crate) change: Name,
    pub(crate) service: usize,
    pub(crate) at: Instant,
}

/// A change that went wrong, and may have caused incidents.
pub(crate) struct Mishap {
    pub(crate) change: Name,
    pub(crate) service: usize,
    pub(crate) at: Instant,
}

/// A problem, and the time in which incidents of its fault belong to it.
pub(crate) struct Trouble {
    pub(crate) name: Name,
    /// Place of the fault in the table.
    pub(crate) fault: usize,
    pub(crate) opened: Instant,
    pub(crate) fixed: Instant,
    pub(crate) known_error: Option<(Name, Instant)>,
    /// Incidents of other faults of the same category are put down to it as well.
    pub(crate) is_broad: bool,
}

/// Everything that a part of the story may look at and add to.
pub(crate) struct Stage {
    pub(crate) script: Script,
    pub(crate) company: Company,
    pub(crate) seed: String,
    pub(crate) size: Size,
    pub(crate) planted: Vec<Seeded>,
    pub(crate) items: Vec<Item>,
    pub(crate) made: Vec<Made>,
    pub(crate) mishaps: Vec<Mishap>,
    pub(crate) troubles: Vec<Trouble>,
    pub(crate) request_models: Vec<Name>,
}

impl Stage {
    /// The numbers of one part.
    pub(crate) fn chance(&self, part: &str) -> Chance {
        Chance::of(&self.seed, part)
    }

    /// Notes a defect.
    pub(crate) fn plant(&mut self, defect: Defect, record: Name) {
        self.planted.push(Seeded { defect, record });
    }

    /// Whether a defect is still to be planted, at an instant so many days before the end, first and last.
    pub(crate) fn can_plant(&self, defect: Defect, at: Instant, days: (i64, i64)) -> bool {
        let before_the_end = self.company.until.as_second() - at.as_second();
        (days.1 * DAY..days.0 * DAY).contains(&before_the_end)
            && self.planted.iter().all(|seeded| seeded.defect != defect)
    }

    /// Somebody of a team, as a copy that outlives the next line of the script.
    pub(crate) fn agent(&self, desk: Desk, chance: &mut Chance) -> Person {
        self.company.agent(desk, chance).clone()
    }

    /// Two different persons of a team.
    pub(crate) fn two(&self, desk: Desk, chance: &mut Chance) -> (Person, Person) {
        let team = &self.company.agents[&desk];
        let one = usize::try_from(chance.below(team.len() as i64)).unwrap_or(0);
        let step = usize::try_from(chance.between(1, team.len() as i64 - 1)).unwrap_or(1);
        (team[one].clone(), team[(one + step) % team.len()].clone())
    }
}
