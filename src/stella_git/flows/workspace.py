"""One opened repository with the configuration of this clone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stella_git import config as configuration
from stella_git.canon.clock import Clock, SystemClock
from stella_git.canon.record import record
from stella_git.config import CONFIG_FILE, Config
from stella_git.errors import ConfigError, UsageError, Where
from stella_git.gitstore.backend import Backend, Commit, Identity

CONFIG_LIMIT = 1 << 20
# The author of the commits that carry notes; who attested is what the signature says.
WRITER = Identity(name="stella", email="stella@localhost")


@record(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A repository, what this clone is configured to do, the process environment and the time.

    `local` decides nothing about trust: it names the signing key, default environment and remotes of the
    person at the keyboard. What a verdict is judged by comes from `flows.trusted`.
    """

    backend: Backend
    local: Config
    environment: Mapping[str, str]
    clock: Clock

    def commit(self, revision: str) -> Commit:
        """Return the commit that ``revision`` names.

        Raises:
            UsageError: there is no such commit.
        """
        found = self.backend.resolve(f"{revision}^{{commit}}")
        if found is None:
            raise UsageError(
                f"no commit is named {revision!r} here",
                code="revision-unknown",
                where=Where(ref=revision),
                remedy="check the spelling, fetch it, or make a first commit",
            )
        return self.backend.commit(found)


@contextmanager
def open_workspace(
    directory: str | Path = ".", *, bulk: bool = False, clock: Clock | None = None
) -> Iterator[Workspace]:
    """Open the repository around ``directory``, and close it again.

    Args:
        directory: any directory inside a work tree, or a bare repository.
        bulk: many objects will be read or written; a faster backend may be loaded for it.
        clock: source of "now"; the system's by default.
    """
    from stella_git.gitstore.open import open_repository

    environment = configuration.environment()
    backend = open_repository(directory, bulk=bulk)
    try:
        local = _local_config(backend, environment)
        yield Workspace(backend=backend, local=local, environment=environment, clock=clock or SystemClock())
    finally:
        backend.close()


def _local_config(backend: Backend, environment: Mapping[str, str]) -> Config:
    data = b""
    if backend.work_tree is not None:
        path = Path(backend.work_tree) / CONFIG_FILE
        data = read_file(path, limit=CONFIG_LIMIT) if path.is_file() else b""
    return configuration.parse(data, environment=environment)


def read_file(path: Path, *, limit: int) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        ConfigError: larger than ``limit`` bytes.
        UsageError: missing, or not a regular file.
    """
    if not path.is_file():
        reason = "is not a regular file" if path.exists() else "does not exist"
        raise UsageError(reason, code="file-missing", where=Where(str(path)), remedy="name an existing file")
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ConfigError(
            f"is larger than {limit} bytes", code="file-too-large", where=Where(str(path)), remedy="split it"
        )
    return data
