//! A filled installation: filled now, or a copy of one that an earlier run has filled and kept.

use std::path::Path;
use std::time::Instant;

use mainstay_testkit::postgres::Server;
use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::product::{Known, Product};
use crate::subject::{Outcome, Subject as _};

/// What was seen while it was filled.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) filling_seconds: f64,
    pub(super) bytes_on_disk: u64,
    /// What its incidents have added to that.
    pub(super) bytes_of_tickets: u64,
    /// What its incidents have added to the journal.
    pub(super) journal_entries: u64,
}

/// See [the module](self).
pub(super) struct Filled {
    pub(super) product: Product,
    pub(super) facts: Facts,
}

/// What stands beside a kept installation.
const NOTES: &str = "filled.json";

impl Filled {
    /// An installation with so many incidents, in the folder and, with a server, in a database of its own.
    pub(super) fn with(tickets: u64, folder: &Path, server: Option<&Server>, plan: &Plan) -> Outcome<Self> {
        let kept = plan.stores.as_ref().filter(|_| server.is_none());
        let kept = kept.map(|stores| stores.join(format!("mainstay-{tickets}")));
        if let Some(kept) = kept.as_deref().filter(|kept| kept.join(NOTES).exists()) {
            eprintln!("{tickets} incidents are copied from {}", kept.display());
            copy(&kept.join("data"), &folder.join("data"))?;
            let (facts, known): (Facts, Known) = serde_json::from_slice(&std::fs::read(kept.join(NOTES))?)?;
            return Ok(Self { product: Product::reopen(folder, known)?, facts });
        }
        eprintln!("{tickets} incidents are being filled in");
        let begun = Instant::now();
        let product = Product::open(folder, server)?;
        // Closing copies the log into the file, so that it is not counted.
        product.restart()?;
        let (bytes_before, entries_before) = (product.bytes_on_disk()?, product.entries()?);
        product.seed(tickets)?;
        product.announce_all()?;
        let filling_seconds = begun.elapsed().as_secs_f64();
        let journal_entries = product.entries()? - entries_before;
        product.restart()?;
        let bytes_on_disk = product.bytes_on_disk()?;
        let bytes_of_tickets = bytes_on_disk.saturating_sub(bytes_before);
        let facts = Facts { filling_seconds, bytes_on_disk, bytes_of_tickets, journal_entries };
        if let Some(kept) = kept {
            product.close()?;
            copy(&folder.join("data"), &kept.join("data"))?;
            std::fs::write(kept.join(NOTES), serde_json::to_vec(&(&facts, &product.known))?)?;
            product.restart()?;
        }
        Ok(Self { product, facts })
    }
}

fn copy(from: &Path, to: &Path) -> Outcome<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => std::fs::copy(entry.path(), target).map(|_| ())?,
        }
    }
    Ok(())
}
