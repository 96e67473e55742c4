"""What a decision costs: 5,000 components, 1,000 findings, 2,000 claims, two budgets.

Prints milliseconds (best and median of the runs) and the ratio of deciding to reading an SBOM of that
size, in the same run: that ratio says something on any machine.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from budget_cases import POINTS
from stella_git.documents import cyclonedx
from stella_git.documents.validate import validate
from stella_git.verdict.decide import RawComponent, decide
from stella_git.verdict.replay import replay
from verdict_cases import budget_file, claim, decision_inputs, finding

SEVERITIES = ("critical", "high", "medium", "low")


def purl(number: int) -> str:
    return f"pkg:npm/%40scope{number % 50}/package-{number}@{number % 9}.{number % 7}.0"


def inputs(components: int, findings: int):
    rows = [
        finding(
            f"GHSA-{number:04}",
            aliases=(f"CVE-2026-{number:05}",),
            purl=purl(number * components // findings),
            severity=SEVERITIES[number % 4],
            epss_ppm=number * 997 % 1_000_000,
            kev=number % 100 == 0,
        )
        for number in range(findings)
    ]
    said = [
        claim(
            "not_affected" if number % 3 else "affected",
            vulnerabilities=(f"CVE-2026-{number:05}",),
            product=purl(number * components // findings).partition("@")[0] if number % 2 else None,
            issuer=issuer,
            issuer_class=issuer_class,
        )
        for number in range(findings)
        for issuer, issuer_class in (("repository", "internal"), ("vendor", "vendor"))
    ]
    return decision_inputs(
        policy_files=(
            budget_file("main", limits={"findings": {"total": 50}, "riskPoints": 500}, points=POINTS),
            budget_file("soft", limits={"unknowns": {"total": 0}}, action="warn"),
        ),
        components=tuple(
            RawComponent(purl=purl(number), name=f"package-{number}", ref=f"r{number}")
            for number in range(components)
        ),
        findings=tuple(rows),
        claims=tuple(said),
    )


def sbom(components: int) -> bytes:
    """An SBOM of the size that such components really have, about 1 KB each."""
    filler = [{"alg": "SHA-256", "content": "ab" * 32}, {"alg": "SHA-512", "content": "cd" * 64}]
    rows = [
        {
            "type": "library",
            "bom-ref": f"r{number}",
            "name": f"package-{number}",
            "purl": purl(number),
            "hashes": filler,
            "licenses": [{"license": {"id": "MIT"}}],
            "description": "x" * 300,
            "externalReferences": [{"type": "website", "url": f"https://example.org/{number}"}] * 3,
        }
        for number in range(components)
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": rows}).encode()


def read(document: bytes) -> None:
    """What has to happen to an SBOM before anything can be decided: parse, validate, take the inventory."""
    found = validate(document, path="sbom.cdx.json", expect=frozenset({"sbom"}))
    assert found.value is not None
    tuple(cyclonedx.components(found.value))


def measure(call, runs: int) -> tuple[float, float]:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return min(times), statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--components", type=int, default=5000)
    parser.add_argument("--findings", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    given = inputs(options.components, options.findings)
    document = sbom(options.components)
    expected = decide(given).verdict.to_json()
    rows = {
        f"read an SBOM of {len(document) / 1e6:.1f} MB": lambda: read(document),
        "decide": lambda: decide(given),
        "replay": lambda: replay(expected, given),
    }
    best = {}
    for name, call in rows.items():
        best[name], median = measure(call, options.runs)
        print(f"{name:<28} {best[name]:8.1f} ms best {median:8.1f} ms median")
    reading, deciding, _ = best.values()
    print(f"decide / read: {deciding / reading:.2f}")


if __name__ == "__main__":
    main()
