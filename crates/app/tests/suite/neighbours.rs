//! Several processes on one data folder: each act of each is kept, the journal is one, and who must be alone is.

use std::sync::Arc;

use mainstay_app::{App, Command, Config, Request, ledger::Ledger, rebuild};
use mainstay_kinds::REGISTRY;
use mainstay_store::SystemClock;
use serde_json::json;

use crate::world::{Engine, World, object};

const ACTS: usize = 500;

fn config(world: &World) -> Config {
    let mut config = Config::new(world.app.data(), Arc::new(SystemClock));
    config.database_url.clone_from(&world.app.config().database_url);
    config
}

fn create(app: &App, title: String) -> String {
    let values = object(json!({"title": title, "impact": "medium", "urgency": "medium"}));
    let request = Request::by_operator(Command::Create { kind: "incident".into(), values });
    app.act(request.expect("a request")).expect("an incident").reference
}

fn write(app: &App, name: &str) {
    let mut last = create(app, format!("{name} begins"));
    for number in 0..ACTS {
        let command = match number % 3 {
            0 => {
                last = create(app, format!("{name} {number}"));
                continue;
            }
            1 => Command::Edit {
                record: last.clone(),
                version: None,
                values: object(json!({"category": format!("{name} {number}")})),
            },
            _ => Command::Comment {
                record: last.clone(),
                body: format!("{name} {number}"),
                visibility: "internal".into(),
            },
        };
        app.act(Request::by_operator(command).expect("a request")).expect("an act");
    }
}

#[test]
fn two_applications_write_on_one_data_folder_and_nothing_is_lost() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine);
        let before = world.app.head().expect("a head").next_position();
        std::thread::scope(|scope| {
            for name in ["first", "second"] {
                let config = config(&world);
                scope.spawn(move || write(&App::open(config, &REGISTRY).expect("it opens"), name));
            }
        });
        let entries = world.app.head().expect("a head").next_position();
        assert_eq!(entries - before, 2 * (ACTS as u64 + 1), "on {engine:?}");
        let counted = |sql: &str| {
            let cells = [mainstay_store::Cell::Int];
            let row = world.app.store().read(|conn| conn.first(sql, &[], &cells)).expect("a read");
            row.and_then(|row| row[0].as_int()).expect("a number")
        };
        let incidents = counted("select count(*) from incident");
        assert_eq!(incidents, counted("select count(distinct ref) from incident"));
        assert_eq!(incidents, 2 * (1 + ACTS.div_ceil(3) as i64));
        let ledger = Ledger::of(&world.app);
        let verified = ledger.verify(&[], &mut |_| {}).expect("it runs");
        assert!(verified.intact(), "{verified:?}");
        assert_eq!(rebuild::check(&ledger, &mut |_| {}).expect("it runs").differences, []);
        // What one of them has written the others find at once.
        create(&world.app, "and the third".into());
        assert_eq!(counted("select count(*) from incident"), incidents + 1);
    }
}

#[test]
fn who_must_be_alone_is_refused_while_somebody_else_is_there_and_keeps_others_out() {
    let world = World::new(Engine::Sqlite);
    let alone = Config { alone: true, ..config(&world) };
    let refused = App::open(alone.clone(), &REGISTRY).err().expect("a refusal");
    assert!(refused.to_string().contains("another Mainstay process uses"), "{refused}");
    let folder = world.app.data().to_owned();
    let World { app, folder: _kept, .. } = world;
    drop(app);
    let app = App::open(alone, &REGISTRY).expect("it is alone now");
    let refused = App::open(Config::new(&folder, Arc::new(SystemClock)), &REGISTRY).err().expect("a refusal");
    assert!(refused.to_string().contains("another Mainstay process uses"), "{refused}");
    drop(app);
    App::open(Config::new(&folder, Arc::new(SystemClock)), &REGISTRY).expect("the file is free");
}
