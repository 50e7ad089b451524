//! E-mail, over sockets.

use std::sync::Arc;

use notices::{Outcome, Reason, Smtp, SmtpSecurity, SmtpSettings, Ways};
use texts::Argument;

use crate::common::*;
use crate::smtp_peer::{Mail, Offers, SmtpPeer};

const TAKEN: &str = "250 ok\r\n";
const KNOWN: &str = "235 known\r\n";

fn settings(peer: &SmtpPeer, security: SmtpSecurity, scene: &Scene) -> SmtpSettings {
    let password = scene.folder.path().join("password");
    std::fs::write(&password, "secreto\n").unwrap();
    SmtpSettings {
        host: "localhost".to_owned(),
        port: peer.port,
        security,
        user: Some("avisos".to_owned()),
        password_file: Some(password),
        from: "Servicios del Estado <avisos@example.bo>".to_owned(),
        certificates: Some(peer.certificate_file(&scene.folder)),
    }
}

/// Says a notice and sends it; gives what became of it.
async fn send(scene: &Scene, settings: &SmtpSettings, notice: &notices::Notice) -> Outcome {
    scene.reach(&by_email()).await;
    scene.say(notice).await;
    let smtp = Arc::new(Smtp::new(settings).unwrap());
    scene.courier(Ways { email: Some(smtp), ..Ways::default() }).step(at(60)).await.unwrap();
    scene.list()[0].deliveries[0].outcome
}

fn headers(mail: &Mail) -> Vec<(String, String)> {
    let head = mail.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    head.lines().map(|line| line.split_once(": ").unwrap()).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn header(mail: &Mail, name: &str) -> String {
    let all = headers(mail);
    let mut found = all.iter().filter(|(header, _)| header == name);
    let (_, value) = found.next().unwrap_or_else(|| panic!("{name} is missing"));
    assert!(found.next().is_none(), "{name} is there twice");
    value.clone()
}

#[tokio::test]
async fn a_notice_is_sent_over_tls_of_both_kinds_and_within_this_machine_without() {
    for (offers, security, over_tls) in [
        (Offers::Tls, SmtpSecurity::Tls, true),
        (Offers::Starttls, SmtpSecurity::Starttls, true),
        (Offers::Plain, SmtpSecurity::Plain, false),
    ] {
        let (scene, peer) = (Scene::new(), SmtpPeer::start(offers, TAKEN, KNOWN).await);
        let outcome = send(&scene, &settings(&peer, security, &scene), &notice("a", 0)).await;
        assert_eq!(outcome, Outcome::Sent { at: at(60) });
        let mails = peer.mails();
        assert_eq!((mails.len(), mails[0].over_tls), (1, over_tls));
        assert_eq!(mails[0].to, "RCPT TO:<ana@correo.example>");
        assert!(mails[0].from.starts_with("MAIL FROM:<avisos@example.bo>"));
        // RFC 4616: a zero byte before user and password.
        assert_eq!(mails[0].auth, "AUTH PLAIN AGF2aXNvcwBzZWNyZXRv");
    }
}

#[tokio::test]
async fn an_e_mail_says_what_it_is() {
    let (scene, peer) = (Scene::new(), SmtpPeer::start(Offers::Plain, TAKEN, KNOWN).await);
    send(&scene, &settings(&peer, SmtpSecurity::Plain, &scene), &notice("a", 0)).await;
    let mail = peer.mails().remove(0);
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&mail, "Content-Language"), "es");
    assert_eq!(header(&mail, "Date"), "Thu, 26 Nov 2026 12:00:00 +0000");
    assert_eq!(header(&mail, "To"), "ana@correo.example");
    let id = header(&mail, "Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@example.bo>") && id.len() == 32 + 13, "{id}");
    assert!(header(&mail, "Content-Type").starts_with("multipart/alternative"));
    assert!(mail.data.contains("https://servicios.example.bo/pagos/7"));
}

#[tokio::test]
async fn no_text_adds_a_header_or_markup() {
    let (scene, peer) = (Scene::new(), SmtpPeer::start(Offers::Plain, TAKEN, KNOWN).await);
    let mut notice = notice("a", 0);
    notice.template = "plain".to_owned();
    notice.arguments = vec![
        Argument::text("subject", "Hola\r\nBcc: otro@example.bo\r\n\r\n<b>"),
        Argument::text("text", "<script>alert(1)</script>\r\n.\r\nQUIT\r\n"),
    ];
    send(&scene, &settings(&peer, SmtpSecurity::Plain, &scene), &notice).await;
    let mail = peer.mails().remove(0);
    assert!(headers(&mail).iter().all(|(name, _)| name != "Bcc"));
    assert_eq!(header(&mail, "Subject"), "Hola Bcc: otro@example.bo <b>");
    let (plain, page) = mail.data.split_once("text/html").unwrap();
    assert!(plain.contains("<script>") && !page.contains("<script>") && page.contains("&lt;script&gt;"), "{page}");
    assert_eq!(peer.mails().len(), 1);
}

#[tokio::test]
async fn a_mailbox_that_is_not_there_ends_the_attempts_and_a_full_server_does_not() {
    for (answer, given_up) in
        [("550 no such mailbox\r\n", true), ("451 later\r\n", false), ("554 not today\r\n", false)]
    {
        let (scene, peer) = (Scene::new(), SmtpPeer::start(Offers::Plain, answer, KNOWN).await);
        let outcome = send(&scene, &settings(&peer, SmtpSecurity::Plain, &scene), &notice("a", 0)).await;
        match outcome {
            Outcome::GivenUp { reason: Reason::Refused, .. } => assert!(given_up, "{answer}"),
            Outcome::Waiting { attempts: 1, .. } => assert!(!given_up, "{answer}"),
            other => panic!("{answer}: {other:?}"),
        }
        assert!(peer.mails().is_empty());
    }
}

#[tokio::test]
async fn a_wrong_password_loses_no_notice() {
    let (scene, peer) = (Scene::new(), SmtpPeer::start(Offers::Plain, TAKEN, "535 no\r\n").await);
    let outcome = send(&scene, &settings(&peer, SmtpSecurity::Plain, &scene), &notice("a", 0)).await;
    assert!(matches!(outcome, Outcome::Waiting { attempts: 1, .. }), "{outcome:?}");
}

#[tokio::test]
async fn neither_password_nor_notice_goes_out_without_the_tls_that_was_asked_for() {
    let (scene, peer) = (Scene::new(), SmtpPeer::start(Offers::Plain, TAKEN, KNOWN).await);
    let outcome = send(&scene, &settings(&peer, SmtpSecurity::Starttls, &scene), &notice("a", 0)).await;
    assert!(matches!(outcome, Outcome::Waiting { .. }) && peer.mails().is_empty());
    // A certificate that nobody vouches for.
    let (scene, peer) = (Scene::new(), SmtpPeer::start(Offers::Tls, TAKEN, KNOWN).await);
    let settings = SmtpSettings { certificates: None, ..settings(&peer, SmtpSecurity::Tls, &scene) };
    let outcome = send(&scene, &settings, &notice("a", 0)).await;
    assert!(matches!(outcome, Outcome::Waiting { .. }) && peer.mails().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again() {
    let (scene, peer) = (Scene::new(), SmtpPeer::start(Offers::Plain, TAKEN, KNOWN).await);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = SmtpSettings { port: free, ..settings(&peer, SmtpSecurity::Plain, &scene) };
    let outcome = send(&scene, &settings, &notice("a", 0)).await;
    assert!(matches!(outcome, Outcome::Waiting { attempts: 1, .. }));
}
