//! A world in which every field of text of every kind holds every hostile text, put there over HTTP by a program with
//! a token and by the forms of pages; and its twin, in which plain words stand in their place.

use std::collections::{BTreeMap, BTreeSet};

use mainstay_app::accounts::{By, NewToken, Purpose};
use mainstay_core::{
    Choice, FieldDef, KindDef, Type,
    unseen::{self, Lines},
};
use mainstay_kinds::{REGISTRY, role_assignment::Role};
use serde_json::{Map, Value as Json, json};

use crate::{
    client::{Answer, Ask, Client},
    texts::NO_TEXT,
    world::World,
};

/// Most bytes of texts that stand in one field: an indexed one takes no more.
const BUNDLE_BYTES: usize = 900;
/// Each bundle is asked for in one of so many of the questions.
const QUESTIONS: usize = 3;
/// Bundles of the twin: its pages show what pages are made of, not how much there is.
const PLAIN_BUNDLES: usize = 4;
const PASSWORD: &str = "copper lantern walks sideways";

/// What was put into a world, and where it is to be looked at.
#[derive(Default)]
pub struct Filled {
    /// Values that were read back as they were written: kind, field, number of the text.
    pub stored: BTreeSet<(&'static str, String, usize)>,
    /// Texts that were refused, each with a status of 4xx and a sentence.
    pub refused: usize,
    /// Kinds and fields that take no such text at all, because of their shape: addresses of mail.
    pub shaped: BTreeSet<(&'static str, String)>,
    /// Kinds and fields that a rule of the kind empties in a new record.
    pub emptied: BTreeSet<(&'static str, String)>,
    /// Votes, comments, tasks, files, tokens and forms that hold hostile texts.
    pub parts: BTreeMap<&'static str, usize>,
    /// Addresses of pages.
    pub pages: Vec<String>,
    /// Addresses of files and documents: exports, attachments, JSON.
    pub files: Vec<String>,
}

/// Texts, in bundles that fit a field; a twin has plain words in the place of each.
pub struct Texts {
    texts: Vec<String>,
    is_hostile: bool,
    bundles: Vec<Vec<usize>>,
    /// Those that no line may hold.
    unseen: Vec<usize>,
}

impl Texts {
    pub fn new(texts: Vec<String>, is_hostile: bool) -> Self {
        let (mut bundles, mut unseen, mut bundle, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for (at, text) in texts.iter().enumerate() {
            if unseen::problem(text, Lines::One).is_some() {
                unseen.push(at);
                continue;
            }
            if bytes + text.len() + 1 > BUNDLE_BYTES {
                bundles.push(std::mem::take(&mut bundle));
                bytes = 0;
            }
            bytes += text.len() + 1;
            bundle.push(at);
        }
        bundles.push(bundle);
        if !is_hostile {
            bundles.truncate(PLAIN_BUNDLES);
        }
        Self { texts, is_hostile, bundles, unseen }
    }

    /// How many texts there are.
    pub fn all_texts(&self) -> usize {
        self.texts.len()
    }

    /// How many of them a line may hold.
    pub fn held(&self) -> usize {
        self.texts.len() - self.unseen.len()
    }

    fn one(&self, at: usize) -> String {
        if self.is_hostile { self.texts[at].clone() } else { format!("word{at}") }
    }

    /// The texts of a bundle in one line; there is one for each number.
    fn line(&self, number: usize) -> String {
        let texts: Vec<String> = self.bundle(number).iter().map(|at| self.one(*at)).collect();
        texts.join(" ").trim().to_owned()
    }

    fn bundle(&self, number: usize) -> &[usize] {
        &self.bundles[number % self.bundles.len()]
    }

    /// All texts that a line holds, in lines.
    fn all(&self) -> String {
        let lines: Vec<String> = (0..self.bundles.len()).map(|number| self.line(number)).collect();
        lines.join("\n")
    }
}

/// Fills a world.
pub fn fill(world: &World, texts: &Texts) -> Filled {
    let roles: Vec<&str> =
        Role::DEF.words.iter().copied().filter(|role| *role != "customer_contact").collect();
    world.person("manager", "Sam Service", &roles, None, None);
    world.person("voter", "Vera Vote", &roles, None, None);
    let mut filler = Filler {
        texts,
        manager: Program::of(world, "manager"),
        voter: Program::of(world, "voter"),
        plain: BTreeMap::new(),
        next: 0,
        people: Vec::new(),
        written: BTreeMap::new(),
        filled: Filled::default(),
    };
    for entry in REGISTRY.kinds() {
        filler.fill_kind(&entry.def);
    }
    filler.own_account();
    filler.other_pages();
    for entry in REGISTRY.kinds() {
        filler.read_back(&entry.def);
    }
    filler.filled
}

/// A person's token and session: a program and a browser that say by hand what they say.
struct Program {
    client: Client,
    token: String,
    session: String,
}

impl Program {
    fn of(world: &World, name: &str) -> Self {
        let (person, accounts) = (world.id_of(name), world.app.accounts());
        let new = NewToken { name: "program".into(), read_only: false, days: 30 };
        let token = accounts.make_token(person, &new, By::Operator).expect("a token").0;
        let link = accounts.make_secret(person, Purpose::Invite).expect("a link");
        let client = Client::new(world.address);
        let welcome = Ask::new("POST", format!("/welcome/{}", link.expose()))
            .header("Sec-Fetch-Site", "same-origin")
            .body("application/x-www-form-urlencoded", format!("password={}", PASSWORD.replace(' ', "+")));
        let answer = client.send(&welcome).expect(303);
        let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let session = cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        Self { client, token: token.expose().to_owned(), session }
    }

    fn ask(&self, ask: Ask) -> Answer {
        self.client.send(&ask.header("Authorization", format!("Bearer {}", self.token)))
    }

    fn form(&self, path: &str, values: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(values).finish();
        self.in_session(Ask::new("POST", path).body("application/x-www-form-urlencoded", body))
    }

    fn in_session(&self, ask: Ask) -> Answer {
        self.client.send(&ask.header("Cookie", self.session.clone()).header("Sec-Fetch-Site", "same-origin"))
    }
}

/// What was written into a record: by field, the value and the numbers of the texts in it.
type Written = BTreeMap<String, (Json, Vec<usize>)>;

struct Filler<'a> {
    texts: &'a Texts,
    manager: Program,
    voter: Program,
    /// A record of each kind with plain words, to which others refer.
    plain: BTreeMap<&'static str, String>,
    next: usize,
    /// Persons with hostile names.
    people: Vec<String>,
    /// What must be read back: kind and ref, field, value and the texts in it.
    written: BTreeMap<(&'static str, String), Written>,
    filled: Filled,
}

/// What a record is filled with.
#[derive(Clone, Copy, PartialEq)]
enum With {
    Plain,
    Bundle(usize),
}

impl Filler<'_> {
    fn fill_kind(&mut self, def: &'static KindDef) {
        let made: Vec<String> = (0..self.texts.bundles.len())
            .map(|number| self.make(def, With::Bundle(number)).expect("a record"))
            .collect();
        if def.name == "person" {
            self.people.clone_from(&made);
        }
        self.read_back(def);
        self.edit(def, &made[0]);
        self.refuse(def, &made[2]);
        self.hang_on(def, &made[0]);
        self.submit(def, &made[0]);
        let moves = self.walk(def, &made[1]);
        let plural = def.plural;
        for path in ["", "/new", "?q=script"] {
            self.filled.pages.push(format!("/{plural}{path}"));
        }
        if !self.texts.is_hostile {
            // The twin has fewer records, and shows here how a list goes on.
            self.filled.pages.push(format!("/{plural}?limit=2"));
        }
        let (first, second) = (&made[0], &made[1]);
        let tails = ["", "?tab=history", "/edit", "/link", "/task", "/files/new"];
        self.filled.pages.extend(tails.map(|tail| format!("/{plural}/{first}{tail}")));
        self.filled.pages.extend(["", "?tab=history"].map(|tail| format!("/{plural}/{second}{tail}")));
        if !def.clocks.is_empty() {
            self.filled.pages.push(format!("/{plural}/{first}/clocks"));
        }
        if def.approval.is_some() {
            self.filled.pages.push(format!("/{plural}/{second}/vote"));
            self.filled.files.push(format!("/api/v1/{plural}/{second}/approvals"));
        }
        self.filled.files.push(format!("/{plural}/{first}/proof"));
        // What hangs on records is shown alike for all kinds.
        let parts = if def.name == "incident" { 5 } else { 2 };
        let parts = ["", "/history", "/comments", "/tasks", "/attachments"].iter().take(parts);
        self.filled.files.extend(parts.map(|part| format!("/api/v1/{plural}/{first}{part}")));
        self.filled.pages.extend(moves.iter().map(|name| format!("/{plural}/{}/moves/{name}", made[1])));
        let formats = ["csv", "jsonl", "xlsx"];
        self.filled.files.extend(formats.map(|format| format!("/api/v1/{plural}/export?format={format}")));
        self.filled.files.push(format!("/api/v1/{plural}?limit=100"));
    }

    /// A record, made over HTTP. A text that a field refuses is taken out of it: then the field holds a plain word.
    fn make(&mut self, def: &'static KindDef, with: With) -> Option<String> {
        let mut values = Map::new();
        values.insert("title".into(), json!(self.words(with)));
        for field in def.fields.iter().filter(|field| !field.system) {
            if let Some(value) = self.value(field, with) {
                values.insert(field.name.into(), value);
            }
        }
        for _ in 0..40 {
            let ask = Ask::new("POST", format!("/api/v1/{}", def.plural)).json(&Json::Object(values.clone()));
            let answer = self.manager.ask(ask);
            if answer.status == 201 {
                let made = answer.json()["ref"].as_str().expect("a ref").to_owned();
                if let With::Bundle(number) = with {
                    self.note(def.name, &made, &values, number);
                }
                return Some(made);
            }
            for field in self.refusal(&answer, &format!("{} {values:?}", def.name)) {
                self.replace(def, &field, &mut values);
            }
        }
        panic!("{}: no record could be made of {values:?}", def.name);
    }

    /// Gives a field that was refused something else: a plain word, or nothing.
    fn replace(&mut self, def: &'static KindDef, name: &str, values: &mut Map<String, Json>) {
        self.next += 1;
        let plain = json!(format!("word{}@example.org", self.next));
        let field = def.field(name);
        let is_text = name == "title" || field.is_some_and(|field| matches!(field.ty, Type::Text));
        let now = values.get(name);
        if is_text
            && now.is_some_and(|now| {
                !now.as_str().unwrap_or_default().starts_with("word") || !self.texts.is_hostile
            })
        {
            self.filled.shaped.insert((def.name, name.to_owned()));
        }
        match now {
            None if is_text => values.insert(name.to_owned(), json!("given")),
            Some(now)
                if is_text
                    && *now != json!("given")
                    && !now.as_str().unwrap_or_default().ends_with("@example.org") =>
            {
                values.insert(name.to_owned(), plain)
            }
            _ => values.remove(name),
        };
    }

    fn note(&mut self, kind: &'static str, made: &str, values: &Map<String, Json>, number: usize) {
        let line = self.texts.line(number);
        let bundle = self.texts.bundle(number).to_vec();
        let held = values.iter().filter(|(_, value)| value.as_str() == Some(line.as_str()));
        let known = self.written.entry((kind, made.to_owned())).or_default();
        known.extend(held.map(|(name, value)| (name.clone(), (value.clone(), bundle.clone()))));
    }

    fn words(&mut self, with: With) -> String {
        self.next += 1;
        match with {
            With::Plain => format!("word{}", self.next),
            With::Bundle(number) => self.texts.line(number),
        }
    }

    fn value(&mut self, field: &FieldDef, with: With) -> Option<Json> {
        Some(match field.ty {
            Type::Text if field.required || with != With::Plain => json!(self.words(with)),
            Type::Choice(choice) if field.required => json!(choice.words[0]),
            Type::Date if field.required => json!("2026-01-05"),
            Type::Instant if field.required => json!("2026-01-05T09:00:00Z"),
            Type::Int if field.required => json!(1),
            Type::Bool if field.required => json!(true),
            Type::Reference(kind) if field.required => json!(self.plain(kind)),
            Type::Structured(check) => structured()
                .into_iter()
                .find(|json| check(json.clone()).is_ok_and(|read| read != json!([])))?,
            _ => return None,
        })
    }

    fn plain(&mut self, kind: &'static str) -> String {
        if let Some(known) = self.plain.get(kind) {
            return known.clone();
        }
        let made = self.make(&REGISTRY.kind(kind).expect("a kind").def, With::Plain).expect("a record");
        self.plain.insert(kind, made.clone());
        made
    }

    /// A refusal says what is wrong, in a sentence, with a status that blames the caller; the fields that it names.
    #[track_caller]
    fn refusal(&mut self, answer: &Answer, what: &str) -> Vec<String> {
        assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        let problem = answer.json();
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(' '), "{what}: no sentence: {problem}");
        let fields = problem["fields"].as_array().cloned().unwrap_or_default();
        fields.iter().filter_map(|field| field["field"].as_str().map(str::to_owned)).collect()
    }

    /// Sends a text that must be refused.
    #[track_caller]
    fn is_refused(&mut self, ask: Ask, what: &str) {
        let answer = self.manager.ask(ask);
        self.refusal(&answer, what);
        self.filled.refused += 1;
    }

    fn version(&self, def: &KindDef, reference: &str) -> String {
        let read = self.manager.ask(Ask::get(format!("/api/v1/{}/{reference}", def.plural)));
        read.header("etag").unwrap_or_default().to_owned()
    }

    fn patch(&self, def: &KindDef, reference: &str, values: &Json) -> Answer {
        let ask = Ask::new("PATCH", format!("/api/v1/{}/{reference}", def.plural))
            .header("If-Match", self.version(def, reference));
        self.manager.ask(ask.json(values))
    }

    /// Each field that takes long texts gets all texts at once.
    fn edit(&mut self, def: &'static KindDef, reference: &str) {
        let texts = def.fields.iter().filter(|field| {
            !field.system && !field.indexed && !field.unique && matches!(field.ty, Type::Text)
        });
        for field in texts {
            let answer = self.patch(def, reference, &json!({ field.name: self.texts.all() }));
            if answer.status == 200 {
                let all = self.texts.bundles.concat();
                let known = self.written.entry((def.name, reference.to_owned())).or_default();
                known.insert(field.name.to_owned(), (json!(self.texts.all()), all));
            } else {
                self.refusal(&answer, &format!("{} {}", def.name, field.name));
            }
        }
    }

    /// What is no text, or not for one line, is refused: as a title and, by turns, in the kind's other lines.
    fn refuse(&mut self, def: &'static KindDef, reference: &str) {
        if !self.texts.is_hostile {
            return;
        }
        for raw in NO_TEXT {
            let body = [b"{\"title\": ".as_slice(), raw, b"}"].concat();
            let ask = Ask::new("POST", format!("/api/v1/{}", def.plural)).body("application/json", body);
            self.is_refused(ask, &format!("{} {}", def.name, String::from_utf8_lossy(raw)));
        }
        let version = self.version(def, reference);
        for at in self.texts.unseen.clone() {
            // Blanks around a title fall off; inside of it they are refused.
            let text = format!("a {} z", self.texts.one(at));
            let ask = Ask::new("PATCH", format!("/api/v1/{}/{reference}", def.plural))
                .header("If-Match", version.clone())
                .json(&json!({ "title": text }));
            self.is_refused(ask, &format!("{} {text:?}", def.name));
        }
        let lines = def.fields.iter().filter(|field| {
            !field.system && (field.indexed || field.unique) && matches!(field.ty, Type::Text)
        });
        let some = |(at, field)| self.texts.unseen.iter().skip(at).step_by(7).map(move |text| (field, *text));
        for (field, at) in lines.enumerate().flat_map(some).collect::<Vec<_>>() {
            let text = self.texts.one(at);
            let ask = Ask::new("PATCH", format!("/api/v1/{}/{reference}", def.plural))
                .header("If-Match", version.clone())
                .json(&json!({ field.name: text }));
            self.is_refused(ask, &format!("{} {} {text:?}", def.name, field.name));
        }
    }

    fn count(&mut self, part: &'static str) {
        *self.filled.parts.entry(part).or_default() += 1;
    }

    /// Comments, tasks, files, tags and links.
    fn hang_on(&mut self, def: &'static KindDef, reference: &str) {
        let path = format!("/api/v1/{}/{reference}", def.plural);
        for visibility in ["public", "internal"] {
            let comment = json!({"body": self.texts.all(), "visibility": visibility});
            self.manager.ask(Ask::new("POST", format!("{path}/comments")).json(&comment)).expect(201);
            self.count("comments");
        }
        let number = self.next;
        for number in number..number + 3 {
            let task = json!({"title": self.texts.line(number)});
            self.manager.ask(Ask::new("POST", format!("{path}/tasks")).json(&task)).expect(201);
            self.count("tasks");
        }
        let all_names = def.name == "incident";
        let names = if all_names { 0..self.texts.texts.len() } else { number..number + 9 };
        for at in names.step_by(3) {
            let text = self.texts.one(at % self.texts.texts.len());
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("name", &text).finish();
            let bytes = format!(
                "<html xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert({at})</script>{text}</html>"
            );
            let types = [
                "text/html",
                "image/svg+xml",
                "application/xhtml+xml",
                "text/xml",
                "text/plain",
                "application/pdf",
            ];
            let ask =
                Ask::new("POST", format!("{path}/attachments?{query}")).body(types[at % types.len()], bytes);
            let answer = self.manager.ask(ask);
            if answer.status == 201 {
                let id = answer.json()["id"].as_str().expect("an id").to_owned();
                if at % 12 == 0 || !all_names {
                    self.filled.files.push(format!("/{}/{reference}/files/{id}", def.plural));
                }
                self.count("files");
            } else {
                self.refusal(&answer, &text);
                self.filled.refused += 1;
            }
        }
        if self.texts.is_hostile {
            for at in (number..number + 8).map(|at| at % self.texts.texts.len()) {
                let text = self.texts.one(at);
                let is_word = text.trim().chars().all(|it| it.is_alphanumeric() || "-_.".contains(it));
                if !is_word {
                    self.is_refused(
                        Ask::new("POST", format!("{path}/tags")).json(&json!({ "word": text })),
                        &text,
                    );
                }
                let link = json!({"relation": text, "target": reference});
                self.is_refused(Ask::new("POST", format!("{path}/links")).json(&link), &text);
                let link = json!({"relation": "related_to", "target": text});
                self.is_refused(Ask::new("POST", format!("{path}/links")).json(&link), &text);
            }
        }
    }

    /// The forms of pages: what a browser sends is stored, or shown again with what is wrong.
    fn submit(&mut self, def: &'static KindDef, reference: &str) {
        let number = self.next;
        let line = self.texts.line(number);
        let fields = def.fields.iter().filter(|field| !field.system && matches!(field.ty, Type::Text));
        let mut values = vec![("title", line.as_str())];
        values.extend(fields.map(|field| (field.name, line.as_str())));
        for path in [format!("/{}/new", def.plural), format!("/{}/{reference}/edit", def.plural)] {
            let version = self.version(def, reference).replace('"', "");
            let mut values = values.clone();
            values.push(("version", version.as_str()));
            let answer = self.manager.form(&path, &values);
            assert!([303, 409, 422].contains(&answer.status), "{path}: {} {}", answer.status, answer.text());
            if answer.status == 303 {
                self.count("forms");
            }
            if answer.status == 303 && path.ends_with("/edit") {
                let values = values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                self.note(def.name, reference, &values, number);
            }
        }
        let all = self.texts.all();
        let answer = self.manager.form(&format!("/{}/{reference}/comments", def.plural), &[("body", &all)]);
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.count("comments");
    }

    /// Walks a record through its lifecycle: what the moves ask for holds hostile texts, and so do the votes.
    fn walk(&mut self, def: &'static KindDef, reference: &str) -> BTreeSet<String> {
        let path = format!("/api/v1/{}/{reference}", def.plural);
        let (mut tried, mut offered) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..12 {
            if def.approval.is_some() {
                self.vote(def, reference);
            }
            let moves = self.manager.ask(Ask::get(format!("{path}/moves"))).expect(200).json();
            let names: Vec<String> = moves["items"]
                .as_array()
                .expect("moves")
                .iter()
                .filter_map(|mv| mv["name"].as_str().map(str::to_owned))
                .collect();
            offered.extend(names.iter().cloned());
            let Some(name) = names.into_iter().find(|name| !tried.contains(name)) else { break };
            tried.insert(name.clone());
            let mv = def.find_move(&name).expect("a move");
            let number = self.next;
            let mut values = Map::new();
            for name in mv.asks.iter().chain(mv.takes) {
                let Some(field) = def.field(name) else { continue };
                let needed = FieldDef { required: mv.asks.contains(name), ..*field };
                if let Some(value) = self.value(&needed, With::Bundle(number)) {
                    values.insert((*name).to_owned(), value);
                }
            }
            for _ in 0..8 {
                let ask = Ask::new("POST", format!("{path}/moves/{name}"))
                    .header("If-Match", self.version(def, reference))
                    .json(&Json::Object(values.clone()));
                let answer = self.manager.ask(ask);
                if answer.status == 200 {
                    self.note(def.name, reference, &values, number);
                    self.count("moves");
                    break;
                }
                let fields = self.refusal(&answer, &format!("{reference} {name}"));
                if fields.is_empty() {
                    break;
                }
                for field in fields {
                    self.replace(def, &field, &mut values);
                }
            }
        }
        offered
    }

    fn vote(&mut self, def: &'static KindDef, reference: &str) {
        for verdict in ["approve", "reject"] {
            let vote = json!({"verdict": verdict, "comment": self.texts.all()});
            let ask = Ask::new("POST", format!("/api/v1/{}/{reference}/votes", def.plural))
                .header("If-Match", self.version(def, reference))
                .json(&vote);
            if self.voter.in_session(ask).status == 201 {
                self.count("votes");
            }
        }
    }

    /// Names of tokens, by the interface and by the page; accounts of people with hostile names.
    fn own_account(&mut self) {
        for at in 0..self.texts.texts.len() {
            let name: String = self.texts.one(at).chars().take(100).collect();
            let ask = Ask::new("POST", "/api/v1/me/tokens").json(&json!({"name": name, "read_only": true}));
            let form = [("name", name.as_str()), ("scope", "read"), ("days", "30")];
            let answer = match at % 2 {
                0 => self.manager.in_session(ask),
                _ => self.manager.form("/me/tokens/new", &form),
            };
            match answer.status {
                200 | 201 => self.count("tokens"),
                409 | 422 => self.filled.refused += 1,
                status => panic!("{name:?}: {status} {}", answer.text()),
            }
        }
        for person in self.people.clone() {
            let answer = self
                .manager
                .in_session(Ask::new("POST", "/api/v1/accounts").json(&json!({ "person": person })));
            if answer.status == 201 {
                self.count("accounts");
            }
        }
    }

    /// Pages and documents that stand for no single record; questions that hold texts.
    fn other_pages(&mut self) {
        let pages = [
            "/",
            "/accounts",
            "/accounts/new",
            "/me",
            "/me/tokens/new",
            "/me/password",
            "/conformity",
            "/reports/sla",
            "/sign-in?again=1",
        ];
        self.filled.pages.extend(pages.map(str::to_owned));
        let board = self.manager.ask(Ask::get("/api/v1/conformity")).expect(200).json();
        let requirements = board["items"].as_array().into_iter().flatten().filter_map(|it| it["id"].as_str());
        self.filled.pages.extend(requirements.take(5).map(|id| format!("/conformity/{id}")));
        let files = [
            "/reports/sla/csv",
            "/api/v1/me",
            "/api/v1/me/tokens",
            "/api/v1/accounts",
            "/api/v1/kinds",
            "/api/v1/security-events",
            "/api/v1/search?q=script",
        ];
        self.filled.files.extend(files.map(str::to_owned));
        for number in 0..self.texts.bundles.len() {
            let texts: Vec<String> = self.texts.bundle(number).iter().map(|at| self.texts.one(*at)).collect();
            let asked = |names: &[&str]| {
                let pairs = names.iter().map(|name| (*name, texts.join(" ")));
                form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
            };
            let plural = REGISTRY.kinds()[number % REGISTRY.kinds().len()].def.plural;
            let one = percent(&texts[0]);
            // By turns, for each address takes its time.
            let all = [
                format!("/search?{}", asked(&["q"])),
                format!("/{plural}?{}", asked(&["q", "title[contains]"])),
                format!("/{plural}?{}", asked(&["state", "sort"])),
                format!("/{plural}?{}", asked(&["as_of"])),
                format!("/{plural}?{}", asked(&["cursor", "did"])),
                format!("/{plural}/new?{}", asked(&["title", "description"])),
                format!("/sign-in?{}", asked(&["to", "again"])),
                format!("/{plural}/{one}"),
                format!("/{one}"),
                format!("/{plural}/XXX-000001/moves/{one}"),
                format!("/welcome/{one}"),
                format!("/reports/sla?{}", asked(&["from", "until", "customer"])),
            ];
            let turn = |(at, _): &(usize, String)| at % QUESTIONS == number % QUESTIONS;
            self.filled.pages.extend(all.into_iter().enumerate().filter(turn).map(|(_, path)| path));
        }
    }

    /// Reads every record of a kind and finds in it what was written.
    fn read_back(&mut self, def: &'static KindDef) {
        let mut cursor = None;
        loop {
            let more = cursor.map_or_else(String::new, |cursor: String| format!("&cursor={cursor}"));
            let page = Ask::get(format!("/api/v1/{}?limit=100{more}", def.plural));
            let page = self.manager.ask(page).expect(200).json();
            for item in page["items"].as_array().expect("records") {
                self.compare(def.name, item);
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        assert!(
            !self.written.keys().any(|(kind, _)| *kind == def.name),
            "{} are not found again",
            def.plural
        );
    }

    fn compare(&mut self, kind: &'static str, item: &Json) {
        let reference = item["ref"].as_str().expect("a ref").to_owned();
        for (field, (value, texts)) in self.written.remove(&(kind, reference.clone())).unwrap_or_default() {
            // A rule may empty a field that makes no sense in its place; what is kept is kept as it was written.
            if item[&field].is_null() {
                self.filled.emptied.insert((kind, field));
                continue;
            }
            assert_eq!(item[&field], value, "{reference} {field}");
            self.filled.stored.extend(texts.into_iter().map(|at| (kind, field.clone(), at)));
        }
    }
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Structured content of every kind of field that must be given.
fn structured() -> Vec<Json> {
    vec![
        json!([{"targets": [{"goal": "resolution", "priority": 3, "seconds": 14_400}]}]),
        json!([{"zone": "Europe/London", "week": {"monday": ["09:00-17:30"]}}]),
    ]
}
