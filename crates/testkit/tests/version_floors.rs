//! Versions below which a known advisory applies must not be in the tree.
//!
//! An offline stand-in for an advisory database, which is asked where it can be reached (`deny.toml`). The list is a
//! minimum, not a clean bill.

use std::fs;

use mainstay_testkit::workspace;

/// Package, lowest version allowed, why.
const FLOORS: &[(&str, &str, &str)] = &[
    ("ammonia", "4.2.4", "a series of holes in the sanitiser"),
    ("crossbeam-epoch", "0.9.20", "RUSTSEC-2026-0204"),
    ("h2", "0.4.4", "RUSTSEC-2024-0332"),
    ("idna", "1.0.0", "RUSTSEC-2024-0421"),
    ("mail-parser", "0.11.6", "panics on corrupted input"),
    ("quick-xml", "0.41.0", "two advisories of 2026"),
    ("rustls", "0.23.45", "RUSTSEC-2026-0285"),
    ("sqlx", "0.8.1", "RUSTSEC-2024-0363"),
];

/// Packages that may not be in the tree at all, and why.
const BANNED: &[(&str, &str)] = &[
    ("rsa", "RUSTSEC-2023-0071; if single sign-on needs it, write the exception down here"),
    ("openssl-sys", "one library for TLS: rustls"),
];

/// The first SQLite without the race that could lose committed data when the write-ahead log starts again.
const SQLITE_FLOOR: i32 = 3_051_003;

/// The numbers of a version; what follows a `-` or `+` does not count, and a part that is not a number is 0.
fn numbers(version: &str) -> Vec<u64> {
    let release = version.split(['-', '+']).next().unwrap_or_default();
    release.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// One sentence for each package of a lock file that breaks a rule.
fn faults(lock: &str) -> Vec<String> {
    let lock: toml::Table = toml::from_str(lock).expect("Cargo.lock is TOML");
    let packages = lock["package"].as_array().expect("Cargo.lock lists packages");
    let mut faults = Vec::new();
    for package in packages {
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        for (_, floor, why) in FLOORS.iter().filter(|(floored, ..)| *floored == name) {
            if numbers(version) < numbers(floor) {
                faults.push(format!("{name} {version} is below {floor}: {why}"));
            }
        }
        for (_, why) in BANNED.iter().filter(|(banned, _)| *banned == name) {
            faults.push(format!("{name} {version} may not be used: {why}"));
        }
    }
    faults
}

#[test]
fn no_package_is_below_its_floor() {
    let lock = fs::read_to_string(workspace::root().join("Cargo.lock")).unwrap();
    assert_eq!(faults(&lock), Vec::<String>::new());
}

#[test]
fn a_package_below_its_floor_is_found() {
    let lock = "
        [[package]]\nname = 'h2'\nversion = '0.4.3'\n[[package]]\nname = 'h2'\nversion = '0.4.10'
        [[package]]\nname = 'ammonia'\nversion = '4.2.4'\n[[package]]\nname = 'idna'\nversion = '1.0.0-rc.1+x'
        [[package]]\nname = 'sqlx'\nversion = '0.7.99'\n[[package]]\nname = 'rsa'\nversion = '0.9.9'";
    let found: Vec<String> =
        faults(lock).iter().map(|fault| fault.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(found, ["h2 0.4.3", "sqlx 0.7.99", "rsa 0.9.9"]);
}

#[test]
fn the_bundled_sqlite_keeps_what_it_committed() {
    let running = rusqlite::version_number();
    assert!(running >= SQLITE_FLOOR, "SQLite {running} can lose commits when its log starts again");
}

#[test]
fn there_is_one_sqlite_in_the_tree() {
    let lock = fs::read_to_string(workspace::root().join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("name = \"libsqlite3-sys\"").count(), 1);
}
