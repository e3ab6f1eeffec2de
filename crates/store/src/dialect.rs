//! What differs between SQLite and PostgreSQL in SQL text. Statements are written once, with `?1` for
//! parameters, and pass through [`Dialect::sql`].

use mainstay_core::{
    Type,
    table::{Column, Table},
};

/// One of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// How a column's content is stored and read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Text, compared by its bytes.
    Text,
    /// Yes or no.
    Bool,
    /// 64-bit number.
    Int,
    /// UTC seconds: `INTEGER` in SQLite, `timestamptz` in PostgreSQL.
    Instant,
    /// Local date.
    Date,
    /// UUID: 16 bytes in SQLite.
    Id,
    /// JSON.
    Json,
    /// Bytes.
    Bytes,
}

impl From<Type> for Cell {
    fn from(ty: Type) -> Self {
        match ty {
            Type::Text | Type::Choice(_) => Cell::Text,
            Type::Bool => Cell::Bool,
            Type::Int => Cell::Int,
            Type::Instant => Cell::Instant,
            Type::Date => Cell::Date,
            Type::Reference(_) => Cell::Id,
            Type::Structured(_) => Cell::Json,
            Type::Bytes => Cell::Bytes,
        }
    }
}

/// Which searched words a reader may meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Customers: public words only.
    Public,
    /// Staff: public and internal words.
    Staff,
}

impl Dialect {
    /// Turns `?1` into the dialect's placeholder.
    pub fn sql(self, text: &str) -> String {
        match self {
            Dialect::Sqlite => text.to_owned(),
            Dialect::Postgres => text.replace('?', "$"),
        }
    }

