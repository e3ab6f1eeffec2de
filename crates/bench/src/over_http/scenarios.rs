//! What is asked of the two servers. Names are the same where both do the same thing.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value as Json, json};

use crate::draw::Draw;
use crate::product::{Desk, PATHS};
use crate::subject::Outcome;

use super::client::{Asked, Client};
use super::load::{Asker, Place, Scenario};

pub(crate) const HELLO: &str = "hello";
pub(crate) const WHO: &str = "who asks";
pub(crate) const LIST: &str = "list 50";
pub(crate) const WHOLE_LIST: &str = "list 50, all fields";
pub(crate) const OWN_LIST: &str = "list 50, customer";
pub(crate) const TABLE: &str = "page of 50";
pub(crate) const READ: &str = "read one";
pub(crate) const PAGE: &str = "page of one, 20 entries";
pub(crate) const SEARCH: &str = "search 50";
pub(crate) const SEARCH_ALL: &str = "search 50, all kinds";
pub(crate) const RANKED: &str = "search 50, ranked";
pub(crate) const DESK: &str = "desk";
pub(crate) const COUNT: &str = "count what is open";
pub(crate) const MOVE: &str = "transition";
pub(crate) const CREATE: &str = "create";
pub(crate) const MIX: &str = "mix";

/// Fields of a list that are as many as the floor's.
const FIELDS: &str = "ref,title,state,priority,assignee,created_at";
/// A description of this many words and a title of six are written, as the tickets of the filling have them.
const WORDS: usize = 50;

fn draw(place: Place) -> Draw {
    Draw::new(place.round * 1_000 + place.number as u64 + 1)
}

/// A scenario that asks for something newly drawn each time.
fn reading<'a>(
    operation: &'static str,
    asked: impl Fn(&mut Draw) -> Asked + Sync + Copy + 'a,
) -> Scenario<'a> {
    Scenario {
        operation,
        prepare: Box::new(move |place, _| {
            let mut draw = draw(place);
            Ok(Box::new(move |client: &mut Client| client.ask(&asked(&mut draw))))
        }),
    }
}

/// The floor's. `made` counts its tickets.
pub(crate) fn floor<'a>(tickets: u64, made: &'a AtomicU64) -> Vec<Scenario<'a>> {
    vec![
        reading(HELLO, |_| Asked::get("/hello", "", "up")),
        reading(LIST, |draw| {
            let (status, priority) = (draw.status(), draw.priority());
            Asked::get(format!("/tickets?status={status}&priority={priority}"), "", "{\"items\":[{")
        }),
        reading(TABLE, |draw| {
            let (status, priority) = (draw.status(), draw.priority());
            Asked::get(format!("/table?status={status}&priority={priority}"), "", "</a></td>")
        }),
        reading(READ, move |draw| {
            let id = draw.ticket(tickets);
            Asked::get(format!("/tickets/{id}"), "", &format!("{{\"id\":{id},"))
        }),
        reading(SEARCH, |draw| Asked::get(format!("/search?q={}", two_words(draw)), "", "{\"items\":[")),
        reading(COUNT, |_| Asked::get("/count", "", "{\"counts\":[")),
        reading(CREATE, move |draw| {
            let ticket = draw.new_ticket(made.fetch_add(1, Ordering::Relaxed) + 1);
            let body = json!({"title": ticket.title, "description": ticket.description, "status": ticket.status,
                "priority": ticket.priority, "team": ticket.team, "requester": ticket.requester,
                "created": ticket.created});
            Asked::post("/tickets", "", body.to_string(), 201, "\"id\":")
        }),
    ]
}

fn two_words(draw: &mut Draw) -> String {
    draw.words(2).replace(' ', "+")
}

fn of_state(draw: &mut Draw) -> String {
    format!("state={}&priority={}", draw_state(draw), draw.priority())
}

fn draw_state(draw: &mut Draw) -> &'static str {
    let path = PATHS[usize::try_from(draw.status()).unwrap_or(0) % PATHS.len()];
    path.last().map_or("new", |(state, _)| *state)
}

fn reference(draw: &mut Draw, tickets: u64) -> String {
    format!("INC-{:06}", draw.ticket(tickets))
}

