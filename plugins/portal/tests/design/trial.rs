//! Looking at a draft as citizens will, and trying what would happen.

use super::*;

#[test]
fn a_page_is_previewed_judged_and_nothing_is_kept() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    rosa.follow(&mut host, "Vista previa Su solicitud");
    assert_eq!(rosa.page().address(), "/design/permiso/preview/solicitud");
    assert_eq!(rosa.press(&mut host, "Revisar lo que escribí").errors(), ["Complete «¿Qué necesita?»"]);
    assert_eq!(rosa.page().status(), 422);
    rosa.fill("¿Qué necesita?", "Una plaza").press(&mut host, "Revisar lo que escribí");
    assert!(rosa.page().text().contains("Todo está bien respondido"));
    assert!(rosa.page().text().contains("Una plaza"));
    assert_eq!(rosa.visit(&mut host, "/design/permiso/preview/nothing").status(), 404);
}

#[test]
fn every_online_definition_of_the_demo_can_be_previewed_and_tried() {
    let mut host = harness();
    let mut rosa = designer();
    for (name, text) in demo::all() {
        let definition = Definition::read(&text).expect("it reads");
        let Some(online) = &definition.online else { continue };
        let code = &definition.entry.code;
        import(&mut host, &mut rosa, &text);
        assert_eq!(rosa.page().address(), format!("/design/{code}"), "{name}");
        assert!(rosa.page().text().contains("Todo está en orden"), "{name}");
        for page in &online.pages {
            let shown = rosa.visit(&mut host, &format!("/design/{code}/preview/{}", page.code));
            assert_eq!(shown.status(), 200, "{name}");
        }
        for number in 1..=5 {
            let shown = rosa.visit(&mut host, &format!("/design/{code}/try?sample={number}")).clone();
            assert_eq!(shown.status(), 200, "{name} {number}: {}", shown.text());
            assert!(shown.text().contains("Lo que pasaría"), "{name} {number}: {}", shown.text());
            assert!(shown.text().contains("se entrega el"), "{name} {number}: {}", shown.text());
        }
    }
}

#[test]
fn typed_answers_are_tried_and_wrong_ones_are_refused() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    rosa.follow(&mut host, "Probar");
    rosa.fill("¿Qué necesita?", "").press(&mut host, "Probar con estas respuestas");
    assert_eq!((rosa.page().status(), rosa.page().errors().len()), (422, 1));
    rosa.fill("¿Qué necesita?", "Una plaza").press(&mut host, "Probar con estas respuestas");
    let rows = rosa.page().rows();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((rows[0][0].as_str(), rows[0][2].as_str()), ("Revisión de la solicitud", "Revisión"));
    assert!(rosa.page().text().contains("Otro ejemplo"));
}

#[test]
fn what_does_not_hold_together_cannot_be_tried() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    rosa.visit(&mut host, "/design/permiso/registrations/constancia");
    rosa.press(&mut host, "Quitar");
    let page = rosa.visit(&mut host, "/design/permiso/try").clone();
    assert!(page.text().contains("todavía no se puede probar"), "{}", page.text());
    assert!(page.text().contains("no hay nada que pedir"), "{}", page.text());
}

/// The draft of `permiso` with something changed.
fn change(host: &mut Harness, rosa: &mut Browser, change: impl FnOnce(&mut Value)) {
    let mut definition = draft(host);
    change(&mut definition);
    rosa.visit(host, "/design/permiso/json");
    rosa.fill("Definición en JSON", &definition.to_string());
    assert_eq!(rosa.press(host, "Guardar").errors(), [] as [String; 0]);
}

#[test]
fn a_trial_goes_as_far_as_the_calendar_and_says_so() {
    let mut host = harness();
    host.calendar().until("2027-12-31".parse().expect("a date"));
    let mut rosa = begun(&mut host);
    let steps = "/online/registrations/0/steps";
    change(&mut host, &mut rosa, |definition| {
        definition["entry"]["deadline"]["working-days"] = 250.into();
        let mut step = definition.pointer(&format!("{steps}/0")).expect("a step").clone();
        step["working-days"] = 250.into();
        let all = (0..3).map(|number| {
            step["code"] = format!("s{number}").into();
            step.clone()
        });
        *definition.pointer_mut(steps).expect("the steps") = all.collect();
    });
    let page = rosa.visit(&mut host, "/design/permiso/try").clone();
    assert_eq!(page.status(), 200, "{}", page.text());
    assert!(page.text().contains("Hasta aquí llega la prueba"), "{}", page.text());
    // The first step ends in November, and the second one after the year.
    assert_eq!(page.rows().len(), 1);
    // Where not even the first one ends within the calendar, that is all there is to say.
    host.calendar().until("2026-12-31".parse().expect("a date"));
    let page = rosa.visit(&mut host, "/design/permiso/try").clone();
    assert!(page.status() == 200 && page.text().contains("hasta el 31 de diciembre de 2026"), "{}", page.text());
}

#[test]
fn what_is_typed_wrongly_is_said_in_the_title_too() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    for (path, button) in [("preview/solicitud", "Revisar lo que escribí"), ("try", "Probar con estas respuestas")] {
        rosa.visit(&mut host, &format!("/design/permiso/{path}"));
        rosa.fill("¿Qué necesita?", "").press(&mut host, button);
        assert!(rosa.page().title().starts_with("Error: "), "{path}: {}", rosa.page().title());
    }
}

#[test]
fn a_preview_names_the_questions_that_another_page_decides_on() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    change(&mut host, &mut rosa, |definition| {
        let line = json!({ "type": "string", "title": "El motivo", "x-concept": "own" });
        let mut hidden = line.clone();
        hidden["title"] = "Cuál otro".into();
        hidden["x-when"] = json!({ "field": "more", "at-least": 1_000 });
        let online = &mut definition["online"];
        let properties = &mut online["schema"]["properties"];
        properties["motivo"] = line;
        properties["motivo_otro"] = hidden;
        // Less than a hundred and one, in every example.
        properties["more"] = json!({ "type": "integer", "title": "Cuántos", "minimum": 1, "x-concept": "own" });
        online["pages"] = json!([
            { "code": "uno", "title": { "es": "Uno" }, "fields": ["more"] },
            { "code": "dos", "title": { "es": "Dos" }, "fields": ["motivo_otro", "motivo"] },
        ]);
    });
    let text = rosa.visit(&mut host, "/design/permiso/preview/dos").text();
    assert!(text.contains("Cuál otro: Solo si «Cuántos» es 1.000 o más."), "{text}");
}

#[test]
fn a_title_without_words_of_the_page_does_not_mark_the_whole_page() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    change(&mut host, &mut rosa, |definition| definition["entry"]["title"] = json!({ "es": "Permiso" }));
    let mut english =
        Browser::of(&PLUGIN).speaking("en").signed_in(Person::of("rosa").named("Rosa Quispe").role("designer"));
    let html = english.visit(&mut host, "/design/permiso").html().to_owned();
    assert!(html.contains(r#"<h1><span lang="es">Permiso</span></h1>"#), "{html}");
    assert!(!html.contains(r#"<div lang="es">"#), "{html}");
}
