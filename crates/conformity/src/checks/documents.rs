//! Documented information (7.5): under control, and there where the catalogue asks for it.
//!
//! What a document says no check reads. A check of one document says whether it is current: approved, in effect, its
//! review date not passed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use mainstay_core::{Filter, Kind, parts};
use mainstay_kinds::{
    Document,
    document::{
        Origin,
        State::{Draft, Review},
    },
};

use super::Whole;
use crate::{
    CATALOGUE, Designed,
    books::{Books, Notes},
    catalogue::{DocumentKind, DocumentedInformation, Need},
    check::CheckDef,
    engine::Subject,
    pass::{Check, Item, Pass, review_is_due, sentence},
    span::Span,
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

/// How each document of the catalogue stands, by its name.
pub fn designed(documents: &[Document], today: jiff::civil::Date) -> BTreeMap<String, Designed> {
    let mut all = BTreeMap::new();
    for wanted in CATALOGUE.documents.iter().filter(|one| one.kind == DocumentKind::Document) {
        let mine = documents.iter().filter(|document| document.catalogue_id == wanted.id);
        let best = mine.map(|document| standing(document, today)).min_by_key(|one| rank(*one));
        all.insert(wanted.name.clone(), best.unwrap_or(Designed::None));
    }
    all
}

fn standing(document: &Document, today: jiff::civil::Date) -> Designed {
    match (document.effective_since, document.next_review) {
        // While the next version is written the review date of this one stays what it was.
        (Some(_), Some(due)) if due < today => Designed::Overdue,
        (Some(_), _) => Designed::Approved,
        (None, _) if matches!(document.head.state, Draft | Review) => Designed::Draft,
        (None, _) => Designed::None,
    }
}

fn rank(designed: Designed) -> u8 {
    match designed {
        Designed::Approved => 0,
        Designed::Overdue => 1,
        Designed::Draft => 2,
        Designed::None | Designed::Unknown | Designed::NotAsked => 3,
    }
}

/// Why a document of the catalogue is not current.
fn not_current(wanted: &DocumentedInformation, books: &Books, span: &Span) -> Option<String> {
    let mine: Vec<_> = books.documents.iter().filter(|one| one.catalogue_id == wanted.id).collect();
    let best = mine.iter().map(|one| standing(one, span.today())).min_by_key(|one| rank(*one));
    match best {
        Some(Designed::Approved) => None,
        Some(Designed::Overdue) => Some(format!("{} is past its review date.", wanted.name)),
        Some(Designed::Draft) => Some(format!("{} is a draft and not in effect yet.", wanted.name)),
        _ => Some(format!("There is no {} in effect.", wanted.name)),
    }
}

fn subject(wanted: &DocumentedInformation, books: &Books, span: &Span) -> Subject {
    let mine = books.documents.iter().find(|one| one.catalogue_id == wanted.id);
    Subject {
        reference: mine.map_or_else(|| wanted.id.clone(), |document| document.head.reference.clone()),
        id: mine.map(|document| document.head.id),
        version: mine.map_or(0, |document| document.head.version),
        problem: not_current(wanted, books, span),
    }
}

/// A document of the catalogue that requirements rest on, with what its check is made of.
struct Named {
    wanted: &'static DocumentedInformation,
    requirements: Vec<&'static str>,
    id: String,
    population: String,
}

/// Documents that requirements rest on: those that can be proved by a document and name this one.
static NAMED: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let of = |wanted: &DocumentedInformation| -> Vec<&'static str> {
        let rests = CATALOGUE.requirements.iter().filter(|one| {
            one.document.as_ref() == Some(&wanted.name) && one.evidence.iter().any(|kind| kind == "document")
        });
        rests.map(|one| one.id.as_str()).collect()
    };
    let documents = CATALOGUE.documents.iter().filter(|one| one.kind == DocumentKind::Document);
    documents
        .map(|wanted| Named {
            wanted,
            requirements: of(wanted),
            id: format!("current-{}", wanted.id.trim_start_matches("doc-")),
            population: format!("the document \"{}\"", wanted.name),
        })
        .filter(|named| !named.requirements.is_empty())
        .collect()
});

/// One check a document: it is current.
pub static CURRENT: LazyLock<Vec<(CheckDef, &'static DocumentedInformation)>> = LazyLock::new(|| {
    NAMED
        .iter()
        .map(|named| {
            let text = "is approved, in effect, and its review date has not passed";
            let Named { wanted, requirements, id, population } = named;
            (CheckDef::new(id, Document::NAME, requirements, population, text).major(), *wanted)
        })
        .collect()
});

