//! Help by telephone.

use std::time::Duration;

use portal::application::{Assistance, Event};
use portal::drafts;
use sdk::harness::{Browser, Harness, Host, NoAnswer, PageCall};
use sdk::web::{Method, Request};
use sdk::{Assurance, Author, Caller, Citizen, Failure, Field};

use super::common::{
    ANSWER, NOTICE, ana, answer, eva, fill, harness, history, luz, of, press, send_back, staff, submit, submitted, told,
};

const MINUTE: Duration = Duration::from_secs(60);
const CODE: &str = "Código de la persona";
const ABOUT: &str = "Número del trámite o del borrador";
const REFUSED: &str = "Con estos datos no se puede ayudar. Pida a la persona que lea otra vez el código y el número, o que cree \
                       otro código.";
const TOO_MANY: &str = "Escribió 5 veces datos que no sirven. Espere una hora.";

/// Makes a code, and gives it as it is shown.
pub fn code_of(browser: &mut Browser, harness: &mut Harness) -> String {
    browser.visit(harness, "/help");
    press(browser, harness, "help-make-code");
    let text = browser.page().text();
    let digits = text.split_whitespace().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let code = digits.map(str::to_owned).collect::<String>();
    assert!(code.len() >= 8, "{text}");
    code[..8].to_owned()
}

/// Types a code, and gives what is wrong with it.
fn help(browser: &mut Browser, harness: &mut Harness, code: &str, about: &str) -> Vec<String> {
    browser.visit(harness, "/assist");
    browser.fill(CODE, code).fill(ABOUT, about);
    press(browser, harness, "help-begin");
    browser.page().errors()
}

/// Luz, whom Ana lets help.
pub fn helping(harness: &mut Harness) -> Browser {
    let code = code_of(&mut ana(), harness);
    let mut luz = luz();
    assert_eq!(help(&mut luz, harness, &code, ""), Vec::<String>::new());
    luz
}

fn another(code: &str) -> String {
    let last = if code.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &code[..7])
}

#[test]
fn an_operator_fills_in_and_submits_for_who_read_her_code_out() {
    let mut harness = harness();
    let mut luz = helping(&mut harness);
    assert_eq!(luz.page().address(), "/assist");
    assert!(luz.page().text().contains("Ana Quispe"), "{}", luz.page().text());
    assert_eq!(told(&harness, "ana"), ["Alguien le está ayudando"]);

    luz.follow(&mut harness, "Trámite aviso");
    assert!(luz.page().text().contains("Usted ayuda a"));
    press(&mut luz, &mut harness, "begin-now");
    answer(&mut luz, &mut harness);
    assert!(luz.page().address().starts_with("/assist/drafts/"));
    // The citizen sees what was filled in for her, and by whom.
    let hers = ana().visit(&mut harness, "/applications").text();
    assert!(hers.contains("Una persona de la entidad le ayudó a llenarlo"), "{hers}");

    press(&mut luz, &mut harness, "submit");
    assert_eq!((luz.page().status(), luz.page().errors().len()), (422, 1), "it is read back before");
    submit(&mut luz, &mut harness, "help-read-back");
    assert!(luz.page().address().ends_with("/submitted") && luz.page().address().starts_with("/assist/applications/"));

    let application = of(&mut harness, "ana").pop().expect("it is hers");
    let (call_centre, operator) = (Assistance::CallCentre("luz".to_owned()), Author::Operator("luz".to_owned()));
    assert_eq!(application.applicant.assistance, Some(call_centre.clone()));
    let history = history(&mut harness, &application.number);
    assert_eq!((&history[0].author, &history[0].assistance), (&operator, &Some(call_centre)));
    assert_eq!((&history[1].author, &history[1].assistance), (&Author::System, &None));
    let hers = ana().visit(&mut harness, &format!("/applications/{}", application.number)).text();
    assert!(hers.contains("La entidad, en nombre de la persona (por teléfono)"), "{hers}");
    assert_eq!(told(&harness, "ana")[1..], ["Se envió un trámite por usted"]);
}

#[test]
fn an_operator_corrects_for_her_after_reading_back() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    send_back(&mut harness, &number);
    let mut luz = helping(&mut harness);
    luz.visit(&mut harness, &format!("/assist/applications/{number}"));
    luz.follow(&mut harness, "Corregir");
    luz.fill("Para qué", "Una feria de libros");
    press(&mut luz, &mut harness, "submit-again");
    assert_eq!(luz.page().status(), 422);
    luz.choose("Leí todo a la persona. Ella dijo que es verdad y que quiere enviarlo.");
    press(&mut luz, &mut harness, "submit-again");
    assert_eq!(luz.page().address(), format!("/assist/applications/{number}"));
    let corrected = history(&mut harness, &number).into_iter().find(|one| matches!(one.event, Event::Corrected { .. }));
    let corrected = corrected.expect("it was corrected");
    assert_eq!(corrected.assistance, Some(Assistance::CallCentre("luz".to_owned())));
    assert!(told(&harness, "ana").contains(&"Se corrigió su trámite".to_owned()));
    // What can only be done by herself is not offered.
    assert!(!luz.page().links().iter().any(|link| link == "Mensajes"), "{:?}", luz.page().links());
}

