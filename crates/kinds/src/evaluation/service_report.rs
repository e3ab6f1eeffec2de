//! Service reports (9.4): what was reported to whom, and what was decided on it.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Head, Id, Instant, Kind, Move, Result, Search, TitleDef, choice, fields, head, kind::no_effects,
    names,
};

use crate::{CustomerOrganisation, Person, Service, YesNo, period, problems::Problems};

choice!(
    /// Where the report stands.
    State { Draft = "draft", Issued = "issued", Decided = "decided" }
);

use State::{Decided, Draft, Issued};

/// A service report.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct ServiceReport {
    pub head: Head<State>,
    pub report_id: String,
    pub clauses: String,
    pub purpose: String,
    pub audience: String,
    pub recipients: String,
    pub customer: Id<CustomerOrganisation>,
    pub service: Id<Service>,
    pub owner: Id<Person>,
    pub period_from: Option<Date>,
    pub period_until: Option<Date>,
    pub due_on: Option<Date>,
    pub content: String,
    pub sources: String,
    pub targets_missed: Option<YesNo>,
    pub decisions: String,
    pub issued_at: Option<Instant>,
    pub decided_at: Option<Instant>,
}

impl Kind for ServiceReport {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "service_report",
        plural: "service_reports",
        prefix: "REP",
        clause: "9.4",
        help: "A report for a period: content, sources, recipients, and what was decided on it",
        title: TitleDef { label: "Title", personal: None, search: Search::Internal },
        fields: fields!(ServiceReport {
            report_id: "Which report of the schedule it is, like complaints-monthly".indexed(),
            clauses: "Clauses that ask for it, like 8.3.2, parted by blanks",
            purpose: "What it is for",
            audience: "For whom it is made",
            recipients: "Who got it",
            customer: "Customer for whom it is made".indexed(),
            service: "Service that it is about; all when none is named".indexed(),
            owner: "Person who answers for it".indexed().own(),
            period_from: "First day of the period".required(),
            period_until: "Last day of the period".required().indexed(),
            due_on: "Day by which it has to be issued".indexed(),
            content: "What is reported, in Markdown",
            sources: "Records and metrics from which it was made",
            targets_missed: "Whether a target was missed",
            decisions: "What was decided on it, with actions or none".system(),
            issued_at: "When it was issued".system().indexed(),
            decided_at: "When it was decided on".system(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("issue", &[Draft], Issued, "The recipients have got it")
                .asks(names!(ServiceReport: purpose, audience, recipients, content, sources, targets_missed))
                .then(|report, cx| report.issued_at = Some(cx.now)),
            Move::new("decide", &[Issued], Decided, "It was looked at, and actions follow or none")
                .asks(names!(ServiceReport: decisions))
                .then(|report, cx| report.decided_at = Some(cx.now)),
        ],
        approval: None,
        lists: &[&["report_id", "state"]],
        locked_in: &[Issued, Decided],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(report: &mut ServiceReport, _: Option<&ServiceReport>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    period::check(report.period_from, report.period_until, cx, &mut problems);
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, check_lifecycle, wrong_fields};

    fn report() -> Trial<ServiceReport> {
        Trial::new(json!({"period_from": "2025-12-01", "period_until": "2025-12-31"}))
    }

    fn answers(name: &str) -> Json {
        match name {
            "issue" => {
                json!({"purpose": "To see", "audience": "Customers", "recipients": "Ann", "content": "All well",
                "sources": "INC", "targets_missed": "no"})
            }
            "decide" => json!({"decisions": "None"}),
            _ => json!({}),
        }
    }

    #[test]
    fn a_report_goes_its_way_and_no_other() {
        check_lifecycle(
            &report,
            &answers,
            &[
                ("draft", &[], &["issue"]),
                ("issued", &["issue"], &["decide"]),
                ("decided", &["issue", "decide"], &[]),
            ],
        );
    }

    #[test]
    fn what_is_issued_says_for_whom_it_is_and_from_what_it_was_made_and_stays() {
        let mut report = report();
        assert_eq!(wrong_fields(report.perform("issue", json!({}))).len(), 6);
        report.perform("issue", answers("issue")).unwrap();
        assert!(report.edit(json!({"content": "Better"})).is_err());
        assert_eq!(wrong_fields(report.perform("decide", json!({}))), ["decisions"]);
        assert_eq!(
            wrong_fields(Trial::<ServiceReport>::create(
                json!({"period_from": "2026-01-02", "period_until": "2026-01-01"})
            )),
            ["period_until"]
        );
    }
}
