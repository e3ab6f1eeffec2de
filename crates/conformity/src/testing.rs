//! A desk on which a check judges one record, for the tests of checks.

use mainstay_core::{Instant, Kind, Value, parts};
use uuid::Uuid;

use crate::{
    books::{Books, Notes},
    pass::{Around, Item, Pass},
    span::Span,
};

pub(crate) fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

/// A record with nothing in it.
pub(crate) fn blank<K: Kind>() -> K {
    (K::DEF.fields.empty)()
}

/// What surrounds the record.
pub(crate) struct Desk {
    pub(crate) books: Books,
    pub(crate) notes: Notes,
    pub(crate) around: Around,
    pub(crate) span: Span,
}

impl Desk {
    pub(crate) fn at(now: &str) -> Self {
        Self {
            books: Books::default(),
            notes: Notes::default(),
            around: Around::default(),
            span: Span::months_before(at(now), 12),
        }
    }

    pub(crate) fn with(mut self, around: Around) -> Self {
        self.around = around;
        self
    }

    /// With a link from the record to a configuration item.
    pub(crate) fn with_item(mut self) -> Self {
        let (record, item) = (Uuid::from_u128(100), Uuid::from_u128(70));
        let link = vec![
            ("record", Value::Id(record)),
            ("relation", Value::from("involves")),
            ("target", Value::Id(item)),
        ];
        self.around.take(parts::LINK, record, link);
        self.notes.configuration_items.insert(item);
        self
    }

    fn item<'a, K: Kind>(&'a self, record: &'a K) -> Item<'a, K> {
        Item { record, around: &self.around, books: &self.books, notes: &self.notes, span: &self.span }
    }

    /// None when the check does not judge the record; then its problem, if it has one.
    pub(crate) fn judge<K: Kind>(&self, pass: &Pass<K>, check: &str, record: &K) -> Option<Option<String>> {
        let check = pass.checks.iter().find(|one| one.def.id == check).expect("the pass has the check");
        let item = self.item(record);
        (check.belongs)(&item).then(|| (check.problem)(&item))
    }

    /// Asserts that the record holds in every check that judges it, and that one does.
    pub(crate) fn passes_all<K: Kind>(&self, pass: &Pass<K>, record: &K) {
        let mut judged = 0;
        for check in pass.checks {
            let item = self.item(record);
            if (check.belongs)(&item) {
                judged += 1;
                assert_eq!((check.problem)(&item), None, "{}", check.def.id);
            }
        }
        assert!(judged > 0, "no check judges it");
    }
}

/// Why a check names a record that is good but for this.
pub(crate) fn broken<K: Kind>(
    desk: &Desk,
    pass: &Pass<K>,
    check: &str,
    mut good: K,
    breakage: impl FnOnce(&mut K),
) -> String {
    breakage(&mut good);
    desk.judge(pass, check, &good).expect("it is judged").expect("it does not hold")
}
