"""Canonical JSON side by side with its peers, in one run; the ratios count, not the times.

Run with ``python benchmarks/bench_canon.py``. The SBOM is made here, the same every time: about 5 MB of
CycloneDX components, with hashes, licences, properties, some names that are not ASCII, and, in a second
document, CVSS scores that are not integers.
"""

import json
import time

import rfc8785

from stella_git.canon import jcs, merkle
from stella_git.canon.digest import sha256
from stella_git.canon.purl import canonical_purl
from stella_git.canon.reader import defects, parse_json, positions

COMPONENTS = 6_000
ROUNDS = 7


def component(number: int) -> dict:
    digest = sha256(str(number).encode()).hex
    return {
        "type": "library",
        "bom-ref": f"pkg:npm/%40scope{number % 40}/package-{number}@{number % 9}.{number % 7}.1",
        "name": f"package-{number}",
        "group": f"@scope{number % 40}",
        "version": f"{number % 9}.{number % 7}.1",
        "author": "Zoë Müller, 山田太郎" if number % 10 == 0 else "Ada Example <ada@example.org>",
        "description": 'A "small" library\nthat does one thing; ' * 3,
        "hashes": [{"alg": "SHA-256", "content": digest}, {"alg": "SHA-512", "content": digest * 2}],
        "licenses": [{"license": {"id": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}}],
        "purl": f"pkg:npm/%40scope{number % 40}/package-{number}@{number % 9}.{number % 7}.1",
        "externalReferences": [
            {"type": "vcs", "url": f"git+https://example.org/{number}.git"},
            {"type": "website", "url": f"https://example.org/{number}#readme"},
        ],
        "properties": [{"name": "size", "value": str(number)}, {"name": "internal", "value": "false"}],
        "evidence": {"occurrences": [{"location": f"node_modules/{number}/index.js", "line": number}]},
    }


def sbom(*, scores: bool) -> dict:
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": [component(number) for number in range(COMPONENTS)],
    }
    if scores:
        document["vulnerabilities"] = [
            {"id": f"CVE-2024-{number:05d}", "ratings": [{"score": number % 100 / 10, "method": "CVSSv31"}]}
            for number in range(COMPONENTS // 10)
        ]
    return document


def seconds(function) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def row(name: str, ours, peer: str, theirs) -> None:
    """Print the quickest of some rounds of each, taken in turn so that both meet the same machine."""
    rounds = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
    mine, other = (min(times) for times in zip(*rounds, strict=True))
    print(f"{name:30} {mine * 1e3:9.2f} ms   {peer:28} {other * 1e3:9.2f} ms   ratio {other / mine:6.2f}")


def main() -> None:
    plain, scored = sbom(scores=False), sbom(scores=True)
    data, scored_data = json.dumps(plain).encode(), json.dumps(scored).encode()
    print(f"SBOM of {COMPONENTS} components, {len(data) / 1e6:.1f} MB; quickest of {ROUNDS}")
    assert jcs.dumps(plain) == rfc8785.dumps(plain)
    assert jcs.dumps(scored) == rfc8785.dumps(scored)
    compact = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    late = [f"/components/{COMPONENTS - 1}/purl"]
    row("jcs.dumps", lambda: jcs.dumps(plain), "rfc8785.dumps", lambda: rfc8785.dumps(plain))
    row("jcs.dumps, with scores", lambda: jcs.dumps(scored), "rfc8785.dumps", lambda: rfc8785.dumps(scored))
    row("jcs.dumps", lambda: jcs.dumps(plain), "json.dumps, sorted", lambda: json.dumps(plain, **compact))
    loads = "json.loads", lambda: json.loads(data)
    row("parse_json", lambda: parse_json(data), *loads)
    row(
        "parse_json, with scores",
        lambda: parse_json(scored_data),
        "json.loads",
        lambda: json.loads(scored_data),
    )
    row("defects (reference reader)", lambda: defects(data), *loads)
    row("positions of one late value", lambda: positions(data, late), *loads)
    leaves = [str(number).encode() for number in range(20_000)]
    row("merkle.root of 20,000", lambda: merkle.root(leaves), "its digests alone", lambda: digests(leaves))
    purls(plain)


def digests(leaves: list[bytes]) -> None:
    for _ in range(2):
        for leaf in leaves:
            merkle.leaf_hash(leaf)


def purls(document: dict) -> None:
    from packageurl import PackageURL

    texts = [item["purl"] for item in document["components"]]
    row(
        f"canonical_purl of {len(texts)}",
        lambda: [canonical_purl(text) for text in texts],
        "packageurl-python",
        lambda: [PackageURL.from_string(text).to_string() for text in texts],
    )


if __name__ == "__main__":
    main()
