//! Clocks of records: what is due when, in words. A running clock ticks in the browser from its instant; nobody is asked.

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    tone::Tone,
    when::{exact, wall, working},
    words::Words,
};

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockStand {
    /// It counts towards its target.
    Running {
        /// When it reaches the target if nothing changes; none beyond the calendar's horizon.
        due_at: Option<Timestamp>,
        /// Working time left, for when `due_at` is not known.
        left_seconds: i64,
    },
    /// It waits; only the working time that is left has a meaning.
    Paused {
        /// Working time left.
        left_seconds: i64,
    },
    /// It stopped within the target.
    Met {
        /// Working time that was needed.
        took_seconds: i64,
    },
    /// It went beyond its target and still counts or waits.
    Breached {
        /// When it went beyond.
        breached_at: Timestamp,
    },
    /// It stopped beyond its target.
    Missed {
        /// Working time that was needed.
        took_seconds: i64,
    },
}

/// A clock as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClockView {
    /// What it measures: `Response`.
    pub goal: String,
    /// How it stands.
    pub tone: Tone,
    /// In words: `due in 1 h 40 m`, `met in 6 m of 15 m`.
    pub text: String,
    /// On hover: the exact instant with zone, target and calendar.
    pub exact: String,
    /// The instant from which a live clock ticks, RFC 3339; none when it stands still.
    pub due: Option<String>,
    /// The share of the target that is used, in thousandths, at most 1,000; none shows no bar.
    pub used_permille: Option<u16>,
    /// The page that explains it.
    pub explain_href: Option<String>,
}

impl ClockView {
    /// A clock read at `now`. `target_seconds` and `elapsed_seconds` are working time.
    pub fn new(
        goal: &str,
        stand: ClockStand,
        (elapsed_seconds, target_seconds): (i64, i64),
        now: Timestamp,
        zone: &TimeZone,
        words: &Words,
    ) -> Self {
        let used =
            (elapsed_seconds.max(0).saturating_mul(1_000)).checked_div(target_seconds.max(1)).unwrap_or(0);
        let used = u16::try_from(used.min(1_000)).unwrap_or(1_000);
        let target = working(target_seconds, words);
        let of_target = |key: &str, took: i64| {
            words.say_with(key, &[("time", working(took, words).into()), ("target", target.as_str().into())])
        };
        let (tone, text, due) = match stand {
            ClockStand::Running { due_at: Some(due), .. } if due >= now => {
                let left = wall(seconds_between(now, due), words);
                let tone = if used >= 750 { Tone::Attention } else { Tone::Work };
                (tone, words.say_of("clock-due", "time", left), Some(due))
            }
            ClockStand::Running { due_at: Some(due), .. } | ClockStand::Breached { breached_at: due } => {
                let since = wall(seconds_between(due, now), words);
                (Tone::Failed, words.say_of("clock-breached", "time", since), Some(due))
            }
            ClockStand::Running { due_at: None, left_seconds } => {
                (Tone::Work, words.say_of("clock-left", "time", working(left_seconds, words)), None)
            }
            ClockStand::Paused { left_seconds } => {
                (Tone::NotStarted, words.say_of("clock-paused", "time", working(left_seconds, words)), None)
            }
            ClockStand::Met { took_seconds } => (Tone::Proven, of_target("clock-met", took_seconds), None),
            ClockStand::Missed { took_seconds } => {
                (Tone::Failed, of_target("clock-missed", took_seconds), None)
            }
        };
        let target = words.say_of("clock-target", "time", target);
        let exact = due.map_or_else(|| target.clone(), |due| format!("{} · {target}", exact(due, zone)));
        let bar = !matches!(stand, ClockStand::Met { .. } | ClockStand::Missed { .. });
        Self {
            goal: goal.to_owned(),
            tone,
            text,
            exact,
            due: due.map(|due| due.to_string()),
            used_permille: bar.then_some(used),
            explain_href: None,
        }
    }

    /// With the page that explains it.
    #[must_use]
    pub fn explained_at(mut self, href: impl Into<String>) -> Self {
        self.explain_href = Some(href.into());
        self
    }
}

fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    to.as_second().saturating_sub(from.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{Language, words};

    fn view(stand: ClockStand, elapsed: i64) -> ClockView {
        let now = "2026-11-22T13:26:00Z".parse().expect("an instant");
        let words = words(Language::English);
        let view = ClockView::new("Resolution", stand, (elapsed, 14_400), now, &TimeZone::UTC, words);
        ClockView { text: view.text.replace('\u{a0}', " "), ..view }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn each_stand_has_its_words_and_its_tone() {
        let due = |text| ClockStand::Running { due_at: Some(at(text)), left_seconds: 0 };
        let cases = [
            (due("2026-11-22T15:06:00Z"), 8_400, "due in 1 h 40 min", Tone::Work),
            (due("2026-11-22T13:40:00Z"), 13_560, "due in 14 min", Tone::Attention),
            (due("2026-11-22T13:01:00Z"), 14_400, "breached 25 min ago", Tone::Failed),
            (ClockStand::Running { due_at: None, left_seconds: 6_000 }, 8_400, "1 h 40 min left", Tone::Work),
            (ClockStand::Paused { left_seconds: 6_000 }, 8_400, "paused, 1 h 40 min left", Tone::NotStarted),
            (ClockStand::Met { took_seconds: 360 }, 360, "met in 6 min of 4 h", Tone::Proven),
            (
                ClockStand::Breached { breached_at: at("2026-11-22T13:01:00Z") },
                15_000,
                "breached 25 min ago",
                Tone::Failed,
            ),
            (ClockStand::Missed { took_seconds: 18_000 }, 18_000, "missed: 5 h of 4 h", Tone::Failed),
        ];
        for (stand, elapsed, text, tone) in cases {
            let view = view(stand, elapsed);
            assert_eq!((view.text.as_str(), view.tone), (text, tone), "{stand:?}");
        }
    }

    #[test]
    fn only_what_moves_with_the_clock_on_the_wall_ticks() {
        assert!(view(ClockStand::Breached { breached_at: at("2026-11-22T13:01:00Z") }, 1).due.is_some());
        assert!(view(ClockStand::Paused { left_seconds: 60 }, 1).due.is_none());
        assert!(view(ClockStand::Met { took_seconds: 60 }, 60).due.is_none());
    }

    #[test]
    fn the_bar_never_runs_over_whatever_the_figures() {
        let used = |elapsed| view(ClockStand::Paused { left_seconds: 0 }, elapsed).used_permille;
        assert_eq!(used(7_200), Some(500));
        assert_eq!(used(i64::MAX), Some(1_000));
        assert_eq!(used(i64::MIN), Some(0));
        assert_eq!(view(ClockStand::Met { took_seconds: 60 }, 60).used_permille, None);
    }
}
