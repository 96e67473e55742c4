"""Reports of scanners for tests of findings: the fixtures, and small ones made here."""

import json
from pathlib import Path

from stella_git.canon import jcs
from stella_git.documents import ingest

FIXTURES = Path(__file__).parent / "golden" / "documents" / "findings"
NAMES = tuple(sorted(path.name for path in FIXTURES.glob("*.json")))


def fixture(name):
    return (FIXTURES / name).read_bytes()


def expected(name):
    return (FIXTURES / "expected" / name).read_bytes()


def read(report, **options):
    """Return what one report holds; ``report`` is bytes or plain JSON."""
    data = report if isinstance(report, bytes) else json.dumps(report).encode()
    return ingest.read(data, path="report.json", options=ingest.Options(**options))


def canonical(*reports):
    """Return the bytes of the document of merged reports."""
    return jcs.dumps(ingest.to_json(ingest.merge(reports)))


def document(*reports):
    return json.loads(canonical(*reports))


def only(report, **options):
    """Return the only finding of a report, as the document has it."""
    (finding,) = document(read(report, **options))["findings"]
    return finding


def grype(*matches, **members):
    return {"matches": list(matches), "descriptor": {"name": "grype", "version": "0.117.0"}, **members}


def match(identifier="CVE-2026-0001", *, purl="pkg:npm/left-pad@1.3.0", related=(), **vulnerability):
    return {
        "vulnerability": {"id": identifier, "namespace": "github:language:javascript", **vulnerability},
        "relatedVulnerabilities": list(related),
        "artifact": {"name": "left-pad", "version": "1.3.0", "purl": purl},
    }


def cvss(score, *, version="3.1", source=None, vector=""):
    rating = {"version": version, "vector": vector, "metrics": {"baseScore": score}}
    return rating if source is None else rating | {"source": source}


def trivy(*vulnerabilities, **members):
    results = [{"Target": "lock", "Vulnerabilities": list(vulnerabilities)}]
    return {"SchemaVersion": 2, "ArtifactName": "app", "Results": results, **members}


def osv(*records, ecosystem="npm", name="left-pad", version="1.3.0", groups=()):
    package = {"name": name, "version": version, "ecosystem": ecosystem}
    return {
        "results": [
            {"packages": [{"package": package, "vulnerabilities": list(records), "groups": list(groups)}]}
        ]
    }


def sarif(*results, rules=(), name="scanner"):
    return {
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": name, "rules": list(rules)}}, "results": list(results)}],
    }
