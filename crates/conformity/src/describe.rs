//! The list of checks as a page for people.

use std::fmt::Write;

use crate::{
    CATALOGUE,
    board::coverage,
    catalogue::Automation,
    check::{CheckDef, Part, Tolerance},
    checks::{self, gaps},
};

fn empty(part: Part) -> &'static str {
    match part {
        Part::Every => "no evidence",
        Part::Beside => "counts for nothing; the requirement rests on its other checks",
        Part::Selected => "passes while there are other records of the kind",
        Part::Flagged => "no evidence without a nil return",
    }
}

fn limits(def: &CheckDef) -> String {
    let mut limits: Vec<String> =
        def.parameters.iter().map(|one| format!("{} = {} {}", one.name, one.value, one.unit)).collect();
    match def.tolerance {
        Tolerance::Count(0) => {}
        Tolerance::Count(count) => limits.push(format!("tolerates {count}")),
        Tolerance::Percent(percent) => limits.push(format!("tolerates {percent} of 100")),
    }
    if limits.is_empty() { "none".into() } else { limits.join(", ") }
}

/// `docs/conformity/checks.md`.
pub fn page() -> String {
    let mut text = String::from(
        "# Checks\n\n\
         Made from the code; a test fails when this page is out of date. Numbers are defaults of the product, the\n\
         standard sets none of them. Requirements are paraphrased in our own words.\n\n",
    );
    let coverage = coverage();
    let _ = writeln!(
        text,
        "{} checks serve {} of {} requirements: {} in whole, {} in part. {} have no check yet.\n",
        coverage.checks,
        coverage.whole + coverage.part,
        CATALOGUE.requirements.len(),
        coverage.whole,
        coverage.part,
        coverage.none
    );
    text.push_str("## All checks\n");
    for def in checks::all() {
        let _ = writeln!(text, "\n### {}\n", def.id);
        let _ = writeln!(text, "Each of: {}. It {}.\n", def.population, def.text);
        let _ = writeln!(text, "* requirements: {}", def.requirements.join(", "));
        let kinds: Vec<_> = std::iter::once(def.kind).chain(def.reads.iter().copied()).collect();
        let _ = writeln!(text, "* reads: {}", kinds.join(", "));
        let _ = writeln!(text, "* nothing to judge: {}", empty(def.part));
        let _ = writeln!(text, "* limits: {}", limits(def));
        let _ = writeln!(text, "* version {}", def.version);
    }
    text.push_str("\n## Requirements with checks\n\n| requirement | decided by | checks | not checked yet |\n| --- | --- | --- | --- |\n");
    for requirement in &CATALOGUE.requirements {
        let ids: Vec<_> = checks::of_requirement(&requirement.id).iter().map(|def| def.id).collect();
        if ids.is_empty() {
            continue;
        }
        let decided = match requirement.automation {
            Automation::Full => "records",
            Automation::Partial => "a person",
        };
        let gaps = gaps::of_requirement(requirement);
        let gaps = if gaps.is_empty() { "nothing".into() } else { gaps.join(" ") };
        let _ = writeln!(text, "| {} | {decided} | {} | {gaps} |", requirement.id, ids.join(", "));
    }
    text.push_str("\n## Requirements without a check\n\n");
    let without: Vec<_> = CATALOGUE
        .requirements
        .iter()
        .filter(|requirement| checks::of_requirement(&requirement.id).is_empty())
        .map(|requirement| requirement.id.as_str())
        .collect();
    for line in without.chunks(12) {
        let _ = writeln!(text, "{}", line.join(", "));
    }
    text.push_str("\n## Kinds of evidence without a record kind\n\n");
    for line in gaps::kinds_not_built().chunks(6) {
        let _ = writeln!(text, "{}", line.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file is written when it differs, so that the next run passes; look at the difference before it is kept.
    #[test]
    fn the_page_of_checks_is_up_to_date() {
        let file = mainstay_testkit::workspace::root().join("docs/conformity/checks.md");
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        let now = page();
        if kept != now {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &now).unwrap();
        }
        assert!(kept == now, "docs/conformity/checks.md was out of date and has been written anew");
    }
}
