"""Trusted roots of Sigstore: look at them, and get newer ones."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.canon.digest import Digest
from stella_git.errors import EnvironmentFault, Where
from stella_git.trust import roots
from stella_git.trust.rootfetch import fetch_trusted_root

if TYPE_CHECKING:
    from stella_git.attest.trustedroot import Window
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json

DEFAULT_FILE = "stella.trusted-root.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """A trusted root that was fetched; `changed` is False when the file held it already."""

    path: Path
    digest: Digest
    changed: bool


def update(
    path: Path, *, staging: bool = False, url: str | None = None, first: Path | None = None
) -> Updated:
    """Fetch the newest trusted root and put it at a path, whole or not at all.

    Args:
        path: file to write; the old one stays if anything goes wrong.
        staging: of the staging instance instead of the public good one.
        url: of another TUF repository; first: its first ``root.json``.

    Raises:
        ConfigError: the extra is missing, or what was fetched is not a trusted root that we read.
        EnvironmentFault: the repository does not answer, or the file cannot be written.
    """
    data = fetch_trusted_root(staging=staging, url=url, first=first)
    digest = roots.from_file(data, str(path)).root.digest
    try:
        if path.is_file() and path.read_bytes() == data:
            return Updated(path=path, digest=digest, changed=False)
        _replace(path, data)
    except OSError as error:
        raise EnvironmentFault(
            f"the trusted root cannot be written: {error.strerror}",
            code="trusted-root-write",
            where=Where(str(path)),
            remedy="check who owns the file and its directory, and the room on the disk",
        ) from None
    return Updated(path=path, digest=digest, changed=True)


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def describe(found: roots.KnownRoot, now: "Instant") -> "dict[str, Json]":
    """Return what a trusted root says, as JSON data: whom it trusts for what, and from when to when."""
    root, age = found.root, found.age(now)
    shown: dict[str, Json] = {
        "source": found.source,
        "digest": str(root.digest),
        "logs": [{"url": log.base_url, "id": log.log_id.hex(), **_window(log.window)} for log in root.logs],
        "ctLogs": [
            {"url": log.base_url, "id": log.log_id.hex(), **_window(log.window)} for log in root.ct_logs
        ],
        "authorities": [{"url": one.uri, **_window(one.window)} for one in root.authorities],
        "timestampAuthorities": [
            {"url": one.uri, **_window(one.window)} for one in root.timestamp_authorities
        ],
    }
    return shown | ({} if age is None else {"ageDays": age})


def _window(window: "Window") -> "dict[str, Json]":
    end: dict[str, Json] = {} if window.end is None else {"to": str(window.end)}
    return {"from": str(window.start)} | end


def known(files: Iterable[tuple[str, bytes]]) -> list[roots.KnownRoot]:
    """Return the trusted roots in files, or without a file those that travel with the program.

    Args:
        files: (path, bytes).

    Raises:
        ConfigError: a file is not a trusted root.
        DefectError: the installation is damaged.
    """
    found = [roots.from_file(data, path) for path, data in files]
    return found or [roots.packaged(roots.PUBLIC_GOOD), roots.packaged(roots.STAGING)]
