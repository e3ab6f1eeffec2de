//! Whole lists out, whole files in.

use std::io::{Seek, SeekFrom};

use axum::http::header;
use mainstay_app::{
    import::{self, Mapping, Options},
    query::ExportFormat,
};
use mainstay_core::{Error, Result};
use serde_json::json;

use crate::call::{Call, Reply};

pub(crate) fn export(call: &Call) -> Result<Reply> {
    let format = ExportFormat::parse(call.asked("format").unwrap_or("csv"))?;
    let (ask, kind) = (call.ask()?, call.kind()?);
    let paged = ["format", "limit", "cursor", "total"];
    let conditions: Vec<_> =
        call.query.iter().filter(|(name, _)| !paged.contains(&name.as_str())).cloned().collect();
    let query = ask.list_query(kind, &conditions)?;
    // Written whole before anything is sent: a failure is an answer of its own, and a slow client holds no database.
    let unwritten = |error: std::io::Error| Error::unavailable("the export cannot be written", error);
    let folder = call.app().data();
    let mut file = tempfile::tempfile_in(folder).map_err(unwritten)?;
    let count = ask.export(&query, format, folder, &mut file)?;
    let bytes = file.seek(SeekFrom::End(0)).map_err(unwritten)?;
    file.rewind().map_err(unwritten)?;
    let content = json!({"kind": kind.def.name, "format": format.ending(), "records": count});
    call.app().accounts().note_event("exported", Some(ask.who().person), Some(&call.address), content)?;
    let name = format!("{}.{}", kind.def.plural, format.ending());
    Ok(Reply::download(file, format.media_type(), &name).header(header::CONTENT_LENGTH, bytes.to_string()))
}

pub(super) fn import(call: &Call) -> Result<Reply> {
    let name = call.asked("mapping").ok_or_else(|| Error::field("mapping", "is missing"))?;
    let text = import::shipped(name).ok_or_else(|| {
        let known: Vec<_> = import::shipped_names().collect();
        Error::field("mapping", format!("\"{name}\" is not one of: {}", known.join(", ")))
            .hint("A mapping of your own is used at the host: `mainstay import --mapping FILE.toml`.")
    })?;
    let dry_run = match call.asked("dry_run") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Error::field("dry_run", "is true or false")),
    };
    let mapping = Mapping::parse(text, call.app().context().registry)?;
    let options = Options { dry_run, who: Some(call.who()?.clone()) };
    let file = call.asked("name").unwrap_or("the file");
    let summary = import::import(call.app(), file, &call.body, &mapping, &options, &mut |_| {})?;
    Reply::json(&summary)
}
