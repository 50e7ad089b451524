//! What a service manager hears from the real binary.

#![allow(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is what failed")]

use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// A machine that is busy with other tests takes its time; nothing is waited for that does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that was started as a unit of `Type=notify`.
struct Unit {
    heard: UnixDatagram,
    child: Child,
}

impl Unit {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let socket = folder.join("notify");
        let heard = UnixDatagram::bind(&socket).unwrap();
        heard.set_read_timeout(Some(PATIENCE)).unwrap();
        std::fs::write(folder.join("pin"), "1234").unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_chakana"))
            .args(arguments)
            .args([Path::new("--data"), &folder.join("data"), Path::new("--pin-file"), &folder.join("pin")])
            .env("NOTIFY_SOCKET", &socket)
            .stdout(Stdio::null())
            .spawn();
        Self { heard, child: child.unwrap() }
    }

    fn hears(&self) -> String {
        let mut bytes = [0; 256];
        let length = self.heard.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    fn stop(mut self) -> (String, ExitStatus) {
        let id = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(id, Signal::TERM).unwrap();
        (self.hears(), self.child.wait().unwrap())
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        // A test that failed leaves no server behind; of one that ended there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn check(settings: &str, content: &str, arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data").join(settings), content).unwrap();
    let unit = Unit::start(folder.path(), arguments);
    assert_eq!(unit.hears(), "READY=1\n");
    let (last, status) = unit.stop();
    assert_eq!(last, "STOPPING=1\n");
    assert!(status.success(), "{status}");
}

/// A port that nobody has: the kernel names one, which is free once it was asked.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn trust_services_say_that_they_listen_and_that_they_stop() {
    let settings = format!("url = \"http://127.0.0.1:{}\"\nname = \"Pruebas\"\nkey_iterations = 100000\n", free_port());
    check("trust-services.toml", &settings, &["trust-services", "--create"]);
}

#[test]
fn a_registry_says_that_it_answers_and_that_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("registry.toml");
    std::fs::write(&document, "instance = \"BO\"\nmember_classes = [\"GOV\"]\n").unwrap();
    let settings = format!(
        "[management]\nlisten = \"127.0.0.1:{}\"\n[public]\nlisten = \"127.0.0.1:{}\"\n[keys]\nkey_iterations = 100000\n",
        free_port(),
        free_port()
    );
    check("registry-server.toml", &settings, &["central-registry", "--create", document.to_str().unwrap()]);
}
