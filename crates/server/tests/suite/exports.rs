//! Lists as files, of every kind: nothing that people wrote is computed by the program that opens them.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use mainstay_core::{FieldDef, KindDef, Type};
use mainstay_kinds::REGISTRY;
use serde_json::json;

use crate::{
    asker::{Asker, person},
    scene::{Maker, Relation},
    world::{BOTH, World},
};

/// Texts that a spreadsheet would compute, as a cell or after a separator of another country.
const FORMULAS: &[&str] = &[
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "=cmd|'/c calc'!A1",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "  =1+1",
    "＝1+1",
    "x;=1+1;y",
    "x,=1+1,y",
    "\"=1+1",
    "x\",=1+1,\"y",
    "a < b & c > d",
    "]]><f>1+1</f>",
    "_x0000_ <t>=1</t>",
];
/// As these, for fields of several lines.
const IN_LINES: &[&str] = &["\t=1+1", "\r=1+1", "x\n=1+1", "x\t=1+1", "\n\n@SUM(1,1)"];

fn takes_formulas(field: &FieldDef) -> bool {
    !field.system && matches!(field.ty, Type::Text) && !field.name.contains("email")
}

/// Puts formulas into every field of text of some records of the kind; their refs.
fn fill(world: &World, maker: &mut Maker<'_>, def: &KindDef) -> Vec<String> {
    let lines = def.fields.iter().any(|field| takes_formulas(field) && !field.indexed && !field.unique);
    let texts = FORMULAS.iter().chain(IN_LINES.iter().filter(|_| lines));
    let made = texts.map(|text| {
        let (reference, _) = maker.make(def, None, Relation::Foreign);
        let is_line = FORMULAS.contains(text);
        let mut names: Vec<&str> = def
            .fields
            .iter()
            .filter(|field| takes_formulas(field) && (is_line || !(field.indexed || field.unique)))
            .map(|field| field.name)
            .collect();
        names.extend(is_line.then_some("title"));
        for name in names {
            let values = crate::world::object(json!({ name: text }));
            let edit = mainstay_app::Command::Edit { record: reference.clone(), version: None, values };
            // A rule of the kind may refuse it; what is refused is in no export.
            let _ = world.act(edit);
        }
        reference
    });
    made.collect()
}

fn export(world: &World, asker: &Asker, def: &KindDef, format: &str) -> Vec<u8> {
    asker.get(world, &format!("/api/v1/{}/export?format={format}", def.plural)).expect(200).body
}

fn is_number(cell: &str) -> bool {
    cell.parse::<i64>().is_ok()
}

#[test]
fn r43_no_export_of_any_kind_holds_a_formula() {
    for engine in BOTH {
        let world = World::new(engine);
        let roles = ["administrator", "service_manager"];
        let asker = person(&world, "exporter", &roles, None);
        let mut maker = Maker { world: &world, shared: BTreeMap::new() };
        let mut cells = 0;
        for entry in REGISTRY.kinds() {
            let made = fill(&world, &mut maker, &entry.def);
            let text = String::from_utf8(export(&world, &asker, &entry.def, "csv")).expect("UTF-8");
            cells += check_csv(&entry.def, &text, &made);
            check_book(&entry.def, export(&world, &asker, &entry.def, "xlsx"));
        }
        assert!(cells > 1000, "{cells} cells held a formula");
    }
}

/// No cell is a formula, whichever separator the reader's country has; how many would have been one.
fn check_csv(def: &KindDef, text: &str, made: &[String]) -> usize {
    let mut tamed = 0;
    for separator in [b',', b';', b'\t'] {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .quoting(separator == b',')
            .from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> =
            reader.records().map(|row| row.expect("a line of cells")).collect();
        for cell in rows.iter().flatten() {
            let begins = cell.trim_start_matches([' ', '\u{a0}']);
            let computes = begins.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
            assert!(!computes || is_number(cell), "{} by {:?}: {cell:?}", def.name, char::from(separator));
            tamed += usize::from(separator == b',' && cell.starts_with('\''));
        }
        if separator == b',' {
            let width = text.lines().next().unwrap_or_default().split(',').count();
            assert!(rows.iter().all(|row| row.len() == width), "{}: lines of one width", def.name);
            assert!(made.iter().all(|made| rows.iter().any(|row| row.iter().any(|cell| cell == made))));
        }
    }
    tamed
}

/// Every cell of a workbook is a text or a number.
fn check_book(def: &KindDef, book: Vec<u8>) {
    let mut files = zip::ZipArchive::new(Cursor::new(book)).expect("a workbook");
    let names: Vec<String> = files.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert!(!names.iter().any(|name| name.contains("externalLink") || name.contains("calcChain")));
    let mut sheets = 0;
    for name in names.iter().filter(|name| name.starts_with("xl/worksheets/sheet")) {
        let mut xml = String::new();
        files.by_name(name).expect("a sheet").read_to_string(&mut xml).expect("UTF-8");
        assert!(!xml.contains("<f>") && !xml.contains("<f "), "{}: a formula", def.name);
        assert!(!xml.contains("<hyperlink"), "{}: a link", def.name);
        for cell in xml.split("<c ").skip(1) {
            let head = cell.split('>').next().unwrap_or_default();
            let is_text = head.contains("t=\"inlineStr\"") || head.contains("t=\"s\"");
            let value =
                cell.split("<v>").nth(1).and_then(|rest| rest.split("</v>").next()).unwrap_or_default();
            assert!(is_text || value.is_empty() || is_number(value), "{}: {cell}", def.name);
        }
        sheets += 1;
    }
    assert_eq!(sheets, 1);
}
