//! Nil returns (7.5): the owner of a process states that nothing of a kind happened in a period. Without one, no record
//! is no evidence.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Error, Head, Id, Instant, Kind, Move, Result, Search, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{Person, Service, acting, problems::Problems};

choice!(
    /// Whether the statement counts.
    State { Draft = "draft", Signed = "signed", Withdrawn = "withdrawn" }
);

use State::{Draft, Signed, Withdrawn};

choice!(
    /// Kinds of evidence for which nothing may have to be shown, as the catalogue of requirements names them.
    EvidenceKind {
        AuditFinding = "audit_finding",
        Change = "change",
        Complaint = "complaint",
        ContinuityInvocation = "continuity_invocation",
        CorrectiveAction = "corrective_action",
        Deployment = "deployment",
        DesignPackage = "design_package",
        Dispute = "dispute",
        Incident = "incident",
        KnownError = "known_error",
        MajorIncidentReview = "major_incident_review",
        Nonconformity = "nonconformity",
        Notification = "notification",
        Outage = "outage",
        Problem = "problem",
        Release = "release",
        SecurityIncident = "security_incident",
        ServiceRequest = "service_request",
        ServiceTransition = "service_transition",
        Supplier = "supplier",
    }
);

/// A nil return.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct NilReturn {
    pub head: Head<State>,
    pub evidence_kind: Option<EvidenceKind>,
    pub part: String,
    pub service: Id<Service>,
    pub period_from: Option<Date>,
    pub period_until: Option<Date>,
    pub owner: Id<Person>,
    pub statement: String,
    pub signed_at: Option<Instant>,
    pub withdrawal_reason: String,
}

impl Kind for NilReturn {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "nil_return",
        plural: "nil_returns",
        prefix: "NIL",
        clause: "7.5.4",
        help: "A statement that nothing of a kind happened in a period",
        title: TitleDef { label: "Title", personal: None, search: Search::Internal },
        fields: fields!(NilReturn {
            evidence_kind: "What did not happen".required().indexed(),
            part: "Part of the kind that is meant, like major, removal or transfer; all of it when left empty",
            service: "Service that is meant; all services when none is named",
            period_from: "First day of the period".required(),
            period_until: "Last day of the period".required().indexed(),
            owner: "Person who answers for the process and signs".required().indexed().own(),
            statement: "What was looked at, and what was found",
            signed_at: "When it was signed".system(),
            withdrawal_reason: "Why it does not hold after all".system(),
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("sign", &[Draft], Signed, "The owner states it")
                .asks(names!(NilReturn: statement))
                .only_if(is_the_owner)
                .then(|nil, cx| nil.signed_at = Some(cx.now)),
            Move::new("withdraw", &[Draft, Signed], Withdrawn, "It does not hold after all")
                .asks(names!(NilReturn: withdrawal_reason)),
        ],
        approval: None,
        lists: &[&["evidence_kind", "state"]],
        locked_in: &[Signed, Withdrawn],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

/// A person signs as the owner, and only for days that have passed.
fn is_the_owner(nil: &NilReturn, cx: &Cx) -> Result<()> {
    let person = acting::person(cx);
    if person.is_some() && person != nil.owner {
        return Err(Error::refused(
            "the owner signs a nil return",
            NilReturn::DEF.clause,
            format!("{} is signed by its owner and nobody else", nil.head.reference),
        ));
    }
    Ok(())
}

fn before_save(nil: &mut NilReturn, before: Option<&NilReturn>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    let same =
        |before: &NilReturn| (before.period_from, before.period_until) == (nil.period_from, nil.period_until);
    if let (Some(from), Some(until)) = (nil.period_from, nil.period_until)
        && !cx.history
        && !before.is_some_and(same)
    {
        if until < from {
            problems.add("period_until", format!("lies before the first day, {from}"));
        }
        if until > acting::today(cx) {
            problems.add("period_until", "has not passed; nobody knows yet what happens");
        }
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{START, Trial, at, id, refusing_rule, wrong_fields};

    fn input(from: &str, until: &str) -> Json {
        json!({"evidence_kind": "dispute", "period_from": from, "period_until": until, "owner": id(1)})
    }

    #[test]
    fn a_nil_return_is_signed_by_its_owner_and_locked() {
        let mut nil = Trial::<NilReturn>::new(input("2025-01-01", "2025-12-31"));
        assert_eq!(wrong_fields(nil.perform("sign", json!({}))), ["statement"]);
        nil.perform("sign", json!({"statement": "All mails to suppliers were looked through"})).unwrap();
        assert_eq!(nil.typed().signed_at, Some(at(START)));
        assert_eq!(refusing_rule(nil.edit(json!({"part": "major"}))), "a closed record is not edited");
        nil.perform("withdraw", json!({"withdrawal_reason": "There was one after all"})).unwrap();
        for name in ["sign", "withdraw"] {
            assert_eq!(refusing_rule(nil.perform(name, json!({}))), "a move begins in its states");
        }
    }

    #[test]
    fn nobody_else_signs() {
        let mut other = input("2025-01-01", "2025-12-31");
        other["owner"] = id(2);
        let mut nil = Trial::<NilReturn>::new(other);
        let signed = nil.perform("sign", json!({"statement": "Nothing"}));
        assert_eq!(refusing_rule(signed), "the owner signs a nil return");
    }

    #[test]
    fn a_period_has_passed_and_runs_forward() {
        assert!(Trial::<NilReturn>::create(input("2026-01-05", "2026-01-05")).is_ok());
        let wrong = |from, until| wrong_fields(Trial::<NilReturn>::create(input(from, until)));
        assert_eq!(wrong("2026-01-05", "2026-01-04"), ["period_until"]);
        assert_eq!(wrong("2026-01-05", "2026-01-06"), ["period_until"]);
    }
}
