//! A request as handlers see it, and what they answer.

use std::sync::Arc;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, Method, StatusCode, header},
};
use jiff::civil::DateTime;
use mainstay_app::{
    App, Command, Outcome, Request,
    accounts::Secret,
    query::Query,
    rights::{Credential, Principal},
    view::{View, parse_as_of},
};
use mainstay_core::{Channel, Error, ErrorKind, FieldError, Instant, Result, registry::Entry};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::{metrics::Metrics, rate::Counts, settings::Settings, strict_json};

/// How fresh a sign-in must be for what is dangerous, seconds.
const FRESH_SECONDS: i64 = 10 * 60;

/// The policy for what is no page of ours: shown by a browser after all, it loads and runs nothing.
pub(crate) const NOTHING_RUNS: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// What all requests share.
pub struct Shared {
    /// The application.
    pub app: Arc<App>,
    /// The settings.
    pub settings: Settings,
    /// Counters.
    pub metrics: Metrics,
    /// Who has asked how often.
    pub counts: Counts,
}

/// A request that has passed the gate.
pub struct Call {
    /// What all requests share.
    pub shared: Arc<Shared>,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: String,
    /// Values of the path's placeholders.
    pub params: Vec<(String, String)>,
    /// The address's query.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, complete.
    pub body: Bytes,
    /// Who asks; always there where the route's policy wants somebody.
    pub who: Option<Arc<Principal>>,
    /// The session's secret, when a session asks.
    pub session: Option<Secret>,
    /// From which address.
    pub address: String,
    /// Id under which the log knows this request.
    pub request_id: String,
    /// Asked through the REST interface.
    pub is_api: bool,
}

