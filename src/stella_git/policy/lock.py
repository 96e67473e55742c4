"""``policy.lock``: digests of the files of a policy set, so that one signature covers all of them.

It lists every policy, policy set, budget and schema below its own folder, and every pack with its digest. It
does not list waivers: they come and go, and carry approvals of their own. The bytes that are signed are those
of the file.

Source: ``schemas/stella/policy-lock.v1.schema.json``.
"""

import json
from typing import TYPE_CHECKING, cast

from stella_git.canon import jcs
from stella_git.canon.digest import of_json, sha256
from stella_git.canon.record import record
from stella_git.errors import ConfigError
from stella_git.policy import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.model import Origin, Pack, PolicySet
    from stella_git.policy.source import PolicyFile

NAME = "policy.lock"
KIND = "PolicyLock"
_SHOWN = 12  # digits of a digest that is cut
LOCKED = frozenset({"Policy", "PolicySet", "Budget"})
"""Kinds that a lock lists, beside schemas."""


@record(frozen=True, slots=True, kw_only=True)
class Difference:
    """A file or a pack that is not as the lock says.

    Args:
        path: relative to the same root as the path of the lock.
        what: ``changed``, ``missing``, ``unlisted``, ``twice``, or ``pack``.
        locked: digest in the lock; "" if it is not listed.
        found: digest of what is there; "" if nothing is.
    """

    path: str
    what: str
    locked: str
    found: str

    def text(self) -> str:
        """Return one line for people."""
        if self.what == "missing":
            return f"{self.path} is locked, and not there"
        if self.what == "unlisted":
            return f"{self.path} is not locked"
        if self.what == "twice":
            return f"{self.path} is in the lock twice"
        name = "the pack at " if self.what == "pack" else ""
        return f"{name}{self.path} is {self.found or 'nothing'}, locked is {self.locked or 'nothing'}"

    def brief(self) -> str:
        """Return what is different, for a line that begins with the path; digests are cut."""
        if self.what == "missing":
            return "locked, and not there"
        if self.what == "unlisted":
            return "not locked"
        if self.what == "twice":
            return "in the lock twice"
        name = "the pack is " if self.what == "pack" else ""
        return f"{name}{cut(self.found) or 'nothing'}, locked is {cut(self.locked) or 'nothing'}"


def cut(digest: str) -> str:
    """Return the algorithm of a digest and its first twelve digits, enough to tell two of them apart."""
    algorithm, colon, digits = digest.partition(":")
    return f"{algorithm}{colon}{digits[:_SHOWN]}"


def folder_of(path: str) -> str:
    """Return the folder of a file, with ``/`` at its end; "" for the root."""
    head, slash, _ = path.rpartition("/")
    return head + slash


def pack_digest(files: "Mapping[str, bytes]", path: str) -> str | None:
    """Return the digest of a pack, ``sha256:...``; None if there is no file.

    Args:
        files: path to bytes, of everything there is.
        path: of the pack: of a file, its digest; of a folder, SHA-256 over JCS of the list of
            ``{path, digest}`` of the files below it, paths relative to it, sorted by path.
    """
    if path in files:
        return str(sha256(files[path]))
    prefix = f"{path}/" if path else ""
    inside = (name for name in files if name.startswith(prefix))
    rows: list[Json] = [
        {"path": name.removeprefix(prefix), "digest": str(sha256(files[name]))}
        for name in sorted(inside, key=jcs.sort_key)
    ]
    return str(of_json(rows)) if rows else None


def digest_of(pack: "Pack", files: "Mapping[str, bytes]", policy_set: "PolicySet") -> str | None:
    """Return the digest of a pack of a policy set, which is itself no part of any; None if nothing is there.

    Args:
        pack: of the policy set.
        files: path to bytes, of everything there is.
        policy_set: that the pack is of.
    """
    others = {name: data for name, data in files.items() if name != policy_set.file.path}
    return pack_digest(others, pack.path)


def verify_packs(policy_set: "PolicySet", files: "Mapping[str, bytes]") -> None:
    """Refuse packs of others whose content is not what the policy set says.

    Args:
        policy_set: what runs.
        files: path to bytes, of policies and schemas.

    Raises:
        ConfigError: ``policy-pack-digest``.
    """
    for pack in policy_set.packs:
        if pack.digest is None:
            continue
        found = digest_of(pack, files, policy_set)
        if found != pack.digest:
            raise ConfigError(
                f"the pack {pack.name!a} is {found or 'not there'}, and it has to be {pack.digest}",
                code="policy-pack-digest",
                where=policy_set.file.where(f"{pack.pointer}/digest"),
                remedy="fetch it (stella policy lock), or read what changed and write the new digest",
            )


