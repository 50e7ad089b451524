//! The service `registration`, against the document of the building block.

use sdk::Method;
use sdk::harness::{Call, Harness, Host};
use sdk::json::{Value, json};

use crate::common::{
    APPLICATIONS, BANK, FILER, OFFICE, OTHER, PDF, REGISTRATION, Refusal, body, get, harness, invalid, post, refused,
    send, with,
};
use crate::schema::Document;

/// A question, whose answer is as the document says.
fn ask(harness: &mut Harness, by: &str, path: &str, asked: &str) -> Value {
    let answer = get(harness, by, REGISTRATION, asked).unwrap_or_else(|refused| panic!("{asked}: {refused:?}"));
    Document::registration().check(("get", path), 200, &answer);
    answer
}

/// The form with one file.
fn form(disposition: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n--b--\r\n"].concat()
}

fn upload_of(by: &str, query: &str, body: Vec<u8>) -> Call {
    let call = Call::new(Method::Post, REGISTRATION, &format!("/documents{query}")).by(by);
    Call { content_type: "multipart/form-data; boundary=b".to_owned(), body, ..call }
}

/// Uploads a file, and gives its address.
fn upload(harness: &mut Harness, by: &str, query: &str) -> String {
    let form = form("name=\"file\"; filename=\"plano.pdf\"", PDF);
    let answer = body(harness.call(upload_of(by, query, form))).expect("it is kept");
    Document::registration().check(("post", "/documents"), 200, &answer);
    answer["url"].as_str().expect("an address").to_owned()
}

fn service(harness: &mut Harness) -> String {
    let services = ask(harness, FILER, "/services", "/services");
    services[0]["id"].as_str().expect("an id").to_owned()
}

fn file_of(url: &str) -> Value {
    json!({
        "applicantId": "document/1234567",
        "applicationName": "Ana María Quispe",
        "formData": { "data": { "lugar": { "street": "Calle Jaén", "tables": 4 } }, "eFormId": "permiso-mesas.1" },
        "documentUrls": [url],
    })
}

fn submit(harness: &mut Harness, said: &Value) -> Result<Value, Refusal> {
    let service = service(harness);
    post(harness, FILER, REGISTRATION, &format!("/services/{service}/applications"), said)
}

/// An application that is submitted and paid, so that it waits for its first step.
fn submitted(harness: &mut Harness) -> String {
    let url = upload(harness, FILER, "?additionalMetadata=plano");
    let file = submit(harness, &file_of(&url)).expect("it is submitted");
    Document::registration().check(("post", "/services/{serviceId}/applications"), 200, &file);
    let id = file["fileId"].as_str().expect("an id").to_owned();
    let paid = json!({ "fee": 0, "code": "tasa", "amount": 4000, "receipt": "B-1" });
    post(harness, BANK, APPLICATIONS, &format!("/applications/{id}/payments"), &paid).expect("it is paid");
    id
}

fn complete(harness: &mut Harness, by: &str, task: &str, decision: Value) -> Result<Value, Refusal> {
    let said = json!({ "data": { "decision": decision } });
    post(harness, by, REGISTRATION, &format!("/tasks/{task}/complete"), &said)
}

