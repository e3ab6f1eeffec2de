//! Clause 7, support of the service management system.

pub mod document;
pub mod knowledge_article;
pub mod nil_return;
pub mod person;
