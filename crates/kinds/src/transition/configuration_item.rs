//! Configuration items (8.2.6): what has to be under control to deliver services, and how it hangs together.

use jiff::civil::Date;
use mainstay_core::{
    Cx, Def, Error, Fact, Head, Id, Kind, Link, Move, Result, Search, TitleDef, choice, fields, head,
    kind::no_effects, names, registry::from_record,
};

use crate::{Change, Person, Service, Team, acting, change, portfolio::service::Criticality};

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

/// What only a change alters on a controlled item that is in use.
const CONTROLLED: &[&str] =
    names!(ConfigurationItem: class, service, environment, release, location, controlled);

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
                .only_if(is_changed_under_control)
                .then(|item, cx| item.retired_on = Some(acting::today(cx))),
            Move::new("reinstate", &[Retired], Planned, "It will be used again")
                .then(|item, _| item.retired_on = None),
        ],
        approval: None,
        lists: &[&["class", "state"]],
        locked_in: &[Retired],
        reads: &[Fact::Referenced("changed_by")],
        before_save,
        effects: no_effects,
    };
    head!();
}

/// A controlled item is altered under a change that is being made, or was made and is not closed yet (8.2.6).
fn is_changed_under_control(item: &ConfigurationItem, cx: &Cx) -> Result<()> {
    if !item.controlled || item.head.state != Live {
        return Ok(());
    }
    let [field] = names!(ConfigurationItem: changed_by);
    let Some(record) = cx.facts.referenced(field).filter(|_| item.changed_by.is_some()) else {
        let problem = "must be given: a controlled item is altered by a change only";
        return Err(Error::field(*field, problem));
    };
    let change: Change = from_record(record)?;
    match change.head.state {
        change::State::Implementation | change::State::Review | change::State::Ratification => Ok(()),
        _ => Err(Error::field(
            *field,
            format!("{} is {}; name the change that is being made", record.reference, record.state),
        )),
    }
}

fn before_save(item: &mut ConfigurationItem, before: Option<&ConfigurationItem>, cx: &Cx) -> Result<()> {
    let Some(before) = before.filter(|before| before.head.state == Live && !cx.history) else {
        return Ok(());
    };
    let mut fields = ConfigurationItem::DEF.fields.list.iter();
    let altered =
        fields.any(|field| CONTROLLED.contains(&field.def.name) && (field.get)(item) != (field.get)(before));
    // Control does not end by an edit that takes it away.
    if altered {
        is_changed_under_control(&ConfigurationItem { controlled: before.controlled, ..item.clone() }, cx)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::testing::{Trial, check_lifecycle, id, wrong_fields};

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
    fn a_controlled_item_in_use_is_altered_under_a_change_that_is_being_made() {
        let mut item = Trial::<ConfigurationItem>::new(json!({"class": "server", "controlled": true}));
        item.edit(json!({"release": "1"})).expect("it is not in use yet");
        item.perform("install", json!({})).unwrap();
        item.edit(json!({"description": "Sends mail"})).expect("no attribute under control");
        for alteration in [json!({"release": "2"}), json!({"controlled": false})] {
            assert_eq!(wrong_fields(item.edit(alteration)), ["changed_by"]);
        }
        assert_eq!(wrong_fields(item.perform("retire", json!({}))), ["changed_by"]);
        let mut change = Trial::<Change>::new(json!({"category": "normal"})).record;
        for (state, good) in [
            ("scheduled", false),
            ("implementation", true),
            ("review", true),
            ("ratification", true),
            ("closed", false),
        ] {
            change.state = state.into();
            let mut item = item.clone();
            item.knows("changed_by", &change);
            let edit = item.edit(json!({"release": "2", "changed_by": id(200)})).cloned();
            assert_eq!(edit.is_ok(), good, "{state}");
            assert_eq!(item.perform("retire", json!({"changed_by": id(200)})).is_ok(), good, "{state}");
        }
    }

    #[test]
    fn an_item_has_a_type() {
        assert_eq!(wrong_fields(Trial::<ConfigurationItem>::create(json!({}))), ["class"]);
    }
}
