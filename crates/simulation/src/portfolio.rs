//! What the provider delivers: twelve services, three customers, five suppliers.

use crate::{holidays::Place, teams::Desk};

/// A service of the provider.
pub(crate) struct Plan {
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) criticality: &'static str,
    pub(crate) customer_facing: bool,
    /// Targets count day and night, not only in office hours.
    pub(crate) always: bool,
    pub(crate) team: Desk,
    /// How many incidents it has beside the others.
    pub(crate) weight: i64,
}

const fn plan(
    title: &'static str,
    description: &'static str,
    criticality: &'static str,
    customer_facing: bool,
    always: bool,
    team: Desk,
    weight: i64,
) -> Plan {
    Plan { title, description, criticality, customer_facing, always, team, weight }
}

/// Place of a service for which nobody answers: a defect that the checks have to find.
pub(crate) const PRINTING: usize = 8;

/// Place of a service on which nothing was agreed.
pub(crate) const BACKUP: usize = 9;

/// Place of a service that does not stand among the configuration items.
pub(crate) const WEB_SHOP: usize = 10;

pub(crate) const SERVICES: [Plan; 12] = [
    plan(
        "Workplace",
        "Notebook, desktop, mobile telephone and their programs",
        "high",
        true,
        false,
        Desk::Workplace,
        22,
    ),
    plan(
        "E-mail and calendar",
        "Mailboxes, shared calendars and rooms",
        "critical",
        true,
        true,
        Desk::Applications,
        14,
    ),
    plan("Telephony", "Telephone, voicemail and call centre", "high", true, false, Desk::Network, 7),
    plan("Site network", "Wired and wireless network of a site", "critical", true, true, Desk::Network, 9),
    plan("Remote access", "Working from outside through VPN", "high", true, false, Desk::Network, 10),
    plan("ERP", "Orders, stock, invoices and accounts", "critical", true, true, Desk::Applications, 12),
    plan(
        "File service",
        "Shared folders with restore of earlier versions",
        "medium",
        true,
        false,
        Desk::Platform,
        6,
    ),
    plan("Database platform", "Databases for our other services", "critical", false, true, Desk::Platform, 3),
    plan("Printing", "Printing, scanning and copying", "low", true, false, Desk::Workplace, 8),
    plan("Backup", "Copies of all data, kept at a second place", "high", false, true, Desk::Operations, 2),
    plan(
        "Web shop hosting",
        "Shop and content of the customer on our platform",
        "critical",
        true,
        true,
        Desk::Applications,
        4,
    ),
    plan(
        "Identity and sign-in",
        "Accounts, groups and sign-in with a second factor",
        "critical",
        true,
        true,
        Desk::Network,
        9,
    ),
];

/// A customer of the provider.
pub(crate) struct Client {
    pub(crate) title: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) place: Place,
    /// Its services, as places in [`SERVICES`].
    pub(crate) services: &'static [usize],
    pub(crate) weight: i64,
}

pub(crate) const CUSTOMERS: [Client; 3] = [
    Client {
        title: "Sägewerk Brunnadern AG",
        domain: "brunnadern.example",
        notes: "Works in two shifts; the harvester crews call from the forest",
        place: Place::Zurich,
        services: &[0, 1, 2, 3, 4, 5, 6, 8, 11],
        weight: 40,
    },
    Client {
        title: "Têxteis do Mondego, S.A.",
        domain: "mondego.example",
        notes: "Três fábricas em Coimbra; loja em linha com picos antes do Natal",
        place: Place::Lisbon,
        services: &[0, 1, 3, 4, 5, 8, 10, 11],
        weight: 35,
    },
    Client {
        title: "Clinique du Jorat SA",
        domain: "jorat.example",
        notes: "Hôpital de 120 lits; jamais d'interruption pendant les visites du matin",
        place: Place::Zurich,
        services: &[0, 1, 2, 3, 4, 6, 8, 11],
        weight: 25,
    },
];

/// A supplier of the provider.
pub(crate) struct Source {
    pub(crate) title: &'static str,
    pub(crate) delivers: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) contacts: &'static str,
    pub(crate) services: &'static [usize],
}

pub(crate) const SUPPLIERS: [Source; 5] = [
    Source {
        title: "Glasfaser Walensee AG",
        delivers: "Lines between the sites and to the Internet",
        kind: "external",
        contacts: "Leitstelle, day and night: +41 00 555 10 10",
        services: &[3, 4, 2],
    },
    Source {
        title: "Nuvem Atlântica, Lda.",
        delivers: "Virtual machines and storage in two data centres",
        kind: "external",
        contacts: "Suporte, dias úteis 8–20: +351 00 555 20 20",
        services: &[5, 6, 7, 10],
    },
    Source {
        title: "Copieurs Léman Sàrl",
        delivers: "Printers, toner and their repair on site",
        kind: "external",
        contacts: "Dépannage, lu–ve 7–18: +41 00 555 30 30",
        services: &[8],
    },
    Source {
        title: "Möwe Softwarepflege GmbH",
        delivers: "Care of the ERP",
        kind: "external",
        contacts: "Hotline, Mo–Fr 8–17: +49 00 555 40 40",
        services: &[5],
    },
    Source {
        title: "Facility services of Alpenblick",
        delivers: "Power, cooling and access to our own server room",
        kind: "internal",
        contacts: "Pikett: +41 00 555 50 50",
        services: &[9, 7],
    },
];
