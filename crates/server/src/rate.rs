//! How often somebody may ask: each token, each person and each address that nobody has signed in from has an
//! allowance for each sort of request, which fills up again steadily. Counted in memory, by each process for itself,
//! for a bounded number of askers; guessing of passwords is slowed down in another place, which survives a restart.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use mainstay_app::rights::{Credential, Principal};
use mainstay_core::{Error, ErrorKind, Instant, Result};
use uuid::Uuid;

/// Over how long an allowance fills up again, milliseconds.
const WINDOW_MS: i64 = 60_000;
/// Most askers that are remembered; who comes when there is no more room shares one allowance with all who do.
const MOST_ASKERS: usize = 20_000;

/// A sort of request, by what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Not counted: what is held in memory, and what monitoring asks.
    Free,
    /// Reads a record, a list, a page.
    Read,
    /// Looks through many records for words.
    Search,
    /// Changes something.
    Change,
    /// Brings a file.
    Upload,
    /// Takes a whole list, or reckons over everything.
    Export,
    /// Shows a password or a one-time link.
    Knock,
}

impl Sort {
    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Sort::Free => "free",
            Sort::Read => "read",
            Sort::Search => "search",
            Sort::Change => "change",
            Sort::Upload => "upload",
            Sort::Export => "export",
            Sort::Knock => "knock",
        }
    }
}

/// Requests a minute of each sort, for one asker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Of [`Sort::Read`].
    pub reads: u32,
    /// Of [`Sort::Search`].
    pub searches: u32,
    /// Of [`Sort::Change`].
    pub changes: u32,
    /// Of [`Sort::Upload`].
    pub uploads: u32,
    /// Of [`Sort::Export`].
    pub exports: u32,
    /// Of [`Sort::Knock`].
    pub knocks: u32,
}

impl Rates {
    /// No limits: for measuring, and for tests of something else.
    pub const UNLIMITED: Self = Self::all(u32::MAX);

    /// The same limit for each sort.
    pub const fn all(limit: u32) -> Self {
        Self { reads: limit, searches: limit, changes: limit, uploads: limit, exports: limit, knocks: limit }
    }

    const fn of(&self, sort: Sort) -> u32 {
        match sort {
            Sort::Free => u32::MAX,
            Sort::Read => self.reads,
            Sort::Search => self.searches,
            Sort::Change => self.changes,
            Sort::Upload => self.uploads,
            Sort::Export => self.exports,
            Sort::Knock => self.knocks,
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self { reads: 1200, searches: 240, changes: 300, uploads: 120, exports: 30, knocks: 60 }
    }
}

/// Who asks, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Asker {
    /// A program with this token.
    Token(Uuid),
    /// A person, in whichever of their sessions.
    Person(Uuid),
    /// Nobody that is known, from this address; IPv6 by its /64, of which one household has all.
    Address(IpAddr),
    /// All for whom there was no room, and all without an address.
    Others,
}

impl Asker {
    /// Who asks: the principal, else the address.
    pub fn of(who: Option<&Principal>, address: &str) -> Self {
        match (who.map(|who| (&who.credential, who.person)), address.parse::<IpAddr>()) {
            (Some((Credential::Token { id, .. }, _)), _) => Self::Token(*id),
            (Some((_, person)), _) => Self::Person(person),
            (None, Ok(IpAddr::V6(v6))) => {
                Self::Address(IpAddr::V6(std::net::Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))))
            }
            (None, Ok(v4)) => Self::Address(v4),
            (None, Err(_)) => Self::Others,
        }
    }
}

/// The counts: for each asker and sort, when its allowance is whole again, milliseconds since 1970.
#[derive(Debug, Default)]
pub struct Counts(Mutex<HashMap<(Asker, Sort), i64>>);

impl Counts {
    /// Takes one request out of the allowance.
    ///
    /// # Errors
    /// Too many, with the seconds after which one is there again.
    pub fn take(&self, rates: &Rates, asker: Asker, sort: Sort, now: Instant) -> Result<()> {
        let limit = rates.of(sort);
        if limit == u32::MAX {
            return Ok(());
        }
        let now = now.as_millisecond();
        let each = WINDOW_MS / i64::from(limit.max(1));
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST_ASKERS && !counts.contains_key(&(asker, sort)) {
            counts.retain(|_, whole_at| *whole_at > now);
        }
        let has_room = counts.len() < MOST_ASKERS || counts.contains_key(&(asker, sort));
        let key = (if has_room { asker } else { Asker::Others }, sort);
        let whole_at = counts.get(&key).copied().unwrap_or(now).max(now);
        // What is used up now stands as time until the allowance is whole again.
        let wait = whole_at + each - now - WINDOW_MS;
        if limit == 0 || wait > 0 {
            return Err(too_often(limit, sort, wait));
        }
        counts.insert(key, whole_at + each);
        Ok(())
    }
}

