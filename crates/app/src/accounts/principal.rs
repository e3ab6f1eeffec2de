//! A person with the rights of this instant: active, with an account that is not disabled, with the roles that hold
//! today.

use jiff::tz::TimeZone;
use mainstay_core::{Choice, Error, Instant, Result, Value};
use mainstay_kinds::role_assignment::Role;
use mainstay_store::{Cell, Conn};
use uuid::Uuid;

use super::instant;
use crate::rights::{Credential, HeldRole, Principal};

/// The person whose address this is: id, and whether they are active.
///
/// # Errors
/// Unavailable.
pub fn person_named(conn: &mut dyn Conn, email: &str) -> Result<Option<Uuid>> {
    let email = email.trim().to_lowercase();
    if email.is_empty() || email.contains('\0') {
        return Ok(None);
    }
    let sql = conn.dialect().sql("select id from person where email = ?1 and state = 'active'");
    let row = conn.first(&sql, &[Value::Text(email)], &[Cell::Id])?;
    Ok(row.and_then(|row| row[0].as_id()))
}

/// The person's rights now; none when they have left.
pub(super) fn load(
    conn: &mut dyn Conn,
    person: Uuid,
    now_ms: i64,
    credential: Credential,
) -> Result<Option<Principal>> {
    let sql = conn
        .dialect()
        .sql("select ref, title, staff, customer from person where id = ?1 and state = 'active'");
    let cells = [Cell::Text, Cell::Text, Cell::Bool, Cell::Id];
    let Some(row) = conn.first(&sql, &[Value::Id(person)], &cells)? else { return Ok(None) };
    let (roles, teams) = roles(conn, person, instant(now_ms))?;
    Ok(Some(Principal {
        person,
        reference: row[0].as_text().unwrap_or_default().to_owned(),
        name: row[1].as_text().unwrap_or_default().to_owned(),
        staff: row[2].as_bool() == Some(true),
        customer: row[3].as_id(),
        roles,
        teams,
        credential,
    }))
}

/// Roles and teams of today. Days count in UTC: an assignment begins and ends for everybody at the same instant.
fn roles(conn: &mut dyn Conn, person: Uuid, now: Instant) -> Result<(Vec<HeldRole>, Vec<Uuid>)> {
    let today = Value::Date(now.to_zoned(TimeZone::UTC).date());
    let sql = conn.dialect().sql(
        "select role, team, service, customer from role_assignment where person = ?1 and state = 'active' \
         and (valid_from is null or valid_from <= ?2) and (valid_until is null or valid_until >= ?2) order by \"key\"",
    );
    let cells = [Cell::Text, Cell::Id, Cell::Id, Cell::Id];
    let (mut roles, mut teams) = (Vec::new(), Vec::new());
    for row in conn.query(&sql, &[Value::Id(person), today], &cells)? {
        let word = row[0].as_text().unwrap_or_default();
        let role = Role::parse(word).ok_or_else(|| Error::bug(format!("there is no role \"{word}\"")))?;
        roles.push(HeldRole { role, service: row[2].as_id(), customer: row[3].as_id() });
        teams.extend(row[1].as_id());
    }
    teams.sort_unstable();
    teams.dedup();
    Ok((roles, teams))
}
