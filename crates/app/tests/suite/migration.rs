//! Before the schema of records is changed there is a verified backup, or it is not changed.

use std::{fs, path::PathBuf};

use mainstay_app::{App, Config, app::MIGRATIONS, backup};
use mainstay_core::Result;
use mainstay_kinds::REGISTRY;
use mainstay_store::{Cell, migrate::Migration};

use crate::{
    stories::day,
    world::{Engine, World},
};

/// The schema of a release that is still to come.
fn later() -> &'static [Migration] {
    let text = "create table more (a integer not null primary key);\ninsert into more values (1);\n";
    let second = Migration { version: 2, name: "more", sqlite: text, postgres: text };
    Box::leak([MIGRATIONS, &[second]].concat().into_boxed_slice())
}

/// Ends the world's application, and opens the place with the later schema after `before` was done to its folder.
fn upgrade(world: World, before: impl FnOnce(&Config)) -> (Config, Result<App>, impl Sized) {
    let config = Config { migrations: later(), ..world.app.config().clone() };
    let World { app, folder, database, .. } = world;
    drop(app);
    before(&config);
    (config.clone(), App::open(config, &REGISTRY), (folder, database))
}

fn backups(config: &Config) -> Vec<PathBuf> {
    let Ok(folders) = fs::read_dir(config.data.join("backups")) else { return Vec::new() };
    folders.map(|folder| folder.expect("a folder").path()).collect()
}

#[test]
fn a_new_schema_is_brought_in_after_a_backup_that_restores() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine);
        day(&world);
        let entries = world.app.head().expect("a head").next_position();
        let (config, app, _kept) = upgrade(world, |_| {});
        let app = app.expect("the later version opens");
        assert_eq!((app.store().migrated().from, app.store().migrated().to), (1, 2));
        let more = app.store().read(|conn| conn.query("select a from more", &[], &[Cell::Int]));
        assert_eq!(more.expect("the new table").len(), 1);

        let made = backups(&config);
        assert_eq!(made.len(), 1, "{made:?}");
        let name = made[0].file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        assert!(name.starts_with("before-migration-2-2026"), "{name}");
        let manifest = backup::manifest(&made[0]).expect("a manifest");
        assert_eq!((manifest.schema, manifest.entries), (1, entries));
        let elsewhere = tempfile::tempdir().expect("a folder");
        let target = Config { data: elsewhere.path().into(), database_url: None, ..config.clone() };
        let target = Config { migrations: MIGRATIONS, ..target };
        let restored = mainstay_app::restore::restore(&target, &REGISTRY, &made[0], &[], &mut |_| {});
        assert_eq!(restored.expect("it restores").entries, entries);

        // Once the schema is there nothing is backed up any more.
        drop(app);
        App::open(config.clone(), &REGISTRY).expect("it opens again");
        assert_eq!(backups(&config).len(), 1);
    }
}

#[test]
fn an_empty_database_needs_no_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = World::with(Engine::Sqlite, |config| {
        config.data = folder.path().into();
        config.migrations = later();
    });
    assert_eq!(backups(world.app.config()), Vec::<PathBuf>::new());
}

#[test]
fn without_a_backup_the_schema_stays_as_it_is() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine);
        day(&world);
        // Where the backup should go there is something else.
        let (config, app, _kept) =
            upgrade(world, |config| fs::write(config.data.join("backups"), b"in the way").expect("a file"));
        let refused = app.err().expect("a refusal");
        assert!(refused.message().starts_with("the backup before the change of the schema"), "{refused}");
        assert!(refused.hints().iter().any(|hint| hint.contains("still runs")), "{refused}");
        let before = Config { migrations: MIGRATIONS, ..config.clone() };
        drop(App::open(before, &REGISTRY).expect("the version of before still runs"));
        fs::remove_file(config.data.join("backups")).expect("out of the way");
        App::open(config, &REGISTRY).expect("now it opens");
    }
}
