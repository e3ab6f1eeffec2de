//! A backup is good when it was restored and verified; a restore begins a new epoch and says what was lost.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use mainstay_app::{
    App, Command, Config,
    backup::{self, Made, Wish},
    ledger::Ledger,
    rebuild,
    restore::{Restored, restore, waiting_messages},
};
use mainstay_core::{ErrorKind, Result};
use mainstay_journal::EpochLink;
use mainstay_kinds::REGISTRY;
use mainstay_store::{Cell, Conn, journal};
use mainstay_testkit::postgres::{Database, Server};
use mainstay_verify::{Request, Verdict, verify};
use serde_json::json;

use crate::{
    stories::day,
    world::{Engine, World, on_both},
};

/// Name of the attachment's file in the story.
const STORED: &str = "0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d";

fn make(world: &World, name: &str, wish: &Wish) -> Result<Made> {
    backup::make(&Ledger::of(&world.app), &world.folder.path().join(name), wish, &mut |_| {})
}

fn with_key() -> Wish {
    Wish { with_key: true, ..Wish::default() }
}

/// An empty place on this database.
struct Place {
    config: Config,
    _database: Option<Database>,
}

fn place(world: &World, name: &str, engine: Engine) -> Place {
    let database = (engine == Engine::Postgres).then(|| Server::shared().fresh_database());
    let mut config = Config::new(world.folder.path().join(name), Arc::new(world.clock.clone()));
    config.database_url = database.as_ref().map(|database| database.url.clone());
    Place { config, _database: database }
}

fn restore_to(place: &Place, from: &Path, known: &[PathBuf]) -> Result<Restored> {
    restore(&place.config, &REGISTRY, from, known, &mut |_| {})
}

fn check(app: &App) -> rebuild::Report {
    rebuild::check(&Ledger::of(app), &mut |_| {}).expect("the check runs")
}

fn export(app: &App, folder: &Path) {
    Ledger::of(app).export(folder, true, &mut |_| {}).expect("the export runs");
}

fn verdict(folder: &Path, known: &[PathBuf]) -> Verdict {
    verify(&Request { folder: folder.to_owned(), key: None, known: known.to_vec() }).verdict()
}

fn all_rows(app: &App) -> Vec<(String, Vec<Vec<mainstay_core::Value>>)> {
    app.store()
        .read(|conn| {
            let mut all = Vec::new();
            for table in app.context().tables() {
                let paged = mainstay_store::pages::Paged::from(&**table);
                all.push((table.name.to_owned(), paged.after(conn, None)?));
            }
            Ok(all)
        })
        .expect("rows")
}

#[test]
fn a_backup_of_either_database_restores_into_either_with_the_same_rows() {
    for source in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(source);
        day(&world);
        Ledger::of(&world.app).checkpoint().expect("a checkpoint");
        let made = make(&world, "backup", &with_key()).expect("a backup");
        assert_eq!(made.differing, Vec::<String>::new());
        for target in [Engine::Sqlite, Engine::Postgres] {
            let place = place(&world, &format!("restored-{target:?}"), target);
            let restored = restore_to(&place, &made.folder, &[]).expect("restored");
            assert_eq!((restored.lost, restored.new_key), (0, false), "{restored:?}");
            let app = App::open(place.config.clone(), &REGISTRY).expect("it opens");
            assert_eq!(all_rows(&app), all_rows(&world.app), "{source:?} to {target:?}");
            assert_eq!(check(&app).differences, []);
            let report = Ledger::of(&app).verify(&[], &mut |_| {}).expect("the verification runs");
            assert!(report.intact() && report.complete(), "{report:?}");
            assert_eq!(report.epochs.len(), 2);
            let folder = world.folder.path().join(format!("export-{target:?}"));
            export(&app, &folder);
            assert_eq!(verdict(&folder, &[]), Verdict::Consistent);
            // Work goes on: refs and keys go on where they were.
            let request = world.request(Command::Create {
                kind: "incident".into(),
                values: crate::world::object(json!({"title": "After the restore"})),
            });
            assert_eq!(app.act(request).expect("an incident").reference, "INC-000004");
            assert_eq!(check(&app).differences, []);
        }
    }
}

