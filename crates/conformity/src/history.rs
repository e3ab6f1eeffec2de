//! What people are shown of a check over time: red comes after failures in a row, green comes back only after it has
//! stayed clean for a whole cadence. A pure function over the runs.

use mainstay_core::Instant;
use serde::Serialize;

use crate::run::RunResult;

/// How a check stands after all its runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Nothing is known.
    Grey,
    /// It holds, and has held long enough.
    Green,
    /// It failed, not yet often enough to be red.
    Wavering,
    /// It failed often enough.
    Red,
    /// It was red and holds again, not yet long enough.
    Recovering,
}

/// One run as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// The instant of evaluation.
    pub at: Instant,
    /// What came out.
    pub result: RunResult,
}

/// The light after these runs, oldest first. Red after `red_after` failures in a row; from red back to green when
/// every run of at least `cadence_seconds` has passed.
pub fn light(runs: &[Past], red_after: u32, cadence_seconds: i64) -> Light {
    let mut light = Light::Grey;
    let mut failures = 0;
    let mut clean_since: Option<Instant> = None;
    let mut was_red = false;
    for run in runs {
        match run.result {
            RunResult::Fail => {
                failures += 1;
                clean_since = None;
                was_red |= failures >= red_after.max(1);
                light = if was_red { Light::Red } else { Light::Wavering };
            }
            RunResult::Pass => {
                failures = 0;
                let since = *clean_since.get_or_insert(run.at);
                let long = run.at.as_second() - since.as_second() >= cadence_seconds;
                was_red &= !long;
                light = if was_red { Light::Recovering } else { Light::Green };
            }
            RunResult::NoPopulation | RunResult::Insufficient | RunResult::Error => {
                clean_since = None;
                light = Light::Grey;
            }
        }
    }
    light
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    /// One run a day: `p` pass, `f` fail, `n` nothing to judge, `e` error.
    fn after(runs: &str, red_after: u32) -> Light {
        let runs: Vec<Past> = (0_i64..)
            .zip(runs.chars())
            .map(|(day, result)| Past {
                at: Instant::from_second(day * DAY).expect("an instant"),
                result: match result {
                    'p' => RunResult::Pass,
                    'f' => RunResult::Fail,
                    'n' => RunResult::NoPopulation,
                    _ => RunResult::Error,
                },
            })
            .collect();
        light(&runs, red_after, 2 * DAY)
    }

    #[test]
    fn nothing_run_is_grey_and_a_first_pass_is_green() {
        assert_eq!(after("", 1), Light::Grey);
        assert_eq!(after("p", 1), Light::Green);
    }

    #[test]
    fn red_comes_after_failures_in_a_row() {
        assert_eq!(after("pf", 1), Light::Red);
        assert_eq!(after("pf", 2), Light::Wavering);
        assert_eq!(after("pff", 2), Light::Red);
        assert_eq!(after("pfpf", 2), Light::Wavering);
    }

    #[test]
    fn green_comes_back_only_after_a_full_cadence_clean() {
        assert_eq!(after("fp", 1), Light::Recovering);
        assert_eq!(after("fpp", 1), Light::Recovering);
        assert_eq!(after("fppp", 1), Light::Green);
        assert_eq!(after("fppfp", 1), Light::Recovering);
        assert_eq!(after("fppfppp", 1), Light::Green);
    }

    #[test]
    fn what_is_not_known_is_never_green_and_does_not_count_as_clean() {
        assert_eq!(after("pn", 1), Light::Grey);
        assert_eq!(after("pe", 1), Light::Grey);
        assert_eq!(after("fpnp", 1), Light::Recovering);
        assert_eq!(after("fpnppp", 1), Light::Green);
    }
}
