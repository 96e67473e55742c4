"""OASIS' own tests for validators of CSAF 2.0: each mandatory one fires where it must, nowhere else."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from stella_git.documents.rules import all_rules
from stella_git.documents.validate import validate

VECTORS = Path(__file__).parent.parent / "vectors"
CSAF = VECTORS / "csaf"
FILES = sorted(CSAF.glob("mandatory/*.json"))
OTHERS = sorted([*CSAF.glob("recommended/*.json"), *CSAF.glob("informative/*.json")])
PASSING = 11

# Documents made for a test that is not mandatory, and which fail a mandatory one all the same.
KNOWN = {
    "recommended/oasis_csaf_tc-csaf_2_0-2021-6-2-08-02.json": "CSAF-6.1.25",  # two digests of MD5, one file
    "recommended/oasis_csaf_tc-csaf_2_0-2021-6-2-09-02.json": "CSAF-6.1.25",  # two digests of SHA-1, one file
}


def named(path):
    """Return the rule that a file tests, and whether the file passes it."""
    found = re.search(r"-6-1-(\d\d(?:-\d\d)?)-(\d\d)\.json$", path.name)
    test = ".".join(str(int(part)) for part in found[1].split("-"))
    return f"CSAF-6.1.{test}", int(found[2]) >= PASSING


def errors(path):
    found = validate(path.read_bytes(), path=path.name).problems
    return {problem.rule for problem in found if problem.severity == "error"}


def test_the_vectors_are_unmodified_and_complete():
    sums = json.loads((CSAF / "MANIFEST.json").read_bytes())["files"]
    there = {f"{path.parent.name}/{path.name}": path for path in [*FILES, *OTHERS]}
    assert sums == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}
    listed = re.findall(
        r"^\| `(csaf/\S+)` \| `(\w{64})` \|$", (VECTORS / "SOURCES.md").read_text("utf-8"), re.MULTILINE
    )
    assert dict(listed) == {
        f"csaf/{path.relative_to(CSAF).as_posix()}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [CSAF / "MANIFEST.json", *CSAF.glob("2.1/*.json")]
    }


def test_every_mandatory_test_is_tried():
    tried = {named(path)[0] for path in FILES if not named(path)[1]}
    assert tried == {name for name in all_rules() if name.startswith("CSAF-")}
    assert len(FILES) == 147


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem.partition("2021-")[2])
def test_official_verdict(path):
    rule, passes = named(path)
    assert errors(path) == set() if passes else rule in errors(path)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem.partition("2021-")[2])
def test_what_is_made_for_other_tests_passes_these(path):
    known = KNOWN.get(f"{path.parent.name}/{path.name}")
    assert errors(path) == (set() if known is None else {known})
