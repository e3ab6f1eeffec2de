//! The conformity board and the page of a requirement or clause. Looking runs nothing; the checks that are due are run
//! when somebody asks for it.

use mainstay_app::conformity::{self, By};
use mainstay_conformity::{
    Board, CheckRun, Designed, RequirementDetail, RunResult, Standing,
    board::{CheckLine, ClauseLine, RequirementLine},
    catalogue::is_in_clause,
    verdict::Operating,
};
use mainstay_core::{Error, Result};
use mainstay_pages::{
    Badge, BoardPage, RequirementPage, Tone,
    conformity::{Check, Clause, Count, Coverage},
    frame::Notice,
    list::Cell,
    record::{MoveLink, Shown, TabRow, Way},
};

use super::{
    frame::{crumbs, frame},
    show::Show,
    sign_in::rendered,
};
use crate::call::{Call, Reply};

/// Runs that the trend of a check shows.
const TREND: usize = 12;

/// The word of a standing in addresses and texts.
const fn key(standing: Standing) -> &'static str {
    match standing {
        Standing::Holds => "standing-holds",
        Standing::Fails => "standing-fails",
        Standing::Unconfirmed => "standing-unconfirmed",
        Standing::NoEvidence => "standing-no-evidence",
        Standing::NotBuilt => "standing-not-built",
        Standing::Unknown => "standing-unknown",
    }
}

const fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Holds => Tone::Proven,
        Standing::Fails => Tone::Failed,
        Standing::Unconfirmed => Tone::Attention,
        Standing::NotBuilt => Tone::NotStarted,
        Standing::NoEvidence | Standing::Unknown => Tone::Unknown,
    }
}

const DESIGNS: [Designed; 5] =
    [Designed::Approved, Designed::Overdue, Designed::Draft, Designed::None, Designed::Unknown];

const fn design(designed: Designed) -> (Tone, &'static str) {
    match designed {
        Designed::Approved => (Tone::Proven, "designed-approved"),
        Designed::Overdue => (Tone::Attention, "designed-overdue"),
        Designed::Draft => (Tone::Work, "designed-draft"),
        Designed::None => (Tone::NotStarted, "designed-none"),
        Designed::Unknown => (Tone::Unknown, "designed-unknown"),
        Designed::NotAsked => (Tone::Plain, "designed-not-asked"),
    }
}

const fn operation(operating: Operating) -> (Tone, &'static str) {
    match operating {
        Operating::Pass => (Tone::Proven, "operating-pass"),
        Operating::Fail => (Tone::Failed, "operating-fail"),
        Operating::Error => (Tone::Attention, "operating-error"),
        Operating::Stale => (Tone::Unknown, "operating-stale"),
        Operating::Insufficient => (Tone::NotStarted, "operating-insufficient"),
        Operating::NoPopulation => (Tone::Unknown, "operating-no-population"),
    }
}

fn standing_badge(standing: Standing, show: &Show<'_>) -> Badge {
    Badge::new(tone(standing), show.words.say(key(standing)))
}

fn run_link(show: &Show<'_>, is_now: bool) -> Option<MoveLink> {
    is_now.then(|| MoveLink {
        label: show.words.say("checks-run").to_owned(),
        help: show.words.say("checks-run-help").to_owned(),
        href: "/conformity/run".into(),
        way: Way::AtOnce,
        ..MoveLink::default()
    })
}

pub(super) fn board(call: &Call) -> Result<Reply> {
    let view = call.view()?;
    let board = call.ask()?.board(call.app())?;
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    frame.title = words.say("nav-conformity").to_owned();
    if let Some(standing) = asked_standing(call) {
        return listed(frame, &show, &board, None, standing);
    }
    frame.breadcrumbs = crumbs(&[(words.say("nav-conformity"), None)]);
    frame.notice = call
        .asked("ran")
        .and_then(|count| count.parse::<i64>().ok())
        .map(|count| Notice { tone: Tone::Done, text: words.say_of("checks-ran", "count", count) });
    let counts = Standing::ALL.iter().filter_map(|standing| {
        let number = board.requirements.iter().filter(|line| line.standing == *standing).count();
        (number > 0).then(|| Count {
            tone: tone(*standing),
            number: number.to_string(),
            label: words.say(key(*standing)).to_owned(),
            href: show.then(&format!("/conformity?standing={}", key(*standing))),
        })
    });
    let computed = words.say_with(
        "board-computed",
        &[
            ("checks", board.coverage.checks.into()),
            ("whole", board.coverage.whole.into()),
            ("part", board.coverage.part.into()),
            ("total", board.counts.total.into()),
        ],
    );
    let page = BoardPage {
        frame,
        counts: counts.collect(),
        computed,
        moves: run_link(&show, view.as_of().is_none()).into_iter().collect(),
        clauses: board
            .clauses
            .iter()
            .filter(|line| line.counts.total > 0)
            .map(|line| clause(line, &board, &show))
            .collect(),
        ..BoardPage::default()
    };
    Ok(Reply::page(rendered(page.render())?))
}

