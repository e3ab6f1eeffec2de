//! What is said about services: complaints (8.3.2), reviews of major incidents (8.6.1), service reports (9.4).

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{
    Complaint, MajorIncidentReview, ServiceReport, YesNo, complaint, major_incident_review, service_report,
};

use crate::{
    check::CheckDef,
    pass::{Check, Item, Pass, sentence},
    span::Span,
};

/// The walk over complaints.
pub static COMPLAINTS: Pass<Complaint> = Pass {
    filter: |_| Filter::All,
    in_span: complaint_in_span,
    parts: &[],
    note: None,
    checks: &[
        Check {
            def: CheckDef::new(
                "complaint-closed",
                Complaint::NAME,
                &["8.3.2-g"],
                "complaints closed in the period",
                "has an owner, a response and a resolution, and the customer was told",
            )
            .selected(),
            belongs: |item| item.record.head.state == complaint::State::Closed,
            problem: closed,
        },
        Check {
            def: CheckDef::new(
                "complaint-escalated-when-overdue",
                Complaint::NAME,
                &["8.3.2-g", "8.3.2-h"],
                "complaints that are open",
                "is within its due date, or was escalated",
            )
            .selected(),
            belongs: |item| item.record.head.state == complaint::State::Open,
            problem: |item| {
                let due = item.record.due_at.filter(|due| *due < item.span.until)?;
                Some(format!("Open past its due time {due} and not escalated."))
            },
        },
    ],
};

fn complaint_in_span(complaint: &Complaint, span: &Span) -> bool {
    let received = complaint.received_at.unwrap_or(complaint.head.created_at);
    complaint.head.state != complaint::State::Closed || span.holds(received) || span.has(complaint.closed_at)
}

fn closed(item: &Item<'_, Complaint>) -> Option<String> {
    let complaint = item.record;
    let mut missing = Vec::new();
    if complaint.owner.is_none() {
        missing.push("owner");
    }
    if complaint.response.is_empty() {
        missing.push("response");
    }
    if complaint.resolution.is_empty() {
        missing.push("resolution");
    }
    if complaint.customer_told_at.is_none() {
        missing.push("when the customer was told");
    }
    sentence(missing)
}

/// The walk over reviews of major incidents; notes which incidents were reviewed.
pub static MAJOR_REVIEWS: Pass<MajorIncidentReview> = Pass {
    filter: |_| Filter::All,
    in_span: |review, span| {
        review.head.state == major_incident_review::State::Planned || span.has(review.held_at)
    },
    parts: &[],
    note: Some(|review, _, _, notes| {
        if review.head.state != major_incident_review::State::Planned {
            notes.incidents_reviewed.insert(review.incident.uuid());
        }
    }),
    checks: &[Check {
        def: CheckDef::new(
            "major-incident-review-complete",
            MajorIncidentReview::NAME,
            &["8.6.1-i"],
            "reviews of major incidents held in the period",
            "has a report, and actions or none",
        )
        .selected(),
        belongs: |item| item.record.head.state != major_incident_review::State::Planned,
        problem: complete,
    }],
};

fn complete(item: &Item<'_, MajorIncidentReview>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.report.is_empty() {
        missing.push("report");
    }
    if item.record.actions.is_empty() {
        missing.push("actions or none");
    }
    sentence(missing)
}

/// The walk over service reports.
pub static REPORTS: Pass<ServiceReport> = Pass {
    filter: |_| Filter::All,
    in_span: |report, span| report.head.state == service_report::State::Draft || span.has(report.issued_at),
    parts: &[],
    note: None,
    checks: &[
        Check {
            def: CheckDef::new(
                "report-on-time",
                ServiceReport::NAME,
                &["9.4-b"],
                "service reports of the period",
                "was issued by its due date, to named recipients, from named sources",
            ),
            belongs: |_| true,
            problem: on_time,
        },
        Check {
            def: CheckDef::new(
                "report-miss-decided",
                ServiceReport::NAME,
                &["9.4-c"],
                "service reports issued in the period that show a missed target",
                "says what was decided",
            )
            .selected(),
            belongs: |item| {
                item.record.head.state != service_report::State::Draft
                    && item.record.targets_missed == Some(YesNo::Yes)
            },
            problem: |item| {
                sentence(item.record.decisions.is_empty().then_some("decision").into_iter().collect())
            },
        },
    ],
};

