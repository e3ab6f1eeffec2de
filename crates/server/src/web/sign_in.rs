//! Signing in and out, and one-time links.

use axum::http::{HeaderName, StatusCode, header};
use mainstay_app::accounts::{
    ABSOLUTE_MS, FEWEST_CHARACTERS, Purpose, Secret, SignIn, SignedIn, link_is_gone,
};
use mainstay_core::{Error, ErrorKind, Result};
use mainstay_pages::{Field, FormPage, Input, SignInPage};

use super::{
    assets::{local, secure},
    form::shown,
    frame::{frame, words},
    sentence,
};
use crate::{
    call::{Call, Reply},
    problem::status,
};

const SET_COOKIE: HeaderName = header::SET_COOKIE;
/// How long a device is remembered, seconds.
const DEVICE_SECONDS: i64 = 180 * 24 * 3600;

pub(super) fn page(call: &Call) -> Result<Reply> {
    // Who is signed in comes here again only to show anew who they are.
    if call.who.is_some() && call.asked("again").is_none() {
        return Ok(Reply::see(local(call.asked("to").unwrap_or("/"))));
    }
    show(call, "", None, StatusCode::OK, call.asked("to").unwrap_or("/"))
}

fn show(call: &Call, name: &str, error: Option<String>, status: StatusCode, to: &str) -> Result<Reply> {
    let mut frame = frame(call, "");
    let words = frame.words();
    frame.title = words.say("sign-in").to_owned();
    // One thing is to be done here, also for who is signed in.
    (frame.me, frame.as_of) = (None, None);
    let said = match (call.asked("out"), call.asked("again")) {
        (Some(_), _) => Some(words.say("signed-out").to_owned()),
        (_, Some(_)) => Some(words.say("sign-in-again").to_owned()),
        _ => None,
    };
    let page = SignInPage {
        frame,
        provider: call.settings().provider.clone(),
        action: "/sign-in".into(),
        hidden: vec![("to".into(), local(to))],
        error,
        name: name.to_owned(),
        more: Vec::new(),
        said,
    };
    Ok(Reply::page(rendered(page.render())?).status(status))
}

pub(super) fn sign_in(call: &Call) -> Result<Reply> {
    let form = call.form();
    let value =
        |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let attempt = SignIn {
        email: value("name").to_owned(),
        password: Secret::new(value("password")),
        address: call.address.clone(),
        agent: call.header(header::USER_AGENT).map(str::to_owned),
        device: call.cookie(call.settings().device_cookie()).map(Secret::new),
    };
    match call.app().accounts().sign_in(&attempt) {
        Ok(signed_in) => {
            end_own_session(call)?;
            Ok(welcome_in(call, &signed_in, value("to")))
        }
        Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::TooMany) => {
            let words = [vec![sentence(error.message())], error.hints().to_vec()].concat().join(" ");
            let reply = show(call, value("name"), Some(words), status(&error, false), value("to"))?;
            Ok(match error.retry_after_seconds() {
                Some(seconds) => reply.header(header::RETRY_AFTER, seconds.to_string()),
                None => reply,
            })
        }
        Err(error) => Err(error),
    }
}

/// Ends the session with which the browser came: nobody keeps two in one browser.
fn end_own_session(call: &Call) -> Result<()> {
    let Some(who) = &call.who else { return Ok(()) };
    match &who.credential {
        mainstay_app::rights::Credential::Session { id, .. } => {
            call.app().accounts().end_session(who.person, *id)
        }
        mainstay_app::rights::Credential::Token { .. } => Ok(()),
    }
}

/// Sets the cookies of a new session.
pub(super) fn welcome_in(call: &Call, signed_in: &SignedIn, to: &str) -> Reply {
    let cookie = |name: &str, value: &str, seconds: i64| {
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{}", secure(call))
    };
    let settings = call.settings();
    Reply::see(local(to))
        .header(SET_COOKIE, cookie(settings.session_cookie(), signed_in.session.expose(), ABSOLUTE_MS / 1000))
        .header(SET_COOKIE, cookie(settings.device_cookie(), signed_in.device.expose(), DEVICE_SECONDS))
}

pub(super) fn sign_out(call: &Call) -> Result<Reply> {
    end_own_session(call)?;
    let gone = format!(
        "{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{}",
        call.settings().session_cookie(),
        secure(call)
    );
    Ok(Reply::see("/sign-in?out=1").header(SET_COOKIE, gone))
}

/// The page of a one-time link. Looking at it uses nothing up: mail programs look at links too.
pub(super) fn welcome_page(call: &Call) -> Result<Reply> {
    welcome_form(call, None)
}

fn welcome_form(call: &Call, error: Option<&Error>) -> Result<Reply> {
    let secret = Secret::new(call.param("secret"));
    let found = call.app().accounts().secret_is_for(&secret)?;
    let (person, purpose) = found.ok_or_else(link_is_gone)?;
    let name = call.app().accounts().name_of(person)?;
    let words = words(call);
    let (heading, about, submit) = match purpose {
        Purpose::SignIn => ("welcome-sign-in", "welcome-once", "sign-in"),
        Purpose::Setup | Purpose::Invite => ("welcome", "welcome-about", "welcome-submit"),
        Purpose::Reset => ("welcome-reset", "welcome-reset-about", "welcome-submit"),
    };
    let heading = words.say_of(heading, "name", name);
    let mut fields = Vec::new();
    if purpose.sets_password() {
        let least = words.say_of("password-least", "count", FEWEST_CHARACTERS);
        fields.push(
            Field::new("password", words.say("sign-in-password"), Input::Secret).required().help(least),
        );
    }
    let page = FormPage {
        frame: frame(call, &heading),
        heading,
        about: words.say(about).to_owned(),
        action: call.path.clone(),
        fields,
        submit: words.say(submit).to_owned(),
        cancel_href: "/sign-in".into(),
        ..FormPage::default()
    };
    shown(page, error)
}

pub(super) fn welcome(call: &Call) -> Result<Reply> {
    let form = call.form();
    let password =
        form.iter().find(|(name, _)| name == "password").map(|(_, value)| Secret::new(value.as_str()));
    let secret = Secret::new(call.param("secret"));
    let agent = call.header(header::USER_AGENT);
    match call.app().accounts().sign_in_by_link(&secret, password.as_ref(), &call.address, agent) {
        Ok(signed_in) => {
            // A new password has ended all sessions already; whose it was does not matter here.
            let _ = end_own_session(call);
            Ok(welcome_in(call, &signed_in, "/"))
        }
        Err(error) if matches!(error.kind(), ErrorKind::Invalid(_)) => welcome_form(call, Some(&error)),
        Err(error) => Err(error),
    }
}

pub(super) fn rendered(html: std::result::Result<String, mainstay_pages::RenderError>) -> Result<String> {
    html.map_err(|error| Error::bug("a page cannot be written").caused_by(error))
}
