//! Lists: one typed filter tree, one sort column, pages by key.

use mainstay_core::{Error, Filter, Op, Page, Result, Sort, Type, Value, table::Table};

use crate::{
    dialect::{Audience, Dialect, quoted},
    engine::Conn,
    rows::{self, Keyed},
};

/// Most records of one page.
pub const MOST_PER_PAGE: u32 = 1000;

struct Sql<'a> {
    dialect: Dialect,
    table: &'a Table,
    audience: Audience,
    params: Vec<Value>,
}

impl Sql<'_> {
    fn param(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("?{}", self.params.len())
    }

    fn column(&self, name: &str) -> Result<String> {
        if name == "key" || self.table.position(name).is_some() {
            return Ok(quoted(name));
        }
        let all: Vec<_> = self.table.columns.iter().map(|column| column.name).collect();
        Err(Error::field(name, format!("is no field of {}", self.table.name))
            .hint(format!("The fields are: {}.", all.join(", "))))
    }

    /// A column whose contents have an order. Each database has its own for JSON.
    fn ordered(&self, name: &str) -> Result<String> {
        let column = self.table.columns.iter().find(|column| column.name == name);
        if column.is_some_and(|column| matches!(column.ty, Type::Structured(_))) {
            return Err(Error::field(name, "is structured and cannot be compared or sorted by"));
        }
        self.column(name)
    }

    /// SQL of the filter, or of its opposite. Two-valued: a comparison with NULL is false, its opposite true.
    fn condition(&mut self, filter: &Filter, opposite: bool) -> Result<String> {
        Ok(match filter {
            Filter::All => if opposite { "1 = 0" } else { "1 = 1" }.to_owned(),
            Filter::Not(inner) => self.condition(inner, !opposite)?,
            Filter::And(filters) | Filter::Or(filters) => {
                let all = matches!(filter, Filter::And(_)) != opposite;
                if filters.is_empty() {
                    return Ok(if all { "1 = 1" } else { "1 = 0" }.to_owned());
                }
                let parts: Vec<_> =
                    filters.iter().map(|filter| self.condition(filter, opposite)).collect::<Result<_>>()?;
                format!("({})", parts.join(if all { " and " } else { " or " }))
            }
            Filter::Empty(column) => {
                let column = self.column(column)?;
                format!("{column} is {}null", if opposite { "not " } else { "" })
            }
            Filter::Is(column, op, value) => {
                let column = self.ordered(column)?;
                let op = if opposite { opposite_of(*op) } else { *op };
                let place = match value {
                    // Written out, so that the database sees that the index of those that say yes will do.
                    Value::Bool(flag) => flag.to_string(),
                    _ => self.param(value.clone()),
                };
                let sign = match op {
                    Op::Eq => "=",
                    Op::Ne => "<>",
                    Op::Lt => "<",
                    Op::Lte => "<=",
                    Op::Gt => ">",
                    Op::Gte => ">=",
                };
                // `ne` and every turned comparison hold for nothing as well, except that not(ne) is `eq`.
                let with_nothing = (op == Op::Ne) || (opposite && op != Op::Eq);
                if with_nothing {
                    format!("({column} {sign} {place} or {column} is null)")
                } else {
                    format!("{column} {sign} {place}")
                }
            }
            Filter::In(column, values) => {
                let name = self.ordered(column)?;
                let has_nothing = values.iter().any(Value::is_null);
                let places: Vec<_> = values
                    .iter()
                    .filter(|value| !value.is_null())
                    .map(|value| self.param(value.clone()))
                    .collect();
                let inside = if places.is_empty() {
                    "1 = 0".to_owned()
                } else {
                    format!("{name} in ({})", places.join(", "))
                };
                match (opposite, has_nothing) {
                    (false, false) => inside,
                    (false, true) => format!("({inside} or {name} is null)"),
                    (true, false) => format!("({name} is null or not ({inside}))"),
                    (true, true) => format!("({name} is not null and not ({inside}))"),
                }
            }
            Filter::Words(words) if words.is_empty() => if opposite { "1 = 0" } else { "1 = 1" }.to_owned(),
            Filter::Words(words) => {
                let expression = self.dialect.search_expression(words, self.audience);
                self.param(Value::Text(expression));
                let condition = self.dialect.search_condition(self.params.len(), self.audience);
                if opposite { format!("not ({condition})") } else { condition }
            }
        })
    }
}

