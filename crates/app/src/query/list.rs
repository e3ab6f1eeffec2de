//! Lists: filters, order and pages as the API's address has them, within what the person may read.

use std::sync::Arc;

use mainstay_core::{
    Error, ErrorKind, FieldError, Filter, Op, Page, Record, Result, Sort, Type, Value, registry::Entry,
    table::HEAD_COLUMNS, text,
};
use mainstay_store::{Conn, list, rows::Keyed};
use serde::Serialize;
use uuid::Uuid;

use super::{Query, both, cursor, names::Wanted, record::RecordView};
use crate::context::to_record;

/// Records of a page when nobody asks for another number.
const PAGE: u32 = 50;
/// Most records of a page.
pub(super) const MOST_PER_PAGE: u32 = 500;
/// Most records that are counted unless the exact number is asked for.
const COUNTED: u32 = 1000;
/// Most conditions of one list.
const MOST_CONDITIONS: usize = 50;
/// Most values of one condition.
const MOST_VALUES: usize = 200;

/// How the records of a list are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    /// Not at all: what the page shows, and whether there is more.
    Page,
    /// Up to a thousand.
    Capped,
    /// All.
    Exact,
}

/// What a list is asked for.
#[derive(Debug, Clone)]
pub struct ListQuery {
    /// The kind.
    pub kind: &'static Entry,
    filter: Filter,
    /// The order.
    pub sort: Sort,
    /// Most records of the page.
    pub limit: u32,
    after: Option<(Value, i64)>,
    total: Total,
    chosen: Option<Arc<Vec<String>>>,
}

impl ListQuery {
    /// What is asked of the records, without what the person may read.
    pub(super) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Gives only these fields beside what every record has; the others read as if they had no value. A field that
    /// the kind lacks or the person may not see stays out.
    #[must_use]
    pub fn only(mut self, fields: &[&str]) -> Self {
        self.chosen = Some(Arc::new(fields.iter().map(|field| (*field).to_owned()).collect()));
        self
    }

    /// Whether a column is written.
    pub(super) fn is_chosen(&self, name: &str) -> bool {
        let always = name == "ref" || name == "id";
        always || self.chosen.as_ref().is_none_or(|chosen| chosen.iter().any(|one| one == name))
    }