impl Call {
    /// The application.
    pub fn app(&self) -> &App {
        &self.shared.app
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The value of a placeholder of the path.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The first value of a name in the query.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A header as text.
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.headers, name)
    }

    /// Who asks.
    ///
    /// # Errors
    /// A bug when the route lets anybody in.
    pub fn who(&self) -> Result<&Arc<Principal>> {
        self.who.as_ref().ok_or_else(|| Error::bug("this route has nobody who asks"))
    }

    /// The kind that the path names.
    ///
    /// # Errors
    /// Not found.
    pub fn kind(&self) -> Result<&'static Entry> {
        let plural = self.param("kind");
        let kinds = self.app().context().registry.kinds();
        kinds
            .iter()
            .find(|kind| kind.def.plural == plural)
            .ok_or_else(|| Error::not_found(format!("\"{}\"", self.path)))
    }

    /// What is looked at: now, or the instant of `as_of`.
    ///
    /// # Errors
    /// Invalid `as_of`.
    pub fn view(&self) -> Result<View<'_>> {
        match self.as_of()? {
            None => Ok(self.app().view()),
            Some(instant) => self.app().view_as_of(instant),
        }
    }

    /// The instant that is asked for: RFC 3339, a date, or the local time of the pages' zone as their inputs send it.
    ///
    /// # Errors
    /// Invalid `as_of`.
    pub fn as_of(&self) -> Result<Option<Instant>> {
        let Some(text) = self.asked("as_of").filter(|text| !text.is_empty()) else { return Ok(None) };
        let local = text.parse::<DateTime>().ok().filter(|_| text.contains('T') && !text.ends_with('Z'));
        match local.and_then(|local| local.to_zoned(self.settings().zone.clone()).ok()) {
            Some(zoned) if !self.is_api => Ok(Some(zoned.timestamp())),
            _ => parse_as_of(text).map(Some),
        }
    }

    /// Questions of who asks, about now or then.
    ///
    /// # Errors
    /// Invalid `as_of`.
    pub fn ask(&self) -> Result<Query<'_>> {
        Ok(Query::new(self.view()?, self.who()?.clone()))
    }

    /// The body as a JSON object.
    ///
    /// # Errors
    /// Invalid, with the place.
    pub fn object(&self) -> Result<Map<String, Json>> {
        let wrong = |problem: String| Error::field("body", problem);
        match strict_json::parse(&self.body).map_err(|problem| wrong(format!("is no JSON: {problem}")))? {
            Json::Object(map) => Ok(map),
            _ => Err(wrong("is a JSON object: {…}".into())),
        }
    }

    /// The body as a typed JSON object; unknown members are refused.
    ///
    /// # Errors
    /// Invalid.
    pub fn typed<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(Json::Object(self.object()?))
            .map_err(|error| Error::field("body", error.to_string()))
    }

    /// The body as a form.
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The version that the caller has seen, from `If-Match`.
    ///
    /// # Errors
    /// Invalid when the header is missing or is no version of ours.
    pub fn seen_version(&self) -> Result<u64> {
        let Some(text) = self.header(header::IF_MATCH) else {
            return Err(Error::new(ErrorKind::Invalid(vec![FieldError { field: "If-Match".into(), problem: "is missing".into() }]), "the header If-Match is missing")
                .hint("Send the ETag of the record as you have read it, so that nobody's change is overwritten unseen."));
        };
        let version = text.trim().trim_start_matches("W/").trim_matches('"').parse::<u64>();
        version.map_err(|_| Error::field("If-Match", "is no ETag of a record; it looks like \"7\""))
    }

    /// Runs a command for who asks, through the one door.
    ///
    /// # Errors
    /// What the door says.
    pub fn act(&self, command: Command) -> Result<Outcome> {
        let key = self.headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
        self.act_once(command, key)
    }

    /// As [`act`](Call::act), with a key of the caller's: the same key again does nothing.
    ///
    /// # Errors
    /// What the door says.
    pub fn act_once(&self, command: Command, key: Option<String>) -> Result<Outcome> {
        let channel = if self.is_api { Channel::Api } else { Channel::Web };
        if self.asked("as_of").is_some_and(|text| !text.is_empty()) {
            return Err(Error::field("as_of", "is for reading; the past is not changed"));
        }
        let mut request = Request::by_person(self.who()?.clone(), channel, command)?;
        request.idempotency_key = key;
        self.app().act(request)
    }

    /// Refuses unless who asks has signed in a short while ago; a token is never fresh.
    ///
    /// # Errors
    /// Forbidden, rule `step_up_required`.
    pub fn must_be_fresh(&self) -> Result<()> {
        let now = self.app().now()?;
        let fresh = match &self.who()?.credential {
            Credential::Session { proved_at, .. } => now.as_second() - proved_at.as_second() <= FRESH_SECONDS,
            Credential::Token { .. } => false,
        };
        if fresh {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Forbidden, "step_up_required: sign in again to do this")
            .hint("This changes who may do what, so a sign-in of the last ten minutes is asked for."))
    }
}

/// The value of a cookie in the headers.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers beside those that every answer has.
    pub headers: Vec<(HeaderName, String)>,
    /// The body, when it is short.
    pub body: Vec<u8>,
    /// The body, when it is sent from a file.
    pub file: Option<std::fs::File>,
}

impl Reply {
    /// A JSON document.
    ///
    /// # Errors
    /// A bug when it cannot be written.
    pub fn json(value: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(value)
            .map_err(|error| Error::bug("an answer cannot be written").caused_by(error))?;
        Ok(Self::of(StatusCode::OK, "application/json", body))
    }

    /// A page.
    pub fn page(html: String) -> Self {
        Self::of(StatusCode::OK, "text/html; charset=utf-8", html.into_bytes())
    }

    /// A body of a type.
    pub fn of(status: StatusCode, content_type: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![(header::CONTENT_TYPE, content_type.to_owned())], body, file: None }
    }

    /// Nothing to say.
    pub fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: Vec::new(), file: None }
    }

    /// Go there, with GET.
    pub fn see(location: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            headers: vec![(header::LOCATION, location.into())],
            body: Vec::new(),
            file: None,
        }
    }

    /// A file to be saved under a name.
    pub fn download(file: std::fs::File, media_type: &str, name: &str) -> Self {
        let mut reply = Self::of(StatusCode::OK, media_type, Vec::new());
        reply.file = Some(file);
        reply
            .header(header::CONTENT_DISPOSITION, mainstay_app::file_name::disposition(name))
            .header(header::CONTENT_SECURITY_POLICY, NOTHING_RUNS)
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
