"""Merkle proofs against the vectors of transparency-dev/merkle: every one, good and bad."""

import base64
import json
from pathlib import Path

import pytest

from stella_git.canon import merkle

# Some sizes are beyond 2^53, so that the standard reader has to be used.
VECTORS = Path(__file__).parents[1] / "vectors" / "merkle"


def cases(kind: str) -> list:
    files = sorted((VECTORS / kind).rglob("*.json"))
    return [
        pytest.param(json.loads(file.read_bytes()), id=f"{file.parent.name}-{file.stem}") for file in files
    ]


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "", validate=True)


INCLUSION, CONSISTENCY = cases("inclusion"), cases("consistency")


def test_no_vector_is_missing():
    assert (len(INCLUSION), len(CONSISTENCY)) == (98, 98)
    assert sum(not case.values[0]["wantErr"] for case in INCLUSION + CONSISTENCY) >= 12


@pytest.mark.parametrize("case", INCLUSION)
def test_inclusion(case):
    proof = [raw(item) for item in case["proof"] or ()]
    holds = merkle.verify_inclusion(
        raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, raw(case["root"])
    )
    assert holds is not case["wantErr"]


@pytest.mark.parametrize("case", CONSISTENCY)
def test_consistency(case):
    proof = [raw(item) for item in case["proof"] or ()]
    holds = merkle.verify_consistency(
        case["size1"], case["size2"], proof, raw(case["root1"]), raw(case["root2"])
    )
    assert holds is not case["wantErr"]
