"""Validation of SPDX side by side with the engine of check-jsonschema, in one run; the ratios count.

Run with ``python benchmarks/bench_spdx.py``. The document of 3.0.1 is of the size of the example that the
specification shows, about 73 kB; documents are made here, the same every time. check-jsonschema validates
with jsonschema and the official schema, so that is what is measured, with its validator already made. Ours
reads strict bytes, asserts the schema and runs every rule; the peer gets a parsed value and asserts the
schema. Times are CPU seconds.
"""

import importlib.util
import json
import time
from pathlib import Path

from stella_git import resources
from stella_git.documents.schema import engine, registry
from stella_git.documents.validate import validate

ROUNDS = 5
BASE = "https://example.com/spdx/"


def element(kind: str, local: str, **members: object) -> dict:
    return {"type": kind, "spdxId": BASE + local, "creationInfo": "_:creation", **members}


def spdx3(count: int) -> bytes:
    """Return a document of 3.0.1 with so many packages."""
    names = [f"package-{number}" for number in range(count)]
    graph = [
        {
            "type": "CreationInfo",
            "@id": "_:creation",
            "specVersion": "3.0.1",
            "created": "2026-01-31T09:30:00Z",
            "createdBy": [BASE + "author"],
        },
        element("Organization", "author", name="Example"),
        element(
            "SpdxDocument",
            "document",
            rootElement=[BASE + names[0]],
            element=[BASE + name for name in names],
            profileConformance=["core", "software", "simpleLicensing"],
        ),
        element("simplelicensing_LicenseExpression", "mit", simplelicensing_licenseExpression="MIT"),
    ]
    for number, name in enumerate(names):
        graph += [
            element(
                "software_Package",
                name,
                name=name,
                software_packageVersion=f"1.{number}.0",
                software_packageUrl=f"pkg:npm/{name}@1.{number}.0",
                suppliedBy=BASE + "author",
                verifiedUsing=[{"type": "Hash", "algorithm": "sha256", "hashValue": f"{number:064x}"}],
            ),
            element(
                "Relationship",
                f"r{number}",
                relationshipType="hasConcludedLicense",
                to=[BASE + "mit"],
                **{"from": BASE + name},
            ),
        ]
    document = {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}
    return json.dumps(document, indent=1).encode()


def best(function: object, rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        function()
        times.append(time.process_time() - begin)
    return min(times)


def official() -> dict:
    return json.loads(resources.data_path("schemas/spdx/spdx-3.0.1.schema.json").read_bytes())


def peers(value: object) -> dict[str, float]:
    import jsonschema

    schema = official()
    stock = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    found = {"jsonschema, official schema": best(lambda: list(stock.iter_errors(value)), rounds=1)}
    if importlib.util.find_spec("jsonschema_rs"):
        import jsonschema_rs

        native = jsonschema_rs.validator_for(schema, validate_formats=True)
        found["jsonschema-rs, official schema"] = best(lambda: native.is_valid(value))
    return found


def compare(title: str, data: bytes, *, broken: bool = False) -> None:
    value = json.loads(data)
    identifier, dialect = registry.ROOTS["spdx", "3.0.1"]
    assert bool(validate(data, path="x.json").problems) is broken
    ours = best(lambda: validate(data, path="x.json"))
    only = best(lambda: engine.conforms(identifier, dialect, value))
    explained = best(lambda: list(engine.explained_errors(identifier, dialect, value)))
    print(f"{title}, {len(data) / 1000:.0f} kB: bytes, schema and rules {ours * 1000:.2f} ms")
    print(
        f"  our compiled schema alone: {only * 1000:.2f} ms; our explaining engine: {explained * 1000:.1f} ms"
    )
    for name, seconds in peers(value).items():
        print(
            f"  {name}: {seconds * 1000:.1f} ms, {seconds / ours:.1f} times all of ours, "
            f"{seconds / only:.1f} times our schema"
        )


def main() -> None:
    compare("SPDX 3.0.1", spdx3(93))
    compare("SPDX 3.0.1, one error", spdx3(93).replace(b'"sha256"', b'"sha255"', 1), broken=True)
    corpus = Path(__file__).parent.parent / "tests/golden/documents/spdx3/package_sbom.json"
    if corpus.exists():
        compare("SPDX 3.0.1, example of the model", corpus.read_bytes())
    large = spdx3(5_000)
    seconds = best(lambda: validate(large, path="x.json"), rounds=2)
    print(f"SPDX 3.0.1, {len(large) / 1e6:.1f} MB: bytes, schema and rules {seconds * 1000:.0f} ms")


if __name__ == "__main__":
    main()
