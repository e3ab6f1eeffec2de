//! Documented information under control (7.5.2, 7.5.3): named, approved, with an audience, in versions without a gap,
//! kept as long as it says. What a document says no check reads.

use mainstay_core::{Filter, Kind, parts};
use mainstay_kinds::{Document, document::Origin};

use crate::{
    check::CheckDef,
    pass::{Check, Item, Pass, review_is_due, sentence},
};

/// The walk over documents.
pub static PASS: Pass<Document> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[parts::APPROVAL_ROUND],
    note: None,
    checks: &[
        Check {
            def: CheckDef::new(
                "document-identified",
                Document::NAME,
                &["7.5.2-a"],
                "documents in effect",
                "has a title, a version, a date, an owner or author, a language and words that can be read",
            ),
            belongs: in_effect,
            problem: identified,
        },
        Check {
            def: CheckDef::new(
                "document-approved",
                Document::NAME,
                &["7.5.2-b"],
                "documents in effect",
                "was approved in a round of votes before it took effect, and is within its review date",
            )
            .major(),
            belongs: in_effect,
            problem: approved,
        },
        Check {
            def: CheckDef::new(
                "document-has-audience",
                Document::NAME,
                &["7.5.3-a"],
                "documents in effect",
                "has an audience and a classification",
            ),
            belongs: in_effect,
            problem: audience,
        },
        Check {
            def: CheckDef::new(
                "document-versions-gapless",
                Document::NAME,
                &["7.5.3-b"],
                "documents that were in effect at any time",
                "counts its versions from 1 without a gap, each with a date and a note; the last alone may be in effect",
            ),
            belongs: |item| !item.record.versions.0.is_empty(),
            problem: versions,
        },
        Check {
            def: CheckDef::new(
                "document-has-retention",
                Document::NAME,
                &["7.5.3-c"],
                "documents in effect",
                "says how long it is kept",
            ),
            belongs: in_effect,
            problem: |item| {
                sentence(item.record.retention_months.is_none().then_some("retention").into_iter().collect())
            },
        },
        Check {
            def: CheckDef::new(
                "document-from-outside",
                Document::NAME,
                &["7.5.3-d"],
                "documents in effect that come from outside",
                "names its source, its version, an owner and its next review",
            )
            .selected(),
            belongs: |item| in_effect(item) && item.record.origin == Some(Origin::External),
            problem: from_outside,
        },
    ],
};

/// A version is in effect, also while the next one is written.
fn in_effect(item: &Item<'_, Document>) -> bool {
    item.record.effective_since.is_some()
}

fn identified(item: &Item<'_, Document>) -> Option<String> {
    let document = item.record;
    let mut missing = Vec::new();
    if document.head.title.is_empty() {
        missing.push("title");
    }
    if document.version_number < 1 {
        missing.push("version");
    }
    if document.owner.is_none() && document.author.is_none() {
        missing.push("owner or author");
    }
    if document.language.is_empty() {
        missing.push("language");
    }
    if document.text.is_empty() {
        missing.push("words");
    }
    sentence(missing)
}

fn approved(item: &Item<'_, Document>) -> Option<String> {
    let since = item.record.effective_since?;
    let approved = item.around.others.iter().any(|(table, columns)| {
        let get = |name: &str| columns.iter().find(|(column, _)| *column == name).map(|(_, value)| value);
        let state = get("state").and_then(mainstay_core::Value::as_text);
        let closed = get("closed_at").and_then(mainstay_core::Value::as_instant);
        *table == parts::APPROVAL_ROUND
            && state == Some("approved")
            && closed.is_some_and(|closed| closed <= since)
    });
    if !approved {
        return Some(format!("It took effect at {since} without an approved round of votes before."));
    }
    review_is_due(item.record.next_review, 0, item.span)
}

fn audience(item: &Item<'_, Document>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.audience.is_empty() {
        missing.push("audience");
    }
    if item.record.classification.is_none() {
        missing.push("classification");
    }
    sentence(missing)
}