#[test]
fn services_are_the_procedures_that_are_done_online() {
    let mut harness = harness();
    let services = ask(&mut harness, FILER, "/services", "/services?name=ACERA");
    assert_eq!((&services[0]["name"], &services[0]["isExecutable"]), (&json!("Poner mesas en la acera"), &json!(true)));
    assert_eq!(ask(&mut harness, FILER, "/services", "/services?name=pasaporte"), json!([]));
    let id = service(&mut harness);
    let shown = ask(&mut harness, FILER, "/services/{serviceId}", &format!("/services/{id}"));
    assert_eq!(shown, services[0]);
    let forms = ask(&mut harness, FILER, "/services/{serviceId}/eForms", &format!("/services/{id}/eForms"));
    assert_eq!((&forms[0]["eFormId"], &forms[0]["latest"]), (&json!("permiso-mesas.1"), &json!(true)));
    let form = ask(&mut harness, FILER, "/eForms/{eFormId}", "/eForms/permiso-mesas.1");
    assert_eq!(form["schema"]["properties"]["tables"]["type"], "integer");
    for nowhere in [
        "/services/00000000-0000-8000-8000-000000000000",
        "/services/nada",
        "/services/nada/eForms",
        "/eForms/permiso-mesas.2",
        "/eForms/permiso-mesas",
        "/eForms/N.x",
        "/nada",
    ] {
        assert_eq!(get(&mut harness, FILER, REGISTRATION, nowhere), refused(404), "{nowhere}");
    }
}

#[test]
fn an_application_goes_its_way_over_the_building_block_alone() {
    let mut harness = harness();
    let id = submitted(&mut harness);
    let file = ask(&mut harness, FILER, "/applications/{fileId}", &format!("/applications/{id}"));
    assert_eq!((&file["status"]["code"], &file["ended"]), (&json!("PENDING"), &json!(false)));
    assert_eq!(
        file["applicationData"]["formData"]["data"],
        json!({ "lugar": { "street": "Calle Jaén", "tables": 4 } })
    );

    let tasks = ask(&mut harness, OFFICE, "/tasks", &format!("/tasks?fileId={id}"));
    let task = tasks[0]["taskId"].as_str().expect("a task").to_owned();
    assert_eq!((&tasks[0]["name"], &tasks[0]["roleId"]), (&json!("Revisión"), &json!("reviewer")));
    let shown = ask(&mut harness, OFFICE, "/tasks/{taskId}", &format!("/tasks/{task}"));
    assert_eq!(shown["formVariables"]["known"]["given_names"], "Ana María", "who decides sees what registers said");

    let marks = json!([{ "target": { "field": "tables" }, "note": "Caben tres." }]);
    let back = json!({ "verdict": "send-back", "reason": "No caben tantas.", "marks": marks });
    let done = complete(&mut harness, OFFICE, &task, back).expect("it is sent back");
    Document::registration().check(("post", "/tasks/{taskId}/complete"), 200, &done);
    assert_eq!(done["status"]["code"], "SENDBACK");

    let corrected = json!({
        "applicantId": "document/1234567", "formData": { "data": { "lugar": { "tables": 3 } } },
    });
    let put = (Method::Put, REGISTRATION);
    let file = send(&mut harness, FILER, put, &format!("/applications/{id}"), &corrected).expect("it is corrected");
    Document::registration().check(("put", "/applications/{fileId}"), 200, &file);
    assert_eq!(
        (&file["status"]["code"], &file["applicationData"]["formData"]["data"]["lugar"]["tables"]),
        (&json!("PENDING"), &json!(3))
    );

    complete(&mut harness, OFFICE, &task, json!({ "verdict": "approve" })).expect("the first step is taken");
    assert_eq!(
        complete(&mut harness, OFFICE, &task, json!({ "verdict": "approve" })),
        refused(404),
        "it is taken once"
    );
    let tasks = ask(&mut harness, OFFICE, "/tasks", "/tasks");
    let task = tasks[0]["taskId"].as_str().expect("a task").to_owned();
    assert_eq!(complete(&mut harness, OFFICE, &task, json!({ "verdict": "approve" })), invalid("result"));
    assert_eq!(complete(&mut harness, OFFICE, &task, json!({ "verdict": "reject", "reason": "No." })), refused(409));
    let result = upload(&mut harness, OFFICE, "");
    let done = complete(&mut harness, OFFICE, &task, json!({ "verdict": "approve", "result": result }))
        .expect("it is granted");
    assert_eq!(done["status"]["code"], "APPROVED");
    let file = ask(&mut harness, FILER, "/applications/{fileId}", &format!("/applications/{id}"));
    assert_eq!(file["ended"], true);

    let history = harness.run("portal", move |_| portal::desk::history(&id)).expect("a history");
    let authors: Vec<String> = history.iter().map(|entry| format!("{:?}", entry.author)).collect();
    assert!(authors.contains(&format!("Subsystem(\"{OFFICE}\")")), "{authors:?}");
}

