//! The own account: sessions, tokens for programs, the password.

use axum::http::{HeaderName, header};
use mainstay_app::{
    accounts::{By, FEWEST_CHARACTERS, IDLE_MS, NewToken, Secret, SessionView, TokenView},
    rights::Credential,
};
use mainstay_core::{Error, ErrorKind, Result};
use mainstay_pages::{
    Badge, Field, FormPage, Input, SessionsPage, Tone,
    field::Choice,
    frame::Notice,
    list::NewLink,
    sessions::{Access, MadeToken},
};
use uuid::Uuid;

use super::{
    form::{Sent, is_for_the_form, shown},
    frame::{crumbs, frame, words},
    show::Show,
    sign_in::{rendered, welcome_in},
};
use crate::call::{Call, Reply};

/// Days that a token lives when nobody says otherwise.
const TOKEN_DAYS: &str = "90";

pub(super) fn page(call: &Call) -> Result<Reply> {
    show_page(call, None)
}

fn show_page(call: &Call, made: Option<MadeToken>) -> Result<Reply> {
    let who = call.who()?;
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    frame.title = words.say("sessions").to_owned();
    frame.breadcrumbs = crumbs(&[(words.say("sessions"), None)]);
    frame.as_of = None;
    frame.notice = match call.asked("did") {
        Some("password") => Some("did-password"),
        Some("session") => Some("did-session"),
        Some("token") => Some("did-token"),
        _ => None,
    }
    .map(|key| Notice { tone: Tone::Done, text: words.say(key).to_owned() });
    let own = match &who.credential {
        Credential::Session { id, .. } => Some(*id),
        Credential::Token { .. } => None,
    };
    let mut sessions = call.app().accounts().sessions(who.person)?;
    sessions.sort_by_key(|session| Some(session.id) != own);
    let others = sessions.iter().any(|session| Some(session.id) != own);
    let tokens = call.app().accounts().tokens(who.person)?;
    let page = SessionsPage {
        sessions: sessions.iter().map(|session| of_session(session, own, &show)).collect(),
        end_others_action: others.then(|| "/me/sessions/end-others".to_owned()),
        tokens: tokens.iter().map(|token| of_token(token, &show)).collect(),
        new_token: Some(NewLink {
            label: words.say("token-new").to_owned(),
            href: "/me/tokens/new".to_owned(),
        }),
        made,
        password: Some(NewLink {
            label: words.say("password-change").to_owned(),
            href: "/me/password".to_owned(),
        }),
        frame,
    };
    Ok(Reply::page(rendered(page.render())?))
}

fn of_session(session: &SessionView, own: Option<Uuid>, show: &Show<'_>) -> Access {
    let is_own = Some(session.id) == own;
    let agent = session.agent.as_deref().and_then(browser);
    // A session ends when it idles, and after a day's work in any case.
    let idle = session.seen_at.as_second().saturating_add(IDLE_MS / 1000);
    let ends =
        mainstay_core::Instant::from_second(idle).map_or(session.ends_at, |idle| idle.min(session.ends_at));
    Access {
        name: agent.unwrap_or_else(|| show.words.say("session-unknown").to_owned()),
        detail: session.address.clone().unwrap_or_default(),
        badge: is_own.then(|| Badge::new(Tone::Work, show.words.say("session-this"))),
        began: show.at(session.made_at),
        used: Some(show.at(session.seen_at)),
        ends: Some(show.at(ends)),
        end_action: (!is_own).then(|| format!("/me/sessions/{}/end", session.id)),
    }
}

fn of_token(token: &TokenView, show: &Show<'_>) -> Access {
    let soon = token.expires_at.as_second() - show.now.as_second() < 7 * 24 * 3600;
    Access {
        name: token.name.clone(),
        detail: show.words.say(if token.read_only { "token-reads" } else { "token-writes" }).to_owned(),
        badge: soon.then(|| Badge::new(Tone::Attention, show.words.say("token-ends-soon"))),
        began: show.at(token.made_at),
        used: token.used_at.map(|at| show.at(at)),
        ends: Some(show.at(token.expires_at)),
        end_action: Some(format!("/me/tokens/{}/end", token.id)),
    }
}

/// `Firefox, Linux` out of what a browser says of itself.
fn browser(agent: &str) -> Option<String> {
    let first = |pairs: &[(&str, &'static str)]| {
        pairs.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // The later ones also stand in what the earlier ones say.
    let name = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ])?;
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    Some(system.map_or_else(|| name.to_owned(), |system| format!("{name}, {system}")))
}

pub(super) fn end_session(call: &Call) -> Result<Reply> {
    let id = call.param("id").parse().map_err(|_| Error::not_found("the session"))?;
    call.app().accounts().end_session(call.who()?.person, id)?;
    Ok(Reply::see("/me?did=session"))
}

pub(super) fn end_other_sessions(call: &Call) -> Result<Reply> {
    let who = call.who()?;
    let own = match &who.credential {
        Credential::Session { id, .. } => Some(*id),
        Credential::Token { .. } => None,
    };
    for session in call.app().accounts().sessions(who.person)? {
        if Some(session.id) != own {
            match call.app().accounts().end_session(who.person, session.id) {
                // It ended by itself meanwhile.
                Err(error) if *error.kind() == ErrorKind::NotFound => {}
                other => other?,
            }
        }
    }
    Ok(Reply::see("/me?did=session"))
}

