//! A record kind: a struct and the descriptor that points into it.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Result,
    approval::Approval,
    choice::Choice,
    clock::Clock,
    cx::Cx,
    field::{Fields, Search, Subject},
    lifecycle::Move,
    link::Link,
};

/// What every record has.
#[derive(Debug, Clone, PartialEq)]
pub struct Head<S> {
    /// The record's id.
    pub id: Uuid,
    /// What people call it: `INC-000123`.
    pub reference: String,
    /// One line that names it.
    pub title: String,
    /// State of its lifecycle.
    pub state: S,
    /// Counts the changes, from 1.
    pub version: u64,
    /// When it was recorded first.
    pub created_at: Timestamp,
    /// When it was recorded last.
    pub updated_at: Timestamp,
}

impl<S: Choice> Default for Head<S> {
    fn default() -> Self {
        Self {
            id: Uuid::nil(),
            reference: String::new(),
            title: String::new(),
            state: S::default(),
            version: 0,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }
}

/// What a kind's rules want to know of other records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The agreement in force for the record's `service` and `customer`.
    Agreement,
    /// The same; a record without a service takes that of the record which this reference field names.
    AgreementThrough(&'static str),
    /// The record that a reference field names, as it is now.
    Referenced(&'static str),
}

/// A change that a command causes on *another* record: a closed list, so that one `match` handles it all.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The other record's instant field takes `instant` if that is earlier (a merged record brings its start).
    TakeEarlier {
        /// The other record, of the same kind.
        record: Uuid,
        /// The instant field.
        field: &'static str,
        /// The candidate.
        instant: Timestamp,
    },
}

/// How a kind's title is called and treated.
#[derive(Debug, Clone, Copy)]
pub struct TitleDef {
    /// Name for people: `Name`, `Short description`.
    pub label: &'static str,
    /// Whose personal data it is.
    pub personal: Option<Subject>,
    /// Whether its words are searched.
    pub search: Search,
}

/// The descriptor of kind `K`.
pub struct Def<K: Kind> {
    /// `incident`: table, commands, journal.
    pub name: &'static str,
    /// `incidents`: the API's path.
    pub plural: &'static str,
    /// `INC`: begins each ref.
    pub prefix: &'static str,
    /// Clause of ISO/IEC 20000-1:2018 that asks for these records.
    pub clause: &'static str,
    /// One sentence that says what such a record is.
    pub help: &'static str,
    /// The title.
    pub title: TitleDef,
    /// The fields.
    pub fields: Fields<K>,
    /// Relations beyond the common ones.
    pub links: &'static [Link],
    /// Clocks that run on it.
    pub clocks: &'static [Clock<K>],
    /// The lifecycle, in the order of buttons.
    pub moves: &'static [Move<K>],
    /// How its records are approved, if they are.
    pub approval: Option<Approval<K>>,
    /// Columns by which lists of this kind are commonly filtered together; each group gets an index that also
    /// has the newest first.
    pub lists: &'static [&'static [&'static str]],
    /// States in which the record is locked: only moves change it.
    pub locked_in: &'static [K::State],
    /// What its rules want to know.
    pub reads: &'static [Fact],
    /// Rule before every write: derives values and may refuse. `before` is the record as it was.
    pub before_save: fn(&mut K, Option<&K>, &Cx) -> Result<()>,
    /// What the change from `before` to the record causes on other records.
    pub effects: fn(&K, Option<&K>) -> Vec<Effect>,
}

/// A record kind. Everything about it stands in one file of `mainstay-kinds`.
pub trait Kind: Clone + Send + Sync + Sized + 'static {
    /// Its states; the first word is the state in which it begins.
    type State: Choice;
    /// Its name, which is also [`Def::name`]. A kind that refers to itself, or to a kind that refers back,
    /// must write the word here (`name: Self::NAME` in the descriptor): a reference needs the other kind's name
    /// before that kind's descriptor is complete, and the compiler reports a cycle otherwise.
    const NAME: &'static str = Self::DEF.name;
    /// Its descriptor.
    const DEF: Def<Self>;
    /// The head of a record. Made by [`head!`](crate::head!).
    fn head(&self) -> &Head<Self::State>;
    /// The head of a record, to change.
    fn head_mut(&mut self) -> &mut Head<Self::State>;
}

/// Implements the two head functions inside `impl Kind for …`.
#[macro_export]
macro_rules! head {
    () => {
        fn head(&self) -> &$crate::Head<Self::State> {
            &self.head
        }
        fn head_mut(&mut self) -> &mut $crate::Head<Self::State> {
            &mut self.head
        }
    };
}

/// A `before_save` for kinds without such a rule.
///
/// # Errors
/// None.
pub fn nothing_before_save<K>(_: &mut K, _: Option<&K>, _: &Cx) -> Result<()> {
    Ok(())
}

/// `effects` of kinds that change nothing but themselves.
pub fn no_effects<K>(_: &K, _: Option<&K>) -> Vec<Effect> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Id, Type, choice, fields};

    choice!(
        /// The only state.
        State { Active = "active" }
    );

    macro_rules! kind {
        ($kind:ident, $name:literal, $other:ident) => {
            #[derive(Clone)]
            struct $kind {
                head: Head<State>,
                parent: Id<$kind>,
                other: Id<$other>,
            }

            impl Kind for $kind {
                type State = State;
                const NAME: &'static str = $name;
                const DEF: Def<Self> = Def {
                    name: Self::NAME,
                    plural: concat!($name, "s"),
                    prefix: "XXX",
                    clause: "8.1",
                    help: "A kind of this test",
                    title: TitleDef { label: "Name", personal: None, search: Search::No },
                    fields: fields!($kind { parent: "One of its own", other: "One of the other kind" }),
                    links: &[],
                    clocks: &[],
                    moves: &[],
                    approval: None,
                    lists: &[],
                    locked_in: &[],
                    reads: &[],
                    before_save: nothing_before_save,
                    effects: no_effects,
                };
                head!();
            }
        };
    }

    kind!(Branch, "branch", Leaf);
    kind!(Leaf, "leaf", Branch);

    #[test]
    fn a_kind_may_refer_to_itself_and_two_kinds_to_each_other() {
        let references = |types: Vec<Type>| {
            let name = |ty: Type| match ty {
                Type::Reference(kind) => kind,
                other => other.name(),
            };
            types.into_iter().map(name).collect::<Vec<_>>()
        };
        let branch = Branch::DEF.fields.list.iter().map(|field| field.def.ty).collect();
        let leaf = Leaf::DEF.fields.list.iter().map(|field| field.def.ty).collect();
        assert_eq!(references(branch), ["branch", "leaf"]);
        assert_eq!(references(leaf), ["leaf", "branch"]);
        assert_eq!(State::default().name(), "active");
    }
}
