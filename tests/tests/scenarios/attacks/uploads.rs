//! Files and forms that are not what they say, larger than they may be, without an end, or made to grow.

use super::{Port, SOON, VISITORS, request, until_closed};
use citizens_gateway::Limits as OfGateway;
use http::{Method, StatusCode};
use listener::Limits;
use std::collections::BTreeMap;
use tests::browser::{Browser, DOMAIN, location, text, token};
use tests::visitors;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

async fn with_pictures(limits: OfGateway) -> Port {
    let port = Port::with(Limits::default(), limits).await;
    let manifest = include_str!("../../../../plugins/images/plugin.toml");
    visitors::load(&port.host, manifest, "plugin-images", BTreeMap::new()).await;
    port
}

/// Sends a file from a page of its own, and gives how it is answered.
async fn sent(browser: &mut Browser, name: &str, content_type: &str, content: &[u8]) -> (StatusCode, String) {
    let page = browser.get("/").await;
    let shown = timeout(SOON, browser.upload(&page, "/pictures", (name, content_type), content)).await;
    let shown = shown.expect("it is answered");
    (shown.status(), text(&shown).to_owned())
}

/// A piece of a PNG (PNG, third edition, §5.3).
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let sum = kind.iter().chain(data).fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    });
    [&u32::try_from(data.len()).unwrap().to_be_bytes(), kind.as_slice(), data, &(!sum).to_be_bytes()].concat()
}

