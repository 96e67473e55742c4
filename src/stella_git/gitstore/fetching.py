"""Files of one commit of somebody else's repository: fetched, looked at, and never checked out.

Nothing of that repository runs or is obeyed: it is fetched into a bare repository of our own, which is thrown
away; there are no hooks, no filters, no submodules and no links. The user's own git configuration holds, as
credentials and mirrors are there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from stella_git.errors import ConfigError, EnvironmentFault, RefusedError, Where
from stella_git.gitstore.backend import MODE_COMMIT, MODE_LINK, TreeEntry
from stella_git.gitstore.objects import find
from stella_git.gitstore.plumbing import Plumbing
from stella_git.gitstore.run import NO_HOOKS, git, own_environment

PROTOCOLS = ("https", "ssh", "file")
TIMEOUT_SECONDS = 300
MOST_ENTRIES = 100_000
MOST_FOLDERS = 10_000
DEEPEST = 32
_SHA256_DIGITS = 64
_URL = re.compile(r"(https|ssh|file)://[^\s\x00-\x1f\x7f]+")
_SCP = re.compile(r"[A-Za-z0-9][\w.-]*@[A-Za-z0-9][\w.-]*:[^\s\x00-\x1f\x7f:-][^\s\x00-\x1f\x7f]*")
_SETTINGS = (
    *NO_HOOKS,
    "-c",
    "transfer.fsckObjects=true",
    "-c",
    "fetch.recurseSubmodules=false",
    "-c",
    "protocol.version=2",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
)


class Special(NamedTuple):
    """Something in a folder that is no file: ``link`` or ``submodule``, and its path."""

    kind: str
    path: str


class Folder(NamedTuple):
    """What is below a path of a commit.

    Args:
        files: path relative to that path, "" if it is itself a file, to bytes.
        special: links and submodules, sorted by path; nobody follows them.
    """

    files: Mapping[str, bytes]
    special: tuple[Special, ...]


def require_url(url: str, where: Where) -> None:
    """Refuse what git could take for a program, an option, or a protocol that is not encrypted.

    Raises:
        ConfigError: ``policy-pack-url``.
    """
    if _URL.fullmatch(url) or _SCP.fullmatch(url):
        return
    raise ConfigError(
        f"{url[:80]!a} is no URL that is fetched from",
        code="policy-pack-url",
        where=where,
        remedy="write https://..., ssh://..., user@host:path, or file:///...",
    )


def fetch_folder(
    url: str, commit: str, path: str, *, wanted: Callable[[str], bool], limit: int, where: Where
) -> Folder:
    """Return files below a path of exactly one commit.

    Args:
        url: of a repository.
        commit: full id, 40 or 64 lower-case hex digits.
        path: a folder or file in it, with ``/``; "" for all of it.
        wanted: whether the bytes of a file are asked for, by its path relative to ``path``.
        limit: bytes of all of them together.
        where: what names the commit, for messages.

    Raises:
        ConfigError: ``policy-pack-url``.
        RefusedError: ``policy-pack-missing``: the commit or the path is not there; ``policy-pack-size``;
            ``git-object-type``: the id is of something else than a commit.
        EnvironmentFault: git does not get there.
    """
    require_url(url, where)
    with _fetched(url, commit, where) as backend:
        tree = backend.commit(commit).tree
        return _folder(backend, tree, path, wanted, limit, where)


@contextmanager
def _fetched(url: str, commit: str, where: Where) -> Iterator[Plumbing]:
    """Open a repository that holds the commit, and remove it again."""
    form = "sha256" if len(commit) == _SHA256_DIGITS else "sha1"
    with TemporaryDirectory(prefix="stella-pack-", ignore_cleanup_errors=True) as directory:
        place = Path(directory) / "pack.git"
        words = ["init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(place)]
        git([*_SETTINGS, *words], cwd=directory, env=_environment())
        _fetch(place, url, commit, where)
        with Plumbing(place, _environment) as backend:
            if backend.object_type(commit) is None:
                raise _missing(f"commit {commit} is not in {url[:200]!a}", where)
            yield backend


def _environment() -> dict[str, str]:
    return own_environment() | {"GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS), "GIT_LFS_SKIP_SMUDGE": "1"}


def _fetch(place: Path, url: str, commit: str, where: Where) -> None:
    """Ask for the commit alone; of servers that do not give single commits, for all branches and tags."""
    alone = ("--depth=1", "--end-of-options", url, commit)
    every = ("--end-of-options", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
    try:
        try:
            _ask(place, alone)
        except EnvironmentFault as error:
            if error.code != "git-failed":
                raise
            _ask(place, every)
    except EnvironmentFault as error:
        raise EnvironmentFault(
            f"cannot be fetched from {url[:200]!a}: {error.message}",
            code="policy-pack-fetch",
            where=where,
            remedy="check the URL, the network, and what git needs to get there",
        ) from error


def _ask(place: Path, words: Sequence[str]) -> None:
    git(
        [*_SETTINGS, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force", *words],
        cwd=place,
        env=_environment(),
        timeout=TIMEOUT_SECONDS,
    )


def _folder(
    backend: Plumbing, tree: str, path: str, wanted: Callable[[str], bool], limit: int, where: Where
) -> Folder:
    entry = TreeEntry(0o040000, b"", tree) if not path else find(backend, tree, path)
    if entry is None:
        raise _missing(f"{path[:80]!a} is not in the commit", where)
    if entry.mode in {MODE_LINK, MODE_COMMIT}:
        return Folder({}, (Special(_kind(entry), path),))
    if not entry.is_tree:
        return Folder({"": backend.blob(entry.id, limit=limit)} if wanted("") else {}, ())
    found, special = _walk(backend, entry.id, wanted, where)
    return Folder(_read(backend, found, limit, where), special)


def _walk(
    backend: Plumbing, tree: str, wanted: Callable[[str], bool], where: Where
) -> tuple[list[tuple[str, str]], tuple[Special, ...]]:
    """Return (path, blob) of the files that are wanted, and what is no file."""
    found: list[tuple[str, str]] = []
    special: list[Special] = []
    waiting, entries, folders = [("", tree, 0)], 0, 0
    while waiting:
        prefix, current, depth = waiting.pop()
        folders += 1
        for entry in backend.tree(current):
            entries += 1
            path = prefix + entry.name.decode("utf-8", "surrogateescape")
            if entry.is_tree:
                waiting.append((f"{path}/", entry.id, depth + 1))
            elif entry.mode in {MODE_LINK, MODE_COMMIT}:
                special.append(Special(_kind(entry), path))
            elif wanted(path):
                found.append((path, entry.id))
        if entries > MOST_ENTRIES or folders > MOST_FOLDERS or depth > DEEPEST:
            raise _too_much("has too many entries, or folders too deep", where)
    return sorted(found), tuple(sorted(special, key=lambda one: one.path))


def _kind(entry: TreeEntry) -> str:
    return "link" if entry.mode == MODE_LINK else "submodule"


def _read(backend: Plumbing, found: list[tuple[str, str]], limit: int, where: Where) -> Mapping[str, bytes]:
    files: dict[str, bytes] = {}
    left = limit
    for path, blob in found:
        data = backend.blob(blob, limit=limit)
        left -= len(data)
        if left < 0:
            raise _too_much(f"has more than {limit} bytes", where)
        files[path] = data
    return files


def _missing(what: str, where: Where) -> RefusedError:
    return RefusedError(
        what, code="policy-pack-missing", where=where, remedy="correct the commit or the path of the pack"
    )


def _too_much(what: str, where: Where) -> RefusedError:
    return RefusedError(
        f"the pack {what}",
        code="policy-pack-size",
        where=where,
        remedy="name a folder that holds policies only",
    )
