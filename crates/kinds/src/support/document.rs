//! Documents (7.5): one record a document, with a draft beside the version that is in effect.
//!
//! The draft is decided on by votes; when it is approved it takes the place of the version in effect in the same act.
//! So at any time exactly one version is in effect, and what was in effect earlier is what the record showed then: the
//! journal keeps it, and a view of the past returns it. `versions` lists them all with their hashes.

mod versions;

use jiff::civil::Date;
use mainstay_core::{
    Approval, Choice, Cx, Def, Gate, Head, Id, Instant, Kind, Link, Move, Policy, Result, Search, Structured,
    TitleDef, choice, fields, head, kind::no_effects, names,
};

use crate::{Person, acting, problems::Problems, review_date, role_assignment::Role};

pub use versions::Version;

choice!(
    /// Where the draft stands; the version in effect is untouched by it.
    State { Draft = "draft", Review = "review", Effective = "effective", Withdrawn = "withdrawn" }
);

use State::{Draft, Effective, Review, Withdrawn};

choice!(
    /// What kind of document it is.
    DocumentType {
        Policy = "policy",
        Plan = "plan",
        Procedure = "procedure",
        Process = "process",
        Register = "register",
        Statement = "statement",
        Agreement = "agreement",
        Specification = "specification",
        Catalogue = "catalogue",
        Matrix = "matrix",
        Programme = "programme",
        WorkInstruction = "work_instruction",
        Other = "other",
    }
);

choice!(
    /// Who may see it.
    Classification {
        Public = "public",
        Internal = "internal",
        Confidential = "confidential",
        Restricted = "restricted",
    }
);

choice!(
    /// Whether we wrote it or somebody else did.
    Origin { Own = "own", External = "external" }
);

/// A document.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct Document {
    pub head: Head<State>,
    pub catalogue_id: String,
    pub document_type: Option<DocumentType>,
    pub purpose: String,
    pub owner: Id<Person>,
    pub author: Id<Person>,
    pub classification: Option<Classification>,
    pub audience: String,
    pub language: String,
    pub requirement_ids: String,
    pub origin: Option<Origin>,
    pub source: String,
    pub source_version: String,
    pub retention_months: Option<i64>,
    pub review_months: Option<i64>,
    pub reviewed_on: Option<Date>,
    pub next_review: Option<Date>,
    pub draft_text: String,
    pub change_note: String,
    pub text: String,
    pub version_number: i64,
    pub effective_since: Option<Instant>,
    pub versions: Structured<Vec<Version>>,
    pub withdraw_reason: String,
    pub external_key: String,
}

