//! Finds PostgreSQL's server programs, which Debian keeps out of the search path.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ServerError;

/// Debian's folder of installed PostgreSQL versions, one sub-folder for each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder that holds `initdb` and `pg_ctl`.
pub(super) fn folder() -> Result<PathBuf, ServerError> {
    newest_below(Path::new(DEBIAN)).or_else(told_by_pg_config).ok_or(ServerError::NotInstalled)
}

/// The `bin` folder of the highest version below `installed` that has a server.
fn newest_below(installed: &Path) -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(installed)
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| is_server(bin))
        .collect();
    versions.sort();
    versions.pop().map(|(_, bin)| bin)
}

/// What the `pg_config` on the search path says, for systems that are not Debian.
fn told_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").stdin(Stdio::null()).output().ok()?;
    let bin = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    is_server(&bin).then_some(bin)
}

fn is_server(bin: &Path) -> bool {
    bin.join("initdb").is_file() && bin.join("pg_ctl").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_with_a_server_is_taken() {
        let installed = tempfile::tempdir().unwrap();
        for (version, programs) in [("9", true), ("15", true), ("17", false), ("notes", true)] {
            let bin = installed.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).unwrap();
            for program in ["initdb", "pg_ctl"] {
                if programs {
                    std::fs::write(bin.join(program), "").unwrap();
                }
            }
        }
        assert_eq!(newest_below(installed.path()), Some(installed.path().join("15/bin")));
        assert_eq!(newest_below(&installed.path().join("15")), None);
    }
}
