//! What who competes does: writes, submits, takes back; and that nobody reads it before the call closes.

use std::time::Duration;

use portal::PLUGIN;
use portal::definition::Audience;
use portal::funds::{Call, Draft, calls, drafts, proposals};
use sdk::harness::{Browser, Harness, Host, Person};
use sdk::{Represented, RepresentedKind};

use super::setting::{
    CODE, OPEN_FOR, anybody, call, citizen, party, propose, refusal, run, staff, with, with_call, withdraw,
};

/// Ana's proposal as far as the last look.
fn written(harness: &mut Harness) -> Browser {
    let mut ana = citizen("ana");
    ana.visit(harness, "/funds/innova");
    ana.follow(harness, "Postular");
    ana.fill("Título del proyecto", "Un huerto").fill("Resumen", "Para la plaza.\n\nCon la escuela.");
    ana.fill("Monto que pide", "500").press(harness, "Guardar y seguir");
    ana.fill("Cuántas personas", "30").press(harness, "Guardar y seguir");
    ana.attach("Adjuntar archivos", "costos.pdf", "application/pdf", b"%PDF-1.7");
    assert_eq!(ana.press(harness, "Guardar y seguir").errors(), Vec::<String>::new());
    ana
}

/// The number of the proposal that was just submitted.
fn number(browser: &Browser) -> String {
    let path = browser.page().address().split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

#[test]
fn a_proposal_is_written_page_by_page_and_submitted_with_a_signed_receipt() {
    let mut harness = with_call();
    let mut ana = written(&mut harness);
    assert!(ana.page().address().ends_with("/check"), "{}", ana.page().address());
    let text = ana.page().text().replace('\u{a0}', " ");
    for said in ["Un huerto", "Con la escuela.", "Bs 500,00", "30", "costos.pdf"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert_eq!(ana.press(&mut harness, "Presentar la propuesta").errors().len(), 1);
    ana.choose("Declaro que lo que digo es verdad y acepto las reglas de la convocatoria");
    ana.press_twice(&mut harness, "Presentar la propuesta");
    assert_eq!(ana.page().heading(), "Su propuesta está presentada");
    let number = number(&ana);
    ana.visit(&mut harness, &format!("/funds/mine/sent/{number}/receipt"));
    let Some(sdk::web::Content::Blob(id)) = ana.page().content().cloned() else { panic!("there came no file") };
    let receipt = String::from_utf8_lossy(&super::setting::blob(&mut harness, &id)).into_owned();
    for said in [number.as_str(), "Innova La Paz", "Un huerto", "costos.pdf", "SHA-256"] {
        assert!(receipt.contains(said), "{said}");
    }
    let list = ana.visit(&mut harness, "/funds/mine").text();
    assert!(list.contains("Presentada") && !list.contains("Sin presentar"), "{list}");
}

#[test]
fn what_is_wrong_is_said_and_what_is_missing_leads_there() {
    let mut harness = with_call();
    let mut ana = citizen("ana");
    ana.visit(&mut harness, "/funds/mine/innova/check");
    assert_eq!(ana.page().heading(), "Todavía falta algo");
    ana.follow(&mut harness, "El proyecto");
    ana.fill("Título del proyecto", "x").fill("Resumen", "y").fill("Monto que pide", "600,01");
    assert_eq!(ana.press(&mut harness, "Guardar y seguir").errors().len(), 1);
    ana.fill("Monto que pide", "600").press(&mut harness, "Guardar y seguir");
    assert_eq!(ana.fill("Cuántas personas", "0").press(&mut harness, "Guardar y seguir").errors().len(), 1);
    // What was written before is kept.
    ana.visit(&mut harness, "/funds/mine/innova/project");
    assert_eq!(
        (ana.page().value("Título del proyecto"), ana.page().value("Monto que pide")),
        ("x".to_owned(), "600,00".to_owned())
    );
    assert_eq!(ana.visit(&mut harness, "/funds/mine/innova/documents/d9").status(), 404);
}

#[test]
fn nobody_of_the_office_reads_anything_before_the_call_closes() {
    let mut harness = with_call();
    let proposal = propose(&mut harness, "ana", 50_000).expect("it is taken");
    harness.advance(OPEN_FOR - Duration::from_millis(1));
    let path = format!("/funds/proposals/{}", proposal.number);
    for (mut who, path) in [
        (staff("rosa", "funds"), path.clone()),
        (staff("luz", "evaluator"), path.clone()),
        (staff("luz", "evaluator"), format!("{path}/files/x")),
        (staff("luz", "evaluator"), "/funds/evaluations/innova".to_owned()),
        (staff("luz", "evaluator"), format!("/funds/evaluations/innova/{}", proposal.number)),
        (staff("rosa", "funds"), "/funds/office/innova/resolve".to_owned()),
    ] {
        let page = who.visit(&mut harness, &path);
        assert_eq!(page.status(), 403, "{path}");
        assert!(page.text().contains("cuando cierra la convocatoria"), "{path}: {}", page.text());
    }
    let text = staff("rosa", "funds").visit(&mut harness, "/funds/office/innova").text();
    assert!(!text.contains("El proyecto de ana") && !text.contains(&proposal.number), "{text}");
    harness.advance(Duration::from_millis(1));
    let text = staff("rosa", "funds").visit(&mut harness, &path).text();
    assert!(text.contains("El proyecto de ana") && text.contains("Un huerto."), "{text}");
}

#[test]
fn nothing_is_written_submitted_or_taken_back_from_the_closing_time_on() {
    let mut harness = with_call();
    let proposal = propose(&mut harness, "eva", 100).expect("it is taken");
    let mut ana = written(&mut harness);
    ana.choose("Declaro que lo que digo es verdad y acepto las reglas de la convocatoria");
    harness.advance(OPEN_FOR);
    let page = ana.press(&mut harness, "Presentar la propuesta");
    assert_eq!(page.status(), 409);
    assert!(page.text().starts_with("La convocatoria cerró el"), "{}", page.text());
    assert_eq!(ana.visit(&mut harness, "/funds/mine/innova/project").status(), 409);
    assert!(refusal(withdraw(&mut harness, "eva", &proposal.number)).starts_with("La convocatoria cerró el"));
    // What was not submitted can still be thrown away.
    ana.visit(&mut harness, "/funds/mine/innova/discard");
    assert!(!ana.press(&mut harness, "Borrar el borrador").text().contains("Un huerto"));
    assert!(ana.visit(&mut harness, "/funds/mine/innova/discard").status() == 404);
}

#[test]
fn a_call_that_has_not_opened_takes_nothing() {
    let mut harness = with(&Call { opens: call().opens + Duration::from_secs(60), ..call() });
    assert!(refusal(propose(&mut harness, "ana", 100)).starts_with("Esta convocatoria recibe propuestas desde el"));
    harness.advance(Duration::from_secs(60));
    propose(&mut harness, "ana", 100).expect("it is taken");
}

#[test]
fn one_proposal_competes_and_can_be_taken_back_and_written_anew() {
    let mut harness = with_call();
    let first = propose(&mut harness, "ana", 100).expect("it is taken");
    let again = propose(&mut harness, "ana", 200);
    assert!(refusal(again).starts_with("Usted ya compite con una propuesta"));
    let mut ana = citizen("ana");
    ana.visit(&mut harness, &format!("/funds/mine/sent/{}", first.number));
    ana.follow(&mut harness, "Retirar la propuesta");
    assert!(ana.press_twice(&mut harness, "Retirar la propuesta").text().contains("Retirada"));
    assert_eq!(refusal(withdraw(&mut harness, "ana", &first.number)), "Esta propuesta ya fue retirada.");
    // What it said is a draft again.
    ana.visit(&mut harness, "/funds/mine/innova/check");
    ana.choose("Declaro que lo que digo es verdad y acepto las reglas de la convocatoria");
    assert_eq!(ana.press(&mut harness, "Presentar la propuesta").heading(), "Su propuesta está presentada");
    let second = number(&ana);
    withdraw(&mut harness, "ana", &second).expect("it is taken back");
    for _ in 0..3 {
        let one = propose(&mut harness, "ana", 100).expect("it is taken");
        withdraw(&mut harness, "ana", &one.number).expect("it is taken back");
    }
    assert!(refusal(propose(&mut harness, "ana", 100)).contains("cinco veces"));
}

#[test]
fn a_draft_that_was_begun_meanwhile_is_not_overwritten_by_what_is_taken_back() {
    let mut harness = with_call();
    let first = propose(&mut harness, "ana", 100).expect("it is taken");
    let mut ana = citizen("ana");
    ana.visit(&mut harness, "/funds/mine/innova/project");
    ana.fill("Título del proyecto", "Otro").fill("Resumen", "y").fill("Monto que pide", "1");
    ana.press(&mut harness, "Guardar y seguir");
    withdraw(&mut harness, "ana", &first.number).expect("it is taken back");
    ana.visit(&mut harness, "/funds/mine/innova/project");
    assert_eq!(ana.page().value("Título del proyecto"), "Otro");
}

#[test]
fn a_proposal_is_nobody_elses() {
    let mut harness = with_call();
    let proposal = propose(&mut harness, "ana", 100).expect("it is taken");
    for path in ["", "/receipt", "/withdraw", "/files/x"] {
        let path = format!("/funds/mine/sent/{}{path}", proposal.number);
        assert_eq!(citizen("eva").visit(&mut harness, &path).status(), 404, "{path}");
    }
    assert!(anybody().visit(&mut harness, "/funds/mine").asks_to_sign_in());
    assert_eq!(
        refusal(withdraw(&mut harness, "eva", &proposal.number)),
        format!("there is no proposal {}", proposal.number)
    );
}

#[test]
fn a_call_is_for_those_whom_it_names() {
    let mut harness = with_call();
    let company = Represented {
        subject: "company".to_owned(),
        name: "Tejidos Illimani S.R.L.".to_owned(),
        kind: RepresentedKind::Organisation,
    };
    let person = Person::of("tomas").named("Tomás Vaca").representing(company.clone());
    let mut tomas = Browser::of(&PLUGIN).signed_in(person);
    assert_eq!(tomas.visit(&mut harness, "/funds/mine/innova/project").status(), 403);
    let mut harness = with(&Call { audience: vec![Audience::Company], ..call() });
    assert_eq!(citizen("ana").visit(&mut harness, "/funds/mine/innova/project").status(), 403);
    assert_eq!(refusal(propose(&mut harness, "ana", 1)), "Esta convocatoria es para otro tipo de postulantes.");
    assert_eq!(tomas.visit(&mut harness, "/funds/mine/innova/project").status(), 200);
}

#[test]
fn staff_compete_in_the_name_of_an_entity() {
    let mut harness = with_call();
    let mut ines = staff("ines", "applicant-entity");
    ines.visit(&mut harness, "/funds/office");
    ines.follow(&mut harness, "Ver las propuestas que presenté por una entidad");
    ines.visit(&mut harness, "/funds/entity/innova/project");
    ines.fill("Título del proyecto", "Ventanilla").fill("Resumen", "Más rápido.").fill("Monto que pide", "10");
    assert_eq!(ines.press(&mut harness, "Guardar y seguir").errors().len(), 1);
    ines.choose("Gobierno Autónomo Municipal de La Paz").press(&mut harness, "Guardar y seguir");
    ines.fill("Cuántas personas", "9").press(&mut harness, "Guardar y seguir");
    ines.press(&mut harness, "Guardar y seguir");
    ines.choose("Declaro que lo que digo es verdad y acepto las reglas de la convocatoria");
    assert_eq!(ines.press(&mut harness, "Presentar la propuesta").heading(), "Su propuesta está presentada");
    let number = number(&ines);
    harness.advance(OPEN_FOR);
    let text = staff("rosa", "funds").visit(&mut harness, &format!("/funds/proposals/{number}")).text();
    assert!(text.contains("Gobierno Autónomo Municipal de La Paz (Entidades del Estado)"), "{text}");
    assert_eq!(staff("rosa", "funds").visit(&mut harness, "/funds/entity").status(), 403);
}

#[test]
fn many_proposals_of_the_same_moment_do_not_make_each_other_wait() {
    let mut harness = with(&Call { schema: None, ..call() });
    harness.meanwhile(|harness| drop(propose(harness, "eva", 100)));
    let before = harness.attempts("portal");
    propose(&mut harness, "ana", 100).expect("it is taken");
    // One attempt for each: neither had to begin anew.
    assert_eq!(harness.attempts("portal") - before, 2);
    let of_ana = run(&mut harness, |_| proposals::of(&party("ana"), &sdk::collections::PageRequest::first(5)));
    assert_eq!(of_ana.map(|page| page.items.len()), Ok(1));
}

/// Whether a file is still kept.
fn is_kept(harness: &mut Harness, blob: &str) -> bool {
    run(harness, |_| Ok(sdk::blobs::stat(blob).is_some())).expect("a look")
}

/// The file of a draft.
fn file_of(harness: &mut Harness, subject: &str) -> String {
    let draft = run(harness, |_| drafts::find(&party(subject), &super::setting::code(CODE)));
    let draft = draft.expect("a look").expect("a draft");
    draft.documents.values().flatten().next().expect("a file").blob.clone()
}

#[test]
fn a_file_is_deleted_when_it_is_taken_away_and_with_its_draft() {
    let mut harness = with_call();
    let mut ana = written(&mut harness);
    let first = file_of(&mut harness, "ana");
    ana.visit(&mut harness, "/funds/mine/innova/documents/d1");
    ana.choose("costos.pdf").attach("Adjuntar archivos", "otros.pdf", "application/pdf", b"%PDF-1.7");
    ana.press(&mut harness, "Guardar y seguir");
    let second = file_of(&mut harness, "ana");
    assert!(!is_kept(&mut harness, &first) && is_kept(&mut harness, &second));
    ana.visit(&mut harness, "/funds/mine/innova/discard");
    ana.press(&mut harness, "Borrar el borrador");
    assert!(!is_kept(&mut harness, &second));
}

#[test]
fn a_file_that_was_submitted_outlives_the_draft_that_its_proposal_became_again() {
    let mut harness = with_call();
    let mut ana = written(&mut harness);
    let file = file_of(&mut harness, "ana");
    ana.choose("Declaro que lo que digo es verdad y acepto las reglas de la convocatoria");
    ana.press(&mut harness, "Presentar la propuesta");
    let number = number(&ana);
    assert!(is_kept(&mut harness, &file));
    withdraw(&mut harness, "ana", &number).expect("it is taken back");
    ana.visit(&mut harness, "/funds/mine/innova/discard");
    ana.press(&mut harness, "Borrar el borrador");
    assert_eq!(ana.visit(&mut harness, &format!("/funds/mine/sent/{number}/files/{file}")).status(), 200);
    assert!(is_kept(&mut harness, &file));
}

#[test]
fn a_call_that_has_all_proposals_says_so_before_another_is_written() {
    let mut harness = with(&Call { schema: None, documents: Vec::new(), ..call() });
    let mut ana = citizen("ana");
    ana.visit(&mut harness, "/funds/mine/innova/project");
    ana.fill("Título del proyecto", "x").fill("Resumen", "y").fill("Monto que pide", "1");
    ana.press(&mut harness, "Guardar y seguir");
    ana.choose("Declaro que lo que digo es verdad y acepto las reglas de la convocatoria");
    for number in 0..proposals::MOST {
        propose(&mut harness, &format!("citizen-{number}"), 100).expect("it is taken");
    }
    // Who comes last is refused by the counter's bounds: nothing of hers is lost.
    assert_eq!(ana.press(&mut harness, "Presentar la propuesta").status(), 409);
    let full = "Esta convocatoria ya recibió todas las propuestas que se pueden evaluar. No se recibe otra.";
    let page = ana.visit(&mut harness, "/funds/mine/innova/check");
    assert_eq!((page.status(), page.text()), (409, full.to_owned()));
    let text = anybody().visit(&mut harness, "/funds/innova").text();
    assert!(text.contains(full) && !text.contains("Postular"), "{text}");
    assert!(ana.visit(&mut harness, "/funds/mine").text().contains("Sin presentar"));
}

#[test]
fn an_entity_competes_once_whoever_of_the_staff_writes_for_it() {
    let mut harness = with(&Call { schema: None, documents: Vec::new(), ..call() });
    let submit = |harness: &mut Harness, id: &str| {
        let mut who = staff(id, "applicant-entity");
        who.visit(harness, "/funds/entity/innova/project");
        who.fill("Título del proyecto", "Ventanilla").fill("Resumen", "Más rápido.").fill("Monto que pide", "10");
        who.choose("Gobierno Autónomo Municipal de La Paz").press(harness, "Guardar y seguir");
        who.choose("Declaro que lo que digo es verdad y acepto las reglas de la convocatoria");
        who.press(harness, "Presentar la propuesta");
        who
    };
    let mut ines = submit(&mut harness, "ines");
    let first = number(&ines);
    let refused = submit(&mut harness, "iris");
    assert_eq!(refused.page().status(), 409);
    assert!(refused.page().text().starts_with("Esta entidad ya compite"), "{}", refused.page().text());
    ines.visit(&mut harness, &format!("/funds/entity/sent/{first}/withdraw"));
    ines.press(&mut harness, "Retirar la propuesta");
    assert_eq!(submit(&mut harness, "iris").page().heading(), "Su propuesta está presentada");
}

#[test]
fn who_has_as_many_drafts_as_she_may_can_still_take_a_proposal_back() {
    let mut harness = with(&Call { schema: None, documents: Vec::new(), ..call() });
    let first = propose(&mut harness, "ana", 100).expect("it is taken");
    for number in 0..50 {
        let other = Call { code: super::setting::code(&format!("other-{number}")), schema: None, ..call() };
        super::setting::publish(&mut harness, &other).expect("it is published");
        run(&mut harness, |context| {
            let draft = Draft {
                call: other.code.clone(),
                project: None,
                answers: Default::default(),
                documents: Default::default(),
                submitted: Default::default(),
                changed: context.time(),
            };
            drafts::keep(&calls::find(&other.code)?.accepting(context.time())?, &party("ana"), draft)
        })
        .expect("it is kept");
    }
    let mut ana = citizen("ana");
    let text = ana.visit(&mut harness, &format!("/funds/mine/sent/{}/withdraw", first.number)).text();
    assert!(text.contains("no vuelve a ser un borrador"), "{text}");
    assert!(ana.press(&mut harness, "Retirar la propuesta").text().contains("Retirada"));
}
