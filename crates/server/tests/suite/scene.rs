//! People of every role, two customers, and records of every kind that are somebody's own, their organisation's, or
//! somebody else's.

use std::collections::BTreeMap;

use mainstay_app::rights::Relations;
use mainstay_core::{Choice, FieldDef, KindDef, Type};
use mainstay_kinds::{REGISTRY, role_assignment::Role};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::{
    asker::{Asker, person},
    world::World,
};

/// How a record stands to the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    Own,
    Organisation,
    Foreign,
}

pub const RELATIONS: [Relation; 3] = [Relation::Own, Relation::Organisation, Relation::Foreign];

/// A record of the scene.
#[derive(Debug, Clone)]
pub struct Made {
    pub kind: &'static str,
    pub relation: Relation,
    pub reference: String,
    pub id: Uuid,
}

/// People and records.
pub struct Scene {
    /// One person for each role, then the requester and the contact of the customer.
    pub people: Vec<Asker>,
    pub requester: Asker,
    pub contact: Asker,
    pub stranger: Asker,
    pub records: Vec<Made>,
    pub customer: String,
    pub other_customer: String,
}

impl Scene {
    #[track_caller]
    pub fn named(&self, name: &str) -> &Asker {
        self.people.iter().find(|asker| asker.name == name).unwrap_or_else(|| panic!("nobody is {name}"))
    }

    #[track_caller]
    pub fn record(&self, kind: &str, relation: Relation) -> &Made {
        let found = self.records.iter().find(|made| made.kind == kind && made.relation == relation);
        found.unwrap_or_else(|| panic!("no {relation:?} {kind}"))
    }

    pub fn new(world: &World) -> Self {
        let customer = world.make("customer_organisation", json!({"title": "Alder Hospital"}));
        let other_customer = world.make("customer_organisation", json!({"title": "Birch Bank"}));
        let mut people: Vec<Asker> = Role::DEF
            .words
            .iter()
            .filter(|role| **role != "customer_contact")
            .map(|role| person(world, role, &[role], None))
            .collect();
        let requester = person(world, "requester", &[], Some(&customer));
        let contact = person(world, "contact", &["customer_contact"], Some(&customer));
        let colleague = person(world, "colleague", &[], Some(&customer));
        let stranger = person(world, "stranger", &["customer_contact"], Some(&other_customer));
        people.extend([requester.clone(), contact.clone()]);
        let mut maker = Maker { world, shared: BTreeMap::new() };
        let mut records = Vec::new();
        for entry in REGISTRY.kinds() {
            for relation in RELATIONS {
                let (person, customer) = match relation {
                    Relation::Own => (&requester, &customer),
                    Relation::Organisation => (&colleague, &customer),
                    Relation::Foreign => (&stranger, &other_customer),
                };
                let (reference, id) = maker.make(&entry.def, Some((person, customer)), relation);
                records.push(Made { kind: entry.def.name, relation, reference, id });
            }
        }
        Self { people, requester, contact, stranger, records, customer, other_customer }
    }
}

/// Makes records of any kind, with what they need.
pub struct Maker<'a> {
    pub world: &'a World,
    /// A record of each kind to which others refer.
    pub shared: BTreeMap<&'static str, String>,
}

impl Maker<'_> {
    /// A record of the kind; whose it is where the kind has a place for that.
    #[track_caller]
    pub fn make(
        &mut self,
        def: &KindDef,
        whose: Option<(&Asker, &str)>,
        relation: Relation,
    ) -> (String, Uuid) {
        let mut values = self.needed(def);
        values.insert("title".into(), json!(format!("{relation:?} {}", def.name)));
        if def.name == "role_assignment" {
            // What people may do is not to depend on the records that they are tried on.
            values.insert("valid_from".into(), json!("2099-01-01"));
        }
        let relations = Relations::of(def);
        let settable = |name: &&&'static str| def.field(name).is_some_and(|field| !field.system);
        let own: Vec<_> = relations.own.iter().filter(settable).collect();
        let organisation: Vec<_> = relations.organisation.iter().filter(settable).collect();
        let mut failed = String::new();
        // Some kinds have a place for a customer or a person only in special cases.
        for (with_own, with_organisation) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut values = values.clone();
            if let Some((person, customer)) = whose {
                for name in own.iter().filter(|_| with_own) {
                    values.insert((**name).to_owned(), json!(person.reference));
                }
                for name in organisation.iter().filter(|_| with_organisation) {
                    values.insert((**name).to_owned(), json!(customer));
                }
            }
            match self.world.create(def.name, Json::Object(values)) {
                Ok(outcome) => return (outcome.reference, outcome.id.parse().expect("an id")),
                Err(error) => failed = format!("{}: {error} {:?}", def.name, error.fields()),
            }
        }
        panic!("{failed}")
    }

    fn needed(&mut self, def: &KindDef) -> Map<String, Json> {
        let needed =
            |field: &&FieldDef| !field.system && (field.required || matches!(field.ty, Type::Structured(_)));
        let fields: Vec<FieldDef> = def.fields.iter().filter(needed).copied().collect();
        fields.iter().filter_map(|field| Some((field.name.to_owned(), self.sample(field)?))).collect()
    }

    /// A value that fits the field; no two texts are the same.
    pub fn sample(&mut self, field: &FieldDef) -> Option<Json> {
        Some(match field.ty {
            Type::Text => json!(format!("word{}@example.org", self.world.entries())),
            Type::Bool => json!(true),
            Type::Int => json!(1),
            Type::Instant => json!(self.world.app.now().expect("a time").to_string()),
            Type::Date => json!("2026-01-05"),
            Type::Choice(choice) => json!(choice.words[0]),
            Type::Reference(kind) => json!(self.shared(kind)),
            Type::Structured(check) => {
                structured().into_iter().find(|json| check(json.clone()).is_ok_and(|is| is != json!([])))?
            }
            Type::Bytes => return None,
        })
    }

    fn shared(&mut self, kind: &'static str) -> String {
        if let Some(known) = self.shared.get(kind) {
            return known.clone();
        }
        let def = &REGISTRY.kind(kind).expect("a kind").def;
        let (reference, _) = self.make(def, None, Relation::Foreign);
        self.shared.insert(kind, reference.clone());
        reference
    }
}

/// Structured content of every kind of field that there is.
fn structured() -> Vec<Json> {
    vec![
        json!([{"targets": [{"goal": "resolution", "priority": 3, "seconds": 14_400}]}]),
        json!([{"zone": "Europe/London", "week": {"monday": ["09:00-17:30"]}}]),
    ]
}
