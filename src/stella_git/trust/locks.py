"""Signatures over ``policy.lock``: who stands for the policies that it lists.

``policy.lock.sigs.json`` holds DSSE signatures over exactly the bytes of the lock beside it. Keys with the
role ``policy`` count, as many as the keyring asks for. The file says nothing of when it was signed, so that a
key which is past its dates, or revoked, vouches for nothing (`stella_git.trust.validity`).

Source: DSSE v1.0 protocol.md.
"""

from typing import TYPE_CHECKING, NamedTuple

from stella_git.attest.envelope import Signature, pae
from stella_git.canon import jcs
from stella_git.errors import ConfigError, Where
from stella_git.trust.fields import Fields
from stella_git.trust.keys import is_keyid
from stella_git.trust.signatures import tally
from stella_git.trust.validity import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.trust.keyring import KeyEntry, Keyring
    from stella_git.trust.signing import Signer

PAYLOAD_TYPE = "application/vnd.stella.policy-lock+json"
ROLE = "policy"
_MOST = 64


class Signers(NamedTuple):
    """What the signatures of a lock come to.

    Args:
        counted: ``key:NAME`` of those that count, sorted.
        needed: how many have to.
        refused: ``key:NAME`` and why its good signature does not count, sorted.
        bad: ``key:NAME`` of those whose signature does not verify, sorted.
        unknown: key ids that the keyring does not have, sorted.
    """

    counted: tuple[str, ...]
    needed: int
    refused: tuple[tuple[str, str], ...] = ()
    bad: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Return whether the lock is signed as the keyring asks, and by nobody falsely."""
        return not self.bad and len(self.counted) >= self.needed


def read(data: bytes, path: str) -> tuple[Signature, ...]:
    """Return the signatures in the bytes of a signatures file.

    Args:
        data: canonical JSON.
        path: its name, for messages.

    Raises:
        ConfigError: ``policy-lock-signatures``: it is something else.
    """
    reader = Fields(path)
    try:
        top = reader.members(reader.canonical(data), "", ("payloadType", "signatures"))
        if top["payloadType"] != PAYLOAD_TYPE:
            reader.value("/payloadType", repr(PAYLOAD_TYPE))
        rows = reader.array(top["signatures"], "/signatures")
        if len(rows) > _MOST:
            reader.value("/signatures", f"at most {_MOST} signatures")
        return tuple(_signature(reader, row, f"/signatures/{index}") for index, row in enumerate(rows))
    except ConfigError as error:
        raise ConfigError(
            error.message,
            code="policy-lock-signatures",
            where=error.where,
            remedy="restore the file, or remove it and have the lock signed again: stella policy lock --sign",
        ) from error


def _signature(reader: Fields, row: "Json", pointer: str) -> Signature:
    found = reader.members(row, pointer, ("keyid", "sig"))
    keyid = found["keyid"]
    if not isinstance(keyid, str) or not is_keyid(keyid):
        reader.value(f"{pointer}/keyid", "64 lower-case hex digits")
    return Signature(sig=reader.base64(found["sig"], f"{pointer}/sig"), keyid=keyid)


def sign(lock: bytes, signers: "Sequence[Signer]", *, existing: "Iterable[Signature]" = ()) -> bytes:
    """Return the bytes of the signatures file of a lock.

    Args:
        lock: exactly the bytes of the lock.
        signers: each adds one signature.
        existing: signatures to keep; one of a signer's own key is replaced.
    """
    from base64 import b64encode

    found = {signature.keyid: signature.sig for signature in existing}
    data = pae(PAYLOAD_TYPE, lock)
    found |= {signer.public_key.keyid: signer.sign(data).sig for signer in signers}
    rows: list[Json] = [
        {"keyid": keyid, "sig": b64encode(sig).decode("ascii")} for keyid, sig in sorted(found.items())
    ]
    return jcs.dumps({"payloadType": PAYLOAD_TYPE, "signatures": rows})


def without_bad(
    lock: bytes, signatures: "Iterable[Signature]", keyring: "Keyring"
) -> "tuple[Signature, ...]":
    """Return the signatures without those that are over something else, as far as the keyring can tell.

    Args:
        lock: exactly the bytes of the lock.
        signatures: from `read`.
        keyring: whose keys are asked; signatures of others are kept.
    """
    data = pae(PAYLOAD_TYPE, lock)
    return tuple(one for one in signatures if not tally(data, (one,), keyring).bad)


def verify(lock: bytes, signatures: "Iterable[Signature]", keyring: "Keyring", *, at: "Instant") -> Signers:
    """Return who of a keyring signed a lock, and whether it counts.

    Args:
        lock: exactly the bytes of the lock.
        signatures: from `read`.
        keyring: that is believed.
        at: the present.
    """
    found = tally(pae(PAYLOAD_TYPE, lock), signatures, keyring)
    reasons = {f"key:{entry.name}": obstacle(entry, at) for entry in found.good}
    return Signers(
        counted=tuple(name for name, reason in reasons.items() if reason is None),
        needed=keyring.threshold(ROLE),
        refused=tuple((name, reason) for name, reason in reasons.items() if reason is not None),
        bad=tuple(f"key:{name}" for name in found.bad),
        unknown=found.unknown,
    )


def obstacle(entry: "KeyEntry", at: "Instant") -> str | None:
    """Return why a key may not sign locks at a time, or None if it may."""
    if ROLE not in entry.roles:
        return f"has not the role {ROLE}"
    refused = standing(entry, now=at)
    return None if refused is None else refused[1]


def require_may_sign(keyring: "Keyring", signer: "Signer", at: "Instant") -> str:
    """Return the name of the key of a signer, which may sign locks.

    Raises:
        ConfigError: ``key-not-trusted``: nobody would believe it.
    """
    entry = keyring.by_keyid(signer.public_key.keyid)
    reason = "is not in the keyring" if entry is None else obstacle(entry, at)
    if entry is None or reason is not None:
        raise ConfigError(
            f"the key {signer.public_key.keyid[:12]} ({signer.uri}) may not sign policies: it {reason}",
            code="key-not-trusted",
            where=Where(f"keyring version {keyring.version}"),
            remedy=f"name a key with the role {ROLE} (stella keys list), or have one added: stella keys add",
        )
    return f"key:{entry.name}"
