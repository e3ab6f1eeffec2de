//! Suppliers and contracts (8.3.1, 8.3.4, 8.2.3): owned, under contract, reviewed; disputes on their way.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{
    Contract, Dispute, Supplier, SupplierReview, YesNo, contract, dispute,
    supplier::{State::Active, SupplierType},
    supplier_review,
};

use crate::{
    books::Notes,
    check::CheckDef,
    pass::{Around, Check, Item, Pass, empty_ones, nobody_is_here, review_is_due, sentence},
    span::Span,
};

/// The walk over contracts; notes which suppliers have one in force.
pub static CONTRACTS: Pass<Contract> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: Some(note_contract),
    checks: &[
        Check {
            def: CheckDef::new(
                "contract-complete",
                Contract::NAME,
                &["8.3.4.1-b"],
                "contracts in force",
                "has scope, requirements, targets and responsibilities, and has not run out",
            ),
            belongs: |item| item.record.head.state == contract::State::InForce,
            problem: contract_complete,
        },
        Check {
            def: CheckDef::new(
                "contract-reviewed",
                Contract::NAME,
                &["8.3.4.1-g"],
                "contracts in force",
                "is within its review date",
            ),
            belongs: |item| item.record.head.state == contract::State::InForce,
            problem: |item| review_is_due(item.record.next_review, 0, item.span),
        },
        Check {
            def: CheckDef::new(
                "contract-aligned",
                Contract::NAME,
                &["8.3.4.1-c"],
                "contracts in force",
                "says how its targets stand to what customers were promised",
            ),
            belongs: |item| item.record.head.state == contract::State::InForce,
            problem: |item| {
                sentence(item.record.alignment.is_empty().then_some("alignment").into_iter().collect())
            },
        },
    ],
};

fn note_contract(contract: &Contract, _: &Around, span: &Span, notes: &mut Notes) {
    let runs = contract.valid_until.is_none_or(|last| last >= span.today());
    if contract.head.state == contract::State::InForce && runs {
        notes.suppliers_under_contract.insert(contract.supplier.uuid());
    }
}

fn contract_complete(item: &Item<'_, Contract>) -> Option<String> {
    let contract = item.record;
    let missing = empty_ones(&[
        (&contract.scope, "scope"),
        (&contract.requirements, "requirements"),
        (&contract.targets, "targets"),
        (&contract.responsibilities, "responsibilities"),
    ]);
    let over = contract.valid_until.filter(|last| *last < item.span.today());
    sentence(missing)
        .or_else(|| over.map(|last| format!("It ran out on {last} and is still called in force.")))
}

/// The walk over reviews of suppliers.
pub static REVIEWS: Pass<SupplierReview> = Pass {
    filter: |_| Filter::All,
    in_span: |review, span| span.has(review.held_at) || review.head.state == supplier_review::State::Planned,
    parts: &[],
    note: Some(|review, _, span, notes| {
        if review.head.state == supplier_review::State::Held && span.has(review.held_at) {
            notes.suppliers_reviewed.insert(review.supplier.uuid());
        }
    }),
    checks: &[
        Check {
            def: CheckDef::new(
                "supplier-review-on-time",
                SupplierReview::NAME,
                &["8.3.4.1-e", "8.3.4.2-b"],
                "planned reviews of suppliers",
                "is not past its due date",
            )
            .selected(),
            belongs: |item| item.record.head.state == supplier_review::State::Planned,
            problem: |item| {
                let due = item.record.due_on.filter(|due| *due < item.span.today())?;
                Some(format!("It was due on {due}."))
            },
        },
        Check {
            def: CheckDef::new(
                "supplier-miss-has-action",
                SupplierReview::NAME,
                &["8.3.4.1-f"],
                "reviews held in the period that found a missed target",
                "names actions or a decision not to act",
            )
            .selected(),
            belongs: |item| {
                item.record.head.state == supplier_review::State::Held
                    && item.record.targets_missed == Some(YesNo::Yes)
            },
            problem: |item| {
                sentence(item.record.actions.is_empty().then_some("actions").into_iter().collect())
            },
        },
    ],
};

