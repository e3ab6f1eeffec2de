//! The walk: it takes a minute, asks the tz database for the local reading, and looks whether a window of that
//! date, or one over midnight from the date before, holds it. It shares no code with the crate.

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use mainstay_time::{CalendarVersion, DayException, Window};

use super::instant;

/// Which cells of the time line work, found one by one.
pub struct Walk {
    /// The first second of the first cell.
    first: i64,
    /// Seconds of a cell.
    cell: i64,
    works: Vec<bool>,
}

impl Walk {
    pub fn new(versions: &[CalendarVersion], from: i64, to: i64, cell: i64) -> Walk {
        let database = TimeZoneDatabase::bundled();
        let zones: Vec<TimeZone> =
            versions.iter().map(|version| database.get(&version.zone).unwrap()).collect();
        let first = from.div_euclid(cell) * cell;
        let mut works = Vec::new();
        // Windows of the date in hand and of the date before, looked up when the date changes.
        let mut of_date: (usize, Date, Vec<Window>, Vec<Window>) = (usize::MAX, Date::ZERO, vec![], vec![]);
        let mut at = first;
        while at < to {
            let governing = versions
                .iter()
                .rposition(|version| version.valid_from.is_none_or(|from| from.as_second() <= at))
                .unwrap_or(0);
            let reading = zones[governing].to_offset(instant(at)).to_datetime(instant(at));
            if (of_date.0, of_date.1) != (governing, reading.date()) {
                let date = reading.date();
                let version = &versions[governing];
                let before = windows_of(version, date.yesterday().unwrap());
                of_date = (governing, date, windows_of(version, date), before);
            }
            let minute = u16::try_from(i32::from(reading.hour()) * 60 + i32::from(reading.minute())).unwrap();
            let holds_today = |window: &Window| {
                let (from, to) = (window.from.of_day(), window.to.of_day());
                from <= minute && (minute < to || to <= from)
            };
            let holds_from_yesterday = |window: &Window| {
                let (from, to) = (window.from.of_day(), window.to.of_day());
                to <= from && minute < to
            };
            works.push(of_date.2.iter().any(holds_today) || of_date.3.iter().any(holds_from_yesterday));
            at += cell;
        }
        Walk { first, cell, works }
    }

    /// The working cells cut to `[from, to)`.
    fn cells(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> + '_ {
        let skipped = usize::try_from((from - self.first) / self.cell).unwrap();
        let cells = self.works.iter().enumerate().skip(skipped).filter(|(_, works)| **works);
        cells
            .map(move |(index, _)| self.first + i64::try_from(index).unwrap() * self.cell)
            .take_while(move |start| *start < to)
            .map(move |start| (start.max(from), (start + self.cell).min(to)))
    }

    pub fn worked(&self, from: i64, to: i64) -> i64 {
        self.cells(from, to).map(|(start, end)| end - start).sum()
    }

    pub fn spans(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (start, end) in self.cells(from, to) {
            match spans.last_mut() {
                Some(last) if last.1 == start => last.1 = end,
                _ => spans.push((start, end)),
            }
        }
        spans
    }

    pub fn due(&self, from: i64, amount: i64) -> i64 {
        let end = self.first + i64::try_from(self.works.len()).unwrap() * self.cell;
        self.due_within(&[(from, end)], from, amount)
    }

    /// The first instant before which `amount` was worked within the `running` spans.
    pub fn due_within(&self, running: &[(i64, i64)], from: i64, amount: i64) -> i64 {
        let mut missing = amount;
        if missing == 0 {
            return from;
        }
        for (start, end) in running.iter().flat_map(|(from, to)| self.cells(*from, *to)) {
            if missing <= end - start {
                return start + missing;
            }
            missing -= end - start;
        }
        panic!("{amount} s were not worked");
    }
}

fn windows_of(version: &CalendarVersion, date: Date) -> Vec<Window> {
    match version.exceptions.get(&date) {
        Some(DayException::Closed) => Vec::new(),
        Some(DayException::Open(windows)) => windows.clone(),
        None => version.week.on(date.weekday()).to_vec(),
    }
}
