//! Satisfaction results (8.3.2): what a customer or user said when asked.

use mainstay_core::{
    Cx, Def, Head, Id, Instant, Kind, Move, Result, Search, Subject, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{CustomerOrganisation, Incident, Person, Service, ServiceRequest, problems::Problems};

choice!(
    /// Whether the answer is there.
    State { Asked = "asked", Answered = "answered", Unanswered = "unanswered" }
);

use State::{Answered, Asked, Unanswered};

/// A satisfaction result.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct SatisfactionResult {
    pub head: Head<State>,
    pub cycle: String,
    pub customer: Id<CustomerOrganisation>,
    pub service: Id<Service>,
    pub respondent: Id<Person>,
    pub incident: Id<Incident>,
    pub request: Id<ServiceRequest>,
    pub score: Option<i64>,
    pub comment: String,
    pub answered_at: Option<Instant>,
}

impl Kind for SatisfactionResult {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "satisfaction_result",
        plural: "satisfaction_results",
        prefix: "SAT",
        clause: "8.3.2",
        help: "The answer of a customer or user who was asked how content they are",
        title: TitleDef { label: "Title", personal: None, search: Search::Internal },
        fields: fields!(SatisfactionResult {
            cycle: "Survey that it belongs to, like 2026-1".indexed(),
            customer: "Customer who was asked".indexed(),
            service: "Service that it is about".indexed(),
            respondent: "Person who was asked".indexed().own(),
            incident: "Incident after which it was asked".indexed(),
            request: "Request after which it was asked".indexed(),
            score: "From 1, not at all content, to 5, very content".system(),
            comment: "What the person added".system().personal(Subject::Named("respondent")),
            answered_at: "When it was answered".system().indexed(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("answer", &[Asked], Answered, "The person answered")
                .asks(names!(SatisfactionResult: score))
                .takes(names!(SatisfactionResult: comment))
                .then(|result, cx| result.answered_at = Some(cx.now)),
            Move::new("give_up", &[Asked], Unanswered, "No answer is awaited any more"),
        ],
        approval: None,
        lists: &[&["customer", "state"]],
        locked_in: &[Answered, Unanswered],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(result: &mut SatisfactionResult, _: Option<&SatisfactionResult>, _: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    if let Some(score) = result.score.filter(|score| !(1..=5).contains(score)) {
        problems.add("score", format!("is {score}; scores go from 1 to 5"));
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, wrong_fields};

    fn answers(name: &str) -> Json {
        if name == "answer" { json!({"score": 4, "comment": "Quick"}) } else { json!({}) }
    }

    #[test]
    fn a_question_is_answered_or_given_up() {
        check_lifecycle(
            &|| Trial::<SatisfactionResult>::new(json!({})),
            &answers,
            &[
                ("asked", &[], &["answer", "give_up"]),
                ("answered", &["answer"], &[]),
                ("unanswered", &["give_up"], &[]),
            ],
        );
    }

    #[test]
    fn an_answer_is_a_score_from_one_to_five() {
        for (score, good) in [(0, false), (1, true), (5, true), (6, false)] {
            let mut result = Trial::<SatisfactionResult>::new(json!({}));
            let outcome = result.perform("answer", json!({"score": score})).cloned();
            if good {
                assert_eq!(outcome.unwrap().typed().answered_at, Some(at(START)));
            } else {
                assert_eq!(wrong_fields(outcome), ["score"], "{score}");
            }
        }
    }
}
