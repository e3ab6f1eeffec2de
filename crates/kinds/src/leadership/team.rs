//! Teams (5.3): groups of persons to which work is assigned.

use mainstay_core::{
    Cx, Def, Head, Id, Kind, Move, Result, Search, TitleDef, choice, fields, head, kind::no_effects,
};

use crate::{Person, mail_address, problems::Problems};

choice!(
    /// Whether the team takes work.
    State { Active = "active", Dissolved = "dissolved" }
);

/// A team.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Team {
    pub head: Head<State>,
    pub lead: Id<Person>,
    pub email: String,
    pub external_key: String,
}

impl Kind for Team {
    type State = State;
    const NAME: &'static str = "team";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "teams",
        prefix: "TEAM",
        clause: "5.3",
        help: "A group of persons to which work is assigned",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(Team {
            lead: "Person who leads the team",
            email: "Address to which the team's messages go",
            external_key: "Key of the team in a foreign system".indexed().unique(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("dissolve", &[State::Active], State::Dissolved, "The team takes no more work"),
            Move::new("revive", &[State::Dissolved], State::Active, "The team takes work again"),
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

fn before_save(team: &mut Team, _: Option<&Team>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    mail_address::normalise(&mut team.email, "email", cx, &mut problems);
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Trial, refusing_rule, wrong_fields};

    #[test]
    fn a_team_is_dissolved_and_revived() {
        let mut team = Trial::<Team>::new(json!({"title": "Network"}));
        assert_eq!(refusing_rule(team.perform("revive", json!({}))), "a move begins in its states");
        team.perform("dissolve", json!({})).unwrap();
        assert_eq!(team.state(), "dissolved");
        team.perform("revive", json!({})).unwrap();
        assert_eq!(team.state(), "active");
    }

    #[test]
    fn the_address_of_a_team_is_checked() {
        assert_eq!(wrong_fields(Trial::<Team>::create(json!({"email": "network"}))), ["email"]);
    }
}