/// The walk over suppliers.
pub static SUPPLIERS: Pass<Supplier> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: None,
    checks: &[
        Check {
            def: CheckDef::new(
                "supplier-kind-set",
                Supplier::NAME,
                &["8.3.1-a"],
                "active suppliers",
                "is external, internal or a customer, and says what it delivers",
            ),
            belongs: is_active,
            problem: kind_set,
        },
        Check {
            def: CheckDef::new(
                "supplier-owned",
                Supplier::NAME,
                &["5.1-e", "8.2.3-a"],
                "active suppliers",
                "has an owner who has not left, and controls",
            )
            .reads(&["person"]),
            belongs: is_active,
            problem: owned,
        },
        Check {
            def: CheckDef::new(
                "supplier-has-manager",
                Supplier::NAME,
                &["8.3.4.1-a"],
                "active external suppliers",
                "has a manager who has not left",
            )
            .reads(&["person"]),
            belongs: is_external,
            problem: managed,
        },
        Check {
            def: CheckDef::new(
                "supplier-has-contract",
                Supplier::NAME,
                &["8.3.4.1-b", "7.5.4-b"],
                "active external suppliers",
                "has a contract in force that has not run out",
            )
            .reads(&["contract"])
            .major(),
            belongs: is_external,
            problem: |item| {
                let has = item.notes.suppliers_under_contract.contains(&item.record.head.id);
                (!has).then(|| "No contract with it is in force.".to_owned())
            },
        },
        Check {
            def: CheckDef::new(
                "supplier-interfaces-told",
                Supplier::NAME,
                &["8.3.4.1-d", "8.2.3-e"],
                "active external suppliers",
                "has contacts, handover points, an escalation path and a way to exchange data",
            ),
            belongs: is_external,
            problem: interfaces,
        },
        Check {
            def: CheckDef::new(
                "supplier-reviewed",
                Supplier::NAME,
                &["8.3.4.1-e"],
                "active external suppliers",
                "was reviewed in the period, and its next review is not overdue",
            )
            .reads(&["supplier_review"]),
            belongs: is_external,
            problem: reviewed,
        },
    ],
};

fn is_active(item: &Item<'_, Supplier>) -> bool {
    item.record.head.state == Active
}

fn is_external(item: &Item<'_, Supplier>) -> bool {
    is_active(item) && item.record.supplier_type == Some(SupplierType::External)
}

fn kind_set(item: &Item<'_, Supplier>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.supplier_type.is_none() {
        missing.push("kind of supplier");
    }
    if item.record.description.is_empty() {
        missing.push("what it delivers");
    }
    sentence(missing)
}

fn owned(item: &Item<'_, Supplier>) -> Option<String> {
    let supplier = item.record;
    nobody_is_here(supplier.owner, item.books, "Nobody answers for it.", "The owner has left.")
        .or_else(|| sentence(empty_ones(&[(&supplier.controls, "controls")])))
}

fn managed(item: &Item<'_, Supplier>) -> Option<String> {
    nobody_is_here(item.record.manager, item.books, "Nobody manages it.", "The manager has left.")
}

fn interfaces(item: &Item<'_, Supplier>) -> Option<String> {
    let supplier = item.record;
    let missing = empty_ones(&[
        (&supplier.contacts, "contacts"),
        (&supplier.handover_points, "handover points"),
        (&supplier.escalation_path, "escalation path"),
        (&supplier.data_exchange, "exchange of data"),
    ]);
    sentence(missing)
}

fn reviewed(item: &Item<'_, Supplier>) -> Option<String> {
    if !item.notes.suppliers_reviewed.contains(&item.record.head.id) {
        return Some("No review was held in the period.".into());
    }
    let due = item.record.next_review.filter(|due| *due < item.span.today())?;
    Some(format!("Its review was due on {due}."))
}

/// The walk over disputes.
pub static DISPUTES: Pass<Dispute> = Pass {
    filter: |_| Filter::All,
    in_span: |dispute, span| {
        dispute.head.state != dispute::State::Settled
            || span.holds(dispute.head.created_at)
            || span.has(dispute.settled_at)
    },
    parts: &[],
    note: None,
    checks: &[Check {
        def: CheckDef::new(
            "dispute-on-its-way",
            Dispute::NAME,
            &["8.3.4.1-i"],
            "disputes in the period",
            "has an owner and a subject, and is escalated once it is past its due date",
        ),
        belongs: |_| true,
        problem: on_its_way,
    }],
};

