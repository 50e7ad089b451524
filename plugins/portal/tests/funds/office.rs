//! What the office does: calls are written, published and extended.

use portal::definition::Audience;
use portal::funds::{Call, Named, Problem, calls, check, history};
use sdk::harness::{Browser, Harness, Host};
use sdk::html::{Link, Shell, Site, html};
use sdk::json::json;
use sdk::{Money, Timestamp};

use super::setting::{
    CODE, OPEN_FOR, anybody, call, code, criterion, finish, harness, mark, named, officer, operator, propose, publish,
    refusal, run, settle, staff, with_call,
};

/// Fills in the general part of a call that opens now.
fn fill(rosa: &mut Browser) {
    for (label, value) in [
        ("Título", "Innova La Paz"),
        ("Título en inglés", "Innovate La Paz"),
        ("Para qué es el dinero", "Para mejorar un barrio."),
        ("Se postula desde: Día", "26"),
        ("Se postula desde: Mes", "11"),
        ("Se postula desde: Año", "2026"),
        ("Hora de apertura", "08:00"),
        ("Se postula hasta: Día", "6"),
        ("Se postula hasta: Mes", "12"),
        ("Se postula hasta: Año", "2026"),
        ("Hora de cierre", "18:30"),
        ("Monto total", "1.000"),
        ("Monto máximo por proyecto", "600"),
        ("Puntos mínimos", "50"),
        ("Reglas", "Se rinde cuentas."),
    ] {
        rosa.fill(label, value);
    }
    rosa.choose("Personas");
}

/// A call as Rosa has begun it.
fn begun(harness: &mut Harness) -> Browser {
    let mut rosa = staff("rosa", "funds");
    rosa.visit(harness, "/funds/office/new");
    fill(&mut rosa);
    assert_eq!(rosa.fill("Código", CODE).press(harness, "Empezar la convocatoria").errors(), Vec::<String>::new());
    rosa
}

