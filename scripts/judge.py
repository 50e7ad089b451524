#!/usr/bin/env python3
"""Judges evidence containers with tools that are not ours, then flips bytes and demands that they, and ours, refuse.

Stock judges: openssl (cms, dgst, ts, ocsp), pyHanko, and a reader of C2SP transparency logs built on public crates.
"""
import argparse
import asyncio
import base64
import hashlib
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

from asn1crypto import cms, ocsp, x509
from pyhanko.keys import load_cert_from_pemder
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

SIGNATURE, MANIFEST = "META-INF/signature{:03}.p7s", "META-INF/ASiCManifest{:03}.xml"
LEAF, PROOF = "META-INF/leaf.txt", "META-INF/leaf.tlog-proof"
CHECKPOINT, TOKEN = "META-INF/checkpoint.txt", "META-INF/checkpoint.tst"


class Refused(Exception):
    """A judge said no."""


class Evidence:
    """A container taken apart into a folder, one of its signatures, and the certificates to judge it by."""

    def __init__(self, container, trust, folder, number=1):
        self.trust, self.folder = trust, Path(folder)
        self.signature, self.manifest = SIGNATURE.format(number), MANIFEST.format(number)
        with zipfile.ZipFile(container) as archive:
            self.names = archive.namelist()
            for name in self.names:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(name))

    def path(self, name):
        return str(self.folder / name)

    def read(self, name):
        return (self.folder / name).read_bytes()


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True)
    if done.returncode != 0:
        raise Refused((done.stderr or done.stdout).decode(errors="replace").strip().splitlines()[-1])
    return done.stdout


def openssl_cms(evidence):
    run("openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", evidence.path(evidence.signature), "-content",
        evidence.path(evidence.manifest), "-binary", "-CAfile", str(evidence.trust / "root.pem"), "-out", "/dev/null")


def openssl_dgst(evidence):
    manifest = evidence.read(evidence.manifest).decode()
    digests = dict(re.findall(r'DataObjectReference URI="([^"]+)"[^>]*>.*?<[^>]*DigestValue>([^<]+)<', manifest, re.S))
    for name in evidence.names:
        if name != "mimetype" and not name.startswith("META-INF/"):
            found = base64.b64encode(run("openssl", "dgst", "-sha512", "-binary", evidence.path(name))).decode()
            if digests.get(name) != found:
                raise Refused(f"{name} is not what the manifest says")


def openssl_ts(evidence):
    run("openssl", "ts", "-verify", "-in", evidence.path(TOKEN), "-token_in", "-data", evidence.path(CHECKPOINT),
        "-CAfile", str(evidence.trust / "root.pem"), "-untrusted", str(evidence.trust / "issuing.pem"))


def signed_data(evidence):
    return cms.ContentInfo.load(evidence.read(evidence.signature))["content"]


def embedded_ocsp(evidence):
    for choice in signed_data(evidence)["crls"]:
        if choice.name == "other":
            yield choice.chosen["other_rev_info"]


def openssl_ocsp(evidence):
    signer = next(c.chosen for c in signed_data(evidence)["certificates"] if is_signer(c.chosen))
    certificate = evidence.folder / "signer.der"
    certificate.write_bytes(signer.dump())
    run("openssl", "x509", "-inform", "DER", "-in", str(certificate), "-out", evidence.path("signer.pem"))
    for index, response in enumerate(embedded_ocsp(evidence)):
        path = evidence.folder / f"ocsp{index}.der"
        path.write_bytes(response.dump() if hasattr(response, "dump") else response)
        said = subprocess.run(
            ["openssl", "ocsp", "-respin", str(path), "-issuer", str(evidence.trust / "issuing.pem"), "-cert",
             evidence.path("signer.pem"), "-CAfile", str(evidence.trust / "root.pem"), "-VAfile",
             str(evidence.trust / "issuing.pem"), "-no_nonce"], capture_output=True)
        words = (said.stdout + said.stderr).decode(errors="replace")
        if said.returncode == 0 and "Response verify OK" in words and "signer.pem: good" in words:
            return
    raise Refused("openssl ocsp found no good status of the signer")


def is_signer(certificate):
    usage = certificate.key_usage_value
    return usage is not None and "non_repudiation" in usage.native


def pyhanko(evidence):
    asyncio.run(validate(evidence))


async def validate(evidence):
    root = load_cert_from_pemder(str(evidence.trust / "root.pem"))
    issuing = load_cert_from_pemder(str(evidence.trust / "issuing.pem"))
    responses = [ocsp.OCSPResponse.load(r.dump() if hasattr(r, "dump") else r) for r in embedded_ocsp(evidence)]
    context = ValidationContext(
        trust_roots=[root], other_certs=[issuing], ocsps=responses, allow_fetching=False, revocation_mode="hard-fail",
        weak_hash_algos=set())
    with open(evidence.path(evidence.manifest), "rb") as manifest:
        status = await async_validate_detached_cms(
            manifest, signed_data(evidence), signer_validation_context=context,
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}))
    if not (status.intact and status.valid and status.trusted):
        raise Refused(f"pyHanko says {status.summary()}")


def tlog(reader, key):
    def judge(evidence):
        run(reader, evidence.path(LEAF), evidence.path(PROOF), evidence.path(CHECKPOINT), key)
    return judge


