//! A client on one connection that is kept: it asks, waits for the whole answer, checks it, and takes the time.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::subject::Outcome;

/// What is asked, and what the answer must be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    /// Lines, each with its end.
    pub(crate) headers: String,
    pub(crate) body: String,
    /// The status that it must have.
    pub(crate) status: u16,
    /// A text that its body must hold: a page of an error is no fast answer.
    pub(crate) text: String,
}

impl Asked {
    pub(crate) fn get(path: impl Into<String>, headers: &str, text: &str) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            headers: headers.into(),
            body: String::new(),
            status: 200,
            text: text.into(),
        }
    }

    pub(crate) fn post(
        path: impl Into<String>,
        headers: &str,
        body: String,
        status: u16,
        text: &str,
    ) -> Self {
        Self { method: "POST", body, status, ..Self::get(path, headers, text) }
    }
}

/// A checked answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
    pub(crate) took: Duration,
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    pub(crate) fn json(&self) -> Outcome<serde_json::Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

fn header<'a>(headers: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = headers.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// See [the module](self).
pub(crate) struct Client {
    stream: TcpStream,
    host: SocketAddr,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream, host: address, buffer: Vec::with_capacity(128 * 1024) })
    }

    /// Asks and checks. An answer that is not what was expected is an error.
    pub(crate) fn ask(&mut self, asked: &Asked) -> Outcome<Answer> {
        let Asked { method, path, headers, body, .. } = asked;
        let length = match body.len() {
            0 => String::new(),
            length => format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"),
        };
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}{length}\r\n{body}", self.host);
        let begun = Instant::now();
        self.stream.write_all(request.as_bytes())?;
        let (head, end) = self.read()?;
        let took = begun.elapsed();
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status: u16 = text.split(' ').nth(1).ok_or("no status")?.parse()?;
        let content = &self.buffer[head..end];
        let fits = std::str::from_utf8(content).is_ok_and(|content| content.contains(&asked.text));
        if status != asked.status || !fits {
            let shown = String::from_utf8_lossy(&content[..content.len().min(600)]);
            return Err(format!(
                "{method} {path}: {status} instead of {} with \"{}\": {shown}",
                asked.status, asked.text
            )
            .into());
        }
        Ok(Answer { headers: text.to_owned(), body: content.to_vec(), took })
    }

    /// Reads one answer into the buffer: says where its body begins and ends.
    fn read(&mut self) -> Outcome<(usize, usize)> {
        self.buffer.clear();
        let mut ends: Option<(usize, usize)> = None;
        let mut piece = [0; 64 * 1024];
        loop {
            if let Some((head, end)) = ends
                && self.buffer.len() >= end
            {
                return Ok((head, end));
            }
            let count = self.stream.read(&mut piece)?;
            if count == 0 {
                return Err("the server closed the connection".into());
            }
            self.buffer.extend_from_slice(&piece[..count]);
            if ends.is_none()
                && let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                let text = std::str::from_utf8(&self.buffer[..at])?;
                let length: usize =
                    header(text, "content-length").ok_or("an answer without a length")?.parse()?;
                ends = Some((at + 4, at + 4 + length));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers each request on one connection with the same bytes.
    fn server(answer: &'static str) -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            while stream.read(&mut request).is_ok_and(|count| count > 0) {
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        address
    }

    #[test]
    fn an_answer_with_another_status_or_text_is_an_error() {
        let address = server("HTTP/1.1 200 OK\r\netag: \"7\"\r\nContent-Length: 5\r\n\r\nhello");
        let mut client = Client::connect(address).unwrap();
        let answer = client.ask(&Asked::get("/", "", "ell")).unwrap();
        assert_eq!((answer.header("ETag"), answer.body.as_slice()), (Some("\"7\""), b"hello".as_slice()));
        assert!(client.ask(&Asked::get("/", "", "bye")).is_err());
        assert!(client.ask(&Asked { status: 201, ..Asked::get("/", "", "ell") }).is_err());
        assert!(client.ask(&Asked::get("/", "", "hello")).is_ok(), "the connection is kept");
    }
}
