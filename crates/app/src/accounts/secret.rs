//! Secrets that are handed out once: session tokens, API tokens, one-time links, device marks. What is stored is
//! only their SHA-256, which is enough for 256 random bits.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use mainstay_core::Result;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::command::random;

/// A secret text. It shows itself only when asked in so many words.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A secret that somebody presents.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// 256 fresh random bits behind a prefix that says what they are.
    ///
    /// # Errors
    /// Unavailable when the system has no randomness.
    pub fn fresh(prefix: &str) -> Result<Self> {
        Ok(Self::new(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random()?))))
    }

    /// The text, to hand out or to hash.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn sha256(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed_and_never_the_same_twice() {
        let (one, other) = (Secret::fresh("mst_").unwrap(), Secret::fresh("mst_").unwrap());
        assert_ne!(one.expose(), other.expose());
        assert!(one.expose().starts_with("mst_") && one.expose().len() == 4 + 43);
        assert_eq!(format!("{one:?}"), "Secret(…)");
        assert_eq!(one.sha256().len(), 32);
    }
}
