//! Questions of people: lists, records, what hangs on them, search, history. Each question has a view (now or then)
//! and a person, whose rights of today decide what is in the answer, in its counts and in its order.
//! The REST interface and the pages ask nothing that is not here.

mod approvals;
mod clocks;
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

use mainstay_core::{Filter, KindDef, Record};
use mainstay_store::Audience;

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

/// Both conditions.
fn both(one: Filter, other: Filter) -> Filter {
    match (one, other) {
        (Filter::All, other) => other,
        (one, Filter::All) => one,
        (one, other) => Filter::And(vec![one, other]),
    }
}
