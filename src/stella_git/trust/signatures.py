"""Which keys of a keyring signed some bytes: the one place where signatures are counted.

Signers are counted as distinct keys by SPKI, never as signatures: the order of signatures, a signature given
twice, and two signatures of one key change nothing. A signature whose key id is not in the keyring is ignored
and reported. One whose key id *is* there and that does not verify is not ignored: somebody changed the
signed bytes or the signature.

Source: DSSE v1.0 protocol.md (verification of several signatures).
"""

from collections.abc import Iterable
from typing import NamedTuple

from stella_git.attest.envelope import Signature
from stella_git.trust.keyring import KeyEntry, Keyring


class Tally(NamedTuple):
    """What the signatures over some bytes show.

    Args:
        good: entries with a good signature, each once, sorted by name.
        bad: names of entries whose key id stands beside a signature that is not theirs, sorted.
        unknown: key ids that are not in the keyring, sorted; as they were read, so escape them when shown.
    """

    good: tuple[KeyEntry, ...]
    bad: tuple[str, ...]
    unknown: tuple[str, ...]


def tally(data: bytes, signatures: Iterable[Signature], keyring: Keyring, *, low_s: bool = True) -> Tally:
    """Return who of a keyring signed ``data``.

    Args:
        data: the bytes that were signed: a DSSE pre-authentication encoding.
        signatures: each names its key by id (lower-case hex SHA-256 of the DER SPKI).
        keyring: only its keys are asked; their roles, status and dates are not looked at.
        low_s: refuse ECDSA signatures with the greater s: ours never have it, others' may.
    """
    good: dict[str, KeyEntry] = {}
    bad: set[str] = set()
    unknown: set[str] = set()
    for signature in signatures:
        entry = keyring.by_keyid(signature.keyid)
        if entry is None:
            unknown.add(signature.keyid)
        elif entry.key.verify(data, signature.sig, low_s=low_s):
            good[entry.name] = entry
        else:
            bad.add(entry.name)
    return Tally(
        good=tuple(good[name] for name in sorted(good)),
        bad=tuple(sorted(bad)),
        unknown=tuple(sorted(unknown)),
    )


def listed(names: Iterable[str]) -> str:
    """Return key names as a report shows them: ``key:a, key:b``, or ``none``."""
    return ", ".join(f"key:{name}" for name in names) or "none"
