"""Validate what real generators write: ``nox -s generators``.

Each is run on something small, and its document has to break exactly the rules that are listed for it: a rule
that fires besides is a mistake of ours or news about the generator, and one that is silent too. Needs the
package registries, and node for those that are JavaScript; what cannot be run is said and fails the session
only where ``CI`` is set.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from stella_git.documents import inventory
from stella_git.documents.validate import validate

PACKAGE = {
    "name": "feed-page",
    "version": "1.0.0",
    "license": "MIT",
    "description": "a page",
    "dependencies": {"left-pad": "1.3.0", "ms": "2.1.3"},
    "devDependencies": {"is-number": "7.0.0"},
}

VEX = """
import sys
from lib4vex.generator import VEXGenerator
maker = VEXGenerator(vex_type=sys.argv[1], author="Example")
maker.set_product(name="feed-page", release="1.0.0", sbom="")
claim = {"id": "CVE-2026-0001", "status": "not_affected", "justification": "vulnerable_code_not_present"}
claim |= {"name": "left-pad", "release": "1.3.0", "purl": "pkg:npm/left-pad@1.3.0"}
claim |= {"comment": "not used"}
facts = {"author": "Example"}
maker.generate(project_name="feed-page", vex_data=[claim], metadata=facts, filename=sys.argv[2])
"""

# Document -> (command, rules that it breaks with the severity "error", and why that is right).
Words = list[str]
KNOWN: dict[str, tuple[Words, dict[str, str]]] = {
    "cyclonedx-bom.cdx.json": (["{bin}/cyclonedx-py", "environment", "--output-file", "{out}"], {}),
    "cyclonedx-npm.cdx.json": (["npx", "--yes", "@cyclonedx/cyclonedx-npm", "--output-file", "{out}"], {}),
    "npm.cdx.json": (
        ["npm", "sbom", "--sbom-format", "cyclonedx"],
        {"K-format": "writes git@github.com:… where the schema asks for an IRI reference"},
    ),
    "npm.spdx.json": (["npm", "sbom", "--sbom-format", "spdx"], {}),
    "sbom4python.cdx.json": (
        ["{bin}/sbom4python", "-m", "lib4sbom", "--sbom", "cyclonedx", "--format", "json", "-o", "{out}"],
        {},
    ),
    "sbom4python.spdx.json": (
        ["{bin}/sbom4python", "-m", "lib4sbom", "--sbom", "spdx", "--format", "json", "-o", "{out}"],
        {},
    ),
    "syft.cdx.json": (["{bin}/syft", "scan", "dir:.", "-q", "-o", "cyclonedx-json={out}"], {}),
    "syft.spdx.json": (["{bin}/syft", "scan", "dir:.", "-q", "-o", "spdx-json={out}"], {}),
    "lib4vex.openvex.json": (
        ["{bin}/python", "-c", VEX, "openvex", "{out}"],
        {"K-format": "writes times without an offset"},
    ),
    "lib4vex.vex.cdx.json": (
        ["{bin}/python", "-c", VEX, "cyclonedx", "{out}"],
        {"K-enum": "writes a justification of OpenVEX into CycloneDX"},
    ),
}


def main(place: Path) -> int:
    """Run all of them in a fresh folder and return the number of surprises."""
    package = place / "package"
    shutil.rmtree(place, ignore_errors=True)
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps(PACKAGE), encoding="utf-8")
    attempt(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], package)
    surprises = 0
    for name, (words, known) in KNOWN.items():
        path = place / name
        trouble = generate(words, path, package) or compare(path, known)
        surprises += trouble is not None
        print(f"{name}: {trouble or 'as expected'}")
        for rule, why in known.items():
            print(f"  {rule}: {why}")
    trouble = same_inventory(place / "syft.cdx.json", place / "syft.spdx.json")
    print(f"syft, both formats: {trouble or 'the same components'}")
    return surprises + (trouble is not None)


def attempt(words: Words, cwd: Path) -> subprocess.CompletedProcess[bytes] | None:
    """Run a program and return what it did; None where it is not installed."""
    if shutil.which(words[0]) is None:
        return None
    return subprocess.run(words, cwd=cwd, capture_output=True, check=False)


def generate(words: Words, path: Path, cwd: Path) -> str | None:
    """Write a document with a generator; return why that was not possible."""
    places = {"bin": str(Path(sys.executable).parent), "out": str(path)}
    filled = [word if word is VEX else word.format(**places) for word in words]
    done = attempt(filled, cwd)
    if done is None:
        return f"{filled[0]} is not installed" if os.environ.get("CI") else None
    if done.returncode:
        return f"failed: {done.stderr.decode(errors='replace')[-300:]}"
    if not any("{out}" in word for word in words):
        path.write_bytes(done.stdout)
    return None


def compare(path: Path, known: dict[str, str]) -> str | None:
    """Return what differs from the list."""
    if not path.exists():
        return None
    problems = [
        each for each in validate(path.read_bytes(), path=path.name).problems if each.severity == "error"
    ]
    found = {each.rule for each in problems}
    if found == set(known):
        return None
    told = [
        f"{each.line}:{each.column} {each.rule} {each.message}" for each in problems if each.rule not in known
    ]
    return "; ".join([f"silent now: {rule}" for rule in sorted(set(known) - found)] + told[:5])


def same_inventory(one: Path, other: Path) -> str | None:
    """Return which components only one of two documents about the same thing has."""
    if not (one.exists() and other.exists()):
        return None
    difference = purls(one) ^ purls(other)
    return f"only in one of them: {', '.join(sorted(difference))}" if difference else None


def purls(path: Path) -> set[str]:
    """Return the package URLs of what a document lists."""
    done = validate(path.read_bytes(), path=path.name)
    assert done.format is not None
    return {part.purl for part in inventory.read(done.value, done.format).parts if part.purl}


if __name__ == "__main__":
    raise SystemExit(1 if main(Path(sys.argv[1])) else 0)
