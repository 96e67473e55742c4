"""The two files of the keyring in the work tree: read together, and written both or neither.

Two files cannot be replaced at once. What is to be written goes to one journal first, in the git directory;
whoever comes next after a kill finishes it. So a reader of ours sees the pair of before or the pair of after.
A journal whose keyring is no longer the one it was written over, because another branch was checked out
meanwhile, is dropped.
"""

from base64 import b64decode, b64encode
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from stella_git.canon import jcs
from stella_git.canon.reader import parse_json
from stella_git.errors import ConfigError, InputError, UsageError, Where
from stella_git.flows import anchoring, trusted
from stella_git.flows.lockfile import unwritable
from stella_git.flows.treefiles import write_file
from stella_git.flows.trusted import TrustedRevision
from stella_git.flows.workspace import Workspace, read_file
from stella_git.gitstore.objects import read_path
from stella_git.trust.keyring import Keyring

LIMIT = 4 << 20
_MEMBERS = ("before", "payload", "signatures")
_JOURNAL_LIMIT = 5 * LIMIT
JOURNAL, LOCK = "keyring.next", "keyring.lock"


class Pair(NamedTuple):
    """Payload and signatures of one keyring; `signatures` is None where there is no such file."""

    payload: bytes
    signatures: bytes | None

    def keyring(self, path: str) -> Keyring:
        """Return what they say.

        Args:
            path: what to call the payload in messages.

        Raises:
            ConfigError: they cannot be read.
        """
        return Keyring.from_bytes(self.payload, self.signatures, path=path)


def paths(workspace: Workspace) -> tuple[Path, Path]:
    """Return where keyring and signatures lie in the work tree.

    Raises:
        UsageError: a bare repository has no work tree.
    """
    if workspace.backend.work_tree is None:
        raise UsageError(
            "a bare repository has no keyring to work on",
            code="work-tree-missing",
            where=Where(str(workspace.backend.git_dir)),
            remedy="run it in a clone with a work tree, and push",
        )
    root = Path(workspace.backend.work_tree)
    return root / workspace.local.keyring, root / workspace.local.signatures


def private_directory(workspace: Workspace) -> Path:
    """Return the directory of this work tree, in the git directory, that holds journal and lock."""
    return Path(workspace.backend.git_dir) / "stella"


def load(workspace: Workspace) -> Pair:
    """Return the keyring of the work tree; a change that was interrupted is finished first.

    Raises:
        ConfigError: ``keyring-missing``: there is none.
        UsageError: a bare repository.
        EnvironmentFault: the file system refuses.
    """
    payload, signatures = paths(workspace)
    _finish(workspace)
    if not payload.is_file():
        raise ConfigError(
            "there is no keyring in the work tree",
            code="keyring-missing",
            where=Where(str(payload)),
            remedy="run stella init, or check out a branch that has one",
        )
    return Pair(
        read_file(payload, limit=LIMIT),
        read_file(signatures, limit=LIMIT) if signatures.is_file() else None,
    )


def save(workspace: Workspace, pair: Pair) -> tuple[Path, Path]:
    """Write both files, or neither, and return their paths.

    Raises:
        EnvironmentFault: the file system refuses.
        UsageError: a link leads one of them out of the work tree.
    """
    found = paths(workspace)
    before = read_file(found[0], limit=LIMIT) if found[0].is_file() else b""
    rows = zip(_MEMBERS, (before, pair.payload, pair.signatures or b""), strict=True)
    journal = jcs.dumps({name: b64encode(data).decode("ascii") for name, data in rows})
    directory = private_directory(workspace)
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        beside = directory / f".{JOURNAL}"
        beside.write_bytes(journal)
        beside.replace(directory / JOURNAL)
    except OSError as error:
        raise unwritable(directory / JOURNAL, error) from error
    _finish(workspace)
    return found


def _finish(workspace: Workspace) -> None:
    """Do what the journal says, if there is a whole one."""
    journal = private_directory(workspace) / JOURNAL
    if not journal.is_file():
        return
    names = paths(workspace)
    present = read_file(names[0], limit=LIMIT) if names[0].is_file() else b""
    try:
        for path, data in zip(
            names, _journalled(read_file(journal, limit=_JOURNAL_LIMIT), present), strict=False
        ):
            if data:
                write_file(Path(str(workspace.backend.work_tree)), path, data)
            else:
                path.unlink(missing_ok=True)
    except UsageError:
        journal.unlink()  # a link leads out of the work tree: it can never be finished
        raise
    except OSError as error:
        raise unwritable(journal, error) from error
    with suppress(OSError):
        journal.unlink()


def _journalled(data: bytes, present: bytes) -> tuple[bytes, ...]:
    """Return payload and signatures that a journal holds; nothing if they are not for what is present."""
    try:
        value = parse_json(data, limit=_JOURNAL_LIMIT)
        row = value if isinstance(value, dict) else {}
        before, payload, signatures = (
            b64decode(str(row[name])) for name in ("before", "payload", "signatures")
        )
        Keyring.from_bytes(payload, signatures or None)
    except (ConfigError, InputError, KeyError, ValueError):
        return ()
    return (payload, signatures) if present in {before, payload} else ()


class Base(NamedTuple):
    """What a keyring of the work tree has to follow.

    Args:
        keyring: the one in force; None where nothing is committed yet.
        floor: the highest version that is known here.
        in_force: the trusted revision that has it; None if it was found at HEAD.
    """

    keyring: Keyring | None
    floor: int
    in_force: TrustedRevision | None = None


def base(workspace: Workspace, policy_ref: str | None = None) -> Base:
    """Return the keyring in force: that of the trusted revision, else of HEAD, else none.

    Args:
        workspace: the clone.
        policy_ref: trusted revision to take instead.

    Raises:
        ConfigError: ``policy_ref`` names no revision, or the keyring there cannot be read.
    """
    pin = anchoring.read_pin(workspace)
    pinned = 0 if pin is None else pin.keyring().version
    in_force = _in_force(workspace, policy_ref)
    if in_force is None:
        keyring = _at_head(workspace)
    elif in_force.keyring is None:
        keyring = None
    else:
        payload, signatures, place = anchoring.keyring_of(in_force, None)
        keyring = Pair(payload, signatures).keyring(place)
    return Base(keyring, max(keyring.version if keyring else 0, pinned), in_force)


def _in_force(workspace: Workspace, policy_ref: str | None) -> TrustedRevision | None:
    try:
        commit = trusted.trusted_commit(workspace.backend, policy_ref, workspace.environment)
        return trusted.load(workspace.backend, commit)
    except ConfigError:
        if policy_ref is not None:
            raise
        return None


def _at_head(workspace: Workspace) -> Keyring | None:
    backend, local = workspace.backend, workspace.local
    commit = backend.resolve("HEAD^{commit}")
    if commit is None:
        return None
    tree = backend.commit(commit).tree
    payload = read_path(backend, tree, local.keyring, limit=LIMIT)
    if payload is None:
        return None
    signatures = read_path(backend, tree, local.signatures, limit=LIMIT)
    return Pair(payload, signatures).keyring(f"{commit[:12]}:{local.keyring}")
