//! A world in which every field of text of every kind holds a hostile text.

#[path = "../../../pages/tests/suite/payloads.rs"]
mod payloads;

use std::collections::BTreeMap;

use mainstay_core::{FieldDef, KindDef, Type};
use mainstay_kinds::REGISTRY;
use payloads::HOSTILE;
use serde_json::{Map, Value as Json, json};

use crate::world::World;

/// Executions leave this mark; see `journeys/hostile.mjs`.
const MARK: &str = "window.__ran=1";

/// Makes records until each payload has stood in a field, and at least one of every kind.
pub fn fill(world: &World) {
    world.person("manager", "Sam Service", &["service_manager", "administrator"], None, None);
    let mut maker = Maker { world, shared: BTreeMap::new(), next: 0, refused: 0 };
    for entry in REGISTRY.kinds() {
        let reference = maker.make(&entry.def);
        world.note(&format!("/{}/", entry.def.plural), &reference);
    }
    // Incidents have most places; they hold the payloads that have not been used yet.
    let incident = &REGISTRY.kind("incident").expect("a kind").def;
    while maker.next < HOSTILE.len() {
        let reference = maker.make(incident);
        for _ in 0..4 {
            let text = maker.payload();
            world.tell(&reference, &text);
        }
    }
    assert!(maker.next >= 60, "only {} payloads were used", maker.next);
    assert_eq!(maker.refused, 0, "texts were refused");
}

struct Maker<'a> {
    world: &'a World,
    shared: BTreeMap<&'static str, String>,
    next: usize,
    refused: usize,
}

impl Maker<'_> {
    /// The next payload; what it would run sets the mark.
    fn payload(&mut self) -> String {
        let text = HOSTILE[self.next % HOSTILE.len()].replace("alert(1)", MARK);
        self.next += 1;
        // Control characters are refused at the door; what remains of the text is as hostile as before.
        text.chars().filter(|character| !character.is_control() || *character == '\n').collect()
    }

    #[track_caller]
    fn make(&mut self, def: &'static KindDef) -> String {
        let mut values = Map::new();
        values.insert("title".into(), json!(self.payload()));
        for field in def.fields.iter().filter(|field| !field.system) {
            if let Some(value) = self.value(field) {
                values.insert(field.name.into(), value);
            }
        }
        // Some kinds take some words only in some places: what they name is given a plain word or left out.
        for _ in 0..40 {
            match self.world.try_make(def.name, Json::Object(values.clone())) {
                Ok((reference, _)) => return reference,
                Err(error) => {
                    let fields = error.fields().to_vec();
                    assert!(!fields.is_empty(), "{}: {error}", def.name);
                    for wrong in fields {
                        let field = def.field(&wrong.field);
                        let is_mail = field.is_some_and(|field| matches!(field.ty, Type::Text));
                        let plain = json!(format!("word{}@example.org", self.next));
                        match values.get(&wrong.field) {
                            None if is_mail => values.insert(wrong.field.clone(), json!("given")),
                            Some(now)
                                if is_mail && field.is_some_and(|field| field.required) && *now != plain =>
                            {
                                values.insert(wrong.field.clone(), plain)
                            }
                            _ => values.remove(&wrong.field),
                        };
                    }
                }
            }
        }
        panic!("{}: no record could be made of {values:?}", def.name);
    }

    fn value(&mut self, field: &FieldDef) -> Option<Json> {
        Some(match field.ty {
            Type::Text => json!(self.payload()),
            Type::Choice(choice) if field.required => json!(choice.words[0]),
            Type::Date if field.required => json!("2026-01-05"),
            Type::Instant if field.required => json!(self.world.now().to_string()),
            Type::Int if field.required => json!(1),
            Type::Bool if field.required => json!(true),
            Type::Reference(kind) if field.required => {
                if let Some(known) = self.shared.get(kind) {
                    return Some(json!(known));
                }
                let made = self.make(&REGISTRY.kind(kind).expect("a kind").def);
                self.shared.insert(kind, made.clone());
                json!(made)
            }
            Type::Structured(check) => structured()
                .into_iter()
                .find(|json| check(json.clone()).is_ok_and(|read| read != json!([])))?,
            _ => return None,
        })
    }
}

/// Structured content of every kind of field that must be given.
fn structured() -> Vec<Json> {
    vec![
        json!([{"targets": [{"goal": "resolution", "priority": 3, "seconds": 14_400}]}]),
        json!([{"zone": "Europe/London", "week": {"monday": ["09:00-17:30"]}}]),
    ]
}
