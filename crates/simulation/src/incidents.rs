//! Incidents: reported in the rhythm of the week, worked on in the hours of the teams, most in time.

use mainstay_core::Instant;
use mainstay_rules::Level;
use serde_json::json;

use crate::{
    chance::Chance,
    company::{Person, targets},
    faults::{AMONG_US, FAULTS, Fault, LATE, REOPENED, TO_CALLER, Words},
    hours::{Hours, Rhythm, date_at, days_after, later},
    portfolio::{CUSTOMERS, PRINTING, SERVICES},
    script::{By, Name},
    stage::Stage,
    teams::Desk,
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The last days of the story, in which work piles up.
const LAST_DAYS: i64 = 9 * DAY;

/// Jams of printers …
const JAMS: usize = 7;

/// … in the last days of the story.
const JAM_DAYS: i64 = 26 * DAY;

/// One report, before it is worked on.
struct Report {
    at: Instant,
    customer: usize,
    fault: usize,
    words: Words,
    caller: Person,
    impact: Level,
    urgency: Level,
    major: bool,
    /// The change that caused it.
    mishap: Option<Name>,
}

impl Report {
    fn fault(&self) -> &'static Fault {
        &FAULTS[self.fault]
    }

    fn priority(&self) -> i64 {
        mainstay_rules::priority(self.impact, self.urgency)
    }
}

const fn word(level: Level) -> &'static str {
    match level {
        Level::High => "high",
        Level::Medium => "medium",
        Level::Low => "low",
    }
}

pub(crate) fn play(stage: &mut Stage) {
    let mut chance = stage.chance("incidents");
    let begin = later(stage.company.begin, DAY);
    let rhythm = Rhythm::of_reports(begin, stage.company.until, &stage.company.zone);
    let times = rhythm.draw(stage.size.incidents, &mut chance);
    let mishaps: Vec<(Name, usize, Instant)> =
        stage.mishaps.iter().map(|each| (each.change, each.service, each.at)).collect();
    let mut mishaps = mishaps.into_iter().peekable();
    let (mut majors, mut jams) = (0, 0);
    let jammed: Vec<usize> = (0..FAULTS.len()).filter(|place| FAULTS[*place].service == PRINTING).collect();
    for (number, at) in times.into_iter().enumerate() {
        let mut report = report(stage, &mut chance, at);
        // One of a hundred is major; it is never drawn away by chance.
        report.major = number % 100 == 57
            && stage.company.promises.contains_key(&(report.customer, report.fault().service));
        if report.major {
            (report.impact, report.urgency) = (Level::High, *chance.pick(&[Level::High, Level::Medium]));
        }
        if let Some((change, service, when)) = mishaps.peek().copied()
            && when <= at
        {
            mishaps.next();
            let faults: Vec<usize> =
                (0..FAULTS.len()).filter(|place| FAULTS[*place].service == service).collect();
            let subscribed = CUSTOMERS[report.customer].services.contains(&service);
            if at < later(when, 3 * DAY) && subscribed && chance.percent(70) {
                report.fault = *chance.pick(&faults);
                report.words = report.fault().words(&mut chance);
                report.mishap = Some(change);
            }
        }
        if !report.major && jams < JAMS && at > later(stage.company.until, -JAM_DAYS) && number % 3 == 0 {
            jams += 1;
            report.fault = jammed[0];
            report.words = report.fault().words(&mut chance);
            report.mishap = None;
            if jams == JAMS {
                let printing = stage.company.services[PRINTING];
                let about = "its printers jam again and again, and nobody opened a problem";
                stage.plant("A40", "recurring-incidents-have-problem", printing, about);
            }
            usual(stage, &mut chance, &report);
            continue;
        }
        if report.major {
            majors += 1;
            major(stage, &mut chance, report, majors);
        } else if chance.per_mille(15) {
            mistaken(stage, &mut chance, report);
        } else {
            usual(stage, &mut chance, &report);
        }
    }
}

