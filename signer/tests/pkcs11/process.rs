//! The process itself: what of it others can see, and that it does not outlive its server.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use signer::KeyAlgorithm;
use signer::pkcs11::wire::{self, Answer, Ask, Frame, Purpose, SecretBytes};

use crate::softhsm::{PIN, SoftHsm, program, settled};

#[test]
fn the_pin_is_in_no_argument_and_no_environment_and_no_core_dump() {
    let Some(hsm) = SoftHsm::new() else { return };
    let token = hsm.open();
    settled(&token);
    let process = token.process_id().unwrap();
    let of_process = |file: &str| fs::read(format!("/proc/{process}/{file}")).unwrap();
    for file in ["cmdline", "environ"] {
        let text = of_process(file);
        assert!(!text.windows(PIN.len()).any(|part| part == PIN.as_bytes()), "{file}");
    }
    assert!(
        !String::from_utf8(of_process("environ")).unwrap().contains("PATH="),
        "nothing of the server's is inherited"
    );
    let limits = String::from_utf8(of_process("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert!(core.split_whitespace().filter(|word| *word == "0").count() == 2, "{core}");
}

#[test]
fn ends_with_its_server_even_while_its_module_hangs() {
    let Some(hsm) = SoftHsm::behind_faults() else { return };
    let (mut child, mut socket) = opened(&hsm);
    ask(&mut socket, 1, Ask::Generate { key: "a".to_owned(), algorithm: KeyAlgorithm::P256 });
    assert!(matches!(wire::read(&mut socket), Ok(Some(Frame::Reply { id: 1, answer: Answer::Key(_) }))));
    hsm.fault("hang");
    ask(&mut socket, 2, Ask::Sign { key: "a".to_owned(), purpose: Purpose::Document, message: vec![1] });
    drop(socket);
    child.wait().unwrap();
}

#[test]
fn ends_when_what_comes_is_no_request() {
    let Some(hsm) = SoftHsm::new() else { return };
    for nonsense in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 0, 0, 1, 9], &[0, 0, 0, 0]] {
        let (mut child, mut socket) = opened(&hsm);
        std::io::Write::write_all(&mut socket, nonsense).unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn answers_many_requests_at_once_each_by_its_id() {
    let Some(hsm) = SoftHsm::new() else { return };
    let (mut child, mut socket) = opened(&hsm);
    for id in 1..=40 {
        ask(&mut socket, id, Ask::Examine);
    }
    let mut ids: Vec<u32> = (1..=40)
        .map(|_| match wire::read(&mut socket).unwrap() {
            Some(Frame::Reply { id, answer: Answer::Well }) => id,
            other => panic!("{other:?}"),
        })
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=40).collect::<Vec<_>>());
    // A token is opened once.
    ask(&mut socket, 41, open(&hsm));
    assert!(matches!(wire::read(&mut socket), Ok(Some(Frame::Reply { id: 41, answer: Answer::Failed(_) }))));
    drop(socket);
    child.wait().unwrap();
}

fn opened(hsm: &SoftHsm) -> (Child, UnixStream) {
    let (mut socket, theirs) = UnixStream::pair().unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let child = Command::new(program())
        .envs(hsm.settings().environment)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    ask(&mut socket, 0, open(hsm));
    assert!(matches!(wire::read(&mut socket), Ok(Some(Frame::Reply { id: 0, answer: Answer::LoggingIn }))));
    assert!(matches!(wire::read(&mut socket), Ok(Some(Frame::Reply { id: 0, answer: Answer::Opened(_) }))));
    (child, socket)
}

fn open(hsm: &SoftHsm) -> Ask {
    let settings = hsm.settings();
    Ask::Open {
        module: settings.module.to_str().unwrap().to_owned(),
        token: settings.token,
        pin: SecretBytes::new(PIN.as_bytes().to_vec()),
        sessions: 4,
    }
}

fn ask(socket: &mut UnixStream, id: u32, ask: Ask) {
    wire::write(socket, Frame::Request { id, ask }).unwrap();
}
