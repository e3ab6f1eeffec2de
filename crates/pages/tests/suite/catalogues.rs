//! The catalogues hold every word that is used, in both languages, and none besides.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use mainstay_core::{Goal, Type};
use mainstay_kinds::REGISTRY;
use mainstay_pages::{Language, words};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the file is there")
}

/// What all files of a folder and of the folders in it say.
fn all_of(folder: &Path) -> String {
    let entries = fs::read_dir(folder).expect("the folder is there").flatten();
    entries
        .map(|entry| entry.path())
        .map(|path| if path.is_dir() { all_of(&path) } else { fs::read_to_string(path).expect("it is text") })
        .collect()
}

fn sources() -> String {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["src", "templates", "../server/src/web"].map(|name| all_of(&crate_folder.join(name))).concat()
}

fn keys(catalogue: &str) -> BTreeSet<String> {
    let begins = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    let key =
        |line: &str| line.split_once('=').expect("a message has a sign of equality").0.trim().to_owned();
    let all: Vec<String> = catalogue.lines().filter(begins).map(key).collect();
    let set: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), set.len(), "a key stands twice");
    set
}

const FROM_DESCRIPTORS: &[&str] =
    &["field-", "kind-", "kinds-", "choice-", "move-", "goal-", "relation-", "title-", "about-", "help-"];

fn is_from_descriptors(key: &str) -> bool {
    FROM_DESCRIPTORS.iter().any(|prefix| key.starts_with(prefix))
}

/// The keys for all names in the descriptors, with the words of the descriptor.
fn of_the_descriptors() -> BTreeMap<String, String> {
    let mut wanted = BTreeMap::new();
    let mut want = |key: String, text: &str| wanted.insert(key, text.to_owned());
    for kind in REGISTRY.kinds() {
        let def = &kind.def;
        want(format!("kind-{}", def.name), def.name);
        want(format!("kinds-{}", def.plural), def.plural);
        want(format!("title-{}", def.name), def.title.label);
        want(format!("about-{}", def.name), def.help);
        for word in def.states.words {
            want(format!("choice-{word}"), word);
        }
        for field in &def.fields {
            want(format!("field-{}", field.name), field.name);
            want(format!("help-{}-{}", def.name, field.name), field.help);
            if let Type::Choice(choice) = field.ty {
                for word in choice.words {
                    want(format!("choice-{word}"), word);
                }
            }
        }
        for step in &def.moves {
            want(format!("move-{}", step.name), step.name);
            want(format!("about-{}-{}", def.name, step.name), step.help);
        }
        for link in &def.links {
            want(format!("relation-{}", link.name), link.name);
            want(format!("relation-{}", link.inverse), link.inverse);
        }
    }
    for goal in Goal::ALL {
        want(format!("goal-{}", goal.name()), goal.name());
    }
    wanted
}

#[test]
fn both_catalogues_have_the_same_messages_and_each_is_used() {
    let (english, german) = (keys(&read("texts/en.ftl")), keys(&read("texts/de.ftl")));
    let own = |keys: &BTreeSet<String>| -> BTreeSet<String> {
        keys.iter().filter(|key| !is_from_descriptors(key)).cloned().collect()
    };
    let (english, german) = (own(&english), own(&german));
    assert_eq!(english, german);
    let sources = sources();
    let unused: Vec<&String> = english
        .iter()
        .filter(|key| !key.starts_with("month-") && !sources.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "no page uses {unused:?}");
}

#[test]
fn every_message_that_a_page_uses_exists() {
    let english = keys(&read("texts/en.ftl"));
    let sources = sources();
    let mut missing = BTreeSet::new();
    for call in ["say(", "say_of(", "say_with(", "pattern("] {
        for rest in sources.split(call).skip(1) {
            let rest = rest.trim_start();
            let key = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(key, _)| key);
            missing.extend(key.filter(|key| !english.contains(*key)).map(str::to_owned));
        }
    }
    assert!(missing.is_empty(), "texts/en.ftl lacks {missing:?}");
}

#[test]
fn german_has_every_name_and_help_of_the_descriptors() {
    let german = keys(&read("texts/de.ftl"));
    let missing: Vec<String> = of_the_descriptors()
        .into_iter()
        .filter(|(key, _)| !german.contains(key))
        .map(|(key, text)| format!("{key} = {text}"))
        .collect();
    assert!(missing.is_empty(), "add to texts/de.ftl, in German:\n{}", missing.join("\n"));
}

/// Names of fields, states, moves and relations are words that kinds share, and may stand here before a kind uses
/// them; what is said of a kind must be said of one that exists as it is.
#[test]
fn no_catalogue_speaks_of_what_a_kind_does_not_have() {
    let wanted = of_the_descriptors();
    let kinds: Vec<&str> = REGISTRY.kinds().iter().map(|kind| kind.def.name).collect();
    let of_a_kind = |key: &str| {
        let rest = ["help-", "about-", "title-"].iter().find_map(|prefix| key.strip_prefix(prefix));
        rest.and_then(|rest| rest.split('-').next()).is_some_and(|kind| kinds.contains(&kind))
    };
    for path in ["texts/en.ftl", "texts/de.ftl"] {
        let stray: Vec<String> =
            keys(&read(path)).into_iter().filter(|key| of_a_kind(key) && !wanted.contains_key(key)).collect();
        assert!(stray.is_empty(), "{path} says this of kinds that do not have it: {stray:?}");
    }
}

#[test]
fn every_message_takes_the_same_arguments_in_both_languages() {
    let arguments = |catalogue: &str| -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in catalogue.lines() {
            if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
                key = line.split_once('=').map_or(line, |(key, _)| key).trim().to_owned();
            }
            let names = line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(|letter| letter.is_ascii_alphanumeric()).collect::<String>()
            });
            all.entry(key.clone()).or_default().extend(names);
        }
        all.retain(|_, names| !names.is_empty());
        all
    };
    assert_eq!(arguments(&read("texts/en.ftl")), arguments(&read("texts/de.ftl")));
}

#[test]
fn an_unknown_name_is_made_readable_and_a_known_one_is_translated() {
    let (english, german) = (words(Language::English), words(Language::German));
    assert_eq!(english.field("assigned_team"), "Assigned team");
    assert_eq!(german.field("assigned_team"), "Zugewiesenes Team");
    assert_eq!(german.field("no_such_field"), "No such field");
    assert_eq!(english.say("no-such-key"), "no-such-key");
    assert_eq!(german.say_of("list-total", "count", 1_i64), "1 Eintrag");
    assert_eq!(english.say_of("list-total", "count", 2_i64), "2 records");
    assert_eq!(Language::accepted("fr-CH, de-CH;q=0.9, en;q=0.8"), Language::German);
    assert_eq!(Language::accepted(""), Language::English);
}
