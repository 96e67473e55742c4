"""What a change of the keyring says: keys, identities, roots added; keys rotated, revoked; a new end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stella_git.attest import predicates
from stella_git.canon.clock import DAY, Instant
from stella_git.canon.digest import Digest
from stella_git.errors import ConfigError, RefusedError
from stella_git.flows.keychanges import Outcome, change
from stella_git.flows.keystore import held
from stella_git.flows.rotatehooks import RotateHook, Rotation
from stella_git.flows.workspace import Workspace
from stella_git.trust import rotation
from stella_git.trust.fields import nearest
from stella_git.trust.keyring import ACTIVE, ROLES, IdentityEntry, KeyEntry, Keyring
from stella_git.trust.keys import PublicKey, fingerprint

KEY_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTerms:
    """Under what terms a key comes into the keyring; `roles` may be short names of predicate types."""

    name: str
    owner: str
    roles: Sequence[str]
    not_before: Instant | None = None
    not_after: Instant | None = None
    days: int = KEY_DAYS

    def entry(self, key: PublicKey, now: Instant) -> KeyEntry:
        """Return the entry of a key under these terms."""
        start = self.not_before or now
        return KeyEntry(
            name=self.name,
            key=key,
            owner=self.owner,
            roles=roles(self.roles),
            not_before=start,
            not_after=self.not_after or start.plus(self.days * DAY),
        )


def roles(names: Sequence[str]) -> tuple[str, ...]:
    """Return roles as a keyring writes them; a short name of a predicate type becomes its URI.

    Raises:
        ConfigError: neither a role, nor a name, nor a URI.
    """
    known = (*ROLES, *predicates.TYPES)
    for name in names:
        if name not in known and ":" not in name:
            raise ConfigError(
                f"{name[:80]!r} is not a role",
                code="keyring-role",
                remedy=f"{nearest(name, known)}; or the URI of another predicate type",
            )
    return tuple(dict.fromkeys(predicates.TYPES.get(name, name) for name in names))


def require_fingerprint(key: PublicKey, expected: str | None) -> None:
    """Refuse a key that is not the one whose fingerprint its holder told.

    Raises:
        RefusedError: another key.
        ConfigError: the fingerprint is none.
    """
    if expected is not None and fingerprint(expected) != key.keyid:
        raise RefusedError(
            f"the key is {key.keyid}, not the one whose fingerprint was given",
            code="UNKNOWN_KEY",
            remedy="compare it with the holder, by another way than the file came",
        )


def add_key(
    workspace: Workspace,
    key: PublicKey,
    terms: KeyTerms,
    *,
    thresholds: Mapping[str, int] | None = None,
    keys: Sequence[str] = (),
) -> Outcome:
    """Add a key; see `keychanges.change`."""

    def edit(keyring: Keyring, now: Instant) -> tuple[str, dict[str, Any]]:
        entry = terms.entry(key, now)
        what = f"added key:{entry.name} ({key.algorithm}, {key.keyid[:12]}), until {entry.not_after}"
        return what, {
            "keys": rotation.with_entry(keyring, entry),
            "thresholds": _thresholds(keyring, thresholds),
        }

    return change(workspace, "keys.add", edit, keys=keys, about=key.keyid)


def add_identity(
    workspace: Workspace,
    identity: IdentityEntry,
    *,
    thresholds: Mapping[str, int] | None = None,
    keys: Sequence[str] = (),
) -> Outcome:
    """Add a keyless signer; see `keychanges.change`."""

    def edit(keyring: Keyring, _now: Instant) -> tuple[str, dict[str, Any]]:
        who = identity.subject or identity.subject_pattern
        return f"added identity:{identity.name} ({who} of {identity.issuer})", {
            "identities": (*keyring.identities, identity),
            "thresholds": _thresholds(keyring, thresholds),
        }

    return change(workspace, "keys.add", edit, keys=keys)


def add_root(workspace: Workspace, digest: Digest, *, keys: Sequence[str] = ()) -> Outcome:
    """Add the digest of a trusted-root file; see `keychanges.change`."""

    def edit(keyring: Keyring, _now: Instant) -> tuple[str, dict[str, Any]]:
        return f"added the trusted root {digest}", {
            "trusted_roots": tuple(dict.fromkeys((*keyring.trusted_roots, digest)))
        }

    return change(workspace, "keys.add", edit, keys=keys)


def renew(
    workspace: Workspace, *, days: int, thresholds: Mapping[str, int] | None = None, keys: Sequence[str] = ()
) -> Outcome:
    """Move the end of the keyring, and perhaps thresholds; see `keychanges.change`."""

    def edit(keyring: Keyring, now: Instant) -> tuple[str, dict[str, Any]]:
        expires = now.plus(days * DAY)
        parts = {"expires": expires, "thresholds": _thresholds(keyring, thresholds)}
        return f"the keyring is believed until {expires}", parts

    return change(workspace, "keys.renew", edit, keys=keys)


def revoke(
    workspace: Workspace, name: str, *, at: Instant | None, reason: str, keys: Sequence[str] = ()
) -> Outcome:
    """Revoke a key; see `keychanges.change`."""

    def edit(keyring: Keyring, now: Instant) -> tuple[str, dict[str, Any]]:
        when = at or now
        parts = {"keys": rotation.revoked(keyring, name, at=when, reason=reason)}
        return f"revoked key:{name} at {when} ({reason})", parts

    return change(workspace, "keys.revoke", edit, keys=keys)


def remove_identity(workspace: Workspace, name: str, *, reason: str, keys: Sequence[str] = ()) -> Outcome:
    """Remove a keyless signer; see `keychanges.change`."""

    def edit(keyring: Keyring, _now: Instant) -> tuple[str, dict[str, Any]]:
        rest = tuple(one for one in keyring.identities if one.name != name)
        if len(rest) == len(keyring.identities):
            raise rotation.unknown(name, kind="identity")
        kept = rotation.fitting_thresholds(keyring, keyring.keys, rest)
        return f"removed identity:{name} ({reason})", {"identities": rest, "thresholds": kept}

    return change(workspace, "keys.revoke", edit, keys=keys)


def _thresholds(keyring: Keyring, changed: Mapping[str, int] | None) -> dict[str, int]:
    named = {roles([role])[0]: number for role, number in (changed or {}).items()}
    return {**keyring.thresholds, **named}


def rotate(
    workspace: Workspace,
    name: str,
    key: PublicKey,
    terms: KeyTerms,
    *,
    overlap_days: int = rotation.OVERLAP_DAYS,
    hooks: Sequence[RotateHook] = (),
    keys: Sequence[str] = (),
) -> Outcome:
    """Put a key in the place of another, which counts for a while longer; then tell the hooks.

    Args:
        workspace: the clone.
        name: of the key that goes.
        key: the one that comes.
        terms: owner and roles are those of the old key where they are empty.
        overlap_days: how long both count.
        hooks: who is told.
        keys: URIs of signers.

    Raises:
        EnvironmentFault: as `keychanges.change`; or a hook failed, after everything was written.
        ConfigError: as `keychanges.change`.
        UsageError: no active key has this name.
    """
    events: list[tuple[KeyEntry, KeyEntry]] = []

    def edit(keyring: Keyring, now: Instant) -> tuple[str, dict[str, Any]]:
        old = rotation.find(keyring, name)
        filled = KeyTerms(
            name=terms.name,
            owner=terms.owner or old.owner,
            roles=terms.roles or old.roles,
            not_before=terms.not_before,
            not_after=terms.not_after,
            days=terms.days,
        )
        entry = filled.entry(key, now)
        after = rotation.rotated(keyring, name, entry, now=now, overlap=overlap_days * DAY)
        ended = next(one for one in after if one.name == name)
        events.append((ended, entry))
        rest = f"counts until {ended.not_after}" if ended.status == ACTIVE else f"is {ended.status}"
        return f"key:{entry.name} takes the place of key:{name}, which {rest}", {"keys": after}

    outcome = change(workspace, "keys.rotate", edit, keys=keys, about=key.keyid)
    old, new = events[0]
    event = Rotation(old=old, new=new, until=old.not_after, version=outcome.keyring.version)
    for hook in hooks:
        hook.rotated(event)
    return outcome


def free_name(workspace: Workspace, keyring: Keyring, name: str) -> str:
    """Return a name for the key that follows another: ``ada`` becomes ``ada-2``, and that ``ada-3``."""
    stem, _, number = name.rpartition("-")
    counted = bool(stem) and number.isdecimal() and len(number) <= len("999")
    base, count = (stem, int(number)) if counted else (name, 1)
    taken = {entry.name for entry in keyring.keys} | {one.name for one in held(workspace)}
    while True:
        count += 1
        if (found := f"{base}-{count}") not in taken:
            return found