#[test]
fn a_restore_says_what_was_lost_and_outsiders_see_a_declared_restore() {
    on_both(|world| {
        day(world);
        let ledger = Ledger::of(&world.app);
        ledger.checkpoint().expect("a checkpoint");
        let made = make(world, "backup", &with_key()).expect("a backup");
        for title in ["Lost one", "Lost two"] {
            world.create("team", json!({"title": title})).expect("a team");
        }
        ledger.checkpoint().expect("a later checkpoint");
        let kept = world.folder.path().join("kept");
        fs::copy(world.app.data().join("checkpoints/latest"), &kept).expect("kept");

        let place = place(world, "restored", world.engine);
        let restored = restore_to(&place, &made.folder, std::slice::from_ref(&kept)).expect("restored");
        assert_eq!((restored.lost, restored.known), (2, Some(made.manifest.size + 2)));
        let app = App::open(place.config.clone(), &REGISTRY).expect("it opens");
        let first = app
            .store()
            .read(|conn| journal::from(conn, made.manifest.entries, 1))
            .expect("the first entry of the epoch")
            .remove(0)
            .entry()
            .expect("an entry");
        let link = EpochLink::from_entry(&first).expect("a link");
        assert_eq!((link.previous_size, link.lost_entries), (made.manifest.size, Some(2)));

        let folder = world.folder.path().join("export");
        export(&app, &folder);
        assert_eq!(verdict(&folder, &[]), Verdict::Consistent);
        assert_eq!(
            verdict(&folder, std::slice::from_ref(&kept)),
            Verdict::DeclaredRestore { epoch: 2, lost: 2 }
        );
        let report = Ledger::of(&app).verify(&[kept], &mut |_| {}).expect("the verification runs");
        assert!(report.intact(), "a declared loss is no change: {report:?}");
    });
}

#[test]
fn a_loss_that_nobody_declared_is_a_rollback_for_whoever_kept_a_checkpoint() {
    on_both(|world| {
        day(world);
        let ledger = Ledger::of(&world.app);
        ledger.checkpoint().expect("a checkpoint");
        let made = make(world, "backup", &with_key()).expect("a backup");
        world.create("team", json!({"title": "Lost"})).expect("a team");
        ledger.checkpoint().expect("a later checkpoint");
        let kept = world.folder.path().join("kept");
        fs::copy(world.app.data().join("checkpoints/latest"), &kept).expect("kept");
        let place = place(world, "restored", world.engine);
        restore_to(&place, &made.folder, &[]).expect("restored");
        let app = App::open(place.config.clone(), &REGISTRY).expect("it opens");
        let folder = world.folder.path().join("export");
        export(&app, &folder);
        assert_eq!(verdict(&folder, &[kept]), Verdict::Rollback);
    });
}

#[test]
fn a_backup_that_contradicts_a_kept_checkpoint_or_is_of_an_earlier_epoch_is_refused() {
    let world = World::new(Engine::Sqlite);
    day(&world);
    let ledger = Ledger::of(&world.app);
    ledger.checkpoint().expect("a checkpoint");
    let made = make(&world, "backup", &with_key()).expect("a backup");
    let first = place(&world, "first", Engine::Sqlite);
    restore_to(&first, &made.folder, &[]).expect("restored");
    // The sink now holds a checkpoint of epoch 2: the same backup must not begin epoch 2 once more.
    let latest = first.config.data.join("checkpoints/latest");
    let second = place(&world, "second", Engine::Sqlite);
    let error = restore_to(&second, &made.folder, &[latest]).expect_err("epoch 2 was begun");
    assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{error}");
    // Another installation's checkpoint.
    let other = World::with(Engine::Sqlite, |config| {
        config.founding = mainstay_app::Founding::Synthetic { seed: "another".into() };
    });
    Ledger::of(&other.app).checkpoint().expect("a checkpoint");
    let foreign = other.app.data().join("checkpoints/latest");
    let error = restore_to(&second, &made.folder, &[foreign]).expect_err("another installation");
    assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
    // Nothing is restored over what is there.
    let here = Place { config: first.config.clone(), _database: None };
    let error = restore_to(&here, &made.folder, &[]).expect_err("records are here");
    assert!(matches!(error.kind(), ErrorKind::Refused { .. }), "{error}");
}

#[test]
fn messages_that_waited_are_not_sent_again_and_answers_are_remembered() {
    on_both(|world| {
        day(world);
        let command =
            Command::Create { kind: "team".into(), values: crate::world::object(json!({"title": "Once"})) };
        let request = world.request(command).once("a key");
        let answer = world.app.act(request.clone()).expect("made");
        let waiting = waiting_messages(&world.app).expect("a count");
        assert!(waiting > 0);
        let made = make(world, "backup", &with_key()).expect("a backup");
        let place = place(world, "restored", world.engine);
        let restored = restore_to(&place, &made.folder, &[]).expect("restored");
        assert_eq!(restored.not_sent, waiting);
        let app = App::open(place.config.clone(), &REGISTRY).expect("it opens");
        assert_eq!(waiting_messages(&app).expect("a count"), 0);
        assert_eq!(app.act(request).expect("the same answer"), answer);
    });
}

#[test]
fn without_the_key_a_new_one_signs_the_new_epoch_and_old_checkpoints_stay_good() {
    on_both(|world| {
        day(world);
        Ledger::of(&world.app).checkpoint().expect("a checkpoint");
        let made = make(world, "backup", &Wish::default()).expect("a backup");
        assert!(!made.folder.join("keys").exists());
        let place = place(world, "restored", world.engine);
        assert!(restore_to(&place, &made.folder, &[]).expect("restored").new_key);
        let app = App::open(place.config.clone(), &REGISTRY).expect("it opens");
        let report = Ledger::of(&app).verify(&[], &mut |_| {}).expect("the verification runs");
        assert!(report.intact() && report.complete(), "{report:?}");
        let folder = world.folder.path().join("export");
        export(&app, &folder);
        assert_eq!(fs::read_to_string(folder.join("key.pub")).expect("keys").lines().count(), 2);
        assert_eq!(verdict(&folder, &[]), Verdict::Consistent);
    });
}

