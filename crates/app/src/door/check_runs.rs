//! Runs of conformity checks: rows that are added and never changed, each with its entry in the journal.

use mainstay_conformity::{CheckRun, Exception, checks, run::MOST_EXCEPTIONS};
use mainstay_core::{Error, Result, Value, parts};

use super::Act;
use crate::{command::Outcome, conformity::record_of};

impl Act<'_, '_> {
    /// Writes down what checks found.
    pub(super) fn record_check_runs(&mut self, runs: &[CheckRun]) -> Result<Outcome> {
        let table = self.context.table(parts::CHECK_RUN)?.clone();
        let mut first = None;
        for run in runs {
            self.may_be_recorded(run)?;
            let record = record_of(&run.check);
            let row = self.new_part(&table, record, &values(run)?)?;
            let (_, part) = self.add_part(&table, record, row, "check.run")?;
            first.get_or_insert((part, &run.check));
        }
        let (id, check) = first.ok_or_else(|| Error::field("runs", "must name at least one run"))?;
        Ok(Outcome { id: id.to_string(), reference: check.clone(), version: 1, part: None, changed: true })
    }

    /// A run is of a check of this program, by its present rule, and of what has been recorded.
    fn may_be_recorded(&self, run: &CheckRun) -> Result<()> {
        let def = checks::find(&run.check)
            .ok_or_else(|| Error::field("runs", format!("\"{}\" is no check", run.check)))?;
        if !run.is_of(&def) {
            return Err(Error::field("runs", format!("{} has another rule by now", run.check))
                .hint("Run the check again."));
        }
        if run.as_of.position > self.first_position || run.as_of.instant > self.recorded_at {
            return Err(Error::field("runs", format!("{} looked at what is not recorded yet", run.check)));
        }
        if run.exceptions.len() > MOST_EXCEPTIONS {
            let problem = format!("{} keeps more than {MOST_EXCEPTIONS} exceptions", run.check);
            return Err(Error::field("runs", problem));
        }
        Ok(())
    }
}

fn values(run: &CheckRun) -> Result<Vec<(&'static str, Value)>> {
    let exceptions: &[Exception] = &run.exceptions;
    let exceptions = serde_json::to_value(exceptions)
        .map_err(|error| Error::bug("the exceptions of a run cannot be written").caused_by(error))?;
    Ok(vec![
        ("check_id", Value::from(run.check.as_str())),
        ("check_version", Value::Int(run.version.into())),
        ("rule", Value::from(run.rule.as_str())),
        ("engine", Value::Int(run.engine.into())),
        ("position", Value::from(run.as_of.position)),
        ("evaluated_at", Value::Instant(run.as_of.instant)),
        ("period_from", Value::Instant(run.period.from)),
        ("result", Value::from(run.result.name())),
        ("looked_at", Value::from(run.looked_at)),
        ("population", Value::from(run.population)),
        ("population_digest", Value::from(run.population_digest.as_str())),
        ("exceptions_total", Value::from(run.exceptions_total)),
        ("exceptions_digest", Value::from(run.exceptions_digest.as_str())),
        ("exceptions", Value::Json(exceptions)),
        ("note", Value::from(run.note.clone())),
    ])
}
