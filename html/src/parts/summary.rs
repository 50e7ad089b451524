//! What is known of something, line by line.

use maud::{Markup, Render, html};

use crate::Href;

/// A list of names and values, some of which can be changed.
#[derive(Clone, Debug, Default)]
pub struct Summary<'a> {
    rows: Vec<Row<'a>>,
}

#[derive(Clone, Debug)]
struct Row<'a> {
    name: &'a str,
    value: Markup,
    action: Option<(&'a str, &'a str)>,
}

impl<'a> Summary<'a> {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more line.
    #[must_use]
    pub fn row(mut self, name: &'a str, value: &(impl Render + ?Sized)) -> Self {
        self.rows.push(Row { name, value: html! { (value) }, action: None });
        self
    }

    /// With one more line and a link at its end, such as "Cambiar". Who does not see the line hears its name with the link.
    #[must_use]
    pub fn row_with_link(
        mut self,
        name: &'a str,
        value: &(impl Render + ?Sized),
        text: &'a str,
        href: &'a str,
    ) -> Self {
        self.rows.push(Row { name, value: html! { (value) }, action: Some((text, href)) });
        self
    }
}

impl Render for Summary<'_> {
    fn render_to(&self, out: &mut String) {
        html! {
            dl .summary { @for row in &self.rows {
                div {
                    dt { (row.name) }
                    dd { (row.value) }
                    @if let Some((text, href)) = row.action {
                        dd .summary-action { a href=(Href(href)) { (text) span .unseen { " " (row.name) } } }
                    }
                }
            } }
        }
        .render_to(out);
    }
}
