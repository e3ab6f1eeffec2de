//! CSV as text: quoting, and cells that a spreadsheet must not take for formulas.

/// A line of cells.
pub fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| quote(cell.as_ref())).collect();
    format!("{}\r\n", quoted.join(","))
}

fn quote(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// A cell that came from people: an apostrophe before what a spreadsheet would compute.
pub fn safe(cell: &str) -> String {
    let computes =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']);
    // Some programs look past blanks.
    if computes(cell) || computes(cell.trim_start()) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_made_text() {
        for cell in ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n@x", "＝1"] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        assert_eq!(safe("Mail = down"), "Mail = down");
    }

    #[test]
    fn cells_with_commas_quotes_and_line_ends_are_quoted() {
        assert_eq!(line(&["a", "b,c", "say \"no\"", "x\ny"]), "a,\"b,c\",\"say \"\"no\"\"\",\"x\ny\"\r\n");
    }
}
