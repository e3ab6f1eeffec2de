//! The provider as it is on the first day: people, roles, teams, calendars, services, customers, agreements.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use mainstay_core::{Error, Instant, Result};
use serde_json::{Value as Json, json};

use crate::{
    chance::Chance,
    holidays::Place,
    hours::{Hours, later},
    people::people,
    portfolio::{BACKUP, CUSTOMERS, PRINTING, SERVICES},
    script::{By, Name, Script},
    teams::Desk,
};

/// Somebody of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: Name,
    pub(crate) title: String,
    pub(crate) email: String,
}

impl Person {
    pub(crate) fn by(&self) -> By {
        By::Person(self.name)
    }
}

/// What is promised for a service to a customer.
pub(crate) struct Promise {
    /// Targets count day and night.
    pub(crate) always: bool,
}

/// What everybody in the story knows.
pub(crate) struct Company {
    pub(crate) begin: Instant,
    pub(crate) until: Instant,
    pub(crate) zone: TimeZone,
    pub(crate) zurich: Hours,
    pub(crate) lisbon: Hours,
    pub(crate) always: Hours,
    pub(crate) management: Person,
    pub(crate) service_manager: Person,
    pub(crate) process_owners: Vec<Person>,
    pub(crate) incident_manager: Person,
    pub(crate) problem_manager: Person,
    pub(crate) change_managers: Vec<Person>,
    pub(crate) emergency_approver: Person,
    pub(crate) level_manager: Person,
    pub(crate) auditor: Person,
    /// Who owns each service.
    pub(crate) owners: Vec<Person>,
    pub(crate) agents: BTreeMap<Desk, Vec<Person>>,
    pub(crate) teams: BTreeMap<Desk, Name>,
    pub(crate) services: Vec<Name>,
    pub(crate) customers: Vec<Name>,
    /// The contact of each customer.
    pub(crate) contacts: Vec<Person>,
    pub(crate) callers: Vec<Vec<Person>>,
    pub(crate) promises: BTreeMap<(usize, usize), Promise>,
    /// A caller who leaves, and whose personal data is erased; in no list of callers.
    pub(crate) leaver: Person,
    /// The assignment of a role that was not ended when its person left.
    pub(crate) role_of_who_left: Name,
}

/// Working seconds promised for a goal, priority 1 to 4.
pub(crate) const fn targets(goal_is_response: bool, always: bool) -> [i64; 4] {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 3600;
    match (goal_is_response, always) {
        (true, true) => [15 * MINUTE, 30 * MINUTE, 4 * HOUR, 8 * HOUR],
        (true, false) => [15 * MINUTE, 30 * MINUTE, 2 * HOUR, 4 * HOUR],
        (false, true) => [4 * HOUR, 8 * HOUR, 48 * HOUR, 96 * HOUR],
        (false, false) => [4 * HOUR, 8 * HOUR, 20 * HOUR, 40 * HOUR],
    }
}

/// Writes a person and an office into the script, second by second.
struct Founder<'a> {
    script: &'a mut Script,
    now: Instant,
}

impl Founder<'_> {
    fn next(&mut self) -> Instant {
        self.now = later(self.now, 1);
        self.now
    }

    fn create(&mut self, kind: &'static str, values: Json) -> Name {
        let at = self.next();
        self.script.create(at, By::Operator, kind, values)
    }

    fn run(&mut self, record: Name, name: &str, values: Json) {
        let at = self.next();
        self.script.run(at, By::Operator, record, name, values);
    }

    fn edit(&mut self, record: Name, values: Json) {
        let at = self.next();
        self.script.edit(at, By::Operator, record, values);
    }

    fn person(&mut self, who: (String, String, String), customer: Option<Name>) -> Person {
        let (title, email, phone) = who;
        let values = json!({"title": title, "email": email, "phone": phone, "staff": customer.is_none(),
            "customer": customer});
        Person { name: self.create("person", values), title, email }
    }

    fn role(&mut self, person: &Person, role: &str, scope: Json) -> Name {
        let title = role.replace('_', " ");
        let mut values = json!({"title": title, "person": person.name, "role": role});
        if let (Json::Object(values), Json::Object(scope)) = (&mut values, scope) {
            values.extend(scope);
        }
        self.create("role_assignment", values)
    }
}