fn report(stage: &Stage, chance: &mut Chance, at: Instant) -> Report {
    let customer = chance.weighted(CUSTOMERS.iter().map(|client| client.weight));
    let subscribed = CUSTOMERS[customer].services;
    let is_fixed =
        |fault: usize| stage.troubles.iter().any(|trouble| trouble.fault == fault && trouble.fixed < at);
    let fault = loop {
        let service = subscribed[chance.weighted(subscribed.iter().map(|service| SERVICES[*service].weight))];
        let of_service: Vec<usize> =
            (0..FAULTS.len()).filter(|place| FAULTS[*place].service == service).collect();
        let fault = *chance.pick(&of_service);
        // What was fixed comes back rarely.
        if !is_fixed(fault) || chance.percent(15) {
            break fault;
        }
    };
    let (impact, urgency) = match chance.below(1000) {
        0..12 => (Level::High, Level::High),
        12..60 => (Level::High, Level::Medium),
        60..100 => (Level::Medium, Level::High),
        100..520 => (Level::Medium, Level::Medium),
        520..620 => (Level::Low, Level::High),
        620..760 => (Level::Medium, Level::Low),
        _ => (Level::Low, Level::Low),
    };
    Report {
        at,
        customer,
        fault,
        words: FAULTS[fault].words(chance),
        caller: chance.pick(&stage.company.callers[customer]).clone(),
        impact,
        urgency,
        major: false,
        mishap: None,
    }
}

/// How a report came in: who writes it down, and through which channel.
struct Intake {
    by: By,
    channel: &'static str,
    complete: bool,
}

fn intake(stage: &Stage, chance: &mut Chance, report: &Report) -> Intake {
    let desk = Desk::desk_of(CUSTOMERS[report.customer].place);
    let hours = stage.company.hours_of(desk);
    // The desk is there when a second of work passes at once.
    let is_open = hours.worked(report.at, 1) == later(report.at, 1);
    match (is_open, report.fault().seen_by_monitoring, chance.below(100)) {
        (_, true, 0..45) => Intake { by: By::Operator, channel: "monitoring", complete: false },
        (true, _, 0..60) => Intake {
            by: stage.agent(desk, chance).by(),
            channel: chance.pick::<&str>(&["phone", "phone", "phone", "email", "walk_in"]),
            complete: true,
        },
        _ => Intake { by: report.caller.by(), channel: "portal", complete: false },
    }
}

/// Writes a report down. Gives the incident and whether it was sorted at once.
fn write_down(stage: &mut Stage, chance: &mut Chance, report: &Report) -> (Name, bool) {
    let Intake { by, channel, complete } = intake(stage, chance, report);
    let service = stage.company.services[report.fault().service];
    let monitored = channel == "monitoring";
    let mut values = json!({"title": report.words.title, "description": report.words.description,
        "service": service, "customer": stage.company.customers[report.customer],
        "caller": (!monitored).then_some(report.caller.name), "contact_channel": channel});
    if complete {
        values["category"] = json!(report.fault().category);
        values["subcategory"] = json!(report.fault().subcategory);
        values["impact"] = json!(word(report.impact));
        values["urgency"] = json!(word(report.urgency));
        if chance.percent(3) {
            values["reported_at"] = json!(later(report.at, -chance.between(15, 150) * MINUTE));
            values["report_delay_reason"] =
                json!("Many calls at once; written down from the list afterwards");
        }
    }
    (stage.script.create(report.at, by, "incident", values), complete)
}

/// The team that works on it, with the hours in which it does.
fn team(stage: &Stage, report: &Report) -> (Desk, Hours, bool) {
    let service = report.fault().service;
    let promise = stage.company.promises.get(&(report.customer, service));
    let always = promise.is_some_and(|promise| promise.always);
    let desk = if always && report.priority() <= 2 { Desk::Operations } else { SERVICES[service].team };
    (desk, stage.company.promised_hours(report.customer, always).clone(), always)
}

