//! Every page with every slot filled. No struct is completed by its default, so that a new slot is a compile error
//! here. All texts go through `Fill::text` and all addresses through `Fill::href`, so that a test can put anything into all of them.

use jiff::{Timestamp, tz::TimeZone};
use mainstay_pages::{
    At, Badge, BoardPage, ClockStand, ClockView, ErrorPage, ExplainPage, Field, FormPage, Frame, HistoryPage,
    Input, Language, ListPage, RecordPage, ReportPage, RequirementPage, SearchPage, SessionsPage, SignInPage,
    Suggestions, Tone, Words,
    conformity::{Check, Clause, Count, Coverage, Judgement},
    explain::{ExplainedClock, Paint, Stretch, Strip, StripMark, StripPart, Sum},
    field::{Choice, choices},
    form::Conflict,
    frame::{Activity, AsOf, Crumb, Me, Notice, Place, Theme},
    history::HistoryEntry,
    list::{Bulk, Cell, Column, Direction, Empty, Filter, FilterBar, NewLink, Row, Total},
    record::{
        Body, Change, Composer, Entry, Group, MoveLink, Proof, ProofEntry, Shown, Tab, TabRow, Way, What,
    },
    report::{Figure, ReportRow},
    search::{Hit, Piece},
    sessions::{Access, MadeToken},
    suggest::Suggestion,
    words,
};

/// How the pages are filled.
pub struct Fill<'a> {
    pub language: Language,
    pub theme: Theme,
    pub rows: usize,
    /// Every text on its way into a view struct.
    pub text: &'a dyn Fn(&str) -> String,
    /// Every address on its way into a view struct.
    pub href: &'a dyn Fn(&str) -> String,
}

impl Fill<'static> {
    pub fn plain(language: Language, rows: usize) -> Self {
        Self {
            language,
            theme: Theme::System,
            rows,
            text: &|text| text.to_owned(),
            href: &|href| href.to_owned(),
        }
    }
}

const NOW: &str = "2026-11-22T13:26:00Z";
const TITLES: &[(&str, &str)] = &[
    ("Checkout down in Zurich", "Kasse in Zürich ausgefallen"),
    ("VPN drops every hour", "VPN bricht stündlich ab"),
    ("No mail", "Keine Mail"),
    (
        "Invoices of the southern region are printed twice since the update of last Thursday evening",
        "Rechnungen der Region Süd werden seit der Aktualisierung vom letzten Donnerstagabend doppelt gedruckt",
    ),
    ("Badge reader at gate 3 refuses everybody", "Ausweisleser an Tor 3 weist alle ab"),
    ("Slow search in the archive", "Suche im Archiv ist langsam"),
    ("PC", "PC"),
];

