#!/usr/bin/env python3
"""Has testssl.sh judge a port of this machine, and fails on what it calls high or worse, unless it stands below with a reason.

Usage: judge_tls.py HOST:PORT --trust ROOT.pem
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

# What testssl.sh finds grave and we do not, by the name of its finding.
ACCEPTED = {
    "cipher_order": "the client's order counts: every suite that is offered has a fresh key and AEAD, and a phone without AES instructions knows best",
}
GRAVE = {"HIGH", "CRITICAL", "FATAL"}
# What has to be among the findings, or nothing was looked at.
LOOKED_AT = {"TLS1_2": "OK", "TLS1_3": "OK", "SSLv3": "OK", "cert_chain_of_trust": "OK", "cipherlist_NULL": "OK", "heartbleed": "OK", "ROBOT": "OK"}
# Protocols, kinds of ciphers, preferences, what the server shows, forward secrecy, known attacks; not what each old browser would choose.
PARTS = ["-p", "-s", "-P", "-S", "-f", "-U"]
WITHIN_SECONDS = 300


def findings(address, trust):
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = ["testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1", "--add-ca", trust,
                   "--openssl-timeout", "20", "--connect-timeout", "20", "--jsonfile", str(report), *PARTS, f"https://{address}"]
        # Its status counts what it did not like, warnings with it: what it wrote is judged.
        done = subprocess.run(command, capture_output=True, timeout=WITHIN_SECONDS, check=False)
        if not report.exists():
            sys.exit(f"judge_tls: testssl.sh wrote no report: {done.stdout.decode(errors='replace')[-2000:]}")
        return json.loads(report.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--trust", required=True, help="the root of the port's certificate")
    arguments = parser.parse_args()
    found = findings(arguments.address, arguments.trust)
    severity = {finding["id"].split(" ")[0]: finding["severity"] for finding in found}
    wrong = [f"{name} was not looked at, or is not good: {severity.get(name, 'missing')}" for name, good in LOOKED_AT.items() if severity.get(name) != good]
    for finding in found:
        if finding["severity"] in GRAVE:
            reason = ACCEPTED.get(finding["id"])
            if reason is None:
                wrong.append(f"{finding['severity']} {finding['id']}: {finding['finding']}")
            else:
                print(f"ok    testssl.sh: {finding['id']} is accepted: {reason}")
    for what in wrong:
        print(f"FAIL  testssl.sh: {what}")
    if wrong:
        sys.exit(1)
    print(f"ok    testssl.sh: nothing grave among {len(found)} findings")


if __name__ == "__main__":
    main()
