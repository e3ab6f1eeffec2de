//! Service level agreements (8.3.3): what is promised to whom for which service, on which calendar, in versions
//! that work forward only once the agreement is in force.

use std::collections::HashSet;

use mainstay_core::{
    Cx, Def, Error, Head, Id, Instant, Kind, Move, Result, Search, Structured, TitleDef, choice, fields,
    head, kind::no_effects, value::whole_second,
};

use super::agreement_version::{self, AgreementVersion};
use crate::{Calendar, CustomerOrganisation, Service, forward_only, problems::Problems};

choice!(
    /// Whether the agreement binds.
    State { Draft = "draft", InForce = "in_force", Ended = "ended" }
);

/// A service level agreement.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct ServiceLevelAgreement {
    pub head: Head<State>,
    pub service: Id<Service>,
    pub customer: Id<CustomerOrganisation>,
    pub calendar: Id<Calendar>,
    pub versions: Structured<Vec<AgreementVersion>>,
}

impl ServiceLevelAgreement {
    /// The version that governs a ticket which started at `start` (`metrics` 2.4).
    pub fn version_for(&self, start: Instant) -> Option<&AgreementVersion> {
        agreement_version::version_for(&self.versions.0, start)
    }
}

impl Kind for ServiceLevelAgreement {
    type State = State;
    const NAME: &'static str = "service_level_agreement";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "service_level_agreements",
        prefix: "SLA",
        clause: "8.3.3",
        help: "What is promised to a customer for a service, with targets and the hours in which they count",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(ServiceLevelAgreement {
            service: "Service for which it is agreed; every service when none is named".indexed(),
            customer: "Customer with whom it is agreed; every customer when none is named".indexed(),
            calendar: "Hours in which the targets count".required().indexed(),
            versions: "Targets and rules of counting, each version from its first instant on",
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("put_in_force", &[State::Draft], State::InForce, "The agreement binds from now on")
                .only_if(promises_something),
            Move::new("end", &[State::Draft, State::InForce], State::Ended, "The agreement binds no longer"),
        ],
        approval: None,
        lists: &[],
        locked_in: &[State::Ended],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

/// An agreement without a target promises nothing.
fn promises_something(agreement: &ServiceLevelAgreement, _: &Cx) -> Result<()> {
    if agreement.versions.0.iter().any(|version| !version.targets.is_empty()) {
        return Ok(());
    }
    Err(Error::refused(
        "an agreement in force has a target",
        ServiceLevelAgreement::DEF.clause,
        "The agreement promises nothing yet: it has no version with a target",
    )
    .hint("Add a version with at least one target, then put the agreement in force."))
}

/// Versions must be usable, also those that history brings.
fn before_save(
    agreement: &mut ServiceLevelAgreement,
    before: Option<&ServiceLevelAgreement>,
    cx: &Cx,
) -> Result<()> {
    let mut problems = Problems::default();
    let versions = &mut agreement.versions.0;
    let mut starts = HashSet::new();
    for version in versions.iter_mut() {
        version.valid_from = version.valid_from.map(whole_second);
        let named = version.valid_from.map_or("the beginning".to_owned(), |instant| instant.to_string());
        if !starts.insert(version.valid_from) {
            problems.add("versions", format!("two versions are valid from {named}"));
        }
        for problem in version.problems() {
            problems.add("versions", format!("valid from {named}: {problem}"));
        }
    }
    if let Some(before) = before.filter(|before| before.head.state != State::Draft) {
        forward_only::check(&before.versions.0, versions, |version| version.valid_from, cx, &mut problems);
        if agreement.calendar != before.calendar && !cx.history {
            problems.add("calendar", "is not changed once the agreement is in force; end it and agree anew");
        }
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use mainstay_core::Goal;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, at, id, refusing_rule, wrong_fields};

    fn version(hours: i64) -> Json {
        json!({"targets": [{"goal": "resolution", "priority": 1, "seconds": hours * 3600}]})
    }

    fn version_from(valid_from: &str, hours: i64) -> Json {
        let mut version = version(hours);
        version["valid_from"] = json!(valid_from);
        version
    }

    fn draft() -> Trial<ServiceLevelAgreement> {
        Trial::new(json!({"calendar": id(7), "versions": [version(4)]}))
    }

    fn in_force() -> Trial<ServiceLevelAgreement> {
        let mut agreement = draft();
        agreement.perform("put_in_force", json!({})).expect("it comes into force");
        agreement
    }

    #[test]
    fn an_agreement_is_drafted_put_in_force_and_ended() {
        let mut agreement = in_force();
        assert_eq!(agreement.state(), "in_force");
        agreement.perform("end", json!({})).unwrap();
        assert_eq!(agreement.state(), "ended");
        assert_eq!(refusing_rule(agreement.edit(json!({"service": id(1)}))), "a closed record is not edited");
    }

    #[test]
    fn a_draft_may_be_given_up() {
        assert_eq!(draft().perform("end", json!({})).unwrap().state(), "ended");
    }

    #[test]
    fn an_agreement_stands_on_a_calendar() {
        assert_eq!(wrong_fields(Trial::<ServiceLevelAgreement>::create(json!({}))), ["calendar"]);
    }

    #[test]
    fn an_agreement_without_a_target_does_not_come_into_force() {
        for versions in [json!([]), json!([{}])] {
            let mut agreement =
                Trial::<ServiceLevelAgreement>::new(json!({"calendar": id(7), "versions": versions}));
            let refusal = agreement.perform("put_in_force", json!({}));
            assert_eq!(refusing_rule(refusal), "an agreement in force has a target");
        }
    }

    #[test]
    fn two_targets_for_the_same_goal_and_priority_or_two_versions_from_one_instant_are_refused() {
        let mut twice = version(4);
        twice["targets"] = json!([twice["targets"][0], twice["targets"][0]]);
        assert_eq!(wrong_fields(draft().edit(json!({"versions": [twice]}))), ["versions"]);
        assert_eq!(wrong_fields(draft().edit(json!({"versions": [version(4), version(8)]}))), ["versions"]);
    }

    #[test]
    fn a_draft_is_changed_freely() {
        let changed = json!({"calendar": id(8), "versions": [version_from("2020-01-01T00:00:00Z", 8)]});
        assert!(draft().edit(changed).is_ok());
    }

    #[test]
    fn e32_in_force_new_versions_work_forward_only_and_old_ones_stay() {
        let mut agreement = in_force();
        assert_eq!(wrong_fields(agreement.edit(json!({"versions": [version(8)]}))), ["versions"; 2]);
        let past = version_from("2026-01-05T08:59:59Z", 8);
        assert_eq!(wrong_fields(agreement.edit(json!({"versions": [version(4), past]}))), ["versions"]);
        let now = version_from("2026-01-05T09:00:00.9Z", 8);
        agreement.edit(json!({"versions": [version(4), now]})).unwrap();
        let agreement = agreement.typed();
        let target = |start: &str| agreement.version_for(at(start))?.target_seconds(Goal::Resolution, 1);
        assert_eq!(target("2026-01-05T08:59:59Z"), Some(4 * 3600));
        assert_eq!(target("2026-01-05T09:00:00Z"), Some(8 * 3600));
    }

    #[test]
    fn in_force_the_calendar_stays() {
        assert_eq!(wrong_fields(in_force().edit(json!({"calendar": id(8)}))), ["calendar"]);
    }

    #[test]
    fn history_brings_agreements_as_they_were_and_no_impossible_ones() {
        let mut agreement = Trial::<ServiceLevelAgreement>::of_history("in_force", json!({}));
        let old = json!({"calendar": id(7), "versions": [version_from("2016-02-29T00:00:00Z", 4)]});
        agreement.history("in_force", old).unwrap();
        agreement.history("in_force", json!({"calendar": id(8)})).unwrap();
        let impossible = json!({"versions": [version(0)]});
        assert_eq!(wrong_fields(agreement.history("in_force", impossible)), ["versions"]);
    }
}
