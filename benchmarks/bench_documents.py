"""Validation of SBOMs side by side with its peers, in one run; the ratios count, not the times.

Run with ``nox -s bench``, or ``python benchmarks/bench_documents.py``. Peers that are not installed are left
out: check-jsonschema (a process of its own, as in a hook), cyclonedx-python-lib with its strict validator
(``PYTHON_LIB`` names an interpreter that has it), jsonschema-rs. Documents are made here, always the same.
Times are CPU seconds of this process, or of the child, without pauses; only where two processors are the
question the clock on the wall is read. Peers check the schema alone; we check bytes, schema and rules. Both
run from compiled modules, as pip leaves them: what an editable installation compiles is kept in a folder.
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
from stella_git.documents.schema import engine, native, registry
from stella_git.documents.validate import validate

SMALL, LARGE, HUGE, MANY = 12, 6_000, 61_000, 1_000
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
        {"ref": ref, "dependsOn": sorted(refs[(index * 7 + step) % index] for step in range(min(index, 3)))}
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


def check_jsonschema() -> str | None:
    return shutil.which(
        "check-jsonschema", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    )


def check_jsonschema_words(tool: str, path: Path) -> list[str]:
    """Return its command line; with a base for what the schema refers to, or it would go online."""
    schema = resources.data_path(f"schemas/{registry.FILES[SCHEMA]}")
    base = schema.parent.as_uri() + "/"
    return [tool, "--schemafile", str(schema), "--base-uri", base, str(path)]


PYTHON_LIB = """
import sys, time
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
text = open(sys.argv[1]).read()
judge = JsonStrictValidator(SchemaVersion.V1_6)
begin = time.process_time()
assert judge.validate_str(text) is None
print(time.process_time() - begin)
"""


def python_lib(path: Path) -> float | None:
    """Return what cyclonedx-python-lib needs for the document alone, without being loaded.

    It has an interpreter of its own: the packages that it brings slow the import of jsonschema for everybody.
    """
    python = os.environ.get("PYTHON_LIB")
    if not python:
        return None
    done = subprocess.run([python, "-c", PYTHON_LIB, str(path)], capture_output=True, check=True, text=True)
    return float(done.stdout)


def rust_jsonschema(data: bytes) -> float:
    import jsonschema_rs

    def retrieve(uri: str) -> object:
        return json.loads(resources.schema(registry.FILES[uri]))

    judge = jsonschema_rs.validator_for(retrieve(SCHEMA), validate_formats=True, retriever=retrieve)
    return best(lambda: judge.is_valid(json.loads(data)))


def ours(*paths: str) -> list[str]:
    compiled = f"pycache_prefix={tempfile.gettempdir()}/stella-bench-compiled"
    return [sys.executable, "-X", compiled, "-m", "stella_git", "sbom", "validate", "--no-git", *paths]


def cold(folder: Path) -> None:
    for title, data in (("valid", sbom(SMALL)), ("broken", sbom(SMALL, broken=True))):
        path = folder / f"{title}.json"
        path.write_bytes(data)
        peers = {"python -c pass": child([sys.executable, "-c", "pass"])}
        peers["python -c 'import jsonschema'"] = child([sys.executable, "-c", "import jsonschema"])
        tool = check_jsonschema()
        if tool:
            peers["check-jsonschema"] = child(check_jsonschema_words(tool, path))
        report(f"cold process, {len(data) // 1000} kB, {title}", child(ours(str(path))), peers)


def large(folder: Path) -> None:
    data = sbom(LARGE)
    path = folder / "large.json"
    path.write_bytes(data)
    assert not validate(data, path="x").problems
    peers: dict[str, float] = {}
    print("(the peers compare every pair of components: this takes two minutes or so)", file=sys.stderr)
    seconds = python_lib(path)
    if seconds is not None:
        peers["cyclonedx-python-lib, schema only"] = seconds
    if importlib.util.find_spec("jsonschema_rs"):
        peers["jsonschema-rs with json.loads, schema only"] = rust_jsonschema(data)
    tool = check_jsonschema()
    cold_peers = {}
    if tool:
        cold_peers["check-jsonschema"] = child(check_jsonschema_words(tool, path), rounds=1)
    size = f"{len(data) / 1e6:.1f} MB"
    for title, worth in (("without the extra fast", 1 << 60), ("with it", native.WORTH)):
        if worth == native.WORTH and not importlib.util.find_spec("jsonschema_rs"):
            continue
        engine.WORTH = worth
        report(f"{size}, {title}, in a warm process", best(lambda: validate(data, path="x")), peers)
    report(f"{size}, cold process, with what is installed", child(ours(str(path))), cold_peers)
    broken = sbom(LARGE, broken=True)
    assert len(validate(broken, path="x").problems) == 1
    report(f"{size} with one error, explained", best(lambda: validate(broken, path="x"), rounds=2), {})


def many(folder: Path) -> None:
    data = sbom(SMALL)
    for number in range(MANY):
        (folder / f"{number}.json").write_bytes(data.replace(b"org.example", b"org.%d" % number))
    names = [str(folder / f"{number}.json") for number in range(MANY)]

    def wall(*words: str) -> float:
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
            times.append(time.perf_counter() - begin)
        return min(times)

    whole = wall(*ours("--jobs", "2", *names))
    report(
        f"{MANY} files of {len(data) // 1000} kB, two processes, on the wall",
        whole,
        {
            "one process": wall(*ours("--jobs", "1", *names)),
            "half as many files, twice": 2 * wall(*ours("--jobs", "2", *names[: MANY // 2])),
        },
    )


def memory(folder: Path) -> None:
    """Print what a process needs at most for a document of 50 MB, as a multiple of its size."""
    path = folder / "huge.json"
    for title, broken in (("valid", False), ("broken", True)):
        path.write_bytes(sbom(HUGE, broken=broken))
        size = path.stat().st_size
        code = (
            "import resource, subprocess, sys\n"
            "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)\n"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *ours(str(path))], capture_output=True, check=True, text=True
        )
        peak = int(done.stdout) * 1024
        print(f"{size / 1e6:.1f} MB, {title}: {peak / 1e6:.0f} MB at most, {peak / size:.1f} times its size")


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        cold(Path(name))
        many(Path(name))
        memory(Path(name))
        large(Path(name))