/// Judges whether a document of the catalogue is current. Where no document was ever written there is nothing to
/// judge: nobody has begun.
pub fn judge_current(wanted: &DocumentedInformation, books: &Books, span: &Span) -> Vec<Subject> {
    if books.documents.is_empty() { Vec::new() } else { vec![subject(wanted, books, span)] }
}

/// Everything that the standard asks for as a document is current.
pub static EXPLICIT: Whole = Whole {
    def: CheckDef::new(
        "explicit-documents-current",
        Document::NAME,
        &["7.5.1-a"],
        "documents that the standard asks for in documented form",
        "is approved, in effect, and its review date has not passed",
    )
    .major(),
    judge: |books, _: &Notes, span| {
        let explicit =
            |one: &&DocumentedInformation| one.kind == DocumentKind::Document && one.need == Need::Explicit;
        listed(books, span, &explicit)
    },
};

/// The documents that stand in 7.5.4.
const OF_THE_SYSTEM: &[&str] = &[
    "SMS scope statement",
    "Service management policy",
    "Service management objectives",
    "Service management plan",
    "Change management policy",
    "Information security policy",
    "Service continuity plan",
    "SMS process descriptions",
    "Major incident procedure",
];

/// The documents of the system itself are current.
pub static OF_SYSTEM: Whole = Whole {
    def: CheckDef::new(
        "system-documents-current",
        Document::NAME,
        &["7.5.4-a"],
        "the documents of the system: scope, policies, objectives, plans, processes, major incident procedure",
        "is approved, in effect, and its review date has not passed",
    )
    .major(),
    judge: |books, _: &Notes, span| listed(books, span, &|one| OF_THE_SYSTEM.contains(&one.name.as_str())),
};

fn listed(books: &Books, span: &Span, wanted: &dyn Fn(&&DocumentedInformation) -> bool) -> Vec<Subject> {
    if books.documents.is_empty() {
        return Vec::new();
    }
    CATALOGUE.documents.iter().filter(wanted).map(|one| subject(one, books, span)).collect()
}

/// Requirements for which it is enough that documents are under control; for all others what a document says counts
/// too, and no check reads that.
pub static CONTROL_ONLY: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| ["7.5.2-a", "7.5.2-b", "7.5.3-b", "7.5.3-d", "7.5.4-a"].into());

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::{Id, Value};
    use mainstay_kinds::document::{Classification, State::Effective, Version};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, at, blank};

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
        let mut document = good();
        breakage(&mut document);
        desk().judge(&PASS, check, &document).expect("it is judged").expect("it does not hold")
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

    fn policy_problem(documents: Vec<Document>) -> Option<String> {
        let mut desk = desk();
        desk.books.documents = documents;
        let (_, wanted) = CURRENT.iter().find(|(def, _)| def.id == "current-policy").expect("the policy");
        judge_current(wanted, &desk.books, &desk.span).into_iter().find_map(|subject| subject.problem)
    }

    #[test]
    fn a_missing_a_drafted_and_an_overdue_document_are_named_and_a_current_one_is_not() {
        assert_eq!(policy_problem(vec![good()]), None);
        let mut other = good();
        other.catalogue_id = "doc-scope".into();
        assert_eq!(
            policy_problem(vec![other]).as_deref(),
            Some("There is no Service management policy in effect.")
        );
        let mut draft = good();
        draft.head.state = Draft;
        draft.effective_since = None;
        assert!(policy_problem(vec![draft]).is_some_and(|why| why.contains("is a draft")));
        let mut revised = good();
        revised.head.state = Draft;
        assert_eq!(
            policy_problem(vec![revised]),
            None,
            "the version in effect stays while the next is written"
        );
        let mut late = good();
        late.next_review = Some(date(2026, 1, 4));
        assert!(policy_problem(vec![late]).is_some_and(|why| why.contains("past its review date")));
        assert_eq!(policy_problem(Vec::new()), None, "nobody has begun to write");
    }

    #[test]
    fn every_document_of_the_system_is_one_of_the_catalogue() {
        for name in OF_THE_SYSTEM {
            assert!(CATALOGUE.document(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_axis_of_documents_tells_none_from_draft_approved_and_overdue() {
        let today = date(2026, 1, 5);
        let of = |documents: &[Document]| designed(documents, today)["Service management policy"];
        assert_eq!(of(&[]), Designed::None);
        assert_eq!(of(&[good()]), Designed::Approved);
        let mut late = good();
        late.next_review = Some(date(2026, 1, 4));
        assert_eq!(of(&[late]), Designed::Overdue);
    }
}
