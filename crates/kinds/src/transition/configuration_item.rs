//! Configuration items (8.2.6): what has to be under control to deliver services, and how it hangs together.

use jiff::civil::Date;
use mainstay_core::{
    Def, Head, Id, Kind, Link, Move, Search, TitleDef, choice, fields, head,
    kind::{no_effects, nothing_before_save},
    names,
};

use crate::{Change, Person, Service, Team, acting, portfolio::service::Criticality};

choice!(
    /// Where the item stands in its life.
    State { Planned = "planned", Live = "live", Retired = "retired" }
);

use State::{Live, Planned, Retired};

choice!(
    /// Types of configuration items.
    Class {
        Service = "service",
        Application = "application",
        Database = "database",
        Server = "server",
        VirtualMachine = "virtual_machine",
        Container = "container",
        NetworkDevice = "network_device",
        Storage = "storage",
        Workplace = "workplace",
        CloudService = "cloud_service",
        Document = "document",
        Facility = "facility",
        Other = "other",
    }
);

choice!(
    /// Where the item is used.
    Environment { Production = "production", Test = "test", Development = "development" }
);

/// A configuration item.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct ConfigurationItem {
    pub head: Head<State>,
    pub description: String,
    pub class: Option<Class>,
    pub service: Id<Service>,
    pub owner: Id<Person>,
    pub support_team: Id<Team>,
    pub controlled: bool,
    pub criticality: Option<Criticality>,
    pub environment: Option<Environment>,
    pub release: String,
    pub location: String,
    pub serial_number: String,
    pub asset_tag: String,
    pub no_relations_reason: String,
    pub changed_by: Id<Change>,
    pub verified_on: Option<Date>,
    pub verified_by: Id<Person>,
    pub verification: String,
    pub retired_on: Option<Date>,
    pub external_key: String,
}

impl Kind for ConfigurationItem {
    type State = State;
    const NAME: &'static str = "configuration_item";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "configuration_items",
        prefix: "CI",
        clause: "8.2.6",
        help: "Something that has to be controlled to deliver services",
        title: TitleDef { label: "Name", personal: None, search: Search::Internal },
        fields: fields!(ConfigurationItem {
            description: "What it is and what it does".searched(Search::Internal),
            class: "Type of the item".required().indexed(),
            service: "The service itself, when the item is a service".indexed(),
            owner: "Person who answers for it".indexed().own(),
            support_team: "Team that looks after it".indexed(),
            controlled: "It is altered by approved changes only",
            criticality: "How much services depend on it",
            environment: "Where it is used",
            release: "Version or release that is installed".staff_only(),
            location: "Where it stands".staff_only(),
            serial_number: "Number that its maker gave it".indexed().staff_only().searched(Search::Internal),
            asset_tag: "Number that we gave it".indexed().unique().staff_only().searched(Search::Internal),
            no_relations_reason: "Why it hangs together with nothing".staff_only(),
            changed_by: "Change by which it was altered last".indexed(),
            verified_on: "Day on which it was last compared with reality".system().indexed(),
            verified_by: "Person who compared it".system().staff_only(),
            verification: "What the comparison showed: the same, or the differences".system().staff_only(),
            retired_on: "Day on which it was taken out of use".system(),
            external_key: "Key of the item in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("runs_on", "runs", "configuration_item"),
            Link::new("depends_on", "needed_by", "configuration_item"),
            Link::new("part_of", "has_part", "configuration_item"),
            Link::new("connected_to", "connected_from", "configuration_item"),
            Link::new("backs_up", "backed_up_by", "configuration_item"),
            Link::new("stands_in_for", "replaced_by", "configuration_item"),
            Link::new("supports", "supported_by", "service"),
        ],
        clocks: &[],
        moves: &[
            Move::new("install", &[Planned], Live, "It is in use"),
            Move::new("verify", &[Live], Live, "It was compared with reality")
                .asks(names!(ConfigurationItem: verification))
                .then(|item, cx| {
                    item.verified_on = Some(acting::today(cx));
                    item.verified_by = acting::person(cx);
                }),
            Move::new("retire", &[Planned, Live], Retired, "It is out of use")
                .takes(names!(ConfigurationItem: changed_by))
                .then(|item, cx| item.retired_on = Some(acting::today(cx))),
            Move::new("reinstate", &[Retired], Planned, "It will be used again")
                .then(|item, _| item.retired_on = None),
        ],
        approval: None,
        lists: &[&["class", "state"]],
        locked_in: &[Retired],
        reads: &[],
        before_save: nothing_before_save,
        effects: no_effects,
    };
    head!();
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, check_lifecycle, wrong_fields};

    fn item() -> Trial<ConfigurationItem> {
        Trial::new(json!({"title": "mail-1", "class": "server"}))
    }

    fn answers(name: &str) -> Json {
        if name == "verify" { json!({"verification": "The same"}) } else { json!({}) }
    }

    #[test]
    fn an_item_goes_its_way_and_no_other() {
        check_lifecycle(
            &item,
            &answers,
            &[
                ("planned", &[], &["install", "retire"]),
                ("live", &["install"], &["verify", "retire"]),
                ("retired", &["install", "retire"], &["reinstate"]),
                ("planned", &["retire", "reinstate"], &["install", "retire"]),
            ],
        );
    }

    #[test]
    fn a_comparison_with_reality_says_what_it_showed_and_who_made_it() {
        let mut item = item();
        item.perform("install", json!({})).unwrap();
        assert_eq!(wrong_fields(item.perform("verify", json!({}))), ["verification"]);
        item.at("2026-02-01T09:00:00Z").perform("verify", answers("verify")).unwrap();
        assert_eq!(item.typed().verified_on, Some("2026-02-01".parse().unwrap()));
        assert_eq!(item.typed().verified_by, Id::new(uuid::Uuid::from_u128(1)));
    }

    #[test]
    fn an_item_has_a_type() {
        assert_eq!(wrong_fields(Trial::<ConfigurationItem>::create(json!({}))), ["class"]);
    }
}
