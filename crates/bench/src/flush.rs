//! What one flush to disk takes, to read durable figures against.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use crate::samples::Samples;
use crate::subject::Outcome;

/// How many flushes are timed.
const FLUSHES: usize = 400;

/// Appends 4 KiB and flushes, again and again, in a folder on the disk in question.
pub(crate) fn time_flushes(folder: &Path) -> Outcome<Samples> {
    let path = folder.join("flushes");
    let mut file = File::create(&path)?;
    let mut durations = Vec::with_capacity(FLUSHES);
    for _ in 0..FLUSHES {
        file.write_all(&[0x5a; 4096])?;
        let start = Instant::now();
        file.sync_all()?;
        durations.push(start.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(Samples::of(durations))
}
