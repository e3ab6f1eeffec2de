//! Power cuts (F-03): the disk keeps, drops or tears whatever was not flushed.

use std::{
    path::Path,
    sync::{Arc, mpsc},
};

use mainstay_app::{App, Config, Founding};
use mainstay_core::Result;
use mainstay_durability::{
    chance::Chance,
    client::{Acknowledged, Client, Step},
};
use mainstay_faults::Disk;
use mainstay_kinds::REGISTRY;
use mainstay_store::{ManualClock, Synchronous};

use crate::world::{Promises, at};

/// Seeded power cuts.
const CUTS: u64 = 200;

/// Groups of acts in one run.
const GROUPS: u64 = 20;

/// One machine: a disk that may lose power, and a folder for the keys, which this test leaves alone.
pub struct Machine {
    pub disk: Disk,
    pub folder: Arc<tempfile::TempDir>,
}

impl Machine {
    /// A machine with an empty database that is flushed.
    pub fn new() -> Self {
        let machine = Self { disk: Disk::new(), folder: Arc::new(tempfile::tempdir().expect("a folder")) };
        drop(machine.open(Synchronous::Full).expect("the application opens"));
        machine.checkpoint("truncate");
        machine
    }

    /// Another machine with the disk as the next start would find it after a power cut.
    pub fn after_cut(&self, seed: u64) -> Self {
        Self { disk: self.disk.after_cut(seed), folder: self.folder.clone() }
    }

    fn file(&self) -> String {
        data(self.folder.path()).join("mainstay.db").display().to_string()
    }

    pub fn open(&self, synchronous: Synchronous) -> Result<App> {
        let clock = ManualClock::at(at("2026-01-05T09:00:00Z"));
        let mut config = Config::new(data(self.folder.path()), Arc::new(clock));
        config.vfs = Some(self.disk.vfs().to_owned());
        config.synchronous = synchronous;
        config.founding = Founding::Synthetic { seed: "cut".into() };
        App::open(config, &REGISTRY)
    }

    /// Brings the log into the database, as the checkpointer does now and then.
    pub fn checkpoint(&self, how: &str) {
        // Power may be gone, or a reader in the way: a checkpoint is never owed.
        if let Ok(conn) = self.disk.connect(&self.file()) {
            let _ = conn.query_row(&format!("pragma wal_checkpoint({how})"), [], |_| Ok(()));
        }
    }
}

fn data(folder: &Path) -> std::path::PathBuf {
    folder.join("data")
}

/// Sends acts so that they make exactly one group, and gives their answers.
pub fn one_group(app: &App, steps: &[Step]) -> Vec<Result<mainstay_app::Outcome>> {
    let (entered, inside) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let held = app.store().writer().submit_later(move |_| {
        entered.send(()).ok();
        released.recv().ok();
        Ok(())
    });
    // Without a database the writer answers without running the act.
    let _ = inside.recv();
    let answers: Vec<_> = steps.iter().map(|step| app.act_later(step.request.clone())).collect();
    let _ = release.send(());
    drop(held);
    answers.into_iter().map(|answer| answer.and_then(|answer| answer.recv().expect("an answer"))).collect()
}

/// Works until the work is done or power is gone; notes what was asked for and what was acknowledged.
pub fn work(machine: &Machine, app: &App, seed: u64, promises: &mut Promises) {
    let mut chance = Chance::new(seed);
    let mut client = Client::new(format!("p{seed}"), seed);
    for _ in 0..GROUPS {
        let steps: Vec<Step> = (0..=chance.below(6)).map(|_| client.next_step().expect("a step")).collect();
        promises.asked.extend(steps.iter().map(|step| step.key.clone()));
        for (step, answer) in steps.iter().zip(one_group(app, &steps)) {
            if let Ok(outcome) = answer {
                client.answered(step, &outcome);
                promises.acknowledged.push(Acknowledged {
                    key: step.key.clone(),
                    what: step.what,
                    outcome: Some(outcome),
                });
            }
        }
        match chance.below(5) {
            0 => machine.checkpoint("passive"),
            1 => machine.checkpoint("truncate"),
            _ => {}
        }
        if machine.disk.is_without_power() {
            return;
        }
    }
}

/// Cuts the power at a seeded operation of the work; the promises, and the machine that starts again.
fn cut(template: &Machine, operations: u64, seed: u64, synchronous: Synchronous) -> (Promises, Machine) {
    let machine = template.after_cut(seed);
    let mut promises = Promises::default();
    machine.disk.cut_at(1 + Chance::new(seed ^ 0x00c0_ffee).below(operations));
    if let Ok(app) = machine.open(synchronous) {
        work(&machine, &app, seed, &mut promises);
    }
    let after = machine.after_cut(seed.wrapping_mul(31));
    (promises, after)
}

