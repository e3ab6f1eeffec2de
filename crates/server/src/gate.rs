//! The gate: what every request passes before a handler sees it, and every answer on its way out. Host, origin,
//! size, who asks, and whether the route's policy lets them in.

use std::{net::SocketAddr, sync::Arc, time::Instant as Stopwatch};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::{MethodFilter, on},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use mainstay_app::{
    accounts::Secret,
    rights::{Credential, Principal},
};
use mainstay_core::{Error, ErrorKind};
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::{
    call::{Call, NOTHING_RUNS, Reply, Shared},
    problem::{problem, status},
    rate::Asker,
    routes::{Policy, Route, Takes, Verb, is_for_programs},
    web,
};

/// Bytes of a file that are sent at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// The peer of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The template of the route that answered, for log and figures.
#[derive(Clone)]
struct Answered(&'static str);

/// Why a request goes no further, with its status.
type Refusal = Box<(StatusCode, Error)>;

/// Values of the placeholders of an address, or that they are no text.
type Params = Result<RawPathParams, RawPathParamsRejection>;

/// Id of a request.
#[derive(Clone)]
struct RequestId(String);

/// The router of a table of routes.
pub fn router(shared: Arc<Shared>, routes: &[Route]) -> Router {
    let mut router = Router::new();
    for route in routes {
        let filter = match route.verb {
            // HEAD is answered like GET, without the body.
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
            Verb::Patch => MethodFilter::PATCH,
            Verb::Delete => MethodFilter::DELETE,
        };
        let (shared, route) = (shared.clone(), *route);
        let handler = move |params: Params, request: Request| {
            let shared = shared.clone();
            async move {
                match params {
                    Ok(params) => {
                        let params =
                            params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                        answer(shared, route, params, request).await
                    }
                    Err(_) => {
                        let error = Error::field("address", "is no UTF-8");
                        to_response(refused(&shared, &request, StatusCode::BAD_REQUEST, &error))
                    }
                }
            }
        };
        router = router.route(route.path, on(filter, handler));
    }
    let unknown = shared.clone();
    let wrong_method = shared.clone();
    router
        .fallback(move |request: Request| {
            let error = Error::not_found("this address");
            let reply = refused(&unknown, &request, StatusCode::NOT_FOUND, &error);
            async move { to_response(reply) }
        })
        .method_not_allowed_fallback(move |request: Request| {
            let error = Error::new(ErrorKind::NotFound, format!("{} is not possible here", request.method()));
            let reply = refused(&wrong_method, &request, StatusCode::METHOD_NOT_ALLOWED, &error);
            async move { to_response(reply) }
        })
        .layer(middleware::from_fn_with_state(shared, around))
}

/// Around every request: id, host, headers, log.
async fn around(
    axum::extract::State(shared): axum::extract::State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Stopwatch::now();
    let id = request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let is_page = !is_for_programs(request.uri().path());
    let mut response = match check_request(&shared, &request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => to_response(refused(&shared, &request, refusal.0, &refusal.1)),
    };
    let route = response.extensions().get::<Answered>().map_or("none", |answered| answered.0);
    shared.metrics.answered(
        method.as_str(),
        route,
        response.status().as_u16(),
        begun.elapsed().as_secs_f64(),
    );
    tracing::info!(
        target: "mainstay::request",
        method = method.as_str(),
        route,
        status = response.status().as_u16(),
        micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        request_id = id,
    );
    put_headers(&shared, response.headers_mut(), &id, is_page);
    response
}

fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    let is_plain = |id: &&str| {
        id.len() <= 64 && !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match given.filter(is_plain) {
        Some(id) => id.to_owned(),
        None => fresh_id(),
    }
}

/// A random id; without randomness requests have none.
fn fresh_id() -> String {
    Secret::fresh("").map_or_else(|_| String::new(), |id| id.expose()[..22].to_owned())
}

fn check_request(shared: &Shared, request: &Request) -> Result<(), Refusal> {
    let limits = &shared.settings.limits;
    if request.uri().to_string().len() > limits.address_bytes {
        let error = Error::new(
            ErrorKind::TooMany,
            format!("the address is longer than {} bytes", limits.address_bytes),
        );
        return Err(Box::new((StatusCode::URI_TOO_LONG, error)));
    }
    let headers: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers > limits.header_bytes || request.headers().len() > limits.headers {
        let error = Error::new(ErrorKind::TooMany, "the headers are too long");
        return Err(Box::new((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, error)));
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host =
        host.or_else(|| request.uri().authority().map(|authority| authority.as_str())).unwrap_or_default();
    if !shared.settings.is_ours(host) {
        let error = Error::new(ErrorKind::Forbidden, "this server does not answer for that host");
        return Err(Box::new((StatusCode::MISDIRECTED_REQUEST, error)));
    }
    Ok(())
}

/// Headers of every answer.
fn put_headers(shared: &Shared, headers: &mut HeaderMap, id: &str, is_page: bool) {
    let mut put = |name: HeaderName, value: &str| {
        if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    let policy = if is_page { mainstay_pages::assets::CONTENT_SECURITY_POLICY } else { NOTHING_RUNS };
    put(header::CONTENT_SECURITY_POLICY, policy);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    );
    put(header::CACHE_CONTROL, "no-store");
    put(HeaderName::from_static("x-request-id"), id);
    if shared.settings.is_https() {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

/// One request to one route.
async fn answer(
    shared: Arc<Shared>,
    route: Route,
    params: Vec<(String, String)>,
    request: Request,
) -> Response {
    let limit = match route.takes {
        Takes::Nothing => 0,
        Takes::Json => shared.settings.limits.json_bytes,
        Takes::Form => shared.settings.limits.form_bytes,
        Takes::File => shared.settings.limits.file_bytes,
    };
    let time = shared.settings.limits.body_time;
    let (parts, body) = request.into_parts();
    let (headers, path) = (parts.headers.clone(), parts.uri.path().to_owned());
    let id = parts.extensions.get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let refuse = |status: StatusCode, error: &Error| {
        let mut response = to_response(refusal(&shared, &headers, &path, &id, status, error));
        response.extensions_mut().insert(Answered(route.path));
        response
    };
    if let Err(refusal) = check_type(&route, &parts.headers) {
        return refuse(refusal.0, &refusal.1);
    }
    let body = if route.takes == Takes::Nothing {
        Bytes::new()
    } else {
        match tokio::time::timeout(time, Limited::new(body, limit).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
                let error = Error::new(ErrorKind::TooMany, format!("the body is longer than {limit} bytes"));
                return refuse(StatusCode::PAYLOAD_TOO_LARGE, &error);
            }
            Ok(Err(_)) => {
                let error = Error::field("body", "broke off");
                return refuse(StatusCode::BAD_REQUEST, &error);
            }
            Err(_) => {
                let error = Error::new(ErrorKind::TooMany, "the body took too long");
                return refuse(StatusCode::REQUEST_TIMEOUT, &error);
            }
        }
    };
    let peer = parts.extensions.get::<Peer>().map_or_else(String::new, |peer| peer.0.ip().to_string());
    let query =
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let call = Call {
        shared: shared.clone(),
        method: parts.method,
        path: parts.uri.path().to_owned(),
        params,
        query,
        headers: parts.headers,
        body,
        who: None,
        session: None,
        address: peer,
        request_id: id.clone(),
        is_api: route.is_api(),
    };
    // Databases, disks and password hashes keep a thread busy: never one that serves the network.
    let reply = tokio::task::spawn_blocking(move || handle(&route, call)).await;
    let reply = reply.unwrap_or_else(|_| {
        let error = Error::bug("a request ended unexpectedly");
        problem(StatusCode::INTERNAL_SERVER_ERROR, &error, "")
    });
    let mut response = to_response(reply);
    response.extensions_mut().insert(Answered(route.path));
    response
}

/// The type of the body must be the one that the route takes: no other is guessed at.
fn check_type(route: &Route, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fits = match route.takes {
        Takes::Nothing | Takes::File => true,
        Takes::Json => given == "application/json",
        Takes::Form => matches!(given.as_str(), "application/x-www-form-urlencoded" | "multipart/form-data"),
    };
    if fits {
        return Ok(());
    }
    let wanted =
        if route.takes == Takes::Json { "application/json" } else { "application/x-www-form-urlencoded" };
    let error = Error::field("Content-Type", format!("is \"{given}\"; {wanted} is wanted here"));
    Err(Box::new((StatusCode::UNSUPPORTED_MEDIA_TYPE, error)))
}

fn handle(route: &Route, mut call: Call) -> Reply {
    let is_read = route.verb == Verb::Get;
    let result = admit(route, &mut call)
        .and_then(|()| (route.handler)(&call).map_err(|error| Box::new((status(&error, is_read), error))));
    match result {
        Ok(reply) => reply,
        Err(refusal) => {
            let (status, error) = *refusal;
            note_denial(&call, status);
            if status.is_server_error() {
                tracing::error!(
                    target: "mainstay::request",
                    request_id = call.request_id,
                    error = error.message(),
                    cause = error.cause().unwrap_or_default(),
                );
            }
            if route.is_api() {
                problem(status, &error, &call.request_id)
            } else if status == StatusCode::TOO_MANY_REQUESTS {
                // Who asks too often costs no look at a record.
                web::plain_error(&call.shared, &call.headers, &call.path, status, &error, &call.request_id)
            } else {
                web::error_page(&call, status, &error)
            }
        }
    }
}

/// Who asks, and whether the route lets them in.
fn admit(route: &Route, call: &mut Call) -> Result<(), Refusal> {
    let internal = |error: Error| Box::new((status(&error, true), error));
    let bearer = call.header(header::AUTHORIZATION).map(|text| {
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        Secret::new(if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" })
    });
    if route.verb != Verb::Get && bearer.is_none() {
        check_origin(call)?;
    }
    let accounts = call.shared.app.accounts();
    let found: Option<Arc<Principal>> = match &bearer {
        Some(token) if route.is_api() => accounts.of_token(token).map_err(internal)?,
        Some(_) => None,
        None => {
            let session = call.cookie(call.settings().session_cookie()).map(Secret::new);
            let found = session
                .as_ref()
                .map_or(Ok(None), |session| accounts.of_session(session))
                .map_err(internal)?;
            call.session = session.filter(|_| found.is_some());
            found
        }
    };
    call.who = found;
    count(route, call)?;
    if route.policy == Policy::Anybody {
        return Ok(());
    }
    let Some(who) = call.who.clone() else {
        let error = Error::new(ErrorKind::Forbidden, "sign in to do this")
            .hint("Send a session cookie, or an API token as `Authorization: Bearer …`.");
        return Err(Box::new((StatusCode::UNAUTHORIZED, error)));
    };
    if route.verb != Verb::Get && matches!(who.credential, Credential::Token { read_only: true, .. }) {
        let error = Error::new(ErrorKind::Forbidden, "this token may only read")
            .hint("Use a token that was not made read-only.");
        return Err(Box::new((StatusCode::FORBIDDEN, error)));
    }
    let duty = match route.policy {
        Policy::Duty(duty) | Policy::FreshDuty(duty) => Some(duty),
        _ => None,
    };
    if duty.is_some_and(|duty| !who.has(duty)) {
        let error = Error::forbidden();
        return Err(Box::new((StatusCode::FORBIDDEN, error)));
    }
    if matches!(route.policy, Policy::FreshDuty(_) | Policy::FreshAccount) {
        call.must_be_fresh().map_err(|error| Box::new((StatusCode::FORBIDDEN, error)))?;
    }
    Ok(())
}

/// Counts the request, and refuses who asks too often.
fn count(route: &Route, call: &Call) -> Result<(), Refusal> {
    let counted = call.app().now().and_then(|now| {
        let asker = Asker::of(call.who.as_deref(), &call.address);
        call.shared.counts.take(&call.settings().limits.rates, asker, route.sort, now)
    });
    counted.map_err(|error| Box::new((status(&error, true), error)))
}

/// A change must come from our own pages: browsers say from where they come. A program with a token says
/// nothing of the kind and needs not, for no browser sends its token by itself.
fn check_origin(call: &Call) -> Result<(), Refusal> {
    let refused = || {
        let error = Error::new(ErrorKind::Forbidden, "this request does not come from one of our own pages")
            .hint("Open Mainstay itself and do it there.");
        Box::new((StatusCode::FORBIDDEN, error))
    };
    let text =
        |name: HeaderName| call.headers.get(name).map(|value| value.to_str().unwrap_or("?").to_owned());
    let origin_is_ours = |origin: &str| {
        origin == call.settings().origin()
            || (call.settings().public_url.is_none()
                && call.header(header::HOST).is_some_and(|host| origin == format!("http://{host}")))
    };
    match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), origin) => {
            let near = matches!(site.as_str(), "same-origin" | "none");
            if near && origin.is_none_or(|origin| origin_is_ours(&origin)) { Ok(()) } else { Err(refused()) }
        }
        (None, Some(origin)) if origin_is_ours(&origin) => Ok(()),
        _ => Err(refused()),
    }
}

fn note_denial(call: &Call, status: StatusCode) {
    let Some(who) = call.who.as_ref().filter(|_| status == StatusCode::FORBIDDEN) else { return };
    let content = json!({ "method": call.method.as_str(), "path": call.path });
    if let Err(error) =
        call.app().accounts().note_event("denied", Some(who.person), Some(&call.address), content)
    {
        tracing::error!(target: "mainstay::request", error = error.message(), "a denial could not be noted");
    }
}

/// A refusal before a handler is known.
fn refusal(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
    path: &str,
    id: &str,
    status: StatusCode,
    error: &Error,
) -> Reply {
    if is_for_programs(path) {
        problem(status, error, id)
    } else {
        web::plain_error(shared, headers, path, status, error, id)
    }
}

/// As [`refusal`], of a request that is at hand.
fn refused(shared: &Arc<Shared>, request: &Request, status: StatusCode, error: &Error) -> Reply {
    let id = request.extensions().get::<RequestId>().map_or("", |id| id.0.as_str());
    refusal(shared, request.headers(), request.uri().path(), id, status, error)
}

fn to_response(reply: Reply) -> Response {
    let body = match reply.file {
        Some(file) => sending(file),
        None => Body::from(reply.body),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// Bytes of a file on their way to the client, read as fast as they are taken.
fn sending(file: std::fs::File) -> Body {
    let (mut sender, body) = http_body_util::channel::Channel::<Bytes, std::io::Error>::new(2);
    tokio::spawn(async move {
        let mut file = tokio::fs::File::from_std(file);
        loop {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            match (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece).await {
                Ok(0) => break,
                // Who has gone away takes no more.
                Ok(_) if sender.send_data(piece.into()).await.is_err() => break,
                Ok(_) => {}
                Err(error) => {
                    sender.abort(error);
                    break;
                }
            }
        }
    });
    Body::new(body)
}