/// The way of an incident that is one.
fn usual(stage: &mut Stage, chance: &mut Chance, report: &Report) -> Name {
    let (incident, sorted) = write_down(stage, chance, report);
    let (desk, hours, always) = team(stage, report);
    let assignee = stage.agent(desk, chance);
    let place = usize::try_from(report.priority() - 1).unwrap_or(3);
    let response = targets(true, always)[place];
    let resolution = targets(false, always)[place];
    // Seven of a hundred are taken up too late, twelve are resolved too late.
    let taken_up = if chance.percent(6) {
        response * chance.between(110, 200) / 100
    } else {
        response * chance.rather_small(4, 90) / 100
    };
    let too_late = chance.per_mille(135);
    let mut is_late = too_late || taken_up > response;
    let counted = if too_late {
        resolution * chance.rather_small(103, 240) / 100
    } else {
        resolution * chance.rather_small(6, 92) / 100
    }
    .max(taken_up + 5 * MINUTE);
    let acknowledged = hours.worked(report.at, taken_up);
    let has_problem =
        sort(stage, chance, report, incident, sorted, desk, &assignee, later(acknowledged, -20));
    stage.script.run(acknowledged, assignee.by(), incident, "start", json!({}));
    let mut is_silent = !has_problem;

    // In the last days a part of the work is not done yet.
    let is_left = report.at > later(stage.company.until, -LAST_DAYS) && chance.percent(25);
    let waits = chance.percent(if is_left { 45 } else { 26 });
    let rest = counted - taken_up;
    let mut resolved = hours.worked(report.at, counted);
    if chance.percent(35) {
        is_silent = false;
        let at = hours.worked(acknowledged, rest * chance.between(3, 30) / 100);
        stage.script.tell(at, assignee.by(), incident, chance.pick::<&str>(&TO_CALLER));
    }
    if waits {
        let first = rest * chance.between(35, 60) / 100;
        let from = hours.worked(acknowledged, first.max(MINUTE));
        let (reason, until) = waiting(stage, chance, from);
        let values = json!({"waiting_reason": reason, "waiting_until": until});
        stage.script.run(from, assignee.by(), incident, "wait", values);
        let again = hours.worked(from, chance.rather_small(2 * HOUR, 30 * HOUR));
        if is_left {
            keep_told(stage, incident, &assignee, from);
            return incident;
        }
        if again > stage.company.until {
            keep_told(stage, incident, &assignee, from);
        }
        stage.script.run(again, assignee.by(), incident, "start", json!({}));
        // Only the customer and an agreed date stop the clock.
        let paused = matches!(reason, "customer" | "agreed_date");
        if !paused {
            is_late |= hours.between(report.at, later(again, 10 * MINUTE)) > resolution;
        }
        resolved =
            if paused { hours.worked(again, rest - first) } else { resolved.max(later(again, 10 * MINUTE)) };
    } else if chance.percent(30) {
        is_silent = false;
        let at = hours.worked(acknowledged, rest * chance.between(40, 80) / 100);
        stage.script.note(at, assignee.by(), incident, chance.pick::<&str>(&AMONG_US));
    }
    if is_left {
        let late = hours.worked(report.at, response.max(resolution));
        if is_late || late < stage.company.until {
            stage.script.note(later(acknowledged, 40), assignee.by(), incident, LATE);
        }
        keep_told(stage, incident, &assignee, acknowledged);
        return incident;
    }
    if resolved > stage.company.until {
        keep_told(stage, incident, &assignee, acknowledged);
    }
    let ending = Ending { resolved, is_late, is_silent };
    finish(stage, chance, report, incident, &assignee, &hours, &ending);
    incident
}

/// While an incident is open, somebody writes down how it stands, every second day.
fn keep_told(stage: &mut Stage, incident: Name, assignee: &Person, from: Instant) {
    let mut at = later(from, 40 * HOUR);
    while at < stage.company.until {
        stage.script.note(at, assignee.by(), incident, "Still open; looked at again today.");
        at = later(at, 40 * HOUR);
    }
}

/// Why work waits, and until when.
fn waiting(stage: &Stage, chance: &mut Chance, from: Instant) -> (&'static str, Option<Instant>) {
    let reason = *chance.pick(&[
        "customer",
        "customer",
        "customer",
        "customer",
        "agreed_date",
        "supplier",
        "supplier",
        "change",
        "problem",
        "evidence",
    ]);
    let agreed =
        (reason == "agreed_date").then(|| stage.company.zurich.soon(later(from, 2 * DAY), chance, 300));
    (reason, agreed)
}

