"""Packs of others on disk: put where the policy set says, whole or not at all, and over nobody's work.

A folder is written beside its place under a hidden name, and takes its place by renaming. Whoever is killed
between taking away the old one and putting the new one leaves the old one beside: the next run puts it back.
"""

import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.errors import ConfigError, UsageError, Where
from stella_git.flows.lockfile import unwritable
from stella_git.policy.consistency import within
from stella_git.policy.lock import folder_of, relative

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stella_git.policy.model import Pack, PolicySet

_OLD, _NEW = ".old", ".new"
_TOKEN = 32


def require_places(policy_set: "PolicySet") -> None:
    """Refuse places for packs of others that are not theirs alone, below the folder of the policy set.

    Raises:
        ConfigError: ``policy-pack-place``.
    """
    folder = folder_of(policy_set.file.path)
    taken = {pack.name: pack.path for pack in policy_set.packs}
    for pack in policy_set.packs:
        if pack.origin is None:
            continue
        parts = relative(pack.path, folder).split("/")
        if any(part.startswith(".") for part in parts):
            raise _misplaced(pack, policy_set, "is not below the folder of the policy set, or is hidden")
        if pack.origin.kind == "https" and not pack.path.endswith(".yaml"):
            raise _misplaced(pack, policy_set, "comes as one file, and its path has to end in .yaml")
        for name, path in {**taken, "": policy_set.file.path}.items():
            if name != pack.name and (within(pack.path, path) or within(path, pack.path)):
                raise _misplaced(pack, policy_set, f"lies in the same place as {name or 'the policy set'!a}")


def _misplaced(pack: "Pack", policy_set: "PolicySet", what: str) -> ConfigError:
    return ConfigError(
        f"the pack {pack.name!a} {what}",
        code="policy-pack-place",
        where=policy_set.file.where(f"{pack.pointer}/path"),
        remedy="give it a folder of its own (a file of its own, if it is one), such as packs/theirs",
    )


def require_replaceable(pack: "Pack", known: "Collection[str]", *, ours: bool) -> None:
    """Refuse to take away what somebody else may have put where a pack goes.

    Args:
        pack: whose place it is.
        known: paths of the policies and schemas that are there.
        ours: they are as they were fetched, or are to be replaced whatever they are.

    Raises:
        UsageError: ``policy-pack-changed``: there is something else, or it was changed.
    """
    place = Path(pack.path)
    if not place.exists() and not place.is_symlink():
        return
    found = list(_everything(place))
    other = [path for path in found if path.is_symlink() or path.as_posix() not in known]
    if other:
        raise UsageError(
            f"where the pack {pack.name!a} goes there is something that is no part of a pack",
            code="policy-pack-changed",
            where=Where(other[0].as_posix()),
            remedy="move it away; nothing was written",
        )
    if found and not ours:
        raise UsageError(
            f"the pack {pack.name!a} was changed here, or nobody locked it",
            code="policy-pack-changed",
            where=Where(pack.path),
            remedy="move what you changed away, or replace it with --update; nothing was written",
        )


def _everything(place: Path) -> "Iterator[Path]":
    if place.is_symlink() or place.is_file():
        yield place
    else:
        yield from (path for path in sorted(place.rglob("*")) if path.is_symlink() or not path.is_dir())


def recover(place: Path) -> None:
    """Put back what a run that was killed took away, and remove what it left.

    Raises:
        EnvironmentFault: ``file-unwritable``.
    """
    left = list(_left(place))
    try:
        for path in left:
            if path.name.endswith(_OLD) and not place.exists():
                path.rename(place)
            else:
                _remove(path)
    except OSError as error:
        raise unwritable(place, error) from error


def _left(place: Path) -> "Iterator[Path]":
    if not place.parent.is_dir():
        return
    for path in sorted(place.parent.iterdir()):
        head, _, end = path.name.rpartition(".")
        start, _, token = head.rpartition(".")
        if start == f".{place.name}" and f".{end}" in {_OLD, _NEW} and len(token) == _TOKEN:
            yield path


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def put(top: Path, place: Path, files: "Mapping[str, bytes]") -> None:
    """Put a pack in its place.

    Args:
        top: folder that nothing is written out of, whatever links there are.
        place: below it.
        files: path relative to the place, "" if it is one file, to bytes.

    Raises:
        UsageError: ``init-outside``: a link on the way.
        EnvironmentFault: ``file-unwritable``; then the place is as it was.
    """
    _require_no_links(top, place)
    token = uuid.uuid4().hex
    new, old = (place.with_name(f".{place.name}.{token}{end}") for end in (_NEW, _OLD))
    try:
        _write(new, files)
        if place.exists():
            place.rename(old)
        new.rename(place)
    except OSError as error:
        with suppress(OSError):
            if old.exists() and not place.exists():
                old.rename(place)
            _remove(new)
        raise unwritable(place, error) from error
    if old.exists():
        with suppress(OSError):  # the next run removes it
            _remove(old)


def _write(new: Path, files: "Mapping[str, bytes]") -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = new / name if name else new
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(data)


def _require_no_links(top: Path, place: Path) -> None:
    folder = place.parent
    if folder.resolve() == top.resolve() / folder.relative_to(top) and not place.is_symlink():
        return
    raise UsageError(
        "is not where it seems to be: a link leads elsewhere",
        code="init-outside",
        where=Where(str(place)),
        remedy="see what the links on the way are for, and remove them",
    )
