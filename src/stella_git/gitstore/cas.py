"""Evidence that no tree holds: blobs by SHA-256, in a tree ``sha256/ab/<62 hex digits>``."""

from collections.abc import Iterable

from stella_git.canon.digest import Digest, sha256
from stella_git.errors import RefusedError, Where
from stella_git.gitstore import refs
from stella_git.gitstore.backend import BLOB_LIMIT, MODE_BLOB, MODE_TREE, Backend, Identity, TreeEntry
from stella_git.gitstore.objects import find
from stella_git.gitstore.retry import swap

_ROOT = b"sha256"
_PAIR = 2


def path_of(digest: Digest) -> str:
    """Return where a digest is kept in a cas tree."""
    return f"{digest.algorithm}/{digest.hex[:_PAIR]}/{digest.hex[_PAIR:]}"


def put(
    backend: Backend, keyid: str, items: Iterable[bytes], *, who: Identity, when: int
) -> tuple[Digest, ...]:
    """Store evidence in the writer's own ref, all of it in one commit, and return its digests.

    Raises:
        EnvironmentFault: git could not write.
    """
    data = list(items)
    digests = tuple(sha256(item) for item in data)
    blobs = {digest.hex: backend.write_blob(item) for digest, item in zip(digests, data, strict=True)}

    def attempt(tip: str | None) -> str:
        old = backend.commit(tip).tree if tip is not None else None
        tree = _with(backend, old, blobs)
        if tree == old and tip is not None:
            return tip
        return backend.write_commit(tree, [tip] if tip else [], "Keep evidence", who=who, when=when)

    swap(backend, refs.cas_ref(keyid), attempt)
    return digests


def _with(backend: Backend, root: str | None, blobs: dict[str, str]) -> str:
    shelf = _folder(backend, root, _ROOT)
    fans: dict[str, dict[bytes, str]] = {}
    for name, blob in blobs.items():
        fans.setdefault(name[:_PAIR], {})[name[_PAIR:].encode()] = blob
    changed: dict[bytes, str] = {}
    for fan, names in fans.items():
        old = _entries(backend, _folder(backend, shelf, fan.encode()))
        added = {name: TreeEntry(MODE_BLOB, name, blob) for name, blob in names.items()}
        changed[fan.encode()] = backend.write_tree({**old, **added}.values())
    fan_entries = {name: TreeEntry(MODE_TREE, name, tree) for name, tree in changed.items()}
    inner = backend.write_tree({**_entries(backend, shelf), **fan_entries}.values())
    return backend.write_tree({**_entries(backend, root), _ROOT: TreeEntry(MODE_TREE, _ROOT, inner)}.values())


def _entries(backend: Backend, tree: str | None) -> dict[bytes, TreeEntry]:
    return {entry.name: entry for entry in backend.tree(tree)} if tree else {}


def _folder(backend: Backend, tree: str | None, name: bytes) -> str | None:
    entry = _entries(backend, tree).get(name)
    return entry.id if entry is not None and entry.is_tree else None


def get(backend: Backend, digest: Digest, *, limit: int = BLOB_LIMIT) -> bytes | None:
    """Return evidence by its digest from any cas ref, own or fetched; None when none has it.

    Raises:
        RefusedError: ``EVIDENCE_CHANGED``: what is kept under that name has another digest.
    """
    tracked = [(name, tip) for name, tip in backend.refs(refs.TRACKING) if "/cas/" in name]
    changed: str | None = None
    for name, tip in [*backend.refs(refs.CAS), *tracked]:
        if backend.object_type(tip) != "commit":
            continue
        entry = find(backend, backend.commit(tip).tree, path_of(digest))
        if entry is None or entry.mode != MODE_BLOB:
            continue
        data = backend.blob(entry.id, limit=limit)
        if sha256(data).matches(digest):
            return data
        changed = name
    if changed is not None:
        raise RefusedError(
            f"what is kept as {digest} has another digest",
            code="EVIDENCE_CHANGED",
            where=Where(ref=changed),
            remedy="fetch the evidence again from somebody you trust",
        )
    return None