impl Kind for Document {
    type State = State;
    const NAME: &'static str = "document";
    const DEF: Def<Self> = Def {
        name: Self::NAME,
        plural: "documents",
        prefix: "DOC",
        clause: "7.5",
        help: "A controlled document with the version in effect and the draft of the next one",
        title: TitleDef { label: "Title", personal: None, search: Search::Internal },
        fields: fields!(Document {
            catalogue_id: "Its id in the list of documented information, like doc-change-policy".indexed(),
            document_type: "What kind of document it is".required().indexed(),
            purpose: "What it is for",
            owner: "Person who keeps it current".indexed().own(),
            author: "Person who wrote the draft".system().own(),
            classification: "Who may see it",
            audience: "For whom it is written",
            language: "Language, like en",
            requirement_ids: "Requirements that it serves, like 8.5.1.1-a, parted by blanks",
            origin: "Whether we wrote it",
            source: "Where an external document comes from",
            source_version: "Version or date that its source gives it",
            retention_months: "Months for which old versions are kept at least",
            review_months: "Months between reviews; twelve when left empty",
            reviewed_on: "Day of its last review".system(),
            next_review: "Day on which its next review falls due".system().indexed(),
            draft_text: "Words of the next version, in Markdown".staff_only(),
            change_note: "What the next version changes, and why".staff_only(),
            text: "Words of the version in effect, in Markdown".system().searched(Search::Internal),
            version_number: "Number of the version in effect; 0 before the first".system(),
            effective_since: "When the version in effect took effect".system(),
            versions: "All versions that took effect, with author, note and hash".system(),
            withdraw_reason: "Why it is no longer in effect, and what replaces it".system(),
            external_key: "Key of the document in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("replaces", "replaced_by", "document"),
            Link::new("governs", "governed_by", "service"),
        ],
        clocks: &[],
        moves: &[
            Move::new("submit", &[Draft], Review, "The draft is ready to be decided on")
                .asks(names!(Document: draft_text, change_note, owner, classification)),
            Move::new("put_in_effect", &[Review], Effective, "The draft becomes the version in effect")
                .then(versions::put_in_effect),
            Move::new("send_back", &[Review], Draft, "The draft has to be worked on"),
            Move::new("take_back", &[Review], Draft, "The draft is changed and decided on anew"),
            Move::new("revise", &[Effective], Draft, "A new version is written; this one stays in effect")
                .then(|document, _| document.draft_text.clone_from(&document.text)),
            Move::new("confirm", &[Effective], Effective, "It was reviewed and is still right")
                .then(reviewed),
            Move::new("withdraw", &[Draft, Effective], Withdrawn, "It is no longer in effect")
                .asks(names!(Document: withdraw_reason))
                .then(versions::end),
            Move::new("reinstate", &[Withdrawn], Draft, "It is needed again").then(|document, _| {
                document.draft_text.clone_from(&document.text);
                document.text.clear();
                document.withdraw_reason.clear();
            }),
        ],
        approval: Some(Approval {
            content: names!(Document: document_type, classification, audience, requirement_ids, draft_text, change_note),
            never: names!(Document: author),
            policy,
            gates: &[Gate {
                waits_in: Review,
                approved: "put_in_effect",
                rejected: "send_back",
                voided: "take_back",
                // What is in effect is not edited: a new draft is written.
                holds_in: &[],
            }],
        }),
        lists: &[&["document_type", "state"]],
        locked_in: &[Withdrawn],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

/// Policies are approved by top management (5.2), other documents by who runs the process or the system.
fn policy(document: &Document) -> Policy {
    if document.document_type == Some(DocumentType::Policy) {
        return Policy::ask([Role::TopManagement.name()], 1);
    }
    Policy::ask([Role::ProcessOwner.name(), Role::ServiceManager.name(), Role::TopManagement.name()], 1)
}

fn reviewed(document: &mut Document, cx: &Cx) {
    document.reviewed_on = Some(acting::today(cx));
    document.next_review = Some(review_date::next(document.review_months, cx));
}

fn before_save(document: &mut Document, before: Option<&Document>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    review_date::check_interval(document.review_months, cx, &mut problems);
    let was = before.map_or("", |before| before.draft_text.as_str());
    let is_written = before.is_none() || was != document.draft_text;
    if !cx.history {
        let stays = before.is_some_and(|before| before.head.state == document.head.state);
        if is_written && stays && document.head.state == Effective {
            problems.add("draft_text", "there is no draft now; revise the document first");
        }
        // Who submits another's words unchanged did not write them; who brings words to the draft did.
        let by_hand = document.head.state == Draft || document.head.state == Review;
        let person = acting::person(cx);
        if is_written && by_hand && person.is_some() {
            document.author = person;
        }
        let external = document.origin == Some(Origin::External);
        if external && document.head.state == Review && document.source.is_empty() {
            problems.add("source", "must be given: where the external document comes from");
        }
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use mainstay_core::{Actor, AnyKind, Of};
    use serde_json::{Value as Json, json};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Trial, check_lifecycle, id, wrong_fields};

    fn document() -> Trial<Document> {
        Trial::new(json!({"title": "Change policy", "document_type": "policy"}))
    }

    fn answers(name: &str) -> Json {
        match name {
            "submit" => json!({"draft_text": "Every change is recorded.", "change_note": "First version",
                "owner": id(2), "classification": "internal"}),
            "withdraw" => json!({"withdraw_reason": "Another replaces it"}),
            _ => json!({}),
        }
    }

    fn walked(moves: &[&str]) -> Trial<Document> {
        let mut document = document();
        for name in moves {
            document.perform(name, answers(name)).unwrap();
        }
        document
    }

    #[test]
    fn a_document_goes_its_way_and_no_other() {
        check_lifecycle(
            &document,
            &answers,
            &[
                ("draft", &[], &["submit", "withdraw"]),
                ("review", &["submit"], &["put_in_effect", "send_back", "take_back"]),
                ("effective", &["submit", "put_in_effect"], &["revise", "confirm", "withdraw"]),
                ("draft", &["submit", "put_in_effect", "revise"], &["submit", "withdraw"]),
                ("withdrawn", &["submit", "put_in_effect", "withdraw"], &["reinstate"]),
                ("draft", &["withdraw", "reinstate"], &["submit", "withdraw"]),
            ],
        );
    }

    #[test]
    fn the_version_in_effect_stays_while_the_next_is_written() {
        let mut document = walked(&["submit", "put_in_effect", "revise"]);
        document.edit(json!({"draft_text": "Every change is recorded and weighed."})).unwrap();
        let typed = document.typed();
        assert_eq!((typed.text.as_str(), typed.version_number), ("Every change is recorded.", 1));
        document.at("2026-02-01T09:00:00Z").perform("submit", json!({"change_note": "Weighed too"})).unwrap();
        document.perform("put_in_effect", json!({})).unwrap();
        let typed = document.typed();
        assert_eq!((typed.text.as_str(), typed.version_number), ("Every change is recorded and weighed.", 2));
        assert_eq!((typed.draft_text.as_str(), typed.change_note.as_str()), ("", ""));
        let versions = typed.versions.0;
        assert_eq!(versions.iter().map(|version| version.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(versions[0].until, Some("2026-02-01T09:00:00Z".parse().unwrap()));
        assert_eq!((versions[1].until, versions[1].note.as_str()), (None, "Weighed too"));
        assert_ne!(versions[0].sha256, versions[1].sha256);
    }

    #[test]
    fn what_is_withdrawn_is_in_effect_no_longer() {
        let document = walked(&["submit", "put_in_effect", "withdraw"]).typed();
        assert!(document.versions.0[0].until.is_some());
        assert_eq!((document.effective_since, document.next_review), (None, None));
        assert_eq!(document.text, "Every change is recorded.", "it stays readable");
    }

    #[test]
    fn what_is_in_effect_is_not_edited() {
        let mut document = walked(&["submit", "put_in_effect"]);
        assert_eq!(wrong_fields(document.edit(json!({"draft_text": "Other words"}))), ["draft_text"]);
        assert_eq!(wrong_fields(document.edit(json!({"text": "Other words"}))), ["text"]);
    }

    #[test]
    fn the_author_is_who_wrote_the_words_of_the_draft() {
        let mut document = document();
        document.cx.actor = Actor::Person(Uuid::from_u128(3));
        document.edit(json!({"draft_text": "Every change is recorded."})).unwrap();
        document.cx.actor = Actor::Person(Uuid::from_u128(4));
        document.perform("submit", answers("submit")).unwrap();
        assert_eq!(document.typed().author, Id::new(Uuid::from_u128(3)));
        document.cx.actor = Actor::Person(Uuid::from_u128(5));
        document.perform("put_in_effect", json!({})).unwrap();
        let typed = document.typed();
        assert_eq!(typed.author, Id::new(Uuid::from_u128(3)));
        assert_eq!(typed.versions.0[0].author, Some(Uuid::from_u128(3)));
    }

    #[test]
    fn a_policy_is_approved_by_top_management_and_other_documents_by_who_runs_them() {
        let roles = |ty: &str| {
            let document = Trial::<Document>::new(json!({"document_type": ty}));
            Of::<Document>::new().policy(&document.record).unwrap().unwrap().roles
        };
        assert_eq!(roles("policy"), ["top_management"]);
        assert_eq!(roles("procedure"), ["process_owner", "service_manager", "top_management"]);
    }

    #[test]
    fn a_document_from_outside_names_its_source() {
        let mut document = document();
        document.edit(json!({"origin": "external"})).unwrap();
        assert_eq!(wrong_fields(document.perform("submit", answers("submit"))), ["source"]);
    }
}