    /// The first page, of this many records, not counted.
    pub(super) fn begin_again(&mut self, limit: u32) {
        (self.limit, self.after, self.total) = (limit, None, Total::Page);
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct List {
    /// The records.
    pub items: Vec<RecordView>,
    /// Where the next page begins; none on the last.
    pub next_cursor: Option<String>,
    /// How many records the list has.
    pub total: u64,
    /// `exact`, or `at_least` when more were not counted.
    pub total_is: &'static str,
}

impl Query<'_> {
    /// Reads what a list is asked for: `state=new&priority[lte]=2&q=words&sort=-reported_at&limit=50&cursor=…`.
    /// Several values of one name, or separated by commas, mean any of them; `me` is the person who asks, `mine` their
    /// teams.
    ///
    /// # Errors
    /// Invalid, naming each wrong parameter; a field that the person may not see is no field.
    pub fn list_query(&self, kind: &'static Entry, pairs: &[(String, String)]) -> Result<ListQuery> {
        let mut query = ListQuery {
            kind,
            filter: Filter::All,
            sort: Sort { column: "key".into(), descending: true },
            limit: PAGE,
            after: None,
            total: Total::Page,
            chosen: None,
        };
        let (mut cursor_text, mut conditions, mut problems) =
            (None, Vec::<(String, String, Vec<String>)>::new(), Vec::new());
        for (name, value) in pairs {
            let parsed = match name.as_str() {
                "as_of" => Ok(()),
                "q" => text::asked(value).map_err(|problem| Error::field("q", problem)).map(|words| {
                    query.filter = both(query.filter.clone(), Filter::Words(words));
                }),
                "sort" => self.sort(kind, value).map(|sort| query.sort = sort),
                "limit" => match value.parse::<u32>() {
                    Ok(limit) if (1..=MOST_PER_PAGE).contains(&limit) => {
                        query.limit = limit;
                        Ok(())
                    }
                    _ => Err(Error::field("limit", format!("is a number from 1 to {MOST_PER_PAGE}"))),
                },
                "cursor" => {
                    cursor_text = Some(value.clone());
                    Ok(())
                }
                "total" => match value.as_str() {
                    "page" => Ok(()),
                    "capped" => {
                        query.total = Total::Capped;
                        Ok(())
                    }
                    "exact" => {
                        query.total = Total::Exact;
                        Ok(())
                    }
                    _ => Err(Error::field("total", "is one of: page, capped, exact")),
                },
                "fields" => self.chosen(kind, value).map(|chosen| query.chosen = Some(Arc::new(chosen))),
                _ => {
                    let (field, op) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
                        Some((field, op)) => (field, op),
                        None => (name.as_str(), "in"),
                    };
                    match conditions.iter_mut().find(|(known, its, _)| known == field && its == op) {
                        Some((_, _, values)) => values.push(value.clone()),
                        None => conditions.push((field.to_owned(), op.to_owned(), vec![value.clone()])),
                    }
                    Ok(())
                }
            };
            if let Err(error) = parsed {
                problems.extend(error.fields().to_vec());
            }
        }
        if conditions.len() > MOST_CONDITIONS {
            let (field, ..) = &conditions[MOST_CONDITIONS];
            return Err(Error::field(
                field.as_str(),
                format!("is one more than {MOST_CONDITIONS} conditions"),
            ));
        }
        for (field, op, values) in &conditions {
            match self.condition(kind, field, op, values) {
                Ok(condition) => query.filter = both(query.filter.clone(), condition),
                Err(error) if error.fields().is_empty() => return Err(error),
                Err(error) => problems.extend(error.fields().to_vec()),
            }
        }
        if let Some(text) = cursor_text {
            let table = self.view.context().table(kind.def.name)?;
            match cursor::read(&text, &query.sort, table) {
                Ok(place) => query.after = Some(place),
                Err(error) => problems.extend(error.fields().to_vec()),
            }
        }
        if problems.is_empty() { Ok(query) } else { Err(Error::invalid(problems)) }
    }

    /// The next page of a list.
    pub(super) fn go_on(&self, query: &mut ListQuery, cursor: &str) -> Result<()> {
        let table = self.view.context().table(query.kind.def.name)?;
        query.after = Some(cursor::read(cursor, &query.sort, table)?);
        Ok(())
    }

    /// A page of a list.
    ///
    /// # Errors
    /// Unavailable.
    pub fn list(&self, query: &ListQuery) -> Result<List> {
        self.view.read(|conn| self.list_on(conn, query))
    }

    pub(super) fn list_on(&self, conn: &mut dyn Conn, query: &ListQuery) -> Result<List> {
        let context = self.view.context();
        let (kind, table) = (query.kind, context.table(query.kind.def.name)?);
        let filter = both(query.filter.clone(), self.readable(&kind.def));
        let audience = self.audience(&kind.def);
        // One more than is shown says whether there is a next page.
        let page = Page { limit: query.limit + 1, after: query.after.clone() };
        // Who does not see everything of the kind is judged by the whole record.
        let chosen = query.chosen.as_ref().filter(|_| self.reads_internal(&kind.def));
        let is_read = |name: &str| {
            HEAD_COLUMNS.contains(&name) || chosen.is_none_or(|chosen| chosen.iter().any(|one| one == name))
        };
        let mut rows = list::page_of(conn, table, &is_read, &filter, &query.sort, &page, audience)?;
        let is_last = rows.len() <= query.limit as usize;
        rows.truncate(query.limit as usize);
        let next_cursor = match rows.last() {
            Some(last) if !is_last => {
                Some(cursor::write(&query.sort, &sorted_by(table, query, last), last.key))
            }
            _ => None,
        };
        let (total, total_is) = match (query.total, is_last && query.after.is_none()) {
            (_, true) => (rows.len() as u64, "exact"),
            (Total::Page, false) => (rows.len() as u64 + u64::from(!is_last), "at_least"),
            (Total::Capped, false) => {
                let counted = list::count(conn, table, &filter, COUNTED, audience)?;
                if counted > u64::from(COUNTED) {
                    (u64::from(COUNTED), "at_least")
                } else {
                    (counted, "exact")
                }
            }
            (Total::Exact, false) => (list::count(conn, table, &filter, u32::MAX - 1, audience)?, "exact"),
        };
        let records: Vec<Record> =
            rows.into_iter().map(|row| to_record(kind.def.name, row.row)).collect::<Result<_>>()?;
        let items = self.views(conn, kind, records, query.chosen.clone())?;
        Ok(List { items, next_cursor, total, total_is })
    }

