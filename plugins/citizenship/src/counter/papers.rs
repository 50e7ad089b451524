//! Somebody's particulars as they stand on the papers that she shows: an account is made of them, or corrected by them. The
//! identity register is asked too; who sees the person decides, and that she was told otherwise stays in the history.

use sdk::accounts::{self, Account, Refusal};
use sdk::form::{Fields, View};
use sdk::html::{Button, Column, Markup, Table, Tone, html};
use sdk::notices::{self, Notice};
use sdk::web::{Operator, Path, Response, Visit};
use sdk::{Assurance, Date, Failure, ensure, log};

use super::{back, not_her_own, path, seen, whose};
use crate::card::CardNumber;
use crate::enrolment;
use crate::history::{self, Action, Entry, RegisterSaid};
use crate::identity_register::{self, Registered};
use crate::names::{Names, compared};
use crate::page::{no_account, notice, page, say};
use crate::particulars::{self, Contact, FilledBy, person};
use crate::registers::Asked;

/// What was written down.
struct Papers {
    /// The number of the document: of an account that is there, another one where it was wrong.
    card: CardNumber,
    names: Names,
    born: Date,
    contact: Contact,
    note: String,
}

/// What the register said, and what it says otherwise: of what, as it was written down, and as the register has it.
struct Compared {
    said: RegisterSaid,
    differences: Vec<[String; 3]>,
}

/// The field that says what a form is for.
const PURPOSE: &str = "purpose";

/// Makes an account, or corrects the one there is.
pub(crate) fn account(visit: &Visit, operator: Operator, Path(card): Path<CardNumber>) -> Result<Response, Failure> {
    let there = card.account().map_err(no_account)?;
    there.as_ref().map_or(Ok(()), |account| not_her_own(account, &operator))?;
    // Whether there was an account when the form was shown.
    let is_as_shown = !visit.is_submission() || visit.sent(PURPOSE) == Some(purpose(there.as_ref()));
    ensure!(is_as_shown, Failure::Conflict(say("account-meanwhile")));
    let fields = |fields: &mut Fields<'_>| papers(fields, visit, &card, there.as_ref());
    let form = visit.form(fields);
    let sent = form.view().clone();
    let shown = |form: &View| {
        let content = html! { (head(&card, there.as_ref())) (form.with(&say(button(there.as_ref())))) (back(&card)) };
        page(visit, title(there.as_ref()), content)
    };
    form.submit(shown, |papers| {
        let compared = compare(visit, &papers)?;
        if compared.said != RegisterSaid::Same && visit.sent("otherwise") != Some("accepted") {
            return Ok(ask(visit, &card, there.as_ref(), &sent, &compared));
        }
        match &there {
            Some(account) => correct(visit, &operator, &card, account, papers, compared.said),
            None => make(visit, &operator, papers, compared.said),
        }
    })
}

fn papers(fields: &mut Fields<'_>, visit: &Visit, card: &CardNumber, there: Option<&Account>) -> Option<Papers> {
    let before = there.map(|account| &account.person);
    fields.hidden(PURPOSE, purpose(there));
    let card = match there {
        Some(_) => particulars::corrected_card(fields, card.as_str()),
        None => Some(card.clone()),
    };
    let names = particulars::names(fields, FilledBy::Operator, before);
    let born = particulars::born(fields, visit, FilledBy::Operator, before);
    let contact = particulars::contact(fields, FilledBy::Operator, before);
    let note = seen(fields);
    Some(Papers { card: card?, names: names?, born: born?, contact: contact?, note: note? })
}

fn make(visit: &Visit, operator: &Operator, papers: Papers, said: RegisterSaid) -> Result<Response, Failure> {
    let Papers { card, names, born, contact, note, .. } = papers;
    let person = person(&card, names, born, contact);
    let enrolment = accounts::create(&person, Assurance::High).map_err(no_account)?;
    let entry = Entry::at_counter(Action::Made, operator, note).with_register(said);
    history::note(visit, &enrolment.subject, &entry)?;
    notices::tell(&Notice::new(&enrolment.subject, "told-made").leading_to("/profile"))?;
    log::info("account made at the counter", &[("operator.id", &operator.id)]);
    Ok(enrolment::to_hand_over(visit, "account-made", &person.full_name(), &enrolment, &path(&card, "")))
}