def make(path: str, files: "Mapping[str, bytes]", policy_set: "PolicySet | None") -> bytes:
    """Return the bytes of a lock: JSON that people can compare, with a line end.

    Args:
        path: of the lock.
        files: path to bytes of the files that it lists: policies, policy set, budgets, schemas.
        policy_set: whose packs it lists; None if there is none.

    Raises:
        ConfigError: ``policy-pack-empty``: a pack is not there.
    """
    folder = folder_of(path)
    rows = [
        {"path": name.removeprefix(folder), "digest": str(sha256(data))}
        for name, data in sorted(files.items())
        if name.startswith(folder)
    ]
    packs = [] if policy_set is None else _pack_rows(policy_set, folder, files)
    document = {"apiVersion": load.API_VERSION, "kind": KIND, "files": rows, "packs": packs}
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _pack_rows(policy_set: "PolicySet", folder: str, files: "Mapping[str, bytes]") -> "list[Json]":
    rows: list[Json] = []
    for pack in sorted(policy_set.packs, key=lambda pack: pack.name):
        digest = digest_of(pack, files, policy_set)
        if digest is None:
            raise ConfigError(
                f"the pack {pack.name!a} is not there",
                code="policy-pack-empty",
                where=policy_set.file.where(f"{pack.pointer}/path"),
                remedy="correct its path, or say with 'from' where it comes from",
            )
        row: dict[str, Json] = {"name": pack.name, "path": relative(pack.path, folder), "digest": digest}
        if pack.origin is not None:
            row["from"] = _origin(pack.origin)
        rows.append(row)
    return rows


def relative(path: str, folder: str) -> str:
    """Return a path relative to a folder, both relative to one root; with ``..`` if it is not below.

    Args:
        path: without ``.`` and ``..`` but at its beginning.
        folder: the same, with ``/`` at its end; "" for the root.
    """
    parts, above = path.split("/") if path else [], folder.split("/")[:-1]
    while parts and above and parts[0] == above[0]:
        parts, above = parts[1:], above[1:]
    return "/".join([*[".."] * len(above), *parts]) or "."


def _origin(origin: "Origin") -> "dict[str, Json]":
    said = {origin.kind: origin.url, "commit": origin.commit, "path": origin.path}
    return {name: value for name, value in said.items() if value}


def differences(
    lock: "PolicyFile", files: "Mapping[str, bytes]", policy_set: "PolicySet | None", *, complete: bool = True
) -> tuple[Difference, ...]:
    """Return what is not as a lock says, sorted by path.

    Args:
        lock: a file that keeps to its schema.
        files: path to bytes of the files that a lock lists; others are not looked at.
        policy_set: whose packs are compared.
        complete: these are all files, so that one which is locked and not among them is missing.
    """
    folder = folder_of(lock.path)
    document = cast("dict[str, list[dict[str, str]]]", lock.value)
    locked = {folder + row["path"]: row["digest"] for row in document["files"]}
    there = {name: str(sha256(data)) for name, data in files.items() if name.startswith(folder)}
    found = [_difference(name, locked.get(name, ""), digest) for name, digest in there.items()]
    found += _twice(folder, document)
    if complete:
        gone = locked.keys() - there.keys()
        found += [Difference(path=name, what="missing", locked=locked[name], found="") for name in gone]
        found += _pack_differences(folder, document["packs"], files, policy_set)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.path, one.what)))


def _twice(folder: str, document: "Mapping[str, list[dict[str, str]]]") -> "Iterator[Difference]":
    """Yield what a lock lists again: of two digests for one file, readers would believe different ones."""
    for rows, member in ((document["files"], "path"), (document["packs"], "name")):
        seen: set[str] = set()
        for row in rows:
            if row[member] in seen:
                path, digest = folder + row["path"], row["digest"]
                yield Difference(path=path, what="twice", locked=digest, found=digest)
            seen.add(row[member])


def _pack_differences(
    folder: str,
    rows: "Iterable[dict[str, str]]",
    files: "Mapping[str, bytes]",
    policy_set: "PolicySet | None",
) -> "Iterator[Difference]":
    locked = {row["name"]: row for row in rows}
    packs = {pack.name: pack for pack in (() if policy_set is None else policy_set.packs)}
    for name in locked.keys() | packs.keys():
        row, pack = locked.get(name), packs.get(name)
        before, digest, path = "", "", ""
        if row is not None:
            before, path = row["digest"], folder + row["path"]
        if pack is not None and policy_set is not None:
            digest, path = digest_of(pack, files, policy_set) or "", pack.path
        if before != digest:
            yield Difference(path=path, what="pack", locked=before, found=digest)


def _difference(path: str, locked: str, found: str) -> Difference | None:
    if locked == found:
        return None
    return Difference(path=path, what="changed" if locked else "unlisted", locked=locked, found=found)


def require_locked(
    lock: "PolicyFile", files: "Mapping[str, bytes]", policy_set: "PolicySet | None", *, complete: bool
) -> None:
    """Refuse files that are not as their lock says.

    Args:
        lock: as for `differences`, as are the others.
        files: path to bytes.
        policy_set: whose packs are compared.
        complete: these are all files.

    Raises:
        ConfigError: ``policy-locked``: the first difference is named, and how many there are.
    """
    found = differences(lock, files, policy_set, complete=complete)
    for first in found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise ConfigError(
            f"{first.text()}{more}",
            code="policy-locked",
            where=lock.where("/files"),
            remedy="undo the change, or lock again: stella policy lock",
        )
