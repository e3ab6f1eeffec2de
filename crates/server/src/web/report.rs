//! The report of service levels: figures by priority, each a door to the incidents it counts, and the same as a file.

use axum::http::{StatusCode, header};
use mainstay_app::{
    query::Query,
    report::sla::{Item, Question, Row, SlaReport, hours},
};
use mainstay_core::Result;
use mainstay_pages::{
    Field, Input, ReportPage, Tone,
    field::Choice,
    list::{Cell, Column, Empty, NewLink},
    record::Shown,
    report::{Figure, ReportRow},
    when,
};

use super::{
    frame::{crumbs, frame},
    show::{Show, encoded},
    sign_in::rendered,
};
use crate::call::{Call, NOTHING_RUNS, Reply};

/// Incidents of a page; the file has all.
const MOST_ITEMS: usize = 500;
/// Agreements and calendars to choose from.
const MOST_CHOICES: &str = "200";

/// What is asked for. Without targets there is no calendar to choose: each incident has that of its own agreement.
fn question(call: &Call, incidents: bool) -> Question {
    let text =
        |name: &str| call.asked(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let targets = text("targets");
    Question {
        calendar: text("calendar").filter(|_| targets.is_some()),
        targets,
        agreement: text("agreement"),
        from: text("from"),
        to: text("to"),
        zone: Some(call.settings().zone.clone()),
        incidents,
    }
}

/// Refs and titles of all records of a kind that may be chosen.
fn all(ask: &Query<'_>, call: &Call, kind: &'static str) -> Result<Vec<(String, String)>> {
    let kind = call.app().context().kind(kind)?;
    let pairs = [("limit".to_owned(), MOST_CHOICES.to_owned()), ("sort".to_owned(), "title".to_owned())];
    let list = ask.list(&ask.list_query(kind, &pairs)?)?;
    Ok(list.items.iter().map(|record| (record.reference().to_owned(), record.title().to_owned())).collect())
}

pub(super) fn sla(call: &Call) -> Result<Reply> {
    let ask = call.ask()?;
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let heading = words.say("sla-heading").to_owned();
    frame.title.clone_from(&heading);
    frame.breadcrumbs = crumbs(&[(words.say("nav-reports"), None), (&heading, None)]);
    let agreements = all(&ask, call, "service_level_agreement")?;
    let calendars = all(&ask, call, "calendar")?;
    let (priority, verdict) = (call.asked("priority"), call.asked("verdict"));
    let listed = call.asked("list").is_some();
    let mut page = ReportPage {
        heading,
        action: "/reports/sla".into(),
        empty: Empty {
            heading: words.say("sla-none").to_owned(),
            text: words.say("sla-none-why").to_owned(),
            clause: "8.3.3".into(),
            action: None,
        },
        frame,
        ..ReportPage::default()
    };
    if !agreements.is_empty() {
        let question = question(call, listed);
        let report = ask.sla_report(&question)?;
        page.fields = fields(&question, &agreements, &calendars, &show);
        page.facts = facts(&report, &show);
        page.finding = words.say_with(
            "sla-finding",
            &[
                ("breached", number(report.total.breached).into()),
                ("count", number(report.total.incidents).into()),
            ],
        );
        let query = address(&question, None, None);
        page.downloads =
            vec![NewLink { label: "CSV".into(), href: show.then(&format!("/reports/sla/csv?{query}")) }];
        if listed {
            let items: Vec<&Item> = report
                .incidents
                .iter()
                .flatten()
                .filter(|item| {
                    priority.is_none_or(|priority| {
                        Some(priority) == item.priority.map(|p| p.to_string()).as_deref()
                    })
                })
                .filter(|item| verdict.is_none_or(|verdict| said_verdict(item.verdict) == verdict))
                .collect();
            page.finding = words.say_of("list-total", "count", number(items.len() as u64));
            if items.len() > MOST_ITEMS {
                page.notes.push(words.say_of("sla-cut", "count", number(MOST_ITEMS as u64)));
            }
            let all = show.then(&format!("/reports/sla?{query}"));
            page.downloads.insert(0, NewLink { label: words.say("sla-back").to_owned(), href: all });
            page.columns = item_columns(&show);
            page.rows = items.iter().take(MOST_ITEMS).map(|item| item_row(item, &show)).collect();
        } else {
            page.columns = columns(&show);
            page.rows = report
                .priorities
                .iter()
                .map(|row| figures(row, &question, &show))
                .chain([figures(&report.total, &question, &show)])
                .collect();
            page.notes = notes(&report, &show);
        }
    }
    Ok(Reply::page(rendered(page.render())?))
}

/// The same as a file.
pub(super) fn csv(call: &Call) -> Result<Reply> {
    let ask = call.ask()?;
    let report = ask.sla_report(&question(call, true))?;
    Ok(Reply::of(StatusCode::OK, "text/csv; charset=utf-8", report.to_csv().into_bytes())
        .header(header::CONTENT_DISPOSITION, mainstay_app::file_name::disposition("service-levels.csv"))
        .header(header::CONTENT_SECURITY_POLICY, NOTHING_RUNS))
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `running` and `paused` are both not decided yet.
fn said_verdict(verdict: &str) -> &str {
    if matches!(verdict, "running" | "paused") { "undecided" } else { verdict }
}

fn address(question: &Question, priority: Option<i64>, verdict: Option<&str>) -> String {
    let priority = priority.map(|priority| priority.to_string());
    let parts = [
        ("targets", question.targets.as_deref()),
        ("calendar", question.calendar.as_deref()),
        ("agreement", question.agreement.as_deref()),
        ("from", question.from.as_deref()),
        ("to", question.to.as_deref()),
        ("priority", priority.as_deref()),
        ("verdict", verdict),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}={}", encoded(value))))
        .collect();
    parts.join("&")
}

fn fields(
    question: &Question,
    agreements: &[(String, String)],
    calendars: &[(String, String)],
    show: &Show<'_>,
) -> Vec<Field> {
    // The first choice says what holds when nothing is chosen.
    let input = |name: &'static str,
                 label: &'static str,
                 none: &'static str,
                 all: &[(String, String)],
                 chosen: Option<&str>| {
        let mut choices = vec![Choice {
            value: String::new(),
            label: show.words.say(none).to_owned(),
            chosen: chosen.is_none(),
        }];
        choices.extend(all.iter().map(|(reference, title)| Choice {
            value: reference.clone(),
            label: title.clone(),
            chosen: Some(reference.as_str()) == chosen,
        }));
        Field::new(name, show.words.say(label), Input::Choice { choices, may_be_empty: false })
    };
    let mut fields = vec![
        input("agreement", "sla-agreement", "sla-all-agreements", agreements, question.agreement.as_deref()),
        input("targets", "sla-targets", "sla-as-agreed", agreements, question.targets.as_deref()),
    ];
    if question.targets.is_some() {
        let calendar = question.calendar.as_deref();
        fields.push(input("calendar", "fact-calendar", "sla-own-calendar", calendars, calendar));
    }
    fields.extend([
        Field::new(
            "from",
            show.words.say("sla-from"),
            Input::Date(question.from.clone().unwrap_or_default()),
        ),
        Field::new("to", show.words.say("sla-to"), Input::Date(question.to.clone().unwrap_or_default())),
    ]);
    fields
}

fn facts(report: &SlaReport, show: &Show<'_>) -> Vec<Shown> {
    let fact = |key: &'static str, cell: Cell| Shown { label: show.words.say(key).to_owned(), cell };
    let link = |reference: &str, name: &str| Cell::Link { text: name.to_owned(), href: show.href(reference) };
    let named = [
        ("sla-agreement", &report.agreement),
        ("sla-targets", &report.targets),
        ("fact-calendar", &report.calendar),
    ];
    let mut facts: Vec<Shown> = named
        .into_iter()
        .filter_map(|(key, named)| Some(fact(key, link(&named.as_ref()?.reference, &named.as_ref()?.name))))
        .collect();
    if let Some(period) = &report.period {
        facts.extend(period.from.map(|from| fact("sla-from", Cell::Text(when::exact(from, &show.zone)))));
        facts.extend(period.to.map(|to| fact("sla-to", Cell::Text(when::exact(to, &show.zone)))));
    }
    facts
}

fn column(label: &str, is_number: bool) -> Column {
    Column { label: label.to_owned(), is_number, ..Column::default() }
}

fn columns(show: &Show<'_>) -> Vec<Column> {
    let mut columns = vec![column(&show.words.field("priority"), false)];
    for key in [
        "fact-target",
        "sla-incidents",
        "sla-met",
        "sla-breached",
        "sla-undecided",
        "sla-elapsed",
        "sla-returns",
    ] {
        columns.push(column(show.words.say(key), true));
    }
    columns
}

fn figures(row: &Row, question: &Question, show: &Show<'_>) -> ReportRow {
    // Each figure opens the incidents that it counts.
    let figure = |count: u64, verdict: Option<&str>, tone: Tone| Figure {
        text: count.to_string(),
        href: (count > 0)
            .then(|| show.then(&format!("/reports/sla?{}&list=1", address(question, row.priority, verdict)))),
        tone: if count > 0 { tone } else { Tone::Plain },
    };
    let plain = |text: String| Figure { text, href: None, tone: Tone::Plain };
    ReportRow {
        cells: vec![
            plain(
                row.priority.map_or_else(
                    || show.words.say("sla-total").to_owned(),
                    |priority| format!("P{priority}"),
                ),
            ),
            plain(row.target_seconds.map_or_else(String::new, hours)),
            figure(row.incidents, None, Tone::Plain),
            figure(row.met, Some("met"), Tone::Plain),
            figure(row.breached, Some("breached"), Tone::Failed),
            figure(row.undecided, Some("undecided"), Tone::Plain),
            plain(row.elapsed.clone()),
            plain(row.returns.to_string()),
        ],
        is_total: row.priority.is_none(),
    }
}

fn notes(report: &SlaReport, show: &Show<'_>) -> Vec<String> {
    let by = if report.targets.is_some() { "sla-note-targets" } else { "sla-note-own" };
    let mut notes: Vec<String> =
        [by, "sla-note-clock", "sla-note-period"].iter().map(|key| show.words.say(key).to_owned()).collect();
    let mut reasons = std::collections::BTreeMap::<&str, usize>::new();
    for excluded in &report.excluded {
        *reasons.entry(&excluded.reason).or_default() += 1;
    }
    for (reason, count) in reasons {
        notes
            .push(show.words.say_with("sla-excluded", &[("count", count.into()), ("reason", reason.into())]));
    }
    notes
}

fn item_columns(show: &Show<'_>) -> Vec<Column> {
    vec![
        column(show.words.say("reference"), false),
        column(&show.words.title("incident", "Title"), false),
        column(&show.words.field("state"), false),
        column(&show.words.field("priority"), false),
        column(show.words.say("column-verdict"), false),
        column(show.words.say("sla-elapsed"), true),
        column(show.words.say("fact-target"), true),
    ]
}

fn item_row(item: &Item, show: &Show<'_>) -> ReportRow {
    let plain = |text: String| Figure { text, href: None, tone: Tone::Plain };
    let tone = if item.verdict == "breached" { Tone::Failed } else { Tone::Plain };
    ReportRow {
        cells: vec![
            Figure {
                text: item.reference.clone(),
                href: Some(show.href(&item.reference)),
                tone: Tone::Plain,
            },
            plain(item.title.clone()),
            plain(show.words.choice(&item.state)),
            plain(item.priority.map_or_else(String::new, |priority| format!("P{priority}"))),
            Figure { text: show.words.choice(item.verdict), href: None, tone },
            plain(hours(item.elapsed_seconds)),
            plain(hours(item.target_seconds)),
        ],
        is_total: false,
    }
}
