"""Where trust starts: the keyring in force, the root keys a person pinned, and what this clone saw before.

Only root keys that came another way than the keyring itself make it *pinned-root*: those of the command line,
else those of ``STELLA_ROOT_KEYS``. A ``trust.root_keys`` of the trusted revision has the same author as the
keyring beside it: it is one more condition for the first keyring, and vouches for nothing. The work tree is
not asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stella_git.canon.clock import Instant
from stella_git.errors import ConfigError, EnvironmentFault, RefusedError, Where
from stella_git.flows.trusted import TrustedRevision
from stella_git.flows.workspace import WRITER, Workspace, read_file
from stella_git.gitstore import seen
from stella_git.gitstore.objects import read_path
from stella_git.trust import anchor as trust_anchor
from stella_git.trust import succession
from stella_git.trust.anchor import Anchor, Pin
from stella_git.trust.keyring import Keyring

KEYRING_LIMIT = 4 << 20
PIN_FILE = "trust.json"
_MISSED = 1000  # versions of the keyring that a clone may have missed


def establish(
    workspace: Workspace,
    in_force: TrustedRevision,
    *,
    keyring_file: Path | None = None,
    root_keys: Iterable[str] = (),
    remember: bool = True,
    now: Instant,
) -> Anchor:
    """Return the keyring to verify with, and how far it is to be believed.

    The keyring that was accepted is pinned under ``refs/local/stella/seen``: this clone believes another one
    only when the pinned one authorises it.

    Args:
        keyring_file: use this keyring (signatures beside it) instead of the trusted revision's.
        root_keys: fingerprints, one of which must have signed the keyring.
        remember: whether a keyring that nothing but this first use speaks for becomes the pinned one. False
            for a revision that was named for one command only: to look at a branch is not to believe it.
        now: time of verification.

    Raises:
        ConfigError: there is no keyring, or it cannot be read.
        RefusedError: it is not signed as it must be, or does not follow from the pinned one.
    """
    payload, signatures, place = keyring_of(in_force, keyring_file)
    pinned = read_pin(workspace)
    named = frozenset(root_keys) or _environment_roots(workspace)
    if pinned is not None and keyring_file is None and pinned.payload != payload:
        pinned = caught_up(workspace, in_force, Keyring.from_bytes(payload, path=place), pinned, now)
    candidate = _Candidate(payload, signatures, place, pinned, now)
    if in_force.config.root_keys and pinned is None:
        candidate.establish(frozenset(in_force.config.root_keys))
    established = candidate.establish(named)
    believed = remember or established.mode != trust_anchor.FIRST_USE
    if keyring_file is None and believed and pinned != established.pin:
        _write_pin(workspace, established.pin, now)
    return established


@dataclass(frozen=True, slots=True)
class _Candidate:
    payload: bytes
    signatures: bytes | None
    place: str
    pinned: Pin | None
    now: Instant

    def establish(self, root_keys: frozenset[str]) -> Anchor:
        report, established = trust_anchor.establish(
            self.payload,
            self.signatures,
            root_keys=root_keys,
            pin=self.pinned,
            now=self.now,
            path=self.place,
        )
        if established is None:
            failure = report.failures[0]
            raise RefusedError(
                failure.detail, code=failure.code, where=Where(self.place), remedy=failure.remedy
            )
        return established


def caught_up(
    workspace: Workspace, in_force: TrustedRevision, newest: Keyring, pinned: Pin, now: Instant
) -> Pin:
    """Return the pin after the versions that this clone has missed, which the trusted history still holds.

    Args:
        workspace: the clone.
        in_force: the trusted revision, whose history is searched.
        newest: the keyring that is to be believed next; not itself among what was missed.
        pinned: what this clone accepted.
        now: time of verification.
    """
    if newest.version <= pinned.keyring().version + 1:
        return pinned
    config = in_force.config
    names = (config.keyring, config.signatures)
    paths = [f":(top,literal){name}" for name in names]
    commits = workspace.backend.rev_list([f"--max-count={_MISSED}", in_force.commit, "--", *paths])
    missed = []
    for commit in commits:
        tree = workspace.backend.commit(commit).tree
        found = [read_path(workspace.backend, tree, name, limit=KEYRING_LIMIT) for name in names]
        if found[0] is not None and found[0] != newest.payload:
            missed.append((found[0], found[1]))
    return succession.catch_up(pinned, missed, now)


def read_pin(workspace: Workspace) -> Pin | None:
    """Return the keyring this clone accepted before, None for a fresh clone."""
    files = seen.read_pin(workspace.backend)
    data = files.get(PIN_FILE)
    return None if data is None else Pin.from_bytes(data)


def _write_pin(workspace: Workspace, pin: Pin, now: Instant) -> None:
    """Remember it; a clone that cannot be written to stays on first use, and says so in its report."""
    try:
        seen.write_pin(workspace.backend, {PIN_FILE: pin.to_bytes()}, who=WRITER, when=now.seconds)
    except EnvironmentFault:
        return


def _environment_roots(workspace: Workspace) -> frozenset[str]:
    """Root keys of the environment; those in stella.toml of the work tree are the commit's own."""
    from_environment = workspace.local.origins.get("trust.root_keys", "").startswith("$")
    return frozenset(workspace.local.root_keys) if from_environment else frozenset()


def keyring_of(in_force: TrustedRevision, keyring_file: Path | None) -> tuple[bytes, bytes | None, str]:
    """Return payload, signatures and place of the keyring in a file, else of a revision.

    Raises:
        ConfigError: there is none.
        UsageError: no such file.
    """
    if keyring_file is not None:
        signatures = keyring_file.with_name(keyring_file.name.removesuffix(".json") + ".sigs.json")
        payload = read_file(keyring_file, limit=KEYRING_LIMIT)
        found = read_file(signatures, limit=KEYRING_LIMIT) if signatures.is_file() else None
        return payload, found, str(keyring_file)
    place = f"{in_force.commit[:12]}:{in_force.config.keyring}"
    if in_force.keyring is None:
        raise ConfigError(
            "the trusted revision has no keyring",
            code="keyring-missing",
            where=Where(place),
            remedy="run stella init and commit it, or name one with --keyring",
        )
    return in_force.keyring, in_force.signatures, place
