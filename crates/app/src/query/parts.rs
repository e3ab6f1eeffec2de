//! What hangs on a record, for a person: comments and files they may see, links to records they may read, and for
//! staff tasks and tags.

use std::sync::Arc;

use mainstay_core::{Error, Instant, Result, Value, link::RELATED, parts, registry::Entry};
use mainstay_store::{
    Cell, Conn,
    rows::{self, Keyed},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Query, RecordView, among,
    names::{Name, Names, Wanted},
};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentView {
    /// Its id.
    pub id: Uuid,
    /// Who wrote it; none when the person is not shown or was erased.
    pub author: Option<Name>,
    /// Name of the author in a foreign system.
    pub author_name: Option<String>,
    /// Written by the customer.
    pub from_customer: bool,
    /// `public` or `internal`.
    pub visibility: String,
    /// The text; none when it was erased.
    pub body: Option<String>,
    /// When.
    pub written_at: Option<Instant>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentView {
    /// Its id.
    pub id: Uuid,
    /// Who hung it on.
    pub author: Option<Name>,
    /// Its name; none when it was erased.
    pub name: Option<String>,
    /// Media type as the sender gave it.
    pub media_type: Option<String>,
    /// Length.
    pub bytes: i64,
    /// SHA-256, hex.
    pub sha256: String,
    /// `public` or `internal`.
    pub visibility: String,
    /// When.
    pub added_at: Option<Instant>,
    /// Where the bytes are.
    #[serde(skip)]
    pub stored_as: String,
}

/// A link, as read from this record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// Name of the relation as it reads from here.
    pub relation: String,
    /// The other record.
    pub record: Name,
    /// Kind of the other record.
    pub kind: &'static str,
    /// True when the relation was made from here: then it can be removed from here.
    pub outgoing: bool,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskView {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    pub title: String,
    /// `open`, `done`, `cancelled`.
    pub state: String,
    /// Who does it.
    pub assignee: Option<Name>,
    /// Until when.
    pub due_at: Option<Instant>,
    /// When it was done.
    pub done_at: Option<Instant>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagView {
    /// The word.
    pub word: String,
}

/// A clock of a record: record, goal, when it is due, when it was breached.
pub type Due = (Uuid, String, Option<Instant>, Option<Instant>);

/// A row of a part, read by column name.
struct Part<'a> {
    table: &'a mainstay_core::Table,
    row: &'a Keyed,
}

impl Part<'_> {
    fn get(&self, name: &str) -> &Value {
        self.table.position(name).map_or(&Value::Null, |at| &self.row.row[at])
    }
    fn id(&self) -> Uuid {
        self.get("id").as_id().unwrap_or_default()
    }
    fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_text().map(str::to_owned)
    }
    fn instant(&self, name: &str) -> Option<Instant> {
        self.get(name).as_instant()
    }
}

