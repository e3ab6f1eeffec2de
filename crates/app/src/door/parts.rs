//! What hangs on every record of every kind: comments, links, attachments, tags, tasks.

use std::sync::Arc;

use mainstay_core::{
    Actor, Choice, Error, Instant, Result, Value,
    link::RELATED,
    parts::{self, TaskState, Visibility},
    table::Table,
    unseen::{self, Lines},
    value::{is_kept, whole_second},
};
use mainstay_journal::Op;
use mainstay_store::{
    engine::Row,
    rows::{self, Keyed},
    timeline::Reply,
};
use uuid::Uuid;

use super::Act;
use crate::command::{Outcome, StoredFile};

/// Most characters of a tag.
const TAG_CHARACTERS: usize = 64;

impl Act<'_, '_> {
    pub(super) fn new_part(
        &mut self,
        table: &Arc<Table>,
        record: Uuid,
        values: &[(&str, Value)],
    ) -> Result<Row> {
        let mut row = vec![Value::Null; table.columns.len()];
        row[0] = Value::Id(self.new_id());
        row[1] = Value::Id(record);
        for (name, value) in values {
            let at = table.position(name).ok_or_else(|| Error::bug(format!("no column {name}")))?;
            row[at] = value.clone();
        }
        Ok(row)
    }

    pub(super) fn add_part(
        &mut self,
        table: &Arc<Table>,
        record: Uuid,
        row: Row,
        command: &str,
    ) -> Result<(u64, Uuid)> {
        let id = row[0].as_id().unwrap_or_default();
        let step = self.step(command);
        let position = self.journal_row(table, record, id, 1, &row, &Vec::new(), &step, Op::Put)?;
        self.tx.insert(table, position, row);
        Ok((position, id))
    }

    fn remove_part(&mut self, table: &Arc<Table>, record: Uuid, part: &Keyed, command: &str) -> Result<()> {
        let id = part.row[0].as_id().unwrap_or_default();
        let step = self.step(command);
        self.journal_row(table, record, id, 0, &part.row, &Vec::new(), &step, Op::Delete)?;
        self.tx.delete(table, part.key);
        Ok(())
    }

    fn part_by_id(&mut self, table: &Arc<Table>, record: Uuid, id: &str) -> Result<Keyed> {
        let missing = || Error::not_found(format!("the {} \"{id}\"", table.name));
        let found = id.parse().map_err(|_| missing())?;
        let found = rows::load(self.tx.conn(), table, found)?.ok_or_else(missing)?;
        // A part of another record looks like none.
        if found.row[1] == Value::Id(record) { Ok(found) } else { Err(missing()) }
    }

    fn visibility(word: &str) -> Result<Value> {
        Visibility::parse(word)
            .map(|visibility| Value::from(visibility.name()))
            .ok_or_else(|| Error::field("visibility", format!("\"{word}\" is not one of: public, internal")))
    }

    pub(super) fn text(field: &str, text: &str, lines: Lines) -> Result<Value> {
        if text.trim().is_empty() {
            return Err(Error::field(field, "must not be empty"));
        }
        match unseen::problem(text, lines) {
            Some(problem) => Err(Error::field(field, problem)),
            None => Ok(Value::from(text)),
        }
    }

    /// Writes a comment; a public one by staff stops a response clock, one by the customer starts the next.
    pub(super) fn comment(&mut self, record: &str, body: &str, visibility: &str) -> Result<Outcome> {
        let id = self.load(record)?;
        let body = Self::text("body", body, Lines::Many)?;
        let visible = Self::visibility(visibility)?;
        let author = self.request.actor.person();
        let from_customer = self.is_customer(author)?;
        let author_name = match &self.request.actor {
            Actor::Foreign(name) => Value::from(name.as_str()),
            _ => Value::Null,
        };
        let table = self.context.table(parts::COMMENT)?.clone();
        let row = self.new_part(
            &table,
            id,
            &[
                ("author", Value::from(author)),
                ("author_name", author_name),
                ("from_customer", Value::Bool(from_customer)),
                ("visibility", visible),
                ("body", body),
                ("written_at", Value::Instant(self.occurred_at)),
            ],
        )?;
        let (position, comment) = self.add_part(&table, id, row, "comment.write")?;
        if visibility == Visibility::Public.name() {
            let reply = if from_customer { Reply::Customer } else { Reply::Staff };
            let (kind, now) = self.current(id)?;
            self.mark_clocks(kind, Some(&now), &now, position, self.occurred_at, Some(reply))?;
        }
        self.outcome(id, Some(comment), true)
    }

