//! Role assignments (5.3): which person has which responsibility, for what and how long.

use jiff::{civil::Date, tz::TimeZone};
use mainstay_core::{
    Cx, Def, Error, Head, Id, Kind, Move, Result, Search, Subject, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{CustomerOrganisation, Person, Service, Team, problems::Problems};

choice!(
    /// Whether the person has the role.
    State { Active = "active", Ended = "ended" }
);

choice!(
    /// A role of the service management system. What each may do stands in the rights matrix.
    Role {
        ServiceDeskAgent = "service_desk_agent",
        IncidentManager = "incident_manager",
        ProblemManager = "problem_manager",
        ChangeManager = "change_manager",
        EmergencyApprover = "emergency_approver",
        ServiceLevelManager = "service_level_manager",
        ServiceOwner = "service_owner",
        ProcessOwner = "process_owner",
        ServiceManager = "service_manager",
        InternalAuditor = "internal_auditor",
        TopManagement = "top_management",
        Administrator = "administrator",
        CustomerContact = "customer_contact",
    }
);

/// The assignment of a role to a person.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct RoleAssignment {
    pub head: Head<State>,
    pub person: Id<Person>,
    pub role: Option<Role>,
    pub team: Id<Team>,
    pub service: Id<Service>,
    pub customer: Id<CustomerOrganisation>,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
}

impl Kind for RoleAssignment {
    type State = State;
    const NAME: &'static str = "role_assignment";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "role_assignments",
        prefix: "ROLE",
        clause: "5.3",
        help: "A role that a person has, with its scope and its time",
        title: TitleDef {
            label: "Title",
            personal: Some(Subject::Named("person")),
            search: Search::Internal,
        },
        fields: fields!(RoleAssignment {
            person: "Person who has the role".required().indexed().own(),
            role: "Role that the person has".required().indexed(),
            team: "Team to which the person belongs in this role",
            service: "Service for which the role holds; all when none is named",
            customer: "Customer for whom the role holds; all when none is named",
            valid_from: "First day on which the role holds; from the assignment on when none is named",
            valid_until: "Last day on which the role holds; without end when none is named",
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("end", &[State::Active], State::Ended, "The person has the role no longer")
                .takes(names!(RoleAssignment: valid_until)),
            Move::new("renew", &[State::Ended], State::Active, "The person has the role again")
                .takes(names!(RoleAssignment: valid_from, valid_until))
                .only_if(has_not_run_out),
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

/// A renewed role must not have ended already. Days count in UTC here: the rule only keeps out old dates.
fn has_not_run_out(assignment: &RoleAssignment, cx: &Cx) -> Result<()> {
    let today = cx.now.to_zoned(TimeZone::UTC).date();
    match assignment.valid_until {
        Some(last) if last < today => {
            Err(Error::field("valid_until", format!("{last} has passed; name a later day or none")))
        }
        _ => Ok(()),
    }
}

fn before_save(assignment: &mut RoleAssignment, _: Option<&RoleAssignment>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    if let (Some(first), Some(last)) = (assignment.valid_from, assignment.valid_until)
        && last < first
        && !cx.history
    {
        problems.add("valid_until", format!("{last} lies before the first day, {first}"));
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Trial, id, refusing_rule, wrong_fields};

    fn assignment() -> Trial<RoleAssignment> {
        Trial::new(json!({"title": "Night shift", "person": id(1), "role": "incident_manager"}))
    }

    #[test]
    fn an_assignment_names_a_person_and_a_role() {
        assert_eq!(wrong_fields(Trial::<RoleAssignment>::create(json!({}))), ["person", "role"]);
        assert_eq!(assignment().typed().role, Some(Role::IncidentManager));
    }

    #[test]
    fn an_assignment_ends_on_a_day_and_is_renewed_without_end() {
        let mut assignment = assignment();
        assert_eq!(refusing_rule(assignment.perform("renew", json!({}))), "a move begins in its states");
        assignment.perform("end", json!({"valid_until": "2026-01-04"})).unwrap();
        assert_eq!(assignment.state(), "ended");
        assert_eq!(wrong_fields(assignment.perform("renew", json!({}))), ["valid_until"]);
        assignment.perform("renew", json!({"valid_until": null})).unwrap();
        assert_eq!(assignment.state(), "active");
    }

    #[test]
    fn a_role_may_be_renewed_for_its_last_day() {
        let mut assignment = assignment();
        assignment.perform("end", json!({})).unwrap();
        assert!(assignment.perform("renew", json!({"valid_until": "2026-01-05"})).is_ok());
    }

    #[test]
    fn the_last_day_does_not_lie_before_the_first() {
        let mut assignment = assignment();
        let days = |first: &str, last: &str| json!({"valid_from": first, "valid_until": last});
        assert!(assignment.edit(days("2026-01-05", "2026-01-05")).is_ok());
        assert_eq!(wrong_fields(assignment.edit(days("2026-01-05", "2026-01-04"))), ["valid_until"]);
    }
}
