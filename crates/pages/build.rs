//! Builds `web/dist`, which is embedded into the crate, when it is missing or older than its sources.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, exit},
    time::SystemTime,
};

/// What the build of the web parts reads, in `web/`.
const SOURCES: &[&str] = &["package.json", "package-lock.json", ".npmrc", "build.mjs", "src"];

fn main() {
    // Cargo runs this in the folder of the crate; a folder taken at compile time would be another checkout's when two
    // share one target folder.
    let web = PathBuf::from("../../web");
    for source in SOURCES.iter().chain(&["dist/manifest.json"]) {
        println!("cargo::rerun-if-changed={}", web.join(source).display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(problem) = build(&web) {
        eprintln!("{problem}");
        exit(1);
    }
}

fn build(web: &Path) -> Result<(), String> {
    let made = modified(&web.join("dist/manifest.json"));
    let newest = SOURCES.iter().filter_map(|source| newest(&web.join(source))).max();
    if made.is_some() && made >= newest {
        return Ok(());
    }
    let installed = modified(&web.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < modified(&web.join("package-lock.json")) {
        run(web, &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    }
    run(web, &["run", "build"])
}

fn run(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let words = arguments.join(" ");
    let output =
        Command::new("npm").args(arguments).current_dir(web).output().map_err(|error| {
            match error.kind() {
                io::ErrorKind::NotFound => {
                    "npm is missing: the web parts in web/ are built with Node 20 and npm; \
                 scripts/install-tools.sh installs both"
                        .to_owned()
                }
                _ => format!("`npm {words}` could not be started in web/: {error}"),
            }
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`npm {words}` failed in web/; what it said:\n{said}"))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

/// The latest change of a file, or of anything in a folder and of the folder itself.
fn newest(path: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(path).ok().into_iter().flatten().flatten();
    entries.filter_map(|entry| newest(&entry.path())).chain(modified(path)).max()
}
