//! The name of a tree: which installation, which epoch, and whether its history happened.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::CheckpointError;

/// The origin line of a checkpoint: `mainstay/<instance>/<epoch>`, with `/synthetic` behind it if the journal
/// was made by replay or simulation and its recording times are those of a virtual clock.
///
/// An epoch has one tree, and a tree never shrinks, so no two checkpoints of one origin contradict each other
/// unless history was rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    instance: String,
    epoch: u32,
    synthetic: bool,
}

impl Origin {
    /// The origin of an epoch, counted from 1. The instance is 1 to 128 bytes without space, control character,
    /// `+` or `/`.
    pub fn new(instance: &str, epoch: u32, synthetic: bool) -> Result<Self, CheckpointError> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+' || c == '/';
        if instance.is_empty() || instance.len() > 128 || instance.contains(bad) || epoch == 0 {
            return Err(CheckpointError::Origin(format!("mainstay/{instance}/{epoch}")));
        }
        Ok(Origin { instance: instance.to_owned(), epoch, synthetic })
    }

    /// The name of the installation.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The epoch, from 1.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Whether the journal was made by replay or simulation.
    pub fn is_synthetic(&self) -> bool {
        self.synthetic
    }

    /// The origin of the epoch that a restore begins.
    pub fn next_epoch(&self) -> Result<Self, CheckpointError> {
        Origin::new(&self.instance, self.epoch.saturating_add(1), self.synthetic)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let synthetic = if self.synthetic { "/synthetic" } else { "" };
        write!(f, "mainstay/{}/{}{synthetic}", self.instance, self.epoch)
    }
}

impl FromStr for Origin {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let refused = || CheckpointError::Origin(text.to_owned());
        let (rest, synthetic) = match text.strip_suffix("/synthetic") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (instance, epoch) =
            rest.strip_prefix("mainstay/").and_then(|rest| rest.split_once('/')).ok_or_else(refused)?;
        let origin = Origin::new(instance, epoch.parse().map_err(|_| refused())?, synthetic)?;
        // Leading zeros and signs would be a second spelling of the same origin.
        if origin.to_string() == text { Ok(origin) } else { Err(refused()) }
    }
}
