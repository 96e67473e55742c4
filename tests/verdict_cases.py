"""Inputs of decisions for tests, and the JSON form in which golden verdicts keep them.

Run as a program with the paths of new golden files to compute what they lack; it never touches a file that
has a verdict already.
"""

import json
import sys
from pathlib import Path

from budget_cases import document
from stella_git.budget import Unknown
from stella_git.canon.clock import parse_rfc3339
from stella_git.policy.evidence import Given, Source
from stella_git.verdict.decide import (
    DecisionInputs,
    Evidence,
    RawClaim,
    RawComponent,
    RawFinding,
    Subject,
    Weights,
    decide,
)

GOLDEN = Path(__file__).parent / "golden" / "verdicts"
AS_OF = parse_rfc3339("2026-11-20T00:00:00Z")
BEFORE = parse_rfc3339("2026-11-01T00:00:00Z")
DIGEST = "sha256:" + "d" * 64
TWIN = "a" * 64
PURL = "pkg:pypi/urllib3@2.0.0"
CVE = "CVE-2026-0001"


def finding(vulnerability: str = CVE, **members) -> RawFinding:
    row = {
        "id": vulnerability,
        "purl": PURL,
        "severity": "high",
        "kev": False,
        "epss_ppm": 0,
        "first_seen": BEFORE,
    }
    return RawFinding(**{**row, "source": "scan.json", **members})


def claim(status: str = "not_affected", **members) -> RawClaim:
    row = {
        "vulnerabilities": (CVE,),
        "product": PURL,
        "issuer": "repository",
        "issuer_class": "internal",
        "status": status,
        "justification": "vulnerable_code_not_present" if status == "not_affected" else None,
        "timestamp": BEFORE,
        "document": DIGEST,
        "source": "vex.json",
    }
    return RawClaim(**{**row, **members})


def budget_file(name: str = "b", **spec) -> tuple[str, bytes]:
    body = document(**spec)
    body["metadata"]["id"] = name
    return f"policies/budgets/{name}.json", json.dumps(body).encode()


def decision_inputs(**members) -> DecisionInputs:
    row = {
        "subject": (Subject(name="repo", digest={"gitTree": TWIN}),),
        "environment": "prod",
        "stage": "ci",
        "as_of": AS_OF,
        "policy_files": (budget_file(),),
        "trust_digest": DIGEST,
        "has_findings": True,
    }
    return DecisionInputs(**{**row, **members})


def golden_inputs(case: dict) -> DecisionInputs:
    """The inputs that a golden file describes."""
    return DecisionInputs(
        subject=tuple(Subject(**row) for row in case["subject"]),
        environment=case["environment"],
        stage=case["stage"],
        as_of=parse_rfc3339(case["asOf"]),
        params=case.get("params", {}),
        policy_files=tuple((path, text.encode()) for path, text in case["policyFiles"].items()),
        trust_digest=case["trustDigest"],
        weights=Weights.from_json(case["trust"]) if "trust" in case else Weights(),
        evidence=tuple(Evidence.from_json(row) for row in case.get("evidence", [])),
        components=tuple(RawComponent(**{"purl": None, **row}) for row in case.get("components", [])),
        findings=tuple(RawFinding(**_instants(row)) for row in case.get("findings", [])),
        unknowns=tuple(Unknown(**row) for row in case.get("unknowns", [])),
        claims=tuple(RawClaim(**_instants(row)) for row in case.get("claims", [])),
        has_findings=case.get("hasFindings", True),
        offered=tuple(_offered(row) for row in case.get("offered", [])),
        sources={role: tuple(map(_source, rows)) for role, rows in case.get("sources", {}).items()},
        approved={name: tuple(names) for name, names in case.get("approved", {}).items()},
        orphans={name: parse_rfc3339(when) for name, when in case.get("orphans", {}).items()},
        ref=case.get("params", {}).get("ref"),
    )


def _source(row: dict) -> Source:
    return Source(digest=row["digest"], predicate_type=row["predicateType"])


def _offered(row: dict) -> Given:
    return Given(
        predicate_type=row["predicateType"],
        version=row["version"],
        value=row["value"],
        sources=tuple(map(_source, row["sources"])),
    )


def _instants(row: dict) -> dict:
    found = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    for name in ("first_seen", "timestamp"):
        if name in found:
            found[name] = parse_rfc3339(found[name])
    return found


def complete(path: Path) -> None:
    """Add verdict, id and findings to a golden file that has only inputs."""
    case = json.loads(path.read_bytes())
    if "verdict" in case:
        raise SystemExit(f"{path}: a golden verdict is never rewritten")
    decision = decide(golden_inputs(case["inputs"]))
    case["findings"] = [row.to_json() for row in decision.findings]
    case["verdict"] = decision.verdict.to_json()
    case["verdictId"] = decision.verdict.verdict_id
    path.write_text(json.dumps(case, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        complete(Path(name))
