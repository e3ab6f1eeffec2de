//! Signing in.

use askama::Template;

use crate::{field::Field, frame::Frame, page};

/// The page to sign in. The form posts the fields' names.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The frame, with nobody signed in.
    pub frame: Frame,
    /// Name of the installation: the provider.
    pub provider: String,
    /// Where it is posted.
    pub action: String,
    /// Sent along unseen: where to go afterwards.
    pub hidden: Vec<(String, String)>,
    /// What is wrong, as a sentence that does not say which of the two.
    pub error: Option<String>,
    /// The name or mail address that was typed.
    pub name: String,
    /// What is asked for besides name and password: a second factor.
    pub more: Vec<Field>,
    /// What was just done, such as *You have signed out*.
    pub said: Option<String>,
}

page!(SignInPage);