#[test]
fn a_call_is_written_in_the_browser_and_published_when_nothing_is_missing() {
    let mut harness = harness();
    let mut luz = staff("luz", "evaluator");
    luz.visit(&mut harness, "/funds/office");
    luz.press(&mut harness, "Anotarme como evaluador");
    let mut rosa = begun(&mut harness);
    let text = rosa.page().text();
    for missing in ["Escriba de uno a diez criterios.", "suman 0", "Nombre de uno a diez evaluadores."] {
        assert!(text.contains(missing), "{text}");
    }
    assert_eq!(anybody().visit(&mut harness, "/funds/innova").status(), 404);
    rosa.follow(&mut harness, "Criterios y documentos");
    rosa.fill("Criterios", "Innovación | 60\nAlcance");
    let wrong = "Escriba cada criterio en una línea: Título | peso de 1 a 100 | qué se mira.";
    assert_eq!(rosa.press(&mut harness, "Guardar").errors(), [wrong]);
    rosa.fill("Criterios", "Innovación | 60 | Qué tan nuevo es\nAlcance | 40% | A cuántos llega");
    rosa.fill("Documentos que se adjuntan", "Presupuesto\nCartas | opcional").press(&mut harness, "Guardar");
    rosa.follow(&mut harness, "Preguntas");
    rosa.fill("Preguntas", r#"{"type":"object","properties":{"x":{"type":"never","title":"X"}}}"#);
    assert_eq!(rosa.press(&mut harness, "Guardar").status(), 422);
    let schema =
        json!({ "type": "object", "properties": { "people": { "type": "integer", "title": "Cuántas personas" } } });
    rosa.fill("Preguntas", &schema.to_string()).press(&mut harness, "Guardar");
    rosa.follow(&mut harness, "Evaluadores");
    rosa.choose("luz").press(&mut harness, "Guardar");
    rosa.follow(&mut harness, "Publicar la convocatoria");
    assert!(rosa.page().text().contains("ya no se cambia"), "{}", rosa.page().text());
    rosa.press_twice(&mut harness, "Publicar la convocatoria");
    let call = run(&mut harness, |_| calls::find_public(&code(CODE))).expect("it is public");
    assert_eq!((call.total, call.most, call.least), (Money::from_centavos(100_000), Money::from_centavos(60_000), 50));
    assert_eq!(call.closes, "2026-12-06T22:30:00Z".parse::<Timestamp>().expect("a time"));
    assert_eq!(call.weights(), [60, 40]);
    assert_eq!(call.evaluators, [named("luz")]);
    let needs: Vec<_> = call.documents.iter().map(|document| document.need).collect();
    assert_eq!(needs, [portal::definition::Need::Required, portal::definition::Need::Optional]);
    let mut anybody = anybody();
    let text = anybody.visit(&mut harness, "/funds/innova").text().replace('\u{a0}', " ");
    for said in
        ["Abierta", "Bs 1.000,00", "Innovación", "60 %", "Cuántas personas", "Con menos de 50", "quien presentó antes"]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    let english = Browser::of(&portal::PLUGIN).speaking("en").visit(&mut harness, "/funds").text();
    assert!(english.contains("Innovate La Paz") && english.contains("Open"), "{english}");
}

#[test]
fn what_keeps_a_call_from_being_published_is_said() {
    let base = call();
    let now = base.opens;
    let with = |change: &dyn Fn(&mut Call)| {
        let mut call = base.clone();
        change(&mut call);
        check(&call, now)
    };
    assert_eq!(with(&|_| ()), []);
    type Change<'c> = &'c dyn Fn(&mut Call);
    let table: Vec<(Change<'_>, Problem)> = vec![
        (&|call| call.audience.clear(), Problem::NoAudience),
        (&|call| call.closes = call.opens, Problem::Over),
        (&|call| call.total = Money::ZERO, Problem::NoMoney),
        (&|call| call.most = Money::from_centavos(100_001), Problem::Most),
        (&|call| call.most = Money::ZERO, Problem::Most),
        (&|call| call.criteria.clear(), Problem::Criteria),
        (&|call| call.criteria[0].weight = 61, Problem::Weights { sum: 101 }),
        (&|call| call.criteria[1].code = code("c1"), Problem::Twice { code: "c1".to_owned() }),
        (&|call| call.evaluators.clear(), Problem::Evaluators),
        (&|call| call.documents = vec![call.documents[0].clone(); 11], Problem::Documents),
        (
            &|call| {
                call.schema = Some(json!({ "type": "object", "properties": {
                    "who": { "type": "string", "title": "Quién", "readOnly": true, "x-source": "identity" }
                } }));
            },
            Problem::Bound { field: "who".to_owned() },
        ),
    ];
    for (change, problem) in table {
        assert!(with(change).contains(&problem), "{problem:?}: {:?}", with(change));
    }
    assert!(matches!(with(&|call| call.schema = Some(json!(3))).as_slice(), [Problem::Questions { .. }]));
    assert!(check(&Call { opens: base.closes, ..base.clone() }, now).contains(&Problem::Order));
    let mut harness = harness();
    let unsound = Call { evaluators: Vec::new(), ..base };
    assert_eq!(
        refusal(publish(&mut harness, &unsound)),
        "La convocatoria todavía no se puede publicar. Vea qué le falta."
    );
}

#[test]
fn a_code_is_given_once_and_is_no_word_of_an_address() {
    let mut harness = with_call();
    for taken in [CODE, "office", "mine", "sent", "new"] {
        let again = Call { code: code(taken), ..call() };
        assert_eq!(
            refusal(publish(&mut harness, &again)),
            "Ya hay una convocatoria con este código, o la palabra no se puede usar. Elija otro.",
            "{taken}"
        );
    }
}

#[test]
fn a_public_call_does_not_change() {
    let mut harness = with_call();
    let changed = run(&mut harness, |context| {
        calls::change(&officer(), &context, &code(CODE), |call| call.total = Money::from_centavos(1))
    });
    assert_eq!(refusal(changed), "La convocatoria es pública y ya no se cambia.");
    let again = run(&mut harness, |context| calls::publish(&officer(), &context, &code(CODE)));
    assert_eq!(refusal(again), "La convocatoria es pública y ya no se cambia.");
}

#[test]
fn the_closing_time_moves_to_a_later_one_with_a_reason_that_everybody_reads() {
    let mut harness = with_call();
    let mut rosa = staff("rosa", "funds");
    rosa.visit(&mut harness, "/funds/office/innova/extend");
    rosa.fill("Se postula hasta: Día", "5").fill("Por qué", "Hubo un corte de luz.");
    let later = "El nuevo cierre tiene que ser después del actual.";
    assert_eq!(rosa.press(&mut harness, "Ampliar el plazo").errors(), [later]);
    rosa.fill("Se postula hasta: Día", "8").press(&mut harness, "Ampliar el plazo");
    let text = anybody().visit(&mut harness, "/funds/innova").text();
    assert!(text.contains("Se amplió el plazo hasta") && text.contains("Hubo un corte de luz."), "{text}");
    harness.advance(OPEN_FOR);
    propose(&mut harness, "ana", 100).expect("it is taken until the new closing time");
    harness.advance(OPEN_FOR);
    let to = harness.now() + OPEN_FOR;
    let late = run(&mut harness, |context| calls::extend(&officer(), &context, &code(CODE), to, "tarde"));
    assert!(refusal(late).starts_with("La convocatoria cerró el"));
    let entries = run(&mut harness, |_| history::read_call(&calls::find(&code(CODE))?)).expect("a history");
    assert_eq!(entries.len(), 3);
}

#[test]
fn evaluators_are_added_with_a_reason_until_points_are_open() {
    let mut harness = with_call();
    let name = |harness: &mut Harness, who: &str, reason: &str| {
        let named = Named { id: who.to_owned(), called: who.to_owned() };
        run(harness, |context| calls::name(&officer(), &context, &code(CODE), vec![named.clone()], reason))
    };
    assert_eq!(refusal(name(&mut harness, "eva", " ")), "Escriba la razón.");
    let known = "Elija a alguien que todavía no evalúa esta convocatoria; son diez como máximo.";
    assert_eq!(refusal(name(&mut harness, "luz", "Falta alguien.")), known);
    assert_eq!(name(&mut harness, "eva", "Falta alguien.").expect("she is named").evaluators.len(), 3);
    harness.advance(OPEN_FOR);
    for id in ["luz", "mario", "eva"] {
        finish(&mut harness, id).expect("there is nothing to judge");
    }
    let open = "La convocatoria no está en evaluación, o los puntos ya están a la vista.";
    assert_eq!(refusal(name(&mut harness, "iris", "Falta alguien.")), open);
}

#[test]
fn only_who_has_the_role_makes_calls() {
    let mut harness = with_call();
    for mut other in [staff("luz", "evaluator"), staff("ines", "reviewer")] {
        for path in ["/funds/office/new", "/funds/office/innova", "/funds/office/innova/resolve"] {
            assert_eq!(other.visit(&mut harness, path).status(), 403, "{path}");
        }
    }
    assert!(anybody().visit(&mut harness, "/funds/office").asks_to_sign_in());
    assert!(portal::funds::Officer::of(&operator("luz", "evaluator")).is_err());
}

#[test]
fn a_result_is_published_once_and_says_why_the_evaluation_was_closed() {
    let mut harness = with_call();
    assert!(refusal(settle(&mut harness, "ya")).starts_with("Las propuestas se pueden leer desde"));
    let proposal = propose(&mut harness, "ana", 50_000).expect("it is taken");
    harness.advance(OPEN_FOR);
    assert_eq!(
        refusal(settle(&mut harness, "ya")),
        format!("Nadie dio puntos a la propuesta {}. Nombre a otro evaluador.", proposal.number)
    );
    mark(&mut harness, "luz", &proposal.number, &[80, 70]).expect("points");
    assert_eq!(refusal(settle(&mut harness, "")), "Escriba la razón.");
    settle(&mut harness, "Mario está enfermo.").expect("a result");
    let text = anybody().visit(&mut harness, "/funds/innova/result").text();
    assert!(text.contains("Mario está enfermo.") && text.contains("76,00"), "{text}");
    assert_eq!(
        refusal(settle(&mut harness, "otra vez")),
        "La convocatoria no está en evaluación, o los puntos ya están a la vista."
    );
}

#[test]
fn a_call_that_nobody_answered_has_a_result_too() {
    let mut harness = with_call();
    harness.advance(OPEN_FOR);
    settle(&mut harness, "").expect("a result");
    let text = anybody().visit(&mut harness, "/funds/innova/result").text();
    assert!(text.contains("No se presentó ninguna propuesta."), "{text}");
}

#[test]
fn calls_for_everybody_are_listed_with_how_far_they_are() {
    let mut harness = with_call();
    let later = Call {
        code: code("later"),
        audience: vec![Audience::Company],
        opens: call().closes,
        closes: call().closes + OPEN_FOR,
        criteria: vec![criterion("c1", "Todo", 100)],
        ..call()
    };
    publish(&mut harness, &later).expect("it is published");
    let text = anybody().visit(&mut harness, "/funds").text();
    assert!(text.find("Abre pronto") < text.find("Abierta"), "{text}");
    assert_eq!(anybody().visit(&mut harness, "/funds/innova/result").status(), 404);
}

/// The links to a page and to one above it are both there: the nearest one says where one is.
#[test]
fn one_link_of_the_navigation_says_where_one_is() {
    let manifest = include_str!("../../plugin.toml");
    let paths = manifest.split("[[web.link]]").skip(1).filter_map(|link| link.split('"').nth(1));
    let links: Vec<Link<'_>> = paths.map(|href| Link { text: href, href }).collect();
    let own = links.iter().map(|link| (link.href, link.href));
    let below = [("/funds/office/new", "/funds/office"), ("/funds/mine", "/funds"), ("/office/due", "/office")];
    for (path, current) in own.chain(below) {
        let content = html! {};
        let page = Shell::new(Site::new("S", "/"), "S", &content).navigation(&links).path(path).page();
        assert_eq!(page.matches("aria-current=").count(), 1, "{path}: {page}");
        assert!(page.contains(&format!("<a href=\"{current}\" aria-current=")), "{path}: {page}");
    }
}
