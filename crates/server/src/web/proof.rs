//! The tab *Proof* of a record: its entries of the journal, and how each is included in a signed checkpoint.

use axum::http::header;
use mainstay_app::{
    ledger::Ledger,
    query::{ProofPage, Query, RecordView},
};
use mainstay_core::{ErrorKind, Result};
use mainstay_pages::{
    Badge, Tone,
    record::{Body, Proof, ProofEntry},
};

use super::show::Show;
use crate::call::{Call, NOTHING_RUNS, Reply};

/// The tab of a record.
pub(super) fn tab(ask: &Query<'_>, record: &RecordView, show: &Show<'_>, path: &str) -> Result<Body> {
    let ledger = Ledger::of(show.call.app());
    let proved = all(ask, &ledger, record)?;
    let newest = match ledger.newest_checkpoint() {
        Ok((signed, _)) => Some(signed),
        Err(error) if matches!(error.kind(), ErrorKind::Refused { .. } | ErrorKind::NotFound) => None,
        Err(error) => return Err(error),
    };
    let (checkpoint, root) = match &newest {
        Some(signed) => {
            let head = signed.checkpoint();
            let size = i64::try_from(head.size).unwrap_or(i64::MAX);
            // The third line of a checkpoint is its root.
            let root = signed.text().lines().nth(2).unwrap_or_default().to_owned();
            (show.words.say_of("proof-checkpoint", "count", size), root)
        }
        None => (show.words.say("proof-no-checkpoint").to_owned(), "–".to_owned()),
    };
    let entries = proved.items.iter().rev().map(|item| {
        let included = match &item.proof {
            Some(_) => Badge::new(Tone::Proven, show.words.say("proof-yes")),
            None => Badge::new(Tone::Unknown, show.words.say("proof-not-yet")),
        };
        ProofEntry {
            position: item.position.to_string(),
            at: show.at(item.recorded_at),
            text: said(&item.command, show),
            hash: item.leaf.clone(),
            included,
        }
    });
    Ok(Body::Proof(Proof {
        checkpoint,
        root,
        entries: entries.collect(),
        download_href: Some(show.then(&format!("{path}/proof"))),
    }))
}

/// All entries of a record with their proofs.
fn all(ask: &Query<'_>, ledger: &Ledger, record: &RecordView) -> Result<ProofPage> {
    let mut page = ask.proof(ledger, record, None)?;
    while let Some(after) = page.next_after {
        let more = ask.proof(ledger, record, Some(after))?;
        page.items.extend(more.items);
        page.next_after = more.next_after;
        page.keys.extend(more.keys.into_iter().filter(|key| !page.keys.contains(key)).collect::<Vec<_>>());
    }
    Ok(page)
}

/// `incident.resolve` as *Incident: Resolve*.
fn said(command: &str, show: &Show<'_>) -> String {
    match command.rsplit_once('.') {
        Some((what, deed)) => format!("{}: {}", show.words.kind(what), show.words.a_move(deed)),
        None => show.words.a_move(command),
    }
}

/// The entries with their proofs as a file for the offline verifier.
pub(super) fn file(call: &Call) -> Result<Reply> {
    let ask = call.ask()?;
    let record = super::record::named(call, &ask)?;
    let page = all(&ask, &Ledger::of(call.app()), &record)?;
    let name = format!("{}-proof.json", record.reference());
    Ok(Reply::json(&page)?
        .header(header::CONTENT_DISPOSITION, mainstay_app::file_name::disposition(&name))
        .header(header::CONTENT_SECURITY_POLICY, NOTHING_RUNS))
}
