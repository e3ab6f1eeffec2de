//! Errors as answers: problem+json (RFC 9457) for programs. The one place that turns a kind of error into a status.

use axum::http::{StatusCode, header};
use mainstay_core::{Error, ErrorKind};
use serde_json::{Map, Value as Json, json};

use crate::call::Reply;

/// The status of an error. `is_read` tells questions from changes: bad input of a question is 400, of a change 422.
pub(crate) fn status(error: &Error, is_read: bool) -> StatusCode {
    match error.kind() {
        ErrorKind::Invalid(fields) => match fields.first().map(|field| field.field.as_str()) {
            Some("If-Match") if fields[0].problem == "is missing" => StatusCode::PRECONDITION_REQUIRED,
            Some("body") => StatusCode::BAD_REQUEST,
            _ if is_read => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::Stale => StatusCode::PRECONDITION_FAILED,
        ErrorKind::Conflict | ErrorKind::Refused { .. } => StatusCode::CONFLICT,
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unknown | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The word by which a program tells errors apart.
pub(crate) fn word(status: StatusCode, error: &Error) -> &'static str {
    match (status, error.kind()) {
        (StatusCode::PRECONDITION_REQUIRED, _) => "precondition-required",
        (StatusCode::UNAUTHORIZED, _) => "sign-in-required",
        (_, ErrorKind::Invalid(_)) => "invalid",
        (_, ErrorKind::NotFound) => "not-found",
        (_, ErrorKind::Forbidden) => "forbidden",
        (_, ErrorKind::Stale) => "stale",
        (_, ErrorKind::Conflict) => "conflict",
        (_, ErrorKind::Refused { .. }) => "refused-by-rule",
        (_, ErrorKind::TooMany) => "too-many",
        (_, ErrorKind::Unknown) => "outcome-unknown",
        (_, ErrorKind::Unavailable) => "unavailable",
        (_, ErrorKind::Bug) => "defect",
    }
}

/// The problem document. No cause, no path, no version: those are for the log.
pub(crate) fn document(status: StatusCode, error: &Error, request_id: &str) -> Json {
    let mut map = Map::new();
    map.insert("type".into(), json!(format!("urn:mainstay:problem:{}", word(status, error))));
    map.insert("title".into(), json!(status.canonical_reason().unwrap_or("Error")));
    map.insert("status".into(), json!(status.as_u16()));
    map.insert("detail".into(), json!(error.message()));
    if !error.hints().is_empty() {
        map.insert("hints".into(), json!(error.hints()));
    }
    if !error.fields().is_empty() {
        let fields =
            error.fields().iter().map(|field| json!({"field": field.field, "problem": field.problem}));
        map.insert("fields".into(), fields.collect());
    }
    if let ErrorKind::Refused { rule, clause } = error.kind() {
        map.insert("rule".into(), json!(rule));
        if !clause.is_empty() {
            map.insert("clause".into(), json!(clause));
        }
    }
    map.insert("request_id".into(), json!(request_id));
    Json::Object(map)
}

/// The problem document as an answer.
pub(crate) fn problem(status: StatusCode, error: &Error, request_id: &str) -> Reply {
    let body = document(status, error, request_id).to_string().into_bytes();
    let mut reply = Reply::of(status, "application/problem+json", body);
    match error.retry_after_seconds() {
        Some(seconds) => reply = reply.header(header::RETRY_AFTER, seconds.to_string()),
        None if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
            reply = reply.header(header::RETRY_AFTER, "5");
        }
        None => {}
    }
    if status == StatusCode::UNAUTHORIZED {
        reply = reply.header(header::WWW_AUTHENTICATE, "Bearer");
    }
    reply
}
