//! The page that explains the clocks of a record: the strip of time, the stretches, what they add up to.

use mainstay_app::explain::{Clock, Frozen};
use mainstay_core::{Instant, Result};
use mainstay_pages::{
    Badge, ExplainPage, Tone, Words,
    explain::{ExplainedClock, Paint, Stretch, Strip, StripMark, StripPart, Sum},
    list::Cell,
    record::Shown,
    when,
};
use mainstay_time::{Phase, Segment};

use super::{
    frame::{crumbs, frame},
    record::{clock_lines::clock_view, named},
    show::Show,
    sign_in::rendered,
};
use crate::call::{Call, Reply};

pub(super) fn page(call: &Call) -> Result<Reply> {
    let ask = call.ask()?;
    let record = named(call, &ask)?;
    let explained = ask.clocks(&record)?;
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let list = words.kinds(record.kind.def.plural);
    let href = show.href(record.reference());
    frame.title = format!("{} {}", words.say("clocks"), record.reference());
    frame.breadcrumbs = crumbs(&[
        (&list, Some(&show.then(&format!("/{}", record.kind.def.plural)))),
        (record.reference(), Some(&href)),
        (words.say("clocks"), None),
    ]);
    let is_readable = |agreement: &str| {
        agreement.split_whitespace().next().is_some_and(|reference| ask.record(reference).is_ok())
    };
    let page = ExplainPage {
        frame,
        reference: record.reference().to_owned(),
        title: record.title().to_owned(),
        href,
        clocks: explained
            .clocks
            .iter()
            .map(|clock| of_clock(clock, &show, record.internal, &is_readable))
            .collect(),
    };
    Ok(Reply::page(rendered(page.render())?))
}

fn of_clock(
    clock: &Clock,
    show: &Show<'_>,
    internal: bool,
    is_readable: &dyn Fn(&str) -> bool,
) -> ExplainedClock {
    let reading = &clock.reading;
    let exactly = |seconds: i64| when::to_the_second(seconds, show.words);
    let sum = |key: &'static str, seconds: i64, is_result| Sum {
        label: show.words.say(key).to_owned(),
        value: if seconds < 0 { format!("− {}", exactly(-seconds)) } else { exactly(seconds) },
        is_result,
    };
    let mut sums = vec![sum("sum-counted", reading.elapsed_seconds, true)];
    if reading.paused_seconds > 0 {
        sums.push(sum("sum-paused", reading.paused_seconds, false));
    }
    sums.push(sum("sum-target", reading.target_seconds, false));
    sums.push(match reading.remaining_seconds {
        left @ 0.. => sum("sum-left", left, true),
        over => sum("sum-over", -over, true),
    });
    ExplainedClock {
        clock: clock_view(clock, show),
        facts: facts(clock, show, is_readable),
        strip: strip(clock, show),
        stretches: reading.segments.iter().map(|segment| stretch(segment, clock, show)).collect(),
        sums,
        checks: checks(clock, show),
        text: if internal { clock.to_text().trim_start().to_owned() } else { String::new() },
    }
}

fn facts(clock: &Clock, show: &Show<'_>, is_readable: &dyn Fn(&str) -> bool) -> Vec<Shown> {
    let fact = |key: &'static str, cell: Cell| Shown { label: show.words.say(key).to_owned(), cell };
    let mut facts = Vec::new();
    for term in &clock.terms {
        let target = when::working(term.target_seconds, show.words);
        facts.push(fact("fact-target", Cell::Text(target)));
        if !term.agreement.is_empty() {
            let reference = term.agreement.split_whitespace().next().unwrap_or_default();
            let cell = if is_readable(&term.agreement) {
                Cell::Link { text: term.agreement.clone(), href: show.href(reference) }
            } else {
                Cell::Text(term.agreement.clone())
            };
            facts.push(fact("fact-agreement", cell));
        }
        if !term.calendar.is_empty() {
            facts.push(fact("fact-calendar", Cell::Text(format!("{}, {}", term.calendar, clock.zone))));
        }
        if clock.terms.len() > 1 {
            facts.push(fact("fact-from", Cell::At(show.at(term.from))));
        }
    }
    let reading = &clock.reading;
    facts.push(fact("fact-start", Cell::At(show.at(reading.start))));
    for (key, at) in [
        ("fact-due", reading.due.filter(|_| reading.breached_at.is_none())),
        ("fact-breached", reading.breached_at),
        ("fact-stopped", reading.stopped_at),
    ] {
        facts.extend(at.map(|at| fact(key, Cell::At(show.at(at)))));
    }
    facts
}

fn doing(segment: &Segment, show: &Show<'_>) -> Badge {
    let (tone, key) = match segment.phase {
        Phase::Running => (Tone::Work, "phase-running"),
        Phase::Paused => (Tone::NotStarted, "phase-paused"),
        Phase::Stopped => (Tone::Done, "phase-stopped"),
    };
    let (state, reason) = segment.label.split_once(':').unwrap_or((&segment.label, ""));
    let mut said: Vec<String> = vec![show.words.choice(state.trim())];
    if !reason.trim().is_empty() {
        said.push(show.words.choice(reason.trim()));
    }
    Badge::new(tone, format!("{}: {}", show.words.say(key), said.join(", ")))
}

