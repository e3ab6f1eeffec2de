//! Public holidays of Zurich and Lisbon, by law, for any year.

use jiff::{ToSpan, civil::Date};

/// The two places where the provider works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Zurich,
    Lisbon,
}

impl Place {
    pub(crate) const fn zone(self) -> &'static str {
        match self {
            Place::Zurich => "Europe/Zurich",
            Place::Lisbon => "Europe/Lisbon",
        }
    }
}

/// Easter Sunday of a year, after Butcher.
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Date::new(year, i8::try_from(month).unwrap_or(4), i8::try_from(day).unwrap_or(1)).unwrap_or(Date::ZERO)
}

/// The public holidays of a place in a year, with their names, in order.
pub(crate) fn of_year(place: Place, year: i16) -> Vec<(Date, &'static str)> {
    let easter = easter(year);
    let moved = |days: i64| easter.checked_add(days.days()).unwrap_or(easter);
    let fixed = |month: i8, day: i8| Date::new(year, month, day).unwrap_or(easter);
    let mut days = match place {
        Place::Zurich => vec![
            (fixed(1, 1), "Neujahr"),
            (fixed(1, 2), "Berchtoldstag"),
            (moved(-2), "Karfreitag"),
            (moved(1), "Ostermontag"),
            (fixed(5, 1), "Tag der Arbeit"),
            (moved(39), "Auffahrt"),
            (moved(50), "Pfingstmontag"),
            (fixed(8, 1), "Bundesfeier"),
            (fixed(12, 25), "Weihnachten"),
            (fixed(12, 26), "Stephanstag"),
        ],
        Place::Lisbon => vec![
            (fixed(1, 1), "Ano Novo"),
            (moved(-2), "Sexta-feira Santa"),
            (fixed(4, 25), "Dia da Liberdade"),
            (fixed(5, 1), "Dia do Trabalhador"),
            (moved(60), "Corpo de Deus"),
            (fixed(6, 10), "Dia de Portugal"),
            (fixed(6, 13), "Santo António"),
            (fixed(8, 15), "Assunção de Nossa Senhora"),
            (fixed(10, 5), "Implantação da República"),
            (fixed(11, 1), "Todos os Santos"),
            (fixed(12, 1), "Restauração da Independência"),
            (fixed(12, 8), "Imaculada Conceição"),
            (fixed(12, 25), "Natal"),
        ],
    };
    days.sort_by_key(|(date, _)| *date);
    days.dedup_by_key(|(date, _)| *date);
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_and_what_hangs_on_it_fall_where_the_calendars_print_them() {
        for (year, printed) in
            [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28")]
        {
            assert_eq!(easter(year).to_string(), printed);
        }
        let named = |place, name: &str| {
            let found = of_year(place, 2026).into_iter().find(|(_, each)| *each == name);
            found.map(|(date, _)| date.to_string())
        };
        assert_eq!(named(Place::Zurich, "Auffahrt").as_deref(), Some("2026-05-14"));
        assert_eq!(named(Place::Zurich, "Pfingstmontag").as_deref(), Some("2026-05-25"));
        assert_eq!(named(Place::Lisbon, "Corpo de Deus").as_deref(), Some("2026-06-04"));
    }
}
