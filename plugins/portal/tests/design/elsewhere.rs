//! Definitions that come from elsewhere and go there: files, texts, the catalogue of the state.

use sdk::exchange::Fault;

use super::*;

#[test]
fn a_definition_is_taken_from_a_text_or_a_file_and_replaces_a_draft_only_when_told_to() {
    let mut host = harness();
    let mut rosa = designer();
    assert_eq!(import(&mut host, &mut rosa, &text(TREE)).address(), "/design/poda-arbol");
    let page = import(&mut host, &mut rosa, &text(TREE));
    assert_eq!(page.errors(), ["Ya hay un borrador de este trámite. Marque la casilla para reemplazarlo"]);
    rosa.choose("Si ya hay un borrador de este trámite, reemplazarlo").press(&mut host, "Traer");
    assert_eq!(rosa.page().address(), "/design/poda-arbol");
    rosa.visit(&mut host, "/design/import");
    rosa.attach("Archivo JSON", "beca.json", "application/json", text("minedu/beca.json").as_bytes());
    assert_eq!(rosa.press(&mut host, "Traer").address(), "/design/beca");
    let exported = exported(&mut host, "/design/beca/definition.json");
    assert_eq!(Definition::read(&exported.to_string()), Definition::read(&text("minedu/beca.json")));
}

#[test]
fn everything_that_is_wrong_with_an_imported_text_is_listed_with_its_place() {
    let mut host = harness();
    let mut rosa = designer();
    assert_eq!(import(&mut host, &mut rosa, "").errors(), ["Elija un archivo, o pegue el texto de la definición"]);
    assert!(import(&mut host, &mut rosa, "{").errors()[0].starts_with("no es JSON"));
    let mut value = demo::value(TREE);
    value["entry"]["colour"] = "green".into();
    value["entry"]["deadline"]["working-days"] = "ten".into();
    value["online"]["registrations"][0]["steps"][0].as_object_mut().unwrap().remove("role");
    let errors = import(&mut host, &mut rosa, &value.to_string()).errors();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors.contains(&"entry.colour: «colour» no es una clave del formato: quítela o corríjala".to_owned()));
    assert!(errors.contains(&"online.registrations.0.steps.0: falta «role»".to_owned()), "{errors:?}");
    assert!(errors.iter().any(|error| error.starts_with("entry.deadline.working-days: ")), "{errors:?}");
    value = demo::value(TREE);
    value["entry"]["code"] = "import".into();
    assert_eq!(import(&mut host, &mut rosa, &value.to_string()).errors(), ["Ese código ya se usa: elija otro"]);
    assert_eq!(rosa.visit(&mut host, "/design/poda-arbol").status(), 404);
}

#[test]
fn the_whole_draft_is_changed_as_json_but_for_its_code() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    let mut changed = draft(&mut host);
    changed["entry"]["title"]["qu"] = "Saqillay".into();
    rosa.visit(&mut host, "/design/permiso/json");
    rosa.fill("Definición en JSON", &changed.to_string()).press(&mut host, "Guardar");
    assert_eq!(draft(&mut host), changed);
    // Words in languages that the forms do not show stay.
    rosa.visit(&mut host, "/design/permiso/texts");
    rosa.fill("Nombre del trámite", "Permiso de plaza").press(&mut host, "Guardar");
    let title = draft(&mut host)["entry"]["title"].clone();
    assert_eq!(title, json!({ "es": "Permiso de plaza", "en": "Permit", "qu": "Saqillay" }));
    changed["entry"]["code"] = "otro".into();
    rosa.visit(&mut host, "/design/permiso/json");
    rosa.fill("Definición en JSON", &changed.to_string()).press(&mut host, "Guardar");
    assert!(rosa.page().errors()[0].contains("no puede cambiar aquí"));
    rosa.fill("Definición en JSON", "[]").press(&mut host, "Guardar");
    assert_eq!(rosa.page().errors().len(), 1);
}

#[test]
fn the_catalogue_of_the_state_is_told_what_is_published_and_withdrawn() {
    let config = [("central-catalogue", CENTRAL), ("origin", "https://tramites.lapaz.bo/")];
    let mut host = harness_with(&config);
    host.script(CENTRAL, vec![Scripted::Answer(Answer::json(200, &json!({})).expect("JSON"))]);
    let mut rosa = begun(&mut host);
    publish(&mut host, &mut rosa, "permiso");
    rosa.visit(&mut host, "/design/permiso/withdraw");
    rosa.press(&mut host, "Sí, retirar el trámite");
    host.deliver();
    let received = host.received(CENTRAL);
    let paths: Vec<&str> = received.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["/entries/permiso", "/entries/permiso/withdrawal"]);
    let sent: Value = received[0].json().expect("JSON");
    assert_eq!(sent["entity"]["name"]["es"], "Gobierno Autónomo Municipal de La Paz");
    assert_eq!(sent["entry"]["code"], "permiso");
    assert_eq!(sent["online"], "https://tramites.lapaz.bo/apply/permiso");
    let withdrawn: Value = received[1].json().expect("JSON");
    let time = |value: &Value| value.as_str().expect("a time").parse::<sdk::Timestamp>().expect("a time");
    assert!(time(&sent["published"]) <= time(&withdrawn["withdrawn"]));
}

/// What is published here stands, whatever the catalogue of the state says to it.
#[test]
fn a_catalogue_of_the_state_that_refuses_undoes_nothing() {
    let mut host = harness_with(&[("central-catalogue", CENTRAL)]);
    let wrong = Scripted::Answer(Answer::json(422, &json!({})).expect("JSON"));
    let denied = Fault { code: "Server.ServerProxy.AccessDenied".to_owned(), message: "no".to_owned() };
    host.script(CENTRAL, vec![wrong, Scripted::Refused(denied)]);
    let mut rosa = begun(&mut host);
    publish(&mut host, &mut rosa, "permiso");
    host.deliver();
    assert_eq!(rosa.visit(&mut host, "/procedures/mun-2001/permiso").status(), 200);
    rosa.visit(&mut host, "/design/permiso/withdraw");
    rosa.press(&mut host, "Sí, retirar el trámite");
    host.deliver();
    let said: Vec<&str> = host.log().iter().map(|line| line.message.as_str()).collect();
    let [refused, lost] = ["has refused a message", "was not told"];
    assert!(said.iter().any(|one| one.contains(refused)) && said.iter().any(|one| one.contains(lost)), "{said:?}");
}

#[test]
fn a_message_that_a_later_one_has_overtaken_is_no_fault() {
    let mut host = harness_with(&[("central-catalogue", CENTRAL)]);
    host.script(CENTRAL, vec![Scripted::Answer(Answer::json(409, &json!({})).expect("JSON"))]);
    let mut rosa = begun(&mut host);
    publish(&mut host, &mut rosa, "permiso");
    host.deliver();
    let said: Vec<&str> = host.log().iter().map(|line| line.message.as_str()).collect();
    assert!(said.iter().any(|one| one.contains("came first")), "{said:?}");
    assert!(!said.iter().any(|one| one.contains("has refused")), "{said:?}");
}

#[test]
fn nobody_is_told_where_there_is_no_catalogue_of_the_state() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    publish(&mut host, &mut rosa, "permiso");
    assert_eq!(host.waiting(), []);
}
