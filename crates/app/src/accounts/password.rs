//! Passwords: which are good enough, how they are kept (argon2id, R-01), and how many are checked at a time.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use mainstay_core::{Error, ErrorKind, Result};

use super::Secret;

/// Memory of one check, KiB: the least that is allowed with two passes.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Fewest characters of a password without a second factor.
pub const FEWEST_CHARACTERS: usize = 15;
/// From here on length alone makes a password hard to guess.
const LONG_ENOUGH: usize = 64;
/// Most bytes that are taken, so that nobody makes us hash a novel.
const MOST_BYTES: usize = 4096;
/// Checks that may wait for their turn.
const MOST_WAITING: usize = 16;
/// Words of the product that say nothing about a person's secret.
const PRODUCT_WORDS: &[&str] = &["mainstay", "service desk", "servicedesk", "incident", "iso20000"];

/// Says whether a password may be set: long, not common, not made of the person's own words. No rule about
/// kinds of characters, nothing is cut off.
///
/// # Errors
/// Invalid field `password`, with what would be right.
pub fn check_strength(password: &Secret, own_words: &[&str]) -> Result<()> {
    let text = password.expose();
    let characters = text.chars().count();
    if characters < FEWEST_CHARACTERS {
        return Err(Error::field(
            "password",
            format!(
                "has {characters} characters; take at least {FEWEST_CHARACTERS}, a short sentence for example"
            ),
        ));
    }
    if text.len() > MOST_BYTES {
        return Err(Error::field("password", format!("is longer than {MOST_BYTES} bytes")));
    }
    let words: Vec<&str> =
        PRODUCT_WORDS.iter().chain(own_words).copied().filter(|word| !word.is_empty()).collect();
    if characters < LONG_ENOUGH && zxcvbn::zxcvbn(text, &words).score() < zxcvbn::Score::Three {
        return Err(Error::field(
            "password",
            "is easy to guess: it is common, or made of a name, a pattern or a word; take several words that do not belong together",
        ));
    }
    Ok(())
}

/// The machinery that hashes: a bounded number of checks at a time, a bounded queue, so that sign-ins never take the
/// machine.
pub struct Passwords {
    running: Mutex<Load>,
    ended: Condvar,
    most_running: usize,
    /// A hash of nobody's password, against which unknown names are checked, so that they take as long.
    nobody: OnceLock<String>,
}

#[derive(Default)]
struct Load {
    running: usize,
    waiting: usize,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// As many checks at a time as there are cores.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let nobody = OnceLock::new();
        Self { running: Mutex::default(), ended: Condvar::new(), most_running: cores, nobody }
    }

    /// The hash to keep.
    ///
    /// # Errors
    /// Too many when the queue is full.
    pub fn hash(&self, password: &Secret) -> Result<String> {
        self.in_turn(|| hash_now(password))
    }

    /// Whether the password belongs to the hash; `None` stands for somebody who has none.
    ///
    /// # Errors
    /// Too many when the queue is full.
    pub fn verify(&self, password: &Secret, hash: Option<&str>) -> Result<bool> {
        self.in_turn(|| {
            if password.expose().len() > MOST_BYTES {
                return Ok(false);
            }
            let stored = PasswordHash::new(hash.map_or_else(|| self.nobody(), Ok)?)
                .map_err(|error| Error::bug("a stored password hash cannot be read").caused_by(error))?;
            let right = hasher()?.verify_password(password.expose().as_bytes(), &stored).is_ok();
            Ok(right && hash.is_some())
        })
    }

    fn nobody(&self) -> Result<&str> {
        if let Some(hash) = self.nobody.get() {
            return Ok(hash);
        }
        let hash = hash_now(&Secret::fresh("")?)?;
        Ok(self.nobody.get_or_init(|| hash))
    }

    fn in_turn<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let mut load = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if load.running >= self.most_running && load.waiting >= MOST_WAITING {
            return Err(Error::new(ErrorKind::TooMany, "too many people sign in at this moment")
                .hint("Try again in a few seconds.")
                .retry_after(2));
        }
        load.waiting += 1;
        while load.running >= self.most_running {
            load = self.ended.wait(load).unwrap_or_else(PoisonError::into_inner);
        }
        load.waiting -= 1;
        load.running += 1;
        drop(load);
        let turn = Turn(self);
        let result = work();
        drop(turn);
        result
    }
}

/// Gives the turn back, also when the work panics.
struct Turn<'a>(&'a Passwords);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner).running -= 1;
        self.0.ended.notify_one();
    }
}

/// Whether a hash was made with less than is asked for today, so that it is made anew at the next sign-in.
pub fn is_weak(hash: &str) -> bool {
    let Ok(stored) = PasswordHash::new(hash) else { return true };
    let Ok(params) = Params::try_from(&stored) else { return true };
    params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None)
        .map_err(|error| Error::bug("the password parameters are wrong").caused_by(error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &Secret) -> Result<String> {
    let hash = hasher()?
        .hash_password(password.expose().as_bytes())
        .map_err(|error| Error::unavailable("a password cannot be hashed", error))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        check_strength(&Secret::new(password), &["Ann Lee", "ann@example.org"]).is_err()
    }

    #[test]
    fn r02_short_common_and_obvious_passwords_are_refused_and_long_ones_taken_whole() {
        assert!(refused("x7#Kq9!mZw2&pL"), "14 characters");
        for obvious in [
            "Password12345678",
            "mainstaymainstay",
            "qwertyuiopasdfgh",
            "aaaaaaaaaaaaaaaa",
            "ann@example.org1",
        ] {
            assert!(refused(obvious), "{obvious}");
        }
        assert!(!refused("copper lantern walks sideways"));
        assert!(!refused(&"🦀".repeat(128)));
    }

    #[test]
    fn r01_hashes_are_argon2id_with_enough_memory_and_weaker_ones_are_known() {
        let passwords = Passwords::new();
        let tail = |end: &str| Secret::new(format!("{}{end}", "same first seventy-two bytes ".repeat(4)));
        let hash = passwords.hash(&tail("a")).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!is_weak(&hash));
        assert!(is_weak(
            "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
        ));
        assert!(passwords.verify(&tail("a"), Some(&hash)).unwrap());
        assert!(!passwords.verify(&tail("b"), Some(&hash)).unwrap(), "nothing is cut off");
        assert!(!passwords.verify(&tail("a"), None).unwrap(), "nobody has no password");
    }
}