fn asked_standing(call: &Call) -> Option<Standing> {
    let word = call.asked("standing")?;
    Standing::ALL.into_iter().find(|standing| key(*standing) == word)
}

fn clause(line: &ClauseLine, board: &Board, show: &Show<'_>) -> Clause {
    let number = &line.clause.number;
    let inside = || board.requirements.iter().filter(|one| is_in_clause(&one.clause, number));
    let href = show.then(&format!("/conformity/{number}"));
    let operating = Standing::ALL.iter().filter_map(|standing| {
        let count = inside().filter(|one| one.standing == *standing).count();
        (count > 0).then(|| Count {
            tone: tone(*standing),
            number: count.to_string(),
            label: show.words.say(key(*standing)).to_owned(),
            href: show.then(&format!("/conformity/{number}?standing={}", key(*standing))),
        })
    });
    let designed = DESIGNS.iter().filter_map(|one| {
        let count = inside().filter(|line| line.designed == *one).count();
        let (tone, key) = design(*one);
        (count > 0).then(|| Count {
            tone,
            number: count.to_string(),
            label: show.words.say(key).to_owned(),
            href: href.clone(),
        })
    });
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Clause {
        number: number.clone(),
        title: line.clause.title.clone(),
        designed: designed.collect(),
        operating: operating.collect(),
        judged: Vec::new(),
        coverage: Coverage { known: small(line.counts.known), of: small(line.counts.total) },
        href,
    }
}

/// A requirement, or a clause with its requirements.
pub(super) fn requirement(call: &Call) -> Result<Reply> {
    let view = call.view()?;
    let id = call.param("requirement");
    let mut frame = frame(call, "");
    let words = frame.words();
    let show = Show::new(call, words)?;
    let question = call.ask()?;
    let board = question.board(call.app())?;
    if let Some(line) = board.clauses.iter().find(|line| line.clause.number == id) {
        frame.title = format!("{} {}", line.clause.number, line.clause.title);
        let standing = asked_standing(call);
        let clause = Some((line.clause.number.as_str(), line.clause.title.as_str()));
        return match standing {
            Some(standing) => listed(frame, &show, &board, clause, standing),
            None => clause_page(frame, &show, &board, line),
        };
    }
    // An exception is named only to whom its record may be shown.
    let detail = question.requirement(call.app(), id)?;
    frame.title = format!("{} {}", detail.line.id, detail.requirement.title);
    frame.breadcrumbs = crumbs(&[
        (words.say("nav-conformity"), Some(&show.then("/conformity"))),
        (&detail.line.clause, Some(&show.then(&format!("/conformity/{}", detail.line.clause)))),
        (&detail.line.id, None),
    ]);
    let page = of_requirement(frame, &detail, &show, view.as_of().is_none());
    Ok(Reply::page(rendered(page.render())?))
}

fn part(line: &RequirementLine, show: &Show<'_>) -> (Cell, Badge) {
    let text = format!("{} {}", line.id, line.text);
    (
        Cell::Link { text, href: show.then(&format!("/conformity/{}", line.id)) },
        standing_badge(line.standing, show),
    )
}

fn clause_page(
    mut frame: mainstay_pages::Frame,
    show: &Show<'_>,
    board: &Board,
    line: &ClauseLine,
) -> Result<Reply> {
    frame.breadcrumbs = crumbs(&[
        (show.words.say("nav-conformity"), Some(&show.then("/conformity"))),
        (&line.clause.number, None),
    ]);
    let inside = board.requirements.iter().filter(|one| is_in_clause(&one.clause, &line.clause.number));
    let page = RequirementPage {
        frame,
        number: line.clause.number.clone(),
        title: line.clause.title.clone(),
        parts: inside.map(|one| part(one, show)).collect(),
        ..RequirementPage::default()
    };
    Ok(Reply::page(rendered(page.render())?))
}

/// The requirements that stand in one way, of all clauses or of one.
fn listed(
    mut frame: mainstay_pages::Frame,
    show: &Show<'_>,
    board: &Board,
    clause: Option<(&str, &str)>,
    standing: Standing,
) -> Result<Reply> {
    let word = show.words.say(key(standing));
    let conformity = show.then("/conformity");
    let mut steps = vec![(show.words.say("nav-conformity"), Some(conformity.as_str()))];
    let clause_href = clause.map(|(number, _)| show.then(&format!("/conformity/{number}")));
    if let (Some((number, _)), Some(href)) = (clause, &clause_href) {
        steps.push((number, Some(href)));
    }
    steps.push((word, None));
    frame.breadcrumbs = crumbs(&steps);
    let is_meant = |line: &&RequirementLine| {
        line.standing == standing && clause.is_none_or(|(number, _)| is_in_clause(&line.clause, number))
    };
    let page = RequirementPage {
        frame,
        number: clause.map_or_else(|| "4–10".to_owned(), |(number, _)| number.to_owned()),
        title: match clause {
            Some((_, title)) => format!("{title}: {word}"),
            None => word.to_owned(),
        },
        parts: board.requirements.iter().filter(is_meant).map(|line| part(line, show)).collect(),
        ..RequirementPage::default()
    };
    Ok(Reply::page(rendered(page.render())?))
}

