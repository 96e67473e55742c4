"""Hold rules S002 and S003 to pyshacl: what it says of sh:class in the official model, they say.

Documents are the valid ones of the corpus and of the tests, and mutants of them in which a property names
another element. Needs rdflib and pyshacl, so it runs in the nox session ``spdx_model`` and nowhere else.
"""

import copy
import json
import random
import sys
from pathlib import Path

import pyshacl
import rdflib
from rdflib import SH

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from spdx_cases import CONTEXT, spdx3  # noqa: E402 - the path is set above
from stella_git.documents.schema.engine import schema_errors  # noqa: E402
from stella_git.documents.spdx3graph import LISTED, Graph, model  # noqa: E402
from stella_git.documents.validate import validate  # noqa: E402

SPDX = ROOT / "schemas" / "spdx"
CORPUS = ROOT / "tests" / "golden" / "documents" / "spdx3"
MUTANTS = 60
BLANK = "(blank)"


def documents() -> list[dict]:
    """Return valid documents of 3.0.1."""
    found = [spdx3()]
    for path in sorted(CORPUS.glob("*.json")):
        value = {**json.loads(path.read_bytes()), "@context": CONTEXT}
        if next(schema_errors("spdx", "3.0.1", value), None) is None:
            found.append(value)
    return found


def mutant(value: dict, rng: random.Random) -> dict:
    """Return a copy in which up to three properties name another element, or an individual."""
    value = copy.deepcopy(value)
    references = Graph(value).references
    everybody = [*sorted(Graph(value).by_id), *sorted(set(model().individuals)), "urn:nobody"]
    for reference in rng.sample(references, min(3, len(references))):
        members, name = reference.node.value, reference.name
        if reference.place is None:
            members[name] = rng.choice(everybody)
        else:
            members[name][reference.place] = rng.choice(everybody)
    return value


def ours(value: dict) -> set[tuple[str, str]]:
    """Return (property, name) of what S002 and S003 say."""
    found = set()
    for problem in validate(json.dumps(value).encode(), path="x.json").problems:
        if problem.rule in {"S002", "S003"}:
            tokens = problem.pointer.split("/")[1:]
            name = tokens[-2] if tokens[-1].isdigit() else tokens[-1]
            target = value
            for token in tokens:
                target = target[int(token)] if isinstance(target, list) else target[token]
            found.add((name, target))
    return found


def theirs(value: dict, shapes: rdflib.Graph, context: dict, names: dict[str, str]) -> set[tuple[str, str]]:
    """Return (property, IRI) of what pyshacl says of classes."""
    graph = rdflib.Graph()
    graph.parse(data=json.dumps({**value, **context}), format="json-ld")
    _, results, _ = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=shapes)
    found = set()
    for result in results.subjects(SH.sourceConstraintComponent, SH.ClassConstraintComponent):
        target = results.value(result, SH.value)
        name = names[str(results.value(result, SH.resultPath))]
        found.add((name, BLANK if isinstance(target, rdflib.BNode) else str(target)))
    return found


def alike(pairs: set[tuple[str, str]], terms: dict[str, str]) -> set[tuple[str, str]]:
    """Return pairs with one spelling of each name."""
    spelt = {
        (
            name,
            BLANK if target.startswith("_:") else terms.get(target, target).replace("spdx:", terms["spdx"]),
        )
        for name, target in pairs
    }
    return {(name, target) for name, target in spelt if not target.startswith(LISTED)}


def main() -> int:
    """Return 1 if the two disagree about a document."""
    shapes = rdflib.Graph()
    shapes.parse(SPDX / "spdx-3.0.1-model.ttl")
    context = json.loads((SPDX / "spdx-3.0.1-context.jsonld").read_bytes())
    terms = {
        name: each if isinstance(each, str) else each["@id"] for name, each in context["@context"].items()
    }
    names = {iri: name for name, iri in terms.items()}
    rng = random.Random("spdx 3.0.1 model")
    valid = documents()
    values = valid + [mutant(rng.choice(valid), rng) for _ in range(MUTANTS)]
    said = 0
    for value in values:
        if next(schema_errors("spdx", "3.0.1", value), None) is not None:
            continue  # whoever breaks the schema is not of the model
        mine = alike(ours(value), terms)
        other = alike(theirs(value, shapes, context, names), terms)
        said += len(mine)
        if mine != other:
            print(f"only ours: {sorted(mine - other)}; only pyshacl: {sorted(other - mine)}")
            print(json.dumps(value))
            return 1
    print(f"{len(values)} documents, {said} complaints about classes and missing elements: pyshacl agrees")
    return 0 if said else 1


if __name__ == "__main__":
    raise SystemExit(main())
