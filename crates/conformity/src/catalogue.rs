//! The catalogue: clauses, requirements, kinds of evidence and documents, as data in `standard/`, in our own words.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

/// Whether records decide a requirement, or a person has to confirm what the checks found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Automation {
    /// Records decide.
    Full,
    /// The checks show that evidence exists; whether it suffices a person says.
    Partial,
}

/// Nature of an obligation in the cycle of improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pdca {
    /// Plan.
    Plan,
    /// Do.
    Do,
    /// Check.
    Check,
    /// Act.
    Act,
}

/// How sure we are that the obligation stands where the catalogue says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Established content of the clause.
    High,
    /// Reading or place is open; compare with the bought standard first.
    Medium,
}

/// The edition that a file of data describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// The standard.
    pub standard: String,
    /// Its amendment.
    pub amendment: String,
    /// Language of the texts.
    pub language: String,
    /// Version of the data.
    pub version: String,
    /// How many requirements the file says it holds.
    #[serde(default)]
    pub requirements: usize,
    /// How many documents the file says it holds.
    #[serde(default)]
    pub documents: usize,
    /// What the texts are, and are not.
    #[serde(default)]
    pub statement: String,
}

/// A clause of the standard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Depth: 1 for a chapter.
    pub level: u8,
}

/// A kind of record that can prove something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceKind {
    /// Its name in the catalogue.
    pub id: String,
    /// What it is.
    pub meaning: String,
    /// True for events, of which a nil return may say that there were none.
    #[serde(default)]
    pub event: bool,
}

/// One obligation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable: clause number, hyphen, letter.
    pub id: String,
    /// The deepest titled clause in which it stands.
    pub clause: String,
    /// Title of that clause.
    pub title: String,
    /// Number of an untitled sub-clause.
    #[serde(default)]
    pub subclause: Option<String>,
    /// The obligation in our own words.
    pub text: String,
    /// Nature of the obligation.
    pub pdca: Pdca,
    /// Name of the document that holds it.
    #[serde(default)]
    pub document: Option<String>,
    /// Name of the record that shows that it happened.
    #[serde(default)]
    pub record: Option<String>,
    /// Kinds of evidence that can prove it.
    pub evidence: Vec<String>,
    /// The condition over them.
    pub check: String,
    /// Who decides.
    pub automation: Automation,
    /// How sure we are of its place.
    pub confidence: Confidence,
    /// False where the clause states no duty and the control is our own.
    #[serde(default = "yes")]
    pub normative: bool,
    /// The amendment that brought it.
    #[serde(default)]
    pub amendment: Option<String>,
    /// Related clauses of ISO/IEC 27001:2022.
    #[serde(default)]
    pub iso27001: Vec<String>,
    /// Related clauses of ISO 9001:2015.
    #[serde(default)]
    pub iso9001: Vec<String>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
}

const fn yes() -> bool {
    true
}

/// Whether documented information is kept up to date or kept as evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Kept up to date.
    Document,
    /// Kept as evidence.
    Record,
}

/// Who asks for documented information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The standard asks for it in documented or recorded form.
    Explicit,
    /// It has to be determined, agreed or reported, and is written down in practice.
    Implied,
    /// An audit usually expects it.
    GoodPractice,
}

/// Documented information of the service management system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentedInformation {
    /// Stable id.
    pub id: String,
    /// Its name; requirements use it.
    pub name: String,
    /// The clause it belongs to.
    pub clause: String,
    /// Document or record.
    pub kind: DocumentKind,
    /// Who asks for it.
    pub need: Need,
    /// What it is for.
    pub purpose: String,
    /// Who approves it or answers for it.
    pub approver: String,
    /// Usual interval of review in months; 0: by event.
    pub review_months: u32,
    /// The event that calls for a review or makes the record.
    #[serde(default)]
    pub review_trigger: Option<String>,
    /// Records: usual least time to keep, in months.
    #[serde(default)]
    pub retention_months: Option<u32>,
    /// Documents: kind of template.
    #[serde(default)]
    pub template: Option<String>,
    /// Headings or fields.
    pub outline: Vec<String>,
    /// Requirements that it serves.
    pub requirements: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequirementsFile {
    catalogue: Edition,
    clause: Vec<Clause>,
    evidence_kind: Vec<EvidenceKind>,
    requirement: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentsFile {
    catalogue: Edition,
    document: Vec<DocumentedInformation>,
}

/// The whole catalogue.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// What the requirements describe.
    pub edition: Edition,
    /// All clauses from 4 to 10, in order.
    pub clauses: Vec<Clause>,
    /// All kinds of evidence.
    pub evidence_kinds: Vec<EvidenceKind>,
    /// All requirements, in order.
    pub requirements: Vec<Requirement>,
    /// All documented information.
    pub documents: Vec<DocumentedInformation>,
    by_id: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
}

/// The catalogue that this program was built with, read once.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    // Files of the program itself, read by the tests: what they hold reaches no user unread.
    Catalogue::read(
        include_str!("../../../standard/requirements.toml"),
        include_str!("../../../standard/documents.toml"),
    )
    .unwrap_or_else(|problem| panic!("the catalogue in standard/ is damaged: {problem}"))
});

