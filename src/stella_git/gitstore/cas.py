"""Evidence that no tree holds: blobs by SHA-256, in a tree ``sha256/ab/<62 hex digits>``."""

from collections.abc import Iterable, Mapping

from stella_git.canon.digest import Digest, sha256
from stella_git.errors import RefusedError, Where
from stella_git.gitstore import refs
from stella_git.gitstore.backend import BLOB_LIMIT, MODE_BLOB, MODE_TREE, Backend, Identity, TreeEntry
from stella_git.gitstore.objects import find
from stella_git.gitstore.pending import Pending
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
    pending = Pending(backend)
    blobs = {digest.hex: pending.blob(item) for digest, item in zip(digests, data, strict=True)}

    def attempt(tip: str | None) -> str:
        old = backend.commit(tip).tree if tip is not None else None
        tree = _with(backend, pending, old, blobs)
        if tip is not None and tree == old:
            return tip
        commit = pending.commit(tree, [] if tip is None else [tip], "Keep evidence", who=who, when=when)
        pending.flush()
        return commit

    swap(backend, refs.cas_ref(keyid), attempt)
    return digests


def _with(backend: Backend, pending: Pending, root: str | None, blobs: Mapping[str, str]) -> str:
    shelf = _folder(backend, root, _ROOT)
    fans: dict[bytes, dict[bytes, TreeEntry]] = {}
    for digest, blob in blobs.items():
        name = digest[_PAIR:].encode()
        fans.setdefault(digest[:_PAIR].encode(), {})[name] = TreeEntry(MODE_BLOB, name, blob)
    inner = _entries(backend, shelf)
    for fan, added in fans.items():
        old = _entries(backend, _folder(backend, shelf, fan))
        inner[fan] = TreeEntry(MODE_TREE, fan, pending.tree({**old, **added}.values()))
    top = _entries(backend, root)
    top[_ROOT] = TreeEntry(MODE_TREE, _ROOT, pending.tree(inner.values()))
    return pending.tree(top.values())


def _entries(backend: Backend, tree: str | None) -> dict[bytes, TreeEntry]:
    return {entry.name: entry for entry in backend.tree(tree)} if tree else {}


def _folder(backend: Backend, tree: str | None, name: bytes) -> str | None:
    entry = _entries(backend, tree).get(name)
    return entry.id if entry is not None and entry.is_tree else None


def get(backend: Backend, digest: Digest, *, limit: int = BLOB_LIMIT) -> bytes | None:
    """Return evidence by its digest from any cas ref, own or fetched; None when none has it.

    One ref that is malformed or has been tampered with does not hide what another one holds.

    Raises:
        RefusedError: ``EVIDENCE_CHANGED``: what is kept under that name has another digest;
            ``git-object-too-large`` and what else is wrong with the only ref that could have it.
    """
    problem: RefusedError | None = None
    for ref, tip in backend.refs(refs.CAS, refs.TRACKING):
        if ref.startswith(refs.TRACKING) and "/cas/" not in ref:
            continue
        try:
            data = _from(backend, ref, tip, digest, limit)
        except RefusedError as error:
            problem = error
            continue
        if data is not None:
            return data
    if problem is not None:
        raise problem
    return None


def _from(backend: Backend, ref: str, tip: str, digest: Digest, limit: int) -> bytes | None:
    if backend.object_type(tip) != "commit":
        return None
    entry = find(backend, backend.commit(tip).tree, path_of(digest))
    if entry is None or entry.mode != MODE_BLOB:
        return None
    data = backend.blob(entry.id, limit=limit)
    if sha256(data).matches(digest):
        return data
    raise RefusedError(
        f"what is kept as {digest} has another digest",
        code="EVIDENCE_CHANGED",
        where=Where(ref=ref),
        remedy="fetch the evidence again from somebody you trust",
    )
