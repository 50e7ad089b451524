//! Programs that know nothing of this crate read what it writes.

use std::path::Path;
use std::process::{Command, Output};

use protocol::hash::Sha512Hash;

use crate::scene::*;

/// Runs a program; `None`, said aloud, if it is not installed.
pub(crate) fn run(program: &str, arguments: &[&str], folder: &Path) -> Option<Output> {
    match Command::new(program).args(arguments).current_dir(folder).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: {program} is not installed");
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

pub(crate) fn succeeded(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Writes a usual container into a folder of its own.
fn exported() -> (Scene, tempfile::TempDir) {
    let scene = Scene::new();
    let making = Making::usual();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("evidence.asice"), written(&scene.contents(&making), making.body)).unwrap();
    (scene, folder)
}

#[test]
fn unzip_finds_no_fault() {
    let (_, folder) = exported();
    let Some(output) = run("unzip", &["-t", "evidence.asice"], folder.path()) else { return };
    assert!(succeeded(&output).contains("No errors detected"));
}

#[test]
fn python_reads_the_same_entries() {
    let (_, folder) = exported();
    let script = "import zipfile, hashlib\n\
        z = zipfile.ZipFile('evidence.asice')\n\
        assert z.testzip() is None\n\
        print([i.filename for i in z.infolist()][:4], hashlib.sha512(z.read('body.bin')).hexdigest())";
    let Some(output) = run("python3", &["-c", script], folder.path()) else { return };
    let text = succeeded(&output);
    assert!(text.contains("['mimetype', 'head.txt', 'context.txt', 'body.bin']"), "{text}");
    assert!(text.contains(&Sha512Hash::of(BODY).to_string()), "{text}");
}

#[test]
fn the_manifest_is_well_formed_xml_with_the_digest_of_each_part() {
    let (_, folder) = exported();
    let script = "import zipfile, hashlib, base64\n\
        import xml.etree.ElementTree as E\n\
        z = zipfile.ZipFile('evidence.asice')\n\
        root = E.fromstring(z.read('META-INF/ASiCManifest001.xml'))\n\
        a = '{http://uri.etsi.org/02918/v1.2.1#}'\n\
        d = '{http://www.w3.org/2000/09/xmldsig#}'\n\
        assert root.tag == a + 'ASiCManifest'\n\
        assert root.find(a + 'SigReference').get('URI') == 'META-INF/signature001.p7s'\n\
        refs = root.findall(a + 'DataObjectReference')\n\
        for ref in refs:\n\
        \x20 digest = hashlib.sha512(z.read(ref.get('URI'))).digest()\n\
        \x20 assert base64.b64decode(ref.find(d + 'DigestValue').text) == digest\n\
        print(len(refs))";
    let Some(output) = run("python3", &["-c", script], folder.path()) else { return };
    assert_eq!(succeeded(&output).trim(), "4");
}

#[test]
fn openssl_verifies_signature_and_timestamp() {
    let (scene, folder) = exported();
    let unzipped = run("unzip", &["-q", "evidence.asice"], folder.path());
    if unzipped.is_none_or(|output| !output.status.success()) {
        return;
    }
    let pem = |der: &[u8]| pem_of(der);
    std::fs::write(folder.path().join("root.pem"), pem(scene.pki.root.certificate.der())).unwrap();
    std::fs::write(folder.path().join("issuing.pem"), pem(scene.pki.issuing.certificate.der())).unwrap();
    let verify = [
        "cms",
        "-verify",
        "-cades",
        "-inform",
        "DER",
        "-in",
        "META-INF/signature001.p7s",
        "-content",
        "META-INF/ASiCManifest001.xml",
        "-binary",
        "-CAfile",
        "root.pem",
        "-purpose",
        "any",
        "-out",
        "out.xml",
    ];
    let Some(output) = run("openssl", &verify, folder.path()) else { return };
    succeeded(&output);
    let stamped = [
        "ts",
        "-verify",
        "-in",
        "META-INF/checkpoint.tst",
        "-token_in",
        "-data",
        "META-INF/checkpoint.txt",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "issuing.pem",
    ];
    let Some(output) = run("openssl", &stamped, folder.path()) else { return };
    succeeded(&output);
}

pub(crate) fn pem_of(der: &[u8]) -> String {
    use base64::Engine;
    let encoded = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = encoded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}
