#!/usr/bin/env python3
"""Judges our JSON Schemas with software that is not ours: jsonschema.

The format of definitions is a schema of the edition 2020-12; every definition of the demo keeps to it, and wrong ones do not. Each
form that is made of a definition is such a schema too, and says of many documents what we say.
Usage: judge_schemas.py FORMS
"""
import argparse
import copy
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

ROOT = Path(__file__).resolve().parent.parent
LICENCE = "gamlp/licencia-funcionamiento.json"
# What is put where, to make a definition wrong; `GONE` takes away what stands there.
GONE = object()
WRONG = [
    ("another edition", "format", "chakana-procedure/2"),
    ("no format", "format", GONE),
    ("no entry", "entry", GONE),
    ("a key that is none", "extra", True),
    ("a code with capitals", "entry/code", "Licencia"),
    ("no Spanish title", "entry/title", {"en": "Licence"}),
    ("a blank title", "entry/title", {"es": " "}),
    ("a title that is too long", "entry/title", {"es": "a" * 201}),
    ("another language", "entry/title", {"es": "Licencia", "pt": "Licença"}),
    ("nobody that it is for", "entry/audience", []),
    ("an audience that is none", "entry/audience/0", "robot"),
    ("no law", "entry/legal-basis", []),
    ("an address that is none", "entry/legal-basis/0/url", "ftp://example.bo/"),
    ("a cost without amount and note", "entry/costs/0", {"code": "tasa", "title": {"es": "Tasa"}}),
    ("a cost below nothing", "entry/costs/0/amount", -1),
    ("a year and a day", "entry/deadline/working-days", 251),
    ("half a day", "entry/deadline/working-days", 0.5),
    ("silence that says nothing", "entry/deadline/silence", "waits"),
    ("a counter without places", "entry/channels/1/places", GONE),
    ("a telephone without number", "entry/channels/2/address", GONE),
    ("a page at no address", "entry/channels/0/address", "here"),
    ("another country", "entry/places/0/department", "PE-LIM"),
    ("a place on no map", "entry/places/0/position", [91, 0]),
    ("an hour that is none", "entry/places/0/hours/0/from", "24:00"),
    ("a calendar of no place", "online/calendar", "BO-X"),
    ("nothing to apply for", "online/registrations", []),
    ("a page that every procedure has", "online/pages/0/code", "check"),
    ("a word of addresses", "online/registrations/0/code", "pay"),
    ("a step of another part of the portal", "online/registrations/0/steps/0/role", "evaluator"),
    ("a power that is none", "online/registrations/0/steps/0/powers", ["burn"]),
    ("a fee of nothing", "online/fees/0/amount", {"fixed": 0}),
    ("a document of no kind", "online/documents/0/kinds", []),
    ("too many files", "online/documents/0/most", 21),
    ("a question without type", "online/schema/properties/extra", {"title": "Algo", "x-concept": "own"}),
    ("a question without concept", "online/schema/properties/extra", {"type": "string", "title": "Algo"}),
    ("a question that is today", "online/schema/properties/today", {"type": "boolean", "title": "Hoy", "x-concept": "own"}),
    ("a condition that asks two things", "online/documents/0/when", {"field": "a", "is": 1, "has": "b"}),
]
failures = []


def demand(what, holds, seen=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what}{'' if holds else f': {seen}'}")
    if not holds:
        failures.append(what)


def broken(definition, path, value):
    definition = copy.deepcopy(definition)
    *parents, last = path.split("/")
    at = definition
    for key in parents:
        at = at[int(key)] if isinstance(at, list) else at[key]
    key = int(last) if isinstance(at, list) else last
    if value is GONE:
        del at[key]
    else:
        at[key] = value
    return definition


def is_schema(schema):
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return str(error)
    return ""


def definitions():
    schema = json.loads((ROOT / "plugins/portal/definition.schema.json").read_text())
    error = is_schema(schema)
    demand("the format of definitions is a schema", not error, error)
    validator = Draft202012Validator(schema)
    files = [file for file in (ROOT / "demo/procedures").glob("*/*.json") if file.name != "entity.json"]
    wrong = [f"{file.name}: {error.message[:200]}" for file in files for error in validator.iter_errors(json.loads(file.read_text()))]
    demand(f"the demo's {len(files)} definitions keep to it", len(files) > 40 and not wrong, wrong)
    licence = json.loads((ROOT / "demo/procedures" / LICENCE).read_text())
    taken = [what for what, path, value in WRONG if validator.is_valid(broken(licence, path, value))]
    demand(f"{len(WRONG)} wrong ones do not", not taken, taken)


def forms(file):
    all_forms = json.loads(file.read_text())
    demand("there are forms", len(all_forms) >= 8, len(all_forms))
    for form in all_forms:
        name, schema, documents = form["procedure"], form["schema"], form["documents"]
        error = is_schema(schema)
        demand(f"the form of {name} is a schema", not error, error)
        validator = Draft202012Validator(schema)
        other = [one for one in documents if validator.is_valid(one["document"]) != one["accepted"]]
        accepted = sum(one["accepted"] for one in documents)
        what = f"it says of {accepted} right and {len(documents) - accepted} wrong documents what we say"
        demand(what, 0 < accepted < len(documents) and not other, [json.dumps(one) for one in other[:3]])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("forms", type=Path)
    given = arguments.parse_args()
    definitions()
    forms(given.forms)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
