//! What evaluators do: each by herself, with reasons, until all have finished; and what comes of it.

use portal::funds::{Call, Mark, Part, Reader, Stage, calls, evaluation, history, proposals};
use sdk::harness::{Harness, Host, NoAnswer};
use sdk::{Failure, Money};

use super::setting::{
    CODE, OPEN_FOR, anybody, blob, call, citizen, code, finish, judge, mark, marks, propose, refusal, run, settle,
    staff, with, with_call,
};

/// A call that has closed with the proposals of Ana and Eva.
fn closed() -> (Harness, String, String) {
    let mut harness = with_call();
    let ana = propose(&mut harness, "ana", 60_000).expect("it is taken").number;
    let eva = propose(&mut harness, "eva", 50_000).expect("it is taken").number;
    harness.advance(OPEN_FOR);
    (harness, ana, eva)
}

#[test]
fn an_evaluator_gives_points_with_reasons_and_sees_only_hers() {
    let (mut harness, ana, eva) = closed();
    mark(&mut harness, "mario", &ana, &[11, 12]).expect("points");
    let mut luz = staff("luz", "evaluator");
    luz.visit(&mut harness, "/funds/office");
    luz.follow(&mut harness, "Innova La Paz");
    luz.follow(&mut harness, "El proyecto de ana");
    assert!(!luz.page().text().contains("11"), "{}", luz.page().text());
    luz.fill("Puntos: Innovación", "101").fill("Puntos: Alcance", "70");
    assert_eq!(luz.press(&mut harness, "Guardar los puntos").errors().len(), 3);
    luz.fill("Puntos: Innovación", "80").fill("Por qué esos puntos: Innovación", "Es nuevo.");
    luz.fill("Por qué esos puntos: Alcance", "Llega lejos.").press(&mut harness, "Guardar los puntos");
    assert_eq!(luz.page().rows()[0][2], "Con sus puntos");
    let text = luz.visit(&mut harness, &format!("/funds/proposals/{ana}")).text();
    assert!(text.contains("Es nuevo.") && !text.contains("por 11 razones"), "{text}");
    let text = staff("rosa", "funds").visit(&mut harness, &format!("/funds/proposals/{ana}")).text();
    assert!(!text.contains("Es nuevo.") && !text.contains("Dio puntos"), "{text}");
    // She changes her mind before she finishes.
    luz.visit(&mut harness, &format!("/funds/evaluations/innova/{ana}"));
    assert_eq!(luz.page().value("Puntos: Innovación"), "80");
    luz.fill("Puntos: Innovación", "90").press(&mut harness, "Guardar los puntos");
    let of_luz = judge(&mut harness, "luz", |evaluator, _| evaluator.part(&evaluator.proposal(&ana)?));
    let Ok(Some(Part::Marked(given))) = of_luz else { panic!("she gave points") };
    assert_eq!(given[0], Mark { points: 90, reason: "Es nuevo.".to_owned() });
    assert_eq!(
        finish(&mut harness, "luz").map(|_| ()),
        Err(NoAnswer::Failed(Failure::Conflict("Todavía le queda una propuesta por evaluar.".to_owned())))
    );
    mark(&mut harness, "luz", &eva, &[50, 50]).expect("points");
    luz.visit(&mut harness, "/funds/evaluations/innova");
    assert!(luz.press(&mut harness, "Terminar mi evaluación").text().contains("Usted terminó"));
    assert_eq!(refusal(mark(&mut harness, "luz", &ana, &[1, 1])), "Usted ya terminó su evaluación.");
    // What she said she reads; there is no form that would be refused.
    for path in ["", "/abstain"] {
        luz.visit(&mut harness, &format!("/funds/evaluations/innova/{ana}{path}"));
        assert!(!luz.page().text().contains("Puntos en") && !luz.page().text().contains("Declarar un"), "{path}");
    }
    luz.visit(&mut harness, "/funds/evaluations/innova");
    assert!(luz.follow(&mut harness, "El proyecto de ana").text().contains("Es nuevo."));
}

#[test]
fn when_all_have_finished_their_points_are_open_to_each_other_and_change_no_more() {
    let (mut harness, ana, eva) = closed();
    for id in ["luz", "mario"] {
        for (number, points) in [(&ana, [80, 70]), (&eva, [60, 50])] {
            mark(&mut harness, id, number, &points).expect("points");
        }
        let sees = judge(&mut harness, id, |evaluator, _| {
            let proposal = evaluator.proposal(&ana)?;
            evaluation::parts(evaluator.opened(), &proposal, Reader::Evaluator(evaluator))
        });
        assert_eq!(sees.expect("a look").len(), 1);
        finish(&mut harness, id).expect("she has judged all");
    }
    let call = run(&mut harness, |_| calls::find(&code(CODE))).expect("the call");
    assert_eq!(call.stage, Stage::Scored);
    let text = staff("luz", "evaluator").visit(&mut harness, &format!("/funds/proposals/{ana}")).text();
    assert!(text.contains("Evaluador 1") && text.contains("Evaluador 2"), "{text}");
    let closed = "La convocatoria no está en evaluación, o los puntos ya están a la vista.";
    assert_eq!(refusal(mark(&mut harness, "mario", &ana, &[1, 1])), closed);
    let declared = judge(&mut harness, "mario", |evaluator, context| evaluator.abstain(context, &ana, "tarde"));
    assert_eq!(refusal(declared), closed);
}

