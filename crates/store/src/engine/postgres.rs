//! PostgreSQL through the synchronous `postgres` client. Each connection stays on the threads of the store.

use std::{collections::HashMap, time::Duration};

use jiff::{Timestamp, civil::Date};
use mainstay_core::{Error, Result, Value};
use postgres::{
    Client, Config, NoTls, Statement,
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use uuid::Uuid;

use super::{Conn, Row, Texts};
use crate::dialect::{Cell, Dialect};

/// 2000-01-01T00:00:00Z in UTC seconds: where PostgreSQL's time begins.
const EPOCH_SECONDS: i64 = 946_684_800;

/// How long a connection may take to come about, if the address does not say otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Waits are bounded: for a lock that another node holds, and for a node that stopped in the middle of a
/// transaction, whose locks the server takes back then.
const SESSION: &str = "set client_min_messages = warning; set timezone = 'UTC'; set lock_timeout = '15s'; \
                       set idle_in_transaction_session_timeout = '30s'";

/// A connection to PostgreSQL.
pub struct PostgresConn {
    client: Client,
    prepared: HashMap<String, Statement>,
    statements: u64,
    texts: Texts,
}

/// What is wrong with a statement, in the words of the one error.
pub fn translate(error: &postgres::Error) -> Error {
    let detail = error.as_db_error().map_or_else(
        || {
            format!(
                "{error}{}",
                std::error::Error::source(error).map_or_else(String::new, |s| format!(": {s}"))
            )
        },
        ToString::to_string,
    );
    match error.code() {
        None => Error::unavailable("the database cannot be reached", detail)
            .hint("Check that PostgreSQL runs and that MAINSTAY_DATABASE_URL is right."),
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => {
            Error::conflict("another record already has this value").caused_by(detail)
        }
        Some(code)
            if code.code().starts_with("08")
                || code.code().starts_with("53")
                || code.code().starts_with("57")
                || code.code().starts_with("58")
                || code.code().starts_with("28")
                || code.code().starts_with("3D")
                || code.code().starts_with("40")
                || *code == SqlState::LOCK_NOT_AVAILABLE
                || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT =>
        {
            Error::unavailable("the database cannot be used now", detail)
        }
        Some(_) => Error::bug("a database statement failed").caused_by(detail),
    }
}

impl PostgresConn {
    /// Connects.
    ///
    /// # Errors
    /// Unavailable, with what to do.
    pub fn open(url: &str) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|error| translate(&error))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        let client = config.connect(NoTls).map_err(|error| translate(&error))?;
        let mut this = Self { client, prepared: HashMap::new(), statements: 0, texts: Texts::default() };
        this.batch(SESSION)?;
        Ok(this)
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self
            .client
            .prepare(sql)
            .map_err(|error| translate(&error).caused_by(format!("{error:?}; {sql}")))?;
        if self.prepared.len() >= 512 {
            self.prepared.clear();
        }
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn params<'a>(values: &'a [Param<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl Conn for PostgresConn {
    fn texts(&mut self) -> &mut Texts {
        &mut self.texts
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn query(&mut self, sql: &str, values: &[Value], cells: &[Cell]) -> Result<Vec<Row>> {
        self.statements += 1;
        let statement = self.prepare(sql)?;
        let values: Vec<_> = values.iter().map(Param).collect();
        let rows = self
            .client
            .query(&statement, &params(&values))
            .map_err(|error| translate(&error).caused_by(format!("{error:?}; {sql}")))?;
        rows.iter()
            .map(|row| {
                // Collecting results does not know the length and would make the row several times.
                let mut one = Row::with_capacity(cells.len());
                for (at, cell) in cells.iter().enumerate() {
                    let raw = row.try_get::<_, Raw>(at).map_err(|error| {
                        Error::bug("a column could not be read").caused_by(format!("{error}; {sql}"))
                    })?;
                    one.push(decode(raw.0, *cell));
                }
                Ok(one)
            })
            .collect()
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        self.statements += 1;
        let statement = self.prepare(sql)?;
        let values: Vec<_> = values.iter().map(Param).collect();
        self.client
            .execute(&statement, &params(&values))
            .map_err(|error| translate(&error).caused_by(format!("{error:?}; {sql}")))
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.statements += 1;
        self.client
            .batch_execute(sql)
            .map_err(|error| translate(&error).caused_by(format!("{error:?}; {sql}")))
    }

    fn statements(&self) -> u64 {
        self.statements
    }

    fn take_statistics(&mut self) -> Result<()> {
        // PostgreSQL's own workers do it all the time.
        Ok(())
    }

    fn upkeep(&mut self, _idle: bool) -> Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
struct Param<'a>(&'a Value);

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Bool(flag) => out.extend_from_slice(&[u8::from(*flag)]),
            Value::Int(int) if *ty == Type::INT4 => {
                out.extend_from_slice(&i32::try_from(*int)?.to_be_bytes())
            }
            Value::Int(int) if *ty == Type::BOOL => out.extend_from_slice(&[u8::from(*int != 0)]),
            Value::Int(int) => out.extend_from_slice(&int.to_be_bytes()),
            Value::Text(text) if *ty == Type::JSONB => {
                out.extend_from_slice(&[1]);
                out.extend_from_slice(text.as_bytes());
            }
            Value::Text(text) => out.extend_from_slice(text.as_bytes()),
            Value::Instant(instant) => {
                out.extend_from_slice(&((instant.as_second() - EPOCH_SECONDS) * 1_000_000).to_be_bytes());
            }
            Value::Date(date) => {
                let days = (*date - first_date()).get_days();
                out.extend_from_slice(&days.to_be_bytes());
            }
            Value::Id(id) => out.extend_from_slice(id.as_bytes()),
            Value::Json(json) => {
                if *ty == Type::JSONB {
                    out.extend_from_slice(&[1]);
                }
                out.extend_from_slice(json.to_string().as_bytes());
            }
            Value::Bytes(bytes) => out.extend_from_slice(bytes),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn first_date() -> Date {
    jiff::civil::date(2000, 1, 1)
}

struct Raw<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(
        _: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn decode(raw: Option<&[u8]>, cell: Cell) -> Value {
    let Some(raw) = raw else { return Value::Null };
    let odd = || Value::Text(format!("unreadable {raw:?}"));
    match cell {
        Cell::Text => Value::Text(String::from_utf8_lossy(raw).into_owned()),
        Cell::Bool => Value::Bool(raw.first() == Some(&1)),
        Cell::Int => match raw.len() {
            8 => Value::Int(i64::from_be_bytes(raw.try_into().unwrap_or_default())),
            4 => Value::Int(i32::from_be_bytes(raw.try_into().unwrap_or_default()).into()),
            _ => odd(),
        },
        Cell::Instant => raw
            .try_into()
            .ok()
            .map(|bytes| i64::from_be_bytes(bytes).div_euclid(1_000_000) + EPOCH_SECONDS)
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .map_or_else(odd, Value::Instant),
        Cell::Date => raw
            .try_into()
            .ok()
            .map(i32::from_be_bytes)
            .and_then(|days| first_date().checked_add(jiff::Span::new().days(days)).ok())
            .map_or_else(odd, Value::Date),
        Cell::Id => Uuid::from_slice(raw).map_or_else(|_| odd(), Value::Id),
        Cell::Json => {
            let text = if raw.first() == Some(&1) { &raw[1..] } else { raw };
            serde_json::from_slice(text).map_or_else(|_| odd(), Value::Json)
        }
        Cell::Bytes => Value::Bytes(raw.to_vec()),
    }
}