fn on_its_way(item: &Item<'_, Dispute>) -> Option<String> {
    let dispute = item.record;
    let mut missing = Vec::new();
    if dispute.owner.is_none() {
        missing.push("owner");
    }
    if dispute.description.is_empty() {
        missing.push("subject");
    }
    if !missing.is_empty() {
        return sentence(missing);
    }
    let open = dispute.head.state == dispute::State::Open;
    let due = dispute.due_on.filter(|due| open && *due < item.span.today())?;
    Some(format!("Open past its due date {due} and not escalated."))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank};

    fn supplier() -> Supplier {
        let mut supplier = blank::<Supplier>();
        supplier.head.id = Uuid::from_u128(30);
        supplier.head.state = Active;
        supplier.supplier_type = Some(SupplierType::External);
        supplier.owner = Id::new(Uuid::from_u128(1));
        supplier.manager = Id::new(Uuid::from_u128(1));
        for text in [
            &mut supplier.description,
            &mut supplier.contacts,
            &mut supplier.handover_points,
            &mut supplier.escalation_path,
            &mut supplier.data_exchange,
            &mut supplier.controls,
        ] {
            "told".clone_into(text);
        }
        supplier
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        desk.books.active_persons.insert(Uuid::from_u128(1));
        desk.notes.suppliers_under_contract.insert(Uuid::from_u128(30));
        desk.notes.suppliers_reviewed.insert(Uuid::from_u128(30));
        desk
    }

    fn why(desk: &Desk, check: &str, breakage: impl FnOnce(&mut Supplier)) -> String {
        let mut supplier = supplier();
        breakage(&mut supplier);
        desk.judge(&SUPPLIERS, check, &supplier).flatten().unwrap_or_default()
    }

    #[test]
    fn a_supplier_that_is_managed_contracted_and_reviewed_passes() {
        desk().passes_all(&SUPPLIERS, &supplier());
    }

    #[test]
    fn what_a_supplier_lacks_is_named() {
        let desk = desk();
        assert_eq!(why(&desk, "supplier-owned", |one| one.owner = Id::none()), "Nobody answers for it.");
        assert_eq!(why(&desk, "supplier-owned", |one| one.controls.clear()), "Missing: controls.");
        let gone = why(&desk, "supplier-has-manager", |one| one.manager = Id::new(Uuid::from_u128(2)));
        assert_eq!(gone, "The manager has left.");
        let silent = why(&desk, "supplier-interfaces-told", |one| one.contacts.clear());
        assert_eq!(silent, "Missing: contacts.");
        let kind = why(&desk, "supplier-kind-set", |one| one.supplier_type = None);
        assert_eq!(kind, "Missing: kind of supplier.");
        let late = why(&desk, "supplier-reviewed", |one| one.next_review = Some(date(2026, 1, 4)));
        assert_eq!(late, "Its review was due on 2026-01-04.");
    }

    #[test]
    fn a_supplier_without_contract_or_review_is_named_and_an_internal_one_needs_none() {
        let mut desk = desk();
        desk.notes = Notes::default();
        assert_eq!(why(&desk, "supplier-has-contract", |_| {}), "No contract with it is in force.");
        assert_eq!(why(&desk, "supplier-reviewed", |_| {}), "No review was held in the period.");
        let internal = |one: &mut Supplier| one.supplier_type = Some(SupplierType::Internal);
        assert_eq!(why(&desk, "supplier-has-contract", internal), "");
    }

    #[test]
    fn a_contract_that_ran_out_counts_no_longer() {
        let mut contract = blank::<Contract>();
        contract.head.state = contract::State::InForce;
        contract.supplier = Id::new(Uuid::from_u128(30));
        for text in [
            &mut contract.scope,
            &mut contract.requirements,
            &mut contract.targets,
            &mut contract.responsibilities,
            &mut contract.alignment,
        ] {
            "told".clone_into(text);
        }
        contract.next_review = Some(date(2026, 1, 5));
        contract.valid_until = Some(date(2026, 1, 5));
        let desk = desk();
        desk.passes_all(&CONTRACTS, &contract);
        let mut notes = Notes::default();
        note_contract(&contract, &Around::default(), &desk.span, &mut notes);
        assert!(notes.suppliers_under_contract.contains(&Uuid::from_u128(30)));
        contract.valid_until = Some(date(2026, 1, 4));
        let mut notes = Notes::default();
        note_contract(&contract, &Around::default(), &desk.span, &mut notes);
        assert!(notes.suppliers_under_contract.is_empty());
        let why = desk.judge(&CONTRACTS, "contract-complete", &contract).flatten();
        assert_eq!(why.as_deref(), Some("It ran out on 2026-01-04 and is still called in force."));
    }

    #[test]
    fn a_missed_target_has_an_action_and_a_planned_review_is_on_time() {
        let desk = desk();
        let mut review = blank::<SupplierReview>();
        review.due_on = Some(date(2026, 1, 4));
        let why = desk.judge(&REVIEWS, "supplier-review-on-time", &review).flatten();
        assert_eq!(why.as_deref(), Some("It was due on 2026-01-04."));
        review.head.state = supplier_review::State::Held;
        review.held_at = Some(at("2026-01-04T09:00:00Z"));
        review.targets_missed = Some(YesNo::Yes);
        let why = desk.judge(&REVIEWS, "supplier-miss-has-action", &review).flatten();
        assert_eq!(why.as_deref(), Some("Missing: actions."));
        review.actions = "More staff".into();
        assert_eq!(desk.judge(&REVIEWS, "supplier-miss-has-action", &review), Some(None));
    }

    #[test]
    fn an_overdue_dispute_is_escalated() {
        let desk = desk();
        let mut dispute = blank::<Dispute>();
        dispute.owner = Id::new(Uuid::from_u128(1));
        dispute.description = "The bill".into();
        dispute.due_on = Some(date(2026, 1, 4));
        let why = |dispute: &Dispute| desk.judge(&DISPUTES, "dispute-on-its-way", dispute).flatten();
        assert!(why(&dispute).is_some_and(|why| why.contains("not escalated")));
        dispute.head.state = dispute::State::Escalated;
        assert_eq!(why(&dispute), None);
        dispute.owner = Id::none();
        assert_eq!(why(&dispute).as_deref(), Some("Missing: owner."));
    }
}
