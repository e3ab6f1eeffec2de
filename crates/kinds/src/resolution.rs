//! Clause 8.6, resolution and fulfilment.

pub mod incident;
pub mod known_error;
pub mod level;
pub mod major_incident_review;
pub mod problem;
pub mod request_model;
pub mod service_request;
pub mod waiting_reason;
