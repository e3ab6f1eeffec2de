//! The rehearsal: every draft goes through the kind's own rules in memory, so that what the door would refuse is
//! known, with its line, before anything is written.

use std::collections::BTreeSet;

use mainstay_core::{Actor, Changes, Channel, Cx, Error, Facts, Instant, Result, Type, Value, registry};
use uuid::Uuid;

use super::{
    cells::{Content, Needs},
    draft::{Draft, DraftStep},
    mapping::Mapping,
    rows::BadRows,
};
use crate::context::Context;

/// An id that stands for a record which is not there yet.
fn stand_in(place: usize) -> Uuid {
    Uuid::from_u128(1 + place as u128)
}

fn changes(kind: &registry::Entry, step: &DraftStep) -> Result<Changes> {
    let mut changes = Changes::default();
    for (name, content) in &step.values {
        let value = match content {
            Content::Needed(place) | Content::Brought(place) => Value::Id(stand_in(*place)),
            Content::Plain(json) => {
                let ty = kind.def.field(name).map_or(Type::Text, |field| field.ty);
                ty.parse_stored(json).map_err(|problem| Error::field(name.as_str(), problem))?
            }
        };
        match name.as_str() {
            "title" => changes.title = Some(value.as_text().unwrap_or_default().to_owned()),
            _ => changes.values.push((name.clone(), value)),
        }
    }
    Ok(changes)
}

/// Tries every draft and every record that it needs. Gives the number of journal entries that each draft will
/// leave: a row that changes nothing leaves none.
///
/// # Errors
/// A bug when a kind answers with something else than a refusal of fields.
pub fn rehearse(
    context: &Context,
    mapping: &Mapping,
    kind: &'static registry::Entry,
    drafts: &[Draft],
    needs: &Needs,
    now: Instant,
    bad: &mut BadRows,
) -> Result<Vec<usize>> {
    let mut entries = Vec::with_capacity(drafts.len());
    let history = mapping.states.is_some();
    let mut refused_needs = BTreeSet::new();
    for draft in drafts {
        let mut cx = Cx {
            now,
            recorded: now,
            actor: Actor::Operator,
            channel: Channel::Import,
            history,
            facts: Facts::default(),
        };
        let mut changing = 0;
        let mut record = kind.kind.blank(stand_in(0), String::new(), &cx);
        for step in &draft.steps {
            cx.now = if history { step.at } else { now };
            let tried = changes(kind, step).and_then(|changes| {
                if history {
                    kind.kind.record_history(&record, &step.state, changes, &cx).map(|done| done.record)
                } else {
                    let reference = String::new();
                    kind.kind.create(stand_in(0), reference, with_key(changes, &draft.key), &cx)
                }
            });
            match tried {
                Ok(after) => {
                    changing += usize::from(after != record);
                    record = after;
                }
                Err(error) => {
                    bad.add(step.line, error.to_string());
                    break;
                }
            }
            for (_, content) in &step.values {
                if let Content::Needed(place) = content
                    && refused_needs.insert(*place)
                    && let Some(need) = needs.list.get(*place)
                    && let Err(error) = try_need(context, need, &cx)
                {
                    bad.add(step.line, format!("{} \"{}\": {error}", need.kind.replace('_', " "), need.key));
                }
            }
        }
        entries.push(changing);
    }
    Ok(entries)
}

fn with_key(mut changes: Changes, key: &str) -> Changes {
    changes.values.push(("external_key".into(), Value::from(key)));
    changes
}

fn try_need(context: &Context, need: &super::cells::Need, cx: &Cx) -> Result<()> {
    let kind = context.kind(need.kind)?;
    let values = need.values.iter().map(|(name, json)| (name.clone(), Content::Plain(json.clone())));
    let step = DraftStep { line: 0, at: cx.now, by: None, state: String::new(), values: values.collect() };
    let mut cx = cx.clone();
    cx.history = false;
    kind.kind.create(stand_in(0), String::new(), changes(kind, &step)?, &cx).map(|_| ())
}
