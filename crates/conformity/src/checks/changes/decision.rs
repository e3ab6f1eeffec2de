//! Who decides, and when: before the change is begun, and nobody on their own change.

use mainstay_core::{Choice, Instant, Kind, Value, parts};
use mainstay_kinds::{Change, change::Category};

use super::implemented;
use crate::{
    check::{CheckDef, Parameter},
    pass::{Around, Check, Item},
    span::DAY,
};

/// Days in which an emergency that was begun at once has to be approved.
const EMERGENCY_APPROVAL_DAYS: i64 = 2;

const EMERGENCY: &[Parameter] =
    &[Parameter { name: "emergency_approval_days", value: EMERGENCY_APPROVAL_DAYS, unit: "days" }];

pub(super) const AUTHORISED: Check<Change> = Check {
    def: CheckDef::new(
        "change-authorised-before-start",
        Change::NAME,
        &["8.5.1.3-a", "8.1-c"],
        "changes implemented in the period",
        "has a priority and was authorised before it was begun; an emergency that its model lets begin at once, \
         soon after",
    )
    .selected()
    .grace(EMERGENCY_APPROVAL_DAYS * DAY)
    .parameters(EMERGENCY)
    .major(),
    belongs: implemented,
    problem: authorised,
};

pub(super) const NOT_APPROVED_BY_ITS_OWN: Check<Change> = Check {
    def: CheckDef::new(
        "change-not-approved-by-its-own",
        Change::NAME,
        &["8.5.1.3-a"],
        "changes implemented in the period that people voted on",
        "was approved by nobody who asked for it, answers for it or made it",
    )
    .selected()
    .major(),
    belongs: |item| implemented(item) && approvers(item.around).next().is_some(),
    problem: self_approved,
};

fn authorised(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let start = change.actual_start?;
    if change.category == Some(Category::Emergency) && change.retrospective {
        let until = start.as_second() + EMERGENCY_APPROVAL_DAYS * DAY;
        let late = |at: Instant| at.as_second() > until;
        return match change.authorised_at {
            Some(at) if late(at) => Some(format!(
                "Begun at {start} and approved only at {at}, after more than {EMERGENCY_APPROVAL_DAYS} days."
            )),
            None if late(item.span.until) => {
                Some(format!("Begun at {start} and not approved within {EMERGENCY_APPROVAL_DAYS} days."))
            }
            _ => None,
        };
    }
    match change.authorised_at {
        None => Some(format!("Begun at {start} without authorisation.")),
        Some(at) if at > start => Some(format!("Begun at {start}, before it was authorised at {at}.")),
        _ if change.priority.is_none() && change.category != Some(Category::Emergency) => {
            Some("Missing: priority.".into())
        }
        _ => None,
    }
}

/// Persons whose votes said yes.
fn approvers(around: &Around) -> impl Iterator<Item = uuid::Uuid> + '_ {
    around.others.iter().filter(|(table, _)| *table == parts::APPROVAL_VOTE).filter_map(|(_, columns)| {
        let get = |name: &str| columns.iter().find(|(column, _)| *column == name).map(|(_, value)| value);
        let yes = get("verdict").and_then(Value::as_text) == Some(parts::Verdict::Approve.name());
        get("person").and_then(Value::as_id).filter(|_| yes)
    })
}

fn self_approved(item: &Item<'_, Change>) -> Option<String> {
    let change = item.record;
    let own = |person: uuid::Uuid| {
        [("requester", change.requester), ("owner", change.owner), ("implementer", change.implementer)]
            .into_iter()
            .find(|(_, one)| one.is_some() && one.uuid() == person)
            .map(|(name, _)| name)
    };
    let name = approvers(item.around).find_map(own)?;
    Some(format!("Approved by its own {name}."))
}

#[cfg(test)]
mod tests {
    use mainstay_kinds::{Change, change::Category};

    use super::super::{
        PASS,
        fixture::{REQUESTER, bare, desk, good, vote, why},
    };
    use crate::testing::at;

    #[test]
    fn a_change_that_began_before_it_was_authorised_is_named() {
        let why = why("change-authorised-before-start", |change| {
            change.authorised_at = Some(at("2026-01-02T20:00:01Z"));
        });
        assert!(why.contains("before it was authorised"), "{why}");
    }

    #[test]
    fn a_change_without_authorisation_is_named() {
        let why = why("change-authorised-before-start", |change| change.authorised_at = None);
        assert_eq!(why, "Begun at 2026-01-02T20:00:00Z without authorisation.");
    }

    #[test]
    fn an_emergency_may_be_approved_afterwards_but_soon() {
        let mut emergency = good();
        emergency.category = Some(Category::Emergency);
        emergency.retrospective = true;
        emergency.priority = None;
        let judge = |change: &Change| desk().judge(&PASS, "change-authorised-before-start", change).flatten();
        emergency.authorised_at = Some(at("2026-01-04T20:00:00Z"));
        assert_eq!(judge(&emergency), None);
        emergency.authorised_at = Some(at("2026-01-04T20:00:01Z"));
        assert!(judge(&emergency).is_some_and(|why| why.contains("approved only at")));
        emergency.authorised_at = None;
        assert!(judge(&emergency).is_some_and(|why| why.contains("not approved within 2 days")));
    }

    #[test]
    fn nobody_approves_their_own_change() {
        let own = bare().with(vote(REQUESTER, "approve"));
        let why = own.judge(&PASS, "change-not-approved-by-its-own", &good()).flatten();
        assert_eq!(why.as_deref(), Some("Approved by its own requester."));
        let rejected = bare().with(vote(REQUESTER, "reject"));
        assert_eq!(rejected.judge(&PASS, "change-not-approved-by-its-own", &good()), None);
    }
}
