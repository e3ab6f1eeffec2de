//! The condition that lists use and the question that acts ask are one right: the same rows, for any person.

use std::collections::BTreeSet;

use mainstay_app::{
    context::to_record,
    rights::{Deed, HeldRole, Principal},
};
use mainstay_core::{Choice, Page, Sort};
use mainstay_kinds::{REGISTRY, role_assignment::Role};
use mainstay_store::{Audience, list, rows};
use uuid::Uuid;

use crate::{
    scene::{RELATIONS, Relation, Scene},
    world::{BOTH, World},
};

/// A repeatable source of choices.
struct Choices(u64);

impl Choices {
    fn next(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % most
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.next(from.len())].clone()
    }
}

#[test]
fn r14_a_list_shows_exactly_the_records_that_may_be_read_one_by_one() {
    for engine in BOTH {
        let world = World::new(engine);
        let scene = Scene::new(&world);
        let mut choices = Choices(20_000);
        let ids = |kind: &str| -> Vec<Uuid> {
            RELATIONS.iter().map(|relation| scene.record(kind, *relation).id).collect()
        };
        let (customers, services, teams) = (ids("customer_organisation"), ids("service"), ids("team"));
        let people: Vec<Uuid> = scene.people.iter().map(|asker| asker.person).chain(ids("person")).collect();
        let roles: Vec<Role> = Role::DEF.words.iter().filter_map(|word| Role::parse(word)).collect();
        let some = |choices: &mut Choices, from: &[Uuid]| (choices.next(2) == 0).then(|| choices.pick(from));
        for _ in 0..60 {
            let base = scene.requester.principal(&world);
            let count = choices.next(3);
            let who = Principal {
                person: choices.pick(&people),
                customer: some(&mut choices, &customers),
                roles: (0..count)
                    .map(|_| HeldRole {
                        role: choices.pick(&roles),
                        service: some(&mut choices, &services),
                        customer: some(&mut choices, &customers),
                    })
                    .collect(),
                teams: some(&mut choices, &teams).into_iter().collect(),
                ..(*base).clone()
            };
            for entry in REGISTRY.kinds() {
                let table = world.app.context().table(entry.def.name).expect("a table");
                for deed in [Deed::Read, Deed::ReadInternal, Deed::Edit, Deed::Comment] {
                    let scope = who.scope(&entry.def, deed);
                    let (listed, single) = world
                        .app
                        .view()
                        .read(|conn| {
                            let sort = Sort { column: "key".into(), descending: false };
                            let page = Page::first(1000);
                            let listed = list::page(conn, table, &scope, &sort, &page, Audience::Staff)?;
                            let listed: BTreeSet<i64> = listed.iter().map(|row| row.key).collect();
                            let mut single = BTreeSet::new();
                            for row in rows::after(conn, table, 0, 1000)? {
                                let key = row.key;
                                if who.may(&entry.def, &to_record(entry.def.name, row.row)?, deed) {
                                    single.insert(key);
                                }
                            }
                            Ok((listed, single))
                        })
                        .expect("the rows");
                    assert_eq!(listed, single, "{} {deed:?} of {who:?}", entry.def.name);
                }
            }
        }
    }
}

#[test]
fn every_kind_can_be_read_by_some_role() {
    let world = World::new(crate::world::Engine::Sqlite);
    let scene = Scene::new(&world);
    for entry in REGISTRY.kinds() {
        let seen = scene.people.iter().any(|asker| asker.principal(&world).may_ever(&entry.def, Deed::Read));
        assert!(seen, "nobody may read {}", entry.def.plural);
        assert_eq!(scene.record(entry.def.name, Relation::Own).kind, entry.def.name);
    }
}
