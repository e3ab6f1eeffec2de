//! A kind in plain text: what `mainstay kinds` prints, and what is reviewed when a kind changes.

use std::fmt::{self, Write as _};

use mainstay_core::{ClockDef, Fact, FieldDef, KindDef, MoveDef, Search, Subject, Type};

/// Describes a kind: title and fields with their types, lifecycle as a Mermaid state diagram, moves with what
/// they ask for, clocks, links, and what its rules read.
pub fn describe_text(def: &KindDef) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = describe(def, &mut text);
    text
}

fn describe(def: &KindDef, out: &mut String) -> fmt::Result {
    writeln!(out, "{} ({}, {}), clause {}", def.name, def.plural, def.prefix, def.clause)?;
    writeln!(out, "{}", def.help)?;
    writeln!(out, "\nfields")?;
    let title = marks([personal(def.title.personal), searched(def.title.search)]);
    writeln!(out, "  title: text, required{title}\n    {}", def.title.label)?;
    for field in &def.fields {
        writeln!(
            out,
            "  {}: {}{}\n    {}",
            field.name,
            type_text(&field.ty),
            field_marks(field),
            field.help
        )?;
    }
    writeln!(out, "\nlifecycle")?;
    lifecycle(def, out)?;
    if !def.locked_in.is_empty() {
        writeln!(out, "  locked in: {}", def.locked_in.join(", "))?;
    }
    writeln!(out, "\nmoves")?;
    for mv in &def.moves {
        move_text(mv, out)?;
    }
    if let Some(approval) = &def.approval {
        writeln!(out, "\napproval")?;
        for gate in &approval.gates {
            writeln!(
                out,
                "  waits in {}: {} when approved, {} when rejected, {} when edited",
                gate.waits_in, gate.approved, gate.rejected, gate.voided
            )?;
            if !gate.holds_in.is_empty() {
                writeln!(out, "  an edit still voids it in: {}", gate.holds_in.join(", "))?;
            }
        }
        writeln!(out, "  content: title, {}", approval.content.join(", "))?;
        writeln!(out, "  never votes: {}", approval.never.join(", "))?;
    }
    if !def.clocks.is_empty() {
        writeln!(out, "\nclocks")?;
        for clock in &def.clocks {
            clock_text(clock, out)?;
        }
    }
    if !def.links.is_empty() {
        writeln!(out, "\nlinks")?;
        for link in &def.links {
            writeln!(out, "  {} {} (from there: {})", link.name, link.to, link.inverse)?;
        }
    }
    if !def.reads.is_empty() {
        let facts: Vec<_> = def.reads.iter().map(fact_text).collect();
        writeln!(out, "\nreads\n  {}", facts.join(", "))?;
    }
    Ok(())
}

/// The lifecycle as a Mermaid state diagram.
fn lifecycle(def: &KindDef, out: &mut String) -> fmt::Result {
    writeln!(out, "  stateDiagram-v2")?;
    if let Some(first) = def.states.words.first() {
        writeln!(out, "    [*] --> {first}")?;
    }
    for mv in &def.moves {
        for from in &mv.from {
            writeln!(out, "    {from} --> {}: {}", mv.to, mv.name)?;
        }
    }
    Ok(())
}

fn move_text(mv: &MoveDef, out: &mut String) -> fmt::Result {
    write!(out, "  {}: {} -> {}", mv.name, mv.from.join(", "), mv.to)?;
    for (what, fields) in [("asks", mv.asks), ("takes", mv.takes)] {
        if !fields.is_empty() {
            write!(out, "; {what} {}", fields.join(", "))?;
        }
    }
    writeln!(out, "\n    {}", mv.help)
}

fn clock_text(clock: &ClockDef, out: &mut String) -> fmt::Result {
    write!(out, "  {}: from {}, runs in {}", clock.goal.name(), clock.start, clock.runs_in.join(", "))?;
    if clock.waits_in.is_empty() {
        return writeln!(out);
    }
    writeln!(out, ", waits in {}", clock.waits_in.join(", "))
}

fn type_text(ty: &Type) -> String {
    match ty {
        Type::Choice(choice) => format!("choice of {}", choice.words.join(" | ")),
        Type::Reference(kind) => format!("reference to {kind}"),
        other => other.name().replace('_', " "),
    }
}

fn field_marks(field: &FieldDef) -> String {
    let flag = |is_set: bool, name: &str| is_set.then(|| name.to_owned());
    marks([
        flag(field.required, "required"),
        flag(field.system, "set by rules and moves"),
        flag(field.unique, "unique"),
        flag(field.indexed, "indexed"),
        personal(field.personal),
        searched(field.search),
        flag(field.own, "owns the record"),
        flag(field.staff_only, "staff only"),
    ])
}

fn marks<const N: usize>(marks: [Option<String>; N]) -> String {
    marks.into_iter().flatten().map(|mark| format!(", {mark}")).collect()
}

fn personal(subject: Option<Subject>) -> Option<String> {
    subject.map(|subject| match subject {
        Subject::Itself => "personal".to_owned(),
        Subject::Named(field) => format!("personal of {field}"),
    })
}

fn searched(search: Search) -> Option<String> {
    match search {
        Search::No => None,
        Search::Public => Some("searched".to_owned()),
        Search::Internal => Some("searched by staff".to_owned()),
    }
}

fn fact_text(fact: &Fact) -> String {
    match fact {
        Fact::Agreement => "agreement in force".to_owned(),
        Fact::AgreementThrough(field) => {
            format!("agreement in force, for the service of {field} when none is named")
        }
        Fact::Referenced(field) => format!("record in {field}"),
    }
}
