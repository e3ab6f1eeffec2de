//! The model of a request: what it fills in, and whether somebody has to approve.

use mainstay_core::{Cx, Error, Kind, Result, names, registry::from_record};

use super::ServiceRequest;
use crate::{
    problems::Problems,
    request_model::{RequestModel, State},
};

/// A request whose model asks for an approval has got one.
pub(super) fn is_approved_if_it_has_to_be(request: &ServiceRequest, _: &Cx) -> Result<()> {
    if !request.approval_needed || request.approved_at.is_some() {
        return Ok(());
    }
    Err(Error::refused(
        "a request is approved before it is fulfilled",
        ServiceRequest::DEF.clause,
        format!("{} has to be approved first, by its model", request.head.reference),
    )
    .hint("Ask for the approval."))
}

/// When a model is chosen it has to be active; what was left empty is filled in from it.
pub(super) fn take_over(
    request: &mut ServiceRequest,
    before: Option<&ServiceRequest>,
    cx: &Cx,
    problems: &mut Problems,
) {
    if before.is_some_and(|before| before.request_model == request.request_model) {
        return;
    }
    (request.approval_needed, request.approver_role) = (false, None);
    let [field] = names!(ServiceRequest: request_model);
    let Some(Ok(model)) = cx.facts.referenced(field).map(from_record::<RequestModel>) else { return };
    if request.request_model.is_none() {
        return;
    }
    if model.head.state != State::Active {
        problems.add(field, format!("{} is not active; choose another", model.head.reference));
        return;
    }
    request.approval_needed = model.approval_needed;
    request.approver_role = model.approver_role;
    request.priority = request.priority.or(model.priority);
    if request.category.is_empty() {
        request.category = model.category;
    }
    if request.service.is_none() {
        request.service = model.service;
    }
    if request.assigned_team.is_none() {
        request.assigned_team = model.fulfilment_team;
    }
}
