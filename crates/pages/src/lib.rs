//! The pages of Mainstay: HTML out of view structs, and the style sheet, scripts and icons that go with it.
//!
//! This crate never knows a store, a request or a right, and never reads a clock: whoever fills a view struct
//! decides what stands in it, passes in the instant, and gives only those moves and links that exist and are
//! allowed. A list that is empty shows nothing, or teaches what belongs there.
//!
//! # How to fill a page
//!
//! Every page is a struct with public fields and `render()`, which gives the complete HTML document:
//! [`SignInPage`], [`ListPage`], [`RecordPage`], [`FormPage`], [`SearchPage`], [`BoardPage`],
//! [`RequirementPage`], [`ExplainPage`], [`ReportPage`], [`SessionsPage`], [`HistoryPage`], [`ErrorPage`], and the one fragment,
//! [`Suggestions`]. All but the fragment hold a [`Frame`]. Texts that a struct does not hold come from the
//! catalogues in `texts/` in the language of the frame; [`Words`] gives names of fields, states and moves.
//!
//! Text in a view struct is plain text; it is escaped where it is written. There is no way to put HTML into a page.
//! Addresses (`href`, `action`) are the caller's: relative to the site's root, with their query encoded.
//!
//! # What the pages ask of a server
//!
//! * `GET /assets/{name}` from [`assets::find`]; the names change with the content, so they may be cached for ever.
//! * `POST /theme` with `theme` (`light`, `dark`, `system`) and `back`: keeps the cookie [`frame::THEME_COOKIE`] and goes back. The
//!   script does the same without asking.
//! * `GET /search?q=`, `GET /suggest?kind=&q=` ([`Suggestions`]), `POST /sign-out`.
//! * Moves: `GET` of the move's address answers a [`FormPage`], `POST` does it and answers 303 to the record, or
//!   422 with the same [`FormPage`] and its errors. The scripts take `#form` out of the answer and show it in the
//!   drawer; nothing else is needed for that.
//! * Filters and the as-of switch are `GET` forms: what is empty means nothing.
//! * The content security policy of [`assets::CONTENT_SECURITY_POLICY`]; no page needs more.

pub mod assets;
pub mod clock;
pub mod conformity;
pub mod error;
pub mod explain;
pub mod field;
pub mod form;
pub mod frame;
pub mod history;
pub mod list;
pub mod record;
pub mod report;
pub mod search;
pub mod sessions;
pub mod sign_in;
pub mod suggest;
pub mod tone;
pub mod when;
pub mod words;

pub use askama::Error as RenderError;
pub use clock::{ClockStand, ClockView};
pub use conformity::{BoardPage, RequirementPage};
pub use error::ErrorPage;
pub use explain::ExplainPage;
pub use field::{Field, Input};
pub use form::FormPage;
pub use frame::Frame;
pub use history::HistoryPage;
pub use list::ListPage;
pub use record::RecordPage;
pub use report::ReportPage;
pub use search::SearchPage;
pub use sessions::SessionsPage;
pub use sign_in::SignInPage;
pub use suggest::Suggestions;
pub use tone::{Badge, Tone};
pub use when::At;
pub use words::{Language, Words, words};

/// Gives a page `render()`.
macro_rules! page {
    ($page:ty) => {
        impl $page {
            /// The complete HTML document.
            ///
            /// # Errors
            /// None that data could cause; askama's signature has one.
            pub fn render(&self) -> Result<String, $crate::RenderError> {
                askama::Template::render(self)
            }
        }
    };
}
pub(crate) use page;
