"""Packs of others, from where a policy set says: git, a folder, or https; nothing is written here."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stella_git.canon.digest import sha256
from stella_git.errors import ConfigError, EnvironmentFault, RefusedError, StellaError
from stella_git.flows.policyfiles import declared
from stella_git.policy import load, packs
from stella_git.policy.lock import pack_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stella_git.errors import Where
    from stella_git.policy.model import Origin, Pack, PolicySet

LIMIT = 16 << 20
FILE_LIMIT = 4 << 20
_POLICY, _SCHEMA = ".yaml", ".schema.json"
_LFS = b"version https://git-lfs.github.com/spec/"


class Fetched(NamedTuple):
    """What a pack is where it comes from.

    Args:
        pack: of the policy set.
        files: path relative to the pack, "" if it is one file, to bytes; policies and schemas only.
        digest: of all of them.
    """

    pack: "Pack"
    files: "Mapping[str, bytes]"
    digest: str


def fetch(pack: "Pack", policy_set: "PolicySet") -> Fetched:
    """Return the policies and schemas of a pack; other files of its folder are left where they are.

    Args:
        pack: one that says where it comes from.
        policy_set: that the pack is of; paths and ``allow`` are its.

    Raises:
        ConfigError: ``policy-pack-url``; a policy cannot be read.
        RefusedError: ``policy-pack-entry``, ``policy-pack-missing``, ``policy-pack-size``: what is there is
            no pack.
        EnvironmentFault: ``policy-pack-fetch``, or the disk does not answer.
    """
    assert pack.origin is not None
    where = policy_set.file.where(f"{pack.pointer}/from")
    place = f"{pack.origin.url} ({pack.name})"
    found = _found(pack.origin, policy_set, where, place)
    files = {path: data for path, data in sorted(found.items()) if _is_taken(path, data, place)}
    packs.require_safe((path for path in files if path), place=place)
    if not any(path.endswith(_POLICY) or not path for path in files):
        raise RefusedError(
            "there is no policy in it",
            code="policy-pack-missing",
            where=where,
            remedy="correct what 'from' says: name a folder with policies, or one policy file",
        )
    digest = pack_digest({f"pack/{path}": data for path, data in files.items()}, "pack")
    single = "" in files
    return Fetched(pack, files, str(sha256(files[""])) if single else digest or "")


def _found(origin: "Origin", policy_set: "PolicySet", where: "Where", place: str) -> "Mapping[str, bytes]":
    if origin.kind == "https":
        from stella_git.flows.policyhttps import get

        return {"": get(origin.url, policy_set.allow, where=where)}
    if origin.kind == "file":
        return _of_disk(Path(policy_set.file.path).parent / _relative(origin.url, where), where, place)
    from stella_git.gitstore.fetching import fetch_folder

    path = _relative(origin.path, where)
    folder = fetch_folder(origin.url, origin.commit, path, wanted=_is_named, limit=LIMIT, where=where)
    for kind, name in folder.special:
        raise packs.unsafe(name, f"is a {kind}, which nobody follows", place)
    return folder.files


def _relative(path: str, where: "Where") -> str:
    """Return a path without what stands for nothing in it."""
    if path.startswith("/") or "\\" in path or "\0" in path or ":" in path:
        raise ConfigError(
            f"{path[:80]!a} is no relative path",
            code="policy-path",
            where=where,
            remedy="write it relative to the policy set (of git: to the repository), with forward slashes",
        )
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def _is_named(path: str) -> bool:
    """Return whether a file may belong to a pack, by its name; "" is a file that is named itself."""
    hidden = any(part.startswith(".") for part in path.split("/"))
    return not path or (not hidden and path.endswith((_POLICY, _SCHEMA)))


def _is_taken(path: str, data: bytes, place: str) -> bool:
    """Return whether a file belongs to a pack, by what it says."""
    if data.startswith(_LFS):
        raise packs.unsafe(path, "is a pointer of git LFS, not the file", place)
    if path.endswith(_SCHEMA):
        return True
    if b"stella.ops/v1" not in data or declared(data) != "Policy":
        return False
    if load.kind_of(load.plain(data, path=f"{place}: {path}" if path else place)) != "Policy":
        raise packs.unsafe(path, "is no policy, and looks like one", place)
    return True


def _of_disk(root: Path, where: "Where", place: str) -> "Mapping[str, bytes]":
    """Return the files below a folder, or one file."""
    if not root.exists():
        raise RefusedError(
            f"{root.as_posix()[:200]!a} is not there",
            code="policy-pack-missing",
            where=where,
            remedy="correct the path: it is relative to the policy set",
        )
    try:
        return {"": _bytes(root, where)} if root.is_file() else _below(root, where, place)
    except OSError as error:
        raise EnvironmentFault(
            f"cannot be read: {error.strerror}",
            code="policy-pack-fetch",
            where=where,
            remedy="check who may read it",
        ) from error


def _below(root: Path, where: "Where", place: str) -> "Mapping[str, bytes]":
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            raise packs.unsafe(name, "is a link, which nobody follows", place)
        if path.is_file() and _is_named(name):
            files[name] = _bytes(path, where)
            size += len(files[name])
        if size > LIMIT:
            raise _too_much(where)
    return files


def _bytes(path: Path, where: "Where") -> bytes:
    with path.open("rb") as stream:
        data = stream.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise _too_much(where)
    return data


def _too_much(where: "Where") -> StellaError:
    return RefusedError(
        "the pack has too many bytes",
        code="policy-pack-size",
        where=where,
        remedy="name a folder that holds policies only",
    )
