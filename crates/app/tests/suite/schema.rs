//! The migrations are what the descriptors draft: a change of a kind shows up here as the SQL it needs.

use std::{fs, path::Path};

use mainstay_app::app::MIGRATIONS;
use mainstay_kinds::REGISTRY;
use mainstay_store::{Dialect, migrate::statements, schema};

fn draft(dialect: Dialect) -> String {
    let tables: Vec<_> = REGISTRY.tables().cloned().collect();
    schema::create(dialect, &tables).iter().map(|statement| format!("{statement};\n\n")).collect()
}

fn check(dialect: Dialect, folder: &str, script: &str) {
    let wanted = draft(dialect);
    if statements(script) == statements(&wanted) {
        return;
    }
    let draft = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder).join("draft.sql");
    fs::write(&draft, wanted).expect("the draft can be written");
    panic!(
        "the descriptors need another schema than the migrations make; read {} and turn the difference into the \
         next migration",
        draft.display()
    );
}

#[test]
fn the_sqlite_migrations_make_the_schema_that_the_descriptors_need() {
    check(Dialect::Sqlite, "sqlite", MIGRATIONS[0].sqlite);
}

#[test]
fn the_postgresql_migrations_make_the_schema_that_the_descriptors_need() {
    check(Dialect::Postgres, "postgres", MIGRATIONS[0].postgres);
}