#[test]
fn the_number_of_what_she_calls_about_leads_there() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    let code = code_of(&mut ana(), &mut harness);
    let mut luz = luz();
    assert_eq!(help(&mut luz, &mut harness, &code, &number.to_lowercase().replace('-', " ")), Vec::<String>::new());
    assert_eq!(luz.page().address(), format!("/assist/applications/{number}"));
    fill(&mut ana(), &mut harness, &format!("/apply/{NOTICE}"));
    let draft = draft(&mut harness);
    let code = code_of(&mut ana(), &mut harness);
    luz.visit(&mut harness, "/assist");
    press(&mut luz, &mut harness, "help-end");
    let spaced = format!("{} {}", &code[..4], &code[4..]);
    assert_eq!(help(&mut luz, &mut harness, &spaced, &draft), Vec::<String>::new());
    assert_eq!(luz.page().address(), format!("/assist/drafts/{draft}/at/check"));
    assert!(luz.page().text().contains(ANSWER));
}

fn draft(harness: &mut Harness) -> String {
    let owner = portal::application::Applicant {
        subject: "ana".to_owned(),
        name: None,
        represents: None,
        person: None,
        assistance: None,
    };
    harness.run("portal", |_| drafts::of(&owner)).expect("they read").pop().expect("a draft").id
}

#[test]
fn a_code_that_opens_nothing_is_refused_in_the_same_words() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    let good = code_of(&mut ana(), &mut harness);
    let evas = code_of(&mut eva(), &mut harness);
    let mut ana = ana();
    let ended = code_of(&mut ana, &mut harness);
    ana.visit(&mut harness, "/help");
    while ana.page().text().contains("Código sin usar") {
        press(&mut ana, &mut harness, "help-end-code");
    }
    assert_ne!(good, ended);
    let wrong = another(&evas);
    // Wrong, none at all, ended by her, and another one's application.
    for (code, about) in [(wrong.as_str(), ""), ("12 34", ""), (&good, ""), (&ended, ""), (&evas, &number)] {
        let operator = format!("luz-{}", code.len() + about.len());
        let mut luz = staff(&operator, "Luz", "assistant");
        assert_eq!(help(&mut luz, &mut harness, code, about), [REFUSED], "{code} {about}");
        assert_eq!(luz.page().status(), 200, "the try is counted");
    }
    // A try that was refused used nothing up.
    assert_eq!(help(&mut luz(), &mut harness, &evas, ""), Vec::<String>::new());
    // Used.
    let mut other = staff("lia", "Lía", "assistant");
    assert_eq!(help(&mut other, &mut harness, &evas, ""), [REFUSED]);
    // Expired.
    let late = code_of(&mut eva(), &mut harness);
    harness.advance(MINUTE * 15);
    assert_eq!(help(&mut other, &mut harness, &late, ""), [REFUSED]);
}

#[test]
fn nobody_helps_herself() {
    let mut harness = harness();
    let mut luz = staff("ana", "Ana Quispe", "assistant");
    let code = code_of(&mut ana(), &mut harness);
    assert_eq!(help(&mut luz, &mut harness, &code, ""), [REFUSED]);
}

#[test]
fn who_guesses_is_stopped_for_an_hour() {
    let mut harness = harness();
    let code = code_of(&mut ana(), &mut harness);
    let mut luz = luz();
    for _ in 0..5 {
        assert_eq!(help(&mut luz, &mut harness, &another(&code), ""), [REFUSED]);
    }
    assert_eq!(help(&mut luz, &mut harness, &code, ""), [TOO_MANY], "not even the right one");
    assert_eq!(luz.page().status(), 429);
    harness.advance(MINUTE * 60);
    let code = code_of(&mut ana(), &mut harness);
    assert_eq!(help(&mut luz, &mut harness, &code, ""), Vec::<String>::new());
}

