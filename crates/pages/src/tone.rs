//! What colours mean: always the same, and never without a shape and a word.

/// How something stands. Each has a colour, a shape and a class in the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Tone {
    /// Grey, hollow circle: not started.
    #[default]
    NotStarted,
    /// Blue, half circle: in work.
    Work,
    /// Amber, triangle: needs attention.
    Attention,
    /// Red, square on its corner: late or failed.
    Failed,
    /// Green, tick: proven.
    Proven,
    /// Grey, tick: done, nothing is proven by it.
    Done,
    /// Hatched grey: not known. Never green.
    Unknown,
    /// No colour and no shape: a plain word.
    Plain,
}

impl Tone {
    /// All tones.
    pub const ALL: [Tone; 8] = [
        Tone::NotStarted,
        Tone::Work,
        Tone::Attention,
        Tone::Failed,
        Tone::Proven,
        Tone::Done,
        Tone::Unknown,
        Tone::Plain,
    ];

    /// The class in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Tone::NotStarted => "tone-not-started",
            Tone::Work => "tone-work",
            Tone::Attention => "tone-attention",
            Tone::Failed => "tone-failed",
            Tone::Proven => "tone-proven",
            Tone::Done => "tone-done",
            Tone::Unknown => "tone-unknown",
            Tone::Plain => "tone-plain",
        }
    }

    /// The usual tone of a state, by its stored word, for all kinds alike.
    pub fn of_state(word: &str) -> Self {
        match word {
            "in_progress" | "active" | "in_force" | "open" | "assessing" | "implementing" => Tone::Work,
            "waiting" | "on_hold" | "under_review" | "suspended" => Tone::Attention,
            "failed" | "rejected" | "breached" => Tone::Failed,
            "resolved" | "closed" | "done" | "completed" | "cancelled" | "merged" | "retired" | "ended" => {
                Tone::Done
            }
            _ => Tone::NotStarted,
        }
    }
}

/// A word with its tone: `● In progress`, `P1`, `Major`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Badge {
    /// How it stands.
    pub tone: Tone,
    /// The word.
    pub text: String,
}

impl Badge {
    /// A badge.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }

    /// The badge of a state by its stored word, in the words of a language.
    pub fn state(word: &str, words: &crate::Words) -> Self {
        Self::new(Tone::of_state(word), words.choice(word))
    }
}
