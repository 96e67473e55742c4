"""Verification side by side with the bare signature check, in one run; the ratios count, not the times.

Run with ``python benchmarks/bench_verify.py``. Two questions:

- a process that verifies one note (start, imports, keyring, envelope, statement) against a bare interpreter
  that imports ``cryptography`` and checks one signature, with and without ``git notes show`` before it;
- each further signature and each further envelope against the bare check of ``cryptography``.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from stella_git.attest.envelope import Envelope
from stella_git.canon import jcs
from stella_git.trust.anchor import establish
from stella_git.trust.verify import verify_envelope
from trust_cases import NOW, entry, envelope, payload, private, signed, statement

ROUNDS = 21
REPEAT = 300
NOTE_BYTES = 3_000

BARE = """
import sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
folder = Path(sys.argv[1])
key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), (folder / "point").read_bytes())
key.verify((folder / "sig").read_bytes(), (folder / "pae").read_bytes(), ec.ECDSA(SHA256()))
"""
OURS = """
import sys
from stella_git.attest.envelope import Envelope
from stella_git.canon.clock import parse_rfc3339
from stella_git.trust.anchor import establish
from stella_git.trust.verify import verify_envelope
def read(name):
    with open(sys.argv[1] + "/" + name, "rb") as stream:
        return stream.read()
now = parse_rfc3339("2026-06-01T00:00:00Z")
report, anchor = establish(read("keyring"), read("sigs"), now=now)
assert verify_envelope(Envelope.from_bytes(read("line")), keyring=anchor.keyring, now=now).report.ok
"""


def write_case(folder: Path) -> None:
    data = payload(entry("ada"), entry("ben"), entry("ed-cyd"))
    said = statement(predicate={"verdict": {"findings": [f"fp:{number:016x}" for number in range(100)]}})
    found = envelope("ada", said=said)
    assert 2_500 < len(jcs.dumps(found.to_json())) < 2 * NOTE_BYTES
    (folder / "keyring").write_bytes(data)
    (folder / "sigs").write_bytes(signed(data, "ada"))
    (folder / "line").write_bytes(found.to_bytes())
    (folder / "pae").write_bytes(found.pae())
    (folder / "sig").write_bytes(found.signatures[0].sig)
    (folder / "point").write_bytes(private("ada").public.spki[-65:])
    git = ["git", "-C", str(folder), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
    subprocess.run([*git, "notes", "add", "-F", str(folder / "line")], check=True, stderr=subprocess.DEVNULL)


def processes(commands: dict[str, list[list[str]]]) -> dict[str, float]:
    """Return the median time of each command line, taken in turn so that drift hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, lines in commands.items():
            start = time.perf_counter()
            for line in lines:
                subprocess.run(line, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def each(*functions) -> list[float]:
    """Return the median time of one call of each function, taken in turn."""
    times = [[] for _ in functions]
    for _ in range(ROUNDS):
        for found, function in zip(times, functions, strict=True):
            start = time.perf_counter()
            for _ in range(REPEAT):
                function()
            found.append((time.perf_counter() - start) / REPEAT)
    return [statistics.median(found) for found in times]


def row(name: str, ours: float, peer: str, theirs: float, unit: float, sign: str) -> None:
    print(
        f"{name:40} {ours / unit:8.1f} {sign}   "
        f"{peer:36} {theirs / unit:8.1f} {sign}   ratio {ours / theirs:5.2f}"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_case(folder)
        show = ["git", "-C", name, "notes", "show"]
        bare, ours = [sys.executable, "-c", BARE, name], [sys.executable, "-c", OURS, name]
        found = processes(
            {"bare": [bare], "ours": [ours], "bare+git": [show, bare], "ours+git": [show, ours]}
        )
        row(
            "process, one note",
            found["ours"],
            "interpreter + cryptography + verify",
            found["bare"],
            1e-3,
            "ms",
        )
        row("  with git notes show", found["ours+git"], "the same", found["bare+git"], 1e-3, "ms")
        in_process(folder)


def in_process(folder: Path) -> None:
    line, pae, sig = ((folder / name).read_bytes() for name in ("line", "pae", "sig"))
    native = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), (folder / "point").read_bytes())
    scheme = ec.ECDSA(SHA256())
    _, anchor = establish((folder / "keyring").read_bytes(), (folder / "sigs").read_bytes(), now=NOW)
    key, parsed = private("ada").public, Envelope.from_bytes(line)
    bare, one, whole, with_parsing = each(
        lambda: native.verify(sig, pae, scheme),
        lambda: key.verify(pae, sig, low_s=True),
        lambda: verify_envelope(parsed, keyring=anchor.keyring, now=NOW),
        lambda: verify_envelope(Envelope.from_bytes(line), keyring=anchor.keyring, now=NOW),
    )
    peer = "cryptography verify (P-256)"
    row("PublicKey.verify", one, peer, bare, 1e-6, "us")
    row(f"verify_envelope ({len(line)} bytes)", whole, peer, bare, 1e-6, "us")
    row("Envelope.from_bytes and verify_envelope", with_parsing, peer, bare, 1e-6, "us")


if __name__ == "__main__":
    main()
