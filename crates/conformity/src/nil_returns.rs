//! Whether signed statements that nothing happened cover a span: day by day, and for every live service.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use mainstay_core::Choice;
use mainstay_kinds::{NilReturn, nil_return};
use uuid::Uuid;

use crate::{books::Books, evidence, span::Span};

/// Days at the end of a span that need no statement yet: it is given after its period has passed.
const OPEN_DAYS: i64 = 31;

/// The refs of the statements that cover the kind, or the part of it, over the span; none when a day is left open.
pub(crate) fn covering(books: &Books, kind: &str, part: &str, span: &Span) -> Option<String> {
    let about = |nil: &&NilReturn| {
        let names = nil.evidence_kind.map(|evidence| evidence.name());
        let same = names.is_some_and(|name| evidence::place(name) == evidence::place(kind));
        // A statement about the whole kind speaks of its parts too.
        same && nil.head.state == nil_return::State::Signed && (nil.part.is_empty() || nil.part == part)
    };
    let nils: Vec<&NilReturn> = books.nil_returns.iter().filter(about).collect();
    if nils.is_empty() {
        return None;
    }
    let day = |instant: mainstay_core::Instant| instant.to_zoned(TimeZone::UTC).date();
    let from = day(span.from);
    let until = day(span.until).checked_sub(OPEN_DAYS.days()).unwrap_or(from).max(from);
    let of = |service: Option<Uuid>| {
        let speaks = |nil: &&&NilReturn| nil.service.is_none() || Some(nil.service.uuid()) == service;
        cover(nils.iter().filter(speaks).copied(), from, until)
    };
    let whole = of(None).or_else(|| {
        let mut live = books.live_services().peekable();
        live.peek()?;
        let mut all = Vec::new();
        for service in live {
            all.extend(of(Some(service.head.id))?);
        }
        Some(all)
    });
    whole.map(|mut refs| {
        refs.sort();
        refs.dedup();
        refs.join(", ")
    })
}

/// The statements that reach from one day to another without a gap.
fn cover<'a>(nils: impl Iterator<Item = &'a NilReturn>, from: Date, until: Date) -> Option<Vec<String>> {
    let mut nils: Vec<_> = nils.collect();
    nils.sort_by_key(|nil| (nil.period_from, nil.period_until));
    let mut next = from;
    let mut refs = Vec::new();
    for nil in nils {
        let (Some(first), Some(last)) = (nil.period_from, nil.period_until) else { continue };
        if first <= next && last >= next {
            refs.push(nil.head.reference.clone());
            next = last.tomorrow().ok()?;
        }
    }
    (next > until).then_some(refs)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use mainstay_core::Id;
    use mainstay_kinds::{Service, service};

    use super::*;
    use crate::testing::{at, blank};

    fn nil(reference: &str, first: Date, last: Date) -> NilReturn {
        let mut nil = blank::<NilReturn>();
        nil.head.reference = reference.into();
        nil.head.state = nil_return::State::Signed;
        nil.evidence_kind = Some(nil_return::EvidenceKind::Incident);
        nil.period_from = Some(first);
        nil.period_until = Some(last);
        nil
    }

    fn year() -> Vec<NilReturn> {
        vec![
            nil("NIL-000001", date(2025, 1, 1), date(2025, 6, 30)),
            nil("NIL-000002", date(2025, 7, 1), date(2025, 12, 31)),
        ]
    }

    fn covered(nils: Vec<NilReturn>, part: &str) -> Option<String> {
        let books = Books { nil_returns: nils, ..Books::default() };
        books.nil_return("incident", part, &Span::months_before(at("2026-01-05T09:00:00Z"), 12))
    }

    #[test]
    fn statements_without_a_gap_cover_the_span_and_the_last_month_may_be_open() {
        assert_eq!(covered(year(), "").as_deref(), Some("NIL-000001, NIL-000002"));
        let mut short = year();
        short[1].period_until = Some(date(2025, 12, 5));
        assert!(covered(short.clone(), "").is_some());
        short[1].period_until = Some(date(2025, 12, 4));
        assert_eq!(covered(short, ""), None, "one day more than a month is open");
    }

    #[test]
    fn a_day_between_two_statements_leaves_the_span_open() {
        let mut gap = year();
        gap[1].period_from = Some(date(2025, 7, 2));
        assert_eq!(covered(gap, ""), None);
    }

    #[test]
    fn a_draft_a_withdrawn_one_or_one_about_another_kind_says_nothing() {
        for change in [
            (|nil: &mut NilReturn| nil.head.state = nil_return::State::Draft) as fn(&mut _),
            |nil| nil.head.state = nil_return::State::Withdrawn,
            |nil| nil.evidence_kind = Some(nil_return::EvidenceKind::Change),
        ] {
            let mut nils = year();
            change(&mut nils[0]);
            assert_eq!(covered(nils, ""), None);
        }
    }

    #[test]
    fn a_statement_about_a_part_says_nothing_of_the_whole_but_the_whole_speaks_of_its_parts() {
        let mut parts = year();
        for nil in &mut parts {
            nil.part = "major".into();
        }
        assert_eq!(covered(parts.clone(), ""), None);
        assert!(covered(parts, "major").is_some());
        assert!(covered(year(), "major").is_some());
    }

    #[test]
    fn a_statement_about_one_service_does_not_speak_for_another() {
        let mut books = Books { nil_returns: year(), ..Books::default() };
        let service = |id: u128| {
            let mut service = blank::<Service>();
            service.head.id = Uuid::from_u128(id);
            service.head.state = service::State::Live;
            service
        };
        for nil in &mut books.nil_returns {
            nil.service = Id::new(Uuid::from_u128(1));
        }
        let span = Span::months_before(at("2026-01-05T09:00:00Z"), 12);
        books.services = vec![service(1)];
        assert!(books.nil_return("incident", "", &span).is_some());
        books.services.push(service(2));
        assert_eq!(books.nil_return("incident", "", &span), None);
    }
}
