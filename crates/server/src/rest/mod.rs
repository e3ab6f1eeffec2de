//! The REST interface `/api/v1`: the same routes for every kind. Each handler reads its input, calls one function of
//! the application and writes its answer.

mod accounts;
mod approvals;
mod bulk;
mod conformity;
pub(crate) mod files;
mod me;
mod parts;
mod records;
mod reports;
mod service;
pub(crate) mod transfer;

use mainstay_app::rights::Duty::*;

use crate::{
    rate::Sort,
    routes::{Policy::*, Route, Takes, Verb},
};

/// The routes.
pub(crate) const ROUTES: &[Route] = &[
    // The server itself.
    Route::get("/healthz", Anybody, service::health, "Whether the server runs").counted_as(Sort::Free),
    Route::get("/readyz", Anybody, service::ready, "Whether the server can do its work now")
        .counted_as(Sort::Free),
    Route::get("/metrics", Duty(Accounts), service::metrics, "Figures for monitoring").counted_as(Sort::Free),
    Route::get("/api/v1/kinds", Account, service::kinds, "The kinds of records with their fields and moves"),
    Route::get("/api/v1/openapi.json", Account, service::openapi, "This interface, described in OpenAPI 3.1"),
    // Who asks.
    Route::get("/api/v1/me", Account, me::me, "Who asks, with roles"),
    Route::get("/api/v1/me/sessions", Account, me::sessions, "Own sessions"),
    Route::post("/api/v1/me/sessions/{id}", Account, Takes::Nothing, me::end_session, "Ends an own session")
        .by(Verb::Delete),
    Route::get("/api/v1/me/tokens", Account, me::tokens, "Own API tokens"),
    Route::post("/api/v1/me/tokens", FreshAccount, Takes::Json, me::make_token, "Makes an API token"),
    Route::post("/api/v1/me/tokens/{id}", Account, Takes::Nothing, me::end_token, "Ends an own API token")
        .by(Verb::Delete),
    // Accounts and persons, for administrators.
    Route::get("/api/v1/accounts", Duty(Accounts), accounts::list, "Lists accounts"),
    Route::post(
        "/api/v1/accounts",
        FreshDuty(Accounts),
        Takes::Json,
        accounts::open,
        "Gives a person an account",
    ),
    Route::post(
        "/api/v1/accounts/{person}/disable",
        FreshDuty(Accounts),
        Takes::Nothing,
        accounts::disable,
        "Disables an account and ends its sessions",
    ),
    Route::post(
        "/api/v1/accounts/{person}/enable",
        FreshDuty(Accounts),
        Takes::Nothing,
        accounts::enable,
        "Enables a disabled account",
    ),
    Route::post(
        "/api/v1/accounts/{person}/link",
        FreshDuty(Accounts),
        Takes::Nothing,
        accounts::link,
        "Makes a one-time link with which a person sets a password",
    ),
    Route::get("/api/v1/security-events", Duty(Accounts), accounts::events, "What happened at the gate"),
    Route::post(
        "/api/v1/erasures",
        FreshDuty(Erase),
        Takes::Json,
        accounts::erase,
        "Erases what is held of a person",
    ),
    // The installation as a whole.
    Route::post("/api/v1/import", Duty(Import), Takes::File, transfer::import, "Takes a file of records in")
        .counted_as(Sort::Export),
    Route::get("/api/v1/reports/sla", Duty(Report), reports::sla, "Incidents resolved within their targets")
        .counted_as(Sort::Export),
    Route::get("/api/v1/conformity", Duty(Conformity), conformity::board, "How every requirement stands"),
    Route::get(
        "/api/v1/conformity/{requirement}",
        Duty(Conformity),
        conformity::requirement,
        "How one requirement stands and what its checks found",
    ),
    Route::post(
        "/api/v1/conformity/run",
        Duty(Conformity),
        Takes::Nothing,
        conformity::run,
        "Runs the checks that are due",
    )
    .counted_as(Sort::Export),
    Route::get(
        "/api/v1/journal/checkpoint",
        Duty(Journal),
        reports::checkpoint,
        "The newest signed checkpoint of the journal",
    ),
    Route::get(
        "/api/v1/journal/consistency",
        Duty(Journal),
        reports::consistency,
        "Proof that an older journal is the beginning of the present one",
    ),
    // Records.
    Route::get("/api/v1/search", Account, records::search, "Finds records of all kinds")
        .counted_as(Sort::Search),
    Route::get("/api/v1/{kind}", Account, records::list, "Lists records"),
    Route::post("/api/v1/{kind}", Account, Takes::Json, records::create, "Makes a record"),
    Route::post("/api/v1/{kind}/bulk", Account, Takes::Json, bulk::bulk, "Changes up to a hundred records"),
    Route::get("/api/v1/{kind}/export", Account, transfer::export, "Writes a list into a file")
        .counted_as(Sort::Export),
    Route::get("/api/v1/{kind}/suggestions", Account, records::suggest, "Records that a beginning may mean")
        .counted_as(Sort::Search),
    Route::get("/api/v1/{kind}/{ref}", Account, records::read, "Reads a record"),
    Route::post("/api/v1/{kind}/{ref}", Account, Takes::Json, records::edit, "Changes fields of a record")
        .by(Verb::Patch),
    Route::post(
        "/api/v1/{kind}/{ref}/moves/{move}",
        Account,
        Takes::Json,
        records::perform,
        "Runs a move of the lifecycle",
    ),
    Route::get("/api/v1/{kind}/{ref}/moves", Account, records::moves, "The moves that are possible now"),
    Route::get("/api/v1/{kind}/{ref}/history", Account, records::history, "What happened to a record"),
    Route::get("/api/v1/{kind}/{ref}/clocks", Account, records::clocks, "Clocks with their derivation"),
    Route::get(
        "/api/v1/{kind}/{ref}/proof",
        Account,
        reports::proof,
        "A record's journal entries with proofs",
    ),
    Route::get("/api/v1/{kind}/{ref}/approvals", Account, approvals::approvals, "Approvals with their votes"),
    Route::post("/api/v1/{kind}/{ref}/votes", Account, Takes::Json, approvals::vote, "Votes in an approval"),
    // What hangs on records.
    Route::get("/api/v1/{kind}/{ref}/attachments", Account, files::attachments, "Attached files"),
    Route::post("/api/v1/{kind}/{ref}/attachments", Account, Takes::File, files::attach, "Attaches a file"),
    Route::get("/api/v1/{kind}/{ref}/attachments/{id}", Account, files::download, "An attached file itself"),
    Route::post(
        "/api/v1/{kind}/{ref}/attachments/{id}",
        Account,
        Takes::Nothing,
        files::detach,
        "Takes a file off",
    )
    .by(Verb::Delete),
    Route::get("/api/v1/{kind}/{ref}/comments", Account, parts::comments, "Comments"),
    Route::post("/api/v1/{kind}/{ref}/comments", Account, Takes::Json, parts::comment, "Writes a comment"),
    Route::get("/api/v1/{kind}/{ref}/links", Account, parts::links, "Links to other records"),
    Route::post("/api/v1/{kind}/{ref}/links", Account, Takes::Json, parts::link, "Links with another record"),
    Route::post(
        "/api/v1/{kind}/{ref}/links/{relation}/{target}",
        Account,
        Takes::Nothing,
        parts::unlink,
        "Removes a link",
    )
    .by(Verb::Delete),
    Route::get("/api/v1/{kind}/{ref}/tasks", Account, parts::tasks, "Tasks"),
    Route::post("/api/v1/{kind}/{ref}/tasks", Account, Takes::Json, parts::add_task, "Adds a task"),
    Route::post(
        "/api/v1/{kind}/{ref}/tasks/{id}",
        Account,
        Takes::Json,
        parts::change_task,
        "Changes a task",
    )
    .by(Verb::Patch),
    Route::get("/api/v1/{kind}/{ref}/tags", Account, parts::tags, "Tags"),
    Route::post("/api/v1/{kind}/{ref}/tags", Account, Takes::Json, parts::tag, "Puts a tag on"),
    Route::post("/api/v1/{kind}/{ref}/tags/{word}", Account, Takes::Nothing, parts::untag, "Takes a tag off")
        .by(Verb::Delete),
];
