//! A definition as the JSON that it is: for what the other pages do not cover, and to be kept elsewhere.

use sdk::Failure;
use sdk::form::{Fields, View};
use sdk::web::{Operator, Path, Response, Visit};
use sdk::{FieldError, html::Language};

use super::{form, path, save, title};
use crate::definition::{Code, Definition, Problems};
use crate::pages::say;
use crate::procedures;

/// As long as a version may be.
pub(super) const MOST_LETTERS: usize = 900_000;
const ROWS: u16 = 30;

/// Shows the whole draft, and saves it.
pub(crate) fn json(visit: &Visit, operator: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let definition = procedures::draft(&code)?.definition;
    let named = |fields: &mut Fields<'_>| {
        let entry = fields.lines("json", &say("design-json-text")).hint(say("design-json-hint")).rows(ROWS);
        entry.initially(definition.written()).most_letters(MOST_LETTERS).text()
    };
    let page = |view: &View| form(visit, &definition, &title("design-json"), view);
    visit.form(named).submit(page, |text| {
        let changed = Definition::read(&text).map_err(|problems| refused(&problems, visit.language()))?;
        sdk::ensure!(changed.entry.code == code, Failure::invalid("json", "code", say("design-other-code")));
        save(visit, &operator, changed)?;
        Ok(Response::redirect(path(&code)))
    })
}

/// Everything for which a text is no definition, each with its place.
pub(super) fn refused(problems: &Problems, language: Language) -> Failure {
    let error = |problem: &crate::definition::Problem| {
        let (at, said) = (&problem.at, problem.said(language).value);
        let message = if at.is_empty() { said } else { format!("{at}: {said}") };
        FieldError { field: at.clone(), code: "definition".to_owned(), message }
    };
    Failure::Invalid(problems.iter().map(error).collect())
}

/// The draft as a file, or the newest version where there is none.
pub(crate) fn export(_: &Visit, _: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    match procedures::find_draft(&code)? {
        Some(draft) => Ok(file(&draft.definition, "borrador")),
        None => {
            let newest = procedures::newest(&code)?;
            let (number, _) = newest.ok_or_else(|| Failure::NotFound(format!("there is no procedure {code}")))?;
            Ok(file(&procedures::version(&code, number)?.definition, &number.to_string()))
        }
    }
}

/// A definition as a file to be saved.
pub(super) fn file(definition: &Definition, version: &str) -> Response {
    let name = format!("{}-{version}.json", definition.entry.code);
    Response::raw(sdk::json::CONTENT_TYPE, definition.written().into_bytes()).to_save_as(&name)
}
