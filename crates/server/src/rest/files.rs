//! Files that hang on records.

use axum::http::{StatusCode, header};
use http_body_util::{BodyDataStream, Full};
use mainstay_app::{Command, Outcome, attachments::Attachments, file_name, rights::Deed};
use mainstay_core::{Error, ErrorKind, Result};
use serde_json::json;

use super::records::record;
use crate::call::{Call, Reply};

/// Most parts of an upload.
const MOST_PARTS: usize = 20;

pub(super) fn attachments(call: &Call) -> Result<Reply> {
    Reply::json(&json!({ "items": call.ask()?.attachments(&record(call)?)? }))
}

pub(crate) fn download(call: &Call) -> Result<Reply> {
    let ask = call.ask()?;
    let file = ask.attachment(&record(call)?, call.param("id"))?;
    let opened = Attachments::new(call.app().data()).open(&file.stored_as, &file.sha256)?;
    let media_type = file_name::safe_media_type(file.media_type.as_deref());
    let name = file.name.as_deref().unwrap_or("file");
    Ok(Reply::download(opened, media_type, name).header(header::CONTENT_LENGTH, file.bytes.to_string()))
}

pub(super) fn detach(call: &Call) -> Result<Reply> {
    take_off(call)?;
    Ok(Reply::nothing())
}

/// Takes the file that the path names off its record.
pub(crate) fn take_off(call: &Call) -> Result<()> {
    let (record, file) = (record(call)?, call.param("id"));
    // Whether the file may be seen is asked first: an internal one looks like none.
    call.ask()?.attachment(&record, file)?;
    call.act(Command::Detach { record: record.reference().to_owned(), attachment: file.to_owned() })?;
    Ok(())
}

pub(super) fn attach(call: &Call) -> Result<Reply> {
    super::parts::made(&hang(call)?).map(|reply| reply.status(StatusCode::CREATED))
}

/// Hangs the file of the body on the record that the path names.
pub(crate) fn hang(call: &Call) -> Result<Outcome> {
    let (record, ask) = (record(call)?, call.ask()?);
    if !ask.may(&record, Deed::Attach) {
        return Err(Error::new(ErrorKind::Forbidden, "you may not hang files on this record"));
    }
    let upload = upload(call)?;
    let name = file_name::tidy(&upload.name)?;
    let store = Attachments::new(call.app().data());
    let file = store.store(&name, upload.media_type.as_deref(), &mut upload.bytes.as_slice())?;
    let stored_as = file.stored_as.clone();
    let reference = record.reference().to_owned();
    let outcome = call.act(Command::Attach { record: reference, file, visibility: upload.visibility });
    let kept = match &outcome {
        // The answer to a repeated request is about the file that came first.
        Ok(outcome) => outcome
            .part
            .as_deref()
            .is_some_and(|part| ask.attachment(&record, part).is_ok_and(|kept| kept.stored_as == stored_as)),
        Err(error) => matches!(error.kind(), ErrorKind::Unknown),
    };
    if !kept {
        store.discard(&stored_as)?;
    }
    outcome
}

struct Upload {
    name: String,
    media_type: Option<String>,
    visibility: String,
    bytes: Vec<u8>,
}

/// The file of the body: the body itself with its name in the address, or the part `file` of a form.
fn upload(call: &Call) -> Result<Upload> {
    let content_type = call.header(header::CONTENT_TYPE).unwrap_or_default();
    let visibility = call.asked("visibility").unwrap_or("public").to_owned();
    if let Ok(boundary) = multer::parse_boundary(content_type) {
        return tokio::runtime::Handle::current().block_on(of_form(call, boundary, visibility));
    }
    let name =
        call.asked("name").ok_or_else(|| Error::field("name", "is missing: write ?name=report.pdf"))?;
    let media_type = Some(content_type).filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(Upload { name: name.to_owned(), media_type, visibility, bytes: call.body.to_vec() })
}

async fn of_form(call: &Call, boundary: String, visibility: String) -> Result<Upload> {
    let wrong = |error: multer::Error| Error::field("body", format!("is no form with a file: {error}"));
    let body = BodyDataStream::new(Full::new(call.body.clone()));
    let mut form = multer::Multipart::new(body, boundary);
    let mut upload = Upload { name: String::new(), media_type: None, visibility, bytes: Vec::new() };
    let (mut found, mut parts) = (false, 0);
    while let Some(field) = form.next_field().await.map_err(wrong)? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(Error::field("body", format!("has more than {MOST_PARTS} parts")));
        }
        match field.name() {
            Some("file") if !found => {
                found = true;
                upload.name = field.file_name().unwrap_or_default().to_owned();
                upload.media_type = field.content_type().map(ToString::to_string);
                upload.bytes = field.bytes().await.map_err(wrong)?.to_vec();
            }
            Some("visibility") => upload.visibility = field.text().await.map_err(wrong)?,
            name => {
                let problem = format!(
                    "has an unknown part \"{}\"; there are: file, visibility",
                    name.unwrap_or_default()
                );
                return Err(Error::field("body", problem));
            }
        }
    }
    if found { Ok(upload) } else { Err(Error::field("file", "is missing")) }
}
