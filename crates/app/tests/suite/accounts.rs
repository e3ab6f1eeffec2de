//! Accounts, sessions, tokens: who gets in, who is slowed down, who is out.

use std::sync::Arc;

use mainstay_app::{
    accounts::{ABSOLUTE_MS, By, IDLE_MS, NewPerson, NewToken, Purpose, Secret, SignIn, SignedIn},
    rights::Principal,
};
use mainstay_core::{ErrorKind, Result};
use mainstay_kinds::role_assignment::Role;
use mainstay_store::{pages::Paged, schema};
use uuid::Uuid;

use crate::world::{World, on_both};

const PASSWORD: &str = "copper lantern walks sideways";

fn person(world: &World, email: &str, roles: &[Role]) -> Uuid {
    let name = email.split('@').next().map(str::to_owned);
    let new = NewPerson { email: email.into(), name, roles: roles.to_vec(), customer: None, team: None };
    world.app.accounts().add(&new).expect("an account")
}

fn with_password(world: &World, email: &str, roles: &[Role]) -> Uuid {
    let person = person(world, email, roles);
    let accounts = world.app.accounts();
    let link = accounts.make_secret(person, Purpose::Invite).unwrap();
    accounts.sign_in_by_link(&link, Some(&Secret::new(PASSWORD)), "192.0.2.1", None).unwrap();
    person
}

fn rows_of(world: &World, tables: &[&str]) -> String {
    let mut text = String::new();
    for own in schema::own().iter().filter(|own| tables.contains(&own.name)) {
        let mut see = |rows: Vec<_>| {
            text.push_str(&format!("{rows:?}"));
            Ok(())
        };
        world.app.store().read(|conn| Paged::from(own).walk(conn, &mut see)).expect("the table can be read");
    }
    text
}

fn attempt(email: &str, password: &str) -> SignIn {
    SignIn {
        email: email.into(),
        password: Secret::new(password),
        address: "192.0.2.1".into(),
        agent: Some("a browser".into()),
        device: None,
    }
}

fn who(world: &World, signed_in: &SignedIn) -> Option<Arc<Principal>> {
    world.app.accounts().of_session(&signed_in.session).unwrap()
}

fn kind_of<T>(result: Result<T>) -> ErrorKind {
    result.map(|_| ()).expect_err("it is refused").kind().clone()
}

#[test]
fn r03_a_new_installation_has_no_account_and_its_set_up_is_open_once() {
    on_both(|world| {
        let accounts = world.app.accounts();
        assert!(accounts.list().unwrap().is_empty());
        assert!(!accounts.setup_is_open().unwrap());
        let admin = person(world, "ann@example.org", &[Role::Administrator]);
        let secret = accounts.make_secret(admin, Purpose::Setup).unwrap();
        assert!(accounts.setup_is_open().unwrap());
        let weak = accounts.sign_in_by_link(&secret, Some(&Secret::new("short")), "192.0.2.1", None);
        assert!(matches!(kind_of(weak), ErrorKind::Invalid(_)));
        let signed_in =
            accounts.sign_in_by_link(&secret, Some(&Secret::new(PASSWORD)), "192.0.2.1", None).unwrap();
        assert_eq!(who(world, &signed_in).unwrap().roles[0].role, Role::Administrator);
        assert!(!accounts.setup_is_open().unwrap());
        let again = accounts.sign_in_by_link(&secret, Some(&Secret::new(PASSWORD)), "192.0.2.1", None);
        assert_eq!(kind_of(again), ErrorKind::NotFound);
    });
}

#[test]
fn r06_links_end_are_replaced_by_newer_ones_and_void_after_a_new_password() {
    on_both(|world| {
        let accounts = world.app.accounts();
        let ann = with_password(world, "ann@example.org", &[]);
        let first = accounts.make_secret(ann, Purpose::Reset).unwrap();
        let second = accounts.make_secret(ann, Purpose::Reset).unwrap();
        let invite = accounts.make_secret(ann, Purpose::Invite).unwrap();
        assert!(accounts.secret_is_for(&first).unwrap().is_none(), "the newer link replaces it");
        world.clock.pass(61 * 60);
        assert!(accounts.secret_is_for(&second).unwrap().is_none(), "an hour is over");
        let third = accounts.make_secret(ann, Purpose::Reset).unwrap();
        accounts
            .sign_in_by_link(&third, Some(&Secret::new("another lantern walks home")), "192.0.2.1", None)
            .unwrap();
        assert!(accounts.secret_is_for(&invite).unwrap().is_none(), "a new password voids every link");
    });
}

#[test]
fn r05_unknown_addresses_wrong_passwords_and_disabled_accounts_are_answered_alike() {
    on_both(|world| {
        let ann = with_password(world, "ann@example.org", &[]);
        let accounts = world.app.accounts();
        let text = |attempt: SignIn| accounts.sign_in(&attempt).expect_err("it is refused").to_string();
        let unknown = text(attempt("nobody@example.org", PASSWORD));
        assert_eq!(text(attempt("ann@example.org", "wrong")), unknown);
        accounts.set_enabled(ann, false, By::Operator).unwrap();
        assert_eq!(text(attempt("ann@example.org", PASSWORD)), unknown);
    });
}