    /// Records as the person sees them, names of all references in as few statements as can be.
    pub(super) fn views(
        &self,
        conn: &mut dyn Conn,
        kind: &'static Entry,
        records: Vec<Record>,
        chosen: Option<Arc<Vec<String>>>,
    ) -> Result<Vec<RecordView>> {
        let mut wanted = Wanted::default();
        for record in &records {
            wanted.add_fields(self.view.context(), record);
        }
        let names = Arc::new(self.names(conn, wanted)?);
        let all = self.reads_internal(&kind.def);
        Ok(records
            .into_iter()
            .map(|record| {
                let internal = all || self.sees_internal(&kind.def, &record);
                RecordView::new(kind, record, internal, names.clone(), chosen.clone())
            })
            .collect())
    }

    /// How many records of a kind meet conditions, counting up to a thousand: for tiles and tabs.
    ///
    /// # Errors
    /// As [`list_query`](Query::list_query).
    pub fn count(&self, query: &ListQuery) -> Result<(u64, bool)> {
        self.view.read(|conn| {
            let table = self.view.context().table(query.kind.def.name)?;
            let filter = both(query.filter.clone(), self.readable(&query.kind.def));
            let counted = list::count(conn, table, &filter, COUNTED, self.audience(&query.kind.def))?;
            Ok((counted.min(COUNTED.into()), counted <= COUNTED.into()))
        })
    }

    /// The type of a field or head column that the person may see for the whole list.
    pub(super) fn column(&self, kind: &'static Entry, name: &str) -> Result<Type> {
        let head = match name {
            "id" => Some(Type::Reference(kind.def.name)),
            "ref" | "title" => Some(Type::Text),
            "state" => Some(Type::Choice(kind.def.states)),
            "version" => Some(Type::Int),
            "created_at" | "updated_at" => Some(Type::Instant),
            _ => None,
        };
        let seen = |staff_only: bool| !staff_only || self.reads_internal(&kind.def);
        let field = kind.def.field(name).filter(|field| seen(field.staff_only)).map(|field| field.ty);
        head.or(field).ok_or_else(|| {
            let all = kind.def.fields.iter().filter(|field| seen(field.staff_only)).map(|field| field.name);
            let known: Vec<_> =
                ["ref", "title", "state", "created_at", "updated_at"].into_iter().chain(all).collect();
            Error::field(
                name,
                format!("is no field of {}; the fields are: {}", kind.def.plural, known.join(", ")),
            )
        })
    }

    fn chosen(&self, kind: &'static Entry, value: &str) -> Result<Vec<String>> {
        let names: Vec<String> = value.split(',').map(|name| name.trim().to_owned()).collect();
        for name in &names {
            self.column(kind, name).map_err(|error| {
                Error::field(
                    "fields",
                    error
                        .fields()
                        .first()
                        .map_or(String::new(), |field| format!("\"{name}\" {}", field.problem)),
                )
            })?;
        }
        Ok(names)
    }

    fn sort(&self, kind: &'static Entry, value: &str) -> Result<Sort> {
        let sort = Sort::parse(value);
        let ty = self.column(kind, &sort.column).map_err(|error| {
            Error::field(
                "sort",
                error
                    .fields()
                    .first()
                    .map_or(String::new(), |field| format!("\"{}\" {}", sort.column, field.problem)),
            )
        })?;
        match ty {
            // The order of ids means nothing to people and would tell who is behind a name that is not shown.
            Type::Reference(_) | Type::Structured(_) | Type::Bytes => {
                Err(Error::field("sort", format!("a list is not sorted by {}", sort.column)))
            }
            // The order of making is that of the keys, which has an index on every kind.
            _ if sort.column == "created_at" => Ok(Sort { column: "key".into(), ..sort }),
            _ => Ok(sort),
        }
    }

