"""Evidence that no tree holds: blobs by SHA-256, in a tree ``sha256/ab/<62 hex digits>``."""

from collections.abc import Iterable, Mapping

from stella_git.canon.digest import Digest, sha256
from stella_git.errors import EnvironmentFault, RefusedError, StellaError, Where
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
    """Store evidence in the writer's own ref, all of it in one commit, and return its digests, in order.

    Args:
        keyid: lower hex key id of the writer.
        items: raw bytes.
        when: seconds since the epoch, UTC.

    Raises:
        EnvironmentFault: git could not write.
        RefusedError: the writer's ref holds no tree of evidence.
    """
    rows = [(sha256(item), item) for item in items]
    if not rows:
        return ()
    pending = Pending(backend)
    blobs = {digest.hex: pending.blob(item) for digest, item in rows}

    def attempt(tip: str | None) -> str:
        old = backend.commit(tip).tree if tip is not None else None
        tree = _with(backend, pending, old, blobs)
        return pending.commit(tree, tip, "Keep evidence", who=who, when=when)

    swap(backend, refs.cas_ref(keyid), attempt)
    return tuple(digest for digest, _ in rows)


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

    A ref that holds something else under that name, or cannot be read, does not hide one that has it.

    Raises:
        RefusedError: ``EVIDENCE_CHANGED``: what is kept under that name has another digest;
            ``git-object-too-large``: it has more than ``limit`` bytes.
        EnvironmentFault: git could not read.
    """
    problem: StellaError | None = None
    for ref, tip in backend.refs(refs.CAS, refs.TRACKING):
        if not refs.carries_evidence(ref):
            continue
        try:
            data = _get(backend, tip, digest, limit)
        except StellaError as error:
            if isinstance(error, EnvironmentFault) and error.code != "git-object-missing":
                raise
            problem = error
            continue
        if data is not None and sha256(data).matches(digest):
            return data
        if data is not None:
            problem = _changed(ref, digest)
    if problem is not None:
        raise problem
    return None


def _get(backend: Backend, tip: str, digest: Digest, limit: int) -> bytes | None:
    entry = find(backend, backend.commit(tip).tree, path_of(digest))
    return None if entry is None else backend.blob(entry.id, limit=limit)


def _changed(ref: str, digest: Digest) -> RefusedError:
    return RefusedError(
        f"what is kept as {digest} has another digest",
        code="EVIDENCE_CHANGED",
        where=Where(ref=ref),
        remedy="fetch the evidence again from somebody you trust",
    )
