"""Change the keyring of the work tree: one step from the version there is to the next, signed by who is here.

Every change goes the same way: read the pair, make the payload of the next version, sign it with the trust
keys that this clone holds, write the pair, record it. What is still missing is said, never assumed: the other
holders of trust keys add their signatures with ``stella keys sign``, on their machines.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stella_git.attest.envelope import Signature
from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError, RefusedError, StellaError, Where
from stella_git.flows import audit, keyringfiles
from stella_git.flows.decide import run_time
from stella_git.flows.keyringfiles import Base, Pair
from stella_git.flows.keystore import held
from stella_git.flows.lockfile import exclusive
from stella_git.flows.signing import configured_key
from stella_git.flows.workspace import Workspace
from stella_git.trust import rotation, succession
from stella_git.trust.keyring import KeyEntry, Keyring, sign_keyring, signatures_to_bytes
from stella_git.trust.signers import Signer, open_signer
from stella_git.trust.succession import Standing

# Takes the keyring there is and the present; returns what was done, in one line, and the parts that change.
Files = Sequence[tuple[str, bytes]]
_DIGEST_DIGITS = 64  # of SHA-256, in hex
Edit = Callable[[Keyring, Instant], tuple[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a change left in the work tree.

    Args:
        what: what was done, in one line.
        keyring: what is in the files now.
        standing: who signed, and who still has to.
        files: paths of keyring and signatures.
        base: the keyring in force.
        signed_here: names or key ids of those whose signature was added now.
    """

    what: str
    keyring: Keyring
    standing: Standing
    files: tuple[Path, Path]
    base: Base
    signed_here: tuple[str, ...] = ()


def change(
    workspace: Workspace, operation: str, edit: Edit, *, keys: Sequence[str] = (), about: str | None = None
) -> Outcome:
    """Make the next version of the keyring, sign it as far as this clone can, and write it.

    Args:
        workspace: the clone.
        operation: for the audit log, such as ``keys.add``.
        edit: what to change.
        keys: URIs of signers; by default every trust key that this clone holds.
        about: key id that the change is about, for the audit log.

    Raises:
        ConfigError: no keyring, one that nobody could sign, or one that is behind the keyring in force.
        UsageError: the change is about something that is not there.
        EnvironmentFault: the file system refuses, or the change cannot be recorded.
    """
    with _locked(workspace), audit.recording(workspace, operation) as record:
        record.know(key_id=about)
        now = run_time(workspace)
        present = current(workspace)
        base = keyringfiles.base(workspace)
        require_not_behind(workspace, present, base)
        what, parts = edit(present, now)
        record.know(detail=what)
        version = max(present.version, base.floor) + 1
        payload = rotation.next_version(present, version=version, **parts)
        candidate = Keyring.from_bytes(payload)
        _require_reachable(candidate, now)
        signers = _signers(workspace, keys, candidate, base.keyring, now)
        signatures = (
            sign_keyring(payload, [record.signer(one) for one in signers])
            if signers
            else signatures_to_bytes(())
        )
        return _written(workspace, what, Pair(payload, signatures), base, signers, now)


def sign(
    workspace: Workspace, *, keys: Sequence[str] = (), merge: Files = (), expect: str | None = None
) -> Outcome:
    """Add signatures to the keyring of the work tree, and nothing else.

    Args:
        workspace: the clone.
        keys: URIs of signers; by default every trust key that this clone holds.
        merge: paths and bytes of further signatures files over the same keyring.
        expect: digest that the keyring must have, ``sha256:...``, as its maker told it.

    Raises:
        ConfigError: no keyring, one behind the keyring in force, or no key here that may sign it.
        RefusedError: another digest than expected; a signature that does not verify.
        EnvironmentFault: the file system refuses, or the signature cannot be recorded.
    """
    with _locked(workspace), audit.recording(workspace, "keys.sign", always=False) as record:
        now = run_time(workspace)
        pair = keyringfiles.load(workspace)
        place = str(keyringfiles.paths(workspace)[0])
        candidate = pair.keyring(place)
        base = keyringfiles.base(workspace)
        require_not_behind(workspace, candidate, base)
        _require_digest(candidate, expect, place)
        record.know(detail=f"version {candidate.version}")
        existing = (*candidate.signatures, *_merged(candidate, merge))
        _require_good(candidate, existing, base.keyring, now, place)
        signers = _signers(workspace, keys, candidate, base.keyring, now)
        if not signers and not merge:
            raise ConfigError(
                "no key of this clone may sign this keyring",
                code="key-not-trusted",
                where=Where(place),
                remedy="name a trust key with --key; stella keys verify says whose signature is missing",
            )
        signatures = sign_keyring(
            candidate.payload, [record.signer(one) for one in signers], existing=existing
        )
        what = f"signed version {candidate.version}"
        return _written(workspace, what, Pair(candidate.payload, signatures), base, signers, now)


def _locked(workspace: Workspace) -> Any:
    return exclusive(keyringfiles.private_directory(workspace) / keyringfiles.LOCK)


def current(workspace: Workspace) -> Keyring:
    """Return the keyring of the work tree.

    Raises:
        ConfigError: there is none, or it cannot be read.
        UsageError: a bare repository.
    """
    place = str(keyringfiles.paths(workspace)[0])
    return keyringfiles.load(workspace).keyring(place)


def _written(
    workspace: Workspace, what: str, pair: Pair, base: Base, signers: Sequence[Signer], now: Instant
) -> Outcome:
    files = keyringfiles.save(workspace, pair)
    keyring = pair.keyring(str(files[0]))
    names = [_named(keyring, base.keyring, signer.public_key.keyid) for signer in signers]
    return Outcome(
        what=what,
        keyring=keyring,
        standing=succession.standing(keyring, base.keyring, now),
        files=files,
        base=base,
        signed_here=tuple(sorted(names)),
    )


