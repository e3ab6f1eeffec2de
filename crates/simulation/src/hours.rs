//! Hours of work, and the rhythm in which people report.

use std::collections::BTreeMap;

use jiff::{
    SignedDuration, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use mainstay_core::{Error, Instant, Result};
use mainstay_time::{Calendar, CalendarVersion};
use serde_json::{Value as Json, json};

use crate::{
    chance::Chance,
    holidays::{Place, of_year},
};

/// So many seconds later.
pub(crate) fn later(at: Instant, seconds: i64) -> Instant {
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(at)
}

/// The date of an instant at a place.
pub(crate) fn date_at(at: Instant, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}

/// So many days later, or earlier.
pub(crate) fn days_after(date: Date, days: i64) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

/// The time of day of a date at a place.
pub(crate) fn at_time(date: Date, hour: i8, minute: i8, zone: &TimeZone) -> Instant {
    let local = date.at(hour, minute, 0, 0);
    local.to_zoned(zone.clone()).map_or(Instant::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// Hours in which somebody works.
#[derive(Debug, Clone)]
pub(crate) struct Hours {
    calendar: Calendar,
    /// The calendar as a record's field has it.
    pub(crate) versions: Json,
}

impl Hours {
    /// Day and night.
    pub(crate) fn always() -> Self {
        Self { calendar: Calendar::always(), versions: json!([{"zone": "UTC", "always_open": true}]) }
    }

    /// Monday to Friday from 8 to 18, without the public holidays of these years.
    pub(crate) fn office(place: Place, years: std::ops::RangeInclusive<i16>) -> Result<Self> {
        let (mut exceptions, mut reasons) = (BTreeMap::new(), BTreeMap::new());
        for (date, name) in years.flat_map(|year| of_year(place, year)) {
            exceptions.insert(date.to_string(), "closed");
            reasons.insert(date.to_string(), name);
        }
        let week: BTreeMap<&str, [&str; 1]> =
            ["monday", "tuesday", "wednesday", "thursday", "friday"].map(|day| (day, ["08:00-18:00"])).into();
        let versions =
            json!([{"zone": place.zone(), "week": week, "exceptions": exceptions, "reasons": reasons}]);
        let bug =
            |error: &dyn std::fmt::Display| Error::bug(format!("office hours make no calendar: {error}"));
        let read: Vec<CalendarVersion> =
            serde_json::from_value(versions.clone()).map_err(|error| bug(&error))?;
        Ok(Self { calendar: Calendar::new(read).map_err(|error| bug(&error))?, versions })
    }

    /// The instant at which so many seconds have been worked, begun at `from`.
    pub(crate) fn worked(&self, from: Instant, seconds: i64) -> Instant {
        self.calendar.due(from, seconds).unwrap_or(from)
    }

    /// Some minutes after the next instant at which somebody works.
    pub(crate) fn soon(&self, from: Instant, chance: &mut Chance, most_minutes: i64) -> Instant {
        self.worked(from, chance.between(1, most_minutes * 60))
    }

    /// Seconds worked between two instants.
    pub(crate) fn between(&self, from: Instant, to: Instant) -> i64 {
        self.calendar.business_seconds(from, to)
    }
}

/// How much is reported in each hour of a working day in Zurich.
const OF_DAY: [i64; 24] = [2, 1, 1, 1, 1, 2, 6, 16, 44, 52, 44, 36, 22, 38, 40, 32, 24, 12, 7, 5, 4, 3, 3, 2];

/// How many records a day is good for: a Monday brings more, a holiday hardly any.
fn of_date(date: Date) -> i64 {
    let holiday = of_year(Place::Zurich, date.year()).iter().any(|(day, _)| *day == date);
    let week = match date.weekday() {
        Weekday::Monday => 125,
        Weekday::Friday => 85,
        Weekday::Saturday => 14,
        Weekday::Sunday => 8,
        _ => 100,
    };
    let season = match (date.month(), date.day()) {
        (7, 15..) | (8, ..=15) => 75,
        (12, 22..) => 50,
        (1, 3..=12) | (9, ..=10) => 125,
        _ => 100,
    };
    if holiday { 8 } else { week * season / 100 }
}

/// The rhythm of the reports between two instants: weights of hours.
pub(crate) struct Rhythm {
    hours: Vec<(Instant, i64)>,
    sum: i64,
}

impl Rhythm {
    /// Nights too, as monitoring and the customers' shifts see them.
    pub(crate) fn of_reports(from: Instant, to: Instant, zone: &TimeZone) -> Self {
        Self::new(from, to, zone, |date, hour| of_date(date) * OF_DAY[hour])
    }

    /// Only working days from 8 to 17: plans and wishes.
    pub(crate) fn of_plans(from: Instant, to: Instant, zone: &TimeZone) -> Self {
        Self::new(from, to, zone, |date, hour| {
            if (8..17).contains(&hour) && of_date(date) > 20 { of_date(date) * OF_DAY[hour] } else { 0 }
        })
    }

    fn new(from: Instant, to: Instant, zone: &TimeZone, weight: impl Fn(Date, usize) -> i64) -> Self {
        let (mut at, mut hours, mut sum) = (from, Vec::new(), 0);
        while at < to {
            let local = at.to_zoned(zone.clone());
            sum += weight(local.date(), usize::try_from(local.hour()).unwrap_or(0));
            hours.push((at, sum));
            at = later(at, 3600);
        }
        Self { hours, sum }
    }

    /// So many instants, in order: in each hour as many as chance has it, after its weight.
    pub(crate) fn draw(&self, count: usize, chance: &mut Chance) -> Vec<Instant> {
        let mut drawn: Vec<Instant> = (0..count)
            .map(|_| {
                let place = chance.below(self.sum);
                let hour = self.hours.partition_point(|(_, until)| *until <= place);
                let begin = self.hours.get(hour).map_or(Instant::UNIX_EPOCH, |(begin, _)| *begin);
                later(begin, chance.below(3600))
            })
            .collect();
        drawn.sort();
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn office_hours_leave_out_the_holidays_of_their_place() {
        let zurich = Hours::office(Place::Zurich, 2025..=2026).expect("hours");
        let lisbon = Hours::office(Place::Lisbon, 2025..=2026).expect("hours");
        let day = |date: &str| {
            let at = |date: String| date.parse::<Instant>().expect("an instant");
            (at(format!("{date}T00:00:00Z")), at(format!("{date}T23:59:59Z")))
        };
        for (date, in_zurich, in_lisbon) in [
            ("2026-08-03", 10, 10),
            ("2026-06-10", 10, 0),
            ("2026-05-14", 0, 10),
            ("2026-12-25", 0, 0),
            ("2026-08-02", 0, 0),
        ] {
            let (from, to) = day(date);
            assert_eq!(zurich.between(from, to), in_zurich * 3600, "{date} in Zurich");
            assert_eq!(lisbon.between(from, to), in_lisbon * 3600, "{date} in Lisbon");
        }
    }
}
