"""Bundles of the Sigstore world that are right, and bundles that are bent in one place each."""

from sigstore_keys import p256
from sigstore_world import ARTIFACT, World

WORLD = World()
OTHER = World("other")
ROOT = WORLD.trusted_root()
CERTIFICATES = {
    "statement, rekor 1": {},
    "statement, rekor 2": {"rekor": 2},
    "statement, rekor 1, stamp": {"stamps": 1},
    "statement, v0.1": {"version": "0.1"},
    "statement, v0.2": {"version": "0.2", "stamps": 1},
    "statement, v0.3, old media type": {"version": "0.3-alt"},
    "statement, stamp without certificate": {"rekor": 2, "stamp": {"embed": False}},
    "artifact, rekor 1": {"message": ARTIFACT},
    "artifact, rekor 2": {"message": ARTIFACT, "rekor": 2},
    "artifact, v0.2": {"message": ARTIFACT, "version": "0.2"},
    "first leaf of the tree": {"entry": {"before": 0}},
    "last leaf of the tree": {"entry": {"after": 0}},
    "only leaf of the tree": {"entry": {"before": 0, "after": 0}},
    "cosigned checkpoint": {"entry": {"note": {"cosign": ["witness.test"]}}},
    "checkpoint with more lines": {"entry": {"note": {"extensions": ["Timestamp: 1"]}}},
}
# Which of the others notice it; the rest is said here, so that a change of theirs is noticed in turn.
BOTH, PYTHON = {"python", "npm"}, {"python"}
BENT = {
    "signed by somebody else": ({"signer": p256("thief")}, BOTH),
    "untrusted authority": ({"leaf": OTHER.leaf()}, BOTH),
    "SCT of another log": ({"leaf": {"ct_log": OTHER.ct_log}}, BOTH),
    "SCT by another key": ({"leaf": {"sct": {"key": p256("thief")}}}, BOTH),
    "SCT over another time": ({"leaf": {"sct": {"signed_at": 1}}}, BOTH),
    "SCT missing": ({"leaf": {"scts": 0}}, BOTH),
    "not for code signing": ({"leaf": {"eku": ()}}, PYTHON),
    "certificate expired": ({"leaf": {"at": WORLD.now - 7200}}, BOTH),
    "certificate not yet valid": ({"leaf": {"at": WORLD.now + 7200}}, BOTH),
    "logged by an unknown log": ({"entry": {"log": OTHER.rekor1}}, BOTH),
    "promise by another key": ({"entry": {"promised": {"key": p256("thief")}}}, BOTH),
    "promise for another index": ({"entry": {"promised": {"index": 1}}}, BOTH),
    "promise for another time": ({"entry": {"promised": {"integrated_time": 1}}}, BOTH),
    "proof too short": ({"entry": {"hashes": []}}, BOTH),
    "proof of another root": ({"entry": {"root": bytes(32)}}, PYTHON),
    "index beyond the tree": ({"entry": {"index": 12}}, BOTH),
    "checkpoint by another key": ({"entry": {"note": {"key": p256("thief")}}}, BOTH),
    "checkpoint of another root": ({"entry": {"note": {"root": bytes(32)}}}, BOTH),
    "entry about another payload": ({"body": b""}, BOTH),
    "stamp over other bytes": ({"rekor": 2, "message": ARTIFACT, "stamp": {"over": b"other"}}, BOTH),
    "stamp of an unknown authority": ({"rekor": 2, "message": ARTIFACT, "stamp": {"tsa": OTHER.tsa}}, BOTH),
    "stamp by another key": ({"rekor": 2, "message": ARTIFACT, "stamp": {"key": p256("thief")}}, BOTH),
}


def made(options):
    if options.get("body") == b"":
        somebody = WORLD.bundle(b'{"other": true}')
        return WORLD.bundle(entries=somebody["verificationMaterial"]["tlogEntries"])
    return WORLD.bundle(**options)
