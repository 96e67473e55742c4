"""What the commands write and print is what the schemas say."""

import base64
import json
import tomllib

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from flows_cases import DIRTY, START, git, story
from stella_git.resources import data_path

FOLDER = data_path("schemas/stella")
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_bytes()) for path in FOLDER.glob("*.json")
}
REGISTRY = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
)


def conform(document, name):
    errors = list(Draft202012Validator(SCHEMAS[name], registry=REGISTRY).iter_errors(document))
    assert errors == [], (name, errors[:3])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    found = story(tmp_path_factory.mktemp("outputs") / "r", DIRTY)
    found.attest(expect=1)
    found.commit({"a.txt": b"x"}, at=START + 60)
    return found


def test_files_that_init_writes(place):
    conform(tomllib.loads((place.path / "stella.toml").read_text()), "config.v1")
    conform(json.loads((place.path / "stella.keyring.json").read_bytes()), "keyring.v1")
    conform(json.loads((place.path / "stella.keyring.sigs.json").read_bytes()), "keyring-sigs.v1")


def test_the_attestation(place):
    note = git(place.path, "notes", f"--ref={place.note_refs()[0]}", "show", "HEAD~1")
    statement = json.loads(base64.b64decode(json.loads(note)["payload"]))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    conform(statement["predicate"], "verdict-predicate.v1")
    conform(statement["predicate"]["verdict"], "verdict.v1")
    names = [subject["name"].partition("#")[2] for subject in statement["subject"]]
    assert sorted(names) == ["", "tree", "tree-sha256"]


def test_what_is_printed(place):
    for words, expect in (
        (("verify", "HEAD~1", "--recompute"), 1),
        (("verify",), 1),
        (("log",), 0),
        (("show", "HEAD~1"), 0),
    ):
        conform(place.json(*words, expect=expect), "verification.v1")
    conform(place.json("budget", "check", expect=1), "budget-check.v1")
    conform(place.json("decide", expect=1)["verdict"], "verdict.v1")
    conform(place.json("sbom", "validate", "sbom/app.cdx.json"), "problems.v1")
    conform(place.json("sbom", "validate", "a.txt", expect=1), "problems.v1")