#[test]
fn applications_are_listed_to_who_filed_them_and_to_who_handles_them() {
    let mut harness = harness();
    let first = submitted(&mut harness);
    harness.advance(std::time::Duration::from_secs(60));
    let second = submitted(&mut harness);
    let service = service(&mut harness);
    let ids = |harness: &mut Harness, by: &str, query: &str| -> Vec<String> {
        let list = ask(harness, by, "/applications", &format!("/applications{query}"));
        list.as_array().expect("a list").iter().filter_map(|one| one["fileId"].as_str().map(str::to_owned)).collect()
    };
    for by in [FILER, OFFICE] {
        assert_eq!(ids(&mut harness, by, "?sortBy=created&sortOrder=asc"), [first.clone(), second.clone()], "{by}");
        assert_eq!(
            ids(&mut harness, by, "?sortBy=created&sortOrder=desc&maxResult=1"),
            std::slice::from_ref(&second),
            "{by}"
        );
        assert_eq!(ids(&mut harness, by, "?sortBy=created&firstResult=1"), std::slice::from_ref(&second), "{by}");
        assert_eq!(ids(&mut harness, by, &format!("?serviceId={service}")).len(), 2);
        assert_eq!(ids(&mut harness, by, "?applicantId=document/1234567").len(), 2);
    }
    let nothing =
        ["?applicantId=otra", "?serviceId=00000000-0000-8000-8000-000000000000", "?firstResult=2", "?maxResult=0"];
    for query in nothing {
        assert_eq!(ids(&mut harness, FILER, query), Vec::<String>::new(), "{query}");
    }
    assert_eq!(ids(&mut harness, OTHER, ""), Vec::<String>::new());
    assert_eq!(ask(&mut harness, FILER, "/tasks", "/tasks"), json!([]), "who files has no tasks");
    for by in [OTHER, BANK] {
        assert_eq!(get(&mut harness, by, REGISTRATION, &format!("/applications/{first}")), refused(404), "{by}");
    }
    assert_eq!(body(harness.call(Call::get(REGISTRATION, "/applications"))), refused(403));
    for (query, field) in [
        ("?maxResult=101", "maxResult"),
        ("?firstResult=1001", "firstResult"),
        ("?firstResult=-1", "firstResult"),
        ("?sortBy=color", "sortBy"),
        ("?sortOrder=up", "sortOrder"),
        ("?sortOrder=", "sortOrder"),
        ("?serviceId=nada", "serviceId"),
    ] {
        assert_eq!(get(&mut harness, FILER, REGISTRATION, &format!("/applications{query}")), invalid(field), "{query}");
    }
}

#[test]
fn tasks_are_those_of_the_roles_that_an_office_was_given() {
    let mut harness = harness();
    let id = submitted(&mut harness);
    let task = format!("{id}.permiso.revision");
    for query in ["", "?mainTaskId=nada", "?assigneeId=rosa", "?fileId=nada"] {
        let tasks = ask(&mut harness, OFFICE, "/tasks", &format!("/tasks{query}"));
        assert_eq!(tasks.as_array().map(Vec::len), Some(usize::from(query.is_empty())), "{query}");
    }
    let main = format!("/tasks?mainTaskId={id}.permiso");
    assert_eq!(ask(&mut harness, OFFICE, "/tasks", &main)[0]["taskId"], json!(task));
    for by in [FILER, OTHER] {
        assert_eq!(get(&mut harness, by, REGISTRATION, &format!("/tasks/{task}")), refused(404), "{by}");
        assert_eq!(complete(&mut harness, by, &task, json!({ "verdict": "approve" })), refused(404), "{by}");
    }
    for nowhere in ["nada", "nada.permiso.revision", &format!("{id}.permiso.firma"), &id] {
        assert_eq!(get(&mut harness, OFFICE, REGISTRATION, &format!("/tasks/{nowhere}")), refused(404), "{nowhere}");
    }
}

