"""Judges the bill of materials: CycloneDX's own library says whether it is one, and Cargo.lock whether it is complete.

Usage: judge_bill_of_materials.py SBOM CARGO-LOCK
"""

import json
import pathlib
import sys
import tomllib

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

# What nobody would forgive to be missing: they encrypt, verify, store and run foreign code.
EXPECTED = {"aws-lc-rs", "rustls", "redb", "tough", "wasmtime"}


def judge(bill: str, lock: dict) -> list[str]:
    """Everything that is wrong."""
    problem = JsonStrictValidator(SchemaVersion.V1_5).validate_str(bill)
    if problem is not None:
        return [f"it is no CycloneDX 1.5: {problem}"]
    locked = {(package["name"], package["version"]): package.get("checksum") for package in lock["package"]}
    problems = []
    components = json.loads(bill)["components"]
    for component in components:
        key = (component["name"], component["version"])
        digests = [digest["content"] for digest in component.get("hashes", [])]
        if key not in locked:
            problems.append(f"{key} is not in Cargo.lock")
        elif locked[key] is not None and locked[key] not in digests:
            problems.append(f"{key} has not the digest that Cargo.lock has")
        if not component.get("licenses"):
            problems.append(f"{key} has no licence")
    missing = EXPECTED - {component["name"] for component in components}
    problems += [f"{name} is missing" for name in sorted(missing)]
    return problems


def main() -> None:
    bill = pathlib.Path(sys.argv[1]).read_text()
    problems = judge(bill, tomllib.loads(pathlib.Path(sys.argv[2]).read_text()))
    for problem in problems:
        print(f"bill of materials: {problem}")
    if problems:
        sys.exit(1)
    print(f"bill of materials: {len(json.loads(bill)['components'])} components, each as Cargo.lock has it")


if __name__ == "__main__":
    main()
