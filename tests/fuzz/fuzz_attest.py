"""Fuzz target for every parser of untrusted bytes in `attest`: only our errors may come out.

How to run it: `harness`.
"""

import random
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from attest_cases import budget_check, dumps, envelope, sample, statement, verdict_predicate
from fuzz.harness import main
from stella_git.attest import kinds
from stella_git.attest.envelope import Envelope
from stella_git.attest.predicates import BudgetCheckPredicate, VerdictPredicate
from stella_git.attest.slsa import Provenance
from stella_git.attest.statement import Statement
from stella_git.canon.reader import parse_json


def envelope_bytes(data: bytes) -> None:
    found = Envelope.from_bytes(data)
    again = Envelope.from_bytes(found.to_bytes(), canonical=True)
    assert again == found
    assert again.digest() == found.digest()
    assert again.pae() == found.pae()


def statement_bytes(data: bytes) -> None:
    found = Statement.from_bytes(data)
    assert Statement.from_bytes(found.to_bytes()) == found
    found.require_strong()


def verdict(data: bytes) -> None:
    value = parse_json(data)
    if isinstance(value, dict):
        found = VerdictPredicate.from_json(value)
        assert found.to_json() == value
        found.require_id()


def budget(data: bytes) -> None:
    value = parse_json(data)
    if isinstance(value, dict):
        found = BudgetCheckPredicate.from_json(value)
        assert found.to_json() == value
        found.require_id()


def provenance(data: bytes) -> None:
    value = parse_json(data)
    if isinstance(value, dict):
        found = Provenance.from_json(value)
        assert Provenance.from_json(found.to_json()) == found
        assert found.canonical_digest() == Provenance.from_json(found.canonical_json()).canonical_digest()
        assert found.dependencies_root()
        kinds.kind_of(found.build_definition)


# name -> (target, a good input to start from)
TARGETS: dict[str, tuple[Callable[[bytes], None], bytes]] = {
    "budget": (budget, dumps(budget_check())),
    "envelope": (envelope_bytes, dumps(envelope())),
    "provenance": (provenance, dumps(sample("orchestrator")["predicate"])),
    "statement": (statement_bytes, dumps(statement())),
    "verdict": (verdict, dumps(verdict_predicate())),
}


def mutate(data: bytes, source: random.Random) -> bytes:
    """Return the input with one to three things changed; mostly still JSON, so that readers are reached."""
    found = bytearray(data)
    for _ in range(source.randint(1, 3)):
        at = source.randrange(len(found))
        how = source.randrange(5)
        if how == 0:
            found[at] ^= 1 << source.randrange(8)
        elif how == 1:
            found[at : at + source.randrange(1, 9)] = b""
        elif how == 2:
            found[at:at] = found[at : at + source.randrange(1, 40)]
        elif how == 3:
            found[at] = source.choice(b'0aAf=-_+/{}[]",:')
        else:
            found = _swap(found, source)
    return bytes(found) or b"\0"


def _swap(data: bytearray, source: random.Random) -> bytearray:
    old, new = (
        source.choice((b'"x"', b"1", b"1.5", b"null", b"true", b"[]", b"{}", b'""')) for _ in range(2)
    )
    values = data.split(b":")
    at = source.randrange(len(values))
    head, comma, tail = values[at].partition(b",")
    values[at] = bytearray(new) + comma + tail if comma and head != old else values[at]
    return bytearray(b":").join(values)


if __name__ == "__main__":
    main(TARGETS, mutate)
