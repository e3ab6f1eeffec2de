//! Incidents: reported in the rhythm of the week, worked on in the hours of the teams, most in time; in the last days
//! many are still open.

use mainstay_core::Instant;
use mainstay_rules::Level;
use serde_json::json;

use crate::{
    chance::Chance,
    company::{Person, targets},
    defects,
    faults::{AMONG_US, FAULTS, Fault, LATE, REOPENED, TO_CALLER, Words},
    hours::{Hours, Rhythm, later},
    major::major,
    portfolio::{CUSTOMERS, PRINTING, SERVICES},
    script::{By, Name},
    stage::Stage,
    teams::Desk,
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Hundredths of the reports that are still open when the story ends so many days later, by their age.
const STILL_OPEN: [(i64, i64); 5] = [(1, 85), (3, 75), (7, 55), (14, 30), (30, 9)];

/// Hours after which an open incident is looked at again, by priority: a little less than is allowed.
const LOOKED_AT: [i64; 4] = [3, 20, 60, 150];

/// Longest time that a report waits until the shift of day and night has put it in order.
const SORTED_WITHIN: i64 = 5 * HOUR;

/// Jams of printers …
const JAMS: usize = 7;

/// … in the last days of the story.
const JAM_DAYS: i64 = 26 * DAY;

/// One report, before it is worked on.
pub(crate) struct Report {
    pub(crate) at: Instant,
    pub(crate) customer: usize,
    pub(crate) fault: usize,
    pub(crate) words: Words,
    pub(crate) caller: Person,
    pub(crate) impact: Level,
    pub(crate) urgency: Level,
    pub(crate) major: bool,
    /// The change that caused it.
    pub(crate) mishap: Option<Name>,
}

impl Report {
    pub(crate) fn fault(&self) -> &'static Fault {
        &FAULTS[self.fault]
    }

    pub(crate) fn priority(&self) -> i64 {
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
    let jams = jams(stage, &times);
    let jammed = FAULTS.iter().position(|fault| fault.service == PRINTING).unwrap_or(0);
    for (number, at) in times.into_iter().enumerate() {
        let mut report = report(stage, &mut chance, at);
        // One of a hundred is major; it is never drawn away by chance.
        report.major = is_major(number)
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
        if jams.contains(&number) {
            report.fault = jammed;
            report.words = report.fault().words(&mut chance);
            report.mishap = None;
            if jams.last() == Some(&number) {
                let printing = stage.company.services[PRINTING];
                stage.plant(defects::RECURRING_WITHOUT_PROBLEM, printing);
            }
            usual(stage, &mut chance, &report);
            continue;
        }
        if report.major {
            major(stage, &mut chance, &report);
        } else if stage.can_plant(defects::INCIDENT_NOT_SORTED, report.at, (6, 3)) {
            let channel = Intake { by: report.caller.by(), channel: "portal", complete: false };
            let written = write_down_as(stage, &mut chance, &report, &channel);
            stage.plant(defects::INCIDENT_NOT_SORTED, written.incident);
        } else if chance.per_mille(15) {
            mistaken(stage, &mut chance, &report);
        } else {
            usual(stage, &mut chance, &report);
        }
    }
}

const fn is_major(number: usize) -> bool {
    number % 100 == 57
}

/// Reports that become jams of printers, spread over the last days.
fn jams(stage: &Stage, times: &[Instant]) -> Vec<usize> {
    let first = later(stage.company.until, -JAM_DAYS);
    let recent: Vec<usize> =
        (0..times.len()).filter(|number| times[*number] > first && !is_major(*number)).collect();
    recent.iter().copied().step_by((recent.len() / JAMS).max(1)).take(JAMS).collect()
}

pub(crate) fn report(stage: &Stage, chance: &mut Chance, at: Instant) -> Report {
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

/// An incident that was written down.
pub(crate) struct Written {
    pub(crate) incident: Name,
    /// When it was reported, which may be before it was written down.
    reported: Instant,
    /// Category and priority were given at once.
    pub(crate) is_sorted: bool,
}

/// Writes a report down.
pub(crate) fn write_down(stage: &mut Stage, chance: &mut Chance, report: &Report) -> Written {
    let intake = intake(stage, chance, report);
    write_down_as(stage, chance, report, &intake)
}

fn write_down_as(stage: &mut Stage, chance: &mut Chance, report: &Report, intake: &Intake) -> Written {
    let Intake { by, channel, complete } = *intake;
    let service = stage.company.services[report.fault().service];
    let monitored = channel == "monitoring";
    let mut values = json!({"title": report.words.title, "description": report.words.description,
        "service": service, "customer": stage.company.customers[report.customer],
        "caller": (!monitored).then_some(report.caller.name), "contact_channel": channel});
    let mut reported = report.at;
    if complete {
        values["category"] = json!(report.fault().category);
        values["subcategory"] = json!(report.fault().subcategory);
        values["impact"] = json!(word(report.impact));
        values["urgency"] = json!(word(report.urgency));
        if chance.percent(3) {
            reported = later(report.at, -chance.between(15, 150) * MINUTE);
            values["reported_at"] = json!(reported);
            values["report_delay_reason"] =
                json!("Many calls at once; written down from the list afterwards");
        }
    }
    Written {
        incident: stage.script.create(report.at, by, "incident", values),
        reported,
        is_sorted: complete,
    }
}

/// The team that works on it, with the hours in which it does.
pub(crate) fn team(stage: &Stage, report: &Report) -> (Desk, Hours, bool) {
    let service = report.fault().service;
    let promise = stage.company.promises.get(&(report.customer, service));
    let always = promise.is_some_and(|promise| promise.always);
    let desk = if always && report.priority() <= 2 { Desk::Operations } else { SERVICES[service].team };
    (desk, stage.company.promised_hours(report.customer, always).clone(), always)
}

/// Whether a report is still worked on, or not even begun, when the story ends.
fn is_left(stage: &Stage, chance: &mut Chance, report: &Report) -> bool {
    let age = stage.company.until.as_second() - report.at.as_second();
    let share = STILL_OPEN.iter().find(|(days, _)| age <= days * DAY).map_or(0, |(_, share)| *share);
    // What is urgent is not left for days.
    let is_over = age > [12 * HOUR, 2 * DAY, 40 * DAY, 40 * DAY][place(report)];
    chance.percent(share) && !is_over
}

fn place(report: &Report) -> usize {
    usize::try_from(report.priority() - 1).unwrap_or(3)
}

/// The way of an incident that is one.
fn usual(stage: &mut Stage, chance: &mut Chance, report: &Report) -> Name {
    let Written { incident, reported, is_sorted } = write_down(stage, chance, report);
    let (desk, hours, always) = team(stage, report);
    let assignee = stage.agent(desk, chance);
    let response = targets(true, always)[place(report)];
    let resolution = targets(false, always)[place(report)];
    // Seven of a hundred are taken up too late, twelve are resolved too late.
    let taken_up = if chance.percent(6) {
        response * chance.between(110, 200) / 100
    } else {
        response * chance.rather_small(4, 90) / 100
    };
    let too_late = chance.per_mille(135);
    let counted = if too_late {
        resolution * chance.rather_small(103, 240) / 100
    } else {
        resolution * chance.rather_small(6, 92) / 100
    }
    .max(taken_up + 5 * MINUTE);
    let acknowledged = hours.worked(report.at, taken_up);
    let is_left = is_left(stage, chance, report);
    let sorted = later(acknowledged, -20).min(later(report.at, SORTED_WITHIN));
    if is_left && chance.percent(30) {
        // Put in order, with a team, and nobody has taken it up yet.
        sort(stage, chance, report, incident, is_sorted, desk, None, sorted);
        keep_told(stage, incident, &assignee, report.priority(), sorted);
        return incident;
    }
    let has_problem = sort(stage, chance, report, incident, is_sorted, desk, Some(&assignee), sorted);
    stage.script.run(acknowledged, assignee.by(), incident, "start", json!({}));
    if stage.can_plant(defects::INCIDENT_NOT_UPDATED, report.at, (40, 16)) {
        stage.plant(defects::INCIDENT_NOT_UPDATED, incident);
        return incident;
    }
    let mut is_silent = !has_problem;

    let waits = chance.percent(if is_left { 45 } else { 26 });
    let rest = counted - taken_up;
    let mut resolved = hours.worked(report.at, counted);
    let mut paused = 0;
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
            keep_told(stage, incident, &assignee, report.priority(), sorted);
            return incident;
        }
        stage.script.run(again, assignee.by(), incident, "start", json!({}));
        // Only the customer and an agreed date stop the clock.
        let stops = matches!(reason, "customer" | "agreed_date");
        if stops {
            paused = hours.between(from, again);
        }
        resolved =
            if stops { hours.worked(again, rest - first) } else { resolved.max(later(again, 10 * MINUTE)) };
    } else if chance.percent(30) {
        is_silent = false;
        let at = hours.worked(acknowledged, rest * chance.between(40, 80) / 100);
        stage.script.note(at, assignee.by(), incident, chance.pick::<&str>(&AMONG_US));
    }
    if is_left || resolved > stage.company.until {
        keep_told(stage, incident, &assignee, report.priority(), sorted);
    }
    if is_left {
        return incident;
    }
    let is_late = hours.between(reported, acknowledged) >= response
        || hours.between(reported, resolved) - paused >= resolution;
    let ending = Ending { resolved, is_late, is_silent, told: None };
    finish(stage, chance, report, incident, &assignee, &hours, &ending);
    incident
}