#[test]
fn who_declares_a_conflict_reads_the_proposal_no_more_and_her_part_is_left_out() {
    let (mut harness, ana, eva) = closed();
    mark(&mut harness, "mario", &ana, &[100, 100]).expect("points");
    let mut mario = staff("mario", "evaluator");
    mario.visit(&mut harness, &format!("/funds/evaluations/innova/{ana}"));
    mario.follow(&mut harness, "Declarar un conflicto de interés");
    mario.fill("Cuál es el conflicto", "Es mi prima.").press(&mut harness, "Declarar un conflicto de interés");
    assert_eq!(mario.page().rows()[0][2], "Conflicto de interés");
    for path in [format!("/funds/evaluations/innova/{ana}"), format!("/funds/proposals/{ana}")] {
        assert_eq!(mario.visit(&mut harness, &path).status(), 403, "{path}");
    }
    let refused = "Usted no evalúa esta propuesta: es suya, o declaró un conflicto de interés.";
    assert_eq!(refusal(mark(&mut harness, "mario", &ana, &[100, 100])), refused);
    mark(&mut harness, "mario", &eva, &[70, 70]).expect("points");
    mark(&mut harness, "luz", &eva, &[70, 70]).expect("points");
    mark(&mut harness, "luz", &ana, &[60, 60]).expect("points");
    for id in ["luz", "mario"] {
        finish(&mut harness, id).expect("all is judged");
    }
    settle(&mut harness, "").expect("a result");
    let mut anybody = anybody();
    anybody.visit(&mut harness, "/funds/innova/result");
    let places: Vec<Vec<String>> = anybody.page().rows();
    assert!(
        places.iter().any(|row| row[0] == "1" && row[1].contains("El proyecto de eva") && row[2] == "70,00"),
        "{places:?}"
    );
    assert!(places.iter().any(|row| row[0] == "2" && row[2] == "60,00" && row[4].contains("no alcanzó")), "{places:?}");
    let text = anybody.follow(&mut harness, "El proyecto de ana").text();
    assert!(
        text.contains("declaró un conflicto") && !text.contains("prima") && text.contains("por 60 razones"),
        "{text}"
    );
    // All that happened is on record, with what was said before.
    let entries = run(&mut harness, |context| {
        let call = calls::find(&code(CODE))?;
        let proposal = proposals::find_opened(&call.opened(context.time())?, &ana)?;
        history::read_proposal(&call, &proposal)
    });
    assert_eq!(entries.expect("a history").len(), 5);
}

#[test]
fn where_all_have_a_conflict_another_evaluator_is_named_before_points_are_open() {
    let mut harness = with(&Call { evaluators: call().evaluators[..1].to_vec(), ..call() });
    let ana = propose(&mut harness, "ana", 100).expect("it is taken").number;
    harness.advance(OPEN_FOR);
    judge(&mut harness, "luz", |evaluator, context| evaluator.abstain(context, &ana, "socia")).expect("declared");
    finish(&mut harness, "luz").expect("she has said what she can");
    assert!(refusal(settle(&mut harness, "")).starts_with("Nadie dio puntos"));
    let eva = super::setting::named("eva");
    run(&mut harness, |context| {
        calls::name(&super::setting::officer(), &context, &code(CODE), vec![eva.clone()], "Luz tiene un conflicto.")
    })
    .expect("she is named");
    mark(&mut harness, "eva", &ana, &[60, 60]).expect("points");
    assert_eq!(finish(&mut harness, "eva").expect("all is judged").stage, Stage::Scored);
    settle(&mut harness, "").expect("a result");
}

#[test]
fn nobody_judges_her_own_proposal() {
    let mut harness = with_call();
    let own = propose(&mut harness, "luz", 100).expect("it is taken").number;
    harness.advance(OPEN_FOR);
    let refused = "Usted no evalúa esta propuesta: es suya, o declaró un conflicto de interés.";
    assert_eq!(refusal(mark(&mut harness, "luz", &own, &[100, 100])), refused);
    assert!(
        staff("luz", "evaluator")
            .visit(&mut harness, "/funds/evaluations/innova")
            .text()
            .contains("No hay nada que evaluar")
    );
    assert_eq!(staff("luz", "evaluator").visit(&mut harness, &format!("/funds/proposals/{own}")).status(), 403);
    finish(&mut harness, "luz").expect("she has nothing to judge");
}

