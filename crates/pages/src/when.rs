//! Time as people speak. Pure functions: the instant of reading is passed in.

use jiff::{Timestamp, tz::TimeZone};

use crate::words::Words;

/// An instant as a page shows it: short, with the exact one on hover.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct At {
    /// RFC 3339 in UTC.
    pub iso: String,
    /// `14:21`, `22 Nov, 14:21` or `22 Nov 2025`.
    pub text: String,
    /// With date, time to the second and zone.
    pub exact: String,
}

impl At {
    /// An instant, read at `now` in `zone`: the time of day if it is today, date and time if it is this year, else
    /// the date.
    pub fn new(instant: Timestamp, now: Timestamp, zone: &TimeZone, words: &Words) -> Self {
        let (local, today) = (instant.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
        let time = local.strftime("%H:%M").to_string();
        let day = local.day().to_string();
        let month = words.say_with(&format!("month-{}", local.month()), &[]);
        let year = local.year().to_string();
        let parts = |key: &str| {
            words.say_with(
                key,
                &[
                    ("day", day.as_str().into()),
                    ("month", month.as_str().into()),
                    ("year", year.as_str().into()),
                    ("time", time.as_str().into()),
                ],
            )
        };
        let text = if local.date() == today {
            time.clone()
        } else if local.year() == today.year() {
            parts("when-day-time")
        } else {
            parts("when-date")
        };
        Self { iso: instant.to_string(), text, exact: exact(instant, zone) }
    }
}

/// `2026-11-22 14:21:05 Europe/Zurich`.
pub fn exact(instant: Timestamp, zone: &TimeZone) -> String {
    let local = instant.to_zoned(zone.clone());
    let name = zone.iana_name().map_or_else(|| local.strftime("%:z").to_string(), str::to_owned);
    format!("{} {name}", local.strftime("%Y-%m-%d %H:%M:%S"))
}

/// What `<input type="datetime-local">` wants: local in `zone`, to the minute.
pub fn for_input(instant: Timestamp, zone: &TimeZone) -> String {
    instant.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// A length of wall time in its two largest units: `40 s`, `25 m`, `1 h 40 m`, `2 d 3 h`. Seconds may be negative; the sign is
/// not written.
pub fn wall(seconds: i64, words: &Words) -> String {
    let seconds = seconds.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) if minutes == 0 => join(&[(seconds, "unit-s")], words),
        (0, 0) => join(&[(minutes, "unit-m")], words),
        (0, _) => join(&[(hours, "unit-h"), (minutes, "unit-m")], words),
        _ => join(&[(days, "unit-d"), (hours, "unit-h")], words),
    }
}

/// A length of working time: hours and minutes, never days, since a working day has no fixed length: `52 h 5 m`.
pub fn working(seconds: i64, words: &Words) -> String {
    let seconds = seconds.unsigned_abs();
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    match hours {
        0 if minutes == 0 => join(&[(seconds, "unit-s")], words),
        0 => join(&[(minutes, "unit-m")], words),
        _ => join(&[(hours, "unit-h"), (minutes, "unit-m")], words),
    }
}

/// A length to the second, for sums that are to be checked: `1 h 40 m 5 s`.
pub fn to_the_second(seconds: i64, words: &Words) -> String {
    let sign = if seconds < 0 { "−" } else { "" };
    let seconds = seconds.unsigned_abs();
    let parts = [(seconds / 3_600, "unit-h"), (seconds / 60 % 60, "unit-m"), (seconds % 60, "unit-s")];
    let shown = join(&parts, words);
    if shown.is_empty() { format!("0 {}", words.say_with("unit-s", &[])) } else { format!("{sign}{shown}") }
}

fn join(parts: &[(u64, &str)], words: &Words) -> String {
    let some = parts.iter().any(|(number, _)| *number > 0);
    let shown = parts.iter().filter(|(number, _)| *number > 0 || (!some && parts.len() == 1));
    // No break between a number and its unit.
    shown
        .map(|(number, unit)| format!("{number}\u{a0}{}", words.say_with(unit, &[])))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, words};

    fn english() -> &'static Words {
        words(Language::English)
    }

    fn instant(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_length_is_spoken_in_its_two_largest_units() {
        let spoken = |seconds| wall(seconds, english()).replace('\u{a0}', " ");
        assert_eq!(spoken(0), "0 s");
        assert_eq!(spoken(59), "59 s");
        assert_eq!(spoken(60), "1 min");
        assert_eq!(spoken(6_000), "1 h 40 min");
        assert_eq!(spoken(7_200), "2 h");
        assert_eq!(spoken(86_400 * 2 + 3 * 3_600 + 59), "2 d 3 h");
        assert_eq!(spoken(-1_500), "25 min");
        assert_eq!(spoken(i64::MIN).split(' ').count(), 4);
    }

    #[test]
    fn working_time_has_no_days() {
        let spoken = |seconds| working(seconds, english()).replace('\u{a0}', " ");
        assert_eq!(spoken(187_500), "52 h 5 min");
        assert_eq!(spoken(14_400), "4 h");
        assert_eq!(spoken(30), "30 s");
    }

    #[test]
    fn a_sum_is_exact_to_the_second_and_keeps_its_sign() {
        let exact = |seconds| to_the_second(seconds, english()).replace('\u{a0}', " ");
        assert_eq!(exact(6_005), "1 h 40 min 5 s");
        assert_eq!(exact(-65), "−1 min 5 s");
        assert_eq!(exact(0), "0 s");
    }

    #[test]
    fn an_instant_is_shown_in_the_zone_by_how_far_away_it_is() {
        let zone = TimeZone::get("Europe/Zurich").expect("a zone");
        let now = instant("2026-11-22T13:26:00Z");
        let shown = |text: &str, language| At::new(instant(text), now, &zone, words(language)).text;
        assert_eq!(shown("2026-11-22T13:21:40Z", Language::English), "14:21");
        assert_eq!(shown("2026-11-21T23:30:00Z", Language::English), "00:30");
        assert_eq!(shown("2026-11-21T22:30:00Z", Language::English), "21 Nov, 23:30");
        assert_eq!(shown("2026-11-21T22:30:00Z", Language::German), "21. Nov., 23:30");
        assert_eq!(shown("2025-03-02T10:00:00Z", Language::German), "2. März 2025");
        let at = At::new(instant("2026-11-22T13:21:40Z"), now, &zone, english());
        assert_eq!(at.exact, "2026-11-22 14:21:40 Europe/Zurich");
        assert_eq!(for_input(now, &zone), "2026-11-22T14:26");
    }
}