#[test]
fn a_task_is_not_completed_without_saying_what_is_decided_and_why() {
    let mut harness = harness();
    let task = format!("{}.permiso.revision", submitted(&mut harness));
    let marks = |target: Value, note: &str| json!([{ "target": target, "note": note }]);
    for (decision, expected) in [
        (json!({}), invalid("data.decision")),
        (json!({ "verdict": "perhaps" }), invalid("data.decision")),
        (json!({ "verdict": "approve", "por": "x" }), invalid("data.decision")),
        (json!({ "verdict": "reject" }), invalid("reason")),
        (json!({ "verdict": "reject", "reason": "a".repeat(4_001) }), invalid("reason")),
        (json!({ "verdict": "send-back", "reason": "No." }), invalid("marks")),
        (
            json!({ "verdict": "send-back", "reason": "No.", "marks": marks(json!({ "field": "nada" }), "x") }),
            invalid("marks"),
        ),
        (
            json!({ "verdict": "send-back", "reason": "No.", "marks": marks(json!({ "field": "tables" }), &"a".repeat(501)) }),
            invalid("marks"),
        ),
        (json!({ "verdict": "approve", "result": "/documents/nada" }), invalid("result")),
    ] {
        assert_eq!(complete(&mut harness, OFFICE, &task, decision.clone()), expected, "{decision}");
    }
    let nothing = post(&mut harness, OFFICE, REGISTRATION, &format!("/tasks/{task}/complete"), &json!({ "data": {} }));
    assert_eq!(nothing, invalid("data.decision"));
    let done =
        complete(&mut harness, OFFICE, &task, json!({ "verdict": "reject", "reason": "No." })).expect("it is decided");
    assert_eq!(done["status"]["code"], "REJECTED");
}

#[test]
fn what_pages_would_not_take_is_not_submitted() {
    let mut harness = harness();
    let url = upload(&mut harness, FILER, "?additionalMetadata=plano");
    let foto = upload(&mut harness, FILER, "?additionalMetadata=foto");
    let hers = upload(&mut harness, OTHER, "?additionalMetadata=plano");
    let base = || file_of(&url);
    for (said, field) in [
        (with(base(), "/formData/data/lugar/tables", 51), "tables"),
        (with(base(), "/formData/data/lugar/sillas", 1), "sillas"),
        (with(base(), "/formData/data", json!({ "lugar": 1 })), "body"),
        (with(base(), "/formData/eFormId", "otro.1"), "formData.eFormId"),
        (with(base(), "/documentUrls", json!([])), "plano"),
        (with(base(), "/documentUrls", json!(["/documents/nada"])), "documentUrls.0"),
        (with(base(), "/documentUrls", json!([foto])), "documentUrls.0"),
        (with(base(), "/documentUrls", json!([hers])), "documentUrls.0"),
        (with(base(), "/documentUrls", json!([url, url])), "documentUrls.1"),
        (with(base(), "/applicantId", ""), "applicant.subject"),
    ] {
        assert_eq!(submit(&mut harness, &said), invalid(field), "{said}");
    }
    let nowhere = post(&mut harness, FILER, REGISTRATION, "/services/nada/applications", &base());
    assert_eq!(nowhere, refused(404));
    let file = submit(&mut harness, &base()).expect("the upload was not used up by what was refused");
    let (id, blob) = (file["fileId"].as_str().expect("an id"), url.trim_start_matches("/documents/"));
    assert_eq!(file["applicationData"]["documentUrls"], json!([format!("/applications/{id}/documents/{blob}")]));
    assert_eq!(submit(&mut harness, &base()), invalid("documentUrls.0"), "an upload belongs to one application");
}

