"""What loading and using this floor brings along; a hook pays for it on every commit."""

import json
import subprocess
import sys
from pathlib import Path

import stella_git.trust

HEAVY = (
    "cryptography.x509",
    "rfc3161_client",
    "securesystemslib",
    "pygit2",
    "jsonschema",
    "yaml",
    "sigstore",
)


def modules(code):
    program = f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def loaded(code):
    found = modules(code)
    return [name for name in found if name.startswith((*HEAVY, "cryptography"))]


def test_importing_the_package_loads_nothing_heavy():
    assert loaded("import stella_git.trust") == []


def test_importing_every_module_loads_no_cryptography():
    folder = Path(stella_git.trust.__file__).parent
    names = [".".join(path.relative_to(folder).with_suffix("").parts) for path in folder.rglob("*.py")]
    assert len(names) > 12
    assert loaded("; ".join(f"import stella_git.trust.{name}" for name in names)) == []


def test_verifying_loads_no_certificates_and_no_key_files():
    code = """
from stella_git.trust.keys import PublicKey
spki = bytes.fromhex(
    "3059301306072a8648ce3d020106082a8648ce3d030107034200"
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
assert not PublicKey.from_spki(spki).verify(b"data", b"signature", low_s=True)
"""
    found = loaded(code)
    assert "cryptography.hazmat.primitives.asymmetric.ec" in found
    assert [name for name in found if name.startswith(HEAVY)] == []
    assert "cryptography.hazmat.primitives.serialization" not in found


def test_the_package_names_its_floor():
    assert "floor 4" in stella_git.trust.__doc__
