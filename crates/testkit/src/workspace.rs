//! Where the project lies, and the data folder that may lie beside it.

use std::path::PathBuf;

/// The root folder of the workspace, as it was when this crate was compiled.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or_else(|| here.clone(), PathBuf::from)
}

/// The folder `../shared` beside the workspace, with example data too large for the repository; `None` where it does
/// not exist. Tests that need it start with [`skip_without_shared!`](crate::skip_without_shared).
pub fn shared_data() -> Option<PathBuf> {
    let shared = root().parent()?.join("shared");
    shared.is_dir().then_some(shared)
}

/// Binds the named variable to the path of `../shared`, or says that it is not here and returns from the test.
///
/// ```
/// fn a_test_on_real_data() {
///     mainstay_testkit::skip_without_shared!(shared);
///     assert!(shared.is_dir());
/// }
/// a_test_on_real_data();
/// ```
#[macro_export]
macro_rules! skip_without_shared {
    ($shared:ident) => {
        let Some($shared) = $crate::workspace::shared_data() else {
            println!("skipped: ../shared is not here");
            return;
        };
    };
}