/// What happened to the time of a stretch, and why it is not as its phase says.
fn note(segment: &Segment, clock: &Clock, words: &'static Words) -> String {
    let what = match segment.phase {
        Phase::Running if segment.business_seconds == 0 => "stretch-outside",
        Phase::Running => "stretch-counted",
        Phase::Paused => "stretch-paused",
        Phase::Stopped => "stretch-stopped",
    };
    let mut said = vec![words.say(what).to_owned()];
    let restarted = clock.reading.resets.last().map(|reset| reset.at);
    if restarted.is_some_and(|at| segment.from < at) {
        said.push(words.say("stretch-earlier-run").to_owned());
    } else if !segment.counts {
        said.push(words.say("stretch-earlier-target").to_owned());
    } else if segment.measured_by != segment.term
        && let Some(term) = clock.terms.get(segment.measured_by)
        // Customers are not told how calendars are called inside.
        && !term.calendar.is_empty()
    {
        let (calendar, agreement) = (term.calendar.as_str(), term.agreement.as_str());
        let named = [("calendar", calendar.into()), ("agreement", agreement.into())];
        said.push(words.say_with("stretch-measured", &named));
    }
    said.join("; ")
}

fn stretch(segment: &Segment, clock: &Clock, show: &Show<'_>) -> Stretch {
    let counted = if segment.counts { segment.counted_seconds } else { 0 };
    Stretch {
        from: show.at(segment.from),
        to: show.at(segment.to),
        doing: doing(segment, show),
        note: note(segment, clock, show.words),
        working: when::to_the_second(segment.business_seconds, show.words),
        counted: when::to_the_second(counted, show.words),
    }
}

fn strip(clock: &Clock, show: &Show<'_>) -> Strip {
    let reading = &clock.reading;
    let start = reading.start;
    let end = reading.due.map_or(reading.read_to, |due| due.max(reading.read_to));
    let exact = |at: Instant| when::exact(at, &show.zone);
    let place = |from: Instant, to: Instant| {
        Strip::place(start.as_second(), end.as_second(), from.as_second(), to.as_second())
    };
    let mut parts = Vec::new();
    let mut put = |paint, from: Instant, to: Instant, said: &str| {
        if let Some((at, width)) = place(from, to) {
            let title = format!("{said}: {} – {}", exact(from), exact(to));
            parts.push(StripPart { paint, at, width, title });
        }
    };
    for hours in &clock.working {
        put(Paint::Working, hours.start, hours.end, show.words.say("strip-working"));
    }
    for segment in &reading.segments {
        let said = doing(segment, show).text;
        match (segment.phase, reading.breached_at) {
            (Phase::Running, Some(late)) if late < segment.to && segment.counts => {
                let late = late.max(segment.from);
                put(Paint::Running, segment.from, late, &said);
                put(Paint::Late, late, segment.to, &said);
            }
            (Phase::Running, _) => put(Paint::Running, segment.from, segment.to, &said),
            (Phase::Paused, _) => put(Paint::Paused, segment.from, segment.to, &said),
            (Phase::Stopped, _) => put(Paint::Stopped, segment.from, segment.to, &said),
        }
    }
    let marks = clock
        .marks
        .iter()
        .filter_map(|(percent, at)| {
            let (place, _) = place(*at, end).or_else(|| (*at == end).then_some((999, 1)))?;
            Some(StripMark { at: place, label: format!("{percent} %: {}", show.at(*at).text) })
        })
        .collect();
    let said = |key: &str, seconds: i64| show.words.say_of(key, "time", when::working(seconds, show.words));
    let mut summary = vec![said("strip-counted", reading.elapsed_seconds)];
    if reading.paused_seconds > 0 {
        summary.push(said("strip-waited", reading.paused_seconds));
    }
    summary.push(match reading.remaining_seconds {
        left @ 0.. => said("strip-left", left),
        over => said("strip-over", -over),
    });
    Strip { parts, marks, ends: (exact(start), exact(end)), summary: summary.join(" ") }
}

fn checks(clock: &Clock, show: &Show<'_>) -> Vec<Badge> {
    let said = |holds: bool, yes: &'static str, no: &'static str| {
        let (tone, key) = if holds { (Tone::Proven, yes) } else { (Tone::Failed, no) };
        Badge::new(tone, show.words.say(key))
    };
    let mut checks = vec![said(clock.adds_up, "check-adds-up", "check-adds-not-up")];
    if let Some(Frozen { agrees, .. }) = &clock.frozen {
        checks.push(said(*agrees, "check-kept-same", "check-kept-differs"));
    }
    checks
}
