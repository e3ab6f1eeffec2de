//! The description of each kind, so that a change to a kind is read in full before it is accepted.

use std::{collections::BTreeSet, fs, path::Path};

use mainstay_kinds::{REGISTRY, describe_text};

#[test]
fn each_kind_is_described_as_reviewed() {
    for entry in REGISTRY.kinds() {
        insta::with_settings!({
            snapshot_path => "../../snapshots",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(entry.def.name, describe_text(&entry.def));
        });
    }
}

#[test]
fn no_description_is_left_of_a_kind_that_is_gone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let files = fs::read_dir(folder).expect("the descriptions stand in snapshots/");
    let names = files.map(|file| file.expect("a readable folder").file_name().to_string_lossy().into_owned());
    let kept: BTreeSet<_> = names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned)).collect();
    let kinds: BTreeSet<_> = REGISTRY.kinds().iter().map(|entry| entry.def.name.to_owned()).collect();
    assert_eq!(kept, kinds);
}
