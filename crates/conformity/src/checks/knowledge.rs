//! Knowledge (7.6): articles for those who need them, and not past their review.

use mainstay_core::{Filter, Kind};
use mainstay_kinds::{KnowledgeArticle, knowledge_article::State::Published};

use crate::{
    books::Notes,
    check::{CheckDef, Parameter},
    pass::{Around, Check, Item, Pass, review_is_due, sentence},
    span::{DAY, Span},
};

/// Days past its review date that an article may be in use.
const OVERDUE_DAYS: i64 = 30;

/// The walk over articles.
pub static PASS: Pass<KnowledgeArticle> = Pass {
    filter: |_| Filter::All,
    in_span: |_, _| true,
    parts: &[],
    note: Some(note),
    checks: &[
        Check {
            def: CheckDef::new(
                "article-reviewed",
                KnowledgeArticle::NAME,
                &["7.6-a"],
                "published articles",
                "is not past its review date by more than the time allowed",
            )
            .grace(OVERDUE_DAYS * DAY)
            .parameters(&[Parameter { name: "overdue_days", value: OVERDUE_DAYS, unit: "days" }]),
            belongs: |item| item.record.head.state == Published,
            problem: |item| review_is_due(item.record.next_review, OVERDUE_DAYS, item.span),
        },
        Check {
            def: CheckDef::new(
                "article-has-audience",
                KnowledgeArticle::NAME,
                &["7.6-b"],
                "published articles",
                "has an audience and a team that works with it",
            ),
            belongs: |item| item.record.head.state == Published,
            problem: audience,
        },
    ],
};

fn note(article: &KnowledgeArticle, _: &Around, _: &Span, notes: &mut Notes) {
    if article.head.state == Published && article.service.is_some() {
        notes.services_with_article.insert(article.service.uuid());
    }
}

fn audience(item: &Item<'_, KnowledgeArticle>) -> Option<String> {
    let mut missing = Vec::new();
    if item.record.audience.is_none() {
        missing.push("audience");
    }
    if item.record.support_team.is_none() {
        missing.push("team that works with it");
    }
    sentence(missing)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use mainstay_kinds::knowledge_article::Audience;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Desk, blank};

    #[test]
    fn an_article_may_be_late_for_a_month_and_then_is_named() {
        let desk = Desk::at("2026-01-31T09:00:00Z");
        let mut article = blank::<KnowledgeArticle>();
        article.head.state = Published;
        article.audience = Some(Audience::Staff);
        article.support_team = Id::new(Uuid::from_u128(1));
        article.next_review = Some(date(2026, 1, 1));
        desk.passes_all(&PASS, &article);
        article.next_review = Some(date(2025, 12, 31));
        let why = desk.judge(&PASS, "article-reviewed", &article).flatten();
        assert_eq!(why.as_deref(), Some("Its review was due on 2025-12-31."));
        article.audience = None;
        let why = desk.judge(&PASS, "article-has-audience", &article).flatten();
        assert_eq!(why.as_deref(), Some("Missing: audience."));
    }
}
