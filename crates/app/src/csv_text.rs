//! CSV as text: quoting, and cells that a spreadsheet must not take for formulas.

/// A line of cells.
pub fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| quote(cell.as_ref())).collect();
    format!("{}\r\n", quoted.join(","))
}

fn quote(cell: &str) -> String {
    if cell.contains([',', ';', '\t', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// How a cell begins that a spreadsheet computes.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What ends a cell where the list separator of the reader's country is not ours and quotes do not hold it together.
const OTHER_ENDS: [char; 4] = [';', '\t', '\n', '\r'];

/// A cell that came from people: an apostrophe before what a spreadsheet would compute, at its beginning and wherever
/// another separator would begin a new cell.
pub fn safe(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len() + 1);
    // Some programs drop these, and then see what comes next.
    if cell.starts_with(['\t', '\r', '\0']) {
        safe.push('\'');
    }
    for piece in cell.split_inclusive(OTHER_ENDS) {
        // Some programs look past blanks.
        if piece.trim_start().starts_with(SIGNS) {
            safe.push('\'');
        }
        safe.push_str(piece);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_made_text() {
        for cell in ["=1+1", "+49 30", "-2", "@SUM(A1)", "  =1", "＝1", "\u{a0}=1"] {
            assert_eq!(safe(cell), format!("'{cell}"));
        }
        assert_eq!(safe("\t=1"), "'\t'=1");
        assert_eq!(safe("Mail = down; phone is up"), "Mail = down; phone is up");
    }

    #[test]
    fn r43_a_cell_that_is_torn_at_another_separator_holds_no_formula() {
        assert_eq!(safe("x;=1+1;y"), "x;'=1+1;y");
        assert_eq!(safe("x\r\n@sum(a1)"), "x\r\n'@sum(a1)");
        assert_eq!(safe("done\n\n\tindented"), "done\n\n\tindented");
        for text in ["x;=1", "x; =1", "x\t+1", "x\n-1", "x\r@1", ";;=1", "\n\n=1"] {
            for separator in [';', '\t', '\n', '\r'] {
                for cell in safe(text).split(separator) {
                    assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{text:?}: {cell:?}");
                }
            }
        }
    }

    #[test]
    fn cells_with_commas_quotes_and_line_ends_are_quoted() {
        assert_eq!(line(&["a", "b,c", "say \"no\"", "x\ny"]), "a,\"b,c\",\"say \"\"no\"\"\",\"x\ny\"\r\n");
    }
}
