//! Levels of impact and urgency, as records keep them.

use mainstay_core::choice;

choice!(
    /// A level of impact or of urgency.
    Level { High = "high", Medium = "medium", Low = "low" }
);

impl From<Level> for mainstay_rules::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::High => Self::High,
            Level::Medium => Self::Medium,
            Level::Low => Self::Low,
        }
    }
}
