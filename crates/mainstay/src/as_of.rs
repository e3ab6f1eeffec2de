//! The option of reading commands that looks at an earlier instant.

use mainstay_app::{App, View, view::parse_as_of};
use mainstay_core::Result;

/// When.
#[derive(Debug, clap::Args)]
pub struct AsOf {
    /// Answer as of an earlier instant: RFC 3339, or a date for the end of that day in UTC
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
}

impl AsOf {
    /// The records of then, or of now.
    pub fn view<'a>(&self, app: &'a App) -> Result<View<'a>> {
        match &self.as_of {
            Some(text) => app.view_as_of(parse_as_of(text)?),
            None => Ok(app.view()),
        }
    }
}
