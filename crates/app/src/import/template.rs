//! Text with `{column}` in it.

use serde::Deserialize;

/// A text with places for cells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| format!("a {{ without its }} in \"{text}\""))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Column(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }
}

impl Template {
    /// The columns that it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Column(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with its cells; none when one of them is unknown.
    pub fn fill<'a>(&self, cell: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Column(name) => filled.push_str(cell(name)?),
            }
        }
        Some(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Option<String> {
        let template = Template::try_from(text.to_owned()).unwrap();
        template.fill(|name| (name == "a").then_some("A"))
    }

    #[test]
    fn a_template_takes_its_cells_and_is_nothing_when_one_is_unknown() {
        assert_eq!(filled("x:{a}, {a}!"), Some("x:A, A!".into()));
        assert_eq!(filled("plain"), Some("plain".into()));
        assert_eq!(filled("{a}{b}"), None);
        assert!(Template::try_from("{a".to_owned()).is_err());
    }
}
