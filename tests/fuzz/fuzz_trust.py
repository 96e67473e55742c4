"""Fuzz target for every parser of untrusted bytes in `trust`: only our errors may come out.

How to run it: `harness`.
"""

import base64
import io
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.harness import main
from ssh_cases import blob, key_file, listed, string
from ssh_cases import signature as ssh_form
from stella_git.attest.envelope import Envelope
from stella_git.trust import cosign, pem, sshagent, sshkeyfile, sshwire
from stella_git.trust.anchor import Pin, establish
from stella_git.trust.keyring import Keyring
from stella_git.trust.keys import PrivateKey, PublicKey
from stella_git.trust.publicfile import to_ssh
from trust_cases import NOW, entry, envelope, keyring, payload, private, signed, verify

RING = keyring(entry("ada"), entry("ed-cyd"))
DATA = payload(entry("ada"), entry("ed-cyd"))
SIGNATURES = signed(DATA, "ada")
LINE = envelope("ada", "ed-cyd").to_bytes()
KEYS = tuple(private(name).public for name in ("ada", "ed-cyd", "p384-ada", "rsa-ada", "pss-ada"))
COSIGN = cosign.encrypt(private("ada"), b"", salt=b"s" * 32, nonce=b"n" * 24)


def keyring_payload(data: bytes) -> None:
    found = Keyring.from_bytes(data)
    assert found.payload == data
    assert all(found.by_keyid(one.key.keyid) is one for one in found.keys)


def keyring_signatures(data: bytes) -> None:
    _, anchor = establish(DATA, data, now=NOW)
    assert anchor is None or anchor.keyring.signatures


def pin(data: bytes) -> None:
    assert Pin.from_bytes(data).to_bytes() == data


def spki(data: bytes) -> None:
    assert PublicKey.from_spki(data).spki == data


def public_pem(data: bytes) -> None:
    assert PublicKey.from_pem(data).keyid


def private_pem(data: bytes) -> None:
    assert PrivateKey.from_pem(data).public.keyid


def cosign_key(data: bytes) -> None:
    # Not decrypted: what comes after the reading is scrypt, and the authenticator's business.
    found = cosign.parse(data)
    assert (len(found.salt), len(found.nonce)) == (32, 24)
    assert found.cost <= 1 << 17
    assert len(found.ciphertext) > 16


def rsa_spki(data: bytes) -> None:
    key = PublicKey.from_spki(data, "rsa-pss-sha256")
    assert key.spki == data
    assert not key.verify(b"nothing that was ever signed", data, low_s=False)


def signature(data: bytes) -> None:
    assert not any(key.verify(b"nothing that was ever signed", data, low_s=False) for key in KEYS)


def ssh_public_key(data: bytes) -> None:
    key = sshwire.public_key(data)
    # Two spellings of a key would be two fingerprints of one signer.
    assert base64.b64decode(to_ssh(key, "").split()[1]) == data


def ssh_public_line(data: bytes) -> None:
    assert sshwire.public_key_line(data)


def ssh_private(data: bytes) -> None:
    assert sshkeyfile.read(pem.encode(sshkeyfile.LABEL, data), lambda: None).public.keyid


def ssh_answers(data: bytes) -> None:
    """Give bytes to the client as what an agent sends."""
    rest = io.BytesIO(data)
    agent = sshagent.Agent(SimpleNamespace(send=len, receive=rest.read))
    for identity in agent.identities():
        assert isinstance(identity.blob, bytes)


def ssh_signature(data: bytes) -> None:
    for key in KEYS:
        try:
            raw = sshwire.signature(data, key)
        except sshwire.Malformed:
            continue
        assert not key.verify(b"nothing that was ever signed", raw, low_s=True)


def line(data: bytes) -> None:
    outcome = verify(Envelope.from_bytes(data), RING)
    assert (outcome.statement is not None) == outcome.report.ok


# name -> (target, a good input to start from)
TARGETS: dict[str, tuple[Callable[[bytes], None], bytes]] = {
    "cosign_key": (cosign_key, pem.decode(COSIGN)[1]),
    "keyring_payload": (keyring_payload, DATA),
    "keyring_signatures": (keyring_signatures, SIGNATURES),
    "line": (line, LINE),
    "pin": (pin, Pin(payload=DATA, rooted_by=("0f" * 32,)).to_bytes()),
    "private_pem": (private_pem, private("ada").to_pem()),
    "public_pem": (public_pem, private("ed-cyd").public.to_pem()),
    "rsa_spki": (rsa_spki, private("rsa-ada").public.spki),
    "signature": (signature, private("ada").sign(b"data")),
    "spki": (spki, private("ada").public.spki),
    "ssh_answers": (ssh_answers, string(listed("ada", "ed-cyd"))),
    "ssh_private": (ssh_private, pem.decode(key_file("ada"))[1]),
    "ssh_public_key": (ssh_public_key, blob("rsa-ada")),
    "ssh_public_line": (ssh_public_line, to_ssh(private("ada").public, "ada").encode()),
    "ssh_signature": (ssh_signature, ssh_form("ada", b"data")),
}


def mutate(data: bytes, source: random.Random) -> bytes:
    """Return bytes with one to four small changes."""
    changed = bytearray(data)
    for _ in range(source.randint(1, 4)):
        place = source.randrange(len(changed) + 1)
        kind = source.randrange(4)
        if kind == 0:
            changed[place : place + 1] = bytes([source.randrange(256)])
        elif kind == 1:
            changed[place:place] = source.choice([b"0", b'"', b"\\", b"{", b"[", b",", b"\0", b"\x80", b"="])
        elif kind == 2:
            del changed[place : place + source.randint(1, 8)]
        else:
            changed[place:place] = changed[place : place + source.randint(1, 32)]
    return bytes(changed)


if __name__ == "__main__":
    main(TARGETS, mutate)
