//! How the requirements of the standard stand.

use mainstay_app::conformity::{self, By};
use mainstay_core::Result;
use serde_json::json;

use crate::call::{Call, Reply};

pub(super) fn board(call: &Call) -> Result<Reply> {
    Reply::json(&call.ask()?.board(call.app())?)
}

pub(super) fn requirement(call: &Call) -> Result<Reply> {
    Reply::json(&call.ask()?.requirement(call.app(), call.param("requirement"))?)
}

pub(super) fn run(call: &Call) -> Result<Reply> {
    let runs = conformity::refresh(call.app(), By::Program, &mut |_| {})?;
    let checks: Vec<_> = runs
        .iter()
        .map(|run| {
            json!({"check": run.check, "result": run.result.name(), "population": run.population,
            "exceptions_total": run.exceptions_total})
        })
        .collect();
    Reply::json(&json!({ "items": checks }))
}
