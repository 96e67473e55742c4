"""Newer trusted roots, over TUF: what an instance of Sigstore publishes today.

The protocol is spoken by the package ``sigstore`` (extra ``keyless``), which keeps what it has seen in the
user's data directory: an older root than the last one is refused. The first root of trust of the public good
instance and of staging comes with that package; for any other repository it has to be given.

Source: TUF specification 1.0, section 5.
"""

from pathlib import Path

from stella_git.errors import EnvironmentFault, Where
from stella_git.trust.extras import require
from stella_git.trust.roots import LIMIT

EXTRA = "keyless"


def fetch_trusted_root(*, staging: bool = False, url: str | None = None, first: Path | None = None) -> bytes:
    """Return the bytes of the newest ``trusted_root.json``, exactly as they are published.

    Args:
        staging: of the staging instance instead of the public good one.
        url: of another TUF repository.
        first: its first ``root.json``, needed until something of that repository has been seen.

    Raises:
        ConfigError: the extra is missing.
        EnvironmentFault: the repository does not answer, or not with what verifies.
    """
    tuf = require("sigstore._internal.tuf", EXTRA)
    where = url or (tuf.STAGING_TUF_URL if staging else tuf.DEFAULT_TUF_URL)
    try:
        path = tuf.TrustUpdater(where, offline=False, bootstrap_root=first).get_trusted_root_path()
        with Path(path).open("rb") as file:
            data = file.read(LIMIT + 1)
    except Exception as error:  # noqa: BLE001 - the package's own, and those of what it fetches with
        cause = error.__cause__ or error.__context__ or error
        reason = ascii(f"{type(cause).__name__}: {cause}".splitlines()[0])[1:-1][:200]
        raise EnvironmentFault(
            f"no trusted root can be fetched: {reason}",
            code="trusted-root-fetch",
            where=Where(where),
            remedy="check the network"
            + (", and that --root names the first root.json of that repository" if url else "")
            + "; until then the root that is installed, or an older file, serves",
        ) from None
    return data
