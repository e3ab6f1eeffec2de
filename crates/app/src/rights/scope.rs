//! A right as a condition: on the rows of a list, and on one record in the hands of an act. Both are made from the
//! same pieces, and a test holds them against each other.

use mainstay_core::{Filter, KindDef, Op, Record, Value};
use uuid::Uuid;

use super::{Deed, HeldRole, Principal, Reach, Relations, matrix::Line};

impl Principal {
    /// The condition that rows must meet so that this deed may be done with them. A filter that takes no row when
    /// the deed is not allowed at all.
    pub fn scope(&self, def: &KindDef, deed: Deed) -> Filter {
        if self.is_kept_from(deed) {
            return nothing();
        }
        let relations = Relations::of(def);
        let mut ways = Vec::new();
        for (held, line) in self.grants(def.name, deed) {
            match self.condition(&relations, held, line) {
                Filter::All => return Filter::All,
                condition if condition == nothing() => {}
                condition if ways.contains(&condition) => {}
                condition => ways.push(condition),
            }
        }
        if ways.len() == 1 { ways.remove(0) } else { Filter::Or(ways) }
    }

    /// Whether this deed may be done with this record.
    pub fn may(&self, def: &KindDef, record: &Record, deed: Deed) -> bool {
        if self.is_kept_from(deed) {
            return false;
        }
        let relations = Relations::of(def);
        self.grants(def.name, deed)
            .into_iter()
            .any(|(held, line)| self.applies(&relations, def, record, held, line))
    }

    /// The fields that may be given when a record is made or changed; none for all.
    pub fn fields_for(&self, def: &KindDef, record: &Record, deed: Deed) -> Option<Vec<&'static str>> {
        let relations = Relations::of(def);
        let mut fields = Vec::new();
        for (held, line) in self.grants(def.name, deed) {
            if self.applies(&relations, def, record, held, line) {
                if line.fields.is_empty() {
                    return None;
                }
                fields.extend(line.fields);
            }
        }
        Some(fields)
    }

    /// The fields that may be given when a record of the kind is made; none for all.
    pub fn fields_to_give(&self, def: &KindDef) -> Option<Vec<&'static str>> {
        let lines: Vec<_> =
            self.grants(def.name, Deed::Create).into_iter().map(|(_, line)| line.fields).collect();
        if lines.iter().any(|fields| fields.is_empty()) { None } else { Some(lines.concat()) }
    }

    /// The reach of a deed that goes furthest.
    pub fn reach(&self, def: &KindDef, deed: Deed) -> Option<Reach> {
        if self.is_kept_from(deed) {
            return None;
        }
        self.grants(def.name, deed).into_iter().map(|(_, line)| line.reach).max()
    }

    fn condition(&self, relations: &Relations, held: Option<HeldRole>, line: &Line) -> Filter {
        let reached = match line.reach {
            Reach::All => Filter::All,
            Reach::Own => any_of(&relations.own, &[self.person]),
            Reach::Team => {
                either(any_of(&relations.own, &[self.person]), any_of(&relations.team, &self.teams))
            }
            Reach::Organisation => either(
                any_of(&relations.own, &[self.person]),
                any_of(&relations.organisation, &self.organisations(held)),
            ),
        };
        let mut all = Vec::new();
        if reached != Filter::All {
            all.push(reached);
        }
        if !line.states.is_empty() {
            all.push(Filter::In(
                "state".into(),
                line.states.iter().map(|state| Value::from(*state)).collect(),
            ));
        }
        for (columns, id) in limits(relations, held) {
            all.push(any_of(columns, &[id]));
        }
        match all.len() {
            0 => Filter::All,
            1 => all.remove(0),
            _ if all.contains(&nothing()) => nothing(),
            _ => Filter::And(all),
        }
    }

    fn applies(
        &self,
        relations: &Relations,
        def: &KindDef,
        record: &Record,
        held: Option<HeldRole>,
        line: &Line,
    ) -> bool {
        let holds = |columns: &[&'static str], ids: &[Uuid]| Relations::holds(def, record, columns, ids);
        let own = || holds(&relations.own, &[self.person]);
        let reached = match line.reach {
            Reach::All => true,
            Reach::Own => own(),
            Reach::Team => own() || holds(&relations.team, &self.teams),
            Reach::Organisation => own() || holds(&relations.organisation, &self.organisations(held)),
        };
        reached
            && (line.states.is_empty() || line.states.contains(&record.state.as_str()))
            && limits(relations, held).all(|(columns, id)| holds(columns, &[id]))
    }

    /// The organisations for which the person speaks in this role.
    fn organisations(&self, held: Option<HeldRole>) -> Vec<Uuid> {
        held.and_then(|held| held.customer).or(self.customer).into_iter().collect()
    }
}

/// What a role is limited to: a customer, a service. Kinds that know no customer or no service are common to all.
fn limits(relations: &Relations, held: Option<HeldRole>) -> impl Iterator<Item = (&[&'static str], Uuid)> {
    let customer = held.and_then(|held| held.customer).map(|id| (relations.organisation.as_slice(), id));
    let service = held.and_then(|held| held.service).map(|id| (relations.service.as_slice(), id));
    customer.into_iter().chain(service).filter(|(columns, _)| !columns.is_empty())
}

/// The filter that takes no row.
pub(super) fn nothing() -> Filter {
    Filter::Or(Vec::new())
}

fn any_of(columns: &[&'static str], ids: &[Uuid]) -> Filter {
    if ids.is_empty() {
        return nothing();
    }
    let mut ways: Vec<Filter> = columns
        .iter()
        .map(|column| match ids {
            [one] => Filter::Is((*column).to_owned(), Op::Eq, Value::Id(*one)),
            many => Filter::In((*column).to_owned(), many.iter().map(|id| Value::Id(*id)).collect()),
        })
        .collect();
    if ways.len() == 1 { ways.remove(0) } else { Filter::Or(ways) }
}

fn either(one: Filter, other: Filter) -> Filter {
    match (one, other) {
        (one, other) if one == nothing() => other,
        (one, other) if other == nothing() => one,
        (one, other) => Filter::Or(vec![one, other]),
    }
}