fn versions(item: &Item<'_, Document>) -> Option<String> {
    let versions = &item.record.versions.0;
    let gap = (1_i64..).zip(versions).find(|(number, version)| version.number != *number);
    if let Some((number, _)) = gap {
        return Some(format!("Version {number} is missing."));
    }
    let silent = versions.iter().find(|version| version.note.is_empty());
    if let Some(version) = silent {
        return Some(format!("Version {} does not say what it changed.", version.number));
    }
    let earlier = versions.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let two = earlier.iter().find(|version| version.until.is_none());
    two.map(|version| format!("Version {} is in effect beside a later one.", version.number))
}

fn from_outside(item: &Item<'_, Document>) -> Option<String> {
    let document = item.record;
    let mut missing = Vec::new();
    if document.source.is_empty() {
        missing.push("source");
    }
    if document.source_version.is_empty() {
        missing.push("version or date of the source");
    }
    if document.owner.is_none() {
        missing.push("owner");
    }
    if document.next_review.is_none() {
        missing.push("next review");
    }
    sentence(missing)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::{Id, Value};
    use mainstay_kinds::document::{Classification, State::Effective, Version};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank, broken};

    fn version(number: i64, until: Option<&str>) -> Version {
        Version {
            number,
            since: at("2025-06-01T09:00:00Z"),
            until: until.map(at),
            author: None,
            note: "First".into(),
            sha256: String::new(),
        }
    }

    fn good() -> Document {
        let mut document = blank::<Document>();
        document.head.state = Effective;
        document.head.title = "Change policy".into();
        document.head.reference = "DOC-000001".into();
        document.catalogue_id = "doc-policy".into();
        document.owner = Id::new(Uuid::from_u128(1));
        document.classification = Some(Classification::Internal);
        document.audience = "all staff".into();
        document.language = "en".into();
        document.origin = Some(Origin::External);
        document.source = "The group".into();
        document.source_version = "3".into();
        document.retention_months = Some(36);
        document.text = "Every change is recorded.".into();
        document.version_number = 1;
        document.effective_since = Some(at("2025-06-01T09:00:00Z"));
        document.next_review = Some(date(2026, 6, 1));
        document.versions.0 = vec![version(1, None)];
        document
    }

    fn desk() -> Desk {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
        let round = vec![
            ("state", Value::from("approved")),
            ("closed_at", Value::Instant(at("2025-06-01T09:00:00Z"))),
        ];
        desk.around.take(parts::APPROVAL_ROUND, Uuid::from_u128(100), round);
        desk
    }

    fn why(check: &str, breakage: impl FnOnce(&mut Document)) -> String {
        broken(&desk(), &PASS, check, good(), breakage)
    }

    #[test]
    fn a_document_under_control_passes_every_check() {
        desk().passes_all(&PASS, &good());
    }

    #[test]
    fn what_a_document_leaves_open_is_named() {
        assert_eq!(why("document-identified", |one| one.language.clear()), "Missing: language.");
        assert_eq!(why("document-has-audience", |one| one.audience.clear()), "Missing: audience.");
        assert_eq!(why("document-has-retention", |one| one.retention_months = None), "Missing: retention.");
        let outside = why("document-from-outside", |one| one.source_version.clear());
        assert_eq!(outside, "Missing: version or date of the source.");
    }

    #[test]
    fn a_document_without_an_approval_before_its_effect_or_past_its_review_is_named() {
        let early = why("document-approved", |one| one.effective_since = Some(at("2025-06-01T08:59:59Z")));
        assert!(early.contains("without an approved round"), "{early}");
        let late = why("document-approved", |one| one.next_review = Some(date(2026, 1, 4)));
        assert_eq!(late, "Its review was due on 2026-01-04.");
    }

    #[test]
    fn versions_have_no_gap_and_one_is_in_effect() {
        let gap = why("document-versions-gapless", |one| one.versions.0[0].number = 2);
        assert_eq!(gap, "Version 1 is missing.");
        let two = why("document-versions-gapless", |one| one.versions.0.push(version(2, None)));
        assert_eq!(two, "Version 1 is in effect beside a later one.");
        let silent = why("document-versions-gapless", |one| one.versions.0[0].note.clear());
        assert!(silent.contains("what it changed"), "{silent}");
    }
}
