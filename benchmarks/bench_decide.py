"""What a decision costs: 5,000 components, 1,000 findings, 2,000 claims, two budgets; and from bytes on, with
a budget alone and with all reference policies.

Prints milliseconds (best and median of the runs) and the ratio of deciding to reading an SBOM of that
size, in the same run: that ratio says something on any machine.
"""

import argparse
import gc
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from budget_cases import POINTS
from policyevidence_cases import findings as findings_document
from stella_git.canon.clock import parse_rfc3339
from stella_git.documents import cyclonedx
from stella_git.documents.validate import validate
from stella_git.flows.evidence import Located
from stella_git.flows.judge import Context, judge
from stella_git.flows.policyfiles import gather
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
            "version": f"{number % 9}.{number % 7}.0",
            "purl": purl(number),
            "hashes": filler,
            "licenses": [{"license": {"id": "MIT"}}],
            "description": "x" * 300,
            "externalReferences": [
                {"type": kind, "url": f"https://example.org/{number}"} for kind in ("website", "vcs", "other")
            ],
        }
        for number in range(components)
    ]
    head = {
        "timestamp": "2026-05-01T00:00:00Z",
        "component": {"type": "application", "name": "app", "bom-ref": "app"},
        "authors": [{"name": "Ada"}],
    }
    needs = [{"ref": "app", "dependsOn": [f"r{number}" for number in range(components)]}]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": head}
    return json.dumps({**document, "components": rows, "dependencies": needs}).encode()


def located(components: int, findings: int, document: bytes) -> tuple[Located, ...]:
    """The SBOM, and a findings document about every so many of its components."""
    rows = [
        {
            "id": f"CVE-2026-{number:05}",
            "purl": purl(number * components // findings),
            "severity": SEVERITIES[number % 4],
            "kev": number % 100 == 0,
            "fixable": number % 2 == 0,
        }
        for number in range(findings)
    ]
    return (
        Located(role="sbom", data=document, uri="tree:app.cdx.json", path="app.cdx.json"),
        Located(role="findings", data=findings_document(*rows), uri="tree:scan.json", path="scan.json"),
    )


def in_force(files) -> list[Located]:
    return [Located(role="policy", data=data, uri=f"tree:{path}", path=path) for path, data in files]


CONTEXT = Context(
    subject_name="repo",
    tree_sha256="a" * 64,
    environment="prod",
    stage="ci",
    as_of=parse_rfc3339("2026-06-01T00:00:00Z"),
    params={"ref": "refs/heads/main"},
)


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
    gc.set_threshold(200_000)  # as the command does
    given = inputs(options.components, options.findings)
    document = sbom(options.components)
    expected = decide(given).verdict.to_json()
    documents = located(options.components, options.findings, document)
    budget = in_force([budget_file("main", limits={"findings": {"total": 50}}, points=POINTS)])
    packs = in_force(gather([str(Path(__file__).parents[1] / "policies")]))
    run = judge([*documents, *packs], CONTEXT).run
    assert run is not None
    violations = sum(len(result.violations) for result in run.results)
    rows = {
        f"read an SBOM of {len(document) / 1e6:.1f} MB": lambda: read(document),
        "decide": lambda: decide(given),
        "replay": lambda: replay(expected, given),
        "from bytes, a budget": lambda: judge([*documents, *budget], CONTEXT),
        "from bytes, reference packs": lambda: judge([*documents, *packs], CONTEXT),
        "the same, with places": lambda: judge([*documents, *packs], CONTEXT, places=True),
    }
    best = {}
    for name, call in rows.items():
        best[name], median = measure(call, options.runs)
        print(f"{name:<30} {best[name]:8.1f} ms best {median:8.1f} ms median")
    reading, deciding, _, budgeted, policed, placed = best.values()
    print(f"decide / read: {deciding / reading:.2f}")
    print(
        f"from bytes, {len(run.policies)} policies with {violations:,} violations / a budget alone: "
        f"{policed / budgeted:.2f}, with places {placed / budgeted:.2f}"
    )


if __name__ == "__main__":
    main()
