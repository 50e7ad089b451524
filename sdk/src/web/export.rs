//! Lists to take along: CSV as RFC 4180 has it. As JSON they are [`Response::json`].

use super::Response;

/// A table as CSV, in UTF-8.
#[derive(Clone, Debug)]
pub struct Csv(String);

impl Csv {
    /// A table with these headings.
    #[must_use]
    pub fn new(headings: &[&str]) -> Self {
        // Without this mark, programs for tables take UTF-8 for something else.
        let mut csv = Self("\u{feff}".to_owned());
        csv.row(headings);
        csv
    }

    /// One more row.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.0.push_str("\r\n");
    }

    /// The table as a file to be saved under a name.
    #[must_use]
    pub fn response(self, name: &str) -> Response {
        Response::raw("text/csv; charset=utf-8", self.0.into_bytes()).to_save_as(name)
    }

    /// A program for tables runs what looks like a formula, whoever wrote it: such a text begins with an apostrophe. Numbers
    /// stay what they are.
    fn cell(&mut self, text: &str) {
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
        let quoted = formula || text.contains(['"', ',', '\r', '\n']) || text.trim() != text;
        if quoted {
            self.0.push('"');
        }
        if formula {
            self.0.push('\'');
        }
        text.chars().for_each(|letter| {
            if letter == '"' {
                self.0.push('"');
            }
            self.0.push(letter);
        });
        if quoted {
            self.0.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[&str]) -> String {
        let mut csv = Csv::new(&["a"]);
        csv.row(cells);
        csv.0.split_once("\r\n").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    }

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        assert_eq!(rows(&["x", "a,b", "\"q\"", "a\nb", ""]), "x,\"a,b\",\"\"\"q\"\"\",\"a\nb\",\r\n");
    }

    #[test]
    fn no_text_of_others_becomes_a_formula() {
        assert_eq!(rows(&["=1+1", "@x", "-x", "-1.5", "+591"]), "\"'=1+1\",\"'@x\",\"'-x\",-1.5,+591\r\n");
    }
}