#[test]
fn without_an_open_consent_there_is_nothing() {
    let mut harness = harness();
    let number = submitted(&mut harness, NOTICE);
    fill(&mut ana(), &mut harness, &format!("/apply/{NOTICE}"));
    let draft = draft(&mut harness);
    let pages = [
        "/assist/applications".to_owned(),
        format!("/assist/applications/{number}"),
        format!("/assist/applications/{number}/receipt"),
        format!("/assist/apply/{NOTICE}"),
        format!("/assist/drafts/{draft}"),
        format!("/assist/drafts/{draft}/at/motivo"),
    ];
    for page in &pages {
        assert_eq!(luz().visit(&mut harness, page).status(), 403, "{page}");
    }
    let mut luz = helping(&mut harness);
    for page in &pages {
        assert_eq!(luz.visit(&mut harness, page).status(), 200, "{page}");
    }
    // Of somebody else's there is nothing either, and others cannot come in by it.
    let evas = {
        fill(&mut eva(), &mut harness, &format!("/apply/{NOTICE}"));
        "/assist/applications"
    };
    assert_eq!(luz.visit(&mut harness, evas).text().matches("Trámite aviso").count(), 2);
    let mut lia = staff("lia", "Lía", "assistant");
    assert_eq!(lia.visit(&mut harness, &pages[0]).status(), 403);
    let mut ivan = staff("ivan", "Iván", "counter");
    assert_eq!(ivan.visit(&mut harness, "/assist").status(), 403);
    harness.advance(MINUTE * 30);
    for page in &pages {
        assert_eq!(luz.visit(&mut harness, page).status(), 403, "{page}");
    }
}

#[test]
fn she_sees_who_helps_and_ends_it() {
    let mut harness = harness();
    let mut luz = helping(&mut harness);
    luz.visit(&mut harness, &format!("/assist/apply/{NOTICE}"));
    press(&mut luz, &mut harness, "begin-now");
    let mut ana = ana();
    let text = ana.visit(&mut harness, "/help").text();
    assert!(text.contains("Luz Mamani ve sus trámites"), "{text}");
    press(&mut ana, &mut harness, "help-end");
    assert!(!ana.page().text().contains("Le están ayudando ahora"));
    assert_eq!(ana.page().rows().len(), 1, "who has helped her stays to be seen");
    luz.fill("Para qué", ANSWER);
    press(&mut luz, &mut harness, "continue");
    assert_eq!(luz.page().status(), 403, "what was typed meanwhile is not kept");
    assert!(luz.visit(&mut harness, "/assist").text().contains("Pida a la persona el código"));
    // Another one cannot end it.
    let mut luz = helping(&mut harness);
    let page = ana.visit(&mut harness, "/help").html().to_owned();
    let id = page.split_once("name=\"help\" value=\"").and_then(|(_, rest)| rest.split_once('"')).expect("an id").0;
    assert!(!eva().visit(&mut harness, "/help").text().contains("Le están ayudando ahora"));
    assert_eq!(posted_by("eva", id, &mut harness), 404);
    assert_eq!(luz.visit(&mut harness, "/assist/applications").status(), 200, "it goes on");
}

/// The status of a form that somebody makes by herself, with the id of a call.
fn posted_by(subject: &str, id: &str, harness: &mut Harness) -> u16 {
    let citizen = Citizen { subject: subject.to_owned(), name: None, assurance: Assurance::High, represents: None };
    let request = Request {
        method: Method::Post,
        path: "/help".to_owned(),
        route: "/help".to_owned(),
        params: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        form: vec![Field { name: "help".to_owned(), value: id.to_owned() }],
        uploads: Vec::new(),
        content_type: "application/x-www-form-urlencoded".to_owned(),
        body: Vec::new(),
    };
    let call = PageCall {
        plugin: "portal".to_owned(),
        caller: Caller::Citizen(citizen),
        locale: "es".to_owned(),
        request,
        files: Vec::new(),
        submission: None,
    };
    match harness.show(&call) {
        Ok(response) => response.status,
        Err(NoAnswer::Failed(Failure::NotFound(_))) => 404,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_page_of_one_citizen_does_nothing_for_the_next() {
    let mut harness = harness();
    let mut luz = helping(&mut harness);
    let mut old = luz.clone();
    old.visit(&mut harness, &format!("/assist/apply/{NOTICE}"));
    luz.visit(&mut harness, "/assist");
    press(&mut luz, &mut harness, "help-end");
    let code = code_of(&mut eva(), &mut harness);
    help(&mut luz, &mut harness, &code, "");
    press(&mut old, &mut harness, "begin-now");
    assert_eq!(old.page().status(), 409);
    assert!(!eva().visit(&mut harness, "/applications").text().contains("Trámite aviso"));
}

#[test]
fn three_codes_are_open_at_most_and_none_is_shown_again() {
    let mut harness = harness();
    let mut ana = ana();
    let mut late = ana.clone();
    late.visit(&mut harness, "/help");
    let codes: Vec<String> = (0..3).map(|_| code_of(&mut ana, &mut harness)).collect();
    let page = ana.visit(&mut harness, "/help").text();
    assert!(codes.iter().all(|code| !page.contains(code.as_str())));
    assert!(page.contains("Tiene 3 códigos sin usar"), "{page}");
    // A page that was shown before.
    press(&mut late, &mut harness, "help-make-code");
    assert_eq!(late.page().status(), 409);
    harness.advance(MINUTE * 15);
    code_of(&mut late, &mut harness);
}