fn of_requirement(
    frame: mainstay_pages::Frame,
    detail: &RequirementDetail,
    show: &Show<'_>,
    is_now: bool,
) -> RequirementPage {
    let line = &detail.line;
    let say = |key: &'static str| show.words.say(key).to_owned();
    let badge = |(tone, key): (Tone, &'static str)| Badge::new(tone, show.words.say(key));
    let verdicts = vec![
        (say("standing"), standing_badge(line.standing, show)),
        (say("designed"), badge(design(line.designed))),
        (say("operating"), badge(operation(line.operating))),
        (say("judged"), Badge::new(Tone::NotStarted, show.words.say("judged-none"))),
    ];
    let documents = detail.documents.iter().map(|document| {
        let href = show.then(&format!("/documents?q={}", super::show::encoded(&document.name)));
        Shown { label: document.id.clone(), cell: Cell::Link { text: document.name.clone(), href } }
    });
    RequirementPage {
        frame,
        number: line.id.clone(),
        title: detail.requirement.title.clone(),
        text: line.text.clone(),
        verdicts,
        why: line.because.join(" "),
        primary: None,
        moves: run_link(show, is_now).into_iter().collect(),
        documents: documents.collect(),
        checks: detail.checks_detail.iter().map(|check| of_check(check, show)).collect(),
        exception_columns: vec![say("column-record"), say("column-why"), say("requirement-check")],
        exceptions: detail.checks_detail.iter().flat_map(|check| exceptions(check, show)).collect(),
        judgements: Vec::new(),
        parts: Vec::new(),
    }
}

fn of_check(check: &CheckLine, show: &Show<'_>) -> Check {
    let (tone, key) = operation(check.operating);
    let latest = check.latest.as_ref();
    let run = |result: RunResult| match result {
        RunResult::Pass => (Tone::Proven, "operating-pass"),
        RunResult::Fail => (Tone::Failed, "operating-fail"),
        RunResult::NoPopulation => (Tone::Unknown, "operating-no-population"),
        RunResult::Insufficient => (Tone::NotStarted, "operating-insufficient"),
        RunResult::Error => (Tone::Attention, "operating-error"),
    };
    let mut trend: Vec<Badge> = check
        .history
        .iter()
        .take(TREND)
        .map(|past| {
            let (tone, key) = run(past.result);
            Badge::new(tone, show.words.say(key))
        })
        .collect();
    trend.reverse();
    let kind = show.call.app().context().kind(check.def.kind).ok();
    Check {
        sentence: format!("{}: {}", check.def.population, check.def.text),
        rule: check.def.id.to_owned(),
        verdict: Badge::new(tone, show.words.say(key)),
        result: latest.map_or_else(|| show.words.say("check-not-run").to_owned(), |run| result(run, show)),
        // The records that it looks at, where they are of one kind.
        href: kind.map(|kind| show.then(&format!("/{}", kind.def.plural))),
        at: latest.map(|run| show.at(run.as_of.instant)),
        trend,
    }
}

fn result(run: &CheckRun, show: &Show<'_>) -> String {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let holds = run.population.saturating_sub(run.exceptions_total);
    show.words.say_with(
        "check-result",
        &[("holds", number(holds).into()), ("count", number(run.population).into())],
    )
}

fn exceptions(check: &CheckLine, show: &Show<'_>) -> Vec<TabRow> {
    let Some(run) = &check.latest else { return Vec::new() };
    let is_ref = |name: &str| show.call.app().context().registry.kind_of_ref(name).is_some();
    let more = run.exceptions_total.saturating_sub(run.exceptions.len() as u64);
    let more = (more > 0).then(|| {
        let count = i64::try_from(more).unwrap_or(i64::MAX);
        let text = show.words.say_of("exceptions-more", "count", count);
        let cells =
            vec![Cell::Text(String::new()), Cell::Text(text), Cell::Reference(check.def.id.to_owned())];
        TabRow { cells, moves: Vec::new() }
    });
    run.exceptions
        .iter()
        .map(|exception| TabRow {
            cells: vec![
                if is_ref(&exception.reference) {
                    Cell::Link { text: exception.reference.clone(), href: show.href(&exception.reference) }
                } else {
                    Cell::Text(exception.reference.clone())
                },
                Cell::Text(exception.why.clone()),
                Cell::Reference(check.def.id.to_owned()),
            ],
            moves: Vec::new(),
        })
        .chain(more)
        .collect()
}

/// Runs the checks that are due and goes back to the board.
pub(super) fn run(call: &Call) -> Result<Reply> {
    if call.asked("as_of").is_some() {
        return Err(Error::field("as_of", "is for reading; checks run over the records as they are now"));
    }
    let runs = conformity::refresh(call.app(), By::Program, &mut |_| {})?;
    Ok(Reply::see(format!("/conformity?ran={}", runs.len())))
}
