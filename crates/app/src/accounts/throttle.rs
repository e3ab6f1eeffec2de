//! Slowing down who guesses: failures are counted per account, per address and per known device; each one
//! beyond a few doubles the wait. Nobody is locked out for good, and a device on which the owner has signed in
//! before has a count of its own, so that a stranger's failures do not keep the owner out. Counts survive restarts.

use std::net::IpAddr;

use mainstay_core::{Error, ErrorKind, Result, Value};
use mainstay_store::{Cell, Conn, WriteTx};

/// Failures that cost nothing yet.
const FREE: i64 = 5;
/// Failures from one address that cost nothing yet: many people may share one.
const FREE_OF_AN_ADDRESS: i64 = 20;
/// Longest wait.
const LONGEST_MS: i64 = 15 * 60 * 1000;
/// A count is forgotten after a day without failures.
const FORGOTTEN_MS: i64 = 24 * 60 * 60 * 1000;

/// The address as it is counted: IPv6 by its /64, of which one household has all.
pub(super) fn address_subject(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => format!("address:{address}"),
    }
}

/// Refuses while one of the subjects has to wait.
pub(super) fn check(conn: &mut dyn Conn, subjects: &[String], now_ms: i64) -> Result<()> {
    let sql = conn.dialect().sql("select until_ms from throttle where subject = ?1");
    let mut until = 0;
    for subject in subjects {
        let row = conn.first(&sql, &[Value::from(subject.as_str())], &[Cell::Int])?;
        until = until.max(row.and_then(|row| row[0].as_int()).unwrap_or_default());
    }
    if until > now_ms {
        let seconds = (until - now_ms + 999) / 1000;
        return Err(Error::new(ErrorKind::TooMany, "there were too many failed attempts")
            .hint(format!("Try again in {seconds} seconds."))
            .retry_after(u32::try_from(seconds).unwrap_or(u32::MAX)));
    }
    Ok(())
}

/// Counts a failure of each subject.
pub(super) fn failed(tx: &mut WriteTx<'_>, subjects: &[String], now_ms: i64) -> Result<()> {
    for subject in subjects {
        let conn = tx.conn();
        let sql = conn.dialect().sql("select failures, last_at_ms from throttle where subject = ?1");
        let row = conn.first(&sql, &[Value::from(subject.as_str())], &[Cell::Int, Cell::Int])?;
        let known = row.map(|row| (row[0].as_int().unwrap_or_default(), row[1].as_int().unwrap_or_default()));
        let failures =
            known.filter(|(_, last)| now_ms - last < FORGOTTEN_MS).map_or(0, |(failures, _)| failures) + 1;
        tx.execute_later(
            "insert into throttle(subject, failures, last_at_ms, until_ms) values (?1, ?2, ?3, ?4) \
             on conflict (subject) do update set failures = excluded.failures, last_at_ms = excluded.last_at_ms, \
             until_ms = excluded.until_ms",
            vec![
                Value::from(subject.as_str()),
                Value::Int(failures),
                Value::Int(now_ms),
                Value::Int(now_ms + wait_ms(subject, failures)),
            ],
        );
    }
    Ok(())
}

/// Forgets the failures of an account or a device: its owner is there.
pub(super) fn succeeded(tx: &mut WriteTx<'_>, subjects: &[String]) {
    for subject in subjects.iter().filter(|subject| !subject.starts_with("address:")) {
        tx.execute_later("delete from throttle where subject = ?1", vec![Value::from(subject.as_str())]);
    }
}

fn wait_ms(subject: &str, failures: i64) -> i64 {
    let free = if subject.starts_with("address:") { FREE_OF_AN_ADDRESS } else { FREE };
    match failures - free {
        beyond if beyond <= 0 => 0,
        beyond => 1000_i64
            .checked_shl(u32::try_from(beyond - 1).unwrap_or(31).min(31))
            .unwrap_or(LONGEST_MS)
            .min(LONGEST_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r04_each_failure_beyond_a_few_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> =
            [5, 6, 7, 10, 15, 16, 1000].iter().map(|n| wait_ms("account:x", *n) / 1000).collect();
        assert_eq!(waits, [0, 1, 2, 16, 512, 900, 900]);
        assert_eq!(wait_ms("address:1.2.3.4", 20), 0);
        assert_eq!(wait_ms("address:1.2.3.4", 21), 1000);
    }

    #[test]
    fn an_ipv6_household_is_one_address() {
        assert_eq!(address_subject("2001:db8:1:2::1"), address_subject("2001:db8:1:2:ffff::9"));
        assert_ne!(address_subject("2001:db8:1:2::1"), address_subject("2001:db8:1:3::1"));
        assert_eq!(address_subject("192.0.2.7"), "address:192.0.2.7");
    }
}
