//! What is wrong in the story on purpose, as data: the auditor's question that is answered badly, the check that has
//! to name the record, what is wrong with it. Everything else in the story is as the checks expect it.

/// A defect on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Defect {
    /// The auditor's question.
    pub(crate) question: &'static str,
    /// The check that has to name the record.
    pub(crate) check: &'static str,
    /// Checks that have to name it too, because they look at the same from another side.
    pub(crate) also: &'static [&'static str],
    /// What is wrong with the record.
    pub(crate) about: &'static str,
}

const fn defect(question: &'static str, check: &'static str, about: &'static str) -> Defect {
    Defect { question, check, also: &[], about }
}

impl Defect {
    const fn also(mut self, checks: &'static [&'static str]) -> Self {
        self.also = checks;
        self
    }
}

macro_rules! defects {
    ($($name:ident = $defect:expr;)*) => {
        $(pub(crate) const $name: Defect = $defect;)*

        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[Defect] = &[$($name),*];
    };
}

#[rustfmt::skip] // a table
defects! {
    HOLDER_HAS_LEFT = defect("A07", "role-holder-is-here", "the person has left, and the role was not ended");
    DOCUMENT_OVERDUE = defect("A15", "document-approved", "its review is overdue");
    REQUIRED_DOCUMENT_OVERDUE = defect("A29", "document-approved", "the review of the capacity plan is overdue").also(&["explicit-documents-current"]);
    DOCUMENT_WITHOUT_AUDIENCE = defect("A15", "document-has-audience", "nobody is named who works with it");
    DOCUMENT_WITHOUT_RETENTION = defect("A15", "document-has-retention", "it is not said how long it is kept");
    ARTICLE_OVERDUE = defect("A17", "article-reviewed", "is used although its review is overdue");
    ARTICLE_WITHOUT_TEAM = defect("A17", "article-has-audience", "no team works with this article");
    SERVICE_WITHOUT_OWNER = defect("A20", "service-owned", "nobody answers for this service");
    SERVICE_WITHOUT_ITEM = defect("A20", "service-is-configuration-item", "does not stand among the configuration items");
    ITEM_WITHOUT_OWNER = defect("A21", "item-owned", "nobody owns this configuration item");
    ITEM_NEVER_VERIFIED = defect("A22", "item-verified", "was never compared with reality");
    ITEM_VERIFIED_LONG_AGO = defect("A22", "item-verified", "was last compared with reality more than a year ago");
    COMPLAINT_OVERDUE = defect("A23", "complaint-escalated-when-overdue", "is overdue, and nobody took it further");
    SERVICE_WITHOUT_AGREEMENT = defect("A24", "service-has-agreement", "nothing was agreed on for this service").also(&["service-at-work"]);
    MISS_WITHOUT_A_WORD = defect("A25", "missed-target-looked-into", "missed its target, and nobody asked why");
    SUPPLIER_WITHOUT_CONTRACT = defect("A26", "supplier-has-contract", "an external supplier without a contract");
    SUPPLIER_WITHOUT_ESCALATION = defect("A26", "supplier-interfaces-told", "it is not said how to escalate to this supplier");
    SUPPLIER_REVIEW_NOT_HELD = defect("A26", "supplier-review-on-time", "a review of a supplier that was never held");
    DISPUTE_FORGOTTEN = defect("A26", "dispute-on-its-way", "is past its due date, and nobody took it further");
    CONTRACT_NOT_ALIGNED = defect("A27", "contract-aligned", "it is not said how its targets stand to what we promise");
    CONTRACT_OVERDUE = defect("A27", "contract-reviewed", "its review is overdue");
    CHANGE_REVIEWED_LATE = defect("A30", "change-reviewed", "was reviewed and closed long after its review was due");
    CHANGE_MODEL_OVERDUE = defect("A30", "change-model-reviewed", "changes follow it although its review is overdue");
    CHANGE_BEFORE_DECISION = defect("A30", "change-authorised-before-start", "was begun before it was authorised, and recorded afterwards");
    EMERGENCY_APPROVED_LATE = defect("A31", "change-authorised-before-start", "an emergency that was approved too late");
    INCIDENT_NOT_UPDATED = defect("A36", "incident-updated", "is open, and nobody has looked at it for weeks");
    INCIDENT_NOT_SORTED = defect("A36", "incident-recorded", "was reported days ago and never put in order").also(&["incident-prioritised"]);
    INCIDENT_WITHOUT_CODE = defect("A36", "incident-closed", "was recorded afterwards, without a word how it was resolved").also(&["incident-entered-late"]);
    INCIDENT_LEFT_RESOLVED = defect("A36", "incident-not-left-resolved", "was resolved and never closed");
    MAJOR_NOT_REVIEWED = defect("A37", "major-incident-reviewed", "a major incident that was never reviewed");
    MAJOR_TOLD_TO_NOBODY_ABOVE = defect("A37", "major-incident-told", "who was told is not in top management");
    REQUEST_NOT_UPDATED = defect("A39", "request-updated", "is open, and nobody has looked at it for weeks");
    REQUEST_WITHOUT_APPROVAL = defect("A39", "request-approved-first", "was fulfilled without its approval, and recorded afterwards");
    REQUEST_MODEL_OVERDUE = defect("A39", "request-model-current", "requests follow it although its review is overdue");
    RECURRING_WITHOUT_PROBLEM = defect("A40", "recurring-incidents-have-problem", "its printers jam again and again, and nobody opened a problem");
    KNOWN_ERROR_OVERDUE = defect("A40", "known-error-reviewed", "its review is overdue");
    PROBLEM_REVIEW_OVERDUE = defect("A41", "problem-review-not-overdue", "the day on which to look at it again has passed");
    PROBLEM_NOT_UPDATED = defect("A41", "problem-updated", "is urgent, and nobody has looked at it for weeks");
    REPORT_LATE = defect("A48", "report-on-time", "was issued after its due date");
    REPORT_NOT_DECIDED = defect("A48", "report-miss-decided", "was issued, and nobody decided on it");
    INCIDENT_ENTERED_LATE = defect("A52", "incident-entered-late", "was recorded days after it was reported");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_defect_is_named_by_checks_that_exist_and_answers_a_question_of_its_own() {
        for defect in ALL {
            for check in [defect.check].iter().chain(defect.also) {
                assert!(mainstay_conformity::checks::find(check).is_some(), "{check}");
            }
            let same = |other: &&Defect| (other.check, other.about) == (defect.check, defect.about);
            assert_eq!(ALL.iter().filter(same).count(), 1, "{}", defect.about);
        }
    }
}
