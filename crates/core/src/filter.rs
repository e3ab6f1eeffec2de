//! One typed filter tree for lists, searches, exports and checks.
//!
//! Logic is two-valued: a comparison with *nothing* is false, `not` turns it into true. The dialect
//! module writes SQL of the same meaning; a test holds both against [`Filter::matches`].

use std::cmp::Ordering;

use crate::value::Value;

/// A condition on a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every record.
    All,
    /// All of these.
    And(Vec<Filter>),
    /// At least one of these.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A column compared with a value that is not NULL.
    Is(String, Op, Value),
    /// A column has one of these values.
    In(String, Vec<Value>),
    /// A column holds nothing.
    Empty(String),
    /// The record's searched text has all these folded words; the last may be a beginning.
    Words(Vec<String>),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Equal.
    Eq,
    /// Different; *nothing* differs from every value.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
}

impl Op {
    /// The comparison in the API's brackets: `priority[lte]=2`.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "eq" => Op::Eq,
            "ne" => Op::Ne,
            "lt" => Op::Lt,
            "lte" => Op::Lte,
            "gt" => Op::Gt,
            "gte" => Op::Gte,
            _ => return None,
        })
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Op::Eq => order == Ordering::Equal,
            Op::Ne => order != Ordering::Equal,
            Op::Lt => order == Ordering::Less,
            Op::Lte => order != Ordering::Greater,
            Op::Gt => order == Ordering::Greater,
            Op::Gte => order != Ordering::Less,
        }
    }
}

impl Filter {
    /// `column = value`, or empty for NULL.
    pub fn eq(column: impl Into<String>, value: impl Into<Value>) -> Self {
        match value.into() {
            Value::Null => Filter::Empty(column.into()),
            value => Filter::Is(column.into(), Op::Eq, value),
        }
    }

    /// The meaning of the filter: `get` reads a column, `words` the record's folded words.
    pub fn matches(&self, get: &dyn Fn(&str) -> Value, words: &dyn Fn() -> Vec<String>) -> bool {
        match self {
            Filter::All => true,
            Filter::And(all) => all.iter().all(|filter| filter.matches(get, words)),
            Filter::Or(any) => any.iter().any(|filter| filter.matches(get, words)),
            Filter::Not(inner) => !inner.matches(get, words),
            Filter::Is(column, op, value) => {
                let content = get(column);
                if content.is_null() { *op == Op::Ne } else { op.holds(content.order(value)) }
            }
            Filter::In(column, values) => {
                let content = get(column);
                values.contains(&content)
            }
            Filter::Empty(column) => get(column).is_null(),
            Filter::Words(wanted) => {
                let present = words();
                wanted.iter().enumerate().all(|(at, wanted_word)| {
                    let last = at + 1 == wanted.len();
                    present
                        .iter()
                        .any(|word| word == wanted_word || (last && word.starts_with(wanted_word.as_str())))
                })
            }
        }
    }

    /// The columns that the filter reads; field rights apply to them.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Filter::All | Filter::Words(_) => Vec::new(),
            Filter::And(filters) | Filter::Or(filters) => filters.iter().flat_map(Filter::columns).collect(),
            Filter::Not(inner) => inner.columns(),
            Filter::Is(column, ..) | Filter::In(column, _) | Filter::Empty(column) => vec![column],
        }
    }
}

/// An order of records; the store adds the stable key as the last criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

impl Sort {
    /// The API's form: `-opened_at` is newest first.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(column) => Self { column: column.into(), descending: true },
            None => Self { column: text.into(), descending: false },
        }
    }
}

/// A page of a list: at most `limit` records after the place that the cursor names.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Most records of the page.
    pub limit: u32,
    /// The sort column's value and the stable key of the last record of the page before.
    pub after: Option<(Value, i64)>,
}

impl Page {
    /// The first page.
    pub fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }
}
