"""Evidence that has to be refused, and why: one case at least for each way to get it wrong.

The cases are made of keys that follow from names: the same bytes every time, but for RSA-PSS and ML-DSA,
whose signatures differ each time. They can be written as files, so that others can be driven by them:

    PYTHONPATH=src python tests/negative_cases.py DIRECTORY

writes DIRECTORY/NAME/ with the files of the case and ``case.json``: the kind, what is asked, and the codes
that we give. ``evidence`` is a file that a verifier is given with a trusted root, a keyring or a key;
``keyring``, ``public-key``, ``private-key`` and ``trusted-root`` are files that must not be read;
``timestamp`` is a response to a request; ``growth`` is two heads of a log, and a proof; ``claims`` is a
statement and what is required of it.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """One thing to refuse.

    Args:
        item: what of the list of attacks it is an example of.
        codes: of every failed check in their order, or of the one error.
        kind: what to do with the files.
        files: name to bytes, or to a function that makes them.
        asked: what is asked, as JSON.
        inside: the code that the detail names, where a code stands for many defects.
    """

    item: str
    codes: tuple[str, ...]
    kind: str
    files: dict
    asked: dict
    inside: str = ""

    def read(self, name):
        """Return the bytes of a file, or None if there is no such file."""
        found = self.files.get(name)
        return found() if callable(found) else found


def write(cases, directory):
    for name, case in cases.items():
        place = Path(directory) / name
        place.mkdir(parents=True)
        for file in case.files:
            (place / file).write_bytes(case.read(file))
        told = {"item": case.item, "codes": list(case.codes), "kind": case.kind, "asked": case.asked}
        (place / "case.json").write_text(json.dumps(told, indent=2, sort_keys=True) + "\n")


def all_cases():
    """Return every case by name."""
    import negative_bundles
    import negative_envelopes
    import negative_keys

    tables = (negative_envelopes.CASES, negative_keys.CASES, negative_bundles.CASES)
    found = {name: case for table in tables for name, case in table.items()}
    assert len(found) == sum(map(len, tables))
    return found


# What the list of attacks names -> the test that refuses it, where that is not a case here.
ELSEWHERE = {
    "replay onto another repository": ("unit/trust/test_refusals.py", "onto another repository"),
    "replay onto a copy of the repository": ("unit/trust/test_refusals.py", "onto a copy of the repository"),
    "replay onto another commit": ("unit/trust/test_refusals.py", "onto another commit"),
    "replay onto another ref": ("unit/trust/test_refusals.py", "onto another ref"),
    "replay onto another environment": (
        "integration/flows/test_attacks.py",
        "test_a_component_with_an_environment_of_its_own_is_demanded_there",
    ),
    "expired statement": ("unit/trust/test_refusals.py", "after it expired"),
}
ITEMS = frozenset(
    {
        "payload type",
        "PAE in characters",
        "signatures missing",
        "signatures empty",
        "signatures duplicated",
        "one key twice",
        "one key under two key ids",
        "one key in two encodings",
        "threshold",
        "base64",
        "duplicate members",
        "trailing bytes",
        "second document",
        "encoding",
        "lone surrogate",
        "not finite",
        "oversize",
        "too deep",
        "too many subjects",
        "bit flip",
        "DER",
        "raw r and s",
        "algorithm confusion",
        "weak key",
        "unknown key",
        "disabled key",
        "revoked key",
        "wrong role",
        "key validity",
        "statement type",
        "subject",
        "predicate type swapped",
        "claim missing",
        "replay onto another subject",
        "signing time",
        "certificate validity",
        "untrusted CA",
        "smuggled anchor",
        "code-signing usage",
        "CA leaf",
        "identity by substring",
        "issuer by substring",
        "SCT",
        "certificate and key",
        "timestamp over other bytes",
        "untrusted TSA",
        "timestamp outside windows",
        "timestamp nonce",
        "timestamp policy",
        "timestamp usage",
        "timestamp encoding",
        "timestamps duplicated",
        "too many timestamps",
        "unknown log",
        "promise",
        "inclusion proof",
        "checkpoint",
        "entry of another bundle",
        "leaf and node confusion",
        "rollback",
        "scrypt parameters",
        "open key file",
    }
)


if __name__ == "__main__":
    write(all_cases(), sys.argv[1])