    fn condition(&self, kind: &'static Entry, field: &str, op: &str, values: &[String]) -> Result<Filter> {
        let ty = self.column(kind, field)?;
        let wrong = |problem: String| Error::field(field, problem);
        if matches!(ty, Type::Structured(_) | Type::Bytes) {
            return Err(wrong("is structured; a list is not filtered by it".into()));
        }
        // Whether a reference is empty, or differs, tells of records that are not shown.
        if let Type::Reference(target) = ty
            && !matches!(op, "in" | "eq")
            && !self.view.context().kind(target).is_ok_and(|kind| self.readable(&kind.def) == Filter::All)
        {
            return Err(wrong("is only compared with one record: write the field and a ref".into()));
        }
        match op {
            "in" | "eq" => {
                let mut all = Vec::new();
                for value in values {
                    let several = op == "in" && !matches!(ty, Type::Text);
                    for one in if several { value.split(',').collect() } else { vec![value.as_str()] } {
                        all.extend(self.values(field, ty, one)?);
                    }
                }
                if all.len() > MOST_VALUES {
                    return Err(wrong(format!("has more than {MOST_VALUES} values")));
                }
                match all.as_slice() {
                    [one] if !one.is_null() => Ok(Filter::Is(field.to_owned(), Op::Eq, one.clone())),
                    _ => Ok(Filter::In(field.to_owned(), all)),
                }
            }
            "empty" => match values {
                [value] if value == "true" => Ok(Filter::Empty(field.to_owned())),
                [value] if value == "false" => Ok(Filter::Not(Box::new(Filter::Empty(field.to_owned())))),
                _ => Err(wrong("is empty or not: write true or false".into())),
            },
            other => {
                let op = Op::parse(other).ok_or_else(|| {
                    wrong(format!(
                        "has no comparison \"{other}\"; there are: eq, ne, lt, lte, gt, gte, in, empty"
                    ))
                })?;
                let mut conditions = Vec::new();
                for value in values {
                    for one in self.values(field, ty, value)? {
                        conditions.push(Filter::Is(field.to_owned(), op, one));
                    }
                }
                Ok(if conditions.len() == 1 { conditions.remove(0) } else { Filter::And(conditions) })
            }
        }
    }

    /// A value as people write it into an address. `mine` may stand for several teams.
    fn values(&self, field: &str, ty: Type, text: &str) -> Result<Vec<Value>> {
        use serde_json::Value as Json;
        if ty.name() == "reference" {
            match (ty, text) {
                (Type::Reference("person"), "me") => return Ok(vec![Value::Id(self.who.person)]),
                (Type::Reference("team"), "mine") => {
                    // Nobody's team is the nil one.
                    let teams =
                        if self.who.teams.is_empty() { vec![Uuid::nil()] } else { self.who.teams.clone() };
                    return Ok(teams.into_iter().map(Value::Id).collect());
                }
                (_, "none") => return Ok(vec![Value::Null]),
                _ => {}
            }
        }
        let json = match ty {
            Type::Int => text.parse::<i64>().map_or_else(|_| Json::String(text.to_owned()), Json::from),
            Type::Bool => text.parse::<bool>().map_or_else(|_| Json::String(text.to_owned()), Json::from),
            // A date means its first instant in UTC.
            Type::Instant if text.parse::<jiff::civil::Date>().is_ok() => {
                Json::String(format!("{text}T00:00:00Z"))
            }
            _ => Json::String(text.to_owned()),
        };
        let mut failed = None;
        let parsed = ty.parse(&json, &mut |kind, name| {
            let found = self.view.read(|conn| self.find_of(conn, kind, name));
            found.map(|record| record.id).map_err(|error| {
                let message = error.message().to_owned();
                if *error.kind() != ErrorKind::NotFound {
                    failed = Some(error);
                }
                message
            })
        });
        match (parsed, failed) {
            (_, Some(error)) => Err(error),
            (Ok(value), None) => Ok(vec![value]),
            (Err(problem), None) => {
                Err(Error::invalid(vec![FieldError { field: field.to_owned(), problem }]))
            }
        }
    }
}

fn sorted_by(table: &mainstay_core::table::Table, query: &ListQuery, row: &Keyed) -> Value {
    match table.position(&query.sort.column) {
        Some(at) => row.row[at].clone(),
        None => Value::Int(row.key),
    }
}
