"""Check every file that governs verdicts, as it stands in the work tree."""

from collections.abc import Iterator
from pathlib import Path

from stella_git import config as configuration
from stella_git.config import CONFIG_FILE, Config
from stella_git.errors import ConfigError, UsageError, Where
from stella_git.flows.workspace import CONFIG_LIMIT, Workspace, read_file
from stella_git.gitstore.objects import glob_matches
from stella_git.trust.claims import ClaimsPolicy
from stella_git.trust.keyring import Keyring
from stella_git.verdict import rulebook
from stella_git.verdict.weights import Weights

FILE_LIMIT = 4 << 20


def check(workspace: Workspace) -> Iterator[str]:
    """Yield the name of each file that was found good.

    Raises:
        ConfigError: the first one that is not.
        UsageError: there is no work tree, or no stella.toml in it.
    """
    if workspace.backend.work_tree is None:
        raise UsageError("a bare repository has no work tree", code="work-tree-missing", remedy="name a file")
    root = Path(workspace.backend.work_tree)
    if not (root / CONFIG_FILE).exists():
        raise UsageError(
            "does not exist",
            code="file-missing",
            where=Where(str(root / CONFIG_FILE)),
            remedy="run stella init",
        )
    data = read_file(root / CONFIG_FILE, limit=CONFIG_LIMIT)
    config = configuration.parse(data, path=CONFIG_FILE)
    yield CONFIG_FILE
    yield from _keyring(root, config)
    yield from _rules(root, config)
    trust = root / config.trust_file
    if trust.is_file():
        Weights.from_bytes(read_file(trust, limit=FILE_LIMIT), path=config.trust_file)
        yield config.trust_file
    claims = root / config.claims
    if claims.is_file():
        ClaimsPolicy.from_bytes(read_file(claims, limit=FILE_LIMIT), path=config.claims)
        yield config.claims


def _rules(root: Path, config: Config) -> Iterator[str]:
    """Read budgets and policies together, as a decision does, and make programs of all expressions."""
    globs = (
        *config.budgets,
        *config.policies,
        *(glob for part in config.components for glob in part.policies),
    )
    found = [(path, read_file(root / path, limit=FILE_LIMIT)) for path in files(root, globs)]
    rules = rulebook.read(found).rules
    if rules is not None:
        for name in rules.policies:
            rules.compiled(name)
        for environment in () if rules.policy_set is None else rules.policy_set.environments:
            rules.bound(environment)
    yield from (path for path, _ in found)


def files(root: Path, globs: tuple[str, ...]) -> list[str]:
    """Return the paths below ``root`` that a glob of the configuration matches, sorted."""
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if not path.startswith(".git/") and glob_matches(path, globs))


def _keyring(root: Path, config: Config) -> Iterator[str]:
    path = root / config.keyring
    if not path.is_file():
        raise ConfigError(
            "there is no keyring",
            code="keyring-missing",
            where=Where(config.keyring),
            remedy="run stella init",
        )
    signatures = root / config.signatures
    data = read_file(signatures, limit=FILE_LIMIT) if signatures.is_file() else None
    Keyring.from_bytes(read_file(path, limit=FILE_LIMIT), data)
    yield config.keyring
