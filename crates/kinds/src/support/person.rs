//! Persons (7.2): who works for the provider, who calls for a customer.

use mainstay_core::{
    Cx, Def, Head, Id, Kind, Move, Result, Search, Subject, TitleDef, choice, fields, head, kind::no_effects,
};

use crate::{CustomerOrganisation, mail_address, problems::Problems};

choice!(
    /// Whether the person is still with us or with the customer.
    State { Active = "active", Former = "former" }
);

/// A person.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Person {
    pub head: Head<State>,
    pub email: String,
    pub phone: String,
    pub customer: Id<CustomerOrganisation>,
    pub staff: bool,
    pub external_key: String,
}

impl Kind for Person {
    type State = State;
    const NAME: &'static str = "person";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "persons",
        prefix: "PER",
        clause: "7.2",
        help: "Someone who works for the provider or speaks for a customer",
        title: TitleDef { label: "Name", personal: Some(Subject::Itself), search: Search::Internal },
        fields: fields!(Person {
            email: "Address to which messages go".unique().personal(Subject::Itself),
            phone: "Number under which the person is called".personal(Subject::Itself),
            customer: "Customer for whom the person speaks".indexed(),
            staff: "Acts for the provider",
            external_key: "Key of the person in a foreign system"
                .staff_only()
                .indexed()
                .unique()
                .personal(Subject::Itself),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("leave", &[State::Active], State::Former, "The person has left"),
            Move::new("return", &[State::Former], State::Active, "The person is back"),
        ],
        approval: None,
        lists: &[],
        locked_in: &[],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(person: &mut Person, _: Option<&Person>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    mail_address::normalise(&mut person.email, "email", cx, &mut problems);
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Trial, refusing_rule, wrong_fields};

    #[test]
    fn a_person_leaves_and_returns() {
        let mut person = Trial::<Person>::new(json!({"title": "Ann Lee", "staff": true}));
        person.perform("leave", json!({})).unwrap();
        assert_eq!(person.state(), "former");
        person.perform("return", json!({})).unwrap();
        assert_eq!(person.state(), "active");
        assert_eq!(refusing_rule(person.perform("return", json!({}))), "a move begins in its states");
    }

    #[test]
    fn an_address_is_checked_and_kept_in_lower_case() {
        let person = Trial::<Person>::new(json!({"email": "Ann@Example.org"}));
        assert_eq!(person.typed().email, "ann@example.org");
        assert_eq!(wrong_fields(Trial::<Person>::create(json!({"email": "Ann"}))), ["email"]);
    }
}
