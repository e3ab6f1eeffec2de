//! Figures of the running server for a monitoring system, in the format of OpenMetrics.

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

/// Labels of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    method: String,
    route: String,
    status: u16,
}

/// Upper ends of the classes of duration, seconds.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The figures.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    duration: Histogram,
    /// Connections that are open.
    pub connections: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("mainstay");
        let requests = Family::<Labels, Counter>::default();
        let duration = Histogram::new(SECONDS);
        let connections = Gauge::default();
        registry.register("http_requests", "Requests by method, route and status", requests.clone());
        registry.register("http_request_duration_seconds", "Time to answer", duration.clone());
        registry.register("http_connections", "Open connections", connections.clone());
        Self { registry, requests, duration, connections }
    }
}

impl Metrics {
    /// Counts an answered request.
    pub fn answered(&self, method: &str, route: &str, status: u16, seconds: f64) {
        let labels = Labels { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.duration.observe(seconds);
    }

    /// All figures as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
