//! Documents there where the catalogue asks for them (7.5.1, 7.5.4): a check of one document says whether it is current:
//! approved, in effect, its review date not passed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use mainstay_core::Kind;
use mainstay_kinds::{
    Document,
    document::State::{Draft, Review},
};

use super::Whole;
use crate::{
    CATALOGUE, Designed,
    books::{Books, Notes},
    catalogue::{DocumentKind, DocumentedInformation, Need},
    check::CheckDef,
    engine::Subject,
    span::Span,
};

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
    use mainstay_kinds::document::State::Effective;

    use super::*;
    use crate::testing::{Desk, at, blank};

    fn good() -> Document {
        let mut document = blank::<Document>();
        document.head.state = Effective;
        document.catalogue_id = "doc-policy".into();
        document.effective_since = Some(at("2025-06-01T09:00:00Z"));
        document.next_review = Some(date(2026, 6, 1));
        document
    }

    fn policy_problem(documents: Vec<Document>) -> Option<String> {
        let mut desk = Desk::at("2026-01-05T09:00:00Z");
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
