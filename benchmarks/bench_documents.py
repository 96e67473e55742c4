"""Validation of SBOMs side by side with its peers, in one run; the ratios count, not the times.

Run with ``python benchmarks/bench_documents.py``. Peers that are not installed are left out: check-jsonschema
(an own process, as in a hook), jsonschema as it comes, with formats, and jsonschema-rs. Documents are made
here, the same every time. Times are CPU seconds of this process, or of the child, without pauses.
"""

import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stella_git import resources
from stella_git.documents import engine, schemas
from stella_git.documents.validate import validate

SMALL, LARGE = 12, 6_000
ROUNDS = 5
SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"


def component(number: int) -> dict:
    return {
        "type": "library",
        "bom-ref": f"pkg:npm/package-{number}@1.{number % 50}.0",
        "group": "org.example",
        "name": f"package-{number}",
        "version": f"1.{number % 50}.0",
        "purl": f"pkg:npm/package-{number}@1.{number % 50}.0",
        "hashes": [{"alg": "SHA-256", "content": f"{number:064x}"}],
        "licenses": [{"license": {"id": "MIT" if number % 3 else "Apache-2.0"}}],
        "externalReferences": [
            {"type": "website", "url": f"https://example.org/{number}"},
            {"type": "vcs", "url": f"git+https://example.org/{number}.git"},
        ],
        "properties": [{"name": "size", "value": str(number)}],
    }


def sbom(count: int, *, broken: bool = False) -> bytes:
    components = [component(number) for number in range(count)]
    refs = [each["bom-ref"] for each in components]
    dependencies = [
        {"ref": ref, "dependsOn": sorted({refs[(index * 7 + step) % count] for step in (1, 2, 3)} - {ref})}
        for index, ref in enumerate(refs)
    ]
    if broken:
        components[-1]["licenses"] = [{"license": {"id": "Apache 2"}}]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": "2026-01-31T09:30:00Z"},
        "components": components,
        "dependencies": dependencies,
    }
    return json.dumps(document, indent=1).encode()


def best(function, *arguments, rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        function(*arguments)
        times.append(time.process_time() - begin)
    return min(times)


def child(argv: list[str], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(argv, stdout=subprocess.DEVNULL, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def report(title: str, ours: float, peers: dict[str, float]) -> None:
    print(f"{title}: {ours * 1000:.1f} ms")
    for name, seconds in peers.items():
        print(f"  {name}: {seconds * 1000:.1f} ms, {seconds / ours:.2f} times ours")


def stock_jsonschema(data: bytes) -> float:
    import jsonschema
    from referencing import Registry, Resource

    def retrieve(uri: str) -> Resource:
        return Resource.from_contents(json.loads(resources.schema(schemas.FILES[uri])))

    schema = json.loads(resources.schema(schemas.FILES[SCHEMA]))
    judge = jsonschema.Draft7Validator(
        schema, registry=Registry(retrieve=retrieve), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    )
    return best(lambda: list(judge.iter_errors(json.loads(data))), rounds=1)


def rust_jsonschema(data: bytes) -> float:
    import jsonschema_rs

    def retrieve(uri: str) -> object:
        return json.loads(resources.schema(schemas.FILES[uri]))

    judge = jsonschema_rs.validator_for(retrieve(SCHEMA), validate_formats=True, retriever=retrieve)
    return best(lambda: judge.is_valid(json.loads(data)))


def cold(folder: Path) -> None:
    for title, data in (("valid", sbom(SMALL)), ("broken", sbom(SMALL, broken=True))):
        path = folder / f"{title}.json"
        path.write_bytes(data)
        ours = child([sys.executable, "-m", "stella_git", "sbom", "validate", str(path)])
        peers = {"python -c pass": child([sys.executable, "-c", "pass"])}
        peers["python -c 'import jsonschema'"] = child([sys.executable, "-c", "import jsonschema"])
        tool = shutil.which(
            "check-jsonschema", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
        )
        if tool:
            schema = str(resources.data_path(f"schemas/{schemas.FILES[SCHEMA]}"))
            peers["check-jsonschema"] = child([tool, "--schemafile", schema, str(path)])
        report(f"cold process, {len(data) // 1000} kB, {title}", ours, peers)


def large() -> None:
    data = sbom(LARGE)
    assert not validate(data, path="x").problems
    ours = best(lambda: validate(data, path="x"))
    peers = {
        "our explaining engine": best(
            lambda: list(engine.explained_errors(SCHEMA, "draft-07", json.loads(data))), rounds=1
        )
    }
    if importlib.util.find_spec("jsonschema_rs"):
        peers["jsonschema-rs, json.loads, schema only"] = rust_jsonschema(data)
    print("(jsonschema as it comes compares every pair of components: this takes a while)", file=sys.stderr)
    peers["jsonschema, json.loads, schema only"] = stock_jsonschema(data)
    report(f"{len(data) / 1e6:.1f} MB, bytes, schema and rules", ours, peers)
    broken = sbom(LARGE, broken=True)
    assert len(validate(broken, path="x").problems) == 1
    report(
        f"{len(broken) / 1e6:.1f} MB with one error, explained",
        best(lambda: validate(broken, path="x"), rounds=2),
        {},
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        cold(Path(name))
    large()
