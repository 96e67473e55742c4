"""Verifiers of other people: the package ``sigstore``, npm's ``@sigstore/verify``, the command of OpenSSL."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest
from sigstore.models import Bundle, TrustedRoot
from sigstore.verify import Verifier, policy

from sigstore_ca import IDENTITY, ISSUER
from sigstore_keys import b64, spki_pem
from sigstore_world import hint_of, to_bytes

NPM = Path(__file__).parent / "integration" / "sigstore" / "npm"
WITHOUT_NPM = "PEERS_WITHOUT_NPM"  # STELLA_* does not reach the tests


def python_peer(bundle, root, *, artifact=None, identity=IDENTITY, issuer=ISSUER):
    """Return None if sigstore-python takes a bundle, else why it does not."""
    path = Path(tempfile.mkdtemp()) / "trusted_root.json"
    try:
        path.write_bytes(to_bytes(root))
        verifier = Verifier(trusted_root=TrustedRoot.from_file(str(path)))
        rule = policy.Identity(identity=identity, issuer=issuer)
        found = Bundle.from_json(to_bytes(bundle))
        if artifact is None:
            verifier.verify_dsse(found, rule)
        else:
            verifier.verify_artifact(artifact, found, rule)
    except Exception as error:  # noqa: BLE001 - it raises its own and other people's
        return f"{type(error).__name__}: {error}"
    finally:
        shutil.rmtree(path.parent)
    return None


class NpmPeer:
    """npm's verifier, installed once per lock file; all cases of a test go to one process."""

    def __init__(self, place):
        self.place, self.cases = place, []

    def add(self, bundle, root, *, artifact=None, keys=(), **options):
        case = {"bundle": bundle, "root": root, "options": options}
        case["keys"] = {hint_of(key): spki_pem(key).decode() for key in keys}
        self.cases.append(case | ({} if artifact is None else {"artifact": b64(artifact)}))

    def run(self):
        """Return None or the reason of refusal, for every case in order."""
        done = subprocess.run(
            ["node", "verify.js"],
            cwd=self.place,
            input=json.dumps({"cases": self.cases}).encode(),
            capture_output=True,
            check=True,
        )
        self.cases = []
        return json.loads(done.stdout)


@cache
def npm_place():
    """Return the directory with npm's verifier; skip, or fail in CI, where it cannot be had."""
    lock = hashlib.sha256(b"".join(one.read_bytes() for one in sorted(NPM.iterdir()) if one.is_file()))
    place = Path(tempfile.gettempdir()) / f"stella-npm-{lock.hexdigest()[:16]}"
    if _ours(place):
        return place
    building = Path(tempfile.mkdtemp(prefix="stella-npm-building-"))
    shutil.copytree(NPM, building / "it")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = {**os.environ, "HOME": os.environ["REAL_HOME"] or os.environ["HOME"]}
    try:
        subprocess.run(
            command, cwd=building / "it", env=environment, check=True, capture_output=True, timeout=300
        )
        (building / "it").rename(place)
    except (OSError, subprocess.SubprocessError) as error:
        if _ours(place):  # another worker was faster
            return place
        said = getattr(error, "stderr", None) or str(error).encode()
        reason = f"PEER NOT RUN: npm's verifier cannot be installed: {said.decode()[-300:].strip()}"
        if os.environ.get("CI") and os.environ.get(WITHOUT_NPM) != "1":
            pytest.fail(f"{reason} (set {WITHOUT_NPM}=1 to go without it)")
        pytest.skip(reason)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return place


def _ours(place):
    """Return whether a directory is there and nobody else put it there."""
    return place.is_dir() and getattr(os, "getuid", lambda: 0)() == place.stat().st_uid


def npm_peer():
    return NpmPeer(npm_place())


def openssl(*arguments, cwd, stdin=b""):
    """Run the command of OpenSSL; return how it ended and its output."""
    done = subprocess.run(["openssl", *arguments], cwd=cwd, input=stdin, capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr
