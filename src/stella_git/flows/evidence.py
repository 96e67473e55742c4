"""Evidence: the bytes a verdict is computed from, and where git holds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stella_git.canon.digest import Digest, sha256
from stella_git.canon.reader import Json
from stella_git.config import Component, Config
from stella_git.errors import InputError, RefusedError, UsageError, Where
from stella_git.flows.workspace import Workspace, read_file
from stella_git.gitstore import cas
from stella_git.gitstore.backend import Backend
from stella_git.gitstore.objects import glob_matches, list_paths, read_path

DOCUMENT_LIMIT = 64 << 20
ATTESTATION = "attestation"
# Role -> what `stella.toml` calls the globs of its files.
ROLES = {"sbom": "sbom", "vex": "vex", "findings": "findings", ATTESTATION: "attestations"}
TRUSTED_ROOT = "trusted-root"
RULES = ("policy", "keyring", "trust", TRUSTED_ROOT)
FIRST_SEEN = "first-seen"
WAIVER_FACTS = "waiver-facts"
KNOWN = frozenset((*ROLES, *RULES, FIRST_SEEN, WAIVER_FACTS))
TREE = "tree:"
CAS = "cas:"
_FETCH = "run git fetch origin '+refs/stella/cas/*:refs/stella-remote/origin/cas/*', or of another remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One piece of evidence and its locator.

    `digest` is over the raw bytes of the blob, never over what a checkout made of them; `uri` is
    ``tree:PATH`` in the subject's tree or ``cas:``; `path` is the name inside the policy set for policy
    files, and the name to show in messages otherwise.
    """

    role: str
    data: bytes
    uri: str
    path: str | None = None

    @property
    def digest(self) -> str:
        """Return ``sha256:...`` of the bytes."""
        return str(sha256(self.data))

    @property
    def name(self) -> str:
        """Return what to call it in a message."""
        return self.path or (self.digest if self.uri == CAS else self.uri.removeprefix(TREE))

    def locator(self) -> dict[str, Json]:
        """Return its row in ``run.inputs``."""
        row: dict[str, Json] = {"role": self.role, "digest": self.digest, "uri": self.uri}
        return row | {"path": self.path} if self.path is not None else row


def gather(
    workspace: Workspace,
    tree: str,
    config: Config,
    *,
    component: Component | None = None,
    given: Mapping[str, Iterable[str]] | None = None,
) -> tuple[Located, ...]:
    """Return the documents of a tree, by role.

    Args:
        tree: id of the tree they belong to.
        config: names the globs, unless ``component`` has its own.
        component: part of a monorepo, or None for the whole tree.
        given: files named on the command line, by role; they replace the configured globs of that role.

    Raises:
        UsageError: a file that was named does not exist.
    """
    found: list[Located] = []
    for role, member in ROLES.items():
        named = tuple((given or {}).get(role) or ())
        globs: tuple[str, ...] = getattr(component or config, member)
        if named:
            found += [_given(workspace, tree, role, name, globs) for name in named]
            continue
        for path, blob in list_paths(workspace.backend, tree, globs):
            data = workspace.backend.blob(blob, limit=DOCUMENT_LIMIT)
            found.append(Located(role=role, data=data, uri=TREE + path))
    return tuple(found)


def _given(workspace: Workspace, tree: str, role: str, name: str, globs: tuple[str, ...]) -> Located:
    """A named file is pinned by path where the configuration names it and the tree holds the same bytes.

    Any other goes to the cas: what lies about in a tree is not the repository's word.
    """
    file = Path(name)
    data = read_file(file, limit=DOCUMENT_LIMIT)
    inside = _path_inside(workspace.backend, file)
    listed = inside if inside is not None and glob_matches(inside, globs) else None
    if listed is not None and read_path(workspace.backend, tree, listed, limit=DOCUMENT_LIMIT) == data:
        return Located(role=role, data=data, uri=TREE + listed)
    return Located(role=role, data=data, uri=CAS, path=name)