    /// The column type.
    pub fn column_type(self, cell: Cell) -> &'static str {
        match (self, cell) {
            (Dialect::Sqlite, Cell::Text | Cell::Date | Cell::Json) => "text",
            (Dialect::Sqlite, Cell::Bool | Cell::Int | Cell::Instant) => "integer",
            (Dialect::Sqlite, Cell::Id | Cell::Bytes) => "blob",
            (Dialect::Postgres, Cell::Text) => "text collate \"C\"",
            (Dialect::Postgres, Cell::Bool) => "boolean",
            (Dialect::Postgres, Cell::Int) => "bigint",
            (Dialect::Postgres, Cell::Instant) => "timestamptz",
            (Dialect::Postgres, Cell::Date) => "date",
            (Dialect::Postgres, Cell::Id) => "uuid",
            (Dialect::Postgres, Cell::Json) => "jsonb",
            (Dialect::Postgres, Cell::Bytes) => "bytea",
        }
    }

    fn column(self, column: &Column) -> String {
        let null = if column.required { " not null" } else { "" };
        format!("{} {}{null}", quoted(column.name), self.column_type(column.ty.into()))
    }

    /// Creates a table that the journal writes: a kind's table is keyed by the store's integer, a part's by its id.
    pub fn create_table(self, table: &Table) -> Vec<String> {
        let name = quoted(table.name);
        let integer = self.column_type(Cell::Int);
        let mut columns = vec![format!("\"key\" {integer} not null primary key")];
        columns.extend(table.columns.iter().map(|column| self.column(column)));
        let mut statements = vec![format!("create table {name} (\n  {}\n)", columns.join(",\n  "))];
        let mut index = |unique: bool, suffix: &str, columns: String, only: Option<String>| {
            let unique = if unique { "unique " } else { "" };
            let only = only.map_or_else(String::new, |condition| format!(" where {condition}"));
            statements
                .push(format!("create {unique}index {}_{suffix} on {name} ({columns}){only}", table.name));
        };
        // What names nothing needs no place in an index that is only looked up.
        let is_given = |column: &str| format!("{} is not null", quoted(column));
        index(true, "id", quoted("id"), None);
        if table.is_kind {
            index(true, "ref", quoted("ref"), None);
            index(false, "state", self.order_columns(&[("state", false), ("key", true)]), None);
        }
        for list in table.lists {
            let mut columns: Vec<_> = list.iter().map(|column| (*column, false)).collect();
            columns.push(("key", true));
            index(false, &list.join("_"), self.order_columns(&columns), None);
        }
        for column in table.columns.iter().filter(|column| column.unique) {
            index(true, column.name, quoted(column.name), Some(is_given(column.name)));
        }
        for column in table.columns.iter().filter(|column| column.indexed && !column.unique) {
            if Cell::from(column.ty) == Cell::Bool && table.is_kind {
                // Few say yes, and those are asked for by their state: the others need no place.
                let columns = self.order_columns(&[("state", false), ("key", true)]);
                index(false, column.name, columns, Some(format!("{} = true", quoted(column.name))));
                continue;
            }
            let columns = self.order_columns(&[(column.name, false), ("key", false)]);
            // A list may be ordered by an instant and then needs every row; a reference is only looked up.
            let looked_up = Cell::from(column.ty) == Cell::Id && !column.required;
            index(false, column.name, columns, looked_up.then(|| is_given(column.name)));
        }
        statements
    }

    /// Columns of an index or an `order by`: NULL counts as the smallest, as in SQLite.
    pub fn order_columns(self, columns: &[(&str, bool)]) -> String {
        let one = |(name, descending): &(&str, bool)| {
            let order = match (self, descending) {
                (Dialect::Sqlite, false) => "",
                (Dialect::Sqlite, true) => " desc",
                (Dialect::Postgres, false) => " asc nulls first",
                (Dialect::Postgres, true) => " desc nulls last",
            };
            format!("{}{order}", quoted(name))
        };
        columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Creates the search index: folded words made by `mainstay_core::text`, never by the database.
    pub fn create_search(self) -> Vec<String> {
        match self {
            Dialect::Sqlite => vec![
                // The words are ready: `ascii` splits at spaces only and leaves every other letter as it is, while
                // `unicode61` has its own idea of what is a letter.
                "create virtual table search using fts5(\"public\", \"internal\", content='', contentless_delete=1, \
                 tokenize='ascii')"
                    .into(),
                // A merge must not run inside an act: the writer does small steps between groups.
                "insert into search(search, rank) values ('automerge', 0)".into(),
                "insert into search(search, rank) values ('crisismerge', 256)".into(),
                "insert into search(search, rank) values ('usermerge', 4)".into(),
                "insert into search(search, rank) values ('secure-delete', 1)".into(),
            ],
            Dialect::Postgres => vec![
                "create table search (\"key\" bigint not null primary key, \"public\" tsvector not null, \
                 \"internal\" tsvector not null)"
                    .into(),
                "create index search_public on search using gin (\"public\")".into(),
                "create index search_staff on search using gin ((\"public\" || \"internal\"))".into(),
            ],
        }
    }

    /// Writes the words of record `?1`: public `?2`, internal `?3`.
    pub fn write_search(self, replace: bool) -> &'static str {
        match (self, replace) {
            (Dialect::Sqlite, false) => {
                "insert into search(rowid, \"public\", \"internal\") values (?1, ?2, ?3)"
            }
            (Dialect::Sqlite, true) => {
                "update search set \"public\" = ?2, \"internal\" = ?3 where rowid = ?1"
            }
            (Dialect::Postgres, _) => {
                "insert into search(\"key\", \"public\", \"internal\") \
                 values ($1, array_to_tsvector(string_to_array($2, ' ')), array_to_tsvector(string_to_array($3, ' '))) \
                 on conflict (\"key\") do update set \"public\" = excluded.\"public\", \"internal\" = excluded.\"internal\""
            }
        }
    }

    /// The condition that a record's key is among those with the words of parameter `number`.
    pub fn search_condition(self, number: usize, audience: Audience) -> String {
        match (self, audience) {
            (Dialect::Sqlite, _) => {
                format!("\"key\" in (select rowid from search where search match ?{number})")
            }
            (Dialect::Postgres, Audience::Public) => {
                format!(
                    "\"key\" in (select \"key\" from search where \"public\" @@ cast(cast(?{number} as text) as tsquery))"
                )
            }
            (Dialect::Postgres, Audience::Staff) => format!(
                "\"key\" in (select \"key\" from search where (\"public\" || \"internal\") @@ cast(cast(?{number} as text) as tsquery))"
            ),
        }
    }

    /// The newest records with the words of `?1` and a key below `?2`, at most `?3`: key and kind. The index is read
    /// from its end, so that a common word costs no more than a rare one.
    pub fn search_newest(self, audience: Audience) -> &'static str {
        match (self, audience) {
            (Dialect::Sqlite, _) => {
                "select f.\"key\", r.kind from (select rowid as \"key\" from search where search match ?1 and rowid < ?2 \
                 order by rowid desc limit ?3) f join record r on r.\"key\" = f.\"key\" order by f.\"key\" desc"
            }
            (Dialect::Postgres, Audience::Public) => {
                "select r.\"key\", r.kind from search s join record r on r.\"key\" = s.\"key\" \
                 where s.\"public\" @@ cast(cast(?1 as text) as tsquery) and s.\"key\" < ?2 \
                 order by s.\"key\" desc limit ?3"
            }
            (Dialect::Postgres, Audience::Staff) => {
                "select r.\"key\", r.kind from search s join record r on r.\"key\" = s.\"key\" \
                 where (s.\"public\" || s.\"internal\") @@ cast(cast(?1 as text) as tsquery) and s.\"key\" < ?2 \
                 order by s.\"key\" desc limit ?3"
            }
        }
    }

    /// The search expression for folded words; the last may be a beginning.
    pub fn search_expression(self, words: &[String], audience: Audience) -> String {
        let last = words.len().saturating_sub(1);
        match self {
            Dialect::Sqlite => {
                let words: Vec<_> = words
                    .iter()
                    .enumerate()
                    .map(|(at, word)| format!("\"{word}\"{}", if at == last { " *" } else { "" }))
                    .collect();
                let all = words.join(" AND ");
                if audience == Audience::Public { format!("{{public}} : ({all})") } else { all }
            }
            Dialect::Postgres => words
                .iter()
                .enumerate()
                .map(|(at, word)| {
                    format!("'{}'{}", word.replace('\'', "''"), if at == last { ":*" } else { "" })
                })
                .collect::<Vec<_>>()
                .join(" & "),
        }
    }

    /// Begins the transaction of a group of acts.
    pub fn begin_write(self) -> &'static str {
        match self {
            Dialect::Sqlite => "begin immediate",
            Dialect::Postgres => "begin isolation level read committed",
        }
    }

    /// Begins a transaction that sees one state of the database throughout.
    pub fn begin_snapshot(self) -> &'static str {
        match self {
            Dialect::Sqlite => "begin deferred",
            Dialect::Postgres => "begin isolation level repeatable read read only",
        }
    }

    /// Locks what `select` returns until the end of the transaction.
    pub fn for_update(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " for update",
        }
    }

    /// Empties the search index.
    pub fn clear_search(self) -> &'static str {
        match self {
            Dialect::Sqlite => "insert into search(search) values ('delete-all')",
            Dialect::Postgres => "delete from search",
        }
    }

    /// Where an index cannot be read by record: a table of its words, made on the connection for its lifetime, and
    /// the statement that sums up each word after `?1` by how often and in which records it stands.
    pub fn search_words(self) -> Option<(&'static str, &'static str)> {
        match self {
            Dialect::Sqlite => Some((
                "create virtual table if not exists temp.search_words using fts5vocab('main', 'search', 'instance')",
                "select term, count(*), sum(doc), sum((doc % 1009 + 1) * (case col when 'public' then 1 else 1013 end)) \
                 from temp.search_words where term > ?1 group by term order by term limit 2000",
            )),
            Dialect::Postgres => None,
        }
    }

    /// Where an index can be read by record: the keys of those among `?1` (a list of key, public words, internal
    /// words) that it has otherwise.
    pub fn search_mismatches(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(
                "select cast(e->>0 as bigint) from jsonb_array_elements(cast($1 as jsonb)) e \
                 left join search s on s.\"key\" = cast(e->>0 as bigint) where s.\"key\" is null \
                 or s.\"public\" <> array_to_tsvector(string_to_array(e->>1, ' ')) \
                 or s.\"internal\" <> array_to_tsvector(string_to_array(e->>2, ' '))",
            ),
        }
    }

    /// Rewrites the search index without the words of deleted rows, where the index keeps them until then.
    pub fn forget_words(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => Some("insert into search(search) values ('optimize')"),
            Dialect::Postgres => None,
        }
    }

    /// Looks at the database's file and tells what is damaged, a row each, or `ok`; none where files are the server's
    /// own matter.
    pub fn soundness(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => Some("pragma quick_check(5)"),
            Dialect::Postgres => None,
        }
    }

    /// Removes what was deleted from the database's files as far as a client can; and whether the statement answers
    /// with a number that is not 0 when somebody was in its way.
    pub fn forget_deleted(self) -> (&'static str, bool) {
        match self {
            Dialect::Sqlite => ("pragma wal_checkpoint(truncate)", true),
            Dialect::Postgres => ("vacuum", false),
        }
    }

    /// Most rows of one `insert`: a round trip is dear on PostgreSQL and free in SQLite.
    pub fn rows_per_insert(self) -> usize {
        match self {
            Dialect::Sqlite => 1,
            Dialect::Postgres => 64,
        }
    }

    /// Lists the tables and columns that exist: name of the table, name of the column.
    pub fn list_columns(self) -> &'static str {
        match self {
            Dialect::Sqlite => {
                "select m.name, p.name, lower(p.type) from sqlite_master m join pragma_table_info(m.name) p \
                 where m.type = 'table' and m.name not like 'search%' and m.name not like 'sqlite_%' order by 1, p.cid"
            }
            Dialect::Postgres => {
                "select table_name::text, column_name::text, data_type::text from information_schema.columns \
                 where table_schema = current_schema() and table_name <> 'search' order by table_name, ordinal_position"
            }
        }
    }
}

/// A name in double quotes. Names come from descriptors, never from input.
pub fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indexed_yes_or_no_has_a_place_only_for_those_that_say_yes() {
        let columns = vec![Column::new("state", Type::Text), Column::new("major", Type::Bool).indexed()];
        let table = Table { name: "thing", columns, lists: &[], is_kind: true, schema: 1 };
        for (dialect, columns) in [
            (Dialect::Sqlite, "\"state\", \"key\" desc"),
            (Dialect::Postgres, "\"state\" asc nulls first, \"key\" desc nulls last"),
        ] {
            let wanted = format!("create index thing_major on \"thing\" ({columns}) where \"major\" = true");
            assert!(dialect.create_table(&table).contains(&wanted), "{dialect:?}");
        }
    }
}