/// Operations of opening and working without a cut.
fn operations(template: &Machine, synchronous: Synchronous) -> u64 {
    let machine = template.after_cut(0);
    let mut promises = Promises::default();
    let app = machine.open(synchronous).expect("the application opens");
    work(&machine, &app, 0, &mut promises);
    assert!(promises.acknowledged.len() > 40, "{}", promises.acknowledged.len());
    promises.check(&app, "without a cut");
    machine.disk.counts().operations
}

#[test]
fn two_hundred_power_cuts_lose_nothing_acknowledged() {
    let template = Machine::new();
    let operations = operations(&template, Synchronous::Full);
    let (mut acknowledged, mut kept, mut unacknowledged) = (0, 0, 0);
    for seed in 0..CUTS {
        let (promises, after) = cut(&template, operations, seed, Synchronous::Full);
        let app = after
            .open(Synchronous::Full)
            .unwrap_or_else(|error| panic!("seed {seed}: {error} {:?}", error.cause()));
        let findings = promises.check(&app, &format!("seed {seed}"));
        acknowledged += promises.acknowledged.len();
        kept += findings.kept;
        unacknowledged += usize::from(findings.kept > promises.acknowledged.len());
        // Whoever starts again can work at once, and the same requests give the same answers.
        let mut more = promises.clone();
        work(&after, &app, seed + 100_000, &mut more);
        assert!(more.acknowledged.len() > promises.acknowledged.len(), "seed {seed}");
        if seed % 10 == 0 {
            more.check(&app, &format!("seed {seed}, after more work"));
        }
    }
    println!(
        "{CUTS} power cuts among {operations} operations: {acknowledged} acknowledged, {kept} kept, lost 0; \
         {unacknowledged} times something was kept before it was acknowledged"
    );
    assert!(acknowledged > 1_000, "only {acknowledged} acts in all");
}

#[test]
fn the_same_seed_cuts_at_the_same_place() {
    let template = Machine::new();
    let operations = operations(&template, Synchronous::Full);
    for seed in [3, 14, 159] {
        let run = || {
            let (promises, after) = cut(&template, operations, seed, Synchronous::Full);
            let app = after.open(Synchronous::Full).expect("the application opens");
            let findings = promises.check(&app, &format!("seed {seed}"));
            (promises.acknowledged, findings.kept, app.head().expect("the head").frontier.root())
        };
        assert_eq!(run(), run(), "seed {seed}");
    }
}

#[test]
fn power_that_goes_again_while_starting_loses_nothing_either() {
    let template = Machine::new();
    let operations = operations(&template, Synchronous::Full);
    for seed in 500..530 {
        let (promises, after) = cut(&template, operations, seed, Synchronous::Full);
        after.disk.cut_at(1 + seed % 7);
        drop(after.open(Synchronous::Full));
        let again = after.after_cut(seed);
        let app = again
            .open(Synchronous::Full)
            .unwrap_or_else(|error| panic!("seed {seed}: {error} {:?}", error.cause()));
        promises.check(&app, &format!("seed {seed}"));
    }
}

/// The control: without a flush at each commit acknowledged acts are lost, and the oracle says so.
#[test]
fn without_a_flush_at_each_commit_power_cuts_lose_what_was_acknowledged() {
    let template = Machine::new();
    let operations = operations(&template, Synchronous::Normal);
    let mut lost = 0;
    for seed in 0..40 {
        let (promises, after) = cut(&template, operations, seed, Synchronous::Normal);
        let app = after.open(Synchronous::Full).expect("the application opens");
        let findings = promises.look(&app);
        assert_eq!(
            (findings.broken, findings.phantoms),
            (vec![], vec![]),
            "seed {seed}: what is left is whole"
        );
        lost += findings.lost.len();
    }
    println!("without flushes: {lost} acknowledged acts lost in 40 cuts");
    assert!(lost > 0);
}

/// The other control: a disk that only says that it flushed.
#[test]
fn a_disk_that_lies_about_flushes_loses_what_was_acknowledged() {
    let template = Machine::new();
    let mut lost = 0;
    for seed in 0..10 {
        let machine = template.after_cut(seed);
        machine.disk.lie_about_syncs(true);
        let mut promises = Promises::default();
        let app = machine.open(Synchronous::Full).expect("the application opens");
        work(&machine, &app, seed, &mut promises);
        drop(app);
        let after = machine.after_cut(seed);
        // Such a disk may leave no database at all, or a damaged one: that is found out too.
        let found = after.open(Synchronous::Full).and_then(|app| promises.try_look(&app));
        lost += found.map_or(promises.acknowledged.len(), |findings| findings.lost.len());
    }
    assert!(lost > 0);
}
