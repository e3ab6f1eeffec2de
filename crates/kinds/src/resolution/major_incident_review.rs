//! Major incident reviews (8.6.1): what is learnt after a major incident is resolved.

use jiff::civil::Date;
use mainstay_core::{
    Def, Head, Id, Instant, Kind, Move, Search, TitleDef, choice, fields, head,
    kind::{no_effects, nothing_before_save},
    names,
};

use crate::{Incident, Person, Problem};

choice!(
    /// Where the review stands.
    State { Planned = "planned", Held = "held", Closed = "closed" }
);

use State::{Closed, Held, Planned};

/// A major incident review.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct MajorIncidentReview {
    pub head: Head<State>,
    pub incident: Id<Incident>,
    pub problem: Id<Problem>,
    pub owner: Id<Person>,
    pub due_on: Option<Date>,
    pub report: String,
    pub what_went_well: String,
    pub what_went_badly: String,
    pub cause: String,
    pub actions: String,
    pub participants: String,
    pub held_at: Option<Instant>,
    pub closed_at: Option<Instant>,
}

impl Kind for MajorIncidentReview {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "major_incident_review",
        plural: "major_incident_reviews",
        prefix: "MIR",
        clause: "8.6.1",
        help: "The report and review after a major incident",
        title: TitleDef { label: "Title", personal: None, search: Search::Internal },
        fields: fields!(MajorIncidentReview {
            incident: "Major incident that is reviewed".required().indexed(),
            problem: "Problem that follows from it".indexed(),
            owner: "Person who answers for the review".indexed().own(),
            due_on: "Day by which it has to be held".indexed(),
            report: "What happened, when, and what it meant for customers",
            what_went_well: "What went well",
            what_went_badly: "What went badly",
            cause: "What caused it, as far as is known",
            actions: "Improvements that follow, or none",
            participants: "Who took part",
            held_at: "When it was held".system(),
            closed_at: "When its actions were done".system(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("hold", &[Planned], Held, "The incident was looked back on")
                .asks(names!(MajorIncidentReview: report, cause, actions))
                .then(|review, cx| review.held_at = Some(cx.now)),
            Move::new("close", &[Held], Closed, "Its actions are done")
                .then(|review, cx| review.closed_at = Some(cx.now)),
        ],
        approval: None,
        lists: &[],
        locked_in: &[Closed],
        reads: &[],
        before_save: nothing_before_save,
        effects: no_effects,
    };
    head!();
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, id, wrong_fields};

    fn answers(name: &str) -> Json {
        if name == "hold" {
            json!({"report": "Mail was down for an hour", "cause": "A full disk", "actions": "None"})
        } else {
            json!({})
        }
    }

    #[test]
    fn a_review_goes_its_way_and_no_other() {
        check_lifecycle(
            &|| Trial::<MajorIncidentReview>::new(json!({"incident": id(5)})),
            &answers,
            &[
                ("planned", &[], &["hold"]),
                ("held", &["hold"], &["close"]),
                ("closed", &["hold", "close"], &[]),
            ],
        );
    }

    #[test]
    fn a_review_reports_and_says_what_follows() {
        assert_eq!(wrong_fields(Trial::<MajorIncidentReview>::create(json!({}))), ["incident"]);
        let mut review = Trial::<MajorIncidentReview>::new(json!({"incident": id(5)}));
        assert_eq!(wrong_fields(review.perform("hold", json!({}))), ["report", "cause", "actions"]);
        review.perform("hold", answers("hold")).unwrap();
        assert_eq!(review.typed().held_at, Some(at(START)));
    }
}
