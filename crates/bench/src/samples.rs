//! Durations, and how they are spread.

use std::time::Duration;

/// Durations in microseconds, sorted.
#[derive(Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn of(durations: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<f64> =
            durations.into_iter().map(|duration| duration.as_secs_f64() * 1e6).collect();
        sorted.sort_by(f64::total_cmp);
        Self(sorted)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest sample that at least `percent` of the samples do not exceed (nearest rank); 0 without samples.
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let rank = (percent / 100.0 * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let samples = Samples::of((1..=200).rev().map(Duration::from_micros));
        for (percent, expected) in [(50.0, 100.0), (95.0, 190.0), (99.0, 198.0), (100.0, 200.0)] {
            assert!((samples.percentile(percent) - expected).abs() < 1e-6, "p{percent}");
        }
        assert!(Samples::default().percentile(99.0).abs() < 1e-6);
    }
}