/// While an incident is open, somebody writes down how it stands, as often as its priority asks for.
pub(crate) fn keep_told(stage: &mut Stage, incident: Name, assignee: &Person, priority: i64, from: Instant) {
    let place = usize::try_from(priority - 1).unwrap_or(3);
    let step = LOOKED_AT[place] * HOUR;
    let mut at = later(from, step);
    while at < stage.company.until {
        stage.script.note(at, assignee.by(), incident, "Still open; looked at again today.");
        at = later(at, step);
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
pub(crate) fn sort(
    stage: &mut Stage,
    chance: &mut Chance,
    report: &Report,
    incident: Name,
    sorted: bool,
    desk: Desk,
    assignee: Option<&Person>,
    at: Instant,
) -> bool {
    let fault = report.fault();
    let by = match assignee {
        Some(assignee) => assignee.by(),
        None => stage.agent(Desk::Operations, chance).by(),
    };
    let mut values =
        json!({"assigned_team": stage.company.teams[&desk], "assignee": assignee.map(|person| person.name)});
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
    stage.script.edit(at, by, incident, values);
    if let Some((known, _)) = known
        && chance.percent(50)
    {
        stage.script.link(later(at, 1), by, known, "explains", incident);
    }
    let items: Vec<Name> =
        stage.items.iter().filter(|item| item.service == fault.service).map(|item| item.name).collect();
    if !items.is_empty() {
        stage.script.link(later(at, 2), by, incident, "involves", *chance.pick(&items));
    }
    if let Some(change) = report.mishap {
        stage.script.link(later(at, 3), by, incident, "caused_by", change);
    }
    trouble.is_some()
}

/// How the work on an incident ends.
pub(crate) struct Ending {
    pub(crate) resolved: Instant,
    pub(crate) is_late: bool,
    /// No comment and no problem says anything yet.
    pub(crate) is_silent: bool,
    /// Who was told of a major incident.
    pub(crate) told: Option<Name>,
}

/// Resolved, closed, and sometimes not after all.
pub(crate) fn finish(
    stage: &mut Stage,
    chance: &mut Chance,
    report: &Report,
    incident: Name,
    assignee: &Person,
    hours: &Hours,
    ending: &Ending,
) {
    let Ending { resolved, is_late, is_silent, told } = *ending;
    let values = json!({"resolution": report.words.resolution, "resolution_code": report.fault().code});
    stage.script.run(resolved, assignee.by(), incident, "resolve", values);
    let mut last = resolved;
    let is_reopened = chance.per_mille(30);
    if is_late || is_reopened {
        // The first that was late has no such word.
        let defect = defects::MISS_WITHOUT_A_WORD;
        let can_forget = is_late && is_silent && !is_reopened && !report.major;
        if can_forget && stage.can_plant(defect, resolved, (300, 14)) {
            stage.plant(defect, incident);
        } else {
            stage.script.note(later(resolved, 60), assignee.by(), incident, LATE);
        }
    }
    let is_left =
        !is_late && !is_reopened && stage.can_plant(defects::INCIDENT_LEFT_RESOLVED, resolved, (60, 16));
    if is_left {
        return stage.plant(defects::INCIDENT_LEFT_RESOLVED, incident);
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
    let desk = Desk::desk_of(CUSTOMERS[report.customer].place);
    let closer = stage.agent(desk, chance);
    let closed = stage.company.hours_of(desk).worked(last, chance.rather_small(4 * HOUR, 45 * HOUR));
    stage.script.run(closed, closer.by(), incident, "close", json!({ "management_told": told }));
}

/// What was no incident.
fn mistaken(stage: &mut Stage, chance: &mut Chance, report: &Report) {
    let incident = write_down(stage, chance, report).incident;
    let desk = Desk::desk_of(CUSTOMERS[report.customer].place);
    let agent = stage.agent(desk, chance);
    let at = stage.company.hours_of(desk).worked(report.at, chance.between(5 * MINUTE, HOUR));
    let at = at.min(later(report.at, SORTED_WITHIN));
    let values = json!({"cancel_reason": *chance.pick(&["An exercise", "A question, answered at once",
        "Entered twice by mistake"])});
    stage.script.run(at, agent.by(), incident, "cancel", values);
}
