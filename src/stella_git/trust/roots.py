"""Trusted roots of Sigstore: the ones that travel with the program, and a file of one's own.

A packaged root is as old as the release it came with. Its digest and its age stand in every report; whoever
needs a newer one gives a file, or runs ``stella trust update``.
"""

import hashlib
from typing import NamedTuple

from stella_git.attest.trustedroot import TrustedRoot
from stella_git.canon.clock import DAY, Instant, parse_rfc3339
from stella_git.canon.digest import Digest
from stella_git.canon.reader import parse_json
from stella_git.errors import ConfigError, DefectError, InputError, Where
from stella_git.resources import data_path

PUBLIC_GOOD = "sigstore/public-good"
STAGING = "sigstore/staging"
LIMIT = 4 << 20


class KnownRoot(NamedTuple):
    """A trusted root, and where it is from.

    Args:
        root: what it says.
        source: who published it, and in which release; the path for a file.
        date: when it was published, midnight UTC; None for a file, which does not say.
    """

    root: TrustedRoot
    source: str
    date: Instant | None

    def age(self, now: Instant) -> int | None:
        """Return its age in whole days, or None if nobody says."""
        return None if self.date is None else max(0, (now.seconds - self.date.seconds) // DAY)

    def describe(self, now: Instant) -> str:
        """Return one line for a report: source, age and digest."""
        age = self.age(now)
        old = "" if age is None else f", {age} days old"
        return f"{self.source}{old}, {self.root.digest}"


def packaged(name: str = PUBLIC_GOOD) -> KnownRoot:
    """Return a trusted root that travels with the program.

    Raises:
        DefectError: ``resource-missing`` or ``resource-damaged``: the installation is not what was released.
    """
    data = data_path(f"roots/{name}/trusted_root.json").read_bytes()
    index = parse_json(data_path("roots/index.json").read_bytes())
    row = index.get(name) if isinstance(index, dict) else None
    if not isinstance(row, dict) or row.get("sha256") != hashlib.sha256(data).hexdigest():
        raise DefectError(
            f"the trusted root {name} is not the one that was released",
            code="resource-damaged",
            remedy="install the program again",
        )
    date = parse_rfc3339(f"{row['date']}T00:00:00Z")
    return KnownRoot(TrustedRoot.from_bytes(data), f"{name} of {row['source']}", date)


def from_file(data: bytes, path: str) -> KnownRoot:
    """Return the trusted root in the bytes of a file.

    Raises:
        ConfigError: it is not one; with the code of what is wrong with it.
    """
    try:
        return KnownRoot(TrustedRoot.from_bytes(data, path=path), path, None)
    except InputError as error:
        where = error.where if error.where.path else Where(path)
        raise ConfigError(error.message, code=error.code, where=where, remedy=error.remedy) from None


def by_digest(digests: tuple[Digest, ...], found: tuple[KnownRoot, ...]) -> tuple[KnownRoot, ...]:
    """Return those of the roots found whose digest is listed, in the order of the list."""
    known = {str(root.root.digest): root for root in found}
    return tuple(known[str(digest)] for digest in digests if str(digest) in known)
