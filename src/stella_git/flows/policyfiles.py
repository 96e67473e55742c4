"""Policy files on disk: found by what they say they are, not by where they lie."""

from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.errors import UsageError, Where
from stella_git.flows.workspace import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.policy.ruleset import Rules

DEFAULT = "policies"
LIMIT = 4 << 20
MOST = 10_000
APPLIED = frozenset({"Policy", "PolicySet", "PolicyLock", "Waiver"})
TEST = "Test"
LOCK_NAME = "policy.lock"
_SUFFIXES = (".yaml", ".yml", ".schema.json")

Files = tuple[tuple[str, bytes], ...]


def gather(paths: "Sequence[str]" = (), *, budgets: bool = False) -> Files:
    """Return the policies, policy sets, waivers, locks and schemas among files and folders.

    Args:
        paths: files, and folders that are searched for YAML files; ``policies`` if there are none. A file
            that is named has to be of one of these kinds.
        budgets: take budgets as well.

    Returns:
        (path, bytes), sorted by path; paths with ``/``, as they were written.

    Raises:
        UsageError: ``policy-none``: nothing was found; ``file-missing``.
        EnvironmentFault: a file cannot be read.
    """
    wanted = {*APPLIED, "", *(["Budget"] if budgets else [])}
    found = {path: data for path, data, kind in _files(paths) if kind in wanted}
    if not any(not path.endswith(".schema.json") for path in found):
        raise UsageError(
            f"there is no policy in {', '.join(paths) or DEFAULT}",
            code="policy-none",
            where=Where((paths or [DEFAULT])[0]),
            remedy="name a policy file or a folder with policies, or write some: stella policy init",
        )
    return tuple(sorted(found.items()))


def tests(paths: "Sequence[str]" = ()) -> Files:  # noqa: PT028 - it finds tests; it is none
    """Return the files of the kind Test among files and folders; (path, bytes), sorted by path.

    Args:
        paths: as for `gather`.

    Raises:
        UsageError: ``file-missing``.
        EnvironmentFault: a file cannot be read.
    """
    return of_kind(paths, TEST)


def rules(paths: "Sequence[str]" = ()) -> "Rules":
    """Return what the policy files among files and folders come to.

    Raises:
        ConfigError: as `stella_git.policy.ruleset.assemble`.
        UsageError: as `gather`.
        EnvironmentFault: as `gather`.
    """
    from stella_git.policy.ruleset import assemble

    return assemble(gather(paths), budgets=_budgets(paths))


def _budgets(paths: "Sequence[str]") -> frozenset[str]:
    """Return the ids of budgets, which waivers may name; what is wrong with a budget is said elsewhere."""
    from stella_git.policy.load import plain

    found: set[str] = set()
    for path, data in of_kind(paths, "Budget"):
        value = plain(data, path=path).value
        metadata = value.get("metadata") if isinstance(value, dict) else None
        if isinstance(metadata, dict) and isinstance(metadata.get("id"), str):
            found.add(str(metadata["id"]))
    return frozenset(found)


def of_kind(paths: "Sequence[str]", kind: str) -> Files:
    """Return the files of one kind among files and folders; (path, bytes), sorted by path.

    Args:
        paths: as for `gather`.
        kind: such as ``Budget`` or ``Trust``.

    Raises:
        UsageError: ``file-missing``.
        EnvironmentFault: a file cannot be read.
    """
    return tuple(sorted((path, data) for path, data, said in _files(paths) if said == kind))


def _files(paths: "Sequence[str]") -> "Iterator[tuple[str, bytes, str]]":
    """Yield path, bytes and kind; the kind of a schema is "", of other files that are not ours None."""
    for name in paths or (DEFAULT,):
        root = existing(name)
        if root.is_dir():
            for path in below(root):
                data = read_file(path, limit=LIMIT)
                kind = _kind(path.as_posix(), data)
                if kind is not None:
                    yield path.as_posix(), data, kind
        else:
            data = read_file(root, limit=LIMIT)
            yield root.as_posix(), data, _kind(root.as_posix(), data) or "Policy"


def existing(name: str) -> Path:
    """Return the path of a file or folder that somebody named, or that is the default.

    Raises:
        UsageError: ``file-missing``.
    """
    path = Path(name)
    if not path.exists():
        raise UsageError(
            f"there is no {name}",
            code="file-missing",
            where=Where(name),
            remedy="name a policy file or a folder with policies, or write some: stella policy init",
        )
    return path


def below(root: Path) -> "Sequence[Path]":
    """Return the files below a folder that may be ours by their names, sorted; none that are hidden.

    Raises:
        UsageError: ``policy-too-many``.
    """
    found = []
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        named = path.name == LOCK_NAME or path.name.endswith(_SUFFIXES)
        if named and not hidden and path.is_file():
            found.append(path)
        if len(found) > MOST:
            raise UsageError(
                f"there are more than {MOST} files in {root}",
                code="policy-too-many",
                where=Where(str(root)),
                remedy="name the folder that holds the policies",
            )
    return found


def _kind(path: str, data: bytes) -> str | None:
    """Return the kind that a file says it is, without reading all of it strictly: that comes later."""
    if path.endswith(".schema.json"):
        return ""
    if b"stella.ops/v1" not in data:
        return None
    return declared(data)


def declared(data: bytes) -> str:
    """Return the kind in a line ``kind: NAME`` at the top level, or in JSON; "Policy" if there is none.

    A file that is ours and says no kind is read as a policy, so that what is wrong with it is said.
    """
    import re

    found = re.search(rb"""^\{?\s*["']?kind["']?\s*:\s*["']?([A-Za-z]+)""", data, re.MULTILINE)
    other = re.search(rb'"kind"\s*:\s*"([A-Za-z]+)"', data) if found is None else None
    match = found or other
    return match[1].decode() if match else "Policy"