fn too_often(limit: u32, sort: Sort, wait_ms: i64) -> Error {
    let seconds = u32::try_from((wait_ms.max(1) + 999) / 1000).unwrap_or(u32::MAX);
    let what = match sort {
        Sort::Free | Sort::Read => "questions",
        Sort::Search => "searches",
        Sort::Change => "changes",
        Sort::Upload => "files",
        Sort::Export => "exports and reports",
        Sort::Knock => "sign-ins",
    };
    Error::new(ErrorKind::TooMany, format!("this is too often: at most {limit} {what} a minute are answered"))
        .hint(format!("Try again in {seconds} seconds."))
        .retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Instant {
        Instant::from_second(1_767_603_600 + second).unwrap()
    }

    fn nth(number: u128) -> Asker {
        Asker::Token(Uuid::from_u128(number))
    }

    #[test]
    fn r53_an_allowance_is_used_up_and_fills_again_steadily() {
        let (counts, rates) = (Counts::default(), Rates::all(6));
        let take = |second| counts.take(&rates, nth(1), Sort::Read, at(second));
        for _ in 0..6 {
            take(0).unwrap();
        }
        let refused = take(0).unwrap_err();
        assert_eq!(*refused.kind(), ErrorKind::TooMany);
        assert_eq!(refused.retry_after_seconds(), Some(10));
        assert!(refused.message().contains("at most 6 questions a minute"));
        assert!(take(9).is_err());
        take(10).unwrap();
        assert!(take(10).is_err());
        for _ in 0..6 {
            take(100).unwrap();
        }
        assert!(take(100).is_err());
    }

    #[test]
    fn r53_others_and_other_sorts_are_counted_for_themselves() {
        let (counts, rates) = (Counts::default(), Rates::all(1));
        counts.take(&rates, nth(1), Sort::Read, at(0)).unwrap();
        assert!(counts.take(&rates, nth(1), Sort::Read, at(0)).is_err());
        counts.take(&rates, nth(2), Sort::Read, at(0)).unwrap();
        counts.take(&rates, nth(1), Sort::Change, at(0)).unwrap();
        counts.take(&rates, nth(1), Sort::Free, at(0)).unwrap();
        counts.take(&rates, nth(1), Sort::Free, at(0)).unwrap();
    }

    #[test]
    fn r53_an_address_of_the_new_kind_is_its_household() {
        let of = |text| Asker::of(None, text);
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("nowhere"), Asker::Others);
    }

    #[test]
    fn r53_only_so_many_askers_are_remembered_and_the_rest_share() {
        let (counts, rates) = (Counts::default(), Rates::all(2));
        for number in 0..MOST_ASKERS as u128 {
            counts.take(&rates, nth(number), Sort::Read, at(0)).unwrap();
        }
        // There is no more room: two more have one allowance together.
        let more = |number: usize, second| counts.take(&rates, nth(number as u128), Sort::Read, at(second));
        more(MOST_ASKERS + 1, 0).unwrap();
        more(MOST_ASKERS + 2, 0).unwrap();
        assert!(more(MOST_ASKERS + 3, 0).is_err());
        assert!(counts.0.lock().unwrap().len() <= MOST_ASKERS + 1);
        // Who is known is not disturbed, and room comes with time.
        more(5, 0).unwrap();
        more(MOST_ASKERS + 3, 61).unwrap();
        assert!(counts.0.lock().unwrap().len() < 10);
    }

    #[test]
    fn a_limit_of_none_lets_nobody_in_and_no_limit_everybody() {
        let counts = Counts::default();
        assert!(counts.take(&Rates::all(0), nth(1), Sort::Read, at(0)).is_err());
        for _ in 0..5000 {
            counts.take(&Rates::UNLIMITED, nth(1), Sort::Read, at(0)).unwrap();
        }
    }
}
