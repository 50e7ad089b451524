//! Containers that are made to grow, sent to the page on which anybody has evidence verified.

use super::{Port, SOON, until_closed};
use citizens_gateway::Limits as OfGateway;
use http::{Method, StatusCode};
use listener::Limits;
use serde_json::Value;
use tests::browser::{DOMAIN, Shown, text};
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

/// An entry of a ZIP file as it says of itself, whatever is true.
#[derive(Clone)]
struct Entry {
    name: String,
    method: u16,
    size: u32,
    content: Vec<u8>,
    at: Option<u32>,
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

fn entry(name: &str, method: u16, size: u32, content: &[u8]) -> Entry {
    Entry { name: name.to_owned(), method, size, content: content.to_vec(), at: None }
}

/// APPNOTE.TXT §4.3: the entries, the directory, its end.
fn zip(entries: &[Entry]) -> Vec<u8> {
    let common = |entry: &Entry| {
        let mut bytes = Vec::new();
        [20, 0, entry.method, 0, 0x21].iter().for_each(|field| bytes.extend(field.to_le_bytes()));
        let length = u32::try_from(entry.content.len()).unwrap();
        [0, length, entry.size].iter().for_each(|field| bytes.extend(field.to_le_bytes()));
        bytes.extend((entry.name.len() as u16).to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    };
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = entry.at.unwrap_or(file.len() as u32);
        file.extend([b"PK\x03\x04", common(entry).as_slice(), entry.name.as_bytes(), &entry.content].concat());
        directory.extend([b"PK\x01\x02\x14\0", common(entry).as_slice(), &[0; 10], &at.to_le_bytes()].concat());
        directory.extend(entry.name.as_bytes());
    }
    let (count, size, at) = (entries.len() as u16, directory.len() as u32, file.len() as u32);
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    [count, count].iter().for_each(|field| file.extend(field.to_le_bytes()));
    [size, at].iter().for_each(|field| file.extend(field.to_le_bytes()));
    file.extend([0; 2]);
    file
}

async fn verified(port: &Port, container: &[u8]) -> Shown {
    let head = b"--X\r\nContent-Disposition: form-data; name=\"evidence\"; filename=\"a.asice\"\r\n\r\n";
    let body = [head, container, b"\r\n--X--\r\n"].concat();
    let headers = [("content-type", "multipart/form-data; boundary=X"), ("accept", "application/json")];
    let mut browser = port.browser(DOMAIN);
    timeout(SOON, browser.send(Method::POST, "/verify", &headers, body)).await.expect("it is answered")
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_that_are_made_to_grow_are_no_evidence_and_nothing_of_them_is_unpacked() {
    let port = Port::open(Limits::default()).await;
    let mime = entry("mimetype", STORED, 31, b"application/vnd.etsi.asic-e+zip");
    let packed = [0xed, 0xc1, 1, 1, 0, 0, 0, 0x80, 0x90, 0xfe, 0xaf, 0xee, 8, 0x0a].repeat(64);
    let nested = zip(&[entry("a", DEFLATED, u32::MAX - 1, &packed)]);
    // All of them are the same bytes, each as large as all.
    let overlapping =
        (0..16).map(|number| Entry { at: Some(0), ..entry(&format!("{number}"), STORED, 100, &[0; 100]) });
    let many = (0..60_000_u32).map(|number| entry(&format!("{number}"), STORED, 0, b""));
    for (what, container) in [
        ("packed", zip(&[mime.clone(), entry("message/body", DEFLATED, u32::MAX - 1, &packed)])),
        ("nested", zip(&[mime.clone(), entry("message/body", STORED, nested.len() as u32, &nested)])),
        ("longer than it is", zip(&[mime.clone(), entry("message/body", STORED, u32::MAX - 1, b"short")])),
        ("overlapping", zip(&overlapping.collect::<Vec<_>>())),
        ("many", zip(&many.collect::<Vec<_>>())),
        ("all of one name", zip(&vec![mime; 1_000])),
    ] {
        let shown = verified(&port, &container).await;
        assert_eq!(shown.status(), StatusCode::OK, "{what}: {}", text(&shown));
        let said: Value = serde_json::from_slice(shown.body()).unwrap();
        assert_eq!(said["verdict"], "invalid", "{what}: {said}");
    }
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_that_is_larger_than_the_page_takes_is_refused_before_it_has_come() {
    let port = Port::open(Limits::default()).await;
    let mut stream = port.harmful("http/1.1").await;
    let head = format!(
        "POST /verify HTTP/1.1\r\nhost: {DOMAIN}\r\naccept: text/html\r\nconnection: close\r\n\
         content-type: multipart/form-data; boundary=X\r\ncontent-length: 9000000000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let said = until_closed(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("demasiado grande"), "{said}");
    port.serves_others().await;
    port.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_fills_no_more_of_the_disk_than_its_share() {
    let port = Port::with(Limits::default(), OfGateway { aside_bytes: 40_000, ..OfGateway::default() }).await;
    let large = verified(&port, &[0; 10_001]).await;
    assert_eq!(large.status(), StatusCode::TOO_MANY_REQUESTS, "{}", text(&large));
    // What was refused takes up nothing, however often it comes; and what is judged is gone.
    for _ in 0..8 {
        assert_eq!(verified(&port, &[0; 10_001]).await.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(verified(&port, &[0; 9_000]).await.status(), StatusCode::OK);
    }
    port.close().await;
}
