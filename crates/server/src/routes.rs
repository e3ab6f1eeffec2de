//! The table of routes: every address that exists, with who may come and how large a body may be. The router is made
//! from this table and from nothing else, so a route without a policy cannot exist.

use mainstay_app::rights::Duty;
use mainstay_core::Result;

use crate::{
    call::{Call, Reply},
    rate::Sort,
    rest, web,
};

/// Who may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Anybody: nothing here tells about a record or a person.
    Anybody,
    /// Who has signed in; what they see and change is decided record by record.
    Account,
    /// Who has a duty.
    Duty(Duty),
    /// Who has a duty and has signed in a short while ago.
    FreshDuty(Duty),
    /// Who has signed in a short while ago.
    FreshAccount,
}

/// Methods that routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Reads; changes nothing.
    Get,
    /// Makes or does.
    Post,
    /// Changes parts.
    Patch,
    /// Takes away.
    Delete,
}

impl Verb {
    /// As HTTP has it.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }
}

/// What comes in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A JSON object.
    Json,
    /// A form of a page.
    Form,
    /// Bytes of a file.
    File,
}

/// A route.
#[derive(Clone, Copy)]
pub struct Route {
    /// Method.
    pub verb: Verb,
    /// Path, with placeholders: `/api/v1/{kind}/{ref}`.
    pub path: &'static str,
    /// Who may come.
    pub policy: Policy,
    /// What comes in the body.
    pub takes: Takes,
    /// As what it is counted.
    pub sort: Sort,
    /// One sentence.
    pub about: &'static str,
    /// What answers.
    pub handler: fn(&Call) -> Result<Reply>,
}

impl Route {
    /// A route that reads.
    pub const fn get(
        path: &'static str,
        policy: Policy,
        handler: fn(&Call) -> Result<Reply>,
        about: &'static str,
    ) -> Self {
        let sort = Sort::Read;
        Self { verb: Verb::Get, path, policy, takes: Takes::Nothing, sort, about, handler }
    }

    /// A route that changes.
    pub const fn post(
        path: &'static str,
        policy: Policy,
        takes: Takes,
        handler: fn(&Call) -> Result<Reply>,
        about: &'static str,
    ) -> Self {
        let sort = if matches!(takes, Takes::File) { Sort::Upload } else { Sort::Change };
        Self { verb: Verb::Post, path, policy, takes, sort, about, handler }
    }

    /// With another method.
    #[must_use]
    pub const fn by(mut self, verb: Verb) -> Self {
        self.verb = verb;
        self
    }

    /// Counted as something else than its verb says.
    #[must_use]
    pub const fn counted_as(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Whether programs use it.
    pub fn is_api(&self) -> bool {
        is_for_programs(self.path)
    }
}

/// Whether programs use an address: they get problem documents instead of pages, and may come with a token.
pub fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || matches!(path, "/healthz" | "/readyz" | "/metrics")
}

/// All routes.
pub fn all_routes() -> Vec<Route> {
    [rest::ROUTES, web::ROUTES].concat()
}

/// The table as text: what the golden file holds.
pub fn routes_text(routes: &[Route]) -> String {
    let mut lines: Vec<String> = routes
        .iter()
        .map(|route| {
            format!(
                "{:<6} {:<58} {:?}, takes {}, counted as {}",
                route.verb.name(),
                route.path,
                route.policy,
                format!("{:?}", route.takes).to_lowercase(),
                route.sort.name()
            )
        })
        .collect();
    lines.sort();
    lines.join("\n") + "\n"
}