JUDGES_OF_SIGNATURES = {
    "openssl cms": openssl_cms, "openssl dgst": openssl_dgst, "openssl ocsp": openssl_ocsp, "pyHanko": pyhanko}


def judges(arguments):
    return JUDGES_OF_SIGNATURES | {
        "openssl ts": openssl_ts, "tlog reader": tlog(arguments.tlog_reader, str(arguments.state / "evidence" / "log-key.txt")),
    }


def verdicts(container, arguments, judges_of, number=1):
    """What each stock judge says of a signature: None for yes, else why not."""
    said = {}
    for name, judge in judges_of.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                judge(Evidence(container, arguments.state / "trust-services", folder, number))
                said[name] = None
            except Refused as refused:
                said[name] = str(refused)
            except Exception as error:  # a judge that cannot read what it is given has refused it
                said[name] = f"{type(error).__name__}: {error}"
    return said


def chakana(container, arguments):
    """Exit code and the steps that ours failed."""
    done = subprocess.run(
        [arguments.chakana, "verify", str(container), "--json", "--trust",
         str(arguments.state / "evidence" / "verificationconf.zip"), "--anchor",
         str(next(arguments.state.glob("*/root.json")))], capture_output=True, text=True)
    return done.returncode, re.findall(r'"step": "([^"]+)",\s*"verdict": "FAILED"', done.stdout) or re.findall(
        r'"verdict": "FAILED"', done.stdout)


def flipped(container, part, at, target):
    """The container with one byte of one part changed and its checksums set right: nothing else in the ZIP is touched."""
    with zipfile.ZipFile(container) as archive:
        entry, directory = archive.getinfo(part), archive.start_dir
        content = bytearray(archive.read(part))
    raw = bytearray(Path(container).read_bytes())
    name_bytes, extra_bytes = struct.unpack_from("<HH", raw, entry.header_offset + 26)
    start = entry.header_offset + 30 + name_bytes + extra_bytes
    content[at(content)] ^= 1
    raw[start:start + len(content)] = content
    checksum = struct.pack("<I", zlib.crc32(content))
    raw[entry.header_offset + 14:entry.header_offset + 18] = checksum
    while struct.unpack_from("<I", raw, directory + 42)[0] != entry.header_offset:
        directory += 46 + sum(struct.unpack_from("<HHH", raw, directory + 28))
    raw[directory + 16:directory + 20] = checksum
    target.write_bytes(raw)


def middle(content):
    return len(content) // 2


FLIPS = [("body.bin", middle), ("head.txt", middle), ("context.txt", middle), ("salt.bin", middle), (MANIFEST.format(1), middle),
         (SIGNATURE.format(1), lambda content: len(content) - 4), (TOKEN, lambda content: len(content) - 4), (PROOF, middle),
         (LEAF, middle), (CHECKPOINT, lambda content: 30)]


def judge_package(package, arguments, note):
    """Each signature of a plugin's package, as it is and with one byte of the component changed."""
    with zipfile.ZipFile(package) as archive:
        count = sum(name.endswith(".p7s") for name in archive.namelist())
    note(count > 0, f"{package.name}: {count} signatures")
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder) / package.name
        flipped(package, "component.wasm", middle, changed)
        for number in range(1, count + 1):
            for name, why in verdicts(package, arguments, JUDGES_OF_SIGNATURES, number).items():
                note(why is None, f"{package.name}: {name} accepts signature {number}" + (f": {why}" if why else ""))
            said = verdicts(changed, arguments, JUDGES_OF_SIGNATURES, number)
            refusing = [name for name, why in said.items() if why is not None]
            note(bool(refusing), f"component.wasm flipped: refused by {', '.join(refusing) or 'no stock judge'}")
        done = subprocess.run([arguments.chakana, "plugin", "inspect", str(changed)], capture_output=True, text=True)
        note(done.returncode == 1 and "component.wasm" in done.stderr, "component.wasm flipped: chakana names it")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("--chakana", required=True)
    parser.add_argument("--tlog-reader", required=True)
    arguments = parser.parse_args()
    passed, failed = 0, 0

    def note(holds, words):
        nonlocal passed, failed
        passed, failed = passed + holds, failed + (not holds)
        print(("ok    " if holds else "FAIL  ") + words)

    for container in sorted((arguments.state / "evidence").glob("re*.asice")):
        for name, why in verdicts(container, arguments, judges(arguments)).items():
            note(why is None, f"{container.name}: {name} accepts" + (f": {why}" if why else ""))
        code, _ = chakana(container, arguments)
        note(code == 0, f"{container.name}: chakana verify exits {code}")
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(container) as archive:
                parts = set(archive.namelist())
            for part, at in FLIPS:
                if part == "body.bin" and part not in parts and container.name.startswith("request"):
                    continue
                changed = Path(folder) / "flipped.asice"
                flipped(container, part, at, changed)
                refusing = [name for name, why in verdicts(changed, arguments, judges(arguments)).items() if why is not None]
                code, steps = chakana(changed, arguments)
                note(bool(refusing), f"{part} flipped: refused by {', '.join(refusing) or 'no stock judge'}")
                note(code == 1 and bool(steps), f"{part} flipped: chakana verify exits {code} and names {steps[:1]}")
    for package in sorted(arguments.state.rglob("*.chakana")):
        judge_package(package, arguments, note)
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if failed == 0 and passed else 1)


if __name__ == "__main__":
    main()