impl Company {
    /// Founds the provider at `begin`.
    pub(crate) fn found(
        script: &mut Script,
        chance: &mut Chance,
        begin: Instant,
        until: Instant,
        callers: usize,
    ) -> Result<Self> {
        let zone = TimeZone::get(Place::Zurich.zone())
            .map_err(|error| Error::bug("the zone of Zurich is not known").caused_by(error))?;
        let years = begin.to_zoned(zone.clone()).year()..=until.to_zoned(zone.clone()).year() + 1;
        let zurich = Hours::office(Place::Zurich, years.clone())?;
        let lisbon = Hours::office(Place::Lisbon, years)?;
        let always = Hours::always();
        let mut founder = Founder { script, now: begin };

        let number = 17 + Desk::ALL.iter().map(|desk| desk.agents()).sum::<usize>();
        let mut staff = people(chance, number, "alpenblick.example").into_iter();
        let mut hire = |founder: &mut Founder<'_>| {
            let who = staff.next().ok_or_else(|| Error::bug("the story has too few names"))?;
            Ok::<Person, Error>(founder.person(who, None))
        };
        let mut one = |founder: &mut Founder<'_>, role: &str| {
            let person = hire(founder)?;
            founder.role(&person, role, json!({}));
            Ok::<Person, Error>(person)
        };
        let management = one(&mut founder, "top_management")?;
        let service_manager = one(&mut founder, "service_manager")?;
        let process_owners = vec![one(&mut founder, "process_owner")?, one(&mut founder, "process_owner")?];
        let incident_manager = one(&mut founder, "incident_manager")?;
        let problem_manager = one(&mut founder, "problem_manager")?;
        let change_managers =
            vec![one(&mut founder, "change_manager")?, one(&mut founder, "change_manager")?];
        let emergency_approver = one(&mut founder, "emergency_approver")?;
        let level_manager = one(&mut founder, "service_level_manager")?;
        let auditor = one(&mut founder, "internal_auditor")?;
        one(&mut founder, "administrator")?;
        let owning: Vec<Person> = (0..4).map(|_| hire(&mut founder)).collect::<Result<_>>()?;

        let (mut teams, mut agents) = (BTreeMap::new(), BTreeMap::new());
        for desk in Desk::ALL {
            let team = founder.create("team", json!({"title": desk.title(), "email": desk.email()}));
            let members: Vec<Person> =
                (0..desk.agents()).map(|_| hire(&mut founder)).collect::<Result<_>>()?;
            for member in &members {
                founder.role(member, "service_desk_agent", json!({ "team": team }));
            }
            founder.edit(team, json!({"lead": members[0].name}));
            teams.insert(desk, team);
            agents.insert(desk, members);
        }

        let former = hire(&mut founder)?;
        let first_line = json!({ "team": teams[&Desk::FirstLineLisbon] });
        let role_of_who_left = founder.role(&former, "service_desk_agent", first_line);
        let left = later(until, -100 * 86_400);
        founder.script.run(left, By::Operator, former.name, "leave", json!({}));

        let (mut services, mut owners) = (Vec::new(), Vec::new());
        for (place, plan) in SERVICES.iter().enumerate() {
            let owner = owning[place % owning.len()].clone();
            let is_owned = place != PRINTING;
            let values = json!({"title": plan.title, "description": plan.description,
                "owner": is_owned.then_some(owner.name), "customer_facing": plan.customer_facing,
                "criticality": plan.criticality});
            let service = founder.create("service", values);
            founder.run(service, "go_live", json!({}));
            founder.role(&owner, "service_owner", json!({ "service": service }));
            services.push(service);
            owners.push(owner);
        }

        let calendars = [
            ("Office Zürich", "Promised in office hours to customers in Switzerland", &zurich),
            ("Office Lisboa", "Promised in office hours to customers in Portugal", &lisbon),
            ("Day and night", "Promised for services that never rest", &always),
        ]
        .map(|(title, purpose, hours)| {
            founder
                .create("calendar", json!({"title": title, "purpose": purpose, "versions": hours.versions}))
        });

        for (place, plan) in SERVICES.iter().enumerate() {
            // Those on which others rest are promised to everybody here.
            if !plan.customer_facing && place != BACKUP {
                let agreement = founder.create(
                    "service_level_agreement",
                    json!({"title": format!("{} for our own services", plan.title), "service": services[place],
                        "calendar": calendars[2], "versions": [terms(plan.always)]}),
                );
                founder.run(agreement, "put_in_force", json!({}));
            }
        }
        let (mut customers, mut contacts, mut all_callers) = (Vec::new(), Vec::new(), Vec::new());
        let mut leaver = None;
        let mut promises = BTreeMap::new();
        for (place, client) in CUSTOMERS.iter().enumerate() {
            let customer = founder
                .create("customer_organisation", json!({"title": client.title, "notes": client.notes}));
            let mut members: Vec<Person> =
                people(chance, callers + 1 + usize::from(place == 0), client.domain)
                    .into_iter()
                    .map(|who| founder.person(who, Some(customer)))
                    .collect();
            let contact = members.remove(0);
            if place == 0 {
                leaver = members.pop();
            }
            founder.role(&contact, "customer_contact", json!({ "customer": customer }));
            founder.edit(customer, json!({"contact": contact.name}));
            for service in client.services.iter().copied() {
                let plan = &SERVICES[service];
                let calendar = match (plan.always, client.place) {
                    (true, _) => calendars[2],
                    (false, Place::Zurich) => calendars[0],
                    (false, Place::Lisbon) => calendars[1],
                };
                let agreement = founder.create(
                    "service_level_agreement",
                    json!({"title": format!("{} for {}", plan.title, client.title), "service": services[service],
                        "customer": customer, "calendar": calendar, "versions": [terms(plan.always)]}),
                );
                founder.run(agreement, "put_in_force", json!({}));
                promises.insert((place, service), Promise { always: plan.always });
            }
            customers.push(customer);
            contacts.push(contact);
            all_callers.push(members);
        }
        Ok(Self {
            begin: founder.now,
            until,
            zone,
            zurich,
            lisbon,
            always,
            management,
            service_manager,
            process_owners,
            incident_manager,
            problem_manager,
            change_managers,
            emergency_approver,
            level_manager,
            auditor,
            owners,
            agents,
            teams,
            services,
            customers,
            contacts,
            callers: all_callers,
            promises,
            leaver: leaver.ok_or_else(|| Error::bug("nobody leaves"))?,
            role_of_who_left,
        })
    }

    /// The hours of a team.
    pub(crate) fn hours_of(&self, desk: Desk) -> &Hours {
        match (desk, desk.place()) {
            (Desk::Operations, _) => &self.always,
            (_, Place::Zurich) => &self.zurich,
            (_, Place::Lisbon) => &self.lisbon,
        }
    }

    /// The hours in which targets count for a customer.
    pub(crate) fn promised_hours(&self, customer: usize, always: bool) -> &Hours {
        match (always, CUSTOMERS[customer].place) {
            (true, _) => &self.always,
            (false, Place::Zurich) => &self.zurich,
            (false, Place::Lisbon) => &self.lisbon,
        }
    }

    /// Somebody of a team.
    pub(crate) fn agent(&self, desk: Desk, chance: &mut Chance) -> &Person {
        chance.pick(&self.agents[&desk])
    }
}

fn terms(always: bool) -> Json {
    let promised = |goal: &str, seconds: [i64; 4]| {
        let each = (1..).zip(seconds);
        each.map(|(priority, seconds)| json!({"goal": goal, "priority": priority, "seconds": seconds}))
            .collect::<Vec<_>>()
    };
    let targets =
        [promised("response", targets(true, always)), promised("resolution", targets(false, always))]
            .concat();
    json!({"pauses_for": ["customer", "agreed_date"], "warn_percent": [75], "targets": targets})
}
