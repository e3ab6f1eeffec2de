//! The versions of a document that took effect (7.5.3), without a gap.

use mainstay_core::{Cx, Instant};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Document;

/// A version that took effect. Its words stand in the journal, in the entry of the act that put it in effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Counts from 1 without a gap.
    pub number: i64,
    /// When it took effect.
    pub since: Instant,
    /// When it ended; none while it is in effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Uuid>,
    /// What it changed, and why.
    pub note: String,
    /// SHA-256 of its words, hex.
    pub sha256: String,
}

/// The draft becomes the version in effect; the one before it ends at the same instant.
pub(super) fn put_in_effect(document: &mut Document, cx: &Cx) {
    end(document, cx);
    document.text = std::mem::take(&mut document.draft_text);
    document.version_number = document.version_number.saturating_add(1);
    document.effective_since = Some(cx.now);
    let hash = Sha256::digest(document.text.as_bytes());
    document.versions.0.push(Version {
        number: document.version_number,
        since: cx.now,
        until: None,
        author: document.author.is_some().then(|| document.author.uuid()),
        note: std::mem::take(&mut document.change_note),
        sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    });
    super::reviewed(document, cx);
}

/// The version in effect ends.
pub(super) fn end(document: &mut Document, cx: &Cx) {
    for version in document.versions.0.iter_mut().filter(|version| version.until.is_none()) {
        version.until = Some(cx.now);
    }
    document.effective_since = None;
    document.next_review = None;
}
