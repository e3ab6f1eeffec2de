//! Typed record ids, and the one source of ids and salts of an act.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The id of a record of kind `K`. The nil id means *none given* and is stored as NULL.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// The id with this UUID.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// No record.
    pub const fn none() -> Self {
        Self(Uuid::nil(), PhantomData)
    }

    /// True when no record is named.
    pub fn is_none(&self) -> bool {
        self.0.is_nil()
    }

    /// True when a record is named.
    pub fn is_some(&self) -> bool {
        !self.0.is_nil()
    }

    /// The bare UUID.
    pub const fn uuid(&self) -> Uuid {
        self.0
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> Default for Id<K> {
    fn default() -> Self {
        Self::none()
    }
}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A salt of a commitment: 32 random bytes.
pub type Salt = [u8; 32];

/// The ids and salts of one act, all derived from one seed of 32 bytes.
///
/// A living system draws a fresh random seed for each act; replay and simulation derive it from a run
/// seed and the number of the command, so the same commands give the same ids on any number of threads.
#[derive(Clone)]
pub struct Ids {
    seed: [u8; 32],
    drawn: u64,
}

impl Ids {
    /// Ids from a seed that is used for this act only.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, drawn: 0 }
    }

    /// Ids of the `number`th command of a run with `run_seed`.
    pub fn of_run(run_seed: &str, number: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"mainstay run seed\n");
        hash.update(run_seed.as_bytes());
        hash.update(number.to_be_bytes());
        Self::new(hash.finalize().into())
    }

    /// The next 32 bytes.
    pub fn salt(&mut self) -> Salt {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.drawn.to_be_bytes());
        self.drawn += 1;
        hash.finalize().into()
    }

    /// A new UUID (version 7) whose time part is `now`.
    pub fn uuid(&mut self, now: Timestamp) -> Uuid {
        let bytes = self.salt();
        let mut random = [0u8; 10];
        random.copy_from_slice(&bytes[..10]);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The seed makes the salts: it must not reach a log.
        write!(f, "Ids {{ drawn: {} }}", self.drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_gives_others() {
        let now: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let ids = |seed: &str, n| {
            let mut ids = Ids::of_run(seed, n);
            (ids.uuid(now), ids.uuid(now), ids.salt())
        };
        assert_eq!(ids("a", 1), ids("a", 1));
        assert_ne!(ids("a", 1), ids("a", 2));
        assert_ne!(ids("a", 1), ids("b", 1));
        let (first, second, _) = ids("a", 1);
        assert_ne!(first, second);
        assert_eq!(first.get_version_num(), 7);
    }

    #[test]
    fn ids_never_print_their_seed() {
        assert_eq!(format!("{:?}", Ids::new([7; 32])), "Ids { drawn: 0 }");
    }
}
