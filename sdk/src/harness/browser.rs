//! Somebody who looks at a plugin's pages, as a browser shows them, with the gateway between.

mod document;
mod filling;
mod person;
mod requests;
mod shown;

use serde::Serialize;

use super::{Host, Plugin, SentFile};
use crate::json;
use crate::web::Method;
use filling::{Filling, Submission};
use requests::Requests;

pub use person::Person;
pub use shown::ShownPage;

/// Redirects that are followed one after the other.
const MOST_REDIRECTS: u32 = 5;

/// A browser at a plugin's origin. What cannot be done on the page that it shows, stops the test and says what could be.
///
/// ```text
/// let mut ana = Browser::of(&complaints::PLUGIN).signed_in(Person::of("ana"));
/// ana.visit(&mut harness, "/complaints/new");
/// ana.fill("Qué pasó", "No hay agua").press(&mut harness, "Enviar");
/// assert_eq!(ana.page().errors(), ["Elija una opción en «De qué se trata»"]);
/// ana.choose("Agua").press(&mut harness, "Enviar");
/// assert!(ana.page().text().contains("Recibimos su queja"));
/// ```
#[derive(Clone, Debug)]
pub struct Browser {
    requests: Requests,
    /// The pages that were shown, the last one at the end, each with what was filled in.
    history: Vec<(ShownPage, Filling)>,
}

impl Browser {
    /// A browser of somebody who is not signed in, who reads Spanish.
    #[must_use]
    pub fn of(plugin: &Plugin) -> Self {
        Self { requests: Requests::of(plugin), history: Vec::new() }
    }

    /// The same, signed in as somebody.
    #[must_use]
    pub fn signed_in(mut self, person: Person) -> Self {
        self.requests.person = Some(person);
        self
    }

    /// The same in another language, by its tag.
    #[must_use]
    pub fn speaking(mut self, locale: &str) -> Self {
        locale.clone_into(&mut self.requests.locale);
        self
    }

    /// The page that is shown.
    ///
    /// # Panics
    /// If none was visited.
    #[must_use]
    pub fn page(&self) -> &ShownPage {
        &self.history.last().expect("the test visits a page first").0
    }

    /// Goes to a path, with a query or without, and on to where it leads.
    pub fn visit(&mut self, host: &mut dyn Host, path: &str) -> &ShownPage {
        self.go(host, &Submission::visit(path))
    }

    /// Goes where a link leads, by its text.
    pub fn follow(&mut self, host: &mut dyn Host, link: &str) -> &ShownPage {
        let target = self.page().link(link);
        self.visit(host, &target)
    }

    /// Fills in the field of a label, or of a part of a date: `Fecha: Día`.
    pub fn fill(&mut self, label: &str, value: &str) -> &mut Self {
        self.filling(|filling, page| filling.fill(page, label, value))
    }

    /// Chooses what a label says: one of several, or a box that is not checked.
    pub fn choose(&mut self, label: &str) -> &mut Self {
        self.filling(|filling, page| filling.choose(page, label))
    }

    /// Leaves a box unchecked.
    pub fn uncheck(&mut self, label: &str) -> &mut Self {
        self.filling(|filling, page| filling.uncheck(page, label))
    }

    /// Attaches a file to the field of a label; the type is as the host finds it.
    pub fn attach(&mut self, label: &str, name: &str, content_type: &str, content: &[u8]) -> &mut Self {
        self.filling(|filling, page| {
            let field = page.control(label).name();
            let (name, content_type) = (name.to_owned(), content_type.to_owned());
            filling.files.push(SentFile { field, name, content_type, content: content.to_vec() });
        })
    }

    /// Presses a button, and so sends its form.
    pub fn press(&mut self, host: &mut dyn Host, button: &str) -> &ShownPage {
        let submission = self.submission(button);
        self.go(host, &submission)
    }

    /// Presses a button twice before the answer comes. Both answers are the same, or the test stops; the second one is shown.
    pub fn press_twice(&mut self, host: &mut dyn Host, button: &str) -> &ShownPage {
        let submission = self.submission(button);
        let first = self.go(host, &submission).clone();
        let second = self.go(host, &submission);
        assert_eq!(first.html(), second.html(), "what was sent twice has two answers");
        second
    }

    /// Sends JSON as a script of the plugin does, and shows what is answered.
    ///
    /// # Panics
    /// If the value has no form in JSON.
    pub fn send(&mut self, host: &mut dyn Host, method: Method, path: &str, value: &impl Serialize) -> &ShownPage {
        let json = Some(json::write(value).expect("a test sends what has a form in JSON"));
        self.go(host, &Submission { method, json, ..Submission::visit(path) })
    }

    /// Goes back to the page before, as it was left: what is sent from it, is sent with its old token.
    ///
    /// # Panics
    /// If there is none.
    pub fn back(&mut self) -> &ShownPage {
        self.history.pop();
        self.page()
    }

    fn submission(&self, button: &str) -> Submission {
        let (page, filling) = self.history.last().expect("the test visits a page first");
        filling.submission(page, button)
    }

    fn filling(&mut self, change: impl FnOnce(&mut Filling, &ShownPage)) -> &mut Self {
        let (page, filling) = self.history.last_mut().expect("the test visits a page first");
        change(filling, page);
        self
    }

    fn go(&mut self, host: &mut dyn Host, submission: &Submission) -> &ShownPage {
        let mut shown = self.requests.send(host, submission);
        for _ in 0..MOST_REDIRECTS {
            let Some(target) = shown.leads_to() else { break };
            shown = self.requests.send(host, &Submission::visit(&target));
        }
        self.history.push((shown, Filling::default()));
        self.page()
    }
}

impl Submission {
    /// A page that is asked for.
    fn visit(path: &str) -> Self {
        Self {
            method: Method::Get,
            action: path.to_owned(),
            fields: Vec::new(),
            files: Vec::new(),
            token: None,
            json: None,
        }
    }
}
