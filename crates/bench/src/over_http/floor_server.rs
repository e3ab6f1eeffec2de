//! The floor over HTTP: the statement behind each operation, its rows as JSON or as a table, and nothing else. No
//! sign-in, rights, templates or clocks. Two threads read, one writes in groups.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::{get, post};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rusqlite::{Connection, ToSql, params};
use serde_json::json;
use tokio::sync::oneshot;

use crate::draw::NewTicket;
use crate::floor::group_commit::{GroupCommit, Write};
use crate::floor::{COUNT, LIST, PAGE, READ, SEARCH, sqlite};
use crate::subject::Outcome;

/// Threads that read, as many as there are cores on the machine of the goals.
const READERS: usize = 2;

type Job = Box<dyn FnOnce(&Connection) + Send>;

struct Floor {
    reading: Mutex<Sender<Job>>,
    writer: GroupCommit,
}

#[derive(serde::Serialize)]
struct Row {
    id: i64,
    title: String,
    status: i64,
    priority: i64,
    team: i64,
    created: i64,
}

/// Serves the store in a folder until the standard input ends; says where on the standard output.
pub(crate) fn run(folder: &Path) -> Outcome<()> {
    let floor =
        Arc::new(Floor { reading: Mutex::new(start_readers(folder)?), writer: sqlite::writer(folder)? });
    let router = Router::new()
        .route("/hello", get(|| async { answer(StatusCode::OK, JSON, br#"{"status":"up"}"#.to_vec()) }))
        .route("/tickets", get(list))
        .route("/tickets", post(create))
        .route("/tickets/{id}", get(read))
        .route("/table", get(table))
        .route("/search", get(search))
        .route("/count", get(count))
        .with_state(floor);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(READERS).enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    println!("{}", listener.local_addr()?);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let service = TowerToHyperService::new(router.clone());
            tokio::spawn(async move {
                // A client that goes away is no event.
                let _ =
                    Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    super::child::wait_for_end();
    runtime.shutdown_background();
    Ok(())
}

fn start_readers(folder: &Path) -> Outcome<Sender<Job>> {
    let (jobs, waiting) = channel::<Job>();
    let waiting = Arc::new(Mutex::new(waiting));
    for _ in 0..READERS {
        let (waiting, connection) = (waiting.clone(), sqlite::reader(folder)?);
        std::thread::spawn(move || {
            loop {
                let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                match job {
                    Ok(job) => job(&connection),
                    Err(_) => break,
                }
            }
        });
    }
    Ok(jobs)
}

const JSON: &str = "application/json";

fn answer(status: StatusCode, content_type: &str, body: Vec<u8>) -> Response {
    let made =
        Response::builder().status(status).header(header::CONTENT_TYPE, content_type).body(Body::from(body));
    made.unwrap_or_default()
}

/// Runs a question on one of the reading threads.
async fn ask(
    floor: &Floor,
    content_type: &'static str,
    question: impl FnOnce(&Connection) -> Outcome<Vec<u8>> + Send + 'static,
) -> Response {
    let (told, result) = oneshot::channel();
    let job: Job = Box::new(move |connection| drop(told.send(question(connection))));
    let sent = floor.reading.lock().unwrap_or_else(PoisonError::into_inner).send(job);
    let result = match sent {
        Ok(()) => result.await.unwrap_or_else(|_| Err("the reader has stopped".into())),
        Err(_) => Err("the readers have stopped".into()),
    };
    match result {
        Ok(body) => answer(StatusCode::OK, content_type, body),
        Err(error) => answer(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", error.to_string().into_bytes()),
    }
}

fn asked(uri: &Uri, name: &str) -> String {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn rows(connection: &Connection, statement: &str, parameters: &[&dyn ToSql]) -> Outcome<Vec<Row>> {
    let mut statement = connection.prepare_cached(statement)?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Row {
            id: row.get(0)?,
            title: row.get(1)?,
            status: row.get(2)?,
            priority: row.get(3)?,
            team: row.get(4)?,
            created: row.get(5)?,
        })
    };
    Ok(statement.query_map(parameters, read)?.collect::<rusqlite::Result<_>>()?)
}

async fn list(State(floor): State<Arc<Floor>>, uri: Uri) -> Response {
    ask(&floor, JSON, move |connection| {
        let (status, priority): (i64, i64) =
            (asked(&uri, "status").parse()?, asked(&uri, "priority").parse()?);
        let items = rows(connection, LIST, params![status, priority, PAGE])?;
        Ok(serde_json::to_vec(&json_items(&items))?)
    })
    .await
}

#[derive(serde::Serialize)]
struct Items<'a> {
    items: &'a [Row],
}

fn json_items(items: &[Row]) -> Items<'_> {
    Items { items }
}

async fn table(State(floor): State<Arc<Floor>>, uri: Uri) -> Response {
    ask(&floor, "text/html; charset=utf-8", move |connection| {
        let (status, priority): (i64, i64) = (asked(&uri, "status").parse()?, asked(&uri, "priority").parse()?);
        let mut html = String::with_capacity(16 * 1024);
        html.push_str("<!doctype html><html><head><title>Tickets</title></head><body><table>");
        for Row { id, title, status, priority, team, created } in
            rows(connection, LIST, params![status, priority, PAGE])?
        {
            write!(
                html,
                "<tr><td><a href=\"/tickets/{id}\">{id}</a></td><td>{title}</td><td>{status}</td><td>{priority}</td>\
                 <td>{team}</td><td>{created}</td></tr>"
            )?;
        }
        html.push_str("</table></body></html>");
        Ok(html.into_bytes())
    })
    .await
}

async fn read(State(floor): State<Arc<Floor>>, uri: Uri) -> Response {
    ask(&floor, JSON, move |connection| {
        let id: i64 = uri.path().rsplit('/').next().unwrap_or_default().parse()?;
        let ticket = connection.prepare_cached(READ)?.query_row([id], |row| {
            let (title, description): (String, String) = (row.get(0)?, row.get(1)?);
            let numbers: [i64; 5] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
            Ok(Ticket { id, title, description, numbers })
        })?;
        Ok(serde_json::to_vec(&ticket)?)
    })
    .await
}

/// Status, priority, team, requester and time are the numbers.
#[derive(serde::Serialize)]
struct Ticket {
    id: i64,
    title: String,
    description: String,
    numbers: [i64; 5],
}

async fn search(State(floor): State<Arc<Floor>>, uri: Uri) -> Response {
    ask(&floor, JSON, move |connection| {
        let words = asked(&uri, "q");
        Ok(serde_json::to_vec(&json_items(&rows(connection, SEARCH, params![words, PAGE])?))?)
    })
    .await
}

async fn count(State(floor): State<Arc<Floor>>) -> Response {
    ask(&floor, JSON, |connection| {
        let mut statement = connection.prepare_cached(COUNT)?;
        let counted = statement.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
        let counts: Vec<[i64; 3]> = counted.collect::<rusqlite::Result<_>>()?;
        Ok(serde_json::to_vec(&json!({ "counts": counts }))?)
    })
    .await
}

#[derive(serde::Deserialize)]
struct Input {
    title: String,
    description: String,
    status: i64,
    priority: i64,
    team: i64,
    requester: i64,
    created: i64,
}

async fn create(State(floor): State<Arc<Floor>>, body: Bytes) -> Response {
    let Ok(input) = serde_json::from_slice::<Input>(&body) else {
        return answer(StatusCode::BAD_REQUEST, "text/plain", b"no ticket".to_vec());
    };
    let Input { title, description, status, priority, team, requester, created } = input;
    let ticket = NewTicket { title, description, status, priority, team, requester, created };
    let (told, result) = oneshot::channel();
    let queued =
        floor.writer.write_later(Write::Create(ticket), Box::new(move |result| drop(told.send(result))));
    let result = match queued {
        Ok(()) => result.await.unwrap_or_else(|_| Err("the writer has stopped".into())),
        Err(error) => Err(error),
    };
    match result {
        Ok(id) => answer(StatusCode::CREATED, JSON, json!({ "id": id }).to_string().into_bytes()),
        Err(error) => answer(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", error.to_string().into_bytes()),
    }
}
