"""Derive what the SPDX 3.0.1 model says of classes from SHACL and the JSON-LD context; ``--write`` writes it.

The JSON schema cannot say of which class an element is that a property only names by its IRI; the model
does. Every name is written as in JSON documents. Needs rdflib, so it runs in the nox session ``spdx_model``
and nowhere else.
"""

import json
import sys
from pathlib import Path

import rdflib
from rdflib import OWL, RDF, RDFS, SH, XSD

FOLDER = Path(__file__).parent.parent / "schemas" / "spdx"
CLASSES = FOLDER / "derived" / "spdx-3.0.1-classes.json"
TERMS = "https://spdx.org/rdf/3.0.1/terms/"


def names() -> tuple[dict[str, str], list[str]]:
    """Return IRI -> name in JSON documents, and the names of properties that are times."""
    context = json.loads((FOLDER / "spdx-3.0.1-context.jsonld").read_bytes())["@context"]
    known, times = {}, []
    for name, meaning in context.items():
        iri = meaning if isinstance(meaning, str) else meaning["@id"]
        known[iri] = name
        if isinstance(meaning, dict) and meaning.get("@type") == str(XSD.dateTimeStamp):
            times.append(name)
    return known, sorted(times)


def rows(graph: rdflib.Graph, name: dict[str, str]) -> list[list[str]]:
    """Return (class, property, class of its value) for every property that has objects."""
    found = []
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        for constraint in graph.objects(shape, SH.property):
            target = graph.value(constraint, SH["class"])
            if target is not None:
                path = graph.value(constraint, SH.path)
                found.append([name[str(shape)], name[str(path)], name[str(target)]])
    return sorted(found)


def ancestors(graph: rdflib.Graph, name: dict[str, str]) -> dict[str, list[str]]:
    """Return class -> the classes that it is a subclass of, itself first."""
    return {
        name[str(each)]: [
            name[str(each)],
            *sorted(
                {name[str(up)] for up in graph.transitive_objects(each, RDFS.subClassOf)} - {name[str(each)]}
            ),
        ]
        for each in sorted(graph.subjects(RDF.type, OWL.Class))
        if str(each) in name
    }


def individuals(graph: rdflib.Graph, name: dict[str, str]) -> dict[str, str]:
    """Return each way of writing an individual of the model that is an element -> its class."""
    found = {}
    for one in graph.subjects(RDF.type, OWL.NamedIndividual):
        iri = str(one)
        kinds = [str(kind) for kind in graph.objects(one, RDF.type) if kind != OWL.NamedIndividual]
        if iri not in name or len(kinds) != 1:
            continue  # the entry of a vocabulary
        for written in (iri, name[iri], "spdx:" + iri.removeprefix(TERMS)):
            found[written] = name[kinds[0]]
    return dict(sorted(found.items()))


def vocabularies(graph: rdflib.Graph, name: dict[str, str]) -> list[str]:
    """Return the classes whose members are listed; the JSON schema asserts them."""
    found = set()
    for constraint, _ in graph.subject_objects(SH["in"]):
        found.add(name[str(graph.value(constraint, SH["class"]))])
    return sorted(found)


def derived() -> str:
    """Return the table as text."""
    graph = rdflib.Graph()
    graph.parse(FOLDER / "spdx-3.0.1-model.ttl")
    name, times = names()
    table = {
        "properties": rows(graph, name),
        "ancestors": ancestors(graph, name),
        "individuals": individuals(graph, name),
        "times": times,
        "vocabularies": vocabularies(graph, name),
    }
    parts = []
    for key, value in table.items():
        if isinstance(value, dict):
            inner = [f"  {json.dumps(one)}: {json.dumps(value[one])}" for one in value]
            parts.append(f"{json.dumps(key)}: {{\n" + ",\n".join(inner) + "\n}")
        else:
            inner = [f"  {json.dumps(one)}" for one in value]
            parts.append(f"{json.dumps(key)}: [\n" + ",\n".join(inner) + "\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    """Return 1 if the file differs and was not written."""
    wanted = derived()
    if CLASSES.exists() and CLASSES.read_text(encoding="utf-8") == wanted:
        return 0
    if "--write" in sys.argv[1:]:
        CLASSES.write_text(wanted, encoding="utf-8", newline="\n")
        print(f"wrote {CLASSES}")
        return 0
    print(f"{CLASSES} is not what it is derived from: run `nox -s spdx_model -- --write`")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
