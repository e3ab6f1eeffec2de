//! Rights: who may do what with which records. Deny by default; the one matrix of roles stands in
//! [`matrix`], everything else here reads it.
//!
//! A right is a *deed* on records of a *kind* within a *reach*. The same rights decide what a list shows, what a
//! count counts, what a search finds and what a command may touch, so that nothing can be inferred from the outside
//! of what is not shown.

pub mod matrix;
mod relation;
mod scope;
mod text;

use mainstay_core::{Instant, KindDef, MoveDef};
use mainstay_kinds::role_assignment::Role;
use uuid::Uuid;

pub use relation::Relations;
pub use text::matrix_text;

/// What one may do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// See that it exists, and what is in it for everybody.
    Read,
    /// See what is for staff only: internal comments, internal fields, tasks, tags, the history of all that.
    ReadInternal,
    /// Make one.
    Create,
    /// Change its fields.
    Edit,
    /// Run a move of its lifecycle.
    Move(&'static str),
    /// Write to the customer.
    Comment,
    /// Write an internal note.
    Note,
    /// Hang files on it.
    Attach,
    /// Link it with other records.
    Link,
    /// Add and change tasks.
    Task,
    /// Put tags on it.
    Tag,
    /// Vote in an approval.
    Vote,
}

impl Deed {
    /// The deed as the matrix writes it.
    pub fn name(self) -> String {
        match self {
            Deed::Move(name) => format!("move {name}"),
            other => format!("{other:?}").to_lowercase().replace("readinternal", "read internal"),
        }
    }

    /// All deeds that exist for a kind.
    pub fn all(def: &KindDef) -> Vec<Deed> {
        let mut deeds = vec![Deed::Read, Deed::ReadInternal, Deed::Create, Deed::Edit];
        deeds.extend(def.moves.iter().map(|mv: &MoveDef| Deed::Move(mv.name)));
        deeds.extend([
            Deed::Comment,
            Deed::Note,
            Deed::Attach,
            Deed::Link,
            Deed::Task,
            Deed::Tag,
            Deed::Vote,
        ]);
        deeds
    }
}

/// What one may do with the installation as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Take a file of foreign records in.
    Import,
    /// See reports.
    Report,
    /// See the conformity board and run checks.
    Conformity,
    /// See and prove the journal.
    Journal,
    /// Make accounts, invite, end other people's sessions.
    Accounts,
    /// Erase a person's data.
    Erase,
}

impl Duty {
    /// All duties.
    pub const ALL: &[Duty] =
        &[Duty::Import, Duty::Report, Duty::Conformity, Duty::Journal, Duty::Accounts, Duty::Erase];

    /// The duty as the matrix writes it.
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// How far a right goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Records that name the person as theirs.
    Own,
    /// Records of the person's teams, and their own.
    Team,
    /// Records of the person's organisation, and their own.
    Organisation,
    /// All records of the kind.
    All,
}

impl Reach {
    /// The reach as the matrix writes it.
    pub fn name(self) -> &'static str {
        match self {
            Reach::Own => "own",
            Reach::Team => "team",
            Reach::Organisation => "organisation",
            Reach::All => "all",
        }
    }
}

/// A role that somebody holds now, with what it is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldRole {
    /// The role.
    pub role: Role,
    /// Limited to this service.
    pub service: Option<Uuid>,
    /// Limited to this customer.
    pub customer: Option<Uuid>,
}

/// By what a person has shown who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A browser session, with the instant of the last proof of identity.
    Session {
        /// Id of the session.
        id: Uuid,
        /// When a password or link was given last.
        proved_at: Instant,
    },
    /// An API token.
    Token {
        /// Id of the token.
        id: Uuid,
        /// True when the token may only read.
        read_only: bool,
    },
}

/// A person who acts through a network face, with the rights they have at this instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person's record.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// Ref of the person's record.
    pub reference: String,
    /// Works for the provider.
    pub staff: bool,
    /// The customer organisation for which they speak.
    pub customer: Option<Uuid>,
    /// Roles that hold today.
    pub roles: Vec<HeldRole>,
    /// Teams to which a role assignment of today belongs.
    pub teams: Vec<Uuid>,
    /// How they signed in.
    pub credential: Credential,
}

impl Principal {
    /// Whether one of their roles has this duty.
    pub fn has(&self, duty: Duty) -> bool {
        self.roles.iter().any(|held| matrix::duties(held.role).contains(&duty))
    }

    /// Whether they may do this with any record of the kind at all.
    pub fn may_ever(&self, def: &KindDef, deed: Deed) -> bool {
        !self.is_kept_from(deed) && !self.grants(def.name, deed).is_empty()
    }

    /// Whether what they have shown is not enough for this deed: a read-only token writes nothing, and no token
    /// votes.
    fn is_kept_from(&self, deed: Deed) -> bool {
        match &self.credential {
            Credential::Session { .. } => false,
            Credential::Token { read_only, .. } => {
                deed == Deed::Vote || (*read_only && !matches!(deed, Deed::Read | Deed::ReadInternal))
            }
        }
    }

    /// Every grant for this deed, with the role that gives it; none for a role of nobody's in particular.
    fn grants(&self, kind: &str, deed: Deed) -> Vec<(Option<HeldRole>, &'static matrix::Line)> {
        let everyone = matrix::lines(None, kind, deed).map(|line| (None, line));
        let roles = self
            .roles
            .iter()
            .flat_map(|held| matrix::lines(Some(held.role), kind, deed).map(|line| (Some(*held), line)));
        everyone.chain(roles).collect()
    }
}
