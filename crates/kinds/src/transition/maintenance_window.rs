//! Maintenance windows and freezes (8.5.1): when services may be worked on, and when nothing is changed.

use mainstay_core::{
    Cx, Def, Head, Id, Instant, Kind, Link, Move, Result, Search, TitleDef, choice, fields, head,
    kind::no_effects, names,
};

use crate::{Person, Service, YesNo, problems::Problems};

choice!(
    /// Where the window stands.
    State { Planned = "planned", Announced = "announced", Over = "over", Cancelled = "cancelled" }
);

use State::{Announced, Cancelled, Over, Planned};

/// A maintenance window, or a freeze.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct MaintenanceWindow {
    pub head: Head<State>,
    pub description: String,
    pub freeze: bool,
    pub service: Id<Service>,
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    pub owner: Id<Person>,
    pub announced_at: Option<Instant>,
    pub used_as_announced: Option<YesNo>,
    pub cancel_reason: String,
    pub external_key: String,
}

impl Kind for MaintenanceWindow {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "maintenance_window",
        plural: "maintenance_windows",
        prefix: "MW",
        clause: "8.5.1",
        help: "A time in which services may be worked on, or in which nothing is changed",
        title: TitleDef { label: "Title", personal: None, search: Search::Public },
        fields: fields!(MaintenanceWindow {
            description: "What is done, and what customers notice",
            freeze: "Nothing is changed in this time",
            service: "Service for which it holds; all when none is named".indexed(),
            starts_at: "When it begins".required().indexed(),
            ends_at: "When it ends".required().indexed(),
            owner: "Person who answers for it".indexed().own(),
            announced_at: "When it was announced".system(),
            used_as_announced: "Whether it was used as announced".system(),
            cancel_reason: "Why it was cancelled".system(),
            external_key: "Key of the window in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("holds_for", "held_in", "configuration_item"),
            Link::new("is_for", "made_in", "change"),
        ],
        clocks: &[],
        moves: &[
            Move::new("announce", &[Planned], Announced, "Those concerned were told")
                .then(|window, cx| window.announced_at = Some(cx.now)),
            Move::new("finish", &[Announced], Over, "Its time has passed")
                .asks(names!(MaintenanceWindow: used_as_announced)),
            Move::new("cancel", &[Planned, Announced], Cancelled, "It does not take place")
                .asks(names!(MaintenanceWindow: cancel_reason)),
        ],
        approval: None,
        lists: &[&["state", "starts_at"]],
        locked_in: &[Over, Cancelled],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn before_save(window: &mut MaintenanceWindow, _: Option<&MaintenanceWindow>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    if let (Some(start), Some(end)) = (window.starts_at, window.ends_at)
        && end < start
        && !cx.history
    {
        problems.add("ends_at", format!("lies before its begin, {start}"));
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, wrong_fields};

    fn window() -> Trial<MaintenanceWindow> {
        Trial::new(json!({"starts_at": "2026-01-10T20:00:00Z", "ends_at": "2026-01-10T22:00:00Z"}))
    }

    fn answers(name: &str) -> Json {
        match name {
            "finish" => json!({"used_as_announced": "yes"}),
            "cancel" => json!({"cancel_reason": "Not needed"}),
            _ => json!({}),
        }
    }

    #[test]
    fn a_window_goes_its_way_and_no_other() {
        check_lifecycle(
            &window,
            &answers,
            &[
                ("planned", &[], &["announce", "cancel"]),
                ("announced", &["announce"], &["finish", "cancel"]),
                ("over", &["announce", "finish"], &[]),
                ("cancelled", &["cancel"], &[]),
            ],
        );
    }

    #[test]
    fn a_window_ends_after_it_begins_and_its_announcement_is_noted() {
        let mut window = window();
        assert_eq!(wrong_fields(window.edit(json!({"ends_at": "2026-01-10T19:59:59Z"}))), ["ends_at"]);
        window.perform("announce", json!({})).unwrap();
        assert_eq!(window.typed().announced_at, Some(at(START)));
    }
}