impl Fill<'_> {
    fn words(&self) -> &'static Words {
        words(self.language)
    }

    fn t(&self, text: &str) -> String {
        (self.text)(text)
    }

    fn h(&self, href: &str) -> String {
        (self.href)(href)
    }

    /// English or German.
    fn l(&self, english: &str, german: &str) -> String {
        self.t(if self.language == Language::German { german } else { english })
    }

    fn field_name(&self, name: &str) -> String {
        self.t(&self.words().field(name))
    }

    fn at(&self, instant: &str) -> At {
        let instant: Timestamp = instant.parse().expect("an instant");
        let zone = TimeZone::get("Europe/Zurich").expect("a zone");
        let At { iso, text, exact } = At::new(instant, now(), &zone, self.words());
        At { iso: self.t(&iso), text: self.t(&text), exact: self.t(&exact) }
    }

    fn badge(&self, tone: Tone, english: &str, german: &str) -> Badge {
        Badge { tone, text: self.l(english, german) }
    }

    fn state(&self, word: &str) -> Badge {
        Badge { tone: Tone::of_state(word), text: self.t(&self.words().choice(word)) }
    }

    fn clock(&self, goal: &str, stand: ClockStand, elapsed: i64, target: i64) -> ClockView {
        let zone = TimeZone::get("Europe/Zurich").expect("a zone");
        let view =
            ClockView::new(&self.words().goal(goal), stand, (elapsed, target), now(), &zone, self.words())
                .explained_at("/incidents/INC-004211/clocks");
        ClockView {
            goal: self.t(&view.goal),
            tone: view.tone,
            text: self.t(&view.text),
            exact: self.t(&view.exact),
            due: view.due.map(|due| self.t(&due)),
            used_permille: view.used_permille,
            explain_href: view.explain_href.map(|href| self.h(&href)),
        }
    }

    fn link(&self, text: &str, href: &str) -> Cell {
        Cell::Link { text: self.t(text), href: self.h(href) }
    }

    fn shown(&self, field: &str, cell: Cell) -> Shown {
        Shown { label: self.field_name(field), cell }
    }

    fn pair(&self) -> Vec<(String, String)> {
        vec![(self.t("version"), self.t("4"))]
    }

    fn place(&self, english: &str, german: &str, href: &str, current: bool) -> Place {
        Place { label: self.l(english, german), href: self.h(href), current, letter: None }
    }

    fn button(&self, english: &str, german: &str, href: &str) -> NewLink {
        NewLink { label: self.l(english, german), href: self.h(href) }
    }

    fn do_move(&self, name: &str, way: Way, key: Option<char>) -> MoveLink {
        MoveLink {
            label: self.t(&self.words().a_move(name)),
            help: self.t(&self.words().about_move("incident", name, "What it means")),
            href: self.h(&format!("/incidents/INC-004211/moves/{name}")),
            way,
            hidden: self.pair(),
            key,
        }
    }

    fn teach(&self) -> Empty {
        Empty {
            heading: self.l("No incident fits these filters", "Kein Incident passt zu diesen Filtern"),
            text: self.l(
                "An incident is an interruption of a service or a loss of its quality. Recording each one is what lets \
                 you restore services in the order that was agreed.",
                "Ein Incident ist die Unterbrechung eines Service oder ein Verlust seiner Qualität. Nur wer jeden \
                 erfasst, kann Services in der vereinbarten Reihenfolge wiederherstellen.",
            ),
            clause: self.t("8.6.1"),
            action: Some(self.button("New incident", "Neuer Incident", "/incidents/new")),
        }
    }

    fn frame(&self, title: &str, activity: Activity, crumbs: Vec<Crumb>) -> Frame {
        let place = |of: Activity, href: &str| {
            let place = Place::of(of, self.h(href), of == activity, self.language);
            Place { label: self.t(&place.label), ..place }
        };
        let w = self.words();
        Frame {
            language: self.language,
            title: self.t(title),
            theme: self.theme,
            navigation: vec![
                place(Activity::Desk, "/desk"),
                place(Activity::Services, "/services"),
                place(Activity::Changes, "/changes"),
                place(Activity::Knowledge, "/knowledge"),
                place(Activity::Conformity, "/conformity"),
                place(Activity::Reports, "/reports"),
            ],
            more: ["teams", "persons", "customer_organisations", "calendars", "service_level_agreements"]
                .map(|plural| Place {
                    label: self.t(&w.kinds(plural)),
                    href: self.h(&format!("/{plural}")),
                    current: false,
                    letter: None,
                })
                .into(),
            me: Some(Me {
                name: self.t("Anna Novak"),
                detail: self.t("anna.novak@example.org"),
                sessions_href: self.h("/sessions"),
            }),
            breadcrumbs: crumbs,
            as_of: Some(AsOf {
                action: self.h("/incidents"),
                hidden: self.pair(),
                value: self.t(""),
                shown: None,
                now_href: self.h("/incidents"),
            }),
            notice: None,
            query: self.t(""),
            here: self.t("/incidents"),
        }
    }

    fn crumbs(&self, last: &str) -> Vec<Crumb> {
        vec![
            Crumb { label: self.t(&self.words().kinds("incidents")), href: Some(self.h("/incidents")) },
            Crumb { label: self.t(last), href: None },
        ]
    }

    fn with_a_past(&self, mut frame: Frame) -> Frame {
        if let Some(as_of) = &mut frame.as_of {
            as_of.shown = Some(self.t("2026-09-30 23:59:59 Europe/Zurich"));
            as_of.value = self.t("2026-09-30T23:59");
        }
        frame
    }

    pub fn sign_in(&self) -> SignInPage {
        SignInPage {
            frame: Frame {
                language: self.language,
                title: self.l("Sign in", "Anmelden"),
                theme: self.theme,
                ..Frame::default()
            },
            provider: self.t("Northwind IT Services"),
            action: self.h("/sign-in"),
            hidden: self.pair(),
            error: Some(
                self.l("Mail address or password is wrong.", "Mailadresse oder Passwort ist falsch."),
            ),
            name: self.t("anna.novak@example.org"),
            more: vec![Field {
                name: self.t("code"),
                label: self.t("Code"),
                help: self.t("6"),
                required: true,
                input: Input::Text(self.t("")),
                error: Some(self.t("!")),
            }],
            said: Some(self.l("You have signed out.", "Sie haben sich abgemeldet.")),
        }
    }

    fn row(&self, at: usize) -> Row {
        let (english, german) = TITLES[at % TITLES.len()];
        let reference = format!("INC-{:06}", 4211 - at);
        let minutes = i64::try_from(at).expect("few rows") * 13;
        let due = now() + jiff::SignedDuration::from_mins(14 + minutes);
        let (state, stand) = match at % 5 {
            0 => ("in_progress", ClockStand::Running { due_at: Some(due), left_seconds: 0 }),
            1 => ("waiting", ClockStand::Paused { left_seconds: 6_000 }),
            2 => ("new", ClockStand::Running { due_at: Some(due), left_seconds: 0 }),
            3 => (
                "in_progress",
                ClockStand::Breached { breached_at: now() - jiff::SignedDuration::from_mins(25 + minutes) },
            ),
            _ => ("resolved", ClockStand::Met { took_seconds: 4_920 }),
        };
        let service = [
            "Payments",
            "Network",
            "Mail",
            "Printing and output management of the southern region",
            "Access",
        ][at % 5];
        let assignee = if at % 3 == 1 {
            Cell::Empty
        } else {
            Cell::Text(self.t(["A. Novak", "Li", "Maximiliane Freifrau von Oberhausen-Kirchberg"][at % 3]))
        };
        Row {
            reference: self.t(&reference),
            href: self.h(&format!("/incidents/{reference}")),
            cells: vec![
                Cell::Title(self.l(english, german)),
                Cell::Badge(self.badge(
                    Tone::Plain,
                    &format!("P{}", at % 4 + 1),
                    &format!("P{}", at % 4 + 1),
                )),
                Cell::Number(self.t(&(at * 7 % 30).to_string())),
                Cell::Badge(self.state(state)),
                self.link(service, "/services/SVC-000003"),
                assignee,
                Cell::Clock(self.clock("resolution", stand, 9_000, 14_400)),
                Cell::At(self.at(if at < 4 { "2026-11-22T08:05:00Z" } else { "2026-11-19T15:40:00Z" })),
            ],
        }
    }

    fn columns(&self) -> Vec<Column> {
        let column = |label: String, is_number, sorted| Column {
            label,
            is_number,
            sort_href: Some(self.h("/incidents?sort=-priority")),
            sorted,
        };
        vec![
            column(self.t(&self.words().title("incident", "Short description")), false, None),
            column(self.field_name("priority"), false, None),
            column(self.field_name("reopen_count"), true, None),
            column(self.l("State", "Zustand"), false, None),
            column(self.field_name("service"), false, None),
            column(self.field_name("assignee"), false, None),
            column(self.l("Due", "Fällig"), false, Some(Direction::Ascending)),
            column(self.l("Reported", "Gemeldet"), false, Some(Direction::Descending)),
        ]
    }

    fn filter(&self, name: &str, sentence: &str, input: Input) -> Filter {
        Filter {
            sentence: if sentence.is_empty() { String::new() } else { self.t(sentence) },
            remove_href: self.h("/incidents"),
            field: Field {
                name: format!("{name}{}", self.t("")),
                label: self.field_name(name),
                help: self.t(""),
                required: false,
                input,
                error: None,
            },
        }
    }

    fn words_of(&self, stored: &[&str], chosen: &str) -> Vec<Choice> {
        let plain = choices(stored, chosen, self.words());
        plain
            .into_iter()
            .map(|one| Choice { value: self.t(&one.value), label: self.t(&one.label), chosen: one.chosen })
            .collect()
    }

    pub fn list(&self) -> ListPage {
        let states = self.words_of(&["new", "in_progress", "waiting", "resolved", "closed"], "");
        ListPage {
            frame: self.frame("Incidents", Activity::Desk, vec![]),
            heading: self.t(&self.words().kinds("incidents")),
            sentence: self
                .l("open, mine or my team's, by due", "offen, meine oder die meines Teams, nach Fälligkeit"),
            new: Some(self.button("New incident", "Neuer Incident", "/incidents/new")),
            tiles: vec![],
            filters: FilterBar {
                action: self.h("/incidents"),
                hidden: vec![(self.t("sort"), self.t("due"))],
                filters: vec![
                    self.filter(
                        "state",
                        if self.language == Language::German { "Zustand ist offen" } else { "state is open" },
                        Input::Choice { choices: states.clone(), may_be_empty: true },
                    ),
                    self.filter(
                        "assigned_team",
                        if self.language == Language::German {
                            "Team ist Netzwerk"
                        } else {
                            "team is Network"
                        },
                        Input::Reference {
                            value: self.t("TEAM-000003 Network"),
                            suggest_href: self.h("/suggest?kind=team"),
                        },
                    ),
                    self.filter(
                        "priority",
                        "",
                        Input::Number { value: self.t(""), min: Some(1), max: Some(4) },
                    ),
                    self.filter(
                        "reported_at",
                        "",
                        Input::Instant { value: self.t(""), zone: self.t("Europe/Zurich") },
                    ),
                    self.filter("major", "", Input::YesNo(false)),
                ],
                query: Some(self.t("")),
                clear_href: Some(self.h("/incidents")),
                saved: vec![
                    self.place("My queue", "Meine Arbeit", "/incidents?a", true),
                    self.place("Breaching", "Bald verletzt", "/incidents?b", false),
                    self.place("Unassigned", "Ohne Person", "/incidents?c", false),
                ],
            },
            total: if self.rows > 50 {
                Total::AtLeast(10_000)
            } else {
                Total::Exactly(i64::try_from(self.rows).expect("few"))
            },
            csv_href: Some(self.h("/incidents.csv")),
            columns: self.columns(),
            rows: (0..self.rows).map(|at| self.row(at)).collect(),
            first_href: None,
            next_href: (self.rows > 49).then(|| self.h("/incidents?cursor=x")),
            bulk: Some(Bulk {
                action: self.h("/incidents/moves"),
                moves: vec![
                    (self.t("start"), self.t(&self.words().a_move("start"))),
                    (self.t("resolve"), self.t(&self.words().a_move("resolve"))),
                ],
            }),
            empty: self.teach(),
        }
    }

    /// The desk: tiles above one's own work.
    pub fn desk(&self) -> ListPage {
        ListPage {
            heading: self.l("Desk", "Arbeitsplatz"),
            tiles: vec![
                self.count(Tone::Failed, "3", "breaching soon", "bald verletzt"),
                self.count(Tone::Attention, "12", "unassigned", "ohne Person"),
                self.count(Tone::Work, "7", "waiting for me", "warten auf mich"),
                self.count(Tone::NotStarted, "0", "major", "schwerwiegend"),
            ],
            ..self.list()
        }
    }

    pub fn empty_list(&self) -> ListPage {
        ListPage {
            rows: vec![],
            total: Total::Exactly(0),
            frame: self.with_a_past(self.frame("Incidents", Activity::Desk, vec![])),
            ..self.list()
        }
    }

    fn record(&self, tab: usize, body: Body) -> RecordPage {
        let w = self.words();
        let due = now() + jiff::SignedDuration::from_mins(74);
        let tab_of = |at: usize, english: &str, german: &str, count| Tab {
            label: self.l(english, german),
            href: self.h("/incidents/INC-004211/links"),
            count,
            current: at == tab,
        };
        let person = |name: &str| self.link(name, "/persons/PER-000007");
        RecordPage {
            frame: self.frame("INC-004211", Activity::Desk, self.crumbs("INC-004211")),
            kind: self.t(&w.kind("incident")),
            reference: self.t("INC-004211"),
            title: self.l(TITLES[0].0, TITLES[0].1),
            badges: vec![self.state("in_progress"), self.badge(Tone::Failed, "Priority 1", "Priorität 1"), self.badge(Tone::Attention, "Major", "Schwerwiegend")],
            facts: vec![
                self.shown("service", self.link("Payments › Checkout", "/services/SVC-000003")),
                self.shown("caller", person("M. Keller")),
                self.shown("assigned_team", self.link("Network", "/teams/TEAM-000003")),
                self.shown("assignee", person("A. Novak")),
            ],
            primary: Some(self.do_move("resolve", Way::Form, None)),
            moves: vec![self.do_move("wait", Way::Form, None), self.do_move("start", Way::AtOnce, Some('a'))],
            menu: vec![self.do_move("merge", Way::Form, None), self.do_move("cancel", Way::Form, None), self.do_move("edit", Way::Page, Some('e'))],
            no_clock: None,
            clocks: vec![
                self.clock("response", ClockStand::Met { took_seconds: 360 }, 360, 900),
                self.clock("resolution", ClockStand::Running { due_at: Some(due), left_seconds: 4_440 }, 9_960, 14_400),
            ],
            tabs: vec![
                tab_of(0, "Timeline", "Zeitleiste", None),
                tab_of(1, "Links", "Verknüpfungen", Some(4)),
                tab_of(2, "Tasks", "Aufgaben", Some(2)),
                tab_of(3, "Approvals", "Freigaben", Some(0)),
                tab_of(4, "History", "Verlauf", None),
                tab_of(5, "Proof", "Nachweis", None),
            ],
            body,
            groups: vec![
                Group {
                    heading: self.l("What happened", "Was geschah"),
                    edit_href: Some(self.h("/incidents/INC-004211/edit?group=1")),
                    fields: vec![
                        self.shown("description", Cell::Text(self.l("Since 14:05 the card readers in the Zurich shop say \"no connection\".\nCash works.", "Seit 14:05 melden die Kartenleser in der Filiale Zürich «keine Verbindung».\nBar geht."))),
                        self.shown("category", Cell::Text(self.t("network"))),
                        self.shown("contact_channel", Cell::Text(self.t(&w.choice("phone")))),
                        self.shown("reported_at", Cell::At(self.at("2026-11-22T13:05:12Z"))),
                    ],
                },
                Group {
                    heading: self.l("Order of work", "Reihenfolge"),
                    edit_href: None,
                    fields: vec![
                        self.shown("impact", Cell::Text(self.t(&w.choice("high")))),
                        self.shown("urgency", Cell::Badge(self.badge(Tone::Plain, "High", "Hoch"))),
                        self.shown("priority", Cell::Number(self.t("1"))),
                        self.shown("agreement", self.link("Gold, version 3", "/x")),
                        self.shown("external_key", Cell::Reference(self.t("SN-77120"))),
                        self.shown("parent", Cell::Empty),
                        self.shown("first_resolved_at", Cell::Clock(self.clock("resolution", ClockStand::Paused { left_seconds: 6_000 }, 1, 2))),
                    ],
                },
            ],
        }
    }

    pub fn timeline(&self) -> RecordPage {
        let entry = |at: &str,
                     who: Option<&str>,
                     what,
                     english: &str,
                     german: &str,
                     body: (&str, &str),
                     changes: Vec<Change>| Entry {
            at: self.at(at),
            who: who.map(|who| self.t(who)),
            what,
            text: if english.is_empty() { String::new() } else { self.l(english, german) },
            body: if body.0.is_empty() { String::new() } else { self.l(body.0, body.1) },
            changes,
        };
        let change = |name: &str, before: &str, after: &str| Change {
            label: self.field_name(name),
            before: if before.is_empty() { String::new() } else { self.t(before) },
            after: self.t(after),
        };
        self.record(0, Body::Timeline {
            composer: Some(Composer {
                action: self.h("/incidents/INC-004211/comments"),
                hidden: self.pair(),
                visibilities: vec![
                    Choice { value: self.t("public"), label: self.l("To the customer", "An den Kunden"), chosen: true },
                    Choice { value: self.t("internal"), label: self.l("Internal note", "Interne Notiz"), chosen: false },
                ],
                body: self.t(""),
                error: None,
            }),
            entries: vec![
                entry("2026-11-22T13:24:10Z", Some("A. Novak"), What::Internal, "", "", ("The switch in rack 4 lost its uplink. Carrier called, ticket 88-2210.", "Der Switch in Rack 4 hat seinen Uplink verloren. Carrier angerufen, Ticket 88-2210."), vec![]),
                entry("2026-11-22T13:21:40Z", Some("A. Novak"), What::Change, "moved to In progress", "hat begonnen", ("", ""), vec![change("assignee", "", "A. Novak"), change("priority", "2", "1")]),
                entry("2026-11-22T13:18:02Z", Some("M. Keller"), What::FromCustomer, "by mail", "per Mail", ("All four readers now. Queue is out of the door.", "Jetzt alle vier Geräte. Die Schlange steht bis vor die Tür."), vec![]),
                entry("2026-11-22T13:11:00Z", Some("A. Novak"), What::Public, "", "", ("We are looking at the network in your shop. Next word by 14:30.", "Wir prüfen das Netz in Ihrer Filiale. Nächste Nachricht bis 14:30."), vec![]),
                entry("2026-11-22T13:05:12Z", None, What::Change, "recorded by telephone", "telefonisch erfasst", ("", ""), vec![]),
            ],
            older_href: Some(self.h("/incidents/INC-004211?before=7")),
            empty: self.teach(),
        })
    }

    pub fn links(&self) -> RecordPage {
        let row = |relation: &str, reference: &str, title: &str| TabRow {
            cells: vec![
                Cell::Text(self.t(&self.words().relation(relation))),
                Cell::Reference(self.t(reference)),
                self.link(title, "/x"),
                Cell::Badge(self.state("in_progress")),
            ],
            moves: vec![MoveLink {
                label: self.l("Remove", "Entfernen"),
                ..self.do_move("remove", Way::AtOnce, None)
            }],
        };
        self.record(
            1,
            Body::Rows {
                heading: self.l("Links", "Verknüpfungen"),
                add: Some(MoveLink {
                    label: self.l("Add a link", "Verknüpfen"),
                    ..self.do_move("link", Way::Form, None)
                }),
                columns: vec![
                    self.l("Relation", "Beziehung"),
                    self.l("Ref", "Nr."),
                    self.l("Title", "Titel"),
                    self.l("State", "Zustand"),
                ],
                rows: vec![
                    row("affects", "SVC-000003", "Payments"),
                    row("duplicated_by", "INC-004215", "Cash desk without card payment"),
                ],
                empty: self.teach(),
            },
        )
    }

    pub fn no_tasks(&self) -> RecordPage {
        self.record(
            2,
            Body::Rows {
                heading: self.l("Tasks", "Aufgaben"),
                add: None,
                columns: vec![],
                rows: vec![],
                empty: self.teach(),
            },
        )
    }

    fn entries(&self) -> Vec<HistoryEntry> {
        let change = |name: &str, before: &str, after: &str| Change {
            label: self.field_name(name),
            before: if before.is_empty() { String::new() } else { self.t(before) },
            after: if after.is_empty() { String::new() } else { self.t(after) },
        };
        vec![
            HistoryEntry {
                position: self.t("18231"),
                at: self.at("2026-11-22T13:21:40Z"),
                recorded_at: None,
                who: self.t("A. Novak"),
                channel: self.l("in the pages", "auf den Seiten"),
                act: self.t(&self.words().a_move("start")),
                record: Some((self.t("INC-004211"), self.h("/incidents/INC-004211"))),
                changes: vec![
                    change("assignee", "", "A. Novak"),
                    change("priority", "2", "1"),
                    change("waiting_reason", "customer", ""),
                ],
            },
            HistoryEntry {
                position: self.t("18224"),
                at: self.at("2026-11-22T13:05:12Z"),
                recorded_at: Some(self.at("2026-11-22T13:06:00Z")),
                who: self.t("servicenow"),
                channel: self.l("imported", "importiert"),
                act: self.l("Created", "Angelegt"),
                record: None,
                changes: vec![],
            },
        ]
    }

    pub fn record_history(&self) -> RecordPage {
        self.record(4, Body::History { entries: self.entries(), older_href: Some(self.h("/older")) })
    }

    pub fn proof(&self) -> RecordPage {
        let entry = |position: &str, text: &str, included: Badge| ProofEntry {
            position: self.t(position),
            at: self.at("2026-11-22T13:05:12Z"),
            text: self.t(text),
            hash: self.t("9f2c1a77e0b34d5c8a6e1f0d2b3c4a5968778695a4b3c2d1e0f9e8d7c6b5a493"),
            included,
        };
        self.record(
            5,
            Body::Proof(Proof {
                checkpoint: self
                    .l("Checkpoint of 14:20 over 18,230 entries", "Prüfpunkt von 14:20 über 18 230 Einträge"),
                root: self.t("c4b0a3d5e7f90123456789abcdef0123456789abcdef0123456789abcdef0123"),
                entries: vec![
                    entry("18231", "start", self.badge(Tone::NotStarted, "in the next one", "im nächsten")),
                    entry("18224", "create", self.badge(Tone::Proven, "included", "enthalten")),
                ],
                download_href: Some(self.h("/incidents/INC-004211/proof.json")),
            }),
        )
    }

    fn all_inputs(&self) -> Vec<Field> {
        let field = |name: &str, input, error: Option<&str>| Field {
            name: self.t(name),
            label: self.field_name(name),
            help: self.t(&self.words().help("incident", name, "What it is for")),
            required: name == "description",
            input,
            error: error.map(|error| self.t(error)),
        };
        let levels = self.words_of(&["high", "medium", "low"], "high");
        vec![
            field("description", Input::LongText(self.t("Card readers say \"no connection\".")), None),
            field(
                "service",
                Input::Reference {
                    value: self.t("SVC-000003 Payments"),
                    suggest_href: self.h("/suggest?kind=service"),
                },
                None,
            ),
            field("category", Input::Text(self.t("network")), None),
            field("impact", Input::Choice { choices: levels, may_be_empty: true }, None),
            field(
                "priority",
                Input::Number { value: self.t("7"), min: Some(1), max: Some(4) },
                Some(if self.language == Language::German {
                    "7 ist keine Priorität; 1 bis 4 sind es."
                } else {
                    "7 is no priority; give 1 to 4."
                }),
            ),
            field(
                "reported_at",
                Input::Instant { value: self.t("2026-11-22T14:05"), zone: self.t("Europe/Zurich") },
                None,
            ),
            field("major", Input::YesNo(true), None),
            field("waiting_until", Input::Date(self.t("2026-11-30")), None),
            field("email", Input::Mail(self.t("a@example.org")), None),
            field("versions", Input::Structured(self.t("[{\"from\": \"2026-01-01\"}]")), None),
            field("external_key", Input::Shown(self.t("SN-77120")), None),
            field("secret", Input::Secret, None),
        ]
    }

    pub fn form(&self) -> FormPage {
        let mut fields = self.all_inputs();
        let more = fields.split_off(8);
        FormPage {
            frame: self.frame("New incident", Activity::Desk, self.crumbs("New")),
            heading: self.l("New incident", "Neuer Incident"),
            about: self.l("An interruption of a service, a loss of its quality, or what may become one. Clause 8.6.1 asks that each is recorded.", "Die Unterbrechung eines Service, ein Verlust seiner Qualität, oder was dazu werden kann. Abschnitt 8.6.1 verlangt, jeden zu erfassen."),
            action: self.h("/incidents"),
            hidden: self.pair(),
            error: Some(self.l("One field needs attention.", "Ein Feld braucht Aufmerksamkeit.")),
            hints: vec![self.l("Impact and urgency give a priority when you leave it empty.", "Auswirkung und Dringlichkeit ergeben eine Priorität, wenn Sie sie leer lassen.")],
            conflicts: vec![Conflict { label: self.field_name("assignee"), typed: self.t("A. Novak"), now: self.t("Li") }],
            fields,
            more,
            submit: self.l("Record the incident", "Incident erfassen"),
            cancel_href: self.h("/incidents"),
            is_move: false,
        }
    }

    pub fn move_form(&self) -> FormPage {
        let w = self.words();
        let field = |name: &str, required, input| Field {
            name: self.t(name),
            label: self.field_name(name),
            help: self.t(&w.help("incident", name, "")),
            required,
            input,
            error: None,
        };
        FormPage {
            frame: self.frame("Resolve", Activity::Desk, self.crumbs("INC-004211")),
            heading: format!("{} INC-004211", self.t(&w.a_move("resolve"))),
            about: self.t(&w.about_move("incident", "resolve", "The service is restored")),
            action: self.h("/incidents/INC-004211/moves/resolve"),
            hidden: self.pair(),
            error: None,
            hints: vec![],
            conflicts: vec![],
            fields: vec![
                field("resolution", true, Input::LongText(self.t(""))),
                field("resolution_code", false, Input::Text(self.t(""))),
            ],
            more: vec![],
            submit: self.t(&w.a_move("resolve")),
            cancel_href: self.h("/incidents/INC-004211"),
            is_move: true,
        }
    }

    pub fn search(&self) -> SearchPage {
        let piece = |text: &str, found| Piece { text: self.t(text), found };
        let hit = |reference: &str, title: Vec<Piece>, state: &str| Hit {
            reference: self.t(reference),
            href: self.h("/incidents/INC-004209"),
            title,
            places: vec![(
                self.field_name("description"),
                vec![
                    piece("… since Monday the ", false),
                    piece("VPN", true),
                    piece(" closes after one hour, then …", false),
                ],
            )],
            badges: vec![self.state(state)],
            at: self.at("2026-11-20T09:00:00Z"),
        };
        SearchPage {
            frame: Frame { query: self.t("vpn"), ..self.frame("Search", Activity::Desk, vec![]) },
            summary: self.l("2 found, newest first", "2 gefunden, neueste zuerst"),
            kinds: vec![
                self.place("Everything", "Alles", "/search?q=vpn", true),
                self.place("Incidents", "Incidents", "/search?q=vpn&kind=incident", false),
            ],
            hits: vec![
                hit("INC-004209", vec![piece("VPN", true), piece(" drops every hour", false)], "waiting"),
                hit(
                    "INC-003977",
                    vec![piece("No ", false), piece("VPN", true), piece(" from the hotel", false)],
                    "closed",
                ),
            ],
            next_href: Some(self.h("/search?q=vpn&cursor=2")),
            empty: self.teach(),
        }
    }

    fn count(&self, tone: Tone, number: &str, english: &str, german: &str) -> Count {
        Count {
            tone,
            number: self.t(number),
            label: self.l(english, german),
            href: self.h("/conformity?state=x"),
        }
    }

    pub fn board(&self) -> BoardPage {
        let clause = |number: &str,
                      english: &str,
                      german: &str,
                      designed: Vec<Count>,
                      operating: Vec<Count>,
                      judged: Vec<Count>,
                      known,
                      of| Clause {
            number: if number.is_empty() { self.t("") } else { number.to_owned() + &self.t("") },
            title: self.l(english, german),
            href: self.h("/conformity/8.6"),
            designed,
            operating,
            judged,
            coverage: Coverage { known, of },
        };
        let holds = |number: &str| self.count(Tone::Proven, number, "hold", "halten");
        let fails = |number: &str| self.count(Tone::Failed, number, "fail", "scheitern");
        let unknown = |number: &str| self.count(Tone::Unknown, number, "unknown", "unbekannt");
        BoardPage {
            frame: self.frame("Conformity", Activity::Conformity, vec![]),
            counts: vec![
                self.count(Tone::Plain, "147 / 220", "known", "bekannt"),
                self.count(Tone::Proven, "131", "hold", "halten"),
                self.count(Tone::Failed, "9", "fail", "scheitern"),
                self.count(
                    Tone::Unknown,
                    "7",
                    "unknown because nothing happened yet",
                    "unbekannt, weil noch nichts geschah",
                ),
            ],
            moves: vec![MoveLink {
                label: self.l("Run the checks", "Prüfungen ausführen"),
                ..self.do_move("run", Way::AtOnce, None)
            }],
            computed: self.l(
                "Computed at 14:20 from 18,230 journal entries.",
                "Berechnet um 14:20 aus 18 230 Einträgen des Journals.",
            ),
            clauses: vec![
                clause(
                    "4",
                    "Context of the organization",
                    "Kontext der Organisation",
                    vec![holds("6")],
                    vec![unknown("6")],
                    vec![],
                    6,
                    12,
                ),
                clause(
                    "5",
                    "Leadership",
                    "Führung",
                    vec![holds("9")],
                    vec![holds("3"), unknown("2")],
                    vec![holds("4")],
                    12,
                    14,
                ),
                clause(
                    "8",
                    "Operation of the service management system",
                    "Betrieb des Servicemanagementsystems",
                    vec![holds("88"), fails("3")],
                    vec![holds("61"), fails("6"), unknown("14")],
                    vec![holds("20")],
                    98,
                    140,
                ),
                clause(
                    "8.6",
                    "Resolution and fulfilment",
                    "Lösung und Erfüllung",
                    vec![holds("18")],
                    vec![holds("14"), fails("2"), unknown("1")],
                    vec![holds("5")],
                    17,
                    21,
                ),
                clause(
                    "8.6.1",
                    "Incident management",
                    "Incident Management",
                    vec![holds("8")],
                    vec![holds("7"), fails("1")],
                    vec![holds("2")],
                    8,
                    9,
                ),
                clause(
                    "8.6.2",
                    "Service request management",
                    "Erfüllung von Serviceanfragen",
                    vec![holds("5")],
                    vec![unknown("5")],
                    vec![],
                    5,
                    6,
                ),
                clause("10", "Improvement", "Verbesserung", vec![], vec![], vec![], 0, 11),
            ],
            empty: self.teach(),
        }
    }

    pub fn requirement(&self) -> RequirementPage {
        RequirementPage {
            frame: self.frame("8.6.1 b", Activity::Conformity, vec![Crumb { label: self.l("Conformity", "Konformität"), href: Some(self.h("/conformity")) }, Crumb { label: self.t("8.6.1 b"), href: None }]),
            number: self.t("8.6.1 b"),
            title: self.l("Incidents are prioritised by impact and urgency", "Incidents werden nach Auswirkung und Dringlichkeit priorisiert"),
            text: self.l("Each incident gets a priority that follows from how many feel it and how soon it hurts, and work is done in that order.", "Jeder Incident erhält eine Priorität, die daraus folgt, wie viele ihn spüren und wie bald er schmerzt; in dieser Reihenfolge wird gearbeitet."),
            verdicts: vec![(self.l("Designed", "Gestaltet"), self.badge(Tone::Proven, "holds", "hält")), (self.l("Operating", "Gelebt"), self.badge(Tone::Failed, "fails", "scheitert")), (self.l("Judged", "Beurteilt"), self.badge(Tone::Unknown, "not judged", "nicht beurteilt"))],
            why: self.l("2 of 412 incidents have a priority that differs from the matrix without a reason.", "2 von 412 Incidents haben eine Priorität, die ohne Begründung von der Matrix abweicht."),
            primary: Some(MoveLink { label: self.l("Judge", "Beurteilen"), ..self.do_move("judge", Way::Form, None) }),
            moves: vec![MoveLink { label: self.l("Run the checks", "Prüfungen ausführen"), ..self.do_move("run", Way::AtOnce, None) }],
            documents: vec![Shown { label: self.l("Procedure", "Verfahren"), cell: self.link("Incident management, version 4", "/documents/DOC-000012") }],
            checks: vec![Check {
                sentence: self.l("Every incident has a priority that the matrix gives, or a reason why not.", "Jeder Incident hat die Priorität der Matrix oder eine Begründung."),
                rule: self.t("incident.priority_follows_matrix"),
                verdict: self.badge(Tone::Failed, "fails", "scheitert"),
                result: self.l("410 of 412 records hold", "410 von 412 Einträgen halten"),
                href: Some(self.h("/conformity/checks/x")),
                at: Some(self.at("2026-11-22T13:20:00Z")),
                trend: vec![self.badge(Tone::Proven, "holds", "hält"), self.badge(Tone::Unknown, "unknown", "unbekannt"), self.badge(Tone::Proven, "holds", "hält"), self.badge(Tone::Failed, "fails", "scheitert")],
            }],
            exception_columns: vec![self.l("Record", "Eintrag"), self.l("What is wrong", "Was nicht stimmt")],
            exceptions: vec![TabRow { cells: vec![self.link("INC-003318", "/incidents/INC-003318"), Cell::Text(self.l("priority 1, matrix 3, no reason", "Priorität 1, Matrix 3, keine Begründung"))], moves: vec![] }],
            judgements: vec![Judgement { verdict: self.badge(Tone::Proven, "conforms", "konform"), who: self.t("E. Okafor"), at: self.at("2026-06-30T10:00:00Z"), text: self.l("Looked at 25 incidents of May.", "25 Incidents vom Mai angesehen.") }],
            parts: vec![(self.link("8.6.1 b 1", "/conformity/8.6.1-b-1"), self.badge(Tone::Proven, "holds", "hält"))],
        }
    }

    pub fn explain(&self) -> ExplainPage {
        let stretch =
            |from: &str, to: &str, doing, note: (&str, &str), working: &str, counted: &str| Stretch {
                from: self.at(from),
                to: self.at(to),
                doing,
                note: self.l(note.0, note.1),
                working: self.t(working),
                counted: self.t(counted),
            };
        let part = |paint, at, width| StripPart { paint, at, width, title: self.t("14:05 – 15:20") };
        let sum = |english: &str, german: &str, value: &str, is_result| Sum {
            label: self.l(english, german),
            value: self.t(value),
            is_result,
        };
        ExplainPage {
            frame: self.frame("INC-004211", Activity::Desk, self.crumbs("INC-004211")),
            reference: self.t("INC-004211"),
            title: self.l(TITLES[0].0, TITLES[0].1),
            href: self.h("/incidents/INC-004211"),
            clocks: vec![ExplainedClock {
                clock: self.clock(
                    "resolution",
                    ClockStand::Running {
                        due_at: Some(now() + jiff::SignedDuration::from_mins(74)),
                        left_seconds: 4_440,
                    },
                    9_960,
                    14_400,
                ),
                facts: vec![
                    self.shown(
                        "agreement",
                        self.link("Gold, version 3", "/service_level_agreements/SLA-000002"),
                    ),
                    Shown { label: self.l("Target", "Ziel"), cell: Cell::Text(self.t("4 h")) },
                    Shown {
                        label: self.l("Calendar", "Kalender"),
                        cell: Cell::Text(
                            self.l(
                                "Weekdays 08:00–18:00, Europe/Zurich",
                                "Werktage 08:00–18:00, Europe/Zurich",
                            ),
                        ),
                    },
                ],
                strip: Strip {
                    parts: vec![
                        part(Paint::Working, 0, 420),
                        part(Paint::Working, 760, 240),
                        part(Paint::Running, 40, 180),
                        part(Paint::Paused, 220, 140),
                        part(Paint::Running, 360, 60),
                        part(Paint::Late, 760, 90),
                        part(Paint::Stopped, 850, 50),
                    ],
                    marks: vec![
                        StripMark { at: 160, label: self.t("50 %: 11:40") },
                        StripMark { at: 380, label: self.t("75 %: 14:10") },
                        StripMark { at: 800, label: self.t("100 %: 15:40") },
                    ],
                    ends: (
                        self.l("Sat 22 Nov, 08:05", "Sa 22. Nov., 08:05"),
                        self.l("Sun 23 Nov, 18:00", "So 23. Nov., 18:00"),
                    ),
                    summary: self.l(
                        "Running 2 h 46 min, paused 1 h 10 min, 1 h 14 min left.",
                        "Gelaufen 2 Std. 46 Min., angehalten 1 Std. 10 Min., noch 1 Std. 14 Min.",
                    ),
                },
                stretches: vec![
                    stretch(
                        "2026-11-22T08:05:12Z",
                        "2026-11-22T10:20:00Z",
                        self.badge(Tone::Work, "Running: new", "Läuft: neu"),
                        ("working hours", "Servicezeit"),
                        "2 h 14 min 48 s",
                        "2 h 14 min 48 s",
                    ),
                    stretch(
                        "2026-11-22T10:20:00Z",
                        "2026-11-22T11:30:00Z",
                        self.badge(Tone::Attention, "Paused: customer", "Angehalten: Kunde"),
                        ("the agreement pauses for the customer", "die Vereinbarung hält für den Kunden an"),
                        "1 h 10 min",
                        "0 s",
                    ),
                    stretch(
                        "2026-11-22T11:30:00Z",
                        "2026-11-22T12:01:12Z",
                        self.badge(Tone::Work, "Running: in progress", "Läuft: in Arbeit"),
                        ("working hours", "Servicezeit"),
                        "31 min 12 s",
                        "31 min 12 s",
                    ),
                ],
                sums: vec![
                    sum("Counted", "Gezählt", "2 h 46 min 0 s", false),
                    sum("Target", "Ziel", "4 h", false),
                    sum("Left", "Übrig", "1 h 14 min 0 s", true),
                ],
                checks: vec![self.badge(
                    Tone::Proven,
                    "The stretches add up to what the clock shows",
                    "Die Abschnitte ergeben, was die Uhr zeigt",
                )],
                text: self.t("08:05:12 – 10:20:00  running  2 h 14 min 48 s\n10:20:00 – 11:30:00  paused"),
            }],
        }
    }

    pub fn no_clocks(&self) -> ExplainPage {
        ExplainPage { clocks: vec![], ..self.explain() }
    }

    pub fn report(&self) -> ReportPage {
        let column = |english: &str, german: &str, is_number| Column {
            label: self.l(english, german),
            is_number,
            sort_href: None,
            sorted: None,
        };
        let figure = |text: &str, href: Option<&str>, tone| Figure {
            text: self.t(text),
            href: href.map(|href| self.h(href)),
            tone,
        };
        let row = |name: &str, met: &str, missed: &str, share: &str, tone, is_total| ReportRow {
            cells: vec![
                figure(name, None, Tone::Plain),
                figure("4 h", None, Tone::Plain),
                figure(met, Some("/incidents?met"), Tone::Plain),
                figure(missed, Some("/incidents?missed"), tone),
                figure(share, Some("/incidents?all"), tone),
            ],
            is_total,
        };
        ReportPage {
            frame: self.frame("Service levels", Activity::Reports, vec![]),
            heading: self.l("Service levels", "Service Levels"),
            finding: self.l(
                "9 of 412 incidents missed a resolution target in October 2026.",
                "9 von 412 Incidents verfehlten im Oktober 2026 ein Lösungsziel.",
            ),
            facts: vec![
                Shown {
                    label: self.l("Period", "Zeitraum"),
                    cell: Cell::Text(self.t("2026-10-01 – 2026-10-31")),
                },
                Shown { label: self.l("Zone", "Zeitzone"), cell: Cell::Text(self.t("Europe/Zurich")) },
            ],
            action: self.h("/reports/sla"),
            fields: vec![
                Field {
                    name: self.t("from"),
                    label: self.l("From", "Von"),
                    help: self.t(""),
                    required: false,
                    input: Input::Date(self.t("2026-10-01")),
                    error: None,
                },
                Field {
                    name: self.t("to"),
                    label: self.l("To", "Bis"),
                    help: self.t(""),
                    required: false,
                    input: Input::Date(self.t("2026-10-31")),
                    error: None,
                },
            ],
            others: vec![
                self.place("Service levels", "Service Levels", "/reports/sla", true),
                self.place("Availability", "Verfügbarkeit", "/reports/availability", false),
            ],
            downloads: vec![NewLink { label: self.t("CSV"), href: self.h("/reports/sla.csv") }],
            columns: vec![
                column("Priority", "Priorität", false),
                column("Target", "Ziel", true),
                column("Met", "Eingehalten", true),
                column("Missed", "Verfehlt", true),
                column("Share met", "Anteil", true),
            ],
            rows: vec![
                row("1", "38", "2", "95.0 %", Tone::Failed, false),
                row("2", "110", "7", "94.0 %", Tone::Failed, false),
                row("3", "255", "0", "100 %", Tone::Plain, false),
                row("1–3", "403", "9", "97.8 %", Tone::Plain, true),
            ],
            notes: vec![self.l(
                "An incident counts in the month in which its clock was decided.",
                "Ein Incident zählt in dem Monat, in dem seine Uhr entschieden wurde.",
            )],
            empty: self.teach(),
        }
    }

    pub fn sessions(&self) -> SessionsPage {
        let access = |name: &str, detail: &str, badge: Option<Badge>, end: Option<&str>| Access {
            name: self.t(name),
            detail: self.t(detail),
            badge,
            began: self.at("2026-11-22T07:00:00Z"),
            used: Some(self.at("2026-11-22T13:20:00Z")),
            ends: Some(self.at("2026-12-22T07:00:00Z")),
            end_action: end.map(|end| self.h(end)),
        };
        SessionsPage {
            frame: self.frame("Sessions and tokens", Activity::Desk, vec![]),
            sessions: vec![
                access(
                    "Firefox 145, Linux",
                    "192.0.2.17",
                    Some(self.badge(Tone::Work, "this session", "diese Sitzung")),
                    None,
                ),
                access("Safari, iPhone", "198.51.100.4", None, Some("/sessions/2/end")),
            ],
            end_others_action: Some(self.h("/sessions/end-others")),
            tokens: vec![access(
                "monitoring",
                "incident:create",
                Some(self.badge(Tone::Attention, "ends in 3 days", "endet in 3 Tagen")),
                Some("/tokens/1/end"),
            )],
            new_token: Some(self.button("New token", "Neuer Schlüssel", "/tokens/new")),
            password: Some(self.button("Change password", "Passwort ändern", "/me/password")),
            made: Some(MadeToken {
                name: self.t("monitoring"),
                secret: self.t("mst_7Kq2h1bYzP0aV9dW3xLrT5nE8cUfG4sJ"),
            }),
        }
    }

    pub fn history(&self) -> HistoryPage {
        HistoryPage {
            frame: self.frame("History", Activity::Desk, self.crumbs("INC-004211")),
            heading: self.l("History of INC-004211", "Verlauf von INC-004211"),
            about: self.l(
                "Every change since it was recorded, the newest first.",
                "Jede Änderung, seit er erfasst wurde, die neueste zuerst.",
            ),
            entries: self.entries(),
            older_href: Some(self.h("/older")),
        }
    }

    pub fn error(&self) -> ErrorPage {
        ErrorPage {
            frame: Frame { notice: Some(Notice { tone: Tone::Proven, text: self.l("INC-004211 resolved.", "INC-004211 gelöst.") }), ..self.frame("Refused", Activity::Desk, vec![]) },
            status: 403,
            message: self.l("This incident cannot be closed: nobody in top management was told of it.", "Dieser Incident kann nicht geschlossen werden: Niemand in der obersten Leitung wurde informiert."),
            hints: vec![self.l("Fill in who was told, then close it.", "Tragen Sie ein, wer informiert wurde, und schließen Sie ihn dann.")],
            clause: self.t("8.6.1"),
            reference: self.t("01JDA7Z5T8"),
            ways: vec![self.button("Back to the incident", "Zurück zum Incident", "/incidents/INC-004211")],
        }
    }

    pub fn suggestions(&self) -> Suggestions {
        let item = |reference: &str, title: &str, detail: &str| Suggestion {
            reference: self.t(reference),
            title: self.t(title),
            detail: self.t(detail),
        };
        Suggestions {
            language: self.language,
            items: vec![
                item("TEAM-000003", "Network", "8 persons"),
                item("TEAM-000004", "Networking of partners", "2 persons"),
            ],
        }
    }

    /// All pages, by the name of their file.
    pub fn pages(&self) -> Vec<(&'static str, String)> {
        let pages = [
            ("sign-in", self.sign_in().render()),
            ("desk", self.desk().render()),
            ("list", self.list().render()),
            ("list-empty", self.empty_list().render()),
            ("record", self.timeline().render()),
            ("record-links", self.links().render()),
            ("record-tasks", self.no_tasks().render()),
            ("record-history", self.record_history().render()),
            ("record-proof", self.proof().render()),
            ("form", self.form().render()),
            ("form-move", self.move_form().render()),
            ("search", self.search().render()),
            ("board", self.board().render()),
            ("requirement", self.requirement().render()),
            ("explain", self.explain().render()),
            ("explain-nothing", self.no_clocks().render()),
            ("report", self.report().render()),
            ("sessions", self.sessions().render()),
            ("history", self.history().render()),
            ("error", self.error().render()),
        ];
        pages.map(|(name, page)| (name, page.expect("a page renders"))).into()
    }
}

fn now() -> Timestamp {
    NOW.parse().expect("an instant")
}
