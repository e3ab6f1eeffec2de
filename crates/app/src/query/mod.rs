//! Questions of people: lists, records, what hangs on them, search, history. Each question has a view (now or then)
//! and a person, whose rights of today decide what is in the answer, in its counts and in its order.
//! The REST interface and the pages ask nothing that is not here.

mod approvals;
mod clocks;
mod conformity;
mod cursor;
mod export;
mod find;
mod history;
mod list;
mod names;
mod parts;
mod proof;
mod record;
mod report;
mod search;
mod soon;
mod suggest;

use std::sync::Arc;

use mainstay_core::{Filter, KindDef, Record, Value};
use mainstay_store::Audience;
use uuid::Uuid;

use crate::{
    App,
    rights::{Deed, Principal},
    view::View,
};

pub use approvals::{RoundView, VoteView};
pub use export::ExportFormat;
pub use history::{Change, HistoryItem, HistoryPage};
pub use list::{List, ListQuery, Total};
pub use names::{Name, Names};
pub use parts::{AttachmentView, CommentView, LinkView, TagView, TaskView};
pub use proof::{EntryView, ProofPage};
pub use record::{MoveView, RecordView};
pub use search::{Found, Search};

/// A person who asks about the records of a view.
#[derive(Clone)]
pub struct Query<'a> {
    view: View<'a>,
    who: Arc<Principal>,
}

impl<'a> Query<'a> {
    /// A person's questions about a view.
    pub fn new(view: View<'a>, who: Arc<Principal>) -> Self {
        Self { view, who }
    }

    /// A person's questions about now.
    pub fn now(app: &'a App, who: Arc<Principal>) -> Self {
        Self::new(app.view(), who)
    }

    /// Who asks.
    pub fn who(&self) -> &Arc<Principal> {
        &self.who
    }

    /// What is looked at.
    pub fn view(&self) -> &View<'a> {
        &self.view
    }

    /// The condition for what the person may read of a kind.
    fn readable(&self, def: &KindDef) -> Filter {
        self.who.scope(def, Deed::Read)
    }

    /// Whether everything that the person may read of a kind they may read with what is for staff.
    fn reads_internal(&self, def: &KindDef) -> bool {
        self.who.scope(def, Deed::ReadInternal) == self.readable(def)
    }

    fn sees_internal(&self, def: &KindDef, record: &Record) -> bool {
        self.who.may(def, record, Deed::ReadInternal)
    }

    fn audience(&self, def: &KindDef) -> Audience {
        if self.reads_internal(def) { Audience::Staff } else { Audience::Public }
    }
}

/// Placeholders and values for `in (…)`, filled up with the last value to a power of two: so there are few different
/// statements, and the database prepares each once.
fn among(ids: impl IntoIterator<Item = Uuid>) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = ids.into_iter().map(Value::Id).collect();
    fill_up(&mut values);
    let places: Vec<_> = (1..=values.len()).map(|at| format!("?{at}")).collect();
    (places.join(", "), values)
}

/// See [`among`].
fn fill_up(values: &mut Vec<Value>) {
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
}

/// Both conditions.
fn both(one: Filter, other: Filter) -> Filter {
    match (one, other) {
        (Filter::All, other) => other,
        (one, Filter::All) => one,
        (one, other) => Filter::And(vec![one, other]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_ids_have_few_lengths_and_name_nothing_new() {
        let id = Uuid::from_u128;
        assert_eq!(among([id(1), id(2), id(3)]).0, "?1, ?2, ?3, ?4");
        assert_eq!(among([id(1), id(2), id(3)]).1[3], Value::Id(id(3)));
        assert_eq!(among((0..400).map(id)).1.len(), 512);
        assert_eq!(among([]), (String::new(), Vec::new()));
    }
}