pub(super) fn end_token(call: &Call) -> Result<Reply> {
    let who = call.who()?;
    let id = call.param("id").parse().map_err(|_| Error::not_found("the token"))?;
    call.app().accounts().end_token(who.person, id, By::Person(who))?;
    Ok(Reply::see("/me?did=token"))
}

pub(super) fn new_token(call: &Call) -> Result<Reply> {
    token_form(call, None, None)
}

fn token_form(call: &Call, sent: Option<&Sent>, error: Option<&Error>) -> Result<Reply> {
    let words = words(call);
    let value = |name: &str| sent.and_then(|sent| sent.get(name)).map(str::to_owned);
    let scope = value("scope").unwrap_or_else(|| "read".into());
    let choice = |word: &str, key: &'static str| Choice {
        value: word.into(),
        label: words.say(key).into(),
        chosen: scope == word,
    };
    let fields = vec![
        Field::new("name", words.say("token-name"), Input::Text(value("name").unwrap_or_default()))
            .required()
            .help(words.say("token-name-help")),
        Field::new(
            "scope",
            words.say("token-scope"),
            Input::Choice {
                choices: vec![choice("read", "token-reads"), choice("write", "token-writes")],
                may_be_empty: false,
            },
        )
        .required(),
        Field::new(
            "days",
            words.say("token-days"),
            Input::Number {
                value: value("days").unwrap_or_else(|| TOKEN_DAYS.into()),
                min: Some(1),
                max: Some(365),
            },
        )
        .required(),
    ];
    own_form(call, ("token-new", "token-about", "token-make"), fields, error)
}

pub(super) fn make_token(call: &Call) -> Result<Reply> {
    let (who, sent) = (call.who()?, Sent::of(call));
    let new = NewToken {
        name: sent.get("name").unwrap_or_default().to_owned(),
        read_only: sent.get("scope") != Some("write"),
        days: sent.get("days").and_then(|days| days.trim().parse().ok()).unwrap_or(0),
    };
    match call.app().accounts().make_token(who.person, &new, By::Person(who)) {
        Ok((secret, view)) => {
            show_page(call, Some(MadeToken { name: view.name, secret: secret.expose().to_owned() }))
        }
        Err(error) if is_for_the_form(&error) => token_form(call, Some(&sent), Some(&error)),
        Err(error) => Err(error),
    }
}

pub(super) fn password_page(call: &Call) -> Result<Reply> {
    password_form(call, None)
}

fn password_form(call: &Call, error: Option<&Error>) -> Result<Reply> {
    let words = words(call);
    let least = words.say_of("password-least", "count", FEWEST_CHARACTERS);
    let fields = vec![
        Field::new("present_password", words.say("password-present"), Input::Secret).required(),
        Field::new("password", words.say("password-new"), Input::Secret).required().help(least),
    ];
    own_form(call, ("password-change", "password-about", "password-save"), fields, error)
}

pub(super) fn change_password(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let secret = |name: &str| Secret::new(sent.get(name).unwrap_or_default());
    let (present, new) = (secret("present_password"), secret("password"));
    let agent = call.header(header::USER_AGENT);
    match call.app().accounts().change_password(call.who()?.person, &present, &new, &call.address, agent) {
        Ok(signed_in) => Ok(welcome_in(call, &signed_in, "/me?did=password")),
        Err(error) if is_for_the_form(&error) || matches!(error.kind(), ErrorKind::TooMany) => {
            let reply = password_form(call, Some(&error))?;
            Ok(match error.retry_after_seconds() {
                Some(seconds) => reply.header(HeaderName::from_static("retry-after"), seconds.to_string()),
                None => reply,
            })
        }
        Err(error) => Err(error),
    }
}

/// A form about the own account: heading, what happens, word on the button.
fn own_form(
    call: &Call,
    (heading, about, submit): (&'static str, &'static str, &'static str),
    fields: Vec<Field>,
    error: Option<&Error>,
) -> Result<Reply> {
    let mut frame = frame(call, "");
    let words = frame.words();
    frame.title = words.say(heading).to_owned();
    frame.as_of = None;
    frame.breadcrumbs = crumbs(&[(words.say("sessions"), Some("/me")), (words.say(heading), None)]);
    let page = FormPage {
        frame,
        heading: words.say(heading).to_owned(),
        about: words.say(about).to_owned(),
        action: call.path.clone(),
        fields,
        submit: words.say(submit).to_owned(),
        cancel_href: "/me".into(),
        is_move: true,
        ..FormPage::default()
    };
    shown(page, error)
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_named_by_what_people_call_it() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        assert_eq!(browser(firefox).as_deref(), Some("Firefox, Linux"));
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
        assert_eq!(browser(edge).as_deref(), Some("Edge, Windows"));
        assert_eq!(browser("curl/8.1"), None);
    }
}
