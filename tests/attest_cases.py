"""Documents for tests of the attest floor and of our schemas."""

import copy
import json
from pathlib import Path

from stella_git.canon import jcs
from stella_git.canon.digest import of_json

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "schemas" / "stella"
SAMPLES = ROOT / "examples" / "provenance"
KINDS = ("export", "job", "orchestrator")

REPOSITORY = "6f1c2d34-5b6a-4c7d-8e9f-0a1b2c3d4e5f"
COMMIT, TREE, ROOT_COMMIT = "a" * 40, "b" * 40, "c" * 40
TWIN = "d" * 64
DIGEST = "sha256:" + "e" * 64


def envelope(**members):
    """Return a small good envelope with other members put over it."""
    value = {
        "payloadType": "application/vnd.in-toto+json",
        "payload": "e30=",
        "signatures": [{"keyid": "ab", "sig": "c2ln"}],
    }
    return copy.deepcopy({**value, **members})


def statement(**members):
    """Return a small good statement with other members put over it."""
    value = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "a.tgz", "digest": {"sha256": "e" * 64}}],
        "predicateType": "https://example.org/predicate/v1",
        "predicate": {"n": 1},
    }
    return copy.deepcopy({**value, **members})


def binding(**members):
    """Return a good binding with other members put over it; None takes one away."""
    value = {
        "repositoryId": REPOSITORY,
        "rootCommits": [ROOT_COMMIT],
        "ref": "refs/heads/main",
        "gitCommit": COMMIT,
        "gitTree": TREE,
        "treeSha256": TWIN,
        "policyRevision": ROOT_COMMIT,
        "expires": "2026-12-31T00:00:00Z",
        "supersedes": [DIGEST],
    }
    return {name: item for name, item in {**value, **members}.items() if item is not None}


def verdict():
    """Return the published verdict."""
    return json.loads((ROOT / "tests/vectors/verdict/verdict.json").read_bytes())


def verdict_predicate(**members):
    """Return a good verdict predicate with other members put over it."""
    value = {
        "verdictId": f"verdict:{of_json(verdict())}",
        "verdict": verdict(),
        "binding": binding(),
        "run": {
            "tool": "stella",
            "toolVersion": "0.1.0",
            "startedOn": "2026-11-20T00:00:00Z",
            "inputs": [
                {"role": "sbom", "digest": DIGEST, "uri": "tree:sbom.cdx.json"},
                {"role": "policy", "path": "budgets/prod.yaml", "digest": DIGEST, "uri": "cas:"},
            ],
            "messages": [{"code": "budget-exceeded", "text": "too much", "over": 1}],
        },
    }
    return copy.deepcopy({**value, **members})


def budget_check():
    """Return the published budget check."""
    return json.loads((ROOT / "tests/vectors/budget/budget_check.json").read_bytes())


def sample(kind):
    """Return the sample statement of a kind of provenance."""
    return json.loads((SAMPLES / f"{kind}.json").read_bytes())


def dumps(value):
    """Return canonical bytes."""
    return jcs.dumps(value)


def change(value, path, new):
    """Return a copy of a JSON value in which the value at a path is another; a missing member is added."""
    value = copy.deepcopy(value)
    *parents, last = path
    place = value
    for token in parents:
        place = place[token]
    place[last] = new
    return value


def without(value, path):
    """Return a copy of a JSON value in which the value at a path is missing."""
    value = copy.deepcopy(value)
    *parents, last = path
    place = value
    for token in parents:
        place = place[token]
    del place[last]
    return value


def places(value, path=()):
    """Yield the path of every value inside a JSON value, itself included."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for token, item in items:
        yield from places(item, (*path, token))
