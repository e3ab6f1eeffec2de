//! Export of all records of a kind.

use mainstay_app::export::{Format, export};
use serde_json::{Value as Json, json};

use crate::world::{World, on_both};

fn exported(world: &World, format: Format) -> String {
    let mut out = Vec::new();
    export(&world.app.view(), "incidents", format, &mut out, &mut |_| {}).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn records_are_written_with_refs_and_without_formulas() {
    on_both(|world| {
        world.create("person", json!({"title": "Ann Lee"})).unwrap();
        world.create("incident", json!({"title": "=cmd|' /C calc'!A0", "caller": "PER-000001"})).unwrap();
        world
            .create("incident", json!({"title": "Mail, again", "description": "It said \"no\"\nand stopped"}))
            .unwrap();
        let lines = exported(world, Format::JsonLines);
        let lines: Vec<Json> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!((&lines[0]["ref"], &lines[0]["caller"]), (&json!("INC-000001"), &json!("PER-000001")));
        assert_eq!(lines[0]["reported_at"], json!("2026-01-05T09:00:00Z"));
        let csv = exported(world, Format::Csv);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        let cell =
            |row: usize, name: &str| &rows[row][header.iter().position(|column| column == name).unwrap()];
        assert_eq!(cell(0, "title"), "'=cmd|' /C calc'!A0");
        assert_eq!((cell(0, "caller"), cell(1, "caller")), ("PER-000001", ""));
        assert_eq!(
            (cell(1, "title"), cell(1, "description")),
            ("Mail, again", "It said \"no\"\nand stopped")
        );
        assert!(exported(world, Format::CsvAsItStands).contains(",=cmd|' /C calc'!A0,"));
    });
}