fn opposite_of(op: Op) -> Op {
    match op {
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Lt => Op::Gte,
        Op::Lte => Op::Gt,
        Op::Gt => Op::Lte,
        Op::Gte => Op::Lt,
    }
}

/// A page of the table's rows that the filter takes, in one statement.
///
/// # Errors
/// Invalid for an unknown column or a page that is too long; unavailable.
pub fn page(
    conn: &mut dyn Conn,
    table: &Table,
    filter: &Filter,
    sort: &Sort,
    page: &Page,
    audience: Audience,
) -> Result<Vec<Keyed>> {
    page_of(conn, table, &|_| true, filter, sort, page, audience)
}

/// As [`page`], with NULL in the columns that `wanted` does not take. The column that the list is sorted by is always
/// there.
///
/// # Errors
/// As [`page`].
pub fn page_of(
    conn: &mut dyn Conn,
    table: &Table,
    wanted: &dyn Fn(&str) -> bool,
    filter: &Filter,
    sort: &Sort,
    page: &Page,
    audience: Audience,
) -> Result<Vec<Keyed>> {
    if page.limit == 0 || page.limit > MOST_PER_PAGE {
        return Err(Error::field("limit", format!("must be between 1 and {MOST_PER_PAGE}")));
    }
    let dialect = conn.dialect();
    let mut sql = Sql { dialect, table, audience, params: Vec::new() };
    let mut condition = sql.condition(filter, false)?;
    let column = sql.ordered(&sort.column)?;
    if let Some((value, key)) = &page.after {
        let beyond = if sort.descending { "<" } else { ">" };
        let key = sql.param(Value::Int(*key));
        let next = if sort.column == "key" {
            format!("\"key\" {beyond} {key}")
        } else if value.is_null() {
            // NULL is the smallest: after it come the others going up, none going down.
            let rest = if sort.descending { String::new() } else { format!(" or {column} is not null") };
            format!("(({column} is null and \"key\" {beyond} {key}){rest})")
        } else {
            let value = sql.param(value.clone());
            let rest = if sort.descending { format!(" or {column} is null") } else { String::new() };
            format!("({column} {beyond} {value} or ({column} = {value} and \"key\" {beyond} {key}){rest})")
        };
        condition = format!("{condition} and {next}");
    }
    let order = if sort.column == "key" {
        dialect.order_columns(&[("key", sort.descending)])
    } else {
        dialect.order_columns(&[(sort.column.as_str(), sort.descending), ("key", sort.descending)])
    };
    let limit = sql.param(Value::Int(page.limit.into()));
    let places: Vec<usize> = (0..table.columns.len())
        .filter(|at| {
            let name = table.columns[*at].name;
            name == sort.column || wanted(name)
        })
        .collect();
    let text =
        format!("{} where {condition} order by {order} limit {limit}", rows::select_some(table, &places));
    let found = conn.query(&dialect.sql(&text), &sql.params, &rows::some_cells(table, &places))?;
    Ok(found.into_iter().map(|row| rows::keyed_some(table, &places, row)).collect())
}

/// How many rows the filter takes, counting at most to `most` (one more says "there are more").
///
/// # Errors
/// Invalid for an unknown column; unavailable.
pub fn count(
    conn: &mut dyn Conn,
    table: &Table,
    filter: &Filter,
    most: u32,
    audience: Audience,
) -> Result<u64> {
    let dialect = conn.dialect();
    let mut sql = Sql { dialect, table, audience, params: Vec::new() };
    let condition = sql.condition(filter, false)?;
    let limit = sql.param(Value::Int(i64::from(most) + 1));
    let text = format!(
        "select count(*) from (select 1 from {} where {condition} limit {limit}) counted",
        quoted(table.name)
    );
    let row = conn.first(&dialect.sql(&text), &sql.params, &[crate::Cell::Int])?;
    Ok(row.and_then(|row| row[0].as_int()).and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
}
