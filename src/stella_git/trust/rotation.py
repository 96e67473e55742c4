"""The next version of a keyring: keys added, rotated and revoked, and what is weak about the one there is.

Each function takes a keyring and returns the payload of a higher version, which nobody has signed yet. What a
change has to keep is the reader's to judge (`keyring_reader`): nothing leaves here that it would not read.

A rotation overlaps: the old key counts for a while beside the new one, so that nobody who signs with it is
stopped. Not as a trust key: one person would hold two of the keys that a threshold counts. It need not: the
keyring that announces its successor is judged by the keyring before, where it still is one. A revocation does
not overlap.

Source: NIST SP 800-57 part 1, section 5.3 (cryptoperiods); RFC 5280 section 5.3.1 (reasons).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from stella_git.canon.clock import DAY, Instant
from stella_git.canon.digest import Digest
from stella_git.errors import ConfigError, UsageError
from stella_git.trust.keyring import (
    ACTIVE,
    DISABLED,
    REVOKED,
    IdentityEntry,
    KeyEntry,
    Keyring,
    new_keyring,
)

OVERLAP_DAYS = 30
ROTATION_DAYS = 90
SOON_DAYS = 30
TRUST = "trust"
# Reason -> what it says; a text may follow it.
REASONS: dict[str, str] = {
    "key-compromise": "somebody else has the private key, or may have it",
    "lost": "nobody has the private key any more",
    "affiliation-changed": "the holder does something else now",
    "superseded": "another key took its place",
    "cessation": "what the key was for has ended",
    "privilege-withdrawn": "the holder may no longer sign",
    "unspecified": "no reason is given",
}


def next_version(
    keyring: Keyring,
    *,
    version: int | None = None,
    keys: Iterable[KeyEntry] | None = None,
    identities: Iterable[IdentityEntry] | None = None,
    thresholds: Mapping[str, int] | None = None,
    trusted_roots: Iterable[Digest] | None = None,
    expires: Instant | None = None,
) -> bytes:
    """Return the payload of a higher version with some parts replaced.

    Args:
        keyring: what it follows.
        version: its number; one more than that of ``keyring`` by default.
        keys: all of them.
        identities: all of them.
        thresholds: all of them.
        trusted_roots: all of them.
        expires: the last instant at which it is believed.

    Raises:
        ConfigError: the keyring would not be read again: see `Keyring.from_bytes`.
    """
    return new_keyring(
        keyring.keys if keys is None else keys,
        expires=expires or keyring.expires,
        version=version or keyring.version + 1,
        thresholds=keyring.thresholds if thresholds is None else thresholds,
        identities=keyring.identities if identities is None else identities,
        trusted_roots=keyring.trusted_roots if trusted_roots is None else trusted_roots,
    )


def with_entry(keyring: Keyring, entry: KeyEntry) -> tuple[KeyEntry, ...]:
    """Return the keys with one more.

    Raises:
        ConfigError: ``keyring-name-twice``: the name or the key is there already.
    """
    same = keyring.by_keyid(entry.key.keyid)
    if keyring.by_name(entry.name) is not None or same is not None:
        what = f"has the key of {entry.name}" if same is None else f"has this key as {same.name}"
        raise ConfigError(
            f"the keyring {what} already",
            code="keyring-name-twice",
            remedy="choose another name, or change what is there: stella keys rotate, stella keys revoke",
        )
    return (*keyring.keys, entry)


def rotated(
    keyring: Keyring, name: str, entry: KeyEntry, *, now: Instant, overlap: int
) -> tuple[KeyEntry, ...]:
    """Return the keys with a new one in the place of another, which counts ``overlap`` seconds longer.

    The old key loses the role ``trust`` at once; one that has no other role is disabled.

    Args:
        keyring: what there is.
        name: the key that goes.
        entry: the key that comes.
        now: when the overlap begins.
        overlap: seconds; the old key never counts longer than it would have.

    Raises:
        UsageError: no active key has this name.
        ConfigError: ``keyring-name-twice``.
    """
    old = active(keyring, name)
    roles = tuple(role for role in old.roles if role != TRUST)
    if not roles:
        ended = replace(old, status=DISABLED, reason=f"superseded by {entry.name}")
    else:
        until = min(old.not_after, now.plus(overlap))
        # a window of no time is none: a key that would count from later on is hardly used at all
        last = until if old.not_before < until else old.not_before.plus(1)
        ended = replace(old, roles=roles, not_after=last)
    return tuple(ended if one.name == name else one for one in with_entry(keyring, entry))


def revoked(keyring: Keyring, name: str, *, at: Instant, reason: str) -> tuple[KeyEntry, ...]:
    """Return the keys with one revoked.

    Args:
        keyring: what there is.
        name: the key.
        at: from when it is not to be trusted.
        reason: a word of `REASONS`, and perhaps ``: `` and a text.

    Raises:
        UsageError: no key has this name, or it is revoked since an earlier time.
    """
    old = find(keyring, name)
    if old.revoked_at is not None and old.revoked_at <= at:
        raise UsageError(
            f"the key {name} is revoked already, at {old.revoked_at}",
            code="key-revoked",
            remedy="give an earlier time with --at, if it was not to be trusted before",
        )
    ended = replace(old, status=REVOKED, revoked_at=at, reason=reason)
    return tuple(ended if one.name == name else one for one in keyring.keys)


def fitting_thresholds(
    keyring: Keyring, keys: Iterable[KeyEntry], identities: Iterable[IdentityEntry]
) -> dict[str, int]:
    """Return the thresholds that are still about a role somebody has; no number is ever lowered here."""
    roles = {role for entry in keys for role in entry.roles}
    roles |= {role for entry in identities for role in entry.roles}
    return {role: number for role, number in keyring.thresholds.items() if role in roles}


def find(keyring: Keyring, name: str) -> KeyEntry:
    """Return the key of a name.

    Raises:
        UsageError: there is none.
    """
    found = keyring.by_name(name)
    if found is None:
        raise unknown(name)
    return found


def unknown(name: str, *, kind: str = "key") -> UsageError:
    """Return the error for a name that nothing of the keyring has."""
    return UsageError(
        f"the keyring has no {kind} {name[:80]!r}", code="key-unknown", remedy="see stella keys list"
    )


def active(keyring: Keyring, name: str) -> KeyEntry:
    """Return the active key of a name.

    Raises:
        UsageError: there is none, or it is disabled or revoked.
    """
    old = find(keyring, name)
    if old.status != ACTIVE:
        raise UsageError(
            f"the key {name} is {old.status}", code="key-unknown", remedy="add another: stella keys add"
        )
    return old


class Weakness(NamedTuple):
    """Something that holds, and should not stay so.

    Args:
        code: a word with hyphens, for programs.
        about: ``keyring``, ``key:NAME`` or ``identity:NAME``.
        text: one sentence.
    """

    code: str
    about: str
    text: str


def weaknesses(keyring: Keyring, now: Instant) -> tuple[Weakness, ...]:
    """Return what is weak about a keyring, in the order of its parts; nothing of it makes it invalid."""
    found = [*_whole(keyring, now)]
    for entry in keyring.keys:
        if _in_use(entry, now):
            found += _of_key(keyring, entry, now)
    for identity in keyring.identities:
        pattern = identity.subject_pattern
        if pattern is not None and pattern.startswith("^**"):
            text = f"begins with '**': anybody whom {identity.issuer} knows may match"
            found.append(Weakness("pattern-wide", f"identity:{identity.name}", text))
        elif pattern is not None and "**" in pattern.rpartition("@")[0]:
            text = "has '**' before '@': a branch may be called so that what follows matches; use '*'"
            found.append(Weakness("pattern-crosses", f"identity:{identity.name}", text))
    return tuple(found)


def _whole(keyring: Keyring, now: Instant) -> Iterable[Weakness]:
    left = (keyring.expires.seconds - now.seconds) // DAY
    if left < SOON_DAYS:
        state = f"expires in {left} days" if left >= 0 else "has expired"
        text = f"{state}, at {keyring.expires}: have a new version signed (stella keys renew)"
        yield Weakness("keyring-expires", "keyring", text)
    usable = [entry for entry in keyring.keys if entry.usable(TRUST, now)]
    needed = keyring.threshold(TRUST)
    if needed == 1:
        yield Weakness("trust-alone", "keyring", "one trust key alone decides who may sign")
    if len(usable) <= needed:
        text = f"{len(usable)} trust keys can sign and {needed} must: one that is lost stops every change"
        yield Weakness("trust-no-spare", "keyring", text)
    owners = {entry.owner for entry in usable}
    if needed > len(owners):
        yield Weakness("trust-one-owner", "keyring", "one owner holds enough trust keys to decide alone")


def _in_use(entry: KeyEntry, now: Instant) -> bool:
    return entry.status == ACTIVE and entry.valid_at(now)


def _of_key(keyring: Keyring, entry: KeyEntry, now: Instant) -> Iterable[Weakness]:
    about = f"key:{entry.name}"
    successor = any(
        _in_use(other, now)
        and other.owner == entry.owner
        and other.not_before > entry.not_before
        and set(entry.roles) <= set(other.roles)
        for other in keyring.keys
    )
    if successor:
        return
    age = (now.seconds - entry.not_before.seconds) // DAY
    if age >= ROTATION_DAYS:
        yield Weakness("not-rotated", about, f"in use for {age} days: stella keys rotate {entry.name}")
    left = (entry.not_after.seconds - now.seconds) // DAY
    if left < SOON_DAYS:
        yield Weakness("key-ends", about, f"counts for {left} more days, and no other key follows it")
