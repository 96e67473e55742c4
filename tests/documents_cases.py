"""Documents for tests of the documents floor: the public corpora, and small ones made here."""

import copy
import json
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden" / "documents"

# Valid by the official schema, but two elements share a bom-ref, although the specification says that every
# bom-ref is unique within a document.
KNOWN_C001 = frozenset({"cyclonedx/1.5/valid-formulation-1.5.json", "cyclonedx/1.7/valid-citations-1.7.json"})

# A component names itself in `dependsOn`: the example repeats its root where a part of it is meant.
KNOWN_C006 = frozenset({"cyclonedx/1.4/valid-bom-1.4.json", "cyclonedx/1.5/valid-bom-1.5.json"})
# Two packages of npm that do need each other.
KNOWN_C007 = frozenset({"bom-examples/SBOM_juice-shop_via_npm_flat_bom.1.4.json"})


def expected():
    """Return (file, format, verdict) of every document of the corpora."""
    rows = (GOLDEN / "EXPECTED.tsv").read_text("utf-8").splitlines()[1:]
    return [tuple(row.split("\t")) for row in rows]


def bom(**members):
    """Return a small valid CycloneDX document with other members put over it."""
    value = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {
            "timestamp": "2026-01-31T09:30:00Z",
            "component": {"type": "application", "bom-ref": "app", "name": "app", "version": "1.0"},
        },
        "components": [
            {
                "type": "library",
                "bom-ref": "left",
                "name": "left-pad",
                "version": "1.3.0",
                "purl": "pkg:npm/left-pad@1.3.0",
                "licenses": [{"license": {"id": "MIT"}}],
            }
        ],
    }
    return copy.deepcopy({**value, **members})


def vex(**members):
    """Return a small valid OpenVEX document with other members put over it."""
    value = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.com/vex/1",
        "author": "Example <security@example.com>",
        "timestamp": "2026-01-31T09:30:00Z",
        "version": 1,
        "statements": [
            {
                "vulnerability": {"name": "CVE-2026-0001"},
                "products": [{"@id": "pkg:npm/left-pad@1.3.0"}],
                "status": "not_affected",
                "justification": "vulnerable_code_not_present",
            }
        ],
    }
    return copy.deepcopy({**value, **members})


def data(value):
    """Return a document as bytes, one member per line."""
    return json.dumps(value, indent=1, ensure_ascii=False).encode()


def check(value, **options):
    """Return the result of validating a document given as a value."""
    from stella_git.documents.validate import validate

    return validate(value if isinstance(value, bytes) else data(value), path="doc.json", **options)


def facts(result):
    """Return (rule, pointer) of each problem."""
    return [(problem.rule, problem.pointer) for problem in result.problems]


# Mutants

SCALARS = [
    None, True, False, 0, 1, -1, 1.0, 1.5, "", "x",
    "MIT", "Apache-2.0", "library", "1.0", "SHA-256", "0" * 64,
    "https://example.com/a b", "https://example.com/", "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", "%zz",
    "2026-01-31T09:30:00Z", "2026-02-30T09:30:00Z", "2026-01-31", "a@example.com", "a@", "pkg:npm/a@1", "é",
    "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1", "affected", "fixed", "not_affected", "a\n", [], {},
    ["x"],
]  # fmt: skip


def containers(value):
    """Return every object and array inside a value, itself included."""
    found = [value] if isinstance(value, (dict, list)) else []
    for container in found:
        found += [item for item in items(container) if isinstance(item, (dict, list))]
    return found


def items(container):
    return container.values() if isinstance(container, dict) else container


def mutate(value, rng):
    """Return a copy with one to three changes of the kinds that people and programs make."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice([1, 1, 2, 3])):
        container = rng.choice([each for each in containers(value) if each] or [value])
        if not container:
            continue
        key = rng.choice(list(container) if isinstance(container, dict) else range(len(container)))
        change = rng.randrange(5)
        if change == 0:
            container.pop(key)
        elif change == 1:
            container[key] = copy.deepcopy(rng.choice(SCALARS))
        elif change == 2 and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        elif change == 2:
            container[rng.choice(["x", "name", "id", "expression", "bom-ref", "@id"])] = rng.choice(SCALARS)
        elif change == 3 and isinstance(container, dict):
            container[key + "x"] = container.pop(key)
        else:
            container[key] = [copy.deepcopy(container[key])]
    return value
