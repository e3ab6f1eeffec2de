//! The pages from outside: as HTML that a browser reads.

mod catalogues;
mod colours;
mod escaping;
mod fixtures;
mod markup;
mod payloads;
mod snapshots;
