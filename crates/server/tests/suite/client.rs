//! A small blocking HTTP client: what a test sends, and what came back.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value as Json;
use ureq::{
    Agent, SendBody,
    http::{HeaderMap, Method, Request},
};

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.status, self.text()))
    }

    /// Status, body and headers, without the time and the request's id: what two answers are compared by.
    pub fn face(&self) -> (u16, String, Vec<String>) {
        let id = self.header("x-request-id").unwrap_or_default();
        let without_id = |text: &str| if id.is_empty() { text.to_owned() } else { text.replace(id, "ID") };
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| *name != "date")
            .map(|(name, value)| {
                without_id(&format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            })
            .collect();
        headers.sort();
        (self.status, without_id(&self.text()), headers)
    }

    /// As [`face`](Answer::face), with a placeholder for what was asked for.
    pub fn face_without(&self, asked: &str) -> (u16, String, Vec<String>) {
        let (status, body, headers) = self.face();
        let hide = |text: String| text.replace(asked, "ASKED");
        (status, hide(body), headers.into_iter().map(hide).collect())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

/// A client of one server.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    pub address: SocketAddr,
}

/// A request before it is sent.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Ask {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn json(self, json: &Json) -> Self {
        self.body("application/json", json.to_string())
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self { agent: config.into(), address }
    }

    #[track_caller]
    pub fn send(&self, ask: &Ask) -> Answer {
        let method: Method = ask.method.parse().expect("a method");
        let mut request =
            Request::builder().method(method).uri(format!("http://{}{}", self.address, ask.path));
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let sends = matches!(ask.method, "POST" | "PATCH" | "PUT");
        let response = if sends {
            self.agent.run(request.body(ask.body.as_slice()).expect("a request"))
        } else {
            self.agent.run(request.body(SendBody::none()).expect("a request"))
        };
        let response = response.unwrap_or_else(|error| panic!("{} {}: {error}", ask.method, ask.path));
        let (parts, mut body) = response.into_parts();
        let body = body.with_config().limit(64 << 20).read_to_vec().expect("a body");
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Sends bytes as they are and gives what comes back until the server closes or falls silent.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a limit");
        // The server may answer and close before everything is sent.
        let _ = stream.write_all(bytes);
        let mut text = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count) = stream.read(&mut buffer) {
            text.extend_from_slice(&buffer[..count]);
            let is_whole = text.windows(4).any(|window| window == b"\r\n\r\n");
            if count == 0 || is_whole {
                break;
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}
