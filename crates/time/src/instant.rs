//! Instants: UTC, in whole seconds.

/// A UTC time. All results of this crate lie on whole seconds; arguments are floored to them.
pub type Instant = jiff::Timestamp;

/// The whole second that holds `instant`: fractions are dropped towards the past, also before 1970.
pub fn whole_second(instant: Instant) -> Instant {
    instant_of(seconds_of(instant))
}

/// Seconds since 1970-01-01T00:00:00Z, floored.
pub(crate) fn seconds_of(instant: Instant) -> i64 {
    // jiff truncates towards 1970, so a fraction before 1970 has to be taken off once more.
    let truncated = instant.as_second();
    if instant.subsec_nanosecond() < 0 { truncated - 1 } else { truncated }
}

/// The instant of a count of seconds since 1970, clamped to the years jiff can hold (-9999 to 9999).
pub(crate) fn instant_of(seconds: i64) -> Instant {
    let inside = seconds.clamp(Instant::MIN.as_second(), Instant::MAX.as_second());
    Instant::from_second(inside).unwrap_or(Instant::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_of_a_second_is_dropped_towards_the_past() {
        for (text, whole) in [
            ("2025-03-30T00:59:59.999999999Z", "2025-03-30T00:59:59Z"),
            ("2025-03-30T01:00:00Z", "2025-03-30T01:00:00Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
        ] {
            let instant: Instant = text.parse().unwrap();
            assert_eq!(whole_second(instant).to_string(), whole, "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_time_line_stay_inside_it() {
        assert_eq!(instant_of(i64::MIN), Instant::MIN);
        assert_eq!(instant_of(i64::MAX).as_second(), Instant::MAX.as_second());
        assert_eq!(whole_second(Instant::MIN), Instant::MIN);
    }
}
