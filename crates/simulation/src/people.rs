//! Names of people who do not exist, from the places where the provider and its customers work.

use crate::chance::Chance;

const FIRST: [&str; 48] = [
    "Zoë",
    "Jürg",
    "Ana",
    "Bénédicte",
    "Luís",
    "Regula",
    "Tomé",
    "Françoise",
    "Björn",
    "Inês",
    "Urs",
    "Célia",
    "André",
    "Käthi",
    "João",
    "Noémie",
    "Beat",
    "Conceição",
    "Lea",
    "Gonçalo",
    "Ruth",
    "Jérôme",
    "Marta",
    "Nils",
    "Sofia",
    "Rätus",
    "Aurélie",
    "Duarte",
    "Vreni",
    "Hélène",
    "Miguel",
    "Anja",
    "Loïc",
    "Teresa",
    "Yves",
    "Margarida",
    "Simon",
    "Léonie",
    "Rui",
    "Petra",
    "Étienne",
    "Catarina",
    "Flurin",
    "Maïa",
    "Nuno",
    "Selina",
    "Óscar",
    "Xaver",
];

const LAST: [&str; 48] = [
    "Müller",
    "Gonçalves",
    "Bänziger",
    "Lefèvre",
    "Araújo",
    "Zürcher",
    "Simões",
    "Dubois",
    "Wüthrich",
    "Conceição",
    "Favre",
    "Brändli",
    "Leitão",
    "Perrin",
    "Hänni",
    "Magalhães",
    "Rochat",
    "Käser",
    "Falcão",
    "Jöhr",
    "Sá",
    "Grünig",
    "Frei",
    "Brandão",
    "Clémençon",
    "Schär",
    "Guimarães",
    "Béguin",
    "Lüthi",
    "Esteves",
    "Rüegg",
    "Caçador",
    "Monnier",
    "Füglister",
    "Vasconcelos",
    "Aeschlimann",
    "Nuñes",
    "Tschäppät",
    "Girão",
    "Pün",
    "Chevalley",
    "Bischof",
    "Antão",
    "Kälin",
    "Mendonça",
    "Oberholzer",
    "Roulin",
    "Ó Briain",
];

/// So many different names, each with an address under this domain and a number.
pub(crate) fn people(chance: &mut Chance, count: usize, domain: &str) -> Vec<(String, String, String)> {
    let mut made: Vec<(String, String, String)> = Vec::new();
    while made.len() < count {
        let (first, last) = (*chance.pick(&FIRST), *chance.pick(&LAST));
        let name = format!("{first} {last}");
        let email = format!("{}.{}@{domain}", plain(first), plain(last));
        if made.iter().all(|(_, other, _)| *other != email) {
            let phone = format!("+41 00 555 {:02} {:02}", chance.below(100), chance.below(100));
            made.push((name, email, phone));
        }
    }
    made
}

/// A name as it is written in an address.
fn plain(name: &str) -> String {
    let mut text = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'ä' => text.push_str("ae"),
            'ö' => text.push_str("oe"),
            'ü' => text.push_str("ue"),
            'á' | 'à' | 'â' | 'ã' => text.push('a'),
            'é' | 'è' | 'ê' | 'ë' => text.push('e'),
            'í' | 'ï' | 'î' => text.push('i'),
            'ó' | 'õ' | 'ô' => text.push('o'),
            'ú' | 'û' => text.push('u'),
            'ç' => text.push('c'),
            'ñ' => text.push('n'),
            'a'..='z' => text.push(letter),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_accents_and_addresses_lose_them() {
        let people = people(&mut Chance::of("7", "people"), 200, "a.example");
        assert!(people.iter().any(|(name, ..)| !name.is_ascii()));
        assert!(people.iter().all(|(_, email, _)| email.is_ascii()));
        assert_eq!((plain("Conceição"), plain("Ó Briain")), ("conceicao".into(), "obriain".into()));
    }
}
