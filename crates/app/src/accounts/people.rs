//! Accounts of people: made with the person's record and roles, disabled, enabled, listed.

use mainstay_core::{Choice, Error, Instant, Result, Value};
use mainstay_kinds::role_assignment::Role;
use mainstay_store::Cell;
use serde::Serialize;
use serde_json::{Map, json};
use uuid::Uuid;

use super::{Accounts, By, Purpose, Secret, events, instant, int, journal, one_time, person_named, text};
use crate::{
    command::{Command, Request},
    find,
};

/// A person who gets an account.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Address by which they sign in.
    pub email: String,
    /// Name; asked for when there is no such person yet.
    pub name: Option<String>,
    /// Roles to assign that they do not have yet.
    pub roles: Vec<Role>,
    /// The customer organisation for which they speak: title or ref.
    pub customer: Option<String>,
    /// The team to which the roles belong: title or ref.
    pub team: Option<String>,
}

/// An account as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountView {
    /// The person.
    pub person: Uuid,
    /// Ref of the person's record.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: Option<String>,
    /// Whether they may sign in.
    pub enabled: bool,
    /// Whether they have set a password.
    pub has_password: bool,
    /// Since when they have an account.
    pub made_at: Instant,
}

impl Accounts<'_> {
    /// Makes what is missing of a person's record, roles and account. Gives the person's id; a second call adds only
    /// what is new. For the operator at the host.
    ///
    /// # Errors
    /// Invalid when the person is new and has no name, or the address is none; not found for team or customer.
    pub fn add(&self, new: &NewPerson) -> Result<Uuid> {
        let context = self.app.context();
        let id_of = |kind: &'static str, name: &Option<String>| -> Result<Option<String>> {
            let Some(name) = name else { return Ok(None) };
            self.read(|conn| find::titled(context, conn, kind, name))
                .map(|record| Some(record.id.to_string()))
        };
        let (customer, team) = (id_of("customer_organisation", &new.customer)?, id_of("team", &new.team)?);
        let known = self.read(|conn| person_named(conn, &new.email))?;
        let person = match known {
            Some(person) => person,
            None => {
                let name =
                    new.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).ok_or_else(|| {
                        Error::field(
                            "name",
                            format!("must be given: nobody has the address {} yet", new.email),
                        )
                    })?;
                let values = object(json!({
                    "title": name, "email": new.email, "staff": customer.is_none(), "customer": customer,
                }));
                let command = Command::Create { kind: "person".into(), values };
                let outcome = self.app.act(Request::by_operator(command)?)?;
                outcome.id.parse().map_err(|_| Error::bug("a person's id cannot be read"))?
            }
        };
        for role in &new.roles {
            if !self.has_role(person, *role)? {
                let title = role.name().replace('_', " ");
                let values =
                    object(json!({ "title": title, "person": person, "role": role.name(), "team": team }));
                let command = Command::Create { kind: "role_assignment".into(), values };
                self.app.act(Request::by_operator(command)?)?;
            }
        }
        self.open(person, By::Operator)?;
        Ok(person)
    }

    /// Gives a person an account, if they have none.
    ///
    /// # Errors
    /// Unavailable.
    pub fn open(&self, person: Uuid, by: By<'_>) -> Result<()> {
        let (now_ms, channel, by) = (self.now_ms(), by.channel(), by.text());
        self.write(move |tx| {
            let sql = tx.conn().dialect().sql("select 1 from account where person = ?1");
            if tx.conn().first(&sql, &[Value::Id(person)], &[Cell::Int])?.is_some() {
                return Ok(());
            }
            tx.execute_later(
                "insert into account(person, generation, made_at_ms) values (?1, ?2, ?3)",
                vec![Value::Id(person), Value::Int(1), Value::Int(now_ms)],
            );
            journal(tx, "account.make", person, &by, channel, &[]);
            Ok(())
        })
    }

    /// Disables or enables an account. Disabling ends its sessions, tokens stop at once.
    ///
    /// # Errors
    /// Not found when the person has no account.
    pub fn set_enabled(&self, person: Uuid, enabled: bool, by: By<'_>) -> Result<()> {
        let (now_ms, channel, by) = (self.now_ms(), by.channel(), by.text());
        self.write(move |tx| {
            let sql = tx.conn().dialect().sql("select generation from account where person = ?1");
            let row = tx.conn().first(&sql, &[Value::Id(person)], &[Cell::Int])?;
            let generation = row.map(|row| int(&row, 0)).ok_or_else(|| Error::not_found("the account"))?;
            tx.execute_later(
                "update account set disabled_at_ms = ?2, generation = ?3 where person = ?1",
                vec![
                    Value::Id(person),
                    if enabled { Value::Null } else { Value::Int(now_ms) },
                    Value::Int(generation + 1),
                ],
            );
            one_time::revoke(tx, person, Purpose::ALL, now_ms);
            let what = if enabled { "account.enable" } else { "account.disable" };
            journal(tx, what, person, &by, channel, &[]);
            events::keep(
                tx,
                now_ms,
                if enabled { "account_enabled" } else { "account_disabled" },
                Some(person),
                None,
                &json!({ "by": by }),
            );
            Ok(())
        })
    }

    /// A one-time link's secret for a person who is named by address.
    ///
    /// # Errors
    /// Not found when nobody with this address has an account.
    pub fn secret_for(&self, email: &str, purpose: Purpose) -> Result<Secret> {
        let person = self.read(|conn| person_named(conn, email))?;
        let person = person.filter(|person| self.has_account(*person).unwrap_or(false));
        let person = person.ok_or_else(|| {
            Error::not_found(format!("an account of {email}")).hint("Make it first: `mainstay user add`.")
        })?;
        self.make_secret(person, purpose)
    }

    /// A one-time link's secret for a person with an account, made by somebody who keeps accounts: an invitation
    /// until they have a password, then a reset.
    ///
    /// # Errors
    /// Not found when the person has no account.
    pub fn link_for(&self, person: Uuid, by: By<'_>) -> Result<(Secret, Purpose)> {
        let account = self.list()?.into_iter().find(|account| account.person == person);
        let account = account.ok_or_else(|| Error::not_found("the account"))?;
        let purpose = if account.has_password { Purpose::Reset } else { Purpose::Invite };
        let secret = self.make_secret(person, purpose)?;
        self.note_event("link_made", Some(person), None, json!({ "by": by.text() }))?;
        Ok((secret, purpose))
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// Unavailable.
    pub fn list(&self) -> Result<Vec<AccountView>> {
        self.read(|conn| {
            let sql = conn.dialect().sql(
                "select a.person, p.ref, p.title, p.email, a.disabled_at_ms, a.password_hash, a.made_at_ms, p.state \
                 from account a join person p on p.id = a.person order by p.title, p.ref",
            );
            let cells = [
                Cell::Id, Cell::Text, Cell::Text, Cell::Text, Cell::Int, Cell::Text, Cell::Int, Cell::Text,
            ];
            let rows = conn.query(&sql, &[], &cells)?;
            Ok(rows
                .into_iter()
                .map(|row| AccountView {
                    person: row[0].as_id().unwrap_or_default(),
                    reference: text(&row, 1).unwrap_or_default(),
                    name: text(&row, 2).unwrap_or_default(),
                    email: text(&row, 3),
                    enabled: row[4].is_null() && row[7].as_text() == Some("active"),
                    has_password: !row[5].is_null(),
                    made_at: instant(int(&row, 6)),
                })
                .collect())
        })
    }

    /// The name of a person, for their own pages.
    ///
    /// # Errors
    /// Unavailable.
    pub fn name_of(&self, person: Uuid) -> Result<String> {
        self.read(|conn| {
            let sql = conn.dialect().sql("select title from person where id = ?1");
            let row = conn.first(&sql, &[Value::Id(person)], &[Cell::Text])?.unwrap_or_default();
            Ok(text(&row, 0).unwrap_or_default())
        })
    }

    fn has_account(&self, person: Uuid) -> Result<bool> {
        self.read(|conn| {
            let sql = conn.dialect().sql("select 1 from account where person = ?1");
            Ok(conn.first(&sql, &[Value::Id(person)], &[Cell::Int])?.is_some())
        })
    }

    fn has_role(&self, person: Uuid, role: Role) -> Result<bool> {
        self.read(|conn| {
            let sql = conn
                .dialect()
                .sql("select 1 from role_assignment where person = ?1 and role = ?2 and state = 'active'");
            let params = [Value::Id(person), Value::from(role.name())];
            Ok(conn.first(&sql, &params, &[Cell::Int])?.is_some())
        })
    }
}

fn object(json: serde_json::Value) -> Map<String, serde_json::Value> {
    match json {
        serde_json::Value::Object(map) => map.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    }
}