fn on_time(item: &Item<'_, ServiceReport>) -> Option<String> {
    let report = item.record;
    let day = |instant: mainstay_core::Instant| instant.to_zoned(jiff::tz::TimeZone::UTC).date();
    let issued = report.issued_at.map(day);
    if let Some(due) = report.due_on
        && issued.unwrap_or_else(|| item.span.today()) > due
    {
        return Some(format!("It was due on {due}."));
    }
    issued?;
    let mut missing = Vec::new();
    if report.recipients.is_empty() {
        missing.push("recipients");
    }
    if report.sources.is_empty() {
        missing.push("sources");
    }
    sentence(missing)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank};

    fn desk() -> Desk {
        Desk::at("2026-01-05T09:00:00Z")
    }

    #[test]
    fn a_closed_complaint_was_answered_and_the_customer_told() {
        let mut complaint = blank::<Complaint>();
        complaint.head.state = complaint::State::Closed;
        complaint.owner = Id::new(Uuid::from_u128(1));
        complaint.response = "We looked".into();
        complaint.resolution = "Paid back".into();
        complaint.closed_at = Some(at("2026-01-04T09:00:00Z"));
        let why = desk().judge(&COMPLAINTS, "complaint-closed", &complaint).flatten();
        assert_eq!(why.as_deref(), Some("Missing: when the customer was told."));
        complaint.customer_told_at = Some(at("2026-01-04T09:00:00Z"));
        desk().passes_all(&COMPLAINTS, &complaint);
    }

    #[test]
    fn an_overdue_complaint_is_escalated() {
        let mut complaint = blank::<Complaint>();
        complaint.due_at = Some(at("2026-01-05T08:59:59Z"));
        let why = |one: &Complaint| desk().judge(&COMPLAINTS, "complaint-escalated-when-overdue", one);
        assert!(why(&complaint).flatten().is_some());
        complaint.due_at = Some(at("2026-01-05T09:00:00Z"));
        assert_eq!(why(&complaint), Some(None));
        complaint.head.state = complaint::State::Escalated;
        assert_eq!(why(&complaint), None);
    }

    #[test]
    fn a_review_has_a_report_and_actions_or_none() {
        let mut review = blank::<MajorIncidentReview>();
        review.head.state = major_incident_review::State::Held;
        review.report = "What happened".into();
        let why = desk().judge(&MAJOR_REVIEWS, "major-incident-review-complete", &review).flatten();
        assert_eq!(why.as_deref(), Some("Missing: actions or none."));
        review.actions = "none".into();
        desk().passes_all(&MAJOR_REVIEWS, &review);
    }

    #[test]
    fn a_report_is_issued_in_time_and_a_missed_target_decided_on() {
        let mut report = blank::<ServiceReport>();
        report.head.state = service_report::State::Issued;
        report.issued_at = Some(at("2026-01-04T23:59:59Z"));
        report.due_on = Some(date(2026, 1, 4));
        report.recipients = "The board".into();
        report.sources = "Incidents".into();
        report.targets_missed = Some(YesNo::Yes);
        let judge = |report: &ServiceReport, check: &str| desk().judge(&REPORTS, check, report).flatten();
        assert_eq!(judge(&report, "report-miss-decided").as_deref(), Some("Missing: decision."));
        report.decisions = "More disks".into();
        desk().passes_all(&REPORTS, &report);
        report.due_on = Some(date(2026, 1, 3));
        assert_eq!(judge(&report, "report-on-time").as_deref(), Some("It was due on 2026-01-03."));
        report.head.state = service_report::State::Draft;
        report.issued_at = None;
        report.due_on = Some(date(2026, 1, 5));
        assert_eq!(judge(&report, "report-on-time"), None, "there is still time");
    }
}
