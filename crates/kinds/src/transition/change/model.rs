//! Changes by a model: the model's decision counts, and its entries stand in the change (8.5.1.3).

use mainstay_core::{Cx, Error, Kind, Record, Result, names, registry::from_record};

use super::{Category, Change};
use crate::change_model::{AppliesTo, ChangeModel, State};

fn refused(message: String) -> Error {
    Error::refused("a model counts while it is in force", Change::DEF.clause, message)
}

fn record(cx: &Cx) -> Option<&Record> {
    let [field] = names!(Change: change_model);
    cx.facts.referenced(field)
}

fn in_force(cx: &Cx) -> Result<ChangeModel> {
    let Some(record) = record(cx) else { return Err(refused("The model is not known".into())) };
    let model: ChangeModel = from_record(record)?;
    if model.head.state == State::InForce {
        return Ok(model);
    }
    Err(refused(format!("{} is {}", record.reference, record.state.replace('_', " ")))
        .hint("Put the model in force first, or record a normal change."))
}

fn wrong_kind(change: &Change, model: &ChangeModel, is: &str) -> Error {
    Error::refused(
        "a model is made for a category",
        Change::DEF.clause,
        format!("{} {is} by {}", change.head.reference, model.head.reference),
    )
}

fn is_for(change: &Change, model: &ChangeModel) -> Result<()> {
    if model.service.is_some() && model.service != change.service {
        return Err(Error::field("change_model", format!("{} is for another service", model.head.reference)));
    }
    Ok(())
}

/// A standard change is scheduled by a model in force that is made for it.
pub(super) fn is_in_force_for_standard_changes(change: &Change, cx: &Cx) -> Result<()> {
    let model = in_force(cx)?;
    if change.category != Some(Category::Standard) || model.applies_to != Some(AppliesTo::Standard) {
        return Err(wrong_kind(change, &model, "is not pre-approved"));
    }
    is_for(change, &model)
}

/// An emergency is begun without approval when its model in force says that it may.
pub(super) fn allows_approval_afterwards(change: &Change, cx: &Cx) -> Result<()> {
    let model = in_force(cx)?;
    let is_emergency = change.category == Some(Category::Emergency);
    if !is_emergency || model.applies_to != Some(AppliesTo::Emergency) || !model.approved_afterwards {
        return Err(wrong_kind(change, &model, "may not be begun before it is approved"));
    }
    is_for(change, &model)
}

/// The entries of the model become those of the change, so that it can be judged alone.
pub(super) fn take_over(change: &mut Change, cx: &Cx) {
    let Some(Ok(model)) = record(cx).map(from_record::<ChangeModel>) else { return };
    change.authorised_at = Some(cx.now);
    change.priority = change.priority.or(model.priority);
    change.major_impact.get_or_insert(crate::YesNo::No);
    change.risk = model.risk;
    let by_the_model = |text: &str| format!("As in {}: {text}", model.head.reference);
    change.test_result = by_the_model(&model.test_plan);
    change.back_out_test = by_the_model(&model.back_out_plan);
    change.risk_description = model.risk_description;
    change.benefit = model.benefit;
    change.feasibility = model.feasibility;
    change.financial_impact = model.financial_impact;
    change.impact_on_services = model.impact_on_services;
    change.impact_on_people = model.impact_on_people;
    change.impact_on_plans = model.impact_on_plans;
    change.impact_on_assurance = model.impact_on_assurance;
    change.impact_on_changes = model.impact_on_changes;
    change.implementation_plan = model.implementation_plan;
    change.test_plan = model.test_plan;
    change.back_out_plan = model.back_out_plan;
    change.communication_plan = model.communication_plan;
}