def _path_inside(backend: Backend, file: Path) -> str | None:
    if backend.work_tree is None:
        return None
    try:
        return file.resolve().relative_to(Path(backend.work_tree).resolve()).as_posix()
    except ValueError:
        return None


def pin(backend: Backend, tree: str, role: str, path: str, data: bytes) -> Located:
    """Return a file of the trusted revision with a locator that the subject's clone can follow."""
    same = read_path(backend, tree, path, limit=DOCUMENT_LIMIT) if _has(backend, tree, path) else None
    return Located(role=role, data=data, uri=TREE + path if same == data else CAS, path=path)


def _has(backend: Backend, tree: str, path: str) -> bool:
    return backend.resolve(f"{tree}:{path}") is not None


def fetch(backend: Backend, tree: str, row: Mapping[str, Json]) -> Located:
    """Return the evidence that a row of ``run.inputs`` points at, with its digest checked.

    Raises:
        InputError: the row is not a locator.
        RefusedError: the evidence is missing, or has another digest.
    """
    role, digest, uri, path = (row.get(key) for key in ("role", "digest", "uri", "path"))
    if not (isinstance(role, str) and isinstance(digest, str) and isinstance(uri, str)):
        raise InputError("a row of run.inputs is not {role, digest, uri}", code="locator-malformed")
    if role not in KNOWN:
        # evidence that is named and plays no part would look as if it had been taken into account
        raise InputError(f"a row of run.inputs has the role {role!r}", code="locator-malformed")
    data: bytes | None = None
    if uri.startswith(TREE):
        data = read_path(backend, tree, uri.removeprefix(TREE), limit=DOCUMENT_LIMIT)
    elif uri == CAS:
        data = cas.get(backend, Digest.parse(digest))
    else:
        raise InputError(f"locator {uri!r} is neither tree:PATH nor cas:", code="locator-malformed")
    if data is None:
        raise RefusedError(
            f"evidence {digest} ({role}) is not at {uri}",
            code="EVIDENCE_MISSING",
            where=Where(uri),
            remedy=_FETCH if uri == CAS else None,
        )
    located = Located(role=role, data=data, uri=uri, path=path if isinstance(path, str) else None)
    if located.digest != digest:
        raise RefusedError(
            f"evidence at {uri} has digest {located.digest}, the statement says {digest}",
            code="EVIDENCE_CHANGED",
            where=Where(uri),
            remedy="the statement is about other bytes: do not rely on it",
        )
    return located


def require_named(given: Mapping[str, Iterable[str]]) -> None:
    """Refuse a command line that names one file twice for one role."""
    for role, names in given.items():
        listed = list(names)
        if len(set(listed)) != len(listed):
            raise UsageError(f"--{role} names a file twice", code="file-twice", remedy="name each file once")


def require_complete(
    workspace: Workspace,
    tree: str,
    config: Config,
    *,
    component: Component | None = None,
    used: Iterable[Located],
) -> None:
    """Refuse evidence that is not what the configuration in force names in a tree.

    Args:
        used: what a verdict was made from.

    Raises:
        RefusedError: ``EVIDENCE_OMITTED``: a document was left out, or used in another role;
            ``EVIDENCE_UNLISTED``: one counted as the repository's own that is not among those named.
    """
    documents = [item for item in used if item.role in ROLES]
    known = {(item.role, item.digest) for item in documents}
    for item in gather(workspace, tree, config, component=component):
        if (item.role, item.digest) not in known:
            raise RefusedError(
                f"{item.name} is in the tree, but the verdict was made without it",
                code="EVIDENCE_OMITTED",
                remedy="decide again: stella attest create",
            )
    for item in documents:
        globs: tuple[str, ...] = getattr(component or config, ROLES[item.role])
        if item.uri.startswith(TREE) and not glob_matches(item.uri.removeprefix(TREE), globs):
            raise RefusedError(
                f"{item.name} counted as the repository's own, and the configuration does not name it",
                code="EVIDENCE_UNLISTED",
                remedy=f"name it in decide.inputs.{item.role}, or decide again: stella attest create",
            )
