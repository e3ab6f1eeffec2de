//! Writes all pages with made-up data, and the files they need, into a folder: `gallery DIR`. Serve the folder, for
//! instance with `python3 -m http.server`, to look at them.

#[path = "../tests/suite/fixtures.rs"]
mod fixtures;

use std::{env, fs, path::Path, process::ExitCode};

use fixtures::Fill;
use mainstay_pages::{Language, assets, frame::Theme};

fn main() -> ExitCode {
    let Some(folder) = env::args().nth(1) else {
        eprintln!("gallery DIR: says which folder to write into");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder} could not be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder.join("assets"))?;
    for name in assets::names() {
        if let Some(asset) = assets::find(&name, "") {
            fs::write(folder.join("assets").join(name), asset.bytes)?;
        }
    }
    for language in Language::ALL {
        for (theme, rows) in [(Theme::Light, 3), (Theme::Dark, 3), (Theme::Light, 200)] {
            let fill = Fill { theme, ..Fill::plain(language, rows) };
            for (name, html) in fill.pages() {
                let file = format!("{}-{}-{rows}-{name}.html", language.tag(), theme.name());
                fs::write(folder.join(file), html)?;
            }
            if let Ok(fragment) = fill.suggestions().render() {
                fs::write(folder.join("suggest"), fragment)?;
            }
        }
    }
    Ok(())
}