#[test]
fn who_filed_corrects_what_is_marked_and_nobody_else_does() {
    let mut harness = harness();
    let id = submitted(&mut harness);
    let path = format!("/applications/{id}");
    let put = (Method::Put, REGISTRATION);
    let tables = |number: u32| json!({ "applicantId": "document/1234567", "formData": { "data": { "lugar": { "tables": number } } } });
    assert_eq!(send(&mut harness, FILER, put, &path, &tables(3)), refused(409), "nothing is sent back");
    assert_eq!(send(&mut harness, OFFICE, put, &path, &tables(3)), refused(403), "staff write nothing into it");
    assert_eq!(send(&mut harness, OTHER, put, &path, &tables(3)), refused(404));
    let marks = json!([
        { "target": { "field": "tables" }, "note": "Caben tres." }, { "target": { "document": "plano" }, "note": "No se lee." },
    ]);
    let back = json!({ "verdict": "send-back", "reason": "No caben.", "marks": marks });
    complete(&mut harness, OFFICE, &format!("{id}.permiso.revision"), back).expect("it is sent back");
    let street =
        json!({ "applicantId": "document/1234567", "formData": { "data": { "lugar": { "street": "Otra" } } } });
    assert_eq!(send(&mut harness, FILER, put, &path, &street), refused(409), "it was not marked");
    assert_eq!(send(&mut harness, FILER, put, &path, &with(tables(3), "/applicantId", "ana")), invalid("applicantId"));
    let unknown = with(tables(3), "/formData/data/lugar/sillas", 1);
    assert_eq!(send(&mut harness, FILER, put, &path, &unknown), invalid("sillas"));
    let before = get(&mut harness, FILER, REGISTRATION, &path).expect("a file");
    let url = upload(&mut harness, FILER, "?additionalMetadata=plano");
    let said = with(tables(3), "/documentUrls", json!([url]));
    let file = send(&mut harness, FILER, put, &path, &said).expect("it is corrected");
    assert_ne!(file["applicationData"]["documentUrls"], before["applicationData"]["documentUrls"]);
}

#[test]
fn documents_are_served_to_who_uploaded_them_and_to_who_sees_their_application() {
    let mut harness = harness();
    let served = |harness: &mut Harness, by: &str, path: &str| match harness.call(Call::get(REGISTRATION, path).by(by))
    {
        Ok(answer) => Ok((answer.content_type, answer.body)),
        Err(_) => Err(get(harness, by, REGISTRATION, path).expect_err("it is refused")),
    };
    let file = Ok(("application/pdf".to_owned(), PDF.to_vec()));
    let url = upload(&mut harness, FILER, "?additionalMetadata=plano");
    assert_eq!(served(&mut harness, FILER, &url), file);
    assert_eq!(served(&mut harness, OFFICE, &url), Err((404, Vec::new())), "it is another's");
    assert_eq!(served(&mut harness, FILER, "/documents/nada"), Err((404, Vec::new())));

    let id = submit(&mut harness, &file_of(&url)).expect("it is submitted")["fileId"].clone();
    assert_eq!(served(&mut harness, FILER, &url), Err((404, Vec::new())), "it waits no longer");
    let path = format!("/applications/{}", id.as_str().expect("an id"));
    let shown = get(&mut harness, OFFICE, REGISTRATION, &path).expect("an office sees it");
    let attached = shown["applicationData"]["documentUrls"][0].as_str().expect("an address").to_owned();
    for by in [FILER, OFFICE] {
        assert_eq!(served(&mut harness, by, &attached), file, "{by}");
    }
    assert_eq!(served(&mut harness, OTHER, &attached), Err((404, Vec::new())));
    assert_eq!(served(&mut harness, FILER, &format!("{path}/documents/nada")), Err((404, Vec::new())));
}

