//! Calendars (8.3.3): the hours in which a service level is promised, in versions that work forward only
//! (`metrics` 1.2, E32).

use mainstay_core::{
    Cx, Def, Head, Kind, Move, Result, Search, Structured, TitleDef, choice, fields, head, kind::no_effects,
    value::whole_second,
};
use mainstay_time::CalendarVersion;

use crate::{forward_only, problems::Problems};

choice!(
    /// Whether agreements may still choose the calendar.
    State { Active = "active", Retired = "retired" }
);

/// A calendar.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Calendar {
    pub head: Head<State>,
    pub purpose: String,
    pub versions: Structured<Vec<CalendarVersion>>,
}

impl Kind for Calendar {
    type State = State;
    const NAME: &'static str = "calendar";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "calendars",
        prefix: "CAL",
        clause: "8.3.3",
        help: "The hours in which a service level is promised",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(Calendar {
            purpose: "What the calendar is used for",
            versions: "Zone, windows of the week and exceptions, each version from its first instant on",
        }),
        links: &[],
        clocks: &[],
        moves: &[
            Move::new("retire", &[State::Active], State::Retired, "New agreements no longer use it"),
            Move::new("reinstate", &[State::Retired], State::Active, "New agreements may use it again"),
        ],
        approval: None,
        lists: &[],
        locked_in: &[],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

/// The versions must make a calendar, also those that history brings: nothing could be computed with others.
/// Only what history leaves empty stays empty.
fn before_save(calendar: &mut Calendar, before: Option<&Calendar>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    let versions = &mut calendar.versions.0;
    for version in versions.iter_mut() {
        version.valid_from = version.valid_from.map(whole_second);
    }
    let left_empty = versions.is_empty() && cx.history;
    if let Err(error) = mainstay_time::Calendar::new(versions.clone())
        && !left_empty
    {
        problems.add("versions", error.to_string());
    }
    if let Some(before) = before {
        forward_only::check(&before.versions.0, versions, |version| version.valid_from, cx, &mut problems);
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, at, refusing_rule, wrong_fields};

    fn weekdays(hours: &str) -> Json {
        json!({"monday": [hours], "tuesday": [hours], "wednesday": [hours], "thursday": [hours]})
    }

    fn office() -> Json {
        json!({"zone": "Europe/Berlin", "week": weekdays("08:00-17:00")})
    }

    fn calendar() -> Trial<Calendar> {
        Trial::new(json!({"title": "Office hours", "versions": [office()]}))
    }

    #[test]
    fn a_calendar_is_retired_and_reinstated() {
        let mut calendar = calendar();
        assert_eq!(refusing_rule(calendar.perform("reinstate", json!({}))), "a move begins in its states");
        assert_eq!(calendar.perform("retire", json!({})).unwrap().state(), "retired");
        assert_eq!(calendar.perform("reinstate", json!({})).unwrap().state(), "active");
    }

    #[test]
    fn a_calendar_needs_a_version_with_a_zone_that_exists() {
        assert_eq!(wrong_fields(Trial::<Calendar>::create(json!({}))), ["versions"]);
        let versions = json!([{"zone": "Mars/Olympus", "week": weekdays("08:00-17:00")}]);
        assert_eq!(wrong_fields(Trial::<Calendar>::create(json!({"versions": versions}))), ["versions"]);
    }

    #[test]
    fn a_new_calendar_may_have_versions_that_began_long_ago() {
        let mut old = office();
        old["valid_from"] = json!("2020-01-01T00:00:00Z");
        assert!(Trial::<Calendar>::create(json!({"versions": [old]})).is_ok());
    }

    #[test]
    fn e32_a_holiday_added_later_works_forward_only() {
        let mut with_holiday = office();
        with_holiday["exceptions"] = json!({"2026-05-01": "closed"});
        let mut calendar = calendar();
        assert_eq!(wrong_fields(calendar.edit(json!({"versions": [with_holiday]}))), ["versions"; 2]);
        with_holiday["valid_from"] = json!("2026-01-05T08:59:59Z");
        let versions = json!([office(), with_holiday]);
        assert_eq!(wrong_fields(calendar.edit(json!({"versions": versions}))), ["versions"]);
        with_holiday["valid_from"] = json!("2026-01-05T09:00:00.9Z");
        let versions = json!([office(), with_holiday]);
        calendar.edit(json!({"versions": versions})).unwrap();
        let kept = calendar.typed().versions.0;
        assert_eq!(kept.last().unwrap().valid_from, Some(at("2026-01-05T09:00:00Z")));
        assert_eq!(wrong_fields(calendar.edit(json!({"versions": [office()]}))), ["versions"]);
    }

    #[test]
    fn history_brings_versions_as_they_were_and_no_impossible_ones() {
        let mut calendar = Trial::<Calendar>::of_history("active", json!({"title": "Old hours"}));
        let mut version = office();
        version["valid_from"] = json!("2016-02-29T00:00:00Z");
        calendar.history("active", json!({"versions": [version]})).unwrap();
        let impossible = json!({"versions": [{"zone": "Mars/Olympus"}]});
        assert_eq!(wrong_fields(calendar.history("active", impossible)), ["versions"]);
    }
}
