#!/usr/bin/env python3
"""Reads a catalogue that is written in JSON-LD with software that is not ours, and demands that it keeps to CPSV-AP 3.2.

rdflib makes a graph of it, without asking anybody for a context, and pySHACL judges that by the shapes of the profile. The terms
of the document have to be those of the profile's own context.
Usage: judge_catalogue.py FILE [--profile FOLDER] [--services LEAST]
"""
import argparse
import json
import sys
from pathlib import Path

import pyshacl
from rdflib import RDF, Graph, Namespace

CPSV, M8G = Namespace("http://purl.org/vocab/cpsv#"), Namespace("http://data.europa.eu/m8g/")
# What the profile's context has no word for.
ALSO = {"homepage", "issued", "label", "license", "modified", "next", "page", "PartialCollectionView", "source", "view"}
# Classes of the profile that a catalogue of procedures speaks of.
CLASSES = {
    CPSV.PublicService, CPSV.Rule, M8G.PublicOrganisation, M8G.Channel, M8G.Cost, M8G.Requirement, M8G.Evidence, M8G.Event,
    M8G.LifeEvent, M8G.BusinessEvent, M8G.ContactPoint, M8G.Output,
}
failures = []


def demand(what, holds, seen=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what}{'' if holds else f': {seen}'}")
    if not holds:
        failures.append(what)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("file", type=Path)
    here = Path(__file__).resolve().parent
    arguments.add_argument("--profile", type=Path, default=here / "../../shared/vectors/cpsv-ap")
    arguments.add_argument("--services", type=int, default=1)
    given = arguments.parse_args()

    document = json.loads(given.file.read_text())
    context = document["@context"]
    demand("the context stands in the document", isinstance(context, dict), context)
    official = json.loads((given.profile / "cpsv-ap.jsonld").read_text())["@context"]
    other = [term for term in context if term not in ALSO and context[term] != official.get(term)]
    demand("its terms are the profile's", not other, other)
    used = {key for node in document["@graph"] for key in node if not key.startswith("@")}
    used |= {name for node in document["@graph"] for name in node["@type"]}
    demand("every term that is used is in it", used <= set(context), used - set(context))

    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    services = set(graph.subjects(RDF.type, CPSV.PublicService))
    demand(f"there are {given.services} services or more", len(services) >= given.services, len(services))
    classes = set(graph.objects(None, RDF.type))
    if given.services > 1:
        demand("every class of the profile is there that a catalogue needs", CLASSES <= classes, CLASSES - classes)
    relative = {str(node) for triple in graph for node in triple if str(node).startswith("file:")}
    demand("every name is whole", not relative, sorted(relative)[:3])

    shapes = Graph()
    for file in sorted(given.profile.glob("*SHACL*.ttl")):
        shapes.parse(file, format="turtle")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    demand("the shapes of CPSV-AP are kept", conforms, report)
    print(f"     {len(services)} services, {len(graph)} triples")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
