//! A question that somebody has to decide: an empty answer is none, unlike the field type *yes or no*.

use mainstay_core::choice;

choice!(
    /// The answer to a question that has to be decided.
    YesNo { Yes = "yes", No = "no" }
);