#[test]
fn r07_each_sign_in_gives_a_new_session_and_all_end_in_time_or_with_the_account() {
    on_both(|world| {
        let ann = with_password(world, "ann@example.org", &[Role::ServiceDeskAgent]);
        let accounts = world.app.accounts();
        let one = accounts.sign_in(&attempt(" Ann@Example.org ", PASSWORD)).unwrap();
        let other = accounts.sign_in(&attempt("ann@example.org", PASSWORD)).unwrap();
        assert_ne!(one.session.expose(), other.session.expose());
        assert_eq!(who(world, &one).unwrap().person, ann);
        assert_eq!(accounts.sessions(ann).unwrap().len(), 3);
        let id = accounts.sessions(ann).unwrap()[0].id;
        let stranger = person(world, "bob@example.org", &[]);
        assert_eq!(kind_of(accounts.end_session(stranger, id)), ErrorKind::NotFound);
        accounts.end_session(ann, id).unwrap();
        assert_eq!([&one, &other].iter().filter(|session| who(world, session).is_some()).count(), 1);
        // A session that is used every half hour lasts for twelve hours and no longer.
        let last = accounts.sign_in(&attempt("ann@example.org", PASSWORD)).unwrap();
        for _ in 1..24 {
            world.clock.pass(1800);
            assert!(who(world, &last).is_some());
        }
        world.clock.pass(1800);
        assert!(who(world, &last).is_none());
        assert_eq!(ABSOLUTE_MS, 12 * 3600 * 1000);
        let idle = accounts.sign_in(&attempt("ann@example.org", PASSWORD)).unwrap();
        assert!(who(world, &idle).is_some());
        world.clock.pass(IDLE_MS / 1000 + 60);
        assert!(who(world, &idle).is_none());
        let disabled = accounts.sign_in(&attempt("ann@example.org", PASSWORD)).unwrap();
        assert!(who(world, &disabled).is_some());
        accounts.set_enabled(ann, false, By::Operator).unwrap();
        assert!(who(world, &disabled).is_none());
        accounts.set_enabled(ann, true, By::Operator).unwrap();
        assert!(who(world, &disabled).is_none(), "an old session does not come back");
    });
}

#[test]
fn r04_guessing_is_slowed_down_for_everybody_but_the_owner_on_a_known_device() {
    on_both(|world| {
        with_password(world, "ann@example.org", &[]);
        let accounts = world.app.accounts();
        let known = accounts.sign_in(&attempt("ann@example.org", PASSWORD)).unwrap().device;
        for _ in 0..6 {
            assert_eq!(kind_of(accounts.sign_in(&attempt("ann@example.org", "wrong"))), ErrorKind::Forbidden);
        }
        assert_eq!(kind_of(accounts.sign_in(&attempt("ann@example.org", PASSWORD))), ErrorKind::TooMany);
        let owner = SignIn { device: Some(known), ..attempt("ann@example.org", PASSWORD) };
        assert!(accounts.sign_in(&owner).is_ok());
        world.clock.pass(2);
        assert!(accounts.sign_in(&attempt("ann@example.org", PASSWORD)).is_ok());
    });
}

#[test]
fn r11_a_token_has_the_rights_its_person_has_at_that_moment_until_it_is_ended() {
    on_both(|world| {
        let ann = person(world, "ann@example.org", &[Role::ServiceDeskAgent]);
        let accounts = world.app.accounts();
        let new = NewToken { name: "monitoring".into(), read_only: true, days: 30 };
        let (secret, view) = accounts.make_token(ann, &new, By::Operator).unwrap();
        assert!(secret.expose().starts_with("mainstay_"));
        assert_eq!(accounts.of_token(&secret).unwrap().unwrap().roles.len(), 1);
        assert!(accounts.of_token(&Secret::new("mainstay_guessed")).unwrap().is_none());
        world.perform("ROLE-000001", "end", serde_json::json!({})).unwrap();
        world.clock.pass(1);
        assert!(accounts.of_token(&secret).unwrap().unwrap().roles.is_empty());
        accounts.end_token(ann, view.id, By::Operator).unwrap();
        assert!(accounts.of_token(&secret).unwrap().is_none());
        let too_long = NewToken { days: 400, ..new.clone() };
        assert!(matches!(kind_of(accounts.make_token(ann, &too_long, By::Operator)), ErrorKind::Invalid(_)));
        let (secret, _) = accounts.make_token(ann, &new, By::Operator).unwrap();
        world.clock.pass(31 * 24 * 3600);
        assert!(accounts.of_token(&secret).unwrap().is_none());
    });
}

#[test]
fn nothing_in_the_tables_shows_a_secret() {
    on_both(|world| {
        let ann = with_password(world, "ann@example.org", &[]);
        let accounts = world.app.accounts();
        let signed_in = accounts.sign_in(&attempt("ann@example.org", PASSWORD)).unwrap();
        let (token, _) = accounts
            .make_token(ann, &NewToken { name: "a".into(), read_only: false, days: 1 }, By::Operator)
            .unwrap();
        let link = accounts.make_secret(ann, Purpose::Reset).unwrap();
        let rows = rows_of(
            world,
            &["account", "session", "api_token", "one_time_secret", "known_device", "security_event"],
        );
        for secret in
            [PASSWORD, signed_in.session.expose(), signed_in.device.expose(), token.expose(), link.expose()]
        {
            assert!(!rows.contains(secret), "a secret stands in a table");
        }
        assert!(rows.contains("$argon2id$v=19$m=19456,t=2,p=1$"));
    });
}