    /// A person who is not marked as staff speaks for a customer or as a user.
    fn is_customer(&mut self, person: Option<Uuid>) -> Result<bool> {
        let Some(person) = person else { return Ok(false) };
        let Some(record) = self.referenced("person", person)? else { return Ok(false) };
        let def = &self.context.kind("person")?.def;
        Ok(record.get(def, "staff").as_bool() != Some(true))
    }

    fn relation(&self, id: Uuid, relation: &str) -> Result<Option<&'static str>> {
        let (kind, _) = self.current(id)?;
        if relation == RELATED {
            return Ok(None);
        }
        kind.def.links.iter().find(|link| link.name == relation).map(|link| Some(link.to)).ok_or_else(|| {
            let mut all: Vec<_> = kind.def.links.iter().map(|link| link.name).collect();
            all.push(RELATED);
            Error::field("relation", format!("\"{relation}\" is not one of: {}", all.join(", ")))
        })
    }

    fn find_link(
        &mut self,
        table: &Arc<Table>,
        from: Uuid,
        relation: &str,
        to: Uuid,
    ) -> Result<Option<Keyed>> {
        let all = rows::parts_of(self.tx.conn(), table, from)?;
        Ok(all
            .into_iter()
            .find(|link| link.row[2].as_text() == Some(relation) && link.row[3] == Value::Id(to)))
    }

    /// Links two records; the same link twice is one link.
    pub(super) fn link(&mut self, record: &str, relation: &str, target: &str) -> Result<Outcome> {
        let from = self.load(record)?;
        let wanted = self.relation(from, relation)?;
        let to = self.load(target)?;
        if from == to {
            return Err(Error::field("target", "is the record itself"));
        }
        let (kind, _) = self.current(to)?;
        if wanted.is_some_and(|wanted| wanted != kind.def.name) {
            return Err(Error::field(
                "target",
                format!("{relation} leads to a {}", wanted.unwrap_or_default()),
            ));
        }
        let table = self.context.table(parts::LINK)?.clone();
        if self.find_link(&table, from, relation, to)?.is_some() {
            return self.outcome(from, None, false);
        }
        let row = self.new_part(&table, from, &[("relation", relation.into()), ("target", Value::Id(to))])?;
        let (_, link) = self.add_part(&table, from, row, "link.add")?;
        self.outcome(from, Some(link), true)
    }

    /// Removes a link; one that is not there is no error.
    pub(super) fn unlink(&mut self, record: &str, relation: &str, target: &str) -> Result<Outcome> {
        let from = self.load(record)?;
        let to = self.load(target)?;
        let table = self.context.table(parts::LINK)?.clone();
        match self.find_link(&table, from, relation, to)? {
            Some(link) => {
                self.remove_part(&table, from, &link, "link.remove")?;
                self.outcome(from, None, true)
            }
            None => self.outcome(from, None, false),
        }
    }

    /// Hangs a stored file on a record.
    pub(super) fn attach(&mut self, record: &str, file: &StoredFile, visibility: &str) -> Result<Outcome> {
        let id = self.load(record)?;
        let table = self.context.table(parts::ATTACHMENT)?.clone();
        let values = [
            ("author", Value::from(self.request.actor.person())),
            ("name", Self::text("file.name", &file.name, Lines::One)?),
            (
                "media_type",
                file.media_type
                    .as_deref()
                    .map_or(Ok(Value::Null), |it| Self::text("media_type", it, Lines::One))?,
            ),
            ("bytes", Value::from(file.bytes)),
            ("sha256", Self::text("file.sha256", &file.sha256, Lines::One)?),
            ("stored_as", Self::text("file.stored_as", &file.stored_as, Lines::One)?),
            ("visibility", Self::visibility(visibility)?),
            ("added_at", Value::Instant(self.occurred_at)),
        ];
        let row = self.new_part(&table, id, &values)?;
        let (_, attachment) = self.add_part(&table, id, row, "attachment.add")?;
        self.outcome(id, Some(attachment), true)
    }

    /// Takes an attachment off.
    pub(super) fn detach(&mut self, record: &str, attachment: &str) -> Result<Outcome> {
        let id = self.load(record)?;
        let table = self.context.table(parts::ATTACHMENT)?.clone();
        let part = self.part_by_id(&table, id, attachment)?;
        self.remove_part(&table, id, &part, "attachment.remove")?;
        self.outcome(id, None, true)
    }

    fn find_tag(&mut self, table: &Arc<Table>, record: Uuid, word: &str) -> Result<Option<Keyed>> {
        let all = rows::parts_of(self.tx.conn(), table, record)?;
        Ok(all.into_iter().find(|tag| tag.row[2].as_text() == Some(word)))
    }

    /// Puts a tag on; the same twice is one.
    pub(super) fn tag(&mut self, record: &str, word: &str) -> Result<Outcome> {
        let id = self.load(record)?;
        let word = word.trim();
        let shaped = word.chars().all(|character| character.is_alphanumeric() || "-_.".contains(character));
        if word.is_empty() || !shaped || word.chars().count() > TAG_CHARACTERS {
            return Err(Error::field(
                "word",
                format!(
                    "a tag is one word of letters, digits, - _ and ., at most {TAG_CHARACTERS} characters"
                ),
            ));
        }
        let table = self.context.table(parts::TAG)?.clone();
        if self.find_tag(&table, id, word)?.is_some() {
            return self.outcome(id, None, false);
        }
        let row = self.new_part(&table, id, &[("word", Value::from(word))])?;
        let (_, tag) = self.add_part(&table, id, row, "tag.add")?;
        self.outcome(id, Some(tag), true)
    }

    /// Takes a tag off; one that is not there is no error.
    pub(super) fn untag(&mut self, record: &str, word: &str) -> Result<Outcome> {
        let id = self.load(record)?;
        let table = self.context.table(parts::TAG)?.clone();
        match self.find_tag(&table, id, word.trim())? {
            Some(tag) => {
                self.remove_part(&table, id, &tag, "tag.remove")?;
                self.outcome(id, None, true)
            }
            None => self.outcome(id, None, false),
        }
    }

    /// Adds a task.
    pub(super) fn add_task(
        &mut self,
        record: &str,
        title: &str,
        assignee: Option<&str>,
        due_at: Option<Instant>,
    ) -> Result<Outcome> {
        let id = self.load(record)?;
        let assignee = assignee.map(|person| self.reference("person", person)).transpose()?;
        if due_at.is_some_and(|due_at| !is_kept(due_at)) {
            return Err(Error::field("due_at", "lies outside of the years 1 to 9999"));
        }
        let table = self.context.table(parts::TASK)?.clone();
        let values = [
            ("title", Self::text("title", title, Lines::One)?),
            ("state", Value::from(TaskState::Open.name())),
            ("assignee", Value::from(assignee)),
            ("due_at", Value::from(due_at.map(whole_second))),
        ];
        let row = self.new_part(&table, id, &values)?;
        let (_, task) = self.add_part(&table, id, row, "task.add")?;
        self.outcome(id, Some(task), true)
    }

    /// Changes a task's state or who does it.
    pub(super) fn change_task(
        &mut self,
        record: &str,
        task: &str,
        state: Option<&str>,
        assignee: Option<&str>,
    ) -> Result<Outcome> {
        let id = self.load(record)?;
        let table = self.context.table(parts::TASK)?.clone();
        let part = self.part_by_id(&table, id, task)?;
        let mut row = part.row.clone();
        let mut set = |name: &str, value: Value| {
            if let Some(at) = table.position(name) {
                row[at] = value;
            }
        };
        if let Some(word) = state {
            let state = TaskState::parse(word).ok_or_else(|| {
                Error::field(
                    "state",
                    format!("\"{word}\" is not one of: {}", TaskState::DEF.words.join(", ")),
                )
            })?;
            set("state", Value::from(state.name()));
            let done = (state == TaskState::Done).then_some(self.occurred_at);
            set("done_at", Value::from(done));
        }
        if let Some(person) = assignee {
            let person = self.reference("person", person)?;
            set("assignee", Value::Id(person));
        }
        let part_id = part.row[0].as_id().unwrap_or_default();
        if row == part.row {
            return self.outcome(id, Some(part_id), false);
        }
        let step = self.step("task.change");
        self.journal_row(&table, id, part_id, 2, &row, &part.row, &step, Op::Put)?;
        self.tx.update(&table, part.key, part.row, row);
        self.outcome(id, Some(part_id), true)
    }
}