impl Query<'_> {
    fn parts<T>(
        &self,
        record: &RecordView,
        part: &'static str,
        person: Option<&str>,
        make: impl Fn(&Part<'_>, &Names) -> Option<T>,
    ) -> Result<Vec<T>> {
        let table = self.view.context().table(part)?;
        self.view.read(|conn| {
            let rows = rows::parts_of(conn, table, record.id())?;
            let mut wanted = Wanted::default();
            if let Some(person) = person {
                for row in &rows {
                    wanted.add("person", Part { table, row }.get(person));
                }
            }
            let names = self.names(conn, wanted)?;
            Ok(rows.iter().filter_map(|row| make(&Part { table, row }, &names)).collect())
        })
    }

    /// The comments that the person may see, oldest first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn comments(&self, record: &RecordView) -> Result<Vec<CommentView>> {
        self.parts(record, parts::COMMENT, Some("author"), |part, names| {
            let visibility = part.text("visibility").unwrap_or_default();
            (record.internal || visibility == "public").then(|| CommentView {
                id: part.id(),
                author: part.get("author").as_id().and_then(|id| names.get(id)).cloned(),
                author_name: part.text("author_name").filter(|_| record.internal),
                from_customer: part.get("from_customer").as_bool() == Some(true),
                visibility,
                body: part.text("body"),
                written_at: part.instant("written_at"),
            })
        })
    }

    /// The files that the person may see, oldest first.
    ///
    /// # Errors
    /// Unavailable.
    pub fn attachments(&self, record: &RecordView) -> Result<Vec<AttachmentView>> {
        self.parts(record, parts::ATTACHMENT, Some("author"), |part, names| {
            let visibility = part.text("visibility").unwrap_or_default();
            (record.internal || visibility == "public").then(|| AttachmentView {
                id: part.id(),
                author: part.get("author").as_id().and_then(|id| names.get(id)).cloned(),
                name: part.text("name"),
                media_type: part.text("media_type"),
                bytes: part.get("bytes").as_int().unwrap_or_default(),
                sha256: part.text("sha256").unwrap_or_default(),
                visibility,
                added_at: part.instant("added_at"),
                stored_as: part.text("stored_as").unwrap_or_default(),
            })
        })
    }

    /// A file of the record that the person may see.
    ///
    /// # Errors
    /// Not found.
    pub fn attachment(&self, record: &RecordView, id: &str) -> Result<AttachmentView> {
        let wanted = id.parse::<Uuid>().ok();
        let found = self.attachments(record)?.into_iter().find(|file| Some(file.id) == wanted);
        found.ok_or_else(|| Error::not_found(format!("the attachment \"{id}\"")))
    }

    /// The tasks, oldest first; for staff.
    ///
    /// # Errors
    /// Unavailable.
    pub fn tasks(&self, record: &RecordView) -> Result<Vec<TaskView>> {
        if !record.internal {
            return Ok(Vec::new());
        }
        self.parts(record, parts::TASK, Some("assignee"), |part, names| {
            Some(TaskView {
                id: part.id(),
                title: part.text("title").unwrap_or_default(),
                state: part.text("state").unwrap_or_default(),
                assignee: part.get("assignee").as_id().and_then(|id| names.get(id)).cloned(),
                due_at: part.instant("due_at"),
                done_at: part.instant("done_at"),
            })
        })
    }

    /// The tags; for staff.
    ///
    /// # Errors
    /// Unavailable.
    pub fn tags(&self, record: &RecordView) -> Result<Vec<TagView>> {
        if !record.internal {
            return Ok(Vec::new());
        }
        self.parts(record, parts::TAG, None, |part, _| part.text("word").map(|word| TagView { word }))
    }

    /// Links from and to the record, as far as the person may read the other side.
    ///
    /// # Errors
    /// Unavailable.
    pub fn links(&self, record: &RecordView) -> Result<Vec<LinkView>> {
        let context = self.view.context();
        let table = context.table(parts::LINK)?;
        self.view.read(|conn| {
            let there = rows::parts_of(conn, table, record.id())?;
            let here = links_to(conn, table, record.id())?;
            let mut wanted = Wanted::default();
            for row in &there {
                wanted.add("record", Part { table, row }.get("target"));
            }
            for row in &here {
                wanted.add("record", Part { table, row }.get("record"));
            }
            let names = self.names(conn, wanted)?;
            let mut links = Vec::new();
            for (row, outgoing) in
                there.iter().map(|row| (row, true)).chain(here.iter().map(|row| (row, false)))
            {
                let part = Part { table, row };
                let other = part.get(if outgoing { "target" } else { "record" }).as_id();
                let Some(name) = other.and_then(|id| names.get(id)) else { continue };
                let Some(kind) = context.registry.kind_of_ref(&name.reference) else { continue };
                let relation = part.text("relation").unwrap_or_default();
                let relation = if outgoing { relation } else { inverse(kind, &relation) };
                links.push(LinkView { relation, record: name.clone(), kind: kind.def.name, outgoing });
            }
            Ok(links)
        })
    }

    /// The clocks of records that are due first: record, goal, when due, when breached. Those that neither run nor
    /// were breached are left out; of a record whose clocks have been settled there is none.
    ///
    /// # Errors
    /// Unavailable.
    pub fn due(&self, records: &[Uuid]) -> Result<Vec<Due>> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let (places, params) = among(records.iter().copied());
        let sql = format!(
            "select record, goal, due_at, breached_at from clock where record in ({places}) and due_at is not null \
             order by due_at, goal"
        );
        let cells = [Cell::Id, Cell::Text, Cell::Instant, Cell::Instant];
        let rows = self.view.read(|conn| conn.query(&conn.dialect().sql(&sql), &params, &cells))?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let goal = row[1].as_text()?.to_owned();
                Some((row[0].as_id()?, goal, row[2].as_instant(), row[3].as_instant()))
            })
            .collect())
    }

    /// The relations that can be made from a record of this kind: name, name as it reads from the other side, kind of
    /// the other side, if it is one kind.
    pub fn relations(kind: &'static Entry) -> Vec<(&'static str, &'static str, Option<&'static str>)> {
        let mut all: Vec<_> =
            kind.def.links.iter().map(|link| (link.name, link.inverse, Some(link.to))).collect();
        all.push((RELATED, RELATED, None));
        all
    }
}

fn links_to(conn: &mut dyn Conn, table: &Arc<mainstay_core::Table>, record: Uuid) -> Result<Vec<Keyed>> {
    let sql = format!("{} where \"target\" = ?1 order by \"key\"", rows::select(table));
    let sql = conn.dialect().sql(&sql);
    let rows = conn.query(&sql, &[Value::Id(record)], &rows::cells(table))?;
    Ok(rows.into_iter().map(rows::keyed).collect())
}

/// The relation as it reads from its target; `kind` is where it was made.
fn inverse(kind: &'static Entry, relation: &str) -> String {
    let link = kind.def.links.iter().find(|link| link.name == relation);
    link.map_or(relation, |link| link.inverse).to_owned()
}
