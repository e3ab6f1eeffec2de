//! The script: what somebody does at an instant, in any order while it is written, and as lines of a replay when it is
//! done. Records have names of their own until it is known in which order they are made; then each gets its ref.

use std::{collections::BTreeMap, fmt};

use mainstay_core::{Error, Instant, Result};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

/// The first letter of a name in JSON: no value of the story begins with it.
const MARK: char = '\u{1}';

/// A record of the story, before its ref is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    kind: &'static str,
    number: u32,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK}{}:{}", self.kind, self.number)
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The operator at the host, or a system that reports by itself.
    Operator,
    /// A person at the pages.
    Person(Name),
}

struct Event {
    at: Instant,
    by: By,
    makes: Option<Name>,
    line: Map<String, Json>,
}

/// What happens, in the order in which it was thought of.
#[derive(Default)]
pub(crate) struct Script {
    events: Vec<Event>,
    made: BTreeMap<&'static str, u32>,
}

/// The lines of a script that ended, with the refs that its records got.
pub(crate) struct Told {
    pub(crate) text: String,
    pub(crate) lines: u64,
    refs: BTreeMap<String, String>,
    /// Records by kind.
    pub(crate) records: BTreeMap<&'static str, u64>,
}

impl Told {
    /// The ref of a record, if it was made before the end.
    pub(crate) fn reference(&self, name: Name) -> Option<&str> {
        self.refs.get(&name.to_string()).map(String::as_str)
    }
}

impl Script {
    fn push(&mut self, at: Instant, by: By, makes: Option<Name>, line: Json) {
        if let Json::Object(line) = line {
            self.events.push(Event { at, by, makes, line });
        }
    }

    fn name(&mut self, kind: &'static str) -> Name {
        let number = self.made.entry(kind).or_default();
        *number += 1;
        Name { kind, number: *number }
    }

    /// Makes a record. Empty values are left out.
    pub(crate) fn create(&mut self, at: Instant, by: By, kind: &'static str, values: Json) -> Name {
        let name = self.name(kind);
        let line = json!({"command": "create", "kind": kind, "values": without_nulls(values)});
        self.push(at, by, Some(name), line);
        name
    }

    pub(crate) fn edit(&mut self, at: Instant, by: By, record: Name, values: Json) {
        let line = json!({"command": "edit", "record": record, "values": without_nulls(values)});
        self.push(at, by, None, line);
    }

    pub(crate) fn run(&mut self, at: Instant, by: By, record: Name, name: &str, values: Json) {
        let values = without_nulls(values);
        self.push(at, by, None, json!({"command": "move", "record": record, "name": name, "values": values}));
    }

    /// A comment that the customer reads.
    pub(crate) fn tell(&mut self, at: Instant, by: By, record: Name, body: &str) {
        let line = json!({"command": "comment", "record": record, "body": body, "visibility": "public"});
        self.push(at, by, None, line);
    }

    /// A comment among colleagues.
    pub(crate) fn note(&mut self, at: Instant, by: By, record: Name, body: &str) {
        self.push(at, by, None, json!({"command": "comment", "record": record, "body": body}));
    }

    pub(crate) fn link(&mut self, at: Instant, by: By, record: Name, relation: &str, target: Name) {
        let line = json!({"command": "link", "record": record, "relation": relation, "target": target});
        self.push(at, by, None, line);
    }

    /// A record that was kept elsewhere and is entered afterwards: its steps, each with its time, state and values.
    pub(crate) fn record_history(&mut self, at: Instant, kind: &'static str, steps: Json) -> Name {
        let name = self.name(kind);
        let line = json!({"command": "record_history", "kind": kind, "steps": steps});
        self.push(at, By::Operator, Some(name), line);
        name
    }

    /// The personal data of somebody is erased.
    pub(crate) fn erase(&mut self, at: Instant, person: Name) {
        self.push(at, By::Operator, None, json!({"command": "erase_person", "person": person}));
    }

