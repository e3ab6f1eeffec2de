//! SQLite on a disk that refuses: nothing acknowledged is lost, and work goes on when the cause is gone.

use crate::ledger::{LENGTH, Ledger, settings};
use mainstay_faults::{Disk, Failure, Operation, Refusal};

/// Lets each operation of a kind fail once, in one run each; the writer tries again, then power goes.
fn each_fails_once(operation: Operation, refusal: Refusal) -> u64 {
    let whole = Disk::new();
    Ledger::write(&whole, settings::LOG_FULL);
    let counts = whole.counts();
    let all = if operation == Operation::Sync { counts.syncs } else { counts.writes };
    let mut met = 0;
    for after in 0..all {
        let disk = Disk::new();
        disk.fail(Failure { operation, after, times: 1, refusal });
        let acknowledged = Ledger::write(&disk, settings::LOG_FULL);
        met += disk.counts().failed;
        assert_eq!(Ledger::check(&disk, acknowledged), Ok(()), "operation {after} failed");
        let second = Ledger::write(&disk, settings::LOG_FULL).max(acknowledged);
        assert_eq!(second, LENGTH, "the second attempt goes on where the first ended");
        for seed in 0..4 {
            assert_eq!(
                Ledger::check(&disk.after_cut(seed), second),
                Ok(()),
                "operation {after}, seed {seed}"
            );
        }
    }
    met
}

#[test]
fn a_flush_that_fails_once_loses_nothing_acknowledged() {
    assert!(each_fails_once(Operation::Sync, Refusal::InputOutput) > 40);
}

#[test]
fn a_write_that_fails_once_loses_nothing_acknowledged() {
    assert!(each_fails_once(Operation::Write, Refusal::InputOutput) > 100);
}

#[test]
fn a_full_disk_refuses_and_then_goes_on_when_there_is_space_again() {
    let disk = Disk::new();
    disk.fail(Failure { operation: Operation::Write, after: 150, times: u64::MAX, refusal: Refusal::Full });
    let first = Ledger::write(&disk, settings::LOG_FULL);
    assert!((1..LENGTH).contains(&first), "{first}");
    assert_eq!(Ledger::write(&disk, settings::LOG_FULL), first, "still full");
    assert_eq!(Ledger::check(&disk, first), Ok(()), "reading goes on");
    disk.heal();
    assert_eq!(Ledger::write(&disk, settings::LOG_FULL), LENGTH);
}
