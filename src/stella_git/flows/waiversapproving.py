"""Approve a waiver with a key of the keyring, over all that it says, for this repository."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stella_git.errors import ConfigError, RefusedError, UsageError, Where
from stella_git.flows import audit, keyringfiles, keystore
from stella_git.flows import waivers as flow
from stella_git.flows.lockfile import unwritable
from stella_git.flows.treefiles import write_file
from stella_git.flows.waiverswriting import read
from stella_git.policy import load
from stella_git.policy.model import Approval
from stella_git.policy.source import PolicyFile
from stella_git.policy.waivers import text
from stella_git.trust import approvals
from stella_git.trust.signers import makes_bundles, open_signer

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.flows.workspace import Workspace
    from stella_git.policy.model import Waiver
    from stella_git.trust.approvals import Checked
    from stella_git.trust.keyring import KeyEntry, Keyring
    from stella_git.trust.signing import Signer

_WORTHLESS = frozenset({"BAD_SIGNATURE", "DIGEST_MISMATCH"})


class Ground(NamedTuple):
    """What approvals in a clone are checked with: the keyring in force, and the id of the repository."""

    keyring: "Keyring | None"
    repository_id: str | None


class Approved(NamedTuple):
    """An approval that was added.

    Args:
        name: of the key that signed.
        names: of all whose approval counts now.
        dropped: identities whose approvals were for what the waiver said before, and are gone.
        unchecked: what could not be checked; "" if everything was.
    """

    name: str
    names: tuple[str, ...]
    dropped: tuple[str, ...]
    unchecked: str


def ground(workspace: "Workspace", policy_ref: str | None = None) -> Ground:
    """Return the keyring in force, else that of HEAD, and the id of the repository.

    Raises:
        ConfigError: the keyring cannot be read, or ``policy_ref`` names nothing.
    """
    base = keyringfiles.base(workspace, policy_ref)
    config = workspace.local if base.in_force is None else base.in_force.config
    return Ground(base.keyring, config.repository_id or workspace.local.repository_id)


def authors(workspace: "Workspace", waivers: "Collection[Waiver]") -> dict[str, str | None]:
    """Return by id who wrote waivers of a work tree.

    Whoever is at the keyboard, as git is configured, wrote those that HEAD has not, or not so; None for what
    neither history nor the configuration tells.
    """
    backend = workspace.backend
    head = backend.resolve("HEAD^{commit}")
    found: dict[str, str | None] = {}
    for waiver in waivers:
        file = _at_root(workspace, waiver.file)
        if head is not None and file is not None and flow.is_in(backend, head, file):
            found[waiver.id] = flow.author_of(backend, head, file)
        else:
            name, email = backend.config_get("user.name"), backend.config_get("user.email")
            found[waiver.id] = f"{name or ''} <{email or ''}>" if name or email else None
    return found


def _at_root(workspace: "Workspace", file: PolicyFile) -> PolicyFile | None:
    """Return a file under its path from the top of the work tree; None outside of it."""
    if workspace.backend.work_tree is None:
        return None
    top, path = Path(workspace.backend.work_tree).resolve(), Path(file.path).resolve()
    if not path.is_relative_to(top):
        return None
    return PolicyFile(path.relative_to(top).as_posix(), file.data, file.document)


def approve(
    workspace: "Workspace",
    path: str,
    *,
    at: "Instant",
    key: str | None = None,
    name: str | None = None,
    policy_ref: str | None = None,
) -> Approved:
    """Add an approval to a waiver of the work tree.

    Args:
        workspace: the clone.
        path: of the file of the waiver.
        at: the present.
        key: URI of a signer; by default the one key of this clone that may approve waivers.
        name: what the keyring calls the key; None for whatever it calls it.
        policy_ref: trusted revision to take the keyring from.

    Raises:
        ConfigError: there is no keyring, the key may not approve waivers, or the file is no waiver.
        RefusedError: ``OWN_WAIVER``: the owner of the key asked for it or wrote it.
        UsageError: the waiver is over, or this key approved it already.
        EnvironmentFault: the file system refuses, or it cannot be recorded.
    """
    with audit.recording(workspace, "waiver.approve") as recording:
        waiver = read(path)
        recording.know(detail=waiver.id)
        known = ground(workspace, policy_ref)
        keyring, identifier = _usable(known)
        _require_not_over(waiver, at)
        signer, entry = _signer(workspace, keyring, at, key, name)
        wrote = authors(workspace, [waiver])[waiver.id]
        _require_other(entry, waiver, wrote)
        data = approvals.payload(waiver.file.value, identifier)
        kept, dropped = _kept(waiver, _checked(waiver, keyring, identifier, at), entry)
        given = approvals.approve(data, recording.signer(signer), entry.name)
        new = Approval(identity=given.identity, digest=given.digest, signature=given.signature)
        changed = text.changed(waiver.file, (*kept, new))
        after = load.waiver(load.read(changed, path=path))
        _write(workspace, Path(path).absolute(), changed)
    standing = flow.standings(
        [after], keyring=keyring, repository_id=identifier, at=at, authors={waiver.id: wrote}
    )[0]
    return Approved(entry.name, standing.names, dropped, standing.unchecked)


def _write(workspace: "Workspace", path: Path, data: bytes) -> None:
    if workspace.backend.work_tree is None:
        raise UsageError(
            "a bare repository has no files to approve",
            code="work-tree-missing",
            where=Where(str(workspace.backend.git_dir)),
            remedy="run it in a clone with a work tree, and push",
        )
    mode = path.stat().st_mode
    try:
        write_file(Path(workspace.backend.work_tree), path, data)
        path.chmod(mode)
    except OSError as error:
        raise unwritable(path, error) from error


def _usable(known: Ground) -> "tuple[Keyring, str]":
    if known.keyring is None:
        raise ConfigError(
            "there is no keyring in force",
            code="keyring-missing",
            remedy="run stella init and commit what it writes",
        )
    if known.repository_id is None:
        raise ConfigError(
            "repository.id is missing",
            code="repository-id-missing",
            where=Where("stella.toml"),
            remedy="run stella init, or add one: a UUID in lower case",
        )
    return known.keyring, known.repository_id


def _require_not_over(waiver: "Waiver", at: "Instant") -> None:
    if not at < waiver.expires:
        raise UsageError(
            f"the waiver expired at {waiver.expires}",
            code="waiver-time",
            where=waiver.file.where("/spec/expires"),
            remedy="renew it first: stella policy waive --renew FILE --expires 30d",
        )


def _checked(waiver: "Waiver", keyring: "Keyring", identifier: str, at: "Instant") -> "tuple[Checked, ...]":
    standings = flow.standings([waiver], keyring=keyring, repository_id=identifier, at=at)
    return standings[0].checked


def _kept(
    waiver: "Waiver", checked: "Sequence[Checked]", entry: "KeyEntry"
) -> tuple[tuple[Approval, ...], tuple[str, ...]]:
    """Return the approvals that stay, and the identities of those that are for something else."""
    codes = {one.identity: one.code for one in checked}
    mine = f"key:{entry.name}"
    if codes.get(mine) == "":
        raise UsageError(
            f"{mine} approved this already",
            code="waiver-approved",
            where=waiver.file.where("/spec/approvals"),
            remedy="have somebody else approve it, if it takes more approvals",
        )
    worthless = {name for name, code in codes.items() if code in _WORTHLESS} | {mine}
    kept = tuple(one for one in waiver.approvals if one.identity not in worthless)
    return kept, tuple(sorted(worthless & codes.keys()))


def _require_other(entry: "KeyEntry", waiver: "Waiver", author: str | None) -> None:
    for other in (waiver.owner, author):
        if other is not None and approvals.is_same(entry.owner, other):
            raise RefusedError(
                f"key:{entry.name} is of {entry.owner!a}, who asked for this waiver or wrote it ({other!a})",
                code="OWN_WAIVER",
                where=waiver.file.where("/metadata/owner"),
                remedy="have somebody else approve it; what is not committed yet counts as written by whoever"
                " is at the keyboard",
            )


def _signer(
    workspace: "Workspace", keyring: "Keyring", at: "Instant", uri: str | None, name: str | None
) -> "tuple[Signer, KeyEntry]":
    signer = _open(workspace, uri) if uri else _own(workspace, keyring, at)
    entry = keyring.by_keyid(signer.public_key.keyid)
    why = "is not in the keyring" if entry is None else _reason(entry, at)
    if entry is None or why:
        raise ConfigError(
            f"the key {signer.public_key.keyid[:12]} ({signer.uri}) may not approve waivers: {why}",
            code="key-not-trusted",
            remedy="approve with another key (--key), or have this one added with the role: "
            "stella keys add --role waiver",
        )
    if name is not None and name.removeprefix("key:") != entry.name:
        raise UsageError(
            f"the keyring calls this key key:{entry.name}, not {name!a}",
            code="waiver-identity",
            remedy="name the other key with --key, or leave --identity out",
        )
    return signer, entry


def _reason(entry: "KeyEntry", at: "Instant") -> str:
    found = approvals.obstacle(entry, at)
    return "" if found is None else found[1]


def _open(workspace: "Workspace", uri: str) -> "Signer":
    if makes_bundles(uri):
        raise ConfigError(
            "an identity cannot approve a waiver: it signs bundles, and the file has no place for one",
            code="waiver-identity",
            where=Where(uri.partition(":")[0]),
            remedy="approve with a key of the keyring that has the role waiver",
        )
    base = Path(workspace.backend.work_tree or workspace.backend.git_dir)
    return open_signer(uri, environment=workspace.environment, base=base)


def _own(workspace: "Workspace", keyring: "Keyring", at: "Instant") -> "Signer":
    """Return the one key of this clone that may approve waivers."""
    found = []
    for held in keystore.held(workspace):
        entry = keyring.by_keyid(held.keyid)
        if entry is not None and approvals.obstacle(entry, at) is None:
            found.append(held)
    if len(found) != 1:
        shown = ", ".join(held.name for held in found) or "none"
        raise ConfigError(
            f"keys of this clone that may approve waivers: {shown}",
            code="key-ambiguous",
            remedy="name one with --key, such as file:PATH",
        )
    return _open(workspace, f"file:{found[0].path}")
