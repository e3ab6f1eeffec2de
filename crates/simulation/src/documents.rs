//! Documents: one for each that the list of documented information names, decided on by votes, most of them
//! reviewed in time; and articles that people look up.

use serde_json::json;

use crate::{
    defects::{self, Defect},
    faults::FAULTS,
    hours::later,
    portfolio::SERVICES,
    stage::Stage,
};

const DAY: i64 = 86_400;

/// Id, title, type, months between reviews, requirements, purpose.
const LIST: &str = include_str!("../data/documents.txt");

/// Documents of which something is forgotten.
const FORGOTTEN: [(&str, Defect); 4] = [
    ("doc-comms", defects::DOCUMENT_OVERDUE),
    ("doc-capacity", defects::REQUIRED_DOCUMENT_OVERDUE),
    ("doc-release-policy", defects::DOCUMENT_WITHOUT_RETENTION),
    ("doc-design", defects::DOCUMENT_WITHOUT_AUDIENCE),
];

pub(crate) fn play(stage: &mut Stage) {
    let mut chance = stage.chance("documents");
    let mut at = later(stage.company.begin, DAY);
    for line in LIST.lines() {
        let mut parts = line.split('|');
        let mut part = || parts.next().unwrap_or_default();
        let (id, title, kind, months, requirements, purpose) =
            (part(), part(), part(), part(), part(), part());
        let months = months.parse::<i64>().ok().filter(|months| *months > 0);
        at = stage.company.zurich.soon(at, &mut chance, 200);
        let author = chance.pick(&stage.company.process_owners).clone();
        let voter = if kind == "policy" { &stage.company.management } else { &stage.company.service_manager };
        let voter = voter.clone();
        let text = format!(
            "# {title}\n\n{purpose}\n\n## Scope\n\nAll services of Alpenblick IT, in Zürich and Lisboa.\n\n\
            ## How it is done\n\nBy the teams, with the records of this system.\n\n## Review\n\nAt planned intervals, by its owner.\n"
        );
        let forgotten = FORGOTTEN.iter().find(|(one, _)| *one == id).map(|(_, defect)| *defect);
        let is = |defect: Defect| forgotten == Some(defect);
        let retention = if is(defects::DOCUMENT_WITHOUT_RETENTION) { None } else { Some(36) };
        let audience =
            (!is(defects::DOCUMENT_WITHOUT_AUDIENCE)).then_some("Everybody who works in the teams");
        let document = stage.script.create(
            at,
            author.by(),
            "document",
            json!({"title": title, "catalogue_id": id, "document_type": kind, "purpose": purpose,
                "owner": author.name, "classification": "internal", "audience": audience,
                "language": "en", "requirement_ids": requirements, "origin": "own", "review_months": months,
                "retention_months": retention, "draft_text": text, "change_note": "First version"}),
        );
        stage.script.run(later(at, 300), author.by(), document, "submit", json!({}));
        let voted = stage.company.zurich.soon(later(at, 3600), &mut chance, 500);
        stage.script.vote(voted, voter.name, document, None);
        if let Some(defect) = forgotten {
            stage.plant(defect, document);
            if defect.check == "document-approved" {
                continue;
            }
        }
        // A little before the review falls due, again and again.
        let step = months.unwrap_or(12) * 30 * DAY - 12 * DAY;
        let mut review = later(voted, step);
        while review < stage.company.until {
            let when = stage.company.zurich.soon(review, &mut chance, 300);
            stage.script.run(when, author.by(), document, "confirm", json!({}));
            review = later(when, step);
        }
    }
    articles(stage);
}

fn articles(stage: &mut Stage) {
    let mut chance = stage.chance("articles");
    let mut at = later(stage.company.begin, 10 * DAY);
    for (number, fault) in FAULTS.iter().enumerate() {
        at = stage.company.zurich.soon(later(at, DAY), &mut chance, 200);
        let team = SERVICES[fault.service].team;
        let author = stage.agent(team, &mut chance);
        let voter = chance.pick(&stage.company.process_owners).clone();
        let everybody = !fault.seen_by_monitoring;
        let article = stage.script.create(
            at,
            author.by(),
            "knowledge_article",
            json!({"title": format!("{}: what helps", fault.subcategory),
                "text": format!("{}.\n\nIf it does not help, call the service desk.", fault.workaround),
                "staff_text": format!("Cause: {}.", fault.cause), "audience": if everybody { "everybody" } else { "staff" },
                "service": stage.company.services[fault.service],
                "support_team": (number != 5).then_some(stage.company.teams[&team]), "owner": author.name, "review_months": if number == 2 { 6 } else { 12 }}),
        );
        stage.script.run(later(at, 600), author.by(), article, "submit", json!({}));
        let voted = stage.company.zurich.soon(later(at, 3600), &mut chance, 900);
        stage.script.vote(voted, voter.name, article, None);
        match number {
            2 => {
                stage.plant(defects::ARTICLE_OVERDUE, article);
                continue;
            }
            5 => stage.plant(defects::ARTICLE_WITHOUT_TEAM, article),
            _ => {}
        }
        let review = stage.company.zurich.soon(later(voted, 345 * DAY), &mut chance, 300);
        stage.script.run(review, author.by(), article, "confirm", json!({}));
    }
}
