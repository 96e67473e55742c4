"""How a keyring becomes the next one: who still has to sign, and how a clone catches up with what it missed.

A version follows when a threshold of the trust keys of the one before signed it, and a threshold of its own.
A clone that was away for several versions walks through those it missed, one by one, by the same rule; that
one of them has expired since does not matter, because nobody relies on it any more. A key that is past its
dates does: somebody may have it by now. So a clone that sleeps through a whole overlap has to be told a root
key again.

Source: The Update Framework specification, section 5.3 (intermediate root metadata, and its expiry).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError
from stella_git.trust.anchor import TRUST_ROLE, Pin, follows
from stella_git.trust.keyring import Keyring
from stella_git.trust.signatures import tally


class Tier(NamedTuple):
    """The signatures that one keyring asks for.

    Args:
        signed: names of its usable trust keys that signed, sorted.
        needed: how many have to.
        others: names of its usable trust keys that did not sign, sorted.
    """

    signed: tuple[str, ...]
    needed: int
    others: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Return how many signatures are still needed."""
        return max(0, self.needed - len(self.signed))


class Standing(NamedTuple):
    """How far a keyring is from being believed.

    Args:
        own: by its own trust keys.
        before: by those of the keyring in force; None if there is none, or it is the same.
        bad: names of keys whose signature does not verify, sorted.
        unknown: key ids beside signatures that neither keyring knows, sorted.
    """

    own: Tier
    before: Tier | None
    bad: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Return whether a clone with the keyring in force would believe it."""
        return not self.bad and not self.own.missing and not (self.before and self.before.missing)


def standing(candidate: Keyring, before: Keyring | None, now: Instant) -> Standing:
    """Return who has signed a keyring, and who has to.

    Args:
        candidate: with its signatures.
        before: the keyring in force; None where there is none yet.
        now: the present.
    """
    if before is not None and before.payload == candidate.payload:
        before = None
    own = tally(candidate.pae(), candidate.signatures, candidate)
    other = None if before is None else tally(candidate.pae(), candidate.signatures, before)
    unknown = set(own.unknown) if other is None else set(own.unknown) & set(other.unknown)
    return Standing(
        own=_tier(candidate, {entry.key.keyid for entry in own.good}, now),
        before=None
        if before is None or other is None
        else _tier(before, {entry.key.keyid for entry in other.good}, now),
        bad=tuple(sorted({*own.bad, *(other.bad if other else ())})),
        unknown=tuple(sorted(unknown)),
    )


def _tier(keyring: Keyring, signed: set[str], now: Instant) -> Tier:
    usable = [entry for entry in keyring.keys if entry.usable(TRUST_ROLE, now)]
    return Tier(
        signed=tuple(sorted(entry.name for entry in usable if entry.key.keyid in signed)),
        needed=keyring.threshold(TRUST_ROLE),
        others=tuple(sorted(entry.name for entry in usable if entry.key.keyid not in signed)),
    )


def catch_up(pin: Pin, missed: Iterable[tuple[bytes, bytes | None]], now: Instant) -> Pin:
    """Return the newest pin that follows from another through keyrings that a clone has missed.

    Args:
        pin: what was accepted before.
        missed: payloads with their signatures, in any order; what cannot be read, or does not follow, is
            passed over.
        now: the present.
    """
    found = {}
    for payload, signatures in missed:
        try:
            candidate = Keyring.from_bytes(payload, signatures)
        except ConfigError:
            continue
        found[candidate.version, payload, signatures] = candidate
    for _, candidate in sorted(found.items(), key=lambda item: item[0][0]):
        if follows(candidate, pin, now):
            pin = replace(pin, payload=candidate.payload)
    return pin
