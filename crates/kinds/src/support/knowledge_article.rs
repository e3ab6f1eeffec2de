//! Knowledge articles (7.6): what people have to know to run and use the services, kept current.

use jiff::civil::Date;
use mainstay_core::{
    Approval, Choice, Cx, Def, Gate, Head, Id, Instant, Kind, Link, Move, Policy, Result, Search, TitleDef,
    choice, fields, head, kind::no_effects, names,
};

use crate::{Person, Service, Team, acting, problems::Problems, review_date, role_assignment::Role};

choice!(
    /// Where the article stands.
    State { Draft = "draft", Review = "review", Published = "published", Retired = "retired" }
);

use State::{Draft, Published, Retired, Review};

choice!(
    /// For whom the article is written.
    Audience { Staff = "staff", Users = "users", Everybody = "everybody" }
);

/// A knowledge article.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the help of each field stands in the descriptor
pub struct KnowledgeArticle {
    pub head: Head<State>,
    pub text: String,
    pub staff_text: String,
    pub audience: Option<Audience>,
    pub service: Id<Service>,
    pub support_team: Id<Team>,
    pub owner: Id<Person>,
    pub author: Id<Person>,
    pub review_months: Option<i64>,
    pub published_at: Option<Instant>,
    pub reviewed_on: Option<Date>,
    pub next_review: Option<Date>,
    pub external_key: String,
}

impl Kind for KnowledgeArticle {
    type State = State;
    const DEF: Def<Self> = Def {
        name: "knowledge_article",
        plural: "knowledge_articles",
        prefix: "KB",
        clause: "7.6",
        help: "What people have to know to run or to use a service",
        title: TitleDef { label: "Title", personal: None, search: Search::Public },
        fields: fields!(KnowledgeArticle {
            text: "The article, for everybody who may read it".searched(Search::Public),
            staff_text: "What only staff has to know".searched(Search::Internal).staff_only(),
            audience: "For whom it is written".indexed(),
            service: "Service that it is about".indexed(),
            support_team: "Team that works with it".indexed(),
            owner: "Person who keeps it current".indexed().own(),
            author: "Person who wrote it".system().own(),
            review_months: "Months between reviews; twelve when left empty",
            published_at: "When it was published last".system(),
            reviewed_on: "Day of its last review".system(),
            next_review: "Day on which its next review falls due".system().indexed(),
            external_key: "Key of the article in a foreign system".indexed().unique().staff_only(),
        }),
        links: &[
            Link::new("helped_with", "helped_by", "incident"),
            Link::new("tells_about", "told_by", "known_error"),
        ],
        clocks: &[],
        moves: &[
            Move::new("submit", &[Draft], Review, "It is ready to be decided on")
                .asks(names!(KnowledgeArticle: text, audience)),
            Move::new("publish", &[Review], Published, "It is there for its audience").then(|article, cx| {
                article.published_at = Some(cx.now);
                reviewed(article, cx);
            }),
            Move::new("send_back", &[Review], Draft, "It has to be worked on"),
            Move::new("revise", &[Review, Published], Draft, "It is changed and decided on anew")
                .then(|article, _| article.next_review = None),
            Move::new("confirm", &[Published], Published, "It was reviewed and is still right")
                .then(reviewed),
            Move::new("retire", &[Draft, Published], Retired, "It is no longer needed")
                .then(|article, _| article.next_review = None),
            Move::new("reinstate", &[Retired], Draft, "It is needed again"),
        ],
        approval: Some(Approval {
            content: names!(KnowledgeArticle: text, staff_text, audience, service),
            never: names!(KnowledgeArticle: author),
            policy: |_| Policy::ask([Role::ProcessOwner.name(), Role::ServiceManager.name()], 1),
            gates: &[Gate {
                waits_in: Review,
                approved: "publish",
                rejected: "send_back",
                voided: "revise",
                holds_in: &[Published],
            }],
        }),
        lists: &[&["service", "state"]],
        locked_in: &[Retired],
        reads: &[],
        before_save,
        effects: no_effects,
    };
    head!();
}

fn reviewed(article: &mut KnowledgeArticle, cx: &Cx) {
    article.reviewed_on = Some(acting::today(cx));
    article.next_review = Some(review_date::next(article.review_months, cx));
}

fn before_save(article: &mut KnowledgeArticle, before: Option<&KnowledgeArticle>, cx: &Cx) -> Result<()> {
    let mut problems = Problems::default();
    review_date::check_interval(article.review_months, cx, &mut problems);
    let is_written = before.is_none_or(|before| {
        (&before.text, &before.staff_text, &before.head.title)
            != (&article.text, &article.staff_text, &article.head.title)
    });
    let person = acting::person(cx);
    if is_written && person.is_some() && !cx.history {
        article.author = person;
    }
    problems.result()
}

#[cfg(test)]
mod tests {
    use mainstay_core::Actor;
    use serde_json::{Value as Json, json};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{START, Trial, at, check_lifecycle, wrong_fields};

    fn answers(name: &str) -> Json {
        if name == "submit" { json!({"text": "Restart it", "audience": "users"}) } else { json!({}) }
    }

    #[test]
    fn an_article_goes_its_way_and_no_other() {
        check_lifecycle(
            &|| Trial::<KnowledgeArticle>::new(json!({})),
            &answers,
            &[
                ("draft", &[], &["submit", "retire"]),
                ("review", &["submit"], &["publish", "send_back", "revise"]),
                ("published", &["submit", "publish"], &["revise", "confirm", "retire"]),
                ("draft", &["submit", "publish", "revise"], &["submit", "retire"]),
                ("retired", &["retire"], &["reinstate"]),
            ],
        );
    }

    #[test]
    fn a_published_article_is_reviewed_after_a_year_unless_said_otherwise() {
        let mut article = Trial::<KnowledgeArticle>::new(json!({}));
        assert_eq!(wrong_fields(article.perform("submit", json!({}))), ["text", "audience"]);
        article.perform("submit", answers("submit")).unwrap();
        article.perform("publish", json!({})).unwrap();
        assert_eq!(article.typed().published_at, Some(at(START)));
        assert_eq!(article.typed().next_review, Some("2027-01-05".parse().unwrap()));
    }

    #[test]
    fn the_author_is_who_wrote_the_words_last() {
        let mut article = Trial::<KnowledgeArticle>::new(json!({}));
        article.cx.actor = Actor::Person(Uuid::from_u128(2));
        article.edit(json!({"review_months": 6})).unwrap();
        assert_eq!(article.typed().author, Id::new(Uuid::from_u128(1)));
        article.edit(json!({"text": "Restart it twice"})).unwrap();
        assert_eq!(article.typed().author, Id::new(Uuid::from_u128(2)));
    }
}
