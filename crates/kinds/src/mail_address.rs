//! E-mail addresses as records keep them: trimmed and in lower case, so that one person has one address.

use mainstay_core::Cx;

use crate::problems::Problems;

/// Normalises the address in place and notes when it is none. An empty text is no address and no problem;
/// history is taken as it comes.
pub(crate) fn normalise(address: &mut String, field: &'static str, cx: &Cx, problems: &mut Problems) {
    *address = address.trim().to_lowercase();
    if !address.is_empty() && !cx.history && !looks_like_one(address) {
        problems.add(field, format!("\"{address}\" is no e-mail address; write it like ann@example.org"));
    }
}

/// One `@` with something on both sides and no blank. Whether it can be reached only a message can show.
fn looks_like_one(address: &str) -> bool {
    let blank = |character: char| character.is_whitespace() || character.is_control();
    address.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !address.contains(blank)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::cx;

    fn check(written: &str, kept: &str, is_one: bool) {
        let mut address = written.to_owned();
        let mut problems = Problems::default();
        normalise(&mut address, "email", &cx(), &mut problems);
        assert_eq!((address.as_str(), problems.result().is_ok()), (kept, is_one), "{written}");
    }

    #[test]
    fn an_address_is_kept_in_lower_case_without_blanks_around_it() {
        check("  Ann.Lee@Example.ORG ", "ann.lee@example.org", true);
        check("", "", true);
    }

    #[test]
    fn what_has_no_name_or_no_host_or_a_blank_inside_is_no_address() {
        for text in ["ann", "@example.org", "ann@", "ann@b@example.org", "ann lee@example.org", "a@b\nc"] {
            check(text, text, false);
        }
    }

    #[test]
    fn history_brings_addresses_as_they_were() {
        let history = Cx { history: true, ..cx() };
        let mut problems = Problems::default();
        normalise(&mut "Caller 2403".to_owned(), "email", &history, &mut problems);
        assert!(problems.result().is_ok());
    }
}
