"""Documents and arguments made to exhaust a reader: an answer in bounded time and memory, never a crash.

Each runs in a process of its own, with a limit of memory and of processor time that a quadratic step or a
copy too many would break. The limits are wide: they are no measure of speed.
"""

import json
import os
import resource
import subprocess
import sys

import pytest

from documents_cases import bom, data, vex

MEMORY = 1536 << 20
SECONDS = 25
MANY = 100_000


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(noun, *names, cwd):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-m", "stella_git", noun, "validate", "--format", "concise", "--jobs", "1", *names],
        cwd=cwd,
        capture_output=True,
        check=False,
        env=environment,
        preexec_fn=limited,
        timeout=120,
    )


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def libraries(**members):
    return [{"type": "library", "name": "x", **members} for _ in range(MANY // 4)]


def chain():
    return [{"ref": f"r{n}", "dependsOn": [f"r{n + 1}"]} for n in range(MANY // 4)]


def spdx2(**members):
    value = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "x",
        "documentNamespace": "https://example.com/x",
        "creationInfo": {"created": "2026-01-31T09:30:00Z", "creators": ["Tool: x"]},
        "packages": [],
    }
    return {**value, **members}


BOMBS = {
    "depth": lambda: b"[" * 5_000_000,
    "depth of objects": lambda: b'{"a":' * 1_000_000,
    "depth at the limit, wide": lambda: b"[" * 63 + b",".join([b"[]"] * MANY) + b"]" * 63,
    "members": lambda: compact({f"k{n}": n for n in range(5 * MANY)}),
    "the same member": lambda: b"{" + b",".join([b'"a":1'] * (5 * MANY)) + b"}",
    "members of a document": lambda: compact(bom(**{f"k{n}": n for n in range(MANY)})),
    "one long string": lambda: compact(bom(version="x" * 20_000_000)),
    "digits": lambda: b'{"bomFormat":"CycloneDX","version":' + b"9" * 10_000_000 + b"}",
    "exponent": lambda: data(bom()).replace(b'"version": 1', b'"version": 1e999999999'),
    "fraction": lambda: data(bom()).replace(b'"version": 1', b'"version": 0.' + b"3" * 1_000_000),
    "escapes": lambda: b'{"bomFormat":"' + b"\\u0041" * 2_000_000 + b'"}',
    "half pairs": lambda: b'{"a":[' + b",".join([b'"\\ud800"'] * MANY) + b"]}",
    "invalid UTF-8": lambda: b'{"a":"' + b"\xff" * 5_000_000 + b'"}',
    "UTF-16": lambda: data(bom()).decode().encode("utf-16"),
    "byte order marks": lambda: b"\xef\xbb\xbf" * 1_000_000,
    "nulls": lambda: b"\0" * 5_000_000,
    "white space": lambda: b" " * 10_000_000 + data(bom()),
    "lines of nothing": lambda: b"{}\n" * 1_000_000,
    "equal bom-refs": lambda: compact(bom(components=libraries(**{"bom-ref": "x"}))),
    "dangling refs": lambda: compact(bom(dependencies=[{"ref": f"lost{n}"} for n in range(MANY // 4)])),
    "a chain": lambda: compact(bom(dependencies=chain())),
    "one dependency on all": lambda: compact(
        bom(dependencies=[{"ref": "app", "dependsOn": [f"r{n}" for n in range(MANY)]}])
    ),
    "equal items": lambda: compact(bom(dependencies=[{"ref": "app", "dependsOn": ["left"] * MANY}])),
    "equal objects": lambda: compact(bom(components=libraries())),
    "purls": lambda: compact(bom(components=libraries(purl="pkg:npm/" + "%41" * 50))),
    "a long purl": lambda: compact(
        bom(components=[{"type": "library", "name": "x", "purl": "pkg:npm/a?" + "b=c&" * MANY}])
    ),
    "a long purl of slashes": lambda: compact(
        bom(components=[{"type": "library", "name": "x", "purl": "pkg:npm" + "/" * MANY}])
    ),
    "a long cpe": lambda: compact(
        bom(components=[{"type": "library", "name": "x", "cpe": "cpe:2.3:" + "a:" * MANY}])
    ),
    "a deep expression": lambda: compact(
        bom(
            components=[
                {
                    "type": "library",
                    "name": "x",
                    "licenses": [{"expression": "(" * MANY + "MIT" + ")" * MANY}],
                }
            ]
        )
    ),
    "a long expression": lambda: compact(
        bom(
            components=[
                {"type": "library", "name": "x", "licenses": [{"expression": "MIT AND " * MANY + "MIT"}]}
            ]
        )
    ),
    "licence ids": lambda: compact(
        bom(components=libraries(licenses=[{"license": {"id": "Apache 2.0 or so"}}]))
    ),
    "a long IRI": lambda: compact(
        bom(components=libraries(externalReferences=[{"type": "vcs", "url": "a" * 100 + " "}]))
    ),
    "one endless IRI": lambda: compact(
        bom(
            components=[
                {
                    "type": "library",
                    "name": "x",
                    "externalReferences": [{"type": "vcs", "url": "%" + "a%2" * MANY}],
                }
            ]
        )
    ),
    "SPDX relationships": lambda: compact(
        spdx2(
            relationships=[
                {
                    "spdxElementId": f"SPDXRef-{n}",
                    "relatedSpdxElement": "SPDXRef-x",
                    "relationshipType": "CONTAINS",
                }
                for n in range(MANY // 4)
            ]
        )
    ),
    "SPDX 3 elements": lambda: compact(
        {
            "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
            "@graph": [
                {"type": "software_Package", "spdxId": "urn:x", "creationInfo": "_:c", "name": str(n)}
                for n in range(MANY // 4)
            ],
        }
    ),
    "an attestation in an attestation": lambda: compact(
        {
            "payloadType": "application/vnd.in-toto+json",
            "payload": "e30=" * MANY,
            "signatures": [{"sig": ""}] * MANY,
        }
    ),
}

VEX_BOMBS = {
    "statements": lambda: compact(
        vex(
            statements=[
                {
                    "vulnerability": {"name": "CVE-2026-0001"},
                    "products": [{"@id": "pkg:npm/a@1"}],
                    "status": "fixed",
                }
            ]
            * (MANY // 4)
        )
    ),
    "products": lambda: compact(
        vex(
            statements=[
                {
                    "vulnerability": {"name": "CVE-2026-0001"},
                    "products": [{"@id": f"pkg:npm/a{n}@1"} for n in range(MANY // 4)],
                    "status": "fixed",
                }
            ]
        )
    ),
    "CSAF branches": lambda: compact(
        {
            "document": {"csaf_version": "2.0", "category": "csaf_vex"},
            "product_tree": {
                "branches": [
                    {"category": "vendor", "name": "x", "product": {"name": "x", "product_id": str(n)}}
                    for n in range(MANY // 4)
                ]
            },
            "vulnerabilities": [
                {
                    "product_status": {
                        "fixed": [str(n) for n in range(MANY // 4)],
                        "known_affected": [str(n) for n in range(MANY // 4)],
                    }
                }
            ],
        }
    ),
    "CSAF groups": lambda: compact(
        {
            "document": {"csaf_version": "2.0", "category": "csaf_vex"},
            "product_tree": {
                "product_groups": [{"group_id": str(n), "product_ids": ["a", "b"]} for n in range(MANY // 4)]
            },
        }
    ),
}


def bounded(done):
    """Check that a process gave an answer; it may say anything but that it crashed."""
    message = done.stderr.decode(errors="replace")[-600:]
    assert done.returncode in {0, 1, 2}, (done.returncode, message)
    assert "error[defect]" not in message
    assert len(done.stdout) < 2 << 20  # reports are bounded too


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_gets_an_answer(tmp_path, name):
    (tmp_path / "bom.json").write_bytes(BOMBS[name]())
    bounded(run("evidence", "bom.json", cwd=tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", VEX_BOMBS)
def test_a_bomb_in_vex_gets_an_answer(tmp_path, name):
    (tmp_path / "vex.json").write_bytes(VEX_BOMBS[name]())
    bounded(run("vex", "vex.json", cwd=tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_arguments_that_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "fifo.json")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "nowhere.json").symlink_to("lost")
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "pipe.json").symlink_to("fifo.json")
    (tmp_path / "good.json").write_bytes(data(bom()))
    (tmp_path / "link.json").symlink_to("good.json")
    with (tmp_path / "huge.json").open("wb") as stream:
        stream.truncate(1 << 40)  # a file with a hole
    names = [*sorted(path.name for path in tmp_path.iterdir()), "/dev/zero", "/dev/full"]
    done = run("sbom", *names, cwd=tmp_path)
    bounded(done)
    assert done.returncode == 2
    errors = done.stderr.decode()
    for name in set(names) - {"good.json", "link.json"}:
        assert f"]: {name}: " in errors, name
    assert "]: good.json" not in errors
    assert "]: link.json" not in errors


def test_everything_that_is_left_out_is_said(tmp_path):
    value = bom(components=[{"type": "library", "name": f"{n}", "purl": "x"} for n in range(3000)])
    (tmp_path / "bom.json").write_bytes(compact(value))
    lines = run("sbom", "bom.json", cwd=tmp_path).stdout.decode().splitlines()
    assert len(lines) == 1001
    assert ": D004 " in lines[-1]
