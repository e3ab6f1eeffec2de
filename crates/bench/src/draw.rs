//! Tickets and questions about them, drawn so that every run and every subject gets the same ones.

/// Statuses are 0 to 4 (new, open, waiting, resolved, closed). Most tickets of a desk that has worked for years are
/// closed, so of ten draws half are 4.
const STATUSES: [i64; 10] = [0, 1, 1, 2, 3, 4, 4, 4, 4, 4];
/// Priorities are 1 (most urgent) to 4.
const PRIORITIES: u64 = 4;
/// Teams are 1 to 20.
const TEAMS: u64 = 20;
/// Requesters are 1 to 5,000.
const REQUESTERS: u64 = 5_000;
/// How many different words there are; the first are by far the most frequent.
const WORDS: u64 = 2_000;

/// What a subject is given to keep.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NewTicket {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) status: i64,
    pub(crate) priority: i64,
    pub(crate) team: i64,
    pub(crate) requester: i64,
    /// Microseconds since the start of 1970 in UTC.
    pub(crate) created: i64,
}

/// A source of numbers that follow from a seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number from 0 to `end` less 1.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end.max(1)
    }

    pub(crate) fn status(&mut self) -> i64 {
        STATUSES[self.below(STATUSES.len() as u64) as usize]
    }

    pub(crate) fn priority(&mut self) -> i64 {
        1 + self.below(PRIORITIES) as i64
    }

    pub(crate) fn team(&mut self) -> i64 {
        1 + self.below(TEAMS) as i64
    }

    /// One of the tickets that were seeded.
    pub(crate) fn ticket(&mut self, seeded: u64) -> i64 {
        1 + self.below(seeded) as i64
    }

    /// A ticket that is the `number`th by its time.
    pub(crate) fn new_ticket(&mut self, number: u64) -> NewTicket {
        NewTicket {
            title: self.words(6),
            description: self.words(50),
            status: self.status(),
            priority: self.priority(),
            team: self.team(),
            requester: 1 + self.below(REQUESTERS) as i64,
            created: 1_700_000_000_000_000 + number as i64 * 30_000_000,
        }
    }

    /// Words as texts have them, with blanks between.
    pub(crate) fn words(&mut self, count: usize) -> String {
        let mut text = String::with_capacity(count * 8);
        for _ in 0..count {
            // The product of two draws: low numbers are common, high ones rare, much as in a language.
            let number = self.below(WORDS) * self.below(WORDS) / WORDS;
            if !text.is_empty() {
                text.push(' ');
            }
            push_word(&mut text, number);
        }
        text
    }
}

/// A word that can be spoken, different for each number.
fn push_word(text: &mut String, mut number: u64) {
    const SYLLABLES: [&str; 16] =
        ["ka", "lo", "mi", "ru", "te", "so", "ni", "pa", "du", "ve", "ga", "ho", "li", "ze", "fu", "ba"];
    for _ in 0..3 {
        text.push_str(SYLLABLES[(number % 16) as usize]);
        number /= 16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_tickets() {
        let ticket = |seed| Draw::new(seed).new_ticket(7);
        assert_eq!(ticket(3), ticket(3));
        assert_ne!(ticket(3), ticket(4));
        assert_eq!(ticket(3).description.split(' ').count(), 50);
    }

    #[test]
    fn every_status_is_drawn() {
        let mut draw = Draw::new(1);
        let drawn: std::collections::BTreeSet<i64> = (0..500).map(|_| draw.status()).collect();
        assert_eq!(drawn, std::collections::BTreeSet::from(STATUSES));
    }
}