fn correct(
    visit: &Visit,
    operator: &Operator,
    card: &CardNumber,
    account: &Account,
    papers: Papers,
    said: RegisterSaid,
) -> Result<Response, Failure> {
    let Papers { card: corrected, names, born, contact, note, .. } = papers;
    match accounts::change(&account.subject, &person(&corrected, names, born, contact)) {
        Ok(()) => {}
        Err(Refusal::DocumentTaken) => return Err(Failure::invalid("document", "taken", say("document-taken"))),
        Err(other) => return Err(no_account(other)),
    }
    let entry = Entry::at_counter(Action::Corrected, operator, note).with_register(said);
    let entry = if corrected == *card { entry } else { entry.of_document_before(card) };
    history::note(visit, &account.subject, &entry)?;
    notices::tell(&Notice::new(&account.subject, "told-corrected").leading_to("/profile"))?;
    log::info("particulars corrected at the counter", &[("operator.id", &operator.id)]);
    Ok(Response::redirect(path(&corrected, "")))
}

fn compare(visit: &Visit, papers: &Papers) -> Result<Compared, Failure> {
    Ok(match identity_register::ask(&papers.card)? {
        Asked::Known(registered) => {
            let differences = differences(visit, &registered, papers);
            let said = if differences.is_empty() { RegisterSaid::Same } else { RegisterSaid::Other };
            Compared { said, differences }
        }
        Asked::Unknown => Compared { said: RegisterSaid::Nobody, differences: Vec::new() },
        Asked::Unanswered => Compared { said: RegisterSaid::Nothing, differences: Vec::new() },
    })
}

fn differences(visit: &Visit, registered: &Registered, papers: &Papers) -> Vec<[String; 3]> {
    let names = &papers.names;
    let surnames = [Some(names.first_surname.as_str()), names.second_surname.as_deref()];
    let surnames = surnames.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let day = |day: Date| day.in_words(visit.language());
    let mut found = Vec::new();
    for (what, written, known) in
        [("given-names", &names.given, &registered.nombres), ("surnames", &surnames, &registered.apellidos)]
    {
        if compared(written) != compared(known) {
            found.push([say(what), written.clone(), known.clone()]);
        }
    }
    if papers.born != registered.fecha_nacimiento {
        found.push([say("born"), day(papers.born), day(registered.fecha_nacimiento)]);
    }
    if !registered.vigente {
        found.push([say("card"), say("card-shown"), say("card-not-good")]);
    }
    found
}

/// What the register says otherwise, with the form that takes place all the same.
fn ask(visit: &Visit, card: &CardNumber, there: Option<&Account>, sent: &View, compared: &Compared) -> Response {
    let (title, text) = match compared.said {
        RegisterSaid::Same | RegisterSaid::Other => ("register-other", "register-other-why"),
        RegisterSaid::Nobody => ("register-nobody", "register-nobody-why"),
        RegisterSaid::Nothing => ("register-nothing", "register-nothing-why"),
    };
    let rows: Vec<Vec<Markup>> =
        compared.differences.iter().map(|row| row.iter().map(|cell| html! { (cell) }).collect()).collect();
    let headings = ["what", "written-down", "in-register"].map(say);
    let columns: Vec<Column<'_>> = headings.iter().map(|heading| Column::text(heading)).collect();
    let (again, anyway) = (say("compare-again"), say("all-the-same"));
    let buttons = html! { (Button::primary(&again)) (Button::danger(&anyway).sends("otherwise", "accepted")) };
    let content = html! {
        (notice(Tone::Warning, title, text))
        @if !rows.is_empty() { (Table::new("differences", &say("differences"), &columns, &rows)) }
        (head(card, there))
        (sent.around(buttons))
        (back(card))
    };
    page(visit, self::title(there), content)
}

fn head(card: &CardNumber, there: Option<&Account>) -> Markup {
    match there {
        Some(account) => whose(account),
        None => html! { p { (say("card")) ": " strong { (card) } } p { (say("make-account-for")) } },
    }
}

fn title(there: Option<&Account>) -> &'static str {
    if there.is_some() { "correct-particulars" } else { "make-account" }
}

fn button(there: Option<&Account>) -> &'static str {
    if there.is_some() { "save" } else { "make-account" }
}

fn purpose(there: Option<&Account>) -> &'static str {
    if there.is_some() { "correct" } else { "make" }
}