    pub(crate) fn vote(&mut self, at: Instant, voter: Name, record: Name, reject: Option<&str>) {
        let verdict = if reject.is_some() { "reject" } else { "approve" };
        let mut line = json!({"command": "vote", "record": record, "verdict": verdict});
        if let Some(why) = reject {
            line["comment"] = json!(why);
        }
        self.push(at, By::Person(voter), None, line);
    }

    /// Orders everything by time, leaves out what lies after `until`, and writes the lines. `prefix` gives the prefix
    /// of a kind's refs.
    pub(crate) fn end(
        mut self,
        until: Instant,
        prefix: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Told> {
        // The sort keeps the order of what happens in the same second.
        self.events.sort_by_key(|event| event.at);
        self.events.retain(|event| event.at <= until);
        let mut told =
            Told { text: String::new(), lines: 0, refs: BTreeMap::new(), records: BTreeMap::new() };
        for event in self.events {
            let mut line = Json::Object(event.line);
            put_refs(&mut line, &told.refs)?;
            line["at"] = json!(event.at);
            if let By::Person(person) = event.by {
                let person =
                    told.refs.get(&person.to_string()).ok_or_else(|| unknown(&person.to_string()))?;
                line["actor"] = json!(format!("person:{person}"));
                line["channel"] = json!("web");
            }
            if let Some(name) = event.makes {
                let count = told.records.entry(name.kind).or_default();
                *count += 1;
                let prefix =
                    prefix(name.kind).ok_or_else(|| Error::bug(format!("there is no kind {}", name.kind)))?;
                told.refs.insert(name.to_string(), format!("{prefix}-{count:06}"));
            }
            told.text.push_str(&line.to_string());
            told.text.push('\n');
            told.lines += 1;
        }
        Ok(told)
    }
}

fn unknown(name: &str) -> Error {
    let name = name.trim_start_matches(MARK);
    Error::bug(format!("the story speaks of {name} before it is made"))
}

fn without_nulls(values: Json) -> Json {
    match values {
        Json::Object(map) => Json::Object(map.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        other => other,
    }
}

fn put_refs(json: &mut Json, refs: &BTreeMap<String, String>) -> Result<()> {
    match json {
        Json::String(text) if text.starts_with(MARK) => {
            *text = refs.get(text).cloned().ok_or_else(|| unknown(text))?;
        }
        Json::Array(list) => list.iter_mut().try_for_each(|each| put_refs(each, refs))?,
        Json::Object(map) => map.values_mut().try_for_each(|each| put_refs(each, refs))?,
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Instant {
        Instant::from_second(1_700_000_000 + second).expect("an instant")
    }

    fn prefix(kind: &str) -> Option<&'static str> {
        (kind == "person").then_some("PER").or((kind == "incident").then_some("INC"))
    }

    #[test]
    fn refs_follow_the_order_of_time_and_what_lies_after_the_end_is_left_out() {
        let mut script = Script::default();
        let person = script.create(at(0), By::Operator, "person", json!({"title": "Ann", "phone": null}));
        let late = script.create(at(20), By::Person(person), "incident", json!({"title": "Late"}));
        let early = script.create(at(10), By::Person(person), "incident", json!({"title": "Early"}));
        script.run(at(31), By::Operator, late, "start", json!({}));
        script.link(at(30), By::Operator, late, "duplicate_of", early);
        let told = script.end(at(30), prefix).expect("an end");
        assert_eq!((told.reference(early), told.reference(late)), (Some("INC-000001"), Some("INC-000002")));
        let lines: Vec<&str> = told.text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(!lines[0].contains("phone"), "{}", lines[0]);
        assert!(lines[1].contains("\"Early\"") && lines[1].contains("person:PER-000001"), "{}", lines[1]);
        assert!(lines[3].contains("INC-000001") && lines[3].contains("INC-000002"), "{}", lines[3]);
    }

    #[test]
    fn who_acts_before_being_there_is_found_out() {
        let mut script = Script::default();
        let person = script.create(at(5), By::Operator, "person", json!({"title": "Ann"}));
        script.create(at(1), By::Person(person), "incident", json!({"title": "Early"}));
        let error = script.end(at(9), prefix).map(|_| ()).expect_err("a defect");
        assert_eq!(error.message(), "the story speaks of person:1 before it is made");
    }
}
