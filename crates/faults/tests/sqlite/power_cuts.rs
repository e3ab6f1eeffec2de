//! SQLite under power cuts: with full flushes nothing that was acknowledged is lost, and with less it is.
//!
//! The second half matters as much as the first: it proves that the first could fail.

use crate::ledger::{self, Ledger, Loss, settings};
use mainstay_faults::Disk;

/// Which power cuts to try.
struct Cuts {
    /// Every how many operations one workload is cut.
    every: usize,
    /// How many disks are looked at after each cut.
    seeds: u64,
}

/// What came of all cuts of one workload.
#[derive(Debug, Default)]
struct Result {
    tried: u32,
    losses: Vec<Loss>,
}

/// Runs the ledger on a disk that loses power at one operation after the other, and looks at what is left.
fn try_cuts(settings: &str, lying: bool, cuts: &Cuts) -> Result {
    let whole = Disk::new();
    assert_eq!(Ledger::write(&whole, settings), ledger::LENGTH, "without a cut all is acknowledged");
    let mut result = Result::default();
    for operation in (1..=whole.counts().operations).step_by(cuts.every) {
        let disk = Disk::new();
        disk.lie_about_syncs(lying);
        disk.cut_at(operation);
        let acknowledged = Ledger::write(&disk, settings);
        assert!(disk.is_without_power());
        for seed in 0..cuts.seeds {
            let after = disk.after_cut(operation * 1_000 + seed);
            result.tried += 1;
            result.losses.extend(Ledger::check(&after, acknowledged).err());
        }
    }
    result
}

#[test]
fn a_flushed_log_keeps_every_acknowledged_commit() {
    let result = try_cuts(settings::LOG_FULL, false, &Cuts { every: 1, seeds: 4 });
    assert!(result.tried > 500, "only {} cuts", result.tried);
    assert_eq!(result.losses, []);
}

#[test]
fn a_log_that_is_flushed_at_checkpoints_only_loses_acknowledged_commits() {
    let result = try_cuts(settings::LOG_NORMAL, false, &Cuts { every: 3, seeds: 4 });
    assert!(result.losses.iter().any(|loss| matches!(loss, Loss::Acknowledged { .. })), "{result:?}");
    let worse = result.losses.iter().find(|loss| !matches!(loss, Loss::Acknowledged { .. }));
    assert_eq!(worse, None, "what is left is whole all the same");
}

#[test]
fn a_disk_that_only_says_that_it_flushed_loses_acknowledged_commits() {
    let result = try_cuts(settings::LOG_FULL, true, &Cuts { every: 3, seeds: 4 });
    assert!(result.losses.iter().any(|loss| matches!(loss, Loss::Acknowledged { .. })), "{result:?}");
}

#[test]
fn a_rollback_journal_keeps_every_acknowledged_commit_if_its_removal_is_flushed() {
    let result = try_cuts(settings::JOURNAL_EXTRA, false, &Cuts { every: 2, seeds: 4 });
    assert_eq!(result.losses, []);
}

#[test]
fn a_rollback_journal_can_come_back_if_its_removal_is_not_flushed() {
    let result = try_cuts(settings::JOURNAL_FULL, false, &Cuts { every: 2, seeds: 4 });
    assert!(result.losses.iter().any(|loss| matches!(loss, Loss::Acknowledged { .. })), "{result:?}");
}

#[test]
fn a_power_cut_while_recovering_from_one_loses_nothing() {
    let whole = Disk::new();
    Ledger::write(&whole, settings::LOG_FULL);
    for first in (1..=whole.counts().operations).step_by(7) {
        let disk = Disk::new();
        disk.cut_at(first);
        let acknowledged = Ledger::write(&disk, settings::LOG_FULL);
        for second in 1..8 {
            let recovering = disk.after_cut(first);
            recovering.cut_at(second);
            let more = Ledger::write(&recovering, settings::LOG_FULL);
            let after = recovering.after_cut(first + second);
            assert_eq!(Ledger::check(&after, acknowledged.max(more)), Ok(()), "cuts at {first} and {second}");
        }
    }
}

#[test]
fn a_power_cut_from_another_thread_loses_nothing_acknowledged() {
    for seed in 0..20 {
        let disk = Disk::new();
        let (acknowledge, acknowledged) = std::sync::mpsc::channel();
        let after = std::thread::scope(|scope| {
            let disk = &disk;
            scope.spawn(move || {
                Ledger::write_telling(disk, settings::LOG_FULL, |number| acknowledge.send(number))
            });
            for _ in 0..=seed {
                acknowledged.recv().unwrap();
            }
            disk.cut(seed)
        });
        let last = acknowledged.iter().last().unwrap_or(seed as i64 + 1);
        assert_eq!(Ledger::check(&after, last), Ok(()), "seed {seed}");
    }
}

#[test]
fn the_same_seed_leaves_the_same_disk() {
    let disk = Disk::new();
    disk.cut_at(60);
    let acknowledged = Ledger::write(&disk, settings::LOG_NORMAL);
    let content = |seed| {
        let after = disk.after_cut(seed);
        (Ledger::check(&after, acknowledged), after.counts())
    };
    let first: Vec<_> = (0..20).map(content).collect();
    assert_eq!(first, (0..20).map(content).collect::<Vec<_>>());
    assert!(first.iter().any(|other| *other != first[0]), "different seeds leave different disks");
}
