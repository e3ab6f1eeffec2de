//! The report in a few calm lines for people. The last line is the verdict.

use std::fmt::{self, Display};

use crate::instant::rfc3339;
use crate::keys::KeySource;
use crate::known::Outcome;
use crate::report::{Place, Report, Verdict};

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) if to == self.from => write!(f, "entry {} of epoch {}", self.from, self.epoch),
            Some(to) => write!(f, "entries {} to {to} of epoch {}", self.from, self.epoch),
            None => write!(f, "entry {} of epoch {} or behind it", self.from, self.epoch),
        }
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Consistent => f.write_str("consistent"),
            Verdict::Tampered(place) if place.to == Some(place.from) => {
                write!(f, "tampered, first at {place}")
            }
            Verdict::Tampered(place) => write!(f, "tampered, first among {place}"),
            Verdict::Fork => f.write_str("fork: history was rewritten"),
            Verdict::Rollback => f.write_str("rollback: a copy that ends earlier"),
            Verdict::DeclaredRestore { epoch, lost } => {
                write!(f, "declared restore: epoch {epoch} says {lost} {} lost", entries_were(*lost))
            }
            Verdict::CannotVerify(why) => write!(f, "cannot verify: {why}"),
        }
    }
}

fn entries_were(count: u64) -> &'static str {
    if count == 1 { "entry was" } else { "entries were" }
}

impl Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Agrees => f.write_str("agrees"),
            Outcome::Fork => f.write_str("vouches for another history"),
            Outcome::Rollback => f.write_str("is ahead of this copy"),
            Outcome::DeclaredRestore { epoch, lost } => {
                write!(f, "is ahead of this copy; epoch {epoch} declares {lost} lost")
            }
            Outcome::Unusable(why) => f.write_str(why),
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries: u64 = self.epochs.iter().map(|epoch| epoch.entries).sum();
        let instance = self.instance.as_deref().unwrap_or("of unknown origin");
        let synthetic = if self.synthetic { ", synthetic: made by replay or simulation" } else { "" };
        writeln!(
            f,
            "Journal       {instance}, {} epoch(s), {entries} entries{synthetic}",
            self.epochs.len()
        )?;
        self.integrity(f)?;
        self.completeness(f)?;
        let commitments: u64 = self.epochs.iter().map(|epoch| epoch.commitments).sum();
        let opened: u64 = self.epochs.iter().map(|epoch| epoch.opened).sum();
        if commitments > 0 {
            let missing = commitments - opened;
            writeln!(
                f,
                "Personal      {opened} of {commitments} values opened, {missing} erased or not exported"
            )?;
        }
        for known in &self.known {
            writeln!(f, "Outside       {} over {} entries: {}", known.file, known.size, known.outcome)?;
        }
        for obstacle in &self.obstacles {
            writeln!(f, "Obstacle      {obstacle}")?;
        }
        writeln!(f, "Verdict: {}", self.verdict())
    }
}

impl Report {
    fn integrity(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checkpoints: u64 = self.epochs.iter().map(|epoch| epoch.checkpoints).sum();
        let good: u64 = self.epochs.iter().map(|epoch| epoch.checkpoints_good).sum();
        let change = if self.findings.is_empty() { "the folder agrees with itself" } else { "changed" };
        write!(f, "Integrity     {change}; {good} of {checkpoints} checkpoints are right")?;
        match &self.keys {
            None => writeln!(f, "; no key")?,
            Some((KeySource::Given, _)) => writeln!(f, ", by the key that was given")?,
            Some((KeySource::Folder, _)) => {
                writeln!(f, ", by the key in the folder itself (compare it, or use --key)")?
            }
        }
        for finding in &self.findings {
            let vouched =
                if finding.entries_vouched { "; a later checkpoint vouches for the entries" } else { "" };
            let further =
                if finding.further > 0 { format!("; {} more", finding.further) } else { String::new() };
            writeln!(f, "              {}: {}{vouched}{further}", finding.place, finding.detail)?;
        }
        Ok(())
    }

    fn completeness(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, epoch) in self.epochs.iter().enumerate() {
            let title = if position == 0 { "Completeness " } else { "             " };
            write!(
                f,
                "{title} epoch {}: vouched for {} of {} entries",
                epoch.epoch, epoch.vouched_size, epoch.entries
            )?;
            if let Some(until) = epoch.vouched_until_ms {
                write!(f, ", until {}", rfc3339(until))?;
            }
            if epoch.entries > epoch.vouched_size {
                write!(f, "; the rest is not yet vouched for")?;
            }
            if epoch.declared_lost > 0 {
                write!(f, "; {} declared lost by a restore", epoch.declared_lost)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