#[test]
fn attachments_are_copied_and_missing_or_changed_ones_are_listed() {
    on_both(|world| {
        day(world);
        let made = make(world, "without", &Wish::default()).expect("a backup");
        assert_eq!(made.manifest.missing, [STORED]);
        let attachments = world.app.data().join("attachments/0a");
        fs::create_dir_all(&attachments).expect("a folder");
        fs::write(attachments.join(STORED), "abd").expect("another content");
        let made = make(world, "changed", &Wish::default()).expect("a backup");
        assert_eq!(made.manifest.missing, [STORED]);
        fs::write(attachments.join(STORED), "abc").expect("the content");
        let made = make(world, "with", &Wish::default()).expect("a backup");
        assert!(made.manifest.missing.is_empty());
        let place = place(world, "restored", world.engine);
        let restored = restore_to(&place, &made.folder, &[]).expect("restored");
        assert!(restored.missing.is_empty());
        assert_eq!(fs::read(place.config.data.join("attachments/0a").join(STORED)).expect("there"), b"abc");
    });
}

#[test]
fn a_backup_is_taken_while_people_work_and_is_one_state() {
    on_both(|world| {
        day(world);
        let stop = AtomicBool::new(false);
        let backups: Vec<Made> = std::thread::scope(|scope| {
            let writing = scope.spawn(|| {
                let mut acts = 0;
                while !stop.load(Ordering::SeqCst) {
                    world
                        .create("incident", json!({"title": format!("During {acts}")}))
                        .expect("an incident");
                    acts += 1;
                }
                acts
            });
            let backups = (0..3)
                .map(|n| make(world, &format!("during-{n}"), &Wish::default()).expect("a backup"))
                .collect();
            stop.store(true, Ordering::SeqCst);
            assert!(writing.join().expect("the writer") > 0);
            backups
        });
        for made in backups {
            assert_eq!(made.differing, Vec::<String>::new());
            let incidents = made.manifest.rows["incident"];
            let folder = made.folder.file_name().expect("a name").to_string_lossy().into_owned();
            let place = place(world, &format!("restored-{folder}"), Engine::Sqlite);
            restore_to(&place, &made.folder, &[]).expect("restored");
            let app = App::open(place.config.clone(), &REGISTRY).expect("it opens");
            let count = app
                .store()
                .read(|conn: &mut dyn Conn| conn.first("select count(*) from incident", &[], &[Cell::Int]))
                .expect("a count");
            assert_eq!(count.and_then(|row| row[0].as_int()), Some(incidents as i64));
        }
    });
}

#[test]
fn a_backup_that_is_killed_anywhere_leaves_none_and_the_next_one_succeeds() {
    on_both(|world| {
        day(world);
        let mut killed = 0;
        for rows in (0..10_000).step_by(9) {
            let wish = Wish { stop_after: Some(rows), ..Wish::default() };
            match make(world, "backup", &wish) {
                Err(error) => {
                    assert_eq!(*error.kind(), ErrorKind::Unavailable, "{error}");
                    assert!(!world.folder.path().join("backup").exists());
                    killed += 1;
                }
                Ok(made) => {
                    assert!(killed > 3, "{killed}");
                    backup::manifest(&made.folder).expect("complete");
                    return;
                }
            }
        }
        panic!("it never came to an end");
    });
}

#[test]
fn a_changed_backup_a_newer_one_and_a_second_one_in_the_same_place_are_refused() {
    let world = World::new(Engine::Sqlite);
    day(&world);
    let made = make(&world, "backup", &Wish::default()).expect("a backup");
    let error = make(&world, "backup", &Wish::default()).expect_err("it is taken");
    assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
    let place = place(&world, "restored", Engine::Sqlite);
    let rows = made.folder.join(backup::ROWS);
    let before = fs::read(&rows).expect("rows");
    let mut changed = before.clone();
    let at = changed.len() / 2;
    changed[at] ^= 1;
    fs::write(&rows, changed).expect("changed");
    let error = restore_to(&place, &made.folder, &[]).expect_err("changed");
    assert!(error.message().contains("journal.db was changed"), "{error}");
    fs::write(&rows, before).expect("put back");
    let manifest = made.folder.join(backup::MANIFEST);
    let text = fs::read_to_string(&manifest).expect("the manifest");
    fs::write(&manifest, text.replace("\"schema\": ", "\"schema\": 9")).expect("newer");
    let error = restore_to(&place, &made.folder, &[]).expect_err("newer");
    assert!(error.message().contains("newer than this program"), "{error}");
    fs::remove_file(&manifest).expect("gone");
    let error = restore_to(&place, &made.folder, &[]).expect_err("none");
    assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
}
