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
    for (name, text) in support::all() {
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
