//! Who asks: a person with an account, by token, by read-only token, or by a session.

use std::sync::Arc;

use mainstay_app::{
    accounts::{By, NewToken, Purpose, Secret},
    rights::Principal,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    client::{Answer, Ask},
    world::World,
};

pub const PASSWORD: &str = "copper lantern walks sideways";

/// A person with an account.
#[derive(Debug, Clone)]
pub struct Asker {
    pub name: String,
    pub person: Uuid,
    pub reference: String,
    pub token: String,
    pub reading_token: String,
}

/// Makes a person with roles and an account.
pub fn person(world: &World, name: &str, roles: &[&str], customer: Option<&str>) -> Asker {
    let values = json!({"title": name, "email": format!("{}@example.org", name.replace(' ', ".")),
        "staff": customer.is_none(), "customer": customer});
    let outcome = world.create("person", values).expect("a person");
    for role in roles {
        let values = json!({"title": role, "person": outcome.id, "role": role});
        world.create("role_assignment", values).expect("a role");
    }
    let person = outcome.id.parse().expect("an id");
    let accounts = world.app.accounts();
    accounts.open(person, By::Operator).expect("an account");
    let token = |read_only| {
        let new = NewToken { name: "test".into(), read_only, days: 300 };
        accounts.make_token(person, &new, By::Operator).expect("a token").0.expose().to_owned()
    };
    let (token, reading_token) = (token(false), token(true));
    Asker { name: name.into(), person, reference: outcome.reference, token, reading_token }
}

impl Asker {
    pub fn principal(&self, world: &World) -> Arc<Principal> {
        world
            .app
            .accounts()
            .of_token(&Secret::new(self.token.as_str()))
            .expect("no failure")
            .expect("a person")
    }

    pub fn reader(&self, world: &World) -> Arc<Principal> {
        let token = Secret::new(self.reading_token.as_str());
        world.app.accounts().of_token(&token).expect("no failure").expect("a person")
    }

    /// Signs in by a link and gives the session's secret.
    pub fn sign_in(&self, world: &World) -> String {
        let accounts = world.app.accounts();
        let link = accounts.make_secret(self.person, Purpose::Invite).expect("a link");
        let password = Secret::new(PASSWORD);
        let signed_in =
            accounts.sign_in_by_link(&link, Some(&password), "192.0.2.1", None).expect("a session");
        signed_in.session.expose().to_owned()
    }

    #[track_caller]
    pub fn ask(&self, world: &World, ask: Ask) -> Answer {
        world.client.send(&ask.header("Authorization", format!("Bearer {}", self.token)))
    }

    #[track_caller]
    pub fn get(&self, world: &World, path: &str) -> Answer {
        self.ask(world, Ask::get(path))
    }

    #[track_caller]
    pub fn post(&self, world: &World, path: &str, json: &Json) -> Answer {
        self.ask(world, Ask::new("POST", path).json(json))
    }

    /// Changes with the version that the caller has seen.
    #[track_caller]
    pub fn change(
        &self,
        world: &World,
        method: &'static str,
        path: &str,
        version: &str,
        json: &Json,
    ) -> Answer {
        self.ask(world, Ask::new(method, path).header("If-Match", version).json(json))
    }
}

/// A request in a session, as a page sends it.
pub fn in_session(ask: Ask, session: &str) -> Ask {
    ask.header("Cookie", format!("mainstay_session={session}")).header("Sec-Fetch-Site", "same-origin")
}
