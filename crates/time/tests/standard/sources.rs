//! The crate reads no clock and no zone of the process: the suite gives the same result wherever it runs.

use std::fs;
use std::path::Path;

/// Names through which a program asks for the present or for the zone of its machine, cut in two so that
/// this file does not hold them.
const FORBIDDEN: [(&str, &str); 9] = [
    ("TimeZone::", "system"),
    ("TimeZone::try_", "system"),
    ("tz::", "system"),
    ("Zoned::", "now"),
    ("Timestamp::", "now"),
    ("SystemTime", "::"),
    ("Instant::", "now"),
    ("tz::", "db()"),
    ("env::", "var"),
];

#[test]
fn no_source_asks_for_the_present_or_for_the_zone_of_the_process() {
    let mut files = 0;
    for folder in ["src", "tests"] {
        visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut |path, text| {
            files += 1;
            for (left, right) in FORBIDDEN {
                assert!(!text.contains(&format!("{left}{right}")), "{} holds {left}{right}", path.display());
            }
        });
    }
    assert!(files > 20, "only {files} files were looked at");
}

#[test]
fn no_library_source_touches_files_processes_or_the_network() {
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, text| {
        for name in ["std::fs", "std::io", "std::net", "std::process", "std::env"] {
            assert!(!text.contains(name), "{} holds {name}", path.display());
        }
    });
}

fn visit(folder: &Path, look: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(&path, look);
        } else {
            look(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}
