//! The matrix written out: for each kind and deed, which role reaches how far. What the golden file holds.

use std::fmt::Write as _;

use mainstay_core::{Choice, Registry};
use mainstay_kinds::role_assignment::Role;

use super::{Deed, Duty, matrix};

/// All roles with what they may do, one line a kind and deed, only what is allowed.
pub fn matrix_text(registry: &Registry) -> String {
    let mut text = String::from("Everything that is not listed is refused.\n");
    let words = Role::DEF.words;
    let roles: Vec<Option<Role>> =
        std::iter::once(None).chain(words.iter().map(|word| Role::parse(word))).collect();
    for role in roles {
        let name = role.map_or("everybody with an account", Role::name);
        let _ = writeln!(text, "\n{name}");
        if let Some(role) = role {
            let duties: Vec<_> = Duty::ALL
                .iter()
                .filter(|duty| matrix::duties(role).contains(duty))
                .map(|duty| duty.name())
                .collect();
            if !duties.is_empty() {
                let _ = writeln!(text, "  duties: {}", duties.join(", "));
            }
        }
        for kind in registry.kinds() {
            let mut deeds = Vec::new();
            for deed in Deed::all(&kind.def) {
                let grants: Vec<String> = matrix::lines(role, kind.def.name, deed).map(grant_text).collect();
                if !grants.is_empty() {
                    deeds.push(format!("    {}: {}", deed.name(), grants.join(" or ")));
                }
            }
            if !deeds.is_empty() {
                let _ = writeln!(text, "  {}\n{}", kind.def.name, deeds.join("\n"));
            }
        }
    }
    text
}

fn grant_text(line: &matrix::Line) -> String {
    let mut text = line.reach.name().to_owned();
    if !line.states.is_empty() {
        let _ = write!(text, " that are {}", line.states.join(" or "));
    }
    if !line.fields.is_empty() {
        let _ = write!(text, ", giving only {}", line.fields.join(", "));
    }
    text
}