/// Category, priority, team, person: what is missing after the report was written down. Says whether it belongs to a
/// problem.
#[allow(clippy::too_many_arguments)] // an incident, its report and who does what when
fn sort(
    stage: &mut Stage,
    chance: &mut Chance,
    report: &Report,
    incident: Name,
    sorted: bool,
    desk: Desk,
    assignee: &Person,
    at: Instant,
) -> bool {
    let fault = report.fault();
    let mut values = json!({"assigned_team": stage.company.teams[&desk], "assignee": assignee.name});
    if !sorted {
        values["category"] = json!(fault.category);
        values["subcategory"] = json!(fault.subcategory);
        values["impact"] = json!(word(report.impact));
        values["urgency"] = json!(word(report.urgency));
    }
    if report.major {
        values["major"] = json!(true);
    }
    let trouble = stage.troubles.iter().find(|trouble| {
        let same_group = || {
            (FAULTS[trouble.fault].service, FAULTS[trouble.fault].category) == (fault.service, fault.category)
        };
        let is_it = trouble.fault == report.fault || trouble.is_broad && same_group();
        is_it && trouble.opened < at && at < trouble.fixed
    });
    let known = trouble.and_then(|trouble| trouble.known_error).filter(|(_, noted)| *noted < at);
    let trouble = trouble.map(|trouble| trouble.name).filter(|_| chance.percent(85));
    if let Some(trouble) = trouble {
        values["problem"] = json!(trouble);
    }
    let at = at.max(later(report.at, 5));
    stage.script.edit(at, assignee.by(), incident, values);
    if let Some((known, _)) = known
        && chance.percent(50)
    {
        stage.script.link(later(at, 1), assignee.by(), known, "explains", incident);
    }
    let items: Vec<Name> =
        stage.items.iter().filter(|item| item.service == fault.service).map(|item| item.name).collect();
    if !items.is_empty() {
        stage.script.link(later(at, 2), assignee.by(), incident, "involves", *chance.pick(&items));
    }
    if let Some(change) = report.mishap {
        stage.script.link(later(at, 3), assignee.by(), incident, "caused_by", change);
    }
    trouble.is_some()
}

/// How the work on an incident ends.
struct Ending {
    resolved: Instant,
    is_late: bool,
    /// No comment and no problem says anything yet.
    is_silent: bool,
}

/// Resolved, closed, and sometimes not after all.
fn finish(
    stage: &mut Stage,
    chance: &mut Chance,
    report: &Report,
    incident: Name,
    assignee: &Person,
    hours: &Hours,
    ending: &Ending,
) {
    let Ending { resolved, is_late, is_silent } = *ending;
    let values = json!({"resolution": report.words.resolution, "resolution_code": report.fault().code});
    stage.script.run(resolved, assignee.by(), incident, "resolve", values);
    let mut last = resolved;
    let is_reopened = chance.per_mille(30);
    if is_late || is_reopened {
        // The first that was late has no such word: a defect that the checks have to find.
        let check = "missed-target-looked-into";
        let is_forgotten = is_silent && !is_reopened && !report.major && stage.can_forget(check, resolved);
        if is_forgotten {
            stage.plant("A25", check, incident, "missed its target, and nobody asked why");
        } else {
            stage.script.note(later(resolved, 60), assignee.by(), incident, LATE);
        }
    }
    if is_reopened {
        let reopened = stage.company.zurich.soon(later(resolved, HOUR), chance, 400);
        let values = json!({"reopen_reason": chance.pick(&REOPENED)});
        stage.script.run(reopened, report.caller.by(), incident, "reopen", values);
        last = hours.worked(reopened, chance.between(20 * MINUTE, 3 * HOUR));
        let values = json!({"resolution": format!("{} Checked with the caller.", report.words.resolution),
            "resolution_code": report.fault().code});
        stage.script.run(last, assignee.by(), incident, "resolve", values);
    }
    let told = report.major.then_some(stage.company.management.name);
    let desk = Desk::desk_of(CUSTOMERS[report.customer].place);
    let closer = stage.agent(desk, chance);
    let closed = stage.company.hours_of(desk).worked(last, chance.rather_small(4 * HOUR, 45 * HOUR));
    stage.script.run(closed, closer.by(), incident, "close", json!({ "management_told": told }));
}

/// What was no incident.
fn mistaken(stage: &mut Stage, chance: &mut Chance, report: Report) {
    let (incident, _) = write_down(stage, chance, &report);
    let desk = Desk::desk_of(CUSTOMERS[report.customer].place);
    let agent = stage.agent(desk, chance);
    let at = stage.company.hours_of(desk).worked(report.at, chance.between(5 * MINUTE, HOUR));
    let values = json!({"cancel_reason": *chance.pick(&["An exercise", "A question, answered at once",
        "Entered twice by mistake"])});
    stage.script.run(at, agent.by(), incident, "cancel", values);
}

