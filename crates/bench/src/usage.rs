//! What processes have used, as the kernel counts it under `/proc`.

use std::fs;
use std::path::Path;

/// Length of the kernel's tick in this file system, in milliseconds: 10 on every Linux that Debian ships.
const TICK: f64 = 10.0;

/// Processor time that this process has used so far, user and system, in milliseconds.
pub(crate) fn own_processor_time() -> f64 {
    process("self").map_or(0.0, |process| process.own)
}

/// The same for a server: its main process, its children and those that have ended.
pub(crate) fn server_processor_time(main: u32) -> f64 {
    let main_process = process(&main.to_string());
    let ended = main_process.as_ref().map_or(0.0, |process| process.own + process.ended_children);
    children(main).iter().fold(ended, |sum, (_, process)| sum + process.own)
}

/// Memory of this process that no file backs, in bytes. Memory that maps a file is not counted: the kernel may take it
/// back at any time.
pub(crate) fn own_anonymous_memory() -> u64 {
    anonymous_memory("self")
}

/// The same for a server and its children.
pub(crate) fn server_anonymous_memory(main: u32) -> u64 {
    let of_children = children(main).into_iter().map(|(id, _)| anonymous_memory(&id));
    of_children.sum::<u64>() + anonymous_memory(&main.to_string())
}

/// Bytes of all files in a folder and below.
pub(crate) fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes_below(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

/// What the line of one process says.
#[derive(Debug, PartialEq)]
struct Process {
    parent: u32,
    own: f64,
    ended_children: f64,
}

fn process(id: &str) -> Option<Process> {
    parse(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?)
}

/// Fields are counted after the name in brackets, which may itself hold spaces and brackets.
fn parse(line: &str) -> Option<Process> {
    let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        own: (ticks(11)? + ticks(12)?) * TICK,
        ended_children: (ticks(13)? + ticks(14)?) * TICK,
    })
}

fn children(main: u32) -> Vec<(String, Process)> {
    let names = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    let numbered = names.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    numbered
        .filter_map(|id| Some((process(&id)?, id)))
        .filter(|(process, _)| process.parent == main)
        .map(|(process, id)| (id, process))
        .collect()
}

fn anonymous_memory(id: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|rest| rest.trim().strip_suffix(" kB"))
        .and_then(|kilobytes| kilobytes.parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_a_strange_name_is_read() {
        let line = "42 (a) b (c) S 7 42 42 0 -1 4194560 100 200 0 0 150 25 30 5 20 0 1 0 99 0 0";
        assert_eq!(parse(line), Some(Process { parent: 7, own: 1_750.0, ended_children: 350.0 }));
        assert_eq!(parse("42 (short) S 7"), None);
    }

    #[test]
    fn this_process_uses_memory() {
        assert!(own_anonymous_memory() > 10_000);
    }
}