#[test]
fn points_fit_the_criteria_and_have_reasons() {
    let (mut harness, ana, _) = closed();
    let wrong = "Dé de 0 a 100 puntos en cada criterio, con una razón.";
    for points in [&[80][..], &[80, 70, 60], &[80, 101]] {
        assert_eq!(refusal(mark(&mut harness, "luz", &ana, points)), wrong, "{points:?}");
    }
    for reason in [" ".to_owned(), "x".repeat(evaluation::MOST_OF_REASON + 1)] {
        let mut given = marks(&[80, 70]);
        given[1].reason = reason;
        let marked = judge(&mut harness, "luz", |one, context| one.mark(context, &ana, given.clone()));
        assert_eq!(refusal(marked), wrong);
    }
    assert_eq!(refusal(mark(&mut harness, "luz", "X", &[80, 70])), "there is no proposal X");
    assert_eq!(refusal(mark(&mut harness, "rosa", &ana, &[80, 70])), "Usted no evalúa esta convocatoria.");
    let mut other = staff("ines", "evaluator");
    assert_eq!(other.visit(&mut harness, "/funds/evaluations/innova").status(), 403);
    let declared = judge(&mut harness, "luz", |one, context| one.abstain(context, &ana, " "));
    assert_eq!(refusal(declared), "Escriba la razón.");
}

#[test]
fn what_was_taken_back_is_judged_by_nobody_and_named_only_by_its_number() {
    let mut harness = with_call();
    let ana = propose(&mut harness, "ana", 100).expect("it is taken").number;
    super::setting::withdraw(&mut harness, "ana", &ana).expect("it is taken back");
    harness.advance(OPEN_FOR);
    assert_eq!(refusal(mark(&mut harness, "luz", &ana, &[1, 1])), format!("there is no proposal {ana}"));
    for (mut who, status) in [(staff("rosa", "funds"), 404), (staff("luz", "evaluator"), 404)] {
        assert_eq!(who.visit(&mut harness, &format!("/funds/proposals/{ana}")).status(), status);
    }
    let resolved = settle(&mut harness, "").expect("a result");
    let Stage::Resolved(resolution) = resolved.stage else { panic!("it has a result") };
    let data = String::from_utf8(blob(&mut harness, &resolution.data)).expect("text");
    assert!(data.contains(&ana) && data.contains("withdrawn") && !data.contains("El proyecto de ana"), "{data}");
    assert_eq!(anybody().visit(&mut harness, &format!("/funds/innova/result/{ana}")).status(), 404);
}

#[test]
fn the_result_is_signed_published_and_told_to_who_competed() {
    let (mut harness, ana, eva) = closed();
    for id in ["luz", "mario"] {
        mark(&mut harness, id, &ana, &[80, 70]).expect("points");
        mark(&mut harness, id, &eva, &[50, 49]).expect("points");
        finish(&mut harness, id).expect("all is judged");
    }
    let mut rosa = staff("rosa", "funds");
    rosa.visit(&mut harness, "/funds/office/innova");
    rosa.follow(&mut harness, "Publicar el resultado");
    rosa.press_twice(&mut harness, "Publicar el resultado");
    let text = rosa.page().text().replace('\u{a0}', " ");
    for said in ["Financiada", "ana Quispe", "No elegible", "Bs 600,00", "76,00", "49,60"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains("eva Quispe"), "{text}");
    let told: Vec<(&str, &str)> = harness.told().iter().map(|told| (told.to.as_str(), told.subject.as_str())).collect();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&("ana", "Su proyecto recibe dinero")));
    assert!(told.contains(&("eva", "Su proyecto no llegó a los puntos mínimos")));
    let call = run(&mut harness, |_| calls::find(&code(CODE))).expect("the call");
    let Stage::Resolved(resolution) = call.stage else { panic!("it has a result") };
    assert_eq!(resolution.granted, Money::from_centavos(60_000));
    let data = String::from_utf8(blob(&mut harness, &resolution.data)).expect("text");
    assert!(!data.contains("Quispe"), "{data}");
    let digest =
        run(&mut harness, |_| Ok(sdk::blobs::stat(&resolution.data))).expect("a look").expect("it is there").sha256;
    rosa.visit(&mut harness, "/funds/innova/document");
    let Some(sdk::web::Content::Blob(id)) = rosa.page().content().cloned() else { panic!("there came no file") };
    let document = String::from_utf8_lossy(&blob(&mut harness, &id)).into_owned();
    for said in [ana.as_str(), eva.as_str(), digest.as_str(), "ana Quispe", "76,00"] {
        assert!(document.contains(said), "{said}");
    }
    let mine = citizen("ana").visit(&mut harness, &format!("/funds/mine/sent/{ana}")).text();
    assert!(mine.contains("Financiada") && mine.contains("Se publicó qué resultó"), "{mine}");
}
