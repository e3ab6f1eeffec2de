//! Starts the driver of the browser: `web/journeys`, installed by npm when it is not there yet.

use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;

use crate::world::World;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs journeys; what they said. `work` is a file with what one of them is to look at.
pub fn run(world: &World, journeys: &[&[&str]], work: Option<&Path>) -> Result<String, String> {
    let folder = root().join("web/journeys");
    install(&folder)?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let order = json!({
        "base": format!("http://{}", world.address),
        "chromium": chromium()?,
        "now": world.now().to_string(),
        "people": world.links(),
        "records": world.records(),
        "journeys": chosen(journeys),
        "work": work,
        "screenshots": target.join("screenshots"),
        "pictures": env::var_os("UPDATE_PICTURES").map(|_| root().join("docs/pictures")),
    });
    let output =
        Command::new("node").arg("run.mjs").arg(order.to_string()).current_dir(&folder).output().map_err(
            |error| format!("node could not be started: {error}; scripts/install-tools.sh installs it"),
        )?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { Ok(said) } else { Err(said) }
}

/// Only some journeys while one works on them: `JOURNEYS=agent,change`.
fn chosen(journeys: &[&[&str]]) -> Vec<Vec<String>> {
    let only = env::var_os("JOURNEYS").map(|names| names.to_string_lossy().into_owned());
    let is_meant = |name: &str| only.as_ref().is_none_or(|only| only.split(',').any(|one| one == name));
    let of_one =
        |names: &&[&str]| names.iter().filter(|name| is_meant(name)).map(|name| (*name).to_owned()).collect();
    journeys.iter().map(of_one).collect()
}

/// The browser.
fn chromium() -> Result<PathBuf, String> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from("/usr/bin/chromium"));
    if path.exists() {
        return Ok(path);
    }
    Err(format!(
        "there is no {}; install the package chromium (scripts/install-tools.sh does), or name a browser in CHROMIUM",
        path.display()
    ))
}

/// Installs what the lock file names, once for all tests that run at the same time.
fn install(folder: &Path) -> Result<(), String> {
    let lock = File::create(folder.join(".installing")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let made = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let installed = made(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= made(&folder.join("package-lock.json")) {
        return Ok(());
    }
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    let output = Command::new("npm").args(arguments).current_dir(folder).output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            Err(format!("`npm ci` failed in web/journeys: {}", String::from_utf8_lossy(&output.stderr)))
        }
        Err(error) => Err(format!("npm could not be started: {error}; scripts/install-tools.sh installs it")),
    }
}