def _named(candidate: Keyring, base: Keyring | None, keyid: str) -> str:
    entry = candidate.by_keyid(keyid) or (base.by_keyid(keyid) if base else None)
    return f"key:{entry.name}" if entry else keyid[:12]


def require_changeable(workspace: Workspace, name: str) -> tuple[Keyring, KeyEntry]:
    """Return the keyring of the work tree and its active key of this name, before anything is made for it.

    Raises:
        ConfigError: there is no keyring, or it is behind the one in force.
        UsageError: no active key has this name.
    """
    present = current(workspace)
    require_not_behind(workspace, present, keyringfiles.base(workspace))
    return present, rotation.active(present, name)


def require_not_behind(workspace: Workspace, keyring: Keyring, base: Base) -> None:
    """Refuse to work on a version that others have left behind: it would be taken for a rollback.

    Raises:
        ConfigError: ``keyring-behind``.
    """
    same = base.keyring is not None and base.keyring.payload == keyring.payload
    if same or keyring.version > base.floor or base.floor == 0:
        return
    raise ConfigError(
        f"the work tree has version {keyring.version}, and version {base.floor} is in force",
        code="keyring-behind",
        where=Where(str(keyringfiles.paths(workspace)[0])),
        remedy="merge the trusted branch first, and make the change again on its keyring",
    )


def _require_reachable(candidate: Keyring, now: Instant) -> None:
    usable = [entry for entry in candidate.keys if entry.usable(rotation.TRUST, now)]
    needed = candidate.threshold(rotation.TRUST)
    if len(usable) < needed:
        raise ConfigError(
            f"the next keyring would need {needed} trust keys and have {len(usable)}: nobody could sign it",
            code="keyring-threshold",
            remedy="add a trust key first, or lower the threshold: stella keys renew --threshold trust=N",
        )


def _require_digest(candidate: Keyring, expect: str | None, place: str) -> None:
    if expect is None:
        return
    found, wanted = str(candidate.digest), expect.lower().removeprefix("sha256:")
    if len(wanted) != _DIGEST_DIGITS or set(wanted) - set("0123456789abcdef"):
        raise ConfigError(
            f"--expect takes a whole digest, 64 hex digits, and {expect[:80]!r} is none",
            code="keys-arguments",
            remedy="have whoever made the keyring read it to you: stella keys verify prints it",
        )
    if found.removeprefix("sha256:") != wanted:
        raise RefusedError(
            f"the keyring is {found}, not the one that is expected",
            code="SPLIT_VIEW",
            where=Where(place),
            remedy="ask whoever made it for the file again, and compare what changed: stella keys verify",
        )


def _merged(candidate: Keyring, files: Files) -> Iterator[Signature]:
    for name, data in files:
        try:
            yield from Keyring.from_bytes(candidate.payload, data).signatures
        except StellaError as error:
            error.where = error.where.within(name)
            raise


def _require_good(
    candidate: Keyring, existing: Sequence[Signature], base: Keyring | None, now: Instant, place: str
) -> None:
    """Nobody adds a good name to a file that holds a bad one."""
    data = signatures_to_bytes(existing)
    whole = Keyring.from_bytes(candidate.payload, data, path=place)
    bad = succession.standing(whole, base, now).bad
    if bad:
        raise RefusedError(
            f"signatures that do not verify: {', '.join(bad)}",
            code="BAD_SIGNATURE",
            where=Where(place),
            remedy="get both files of the keyring from whoever made it again",
        )


def _signers(
    workspace: Workspace, named: Sequence[str], candidate: Keyring, base: Keyring | None, now: Instant
) -> list[Signer]:
    """Return signers of usable trust keys of the candidate or of the keyring in force, each key once."""
    rings = [ring for ring in (candidate, base) if ring is not None]

    def may(keyid: str) -> bool:
        entries = (ring.by_keyid(keyid) for ring in rings)
        return any(entry is not None and entry.usable(rotation.TRUST, now) for entry in entries)

    found: dict[str, Signer] = {}
    for signer in _named_signers(workspace, named, may) if named else _own_signers(workspace, may):
        found.setdefault(signer.public_key.keyid, signer)
    return list(found.values())


def _open(workspace: Workspace, uri: str) -> Signer:
    directory = Path(workspace.backend.work_tree or workspace.backend.git_dir)
    return open_signer(uri, environment=workspace.environment, base=directory)


def _named_signers(
    workspace: Workspace, named: Sequence[str], may: Callable[[str], bool]
) -> Iterator[Signer]:
    for uri in named:
        signer = _open(workspace, uri)
        if not may(signer.public_key.keyid):
            raise ConfigError(
                f"the key {signer.public_key.keyid[:12]} ({signer.uri}) may not sign this keyring",
                code="key-not-trusted",
                remedy="name an active key with the role trust: stella keys list",
            )
        yield signer


def _own_signers(workspace: Workspace, may: Callable[[str], bool]) -> Iterator[Signer]:
    """Yield the configured signer and the keys of this clone, as far as they may sign."""
    opened: list[Signer] = []
    configured = configured_key(workspace)
    if configured:
        with suppress(ConfigError):  # it is for verdicts first: another key may do here
            opened.append(_open(workspace, configured))
    opened += [_open(workspace, f"file:{key.path}") for key in held(workspace) if may(key.keyid)]
    # the public half beside a key says which to open, and no more
    yield from (signer for signer in opened if may(signer.public_key.keyid))
