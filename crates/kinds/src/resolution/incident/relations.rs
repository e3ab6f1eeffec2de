//! Incidents that belong together: a parent with its children, one level deep, and duplicates that are merged.

use mainstay_core::{Cx, Effect, Error, Kind, Result, names, registry::from_record};

use super::{Incident, State};
use crate::problems::Problems;

/// A parent is another incident and has no parent itself.
pub(super) fn check_parent(incident: &Incident, before: Option<&Incident>, cx: &Cx, problems: &mut Problems) {
    let unchanged = before.is_some_and(|before| before.parent == incident.parent);
    if incident.parent.is_none() || unchanged {
        return;
    }
    if incident.parent.uuid() == incident.head.id {
        problems.add("parent", "is this incident itself");
        return;
    }
    let [field] = names!(Incident: parent);
    let parent = cx.facts.referenced(field).map(from_record::<Incident>);
    if let Some(Ok(parent)) = parent.filter(|parent| parent.as_ref().is_ok_and(|it| it.parent.is_some())) {
        problems
            .add("parent", format!("{} belongs to an incident itself; name that one", parent.head.reference));
    }
}

/// The incident that survives a merge is another one and still open.
pub(super) fn merges_into_an_open_incident(incident: &Incident, cx: &Cx) -> Result<()> {
    if incident.merged_into.uuid() == incident.head.id {
        return Err(Error::field("merged_into", "is this incident itself"));
    }
    let refused = |message: String| {
        Error::refused("an incident is merged into an open one", Incident::DEF.clause, message)
    };
    let [field] = names!(Incident: merged_into);
    let Some(record) = cx.facts.referenced(field) else {
        return Err(refused("The incident that would survive is not known".into()));
    };
    let survivor: Incident = from_record(record)?;
    if survivor.head.state.is_open() {
        return Ok(());
    }
    let refusal = refused(format!("{} is {}", record.reference, record.state));
    Err(if survivor.head.state == State::Merged {
        refusal.hint("Merge into the incident that survived it.")
    } else {
        refusal.hint("Reopen it first, or merge the other way round.")
    })
}

/// The surviving incident takes the earliest reported time (E25).
pub(super) fn bring_the_reported_time(incident: &Incident, before: Option<&Incident>) -> Vec<Effect> {
    let was_merged = before.is_some_and(|before| before.head.state == State::Merged);
    if incident.head.state != State::Merged || was_merged || incident.merged_into.is_none() {
        return Vec::new();
    }
    let [field] = names!(Incident: reported_at);
    let effect = |instant| Effect::TakeEarlier { record: incident.merged_into.uuid(), field, instant };
    incident.reported_at.map(effect).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use mainstay_core::{AnyKind, Of, Record};
    use serde_json::{Value as Json, json};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{START, Trial, at, id, refusing_rule, wrong_fields};

    /// Another incident, with the id 200.
    fn other(input: Json) -> Trial<Incident> {
        let mut other = Trial::new(input);
        other.record.id = Uuid::from_u128(200);
        other
    }

    fn merge_into(survivor: &Record) -> Result<Trial<Incident>> {
        let mut incident = Trial::<Incident>::new(json!({}));
        incident.knows("merged_into", survivor);
        incident.perform("merge", json!({"merged_into": id(200)})).cloned()
    }

    #[test]
    fn an_incident_belongs_to_another_one_level_deep() {
        let mut incident = Trial::<Incident>::new(json!({}));
        assert_eq!(wrong_fields(incident.edit(json!({"parent": id(100)}))), ["parent"], "not to itself");
        let mut child = incident.clone();
        child.knows("parent", &other(json!({"parent": id(300)})).record);
        assert_eq!(wrong_fields(child.edit(json!({"parent": id(200)}))), ["parent"]);
        incident.knows("parent", &other(json!({})).record);
        incident.edit(json!({"parent": id(200)})).unwrap();
        assert!(incident.edit(json!({"parent": null})).is_ok());
    }

    #[test]
    fn an_incident_is_merged_into_an_open_one() {
        let survivor = other(json!({})).record;
        assert_eq!(merge_into(&survivor).unwrap().state(), "merged");
    }

    #[test]
    fn an_incident_is_not_merged_into_itself_or_into_what_is_done() {
        let mut incident = Trial::<Incident>::new(json!({}));
        assert_eq!(wrong_fields(incident.perform("merge", json!({"merged_into": id(100)}))), ["merged_into"]);
        for (name, answers) in
            [("resolve", json!({"resolution": "Restarted"})), ("cancel", json!({"cancel_reason": "A drill"}))]
        {
            let mut survivor = other(json!({}));
            survivor.perform(name, answers).unwrap();
            let refusal = merge_into(&survivor.record);
            assert_eq!(refusing_rule(refusal), "an incident is merged into an open one", "{name}");
        }
        let mut merged = other(json!({})).record;
        merged.state = "merged".into();
        let error = merge_into(&merged).map(|_| ()).unwrap_err();
        assert_eq!(error.hints(), ["Merge into the incident that survived it."]);
    }

    #[test]
    fn e25_the_survivor_takes_the_earlier_reported_time_once() {
        let mut incident = merge_into(&other(json!({})).record).unwrap();
        let effects =
            |now: &Record, before: &Record| Of::<Incident>::new().effects(now, Some(before)).unwrap();
        let mut before = incident.record.clone();
        before.state = "new".into();
        let brought =
            Effect::TakeEarlier { record: Uuid::from_u128(200), field: "reported_at", instant: at(START) };
        assert_eq!(effects(&incident.record, &before), [brought]);
        let merged = incident.record.clone();
        incident.history("merged", json!({"category": "Mail"})).unwrap();
        assert_eq!(effects(&incident.record, &merged), []);
        assert_eq!(effects(&before, &before), []);
    }
}
