//! The pages: each handler asks the application, fills a view struct of `mainstay-pages` and renders it.

mod accounts;
mod approval;
mod assets;
mod bulk;
mod clocks;
mod conformity;
mod desk;
mod files;
mod form;
mod frame;
mod list;
mod me;
mod proof;
mod record;
mod report;
mod search;
mod show;
mod sign_in;

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use mainstay_app::rights::Duty::{Accounts, Conformity, Report};
use mainstay_core::{Error, ErrorKind};
use mainstay_pages::ErrorPage;

use crate::{
    call::{Call, Reply, Shared},
    problem::problem,
    rate::Sort,
    routes::{Policy::*, Route, Takes},
};

/// The routes.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/assets/{name}", Anybody, assets::asset, "Style sheet, scripts, icons")
        .counted_as(Sort::Free),
    Route::post("/theme", Anybody, Takes::Form, assets::theme, "Keeps light or dark in a cookie"),
    Route::get("/sign-in", Anybody, sign_in::page, "The page to sign in"),
    Route::post("/sign-in", Anybody, Takes::Form, sign_in::sign_in, "Signs in").counted_as(Sort::Knock),
    Route::post("/sign-out", Account, Takes::Form, sign_in::sign_out, "Ends this session"),
    Route::get("/welcome/{secret}", Anybody, sign_in::welcome_page, "The page of a one-time link")
        .counted_as(Sort::Knock),
    Route::post("/welcome/{secret}", Anybody, Takes::Form, sign_in::welcome, "Uses a one-time link")
        .counted_as(Sort::Knock),
    Route::get("/", Account, desk::home, "The desk, or where the work of who asks is"),
    Route::get("/me", Account, me::page, "Own sessions and tokens"),
    Route::post("/me/sessions/end-others", Account, Takes::Form, me::end_other_sessions, "Ends all others"),
    Route::post("/me/sessions/{id}/end", Account, Takes::Form, me::end_session, "Ends an own session"),
    Route::get("/me/tokens/new", FreshAccount, me::new_token, "The form of a token"),
    Route::post("/me/tokens/new", FreshAccount, Takes::Form, me::make_token, "Makes a token"),
    Route::post("/me/tokens/{id}/end", Account, Takes::Form, me::end_token, "Ends an own token"),
    Route::get("/me/password", Account, me::password_page, "The form of a new password"),
    Route::post("/me/password", Account, Takes::Form, me::change_password, "Changes the own password")
        .counted_as(Sort::Knock),
    Route::get("/search", Account, search::page, "Finds records of all kinds").counted_as(Sort::Search),
    Route::get("/suggest", Account, search::suggest, "Records that a beginning may mean")
        .counted_as(Sort::Search),
    Route::get("/reports/sla", Duty(Report), report::sla, "The report of service levels")
        .counted_as(Sort::Export),
    Route::get("/reports/sla/csv", Duty(Report), report::csv, "The same as a file").counted_as(Sort::Export),
    Route::get("/conformity", Duty(Conformity), conformity::board, "The conformity board"),
    Route::post(
        "/conformity/run",
        Duty(Conformity),
        Takes::Form,
        conformity::run,
        "Runs the checks that are due",
    )
    .counted_as(Sort::Export),
    Route::get(
        "/conformity/{requirement}",
        Duty(Conformity),
        conformity::requirement,
        "A requirement or clause",
    ),
    Route::get("/accounts", Duty(Accounts), accounts::page, "All accounts"),
    Route::get("/accounts/new", FreshDuty(Accounts), accounts::new_page, "The form of an account"),
    Route::post(
        "/accounts/new",
        FreshDuty(Accounts),
        Takes::Form,
        accounts::open,
        "Gives a person an account",
    ),
    Route::post(
        "/accounts/{person}/disable",
        FreshDuty(Accounts),
        Takes::Form,
        accounts::disable,
        "Disables it",
    ),
    Route::post(
        "/accounts/{person}/enable",
        FreshDuty(Accounts),
        Takes::Form,
        accounts::enable,
        "Enables it",
    ),
    Route::post(
        "/accounts/{person}/link",
        FreshDuty(Accounts),
        Takes::Form,
        accounts::link,
        "Makes a link to set a password",
    ),
    Route::get("/{kind}/export", Account, crate::rest::transfer::export, "A list as a file")
        .counted_as(Sort::Export),
    Route::post("/{kind}/bulk", Account, Takes::Form, bulk::bulk, "One move for many records"),
    Route::get("/{kind}", Account, list::page, "A list"),
    Route::get("/{kind}/new", Account, form::create::new_page, "The form of a new record"),
    Route::post("/{kind}/new", Account, Takes::Form, form::create::create, "Makes a record"),
    Route::get("/{kind}/{ref}", Account, record::page, "A record"),
    Route::get("/{kind}/{ref}/edit", Account, form::edit::edit_page, "The form of its fields"),
    Route::post("/{kind}/{ref}/edit", Account, Takes::Form, form::edit::edit, "Changes its fields"),
    Route::get("/{kind}/{ref}/moves/{move}", Account, form::moves::move_page, "The form of a move"),
    Route::post("/{kind}/{ref}/moves/{move}", Account, Takes::Form, form::moves::perform, "Runs a move"),
    Route::get("/{kind}/{ref}/vote", Account, approval::vote_page, "The form of a vote"),
    Route::post("/{kind}/{ref}/vote", Account, Takes::Form, approval::vote, "Votes in an approval"),
    Route::get("/{kind}/{ref}/files/new", Account, files::add_page, "The form of a file"),
    Route::post("/{kind}/{ref}/files/new", Account, Takes::File, files::add, "Hangs a file on"),
    Route::get("/{kind}/{ref}/files/{id}", Account, crate::rest::files::download, "A file itself"),
    Route::post("/{kind}/{ref}/files/{id}/remove", Account, Takes::Form, files::remove, "Takes a file off"),
    Route::get("/{kind}/{ref}/proof", Account, proof::file, "Its entries with their proofs as a file"),
    Route::get("/{kind}/{ref}/clocks", Account, clocks::page, "How its clocks came about"),
    Route::post("/{kind}/{ref}/comments", Account, Takes::Form, form::comment::comment, "Writes a comment"),
    Route::get("/{kind}/{ref}/link", Account, form::links::link_page, "The form of a link"),
    Route::post("/{kind}/{ref}/link", Account, Takes::Form, form::links::link, "Links with another record"),
    Route::post("/{kind}/{ref}/unlink", Account, Takes::Form, form::links::unlink, "Removes a link"),
    Route::get("/{kind}/{ref}/task", Account, form::tasks::task_page, "The form of a task"),
    Route::post("/{kind}/{ref}/task", Account, Takes::Form, form::tasks::add_task, "Adds a task"),
    Route::post("/{kind}/{ref}/tasks/{id}", Account, Takes::Form, form::tasks::change_task, "Changes a task"),
];