impl Catalogue {
    /// Reads both files.
    ///
    /// # Errors
    /// What is wrong with a file, in words.
    pub fn read(requirements: &str, documents: &str) -> Result<Self, String> {
        let file: RequirementsFile = toml::from_str(requirements).map_err(|error| error.to_string())?;
        let documents: DocumentsFile = toml::from_str(documents).map_err(|error| error.to_string())?;
        if documents.catalogue.documents != documents.document.len() {
            return Err("documents.toml holds another number of documents than it says".into());
        }
        let by_id = file.requirement.iter().enumerate().map(|(at, one)| (one.id.clone(), at)).collect();
        let by_name = documents.document.iter().enumerate().map(|(at, one)| (one.name.clone(), at)).collect();
        Ok(Self {
            edition: file.catalogue,
            clauses: file.clause,
            evidence_kinds: file.evidence_kind,
            requirements: file.requirement,
            documents: documents.document,
            by_id,
            by_name,
        })
    }

    /// The requirement with this id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.by_id.get(id).map(|at| &self.requirements[*at])
    }

    /// The documented information with this name.
    pub fn document(&self, name: &str) -> Option<&DocumentedInformation> {
        self.by_name.get(name).map(|at| &self.documents[*at])
    }

    /// The clause with this number.
    pub fn clause(&self, number: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.number == number)
    }

    /// The kind of evidence with this name.
    pub fn evidence_kind(&self, id: &str) -> Option<&EvidenceKind> {
        self.evidence_kinds.iter().find(|kind| kind.id == id)
    }
}

/// True when `clause` is `number` or stands below it: 8.6.1 is in 8, 8.6 and 8.6.1.
pub fn is_in_clause(clause: &str, number: &str) -> bool {
    clause.strip_prefix(number).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_220_requirements_with_ids_of_their_own_and_219_are_obligations() {
        assert_eq!(CATALOGUE.requirements.len(), 220);
        assert_eq!(CATALOGUE.edition.requirements, 220);
        assert_eq!(CATALOGUE.by_id.len(), 220);
        assert_eq!(CATALOGUE.requirements.iter().filter(|one| one.normative).count(), 219);
    }

    #[test]
    fn there_are_69_documents_and_every_name_and_requirement_they_use_is_known() {
        assert_eq!(CATALOGUE.documents.len(), 69);
        assert_eq!(CATALOGUE.by_name.len(), 69);
        let ids: BTreeSet<_> = CATALOGUE.documents.iter().map(|one| &one.id).collect();
        assert_eq!(ids.len(), 69);
        for document in &CATALOGUE.documents {
            for id in &document.requirements {
                assert!(CATALOGUE.requirement(id).is_some(), "{}: {id}", document.id);
            }
        }
        for requirement in &CATALOGUE.requirements {
            for name in requirement.document.iter().chain(&requirement.record) {
                assert!(CATALOGUE.document(name).is_some(), "{}: {name}", requirement.id);
            }
        }
    }

    #[test]
    fn every_requirement_stands_in_a_known_clause_with_its_title_and_below_its_number() {
        for requirement in &CATALOGUE.requirements {
            let clause = CATALOGUE.clause(&requirement.clause).expect(&requirement.id);
            assert_eq!(clause.title, requirement.title, "{}", requirement.id);
            let (number, letter) = requirement.id.rsplit_once('-').expect("number and letter");
            assert!(is_in_clause(number, &requirement.clause), "{}", requirement.id);
            assert!(letter.len() == 1 && letter.chars().all(|one| one.is_ascii_lowercase()));
        }
        let numbers: BTreeSet<_> = CATALOGUE.clauses.iter().map(|clause| &clause.number).collect();
        assert_eq!(numbers.len(), CATALOGUE.clauses.len());
        for clause in &CATALOGUE.clauses {
            assert_eq!(clause.number.split('.').count(), usize::from(clause.level), "{}", clause.number);
        }
    }

    #[test]
    fn every_kind_of_evidence_is_declared_and_used() {
        let declared: BTreeSet<_> = CATALOGUE.evidence_kinds.iter().map(|kind| kind.id.as_str()).collect();
        assert_eq!(declared.len(), CATALOGUE.evidence_kinds.len());
        let used: BTreeSet<_> =
            CATALOGUE.requirements.iter().flat_map(|one| &one.evidence).map(String::as_str).collect();
        assert_eq!(used.difference(&declared).collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn the_catalogue_says_that_it_is_a_paraphrase() {
        assert_eq!(CATALOGUE.edition.statement, "Paraphrase in own words; not the text of the standard.");
        assert_eq!(CATALOGUE.edition.standard, "ISO/IEC 20000-1:2018");
        assert_eq!(CATALOGUE.edition.amendment, "Amd 1:2024");
    }

    #[test]
    fn a_clause_is_in_itself_and_in_those_above_it_only() {
        assert!(is_in_clause("8.6.1", "8"));
        assert!(is_in_clause("8.6.1", "8.6.1"));
        assert!(!is_in_clause("8.6.1", "8.6.11"));
        assert!(!is_in_clause("10.1", "1"));
    }
}
