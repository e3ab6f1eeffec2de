//! Approval by votes (ISO/IEC 20000-1, 8.5.1; separation of duties).
//!
//! One rejection rejects. A round is approved when as many *different* persons as the quorum asks for have approved.
//! The order of votes makes no difference, nor does a vote that is counted twice.

use std::collections::BTreeSet;

/// What a vote says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// A vote of person `P`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vote<P> {
    /// Who voted.
    pub person: P,
    /// What the vote says.
    pub verdict: Verdict,
}

/// What a round's votes come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// So many approvals are missing.
    Pending {
        /// Persons that still have to approve.
        missing: u32,
    },
    /// Enough persons have approved and none has rejected.
    Approved,
    /// Somebody has rejected.
    Rejected,
}

/// What the votes come to. A quorum of 0 counts as 1: what nobody approved is not approved.
pub fn decide<P: Ord>(quorum: u32, votes: &[Vote<P>]) -> Decision {
    if votes.iter().any(|vote| vote.verdict == Verdict::Reject) {
        return Decision::Rejected;
    }
    let persons: BTreeSet<&P> = votes.iter().map(|vote| &vote.person).collect();
    let approvals = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    match quorum.max(1).saturating_sub(approvals) {
        0 => Decision::Approved,
        missing => Decision::Pending { missing },
    }
}

/// Why a person may not vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// It is the person's own work, or the person acts for somebody whose work it is.
    OwnWork,
    /// The person has voted in this round.
    VotedAlready,
    /// The person has none of the roles that are asked.
    NoRole,
}

/// The role by which a person may vote: the first of the asked roles that the person holds.
///
/// # Errors
/// The barrier that stands first: own work, then an earlier vote, then a missing role.
pub fn may_vote<'r, P: PartialEq, R: PartialEq<H>, H>(
    person: &P,
    barred: &[P],
    votes: &[Vote<P>],
    asked: &'r [R],
    held: &[H],
) -> Result<&'r R, Barrier> {
    if barred.contains(person) {
        return Err(Barrier::OwnWork);
    }
    if votes.iter().any(|vote| vote.person == *person) {
        return Err(Barrier::VotedAlready);
    }
    asked.iter().find(|role| held.iter().any(|held| **role == *held)).ok_or(Barrier::NoRole)
}

/// True when something that is valid from one day to another, both included, is valid on `day`.
pub fn holds_on<D: PartialOrd>(from: Option<&D>, until: Option<&D>, day: &D) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn votes() -> impl Strategy<Value = Vec<Vote<u8>>> {
        let verdict = prop_oneof![8 => Just(Verdict::Approve), 1 => Just(Verdict::Reject)];
        vec((0..6_u8, verdict).prop_map(|(person, verdict)| Vote { person, verdict }), 0..8)
    }

    fn yes(person: u8) -> Vote<u8> {
        Vote { person, verdict: Verdict::Approve }
    }

    fn no(person: u8) -> Vote<u8> {
        Vote { person, verdict: Verdict::Reject }
    }

    proptest! {
        #[test]
        fn the_order_of_votes_makes_no_difference(
            quorum in 0..7_u32,
            (votes, shuffled) in votes().prop_flat_map(|votes| (Just(votes.clone()), Just(votes).prop_shuffle())),
        ) {
            prop_assert_eq!(decide(quorum, &votes), decide(quorum, &shuffled));
        }

        #[test]
        fn a_vote_that_is_counted_twice_changes_nothing(quorum in 0..7_u32, votes in votes(), again in 0..8_usize) {
            let mut more = votes.clone();
            more.extend(votes.get(again).copied());
            prop_assert_eq!(decide(quorum, &votes), decide(quorum, &more));
        }

        #[test]
        fn it_is_approved_by_distinct_persons_alone_and_rejected_by_any_one(quorum in 0..7_u32, votes in votes()) {
            let persons: BTreeSet<u8> = votes.iter().map(|vote| vote.person).collect();
            let rejected = votes.iter().any(|vote| vote.verdict == Verdict::Reject);
            let expected = match (rejected, quorum.max(1).saturating_sub(persons.len() as u32)) {
                (true, _) => Decision::Rejected,
                (false, 0) => Decision::Approved,
                (false, missing) => Decision::Pending { missing },
            };
            prop_assert_eq!(decide(quorum, &votes), expected);
        }

        #[test]
        fn a_rejection_is_never_outvoted(quorum in 0..7_u32, mut votes in votes(), person in 0..6_u8, more in 0..20_u8) {
            votes.push(no(person));
            votes.extend((100..100 + more).map(yes));
            prop_assert_eq!(decide(quorum, &votes), Decision::Rejected);
        }

        #[test]
        fn who_is_barred_or_has_voted_never_votes_whatever_the_roles(
            person in 0..4_u8, barred in vec(0..4_u8, 0..4), votes in votes(), held in vec(0..4_u8, 0..4),
        ) {
            let outcome = may_vote(&person, &barred, &votes, &[0, 1], &held);
            if barred.contains(&person) {
                prop_assert_eq!(outcome, Err(Barrier::OwnWork));
            } else if votes.iter().any(|vote| vote.person == person) {
                prop_assert_eq!(outcome, Err(Barrier::VotedAlready));
            } else {
                let role = [0, 1].into_iter().find(|role| held.contains(role));
                prop_assert_eq!(outcome.ok().copied(), role);
            }
        }
    }

    #[test]
    fn the_same_person_twice_does_not_fill_a_quorum_of_two() {
        assert_eq!(decide(2, &[yes(1), yes(1)]), Decision::Pending { missing: 1 });
        assert_eq!(decide(2, &[yes(1), yes(2)]), Decision::Approved);
    }

    #[test]
    fn nobody_approves_nothing() {
        assert_eq!(decide::<u8>(0, &[]), Decision::Pending { missing: 1 });
    }

    #[test]
    fn both_ends_of_a_span_of_days_belong_to_it() {
        for (day, holds) in [(1, false), (2, true), (3, true), (4, false)] {
            assert_eq!(holds_on(Some(&2), Some(&3), &day), holds, "{day}");
        }
        assert!(holds_on(None, None, &1) && holds_on(Some(&1), None, &9) && !holds_on(None, Some(&1), &2));
    }
}
