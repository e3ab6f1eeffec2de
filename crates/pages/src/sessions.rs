//! Sessions and tokens of a person.

use askama::Template;

use crate::{frame::Frame, list::NewLink, page, tone::Badge, when::At};

/// A page with the sessions and tokens of the person who is signed in.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "sessions.html")]
pub struct SessionsPage {
    /// The frame.
    pub frame: Frame,
    /// Sessions, the present one first.
    pub sessions: Vec<Access>,
    /// Posts to end all other sessions; none if there is no other.
    pub end_others_action: Option<String>,
    /// Tokens.
    pub tokens: Vec<Access>,
    /// The form that makes a token.
    pub new_token: Option<NewLink>,
    /// The form that changes the password.
    pub password: Option<NewLink>,
    /// A token that was just made: shown this once.
    pub made: Option<MadeToken>,
}

/// A way in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// What it is: browser and system, or the token's name.
    pub name: String,
    /// Address it was last used from, scopes, and the like.
    pub detail: String,
    /// Words such as *this session* or *expired*.
    pub badge: Option<Badge>,
    /// When it began.
    pub began: At,
    /// When it was last used.
    pub used: Option<At>,
    /// When it ends by itself.
    pub ends: Option<At>,
    /// Posts to end it; none if it cannot be ended here.
    pub end_action: Option<String>,
}

/// A token that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MadeToken {
    /// Its name.
    pub name: String,
    /// The secret.
    pub secret: String,
}

page!(SessionsPage);
