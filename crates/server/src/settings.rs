//! Settings of the server: where it listens, how people reach it, its limits.

use std::{net::SocketAddr, time::Duration};

use mainstay_core::{Error, Result};
use url::Url;

use crate::rate::Rates;

/// Limits of one connection and one request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most bytes of a JSON body.
    pub json_bytes: usize,
    /// Most bytes of a form.
    pub form_bytes: usize,
    /// Most bytes of a file.
    pub file_bytes: usize,
    /// Most bytes of an address.
    pub address_bytes: usize,
    /// Most bytes of all headers of a request.
    pub header_bytes: usize,
    /// Most headers of a request.
    pub headers: usize,
    /// In which time the headers must be there; also how long a connection may idle between requests.
    pub header_time: Duration,
    /// In which time a body must be there.
    pub body_time: Duration,
    /// Most requests of one asker a minute.
    pub rates: Rates,
    /// Most connections.
    pub connections: usize,
    /// Most connections from one address.
    pub connections_of_an_address: usize,
    /// How long a stop waits for requests that are under way.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 1024 * 1024,
            form_bytes: 2 * 1024 * 1024,
            file_bytes: 25 * 1024 * 1024,
            address_bytes: 8 * 1024,
            header_bytes: 16 * 1024,
            headers: 100,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(60),
            rates: Rates::default(),
            connections: 10_000,
            connections_of_an_address: 512,
            stop_time: Duration::from_secs(20),
        }
    }
}

/// Settings of the server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// How people reach it: links are built from this alone, and other hosts are refused.
    pub public_url: Option<Url>,
    /// Name of the provider, for the sign-in page.
    pub provider: String,
    /// The zone in which pages show times.
    pub zone: jiff::tz::TimeZone,
    /// Limits.
    pub limits: Limits,
}

impl Settings {
    /// Settings for an address.
    ///
    /// # Errors
    /// Invalid when the server would be reached beyond this machine without an https address, unless that is said to
    /// be meant.
    pub fn new(listen: SocketAddr, public_url: Option<&str>, plain_is_meant: bool) -> Result<Self> {
        let public_url = public_url
            .map(|text| {
                let url = text.parse::<Url>().ok().filter(|url| {
                    matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && url.path() == "/"
                });
                url.ok_or_else(|| {
                    Error::field(
                        "public_url",
                        format!("\"{text}\" is no address; write it like https://desk.example.org"),
                    )
                })
            })
            .transpose()?;
        let is_https = public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        if !listen.ip().is_loopback() && !is_https && !plain_is_meant {
            return Err(Error::field(
                "listen",
                format!("{listen} can be reached from other machines, and there is no https address"),
            )
            .hint("Put a proxy with TLS in front and name its address with --public-url https://…, or listen on 127.0.0.1.")
            .hint("If plain HTTP is really meant, say --allow-plain-http."));
        }
        Ok(Self {
            listen,
            public_url,
            provider: "Mainstay".into(),
            zone: jiff::tz::TimeZone::UTC,
            limits: Limits::default(),
        })
    }

    /// Whether people reach the server through TLS: then cookies are bound to it.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// The name of the session's cookie. Browsers accept `__Host-` only with `Secure`.
    pub fn session_cookie(&self) -> &'static str {
        if self.is_https() { "__Host-mainstay_session" } else { "mainstay_session" }
    }

    /// The name of the cookie that marks a known device.
    pub fn device_cookie(&self) -> &'static str {
        if self.is_https() { "__Host-mainstay_device" } else { "mainstay_device" }
    }

    /// Whether the request's host is ours.
    pub fn is_ours(&self, host: &str) -> bool {
        match &self.public_url {
            Some(url) => {
                let with_port =
                    url.port().map(|port| format!("{}:{port}", url.host_str().unwrap_or_default()));
                let plain = url.host_str().unwrap_or_default();
                with_port.map_or(host.eq_ignore_ascii_case(plain), |known| host.eq_ignore_ascii_case(&known))
            }
            None => {
                let port = self.listen.port();
                [self.listen.ip().to_string(), "localhost".into(), "127.0.0.1".into(), "[::1]".into()]
                    .iter()
                    .any(|name| host == *name || host == format!("{name}:{port}"))
                    || !self.listen.ip().is_loopback()
            }
        }
    }

    /// Where people reach the server, without a slash at the end.
    pub fn origin(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_beyond_this_machine_wants_https_or_a_clear_word() {
        let everywhere = "0.0.0.0:8080".parse().unwrap();
        assert!(Settings::new(everywhere, None, false).is_err());
        assert!(Settings::new(everywhere, Some("http://desk.example.org"), false).is_err());
        assert!(Settings::new(everywhere, Some("https://desk.example.org"), false).is_ok());
        assert!(Settings::new(everywhere, None, true).is_ok());
        assert!(Settings::new("127.0.0.1:8080".parse().unwrap(), None, false).is_ok());
    }

    #[test]
    fn r49_only_our_own_host_is_answered() {
        let local = Settings::new("127.0.0.1:8080".parse().unwrap(), None, false).unwrap();
        assert!(local.is_ours("127.0.0.1:8080") && local.is_ours("localhost:8080"));
        assert!(!local.is_ours("evil.example") && !local.is_ours("127.0.0.1:9090"));
        let public =
            Settings::new("127.0.0.1:8080".parse().unwrap(), Some("https://desk.example.org"), false)
                .unwrap();
        assert!(public.is_ours("desk.example.org") && !public.is_ours("127.0.0.1:8080"));
    }
}