/// A major incident with those that report the same, its problem and its review.
fn major(stage: &mut Stage, chance: &mut Chance, report: Report, number: usize) {
    let at = report.at;
    let (desk, hours, always) = team(stage, &report);
    let manager = stage.agent(desk, chance);
    let (incident, sorted) = write_down(stage, chance, &report);
    let place = usize::try_from(report.priority() - 1).unwrap_or(0);
    let resolution = targets(false, always)[place];
    let taken_up = hours.worked(at, chance.between(4 * MINUTE, 12 * MINUTE));
    sort(stage, chance, &report, incident, sorted, desk, &manager, later(taken_up, -30));
    stage.script.run(taken_up, manager.by(), incident, "start", json!({}));
    let told = later(taken_up, 15 * MINUTE);
    let values = json!({"management_told": stage.company.management.name});
    stage.script.edit(told, stage.company.incident_manager.by(), incident, values);
    let resolved = hours.worked(taken_up, resolution * chance.between(40, 125) / 100);

    for each in 0..chance.between(2, 5) {
        let when = later(taken_up, chance.between(20 * MINUTE, 60 * MINUTE));
        let mut other = self::report(stage, chance, when);
        other.fault = report.fault;
        other.customer = report.customer;
        other.caller = chance.pick(&stage.company.callers[report.customer]).clone();
        other.words = report.fault().words(chance);
        other.mishap = None;
        let (double, complete) = write_down(stage, chance, &other);
        let agent = stage.agent(Desk::desk_of(CUSTOMERS[report.customer].place), chance);
        let found = later(other.at, chance.between(2 * MINUTE, 15 * MINUTE));
        if each % 2 == 0 {
            stage.script.run(found, agent.by(), double, "merge", json!({ "merged_into": incident }));
        } else {
            sort(stage, chance, &other, double, complete, desk, &agent, found);
            stage.script.edit(later(found, 4), agent.by(), double, json!({ "parent": incident }));
            stage.script.run(later(found, 5), agent.by(), double, "start", json!({}));
            let values = json!({"resolution": "Resolved with the major incident",
                "resolution_code": report.fault().code});
            let done = later(resolved.max(found), 10 * MINUTE);
            stage.script.run(done, agent.by(), double, "resolve", values);
            stage.script.run(later(done, DAY), agent.by(), double, "close", json!({}));
        }
    }
    for (minutes, text) in [
        (10, "We know of it and work on it. The next message comes within the hour."),
        (40, "The cause is narrowed down. Please use the mobile until then."),
    ] {
        stage.script.tell(later(taken_up, minutes * MINUTE), manager.by(), incident, text);
    }
    let ending = Ending { resolved, is_late: true, is_silent: false };
    finish(stage, chance, &report, incident, &manager, &hours, &ending);
    review(stage, chance, incident, &report, resolved, number);
}

fn review(
    stage: &mut Stage,
    chance: &mut Chance,
    incident: Name,
    report: &Report,
    resolved: Instant,
    number: usize,
) {
    if number == 2 {
        return stage.plant(
            "A37",
            "major-incident-reviewed",
            incident,
            "a major incident that was never reviewed",
        );
    }
    let owner = stage.company.incident_manager.clone();
    let hours = stage.company.zurich.clone();
    let made = hours.soon(later(resolved, 2 * HOUR), chance, 240);
    let due = days_after(date_at(made, &stage.company.zone), 10);
    let service = report.fault().service;
    let review = stage.script.create(
        made,
        owner.by(),
        "major_incident_review",
        json!({"title": format!("Review: {}", report.words.title), "incident": incident, "owner": owner.name,
            "due_on": due, "participants": "Incident manager, team, contact of the customer"}),
    );
    let held = hours.soon(later(made, chance.between(2, 7) * DAY), chance, 300);
    let values = json!({"what_went_well": "Management was told in time",
        "what_went_badly": "The second message came late"});
    stage.script.edit(later(held, -60), owner.by(), review, values);
    let values = json!({"report": format!("{} stood still for the customer. Told within 15 minutes.", SERVICES[service].title),
        "cause": report.fault().cause, "actions": "Template for messages, a drill in spring"});
    stage.script.run(held, owner.by(), review, "hold", values);
    stage.script.run(hours.soon(later(held, 20 * DAY), chance, 300), owner.by(), review, "close", json!({}));
}
