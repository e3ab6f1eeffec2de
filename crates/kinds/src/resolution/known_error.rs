//! Known errors (8.6.3): problems whose cause or whose remedy is known, for everybody who meets them.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Head, Id, Kind, Link, Move, Result, Search, TitleDef, choice, fields, head, kind::no_effects,
    names,
};

use crate::{Change, Person, Problem, Service, Team, acting, problems::Problems, review_date};

choice!(
    /// Whether the error is still met.
    State { Active = "active", Fixed = "fixed", Retired = "retired" }
);

use State::{Active, Fixed, Retired};

/// A known error.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct KnownError {
    pub head: Head<State>,
    pub symptoms: String,
    pub problem: Id<Problem>,
    pub service: Id<Service>,
    pub root_cause: String,
    pub workaround: String,
    pub no_workaround_reason: String,
    pub owner: Id<Person>,
    pub support_team: Id<Team>,
    pub fixing_change: Id<Change>,
    pub review_months: Option<i64>,
    pub reviewed_on: Option<Date>,
    pub next_review: Option<Date>,
    pub external_key: String,
}

impl Kind for KnownError {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "known_error",
        plural: "known_errors",
        prefix: "KE",
        clause: "8.6.3",
        help: "A problem with a known cause or with a way to reduce its effect",
        title: TitleDef { label: "Short description", personal: None, search: Search::Internal },
        fields: fields!(KnownError {
            symptoms: "How it is recognised".searched(Search::Internal),
            problem: "Problem that it belongs to".indexed(),
            service: "Service that is hit".indexed(),
            root_cause: "What causes it".searched(Search::Internal).staff_only(),
            workaround: "What reduces or removes its effect".searched(Search::Internal),
            no_workaround_reason: "Why there is no workaround".staff_only(),
            owner: "Person who answers for the entry".indexed().own(),
            support_team: "Team that meets it".indexed(),
            fixing_change: "Change that takes it away".indexed(),
            review_months: "Months between reviews; twelve when left empty",
            reviewed_on: "Day of its last review".system(),
            next_review: "Day on which its next review falls due".system().indexed(),
            external_key: "Key of the entry in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[Link::new("explains", "explained_by", "incident")],
        clocks: &[],
        moves: &[
            Move::new("confirm", &[Active], Active, "It was reviewed and is still right").then(reviewed),
            Move::new("fix", &[Active], Fixed, "Its cause is gone")
                .takes(names!(KnownError: fixing_change))
                .then(|error, _| error.next_review = None),
            Move::new("recur", &[Fixed, Retired], Active, "It is met again").then(reviewed),
            Move::new("retire", &[Active, Fixed], Retired, "Nobody can meet it any more")
                .then(|error, _| error.next_review = None),
        ],
        approval: None,
        lists: &[&["service", "state"]],
        locked_in: &[Retired],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn reviewed(error: &mut KnownError, cx: &Cx) {
    error.reviewed_on = Some(acting::today(cx));
    error.next_review = Some(review_date::next(error.review_months, cx));
}

fn before_save(error: &mut KnownError, before: Option<&KnownError>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    review_date::check_interval(error.review_months, cx, &mut problems);
    if before.is_none() && !cx.history {
        // Who writes it down has just looked at it.
        reviewed(error, cx);
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Trial, check_lifecycle, wrong_fields};

    fn error() -> Trial<KnownError> {
        Trial::new(json!({"title": "Mail stops when the disk is full", "review_months": 3}))
    }

    #[test]
    fn a_known_error_goes_its_way_and_no_other() {
        check_lifecycle(
            &error,
            &|_| json!({}),
            &[
                ("active", &[], &["confirm", "fix", "retire"]),
                ("fixed", &["fix"], &["recur", "retire"]),
                ("active", &["fix", "recur"], &["confirm", "fix", "retire"]),
                ("retired", &["retire"], &["recur"]),
            ],
        );
    }

    #[test]
    fn it_is_reviewed_when_it_is_written_and_after_each_interval_while_it_is_met() {
        let mut error = error();
        assert_eq!(error.typed().next_review, Some("2026-04-05".parse().unwrap()));
        error.at("2026-04-01T09:00:00Z").perform("confirm", json!({})).unwrap();
        assert_eq!(error.typed().next_review, Some("2026-07-01".parse().unwrap()));
        error.perform("fix", json!({})).unwrap();
        assert_eq!(error.typed().next_review, None);
        assert_eq!(wrong_fields(error.edit(json!({"review_months": 121}))), ["review_months"]);
    }
}