#[test]
fn uploads_are_one_file_each_and_what_stands_in_them() {
    let mut harness = harness();
    let text = form("name=\"file\"", b"JVBERi0xLjcgcGxhbm8=");
    assert!(harness.call(upload_of(FILER, "", text)).is_ok_and(|answer| answer.status == 200), "base64 is read");
    let file = "name=\"file\"; filename=\"a.pdf\"";
    let two = [&form(file, PDF)[..form(file, PDF).len() - 6], b"\r\n", &form(file, PDF)].concat();
    for (query, body) in [
        ("", form("name=\"other\"; filename=\"a.pdf\"", PDF)),
        ("", form(file, b"<html>")),
        ("", form("name=\"file\"", b"***")),
        ("", form("name=\"file\"; filename=\"../a.pdf\"", PDF)),
        ("", two),
        ("", b"{}".to_vec()),
        ("?additionalMetadata=No+Code", form(file, PDF)),
    ] {
        let answer = harness.call(upload_of(FILER, query, body)).expect("an answer");
        assert_eq!(answer.status, 400, "{query}");
        Document::registration().check(("post", "/documents"), 400, &answer.read().expect("JSON"));
    }
    let nobody = Call::new(Method::Post, REGISTRATION, "/documents");
    assert_eq!(body(harness.call(nobody)), refused(403));
}

#[test]
fn uploads_wait_a_day_for_their_application_and_a_hundred_at_most() {
    let mut harness = harness();
    let form = form("name=\"file\"; filename=\"a.pdf\"", PDF);
    for _ in 0..100 {
        assert!(harness.call(upload_of(FILER, "", form.clone())).is_ok_and(|answer| answer.status == 200));
    }
    assert_eq!(body(harness.call(upload_of(FILER, "", form))), refused(409));
    upload(&mut harness, OTHER, "");
    harness.advance(std::time::Duration::from_secs(24 * 60 * 60 + 1));
    upload(&mut harness, FILER, "");
}

#[test]
fn statistics_are_counted_by_registration_role_operator_and_timeframe() {
    let mut harness = harness();
    let task = format!("{}.permiso.revision", submitted(&mut harness));
    complete(&mut harness, OFFICE, &task, json!({ "verdict": "reject", "reason": "No." })).expect("it is decided");
    let path = "/data/statistics/1.0";
    for query in [
        "",
        "?registrationName=permiso-mesas",
        "?registrationName=poner+mesas+en+la+acera",
        "?role=reviewer",
        &format!("?operator={OFFICE}"),
        &format!("?registrationName=permiso-mesas&role=reviewer&operator={OFFICE}"),
    ] {
        let counted = ask(&mut harness, OTHER, path, &format!("{path}{query}"));
        assert_eq!((&counted[0]["processed"], &counted[0]["rejected"]), (&json!(1), &json!(1)), "{query}");
    }
    let other = ask(&mut harness, OTHER, path, &format!("{path}?registrationName=permiso-mesas&operator=rosa"));
    assert_eq!(other[0]["processed"], 0);
    let days =
        ask(&mut harness, OTHER, path, &format!("{path}?startDate=2026-01-01&endDate=2026-01-31&timeframe=week"));
    assert_eq!(days.as_array().map(Vec::len), Some(5));
    let last = &days[4]["references"];
    assert_eq!(
        (&last["startDate"], &last["endDate"], &last["timeframeWeek"]),
        (&json!("2026-01-29"), &json!("2026-01-31"), &json!(true))
    );
    for (query, status) in [
        ("?registrationName=n0tex1st", 404),
        ("?role=No+Code", 404),
        ("?timeframe=hour", 400),
        ("?timeframe=", 400),
        ("?startDate=ayer", 400),
        ("?startDate=2026-02-01&endDate=2026-01-01", 400),
    ] {
        assert_eq!(get(&mut harness, OTHER, REGISTRATION, &format!("{path}{query}")), refused(status), "{query}");
    }
}
