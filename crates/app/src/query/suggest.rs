//! Suggestions while somebody types the name of a record: by the beginning of its ref, else by its words.

use mainstay_core::{Error, Filter, Op, Page, Result, Sort, Value, registry::Entry, text};
use mainstay_store::list;

use super::{Query, both, names::Name};

/// Most suggestions.
const MOST: u32 = 8;

impl Query<'_> {
    /// The newest records of a kind that what was typed may mean.
    ///
    /// # Errors
    /// Unavailable.
    pub fn suggest(&self, kind: &'static Entry, typed: &str) -> Result<Vec<Name>> {
        let typed = typed.trim();
        let upper = typed.to_uppercase();
        let sort = Sort { column: "key".into(), descending: true };
        let filter = if upper.starts_with(&format!("{}-", kind.def.prefix)) {
            let end = format!("{upper}~");
            Filter::And(vec![
                Filter::Is("ref".into(), Op::Gte, Value::Text(upper)),
                Filter::Is("ref".into(), Op::Lt, Value::Text(end)),
            ])
        } else {
            Filter::Words(text::asked(typed).map_err(|problem| Error::field("q", problem))?)
        };
        let filter = both(filter, self.readable(&kind.def));
        let table = self.view.context().table(kind.def.name)?;
        let rows = self.view.read(|conn| {
            list::page(conn, table, &filter, &sort, &Page::first(MOST), self.audience(&kind.def))
        })?;
        Ok(rows
            .into_iter()
            .filter_map(|row| match row.row.as_slice() {
                [Value::Id(id), Value::Text(reference), title, ..] => Some(Name {
                    id: *id,
                    reference: reference.clone(),
                    title: title.as_text().unwrap_or_default().to_owned(),
                }),
                _ => None,
            })
            .collect())
    }
}