fn header(width: u32, height: u32) -> Vec<u8> {
    chunk(b"IHDR", &[&width.to_be_bytes(), &height.to_be_bytes(), [8, 6, 0, 0, 0].as_slice()].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_it_holds_whatever_it_is_called() {
    let port = with_pictures(OfGateway::default()).await;
    let mut browser = port.browser(VISITORS);
    let gif = [b"GIF89a\x01\0\x01\0\0\0\0".as_slice(), &b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x01\0\0".repeat(5_000), b";"];
    for (name, content) in [
        ("a.png", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("a.png", b"\xef\xbb\xbf\n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("a.png", [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 2_000]].concat()),
        ("a.pdf", [b"\x7fELF\x02\x01\x01\0".as_slice(), &[0; 2_000]].concat()),
        ("a.pdf", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
        // With five thousand pictures in it.
        ("a.png", gif.concat()),
        // What a browser might see a PDF in, if it looked further than it should.
        ("a.pdf", b"<html>%PDF-1.7".to_vec()),
        ("a.png", Vec::new()),
    ] {
        let (status, said) = sent(&mut browser, name, "image/png", &content).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name}: {said}");
        assert!(said.contains("no es de estos tipos: PNG, PDF"), "{said}");
    }
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_is_also_a_page_runs_nowhere() {
    let port = with_pictures(OfGateway::default()).await;
    let mut browser = port.browser(VISITORS);
    let page = browser.get("/").await;
    let both = b"%PDF-1.7\n<html><script>alert(document.cookie)</script>";
    let kept = browser.upload(&page, "/pictures", ("a.html", "text/html"), both).await;
    let link = browser.get(location(&kept)).await;
    let path = location(&link).strip_prefix(&format!("https://files--visitors.{DOMAIN}")).unwrap().to_owned();
    let shown = port.browser(&format!("files--{VISITORS}")).get(&path).await;
    let says = |name: &str| shown.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((says("content-type"), says("x-content-type-options")), ("application/pdf".into(), "nosniff".into()));
    let policy = says("content-security-policy");
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_that_are_made_to_grow_are_refused_and_ordinary_ones_taken() {
    let port = with_pictures(OfGateway::default()).await;
    let mut browser = port.browser(VISITORS);
    // zlib of nothing, and of 64 bytes of the four gigabytes that the header promises.
    let nothing = b"\x78\x9c\x03\x00\x00\x00\x00\x01";
    let end = chunk(b"IEND", &[]);
    let bomb = |width, height| [PNG, &header(width, height), &chunk(b"IDAT", nothing), &end].concat();
    for content in [
        bomb(50_000, 50_000),
        bomb(u32::MAX >> 1, 1),
        bomb(1, u32::MAX >> 1),
        bomb(0, 0),
        // It ends before its pixels, in the middle of them, or of its head.
        bomb(3_500, 3_500),
        [PNG, &header(3_500, 3_500), &chunk(b"IDAT", nothing)[..9]].concat(),
        [PNG, &header(1, 1)[..10]].concat(),
        PNG.to_vec(),
        // A piece that says that it has two gigabytes.
        [PNG, &header(1, 1), b"\x7f\xff\xff\xffIDAT\0".as_slice()].concat(),
    ] {
        let (status, said) = sent(&mut browser, "a.png", "image/png", &content).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{said}");
        assert!(said.contains("Una foto no se puede leer"), "{said}");
    }
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_larger_than_the_page_takes_is_refused_before_it_has_come() {
    let port = with_pictures(OfGateway::default()).await;
    let multipart = "content-type: multipart/form-data; boundary=X\r\nconnection: close\r\n";
    for framing in ["content-length: 10000000000\r\n\r\n", "transfer-encoding: chunked\r\n\r\n"] {
        let mut stream = port.harmful("http/1.1").await;
        let mut browser = port.browser(VISITORS);
        let (page, cookies) = (browser.get("/").await, browser.cookies());
        let head = format!("{}{multipart}cookie: {cookies}\r\n{framing}", request("POST", "/pictures"));
        let fields = format!(
            "--X\r\nContent-Disposition: form-data; name=\"-form\"\r\n\r\n{}\r\n--X\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7",
            token(&page).unwrap()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let is_chunked = framing.starts_with("transfer");
        if is_chunked {
            stream.write_all(format!("{:x}\r\n{fields}\r\n", fields.len()).as_bytes()).await.unwrap();
            let piece = format!("{:x}\r\n{}\r\n", 64 << 10, "x".repeat(64 << 10));
            // More than a file may have, less than the form: it is refused while it comes.
            for _ in 0..3 {
                let _ = stream.write_all(piece.as_bytes()).await;
            }
            let _ = stream.write_all(b"0\r\n\r\n").await;
            let _ = stream.flush().await;
        }
        let said = until_closed(&mut stream).await;
        assert!(said.starts_with("HTTP/1.1 413") && said.contains("demasiado grande"), "{said}");
        port.serves_others().await;
    }
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_with_too_many_parts_or_without_an_end_are_refused() {
    let port = with_pictures(OfGateway::default()).await;
    let mut browser = port.browser(VISITORS);
    let part = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
    let page = browser.get("/").await;
    let own = format!("--X\r\nContent-Disposition: form-data; name=\"-form\"\r\n\r\n{}\r\n", token(&page).unwrap());
    let file = "--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\r\n";
    for (boundary, body, status) in [
        ("X", part.repeat(5_000) + "--X--\r\n", StatusCode::PAYLOAD_TOO_LARGE),
        ("X", own.clone() + &file.repeat(30) + "--X--\r\n", StatusCode::PAYLOAD_TOO_LARGE),
        ("X", "--X\r\n".to_owned() + &"a".repeat(500_000), StatusCode::BAD_REQUEST),
        ("X", "--X\r\n\r\n\r\n".repeat(5_000) + "--X--\r\n", StatusCode::PAYLOAD_TOO_LARGE),
        ("X", "--X".to_owned() + &" ".repeat(500_000), StatusCode::BAD_REQUEST),
        ("X", "no boundary".repeat(50_000), StatusCode::BAD_REQUEST),
        ("X", own.clone() + file, StatusCode::BAD_REQUEST),
        (&"X".repeat(71), String::new(), StatusCode::BAD_REQUEST),
        ("X", part.replace("\"a\"", &format!("\"{}\"", "a".repeat(300))), StatusCode::BAD_REQUEST),
    ] {
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let headers = [("content-type", content_type.as_str()), ("accept", "text/html")];
        let beginning = body.chars().take(40).collect::<String>();
        let refused = browser.send(Method::POST, "/pictures", &headers, body.into()).await;
        assert_eq!(refused.status(), status, "{beginning:?}: {}", text(&refused));
    }
    let count = port.browser(VISITORS).get("/count").await;
    assert_eq!(text(&count), r#"{"visitors":0}"#);
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_compressed_is_not_taken_on_any_origin() {
    let port = Port::open(Limits::default()).await;
    // It stands for a megabyte of nothing; nobody has to know that.
    let zipped = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xed\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a\0\0\0\0".repeat(40);
    for (host, path, content_type) in [
        (VISITORS, "/", "application/x-www-form-urlencoded"),
        (VISITORS, "/", "application/json"),
        (VISITORS, "/pictures", "multipart/form-data; boundary=X"),
        (DOMAIN, "/verify", "multipart/form-data; boundary=X"),
    ] {
        for encoding in ["gzip", "br", "identity, deflate"] {
            let headers = [("content-type", content_type), ("content-encoding", encoding), ("accept", "text/html")];
            let refused = port.browser(host).send(Method::POST, path, &headers, zipped.clone()).await;
            assert_eq!(refused.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}: {}", text(&refused));
            assert_eq!(refused.headers()["accept-encoding"], "identity");
            assert!(text(&refused).contains("No se recibe contenido comprimido"), "{}", text(&refused));
        }
    }
    port.serves_others().await;
    port.close().await;
}
