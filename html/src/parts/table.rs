//! Tables.

use maud::{Markup, Render, html};

use crate::Href;

/// A table with a caption, which scrolls by itself where it is wider than the screen.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    id: &'a str,
    caption: &'a str,
    shown: Shown,
    columns: &'a [Column<'a>],
    rows: &'a [Vec<Markup>],
}

/// Whether a caption is seen, or only heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Caption,
    HeadingAbove,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    heading: &'a str,
    alignment: Alignment,
    sort: Option<(&'a str, Sorted)>,
}

/// Whether the rows are in the order of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sorted {
    /// They are in the order of another one.
    #[default]
    No,
    /// The smallest comes first.
    Ascending,
    /// The largest comes first.
    Descending,
}

/// Where the cells of a column begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// Where texts begin.
    #[default]
    Start,
    /// Numbers stand below each other.
    End,
}

impl<'a> Column<'a> {
    /// A column of texts.
    #[must_use]
    pub const fn text(heading: &'a str) -> Self {
        Self { heading, alignment: Alignment::Start, sort: None }
    }

    /// A column of numbers or amounts.
    #[must_use]
    pub const fn number(heading: &'a str) -> Self {
        Self { heading, alignment: Alignment::End, sort: None }
    }

    /// The heading is a link to the same rows in the order of this column, or in the other direction.
    #[must_use]
    pub const fn sorts(self, href: &'a str, sorted: Sorted) -> Self {
        Self { sort: Some((href, sorted)), ..self }
    }

    fn sorted(&self) -> Option<&'static str> {
        match self.sort?.1 {
            Sorted::No => None,
            Sorted::Ascending => Some("ascending"),
            Sorted::Descending => Some("descending"),
        }
    }

    fn class(&self) -> Option<&'static str> {
        (self.alignment == Alignment::End).then_some("number")
    }
}

impl<'a> Table<'a> {
    /// A table, by an id that no other on the page has. The first cell of a row says what the row is about.
    #[must_use]
    pub const fn new(id: &'a str, caption: &'a str, columns: &'a [Column<'a>], rows: &'a [Vec<Markup>]) -> Self {
        Self { id, caption, shown: Shown::Caption, columns, rows }
    }

    /// A heading right above says the same as the caption, which is not seen then.
    #[must_use]
    pub const fn below_its_heading(self) -> Self {
        Self { shown: Shown::HeadingAbove, ..self }
    }
}

impl Render for Table<'_> {
    fn render_to(&self, out: &mut String) {
        let caption = format!("table-{}", self.id);
        html! {
            // What scrolls can be reached by keyboard (WCAG 2.2, 2.1.1), and then says what it is.
            section .scroll aria-labelledby=(caption) tabindex="0" {
                table {
                    caption id=(caption) { @match self.shown {
                        Shown::Caption => (self.caption),
                        Shown::HeadingAbove => span .unseen { (self.caption) },
                    } }
                    thead { tr { @for column in self.columns {
                        th scope="col" class=[column.class()] aria-sort=[column.sorted()] {
                            @match column.sort {
                                Some((href, _)) => a href=(Href(href)) { (column.heading) },
                                None => (column.heading),
                            }
                        }
                    } } }
                    tbody { @for row in self.rows { tr { @for (cell, column) in row.iter().zip(self.columns).take(1) {
                        th scope="row" class=[column.class()] { (cell) }
                    } @for (cell, column) in row.iter().zip(self.columns).skip(1) {
                        td class=[column.class()] { (cell) }
                    } } } }
                }
            }
        }
        .render_to(out);
    }
}