/// Mainstay's, in the order of measurement: those that write come last.
pub(crate) fn product(desk: &Desk, tickets: u64) -> Vec<Scenario<'_>> {
    let (token, cookie) = (desk.token_header.as_str(), desk.cookie_header.as_str());
    let list = move |draw: &mut Draw| {
        Asked::get(format!("/api/v1/incidents?{}&limit=50&fields={FIELDS}", of_state(draw)), token, "INC-")
    };
    let page = move |draw: &mut Draw| Asked::get(format!("/incidents?{}", of_state(draw)), cookie, "INC-");
    let read = move |draw: &mut Draw| {
        let name = reference(draw, tickets);
        Asked::get(format!("/api/v1/incidents/{name}"), token, &name)
    };
    let whole_page = move |draw: &mut Draw| {
        let at = draw.below(desk.long_histories.len() as u64) as usize;
        let name = desk.long_histories.get(at).map_or("INC-000001", String::as_str);
        Asked::get(format!("/incidents/{name}"), cookie, name)
    };
    let search = move |draw: &mut Draw| {
        let words = two_words(draw);
        Asked::get(format!("/api/v1/incidents?q={words}&state=closed&limit=50"), token, "\"items\":[")
    };
    let create = move |draw: &mut Draw| {
        let body = json!({"title": draw.words(6), "description": draw.words(WORDS), "service": desk.service,
            "impact": "medium", "urgency": "medium"});
        Asked::post("/api/v1/incidents", token, body.to_string(), 201, "\"ref\":\"INC-")
    };
    vec![
        reading(HELLO, |_| Asked::get("/healthz", "", "up")),
        reading(WHO, move |_| Asked::get("/api/v1/me", token, "service_desk_agent")),
        reading(LIST, list),
        reading(WHOLE_LIST, move |draw| {
            Asked::get(format!("/api/v1/incidents?{}&limit=50", of_state(draw)), token, "INC-")
        }),
        reading(OWN_LIST, move |draw| {
            let state = draw_state(draw);
            let path = format!("/api/v1/incidents?state={state}&limit=50&fields={FIELDS}");
            Asked::get(path, &desk.contact_header, "INC-")
        }),
        reading(TABLE, page),
        reading(READ, read),
        reading(PAGE, whole_page),
        reading(SEARCH, search),
        reading(SEARCH_ALL, move |draw| {
            Asked::get(format!("/api/v1/search?q={}&limit=50", two_words(draw)), token, "\"items\":[")
        }),
        reading(RANKED, move |draw| {
            let words = two_words(draw);
            Asked::get(format!("/api/v1/search?q={words}&order=relevance&limit=50"), token, "\"items\":[")
        }),
        reading(DESK, move |_| Asked::get("/", cookie, "major=true")),
        reading(MIX, move |draw| match draw.below(10) {
            0..3 => list(draw),
            3..5 => page(draw),
            5..7 => whole_page(draw),
            7 => search(draw),
            8 => read(draw),
            _ => create(draw),
        }),
        Scenario { operation: MOVE, prepare: Box::new(move |place, client| moves(token, place, client)) },
        reading(CREATE, create),
    ]
}

/// An incident of which a client knows how it stands.
struct Known {
    name: String,
    waits: bool,
    etag: String,
}

/// Puts open incidents to wait and takes them up again. Each client has its own ones, of which it knows the version
/// from the last answer; so nothing but moves is asked.
fn moves<'a>(token: &'a str, place: Place, client: &mut Client) -> Outcome<Asker<'a>> {
    let path = "/api/v1/incidents?state=in_progress,waiting&limit=500&fields=ref,state,version";
    let list = client.ask(&Asked::get(path, token, "INC-"))?.json()?;
    let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |item: &Json, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let mut known: Vec<Known> = items
        .iter()
        .skip(place.number)
        .step_by(place.of)
        .map(|item| Known {
            name: text(item, "ref"),
            waits: item["state"] == "waiting",
            etag: format!("\"{}\"", item["version"]),
        })
        .collect();
    let mut next = 0;
    Ok(Box::new(move |client| {
        let count = known.len().max(1);
        let incident = known.get_mut(next % count).ok_or("no incident is open")?;
        next += 1;
        let (name, body, text) = match incident.waits {
            true => ("start", json!({}), "\"state\":\"in_progress\""),
            false => ("wait", json!({"waiting_reason": "customer"}), "\"state\":\"waiting\""),
        };
        let headers = format!("{token}If-Match: {}\r\n", incident.etag);
        let path = format!("/api/v1/incidents/{}/moves/{name}", incident.name);
        let answer = client.ask(&Asked::post(path, &headers, body.to_string(), 200, text))?;
        incident.waits = !incident.waits;
        incident.etag = answer.header("etag").ok_or("a move without a version")?.to_owned();
        Ok(answer)
    }))
}
