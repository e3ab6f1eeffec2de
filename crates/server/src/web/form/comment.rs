//! A comment is written on the record's own page; there its error is shown too.

use mainstay_app::{Command, query::Query};
use mainstay_core::Result;

use super::{Sent, act, is_for_the_form};
use crate::{
    call::{Call, Reply},
    problem::status as status_of,
    web::record::{named, show_page},
};

pub(in crate::web) fn comment(call: &Call) -> Result<Reply> {
    let ask = Query::now(call.app(), call.who()?.clone());
    let (record, sent) = (named(call, &ask)?, Sent::of(call));
    let body = sent.get("body").unwrap_or_default().replace("\r\n", "\n");
    let visibility = sent.get("visibility").unwrap_or("public").to_owned();
    let command = Command::Comment {
        record: record.reference().to_owned(),
        body: body.clone(),
        visibility: visibility.clone(),
    };
    match act(call, &sent, command) {
        Ok(_) => Ok(Reply::see(format!("/{}/{}?did=comment", record.kind.def.plural, record.reference()))),
        Err(error) if is_for_the_form(&error) => {
            show_page(call, Some((&error, &body, &visibility)), status_of(&error, false))
        }
        Err(error) => Err(error),
    }
}
