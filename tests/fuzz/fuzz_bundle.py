"""Fuzz target for bundles, bodies of log entries, checkpoints, trusted roots: only our errors may come out.

How to run it: `harness`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bundle_cases import body, data, note
from fuzz.fuzz_attest import mutate
from fuzz.harness import main
from stella_git.attest.bundle import Bundle
from stella_git.attest.checkpoint import format_body, parse_checkpoint
from stella_git.attest.rekor import parse_body
from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon.reader import parse_json


def bundle(data: bytes) -> None:
    found = Bundle.from_bytes(data)
    assert found.to_json() == parse_json(data)
    assert Bundle.from_bytes(found.to_bytes(), canonical=True) == found
    assert found.signature


def checkpoint(data: bytes) -> None:
    found = parse_checkpoint(data)
    assert data.startswith(found.signed + b"\n")
    assert format_body(found.origin, found.size, found.root, found.extensions) == found.signed
    assert all(len(line.hint) == 4 and line.signature for line in found.signatures)


def log_body(kind: str, version: str) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        found = parse_body(data, kind, version)
        assert (found.kind, found.version) == (kind, version)
        assert (found.digest is None) != (found.payload_digest is None)
        for one in found.signatures:
            assert one.signature
            assert (one.key.certificate is None) != (one.key.spki is None)

    return target


def trusted_root(data: bytes) -> None:
    found = TrustedRoot.from_bytes(data)
    assert all(len(log.log_id) == 32 for log in (*found.logs, *found.ct_logs))
    for one in (*found.logs, *found.ct_logs, *found.authorities, *found.timestamp_authorities):
        assert one.window.contains(one.window.start)
        assert one.window.end is None or one.window.contains(one.window.end)


# name -> (target, a good input to start from)
TARGETS: dict[str, tuple[Callable[[bytes], None], bytes]] = {
    "bundle": (bundle, data("rekor2-happy-path")),
    "bundle_chain": (bundle, data("intoto-with-custom-trust-root")),
    "bundle_dsse": (bundle, data("rekor2-dsse-happy-path")),
    "checkpoint": (checkpoint, note().encode()),
    "log_body_dsse": (log_body("dsse", "0.0.1"), body("happy-path-intoto-in-dsse-v3")),
    "log_body_hashedrekord_1": (log_body("hashedrekord", "0.0.1"), body("happy-path-v0.3")),
    "log_body_hashedrekord_2": (log_body("hashedrekord", "0.0.2"), body("rekor2-happy-path")),
    "log_body_intoto": (log_body("intoto", "0.0.2"), body("intoto-with-custom-trust-root")),
    "trusted_root": (trusted_root, data("rekor2-dsse-happy-path", "trusted_root.json")),
}


if __name__ == "__main__":
    main(TARGETS, mutate)
