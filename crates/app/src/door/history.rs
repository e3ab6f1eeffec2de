//! History comes in as history: the steps of a foreign audit log, each its own journal entry, with the guards
//! named that an ordinary command would have obeyed.

use mainstay_core::{
    Actor, Error, FieldError, Result,
    value::{is_kept, whole_second},
};

use super::{Act, Step, Working};
use crate::command::{Command, HistoryStep, Outcome};

impl Command {
    /// True for the one command that may waive guards.
    pub(crate) fn is_history(&self) -> bool {
        matches!(self, Command::RecordHistory { .. })
    }
}

impl Act<'_, '_> {
    pub(super) fn record_history(&mut self, kind: &str, steps: &[HistoryStep]) -> Result<Outcome> {
        let kind = self.context.kind(kind)?;
        if steps.is_empty() {
            return Err(Error::field("steps", "must hold at least one step"));
        }
        for (at, pair) in steps.windows(2).enumerate() {
            if pair[1].at < pair[0].at {
                return Err(Error::field(format!("steps[{}].at", at + 1), "lies before the step before it"));
            }
        }
        let id = self.new_id();
        let reference = self.tx.head().next_reference(kind.def.prefix);
        let mut cx = self.cx(mainstay_core::Facts::default());
        cx.history = true;
        let blank = kind.kind.blank(id, reference, &cx);
        self.working.insert(id, Working::new(kind, blank));
        for (at, step) in steps.iter().enumerate() {
            let occurred_at = whole_second(step.at);
            if !is_kept(occurred_at) {
                return Err(Error::field(format!("steps[{at}].at"), "lies outside of the years 1 to 9999"));
            }
            if occurred_at > self.recorded_at {
                return Err(Error::field(format!("steps[{at}].at"), "lies in the future"));
            }
            cx.now = occurred_at;
            let in_step = |error: Error| match error.fields() {
                [] => error,
                fields => Error::invalid(
                    fields
                        .iter()
                        .map(|field| FieldError {
                            field: format!("steps[{at}].{}", field.field),
                            problem: field.problem.clone(),
                        })
                        .collect(),
                ),
            };
            let changes = self.parse(kind, &step.values).map_err(in_step)?;
            let (_, before) = self.current(id)?;
            let recorded = kind.kind.record_history(&before, &step.state, changes, &cx).map_err(in_step)?;
            if recorded.record == before {
                continue;
            }
            let command = if at == 0 { "record_history" } else { "record_history.step" };
            let actor =
                step.by.as_ref().map_or_else(|| self.request.actor.clone(), |by| Actor::Foreign(by.clone()));
            let meta = Step {
                command: format!("{}.{command}", kind.def.name),
                actor,
                occurred_at,
                waived: recorded.waived,
            };
            self.advance(id, recorded.record, meta)?;
        }
        // What still waits in the foreign system is voted on here.
        self.keep_approval(id)?;
        self.outcome(id, None, true)
    }
}
