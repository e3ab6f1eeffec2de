//! Accounts, for who keeps them: who may sign in, links to set a password, and an account for a person.

use mainstay_app::{
    accounts::{AccountView, By, Purpose},
    query::Query,
};
use mainstay_core::{Error, Result};
use mainstay_pages::{
    Badge, Field, FormPage, Input, RecordPage, Tone,
    field::reference_of,
    frame::Notice,
    list::{Cell, Empty},
    record::{Body, MoveLink, TabRow, Way},
};
use uuid::Uuid;

use super::{
    form::{Sent, is_for_the_form, shown},
    frame::{crumbs, frame},
    show::Show,
    sign_in::rendered,
};
use crate::call::{Call, Reply};

pub(super) fn page(call: &Call) -> Result<Reply> {
    show_page(call, None)
}

/// The list; with a link that was just made, shown this once.
fn show_page(call: &Call, made: Option<(String, Purpose, String)>) -> Result<Reply> {
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    frame.title = words.say("accounts").to_owned();
    frame.as_of = None;
    frame.breadcrumbs = crumbs(&[(words.say("accounts"), None)]);
    frame.notice = match made {
        Some((name, purpose, link)) => {
            let key = if purpose == Purpose::Reset { "account-reset-link" } else { "account-invite-link" };
            let said = words.say_with(key, &[("name", name.into()), ("link", link.into())]);
            Some(Notice { tone: Tone::Done, text: said })
        }
        None => {
            call.asked("did").map(|_| Notice { tone: Tone::Done, text: words.say("account-done").to_owned() })
        }
    };
    let own = call.who()?.person;
    let rows: Vec<TabRow> =
        call.app().accounts().list()?.iter().map(|account| row(account, own, &show)).collect();
    let page = RecordPage {
        kind: String::new(),
        title: words.say("accounts").to_owned(),
        body: Body::Rows {
            heading: words.say_of("accounts-count", "count", rows.len()),
            add: Some(MoveLink {
                label: words.say("account-new").to_owned(),
                href: "/accounts/new".into(),
                way: Way::Page,
                ..MoveLink::default()
            }),
            columns: ["column-who", "sign-in-name", "account-stands", "access-began"]
                .map(|key| words.say(key).to_owned())
                .to_vec(),
            rows,
            empty: Empty::default(),
        },
        frame,
        ..RecordPage::default()
    };
    Ok(Reply::page(rendered(page.render())?))
}

fn row(account: &AccountView, own: Uuid, show: &Show<'_>) -> TabRow {
    let deed = |key: &'static str, way: &str| MoveLink {
        label: show.words.say(key).to_owned(),
        href: format!("/accounts/{}/{way}", account.person),
        way: Way::AtOnce,
        ..MoveLink::default()
    };
    let stand = match (account.enabled, account.has_password) {
        (false, _) => Badge::new(Tone::Done, show.words.say("account-disabled")),
        (true, false) => Badge::new(Tone::NotStarted, show.words.say("account-invited")),
        (true, true) => Badge::new(Tone::Work, show.words.say("account-enabled")),
    };
    let mut moves = Vec::new();
    if account.enabled {
        moves.push(deed(if account.has_password { "account-reset" } else { "account-invite" }, "link"));
        if account.person != own {
            moves.push(deed("account-disable", "disable"));
        }
    } else {
        moves.push(deed("account-enable", "enable"));
    }
    TabRow {
        cells: vec![
            Cell::Link { text: account.name.clone(), href: show.href(&account.reference) },
            account.email.clone().map_or(Cell::Empty, Cell::Text),
            Cell::Badge(stand),
            Cell::At(show.at(account.made_at)),
        ],
        moves,
    }
}

pub(super) fn new_page(call: &Call) -> Result<Reply> {
    new_form(call, "", None)
}

fn new_form(call: &Call, typed: &str, error: Option<&Error>) -> Result<Reply> {
    let mut frame = frame(call, "");
    let words = frame.words();
    let heading = words.say("account-new").to_owned();
    frame.title.clone_from(&heading);
    frame.as_of = None;
    frame.breadcrumbs = crumbs(&[(words.say("accounts"), Some("/accounts")), (&heading, None)]);
    let input = Input::Reference { value: typed.to_owned(), suggest_href: "/suggest?kind=person".into() };
    let field =
        Field::new("person", words.kind("person"), input).required().help(words.say("account-new-help"));
    let page = FormPage {
        frame,
        heading,
        about: words.say("account-new-about").to_owned(),
        action: "/accounts/new".into(),
        fields: vec![field],
        submit: words.say("account-new").to_owned(),
        cancel_href: "/accounts".into(),
        is_move: true,
        ..FormPage::default()
    };
    shown(page, error)
}

pub(super) fn open(call: &Call) -> Result<Reply> {
    let sent = Sent::of(call);
    let typed = sent.get("person").unwrap_or_default();
    let done = person(call, reference_of(typed))
        .map_err(|_| Error::field("person", "is no person; choose one from the suggestions"))
        .and_then(|person| {
            call.app().accounts().open(person, By::Person(call.who()?))?;
            Ok(person)
        });
    match done {
        Ok(person) => made_link(call, person),
        Err(error) if is_for_the_form(&error) => new_form(call, typed, Some(&error)),
        Err(error) => Err(error),
    }
}

pub(super) fn link(call: &Call) -> Result<Reply> {
    made_link(call, person(call, call.param("person"))?)
}

fn made_link(call: &Call, person: Uuid) -> Result<Reply> {
    let accounts = call.app().accounts();
    let (secret, purpose) = accounts.link_for(person, By::Person(call.who()?))?;
    let link = format!("{}/welcome/{}", call.settings().origin(), secret.expose());
    show_page(call, Some((accounts.name_of(person)?, purpose, link)))
}

pub(super) fn disable(call: &Call) -> Result<Reply> {
    let person = person(call, call.param("person"))?;
    if person == call.who()?.person {
        return Err(
            Error::conflict("nobody disables their own account").hint("Ask another administrator to do it.")
        );
    }
    set(call, person, false)
}

pub(super) fn enable(call: &Call) -> Result<Reply> {
    set(call, person(call, call.param("person"))?, true)
}

fn set(call: &Call, person: Uuid, enabled: bool) -> Result<Reply> {
    call.app().accounts().set_enabled(person, enabled, By::Person(call.who()?))?;
    Ok(Reply::see("/accounts?did=1"))
}

/// The id of a person whom the asker may read.
fn person(call: &Call, name: &str) -> Result<Uuid> {
    let found = Query::now(call.app(), call.who()?.clone()).record(name)?;
    if found.kind.def.name == "person" { Ok(found.id()) } else { Err(Error::not_found(name)) }
}