/// How the refusal begins that asks for a fresh sign-in.
const STEP_UP: &str = "step_up_required";

/// The page of an error: who is not signed in is led to the sign-in page.
pub(crate) fn error_page(call: &Call, status: StatusCode, error: &Error) -> Reply {
    if status == StatusCode::UNAUTHORIZED {
        let here = match call.method.as_str() {
            "GET" => call.path.as_str(),
            _ => "/",
        };
        let to = form_urlencoded::byte_serialize(here.as_bytes()).collect::<String>();
        return Reply::see(format!("/sign-in?to={to}"));
    }
    if status == StatusCode::FORBIDDEN && error.message().starts_with(STEP_UP) {
        // What asks for it stands on a page of its own; a form that is sent too late begins anew.
        let here = match (call.method.as_str(), call.path.starts_with("/accounts")) {
            ("GET", _) | (_, false) => call.path.as_str(),
            (_, true) => "/accounts",
        };
        let to = form_urlencoded::byte_serialize(here.as_bytes()).collect::<String>();
        return Reply::see(format!("/sign-in?again=1&to={to}"));
    }
    let frame = frame::frame(call, "");
    let clause = match error.kind() {
        ErrorKind::Refused { clause, .. } => clause.clone(),
        _ => String::new(),
    };
    rendered_error(frame, status, error, clause, &call.request_id)
}

/// The page of an error before anything of the request is known.
pub(crate) fn plain_error(
    _: &Arc<Shared>,
    headers: &HeaderMap,
    path: &str,
    status: StatusCode,
    error: &Error,
    request_id: &str,
) -> Reply {
    let frame = frame::plain(headers, path, "");
    rendered_error(frame, status, error, String::new(), request_id)
}

fn rendered_error(
    mut frame: mainstay_pages::Frame,
    status: StatusCode,
    error: &Error,
    clause: String,
    request_id: &str,
) -> Reply {
    frame.title = status.canonical_reason().unwrap_or("Error").to_owned();
    let page = ErrorPage {
        frame,
        status: status.as_u16(),
        message: sentence(error.message()),
        hints: error.hints().to_vec(),
        clause,
        reference: request_id.to_owned(),
        ways: Vec::new(),
    };
    match page.render() {
        Ok(html) => {
            let mut reply = Reply::page(html).status(status);
            if let Some(seconds) = error.retry_after_seconds() {
                reply = reply.header(header::RETRY_AFTER, seconds.to_string());
            }
            reply
        }
        Err(failure) => problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            &Error::bug("a page cannot be written").caused_by(failure),
            request_id,
        ),
    }
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let text = format!("{first}{}", letters.as_str());
    if text.ends_with(['.', '!', '?', ':']) { text } else { format!("{text}.") }
}
