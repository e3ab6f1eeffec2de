//! Service level agreements (8.3.3): what binds has targets and a calendar.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{ServiceLevelAgreement, service_level_agreement::State::InForce};

use crate::{
    check::CheckDef,
    pass::{Check, Item, Pass, sentence},
};

/// The walk over agreements.
pub static PASS: Pass<ServiceLevelAgreement> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: None,
    checks: &[Check {
        def: CheckDef::new(
            "agreement-complete",
            ServiceLevelAgreement::NAME,
            &["8.3.3-c"],
            "agreements in force",
            "has a calendar and, in the version that governs now, a target",
        ),
        belongs: |item| item.record.head.state == InForce,
        problem: complete,
    }],
};

fn complete(item: &Item<'_, ServiceLevelAgreement>) -> Option<String> {
    let agreement = item.record;
    let mut missing = Vec::new();
    if agreement.calendar.is_none() {
        missing.push("calendar");
    }
    match agreement.version_for(item.span.until) {
        None => missing.push("version that governs now"),
        Some(version) if version.targets.is_empty() => missing.push("target in the version that governs now"),
        Some(_) => {}
    }
    sentence(missing)
}

#[cfg(test)]
mod tests {
    use mainstay_core::{Goal, Id};
    use mainstay_kinds::{AgreementVersion, Target};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank};

    fn agreement() -> ServiceLevelAgreement {
        let mut agreement = blank::<ServiceLevelAgreement>();
        agreement.head.state = InForce;
        agreement.calendar = Id::new(Uuid::from_u128(7));
        let targets = vec![Target { goal: Goal::Resolution, priority: 1, seconds: 14_400 }];
        agreement.versions.0 = vec![AgreementVersion { targets, ..AgreementVersion::default() }];
        agreement
    }

    fn why(agreement: &ServiceLevelAgreement) -> Option<String> {
        Desk::at("2026-01-05T09:00:00Z").judge(&PASS, "agreement-complete", agreement).flatten()
    }

    #[test]
    fn an_agreement_with_calendar_and_target_passes() {
        assert_eq!(why(&agreement()), None);
    }

    #[test]
    fn an_agreement_that_promises_nothing_now_is_named() {
        let mut later = agreement();
        later.versions.0[0].valid_from = Some(at("2026-02-01T00:00:00Z"));
        assert_eq!(why(&later).as_deref(), Some("Missing: version that governs now."));
        let mut empty = agreement();
        empty.versions.0[0].targets.clear();
        empty.calendar = Id::none();
        assert_eq!(
            why(&empty).as_deref(),
            Some("Missing: calendar, target in the version that governs now.")
        );
    }
}
