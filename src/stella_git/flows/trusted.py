"""What a verdict is judged by: keyring, budgets, policies and environments of a revision we trust.

`verify` never believes the commit under test. The trusted revision is, in this order: the one given with
``--policy-ref``; git's own configuration ``stella.trustRef`` of this clone, or ``STELLA_TRUST_REF``; the
default branch of the remote. A repository that names none of them gets an error, not a guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from stella_git import config as configuration
from stella_git.canon import jcs
from stella_git.canon.digest import of_json, sha256
from stella_git.config import CONFIG_FILE, Config
from stella_git.errors import ConfigError, Where
from stella_git.flows.workspace import CONFIG_LIMIT
from stella_git.gitstore.backend import Backend
from stella_git.gitstore.objects import list_paths, read_path
from stella_git.verdict import rulebook
from stella_git.verdict.rulebook import Rulebook

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

POLICY_LIMIT = 4 << 20
# Without these words, and without an escape that hides them, no policy can ask for the ref.
_MAY_READ_REF = re.compile(rb"\brefs\b|\bcontext\b|\\").search
TRUST_REF_CONFIG = "stella.trustRef"


@dataclass(frozen=True, kw_only=True)
class TrustedRevision:
    """The files in force at one commit.

    `policy_files` are (path, bytes) of every budget and policy file, sorted by path; `trusted_roots` those of
    trusted roots for bundles, of which only the ones that the keyring lists by digest are ever used.
    """

    commit: str
    config: Config
    policy_files: tuple[tuple[str, bytes], ...]
    keyring: bytes | None
    signatures: bytes | None
    trust_file: bytes | None
    trusted_roots: tuple[tuple[str, bytes], ...] = ()

    @cached_property
    def policy_digest(self) -> str:
        """Return the digest of the policy set in force, ``sha256:...``."""
        return policy_set_digest(self.policy_files)

    @cached_property
    def rulebook(self) -> Rulebook:
        """Return the budgets and policies in force.

        Raises:
            ConfigError: a policy file cannot be used.
        """
        return rulebook.read(self.policy_files)

    @cached_property
    def trust_digest(self) -> str:
        """Return the digest that a verdict carries as ``trust.digest``."""
        return trust_digest(self.keyring, self.trust_file)

    @property
    def params(self) -> "dict[str, Json]":
        """Return the configuration that changes verdicts, as digested parameters; empty without any."""
        sources = self.config.rating_sources
        return {"ratingSources": list(sources)} if sources else {}

    def params_for(self, ref: str | None) -> "dict[str, Json]":
        """Return the parameters of a verdict for a ref, which is one of them only if a policy looks at it.

        Args:
            ref: full name, or None if nobody says.

        Raises:
            ConfigError: a policy file cannot be used.
        """
        if ref is None or not any(_MAY_READ_REF(data) for _, data in self.policy_files):
            return self.params  # so that whoever only verifies need not read policies
        rules = self.rulebook.rules
        return self.params | {"ref": ref} if rules is not None and rules.reads_ref else self.params

    @property
    def repository_id(self) -> str:
        """Return the id of the repository, which binds evidence to it.

        Raises:
            ConfigError: there is none.
        """
        if self.config.repository_id is None:
            raise ConfigError(
                "repository.id is missing",
                code="repository-id-missing",
                where=Where(f"{self.commit[:12] or 'index'}:{CONFIG_FILE}"),
                remedy="run stella init, or add one: a UUID in lower case",
            )
        return self.config.repository_id

    def paths(self) -> tuple[str, ...]:
        """Return every path whose change is a change of policy."""
        named = (CONFIG_FILE, self.config.keyring, self.config.signatures, self.config.trust_file)
        return tuple(sorted({*named, *(path for path, _ in self.policy_files)}))


def policy_set_digest(files: tuple[tuple[str, bytes], ...]) -> str:
    """Return sha256(JCS(sorted [{path, digest}])) of the files in force."""
    rows: list[Json] = [{"path": path, "digest": str(sha256(data))} for path, data in files]
    return str(of_json(sorted(rows, key=jcs.dumps)))


def trust_digest(keyring: bytes | None, trust_file: bytes | None) -> str:
    """Return sha256(JCS({keyring, trust.yaml digests})); an absent file is an absent member."""
    members: dict[str, Json] = {}
    if keyring is not None:
        members["keyring"] = str(sha256(keyring))
    if trust_file is not None:
        members["trust.yaml"] = str(sha256(trust_file))
    return str(of_json(members))


def trusted_commit(backend: Backend, policy_ref: str | None, environment: Mapping[str, str]) -> str:
    """Return the commit id of the trusted revision.

    Args:
        policy_ref: revision given on the command line, or None.
        environment: process environment (for ``STELLA_TRUST_REF``).

    Raises:
        ConfigError: no revision is named, or it does not exist.
    """
    named = policy_ref or environment.get("STELLA_TRUST_REF") or backend.config_get(TRUST_REF_CONFIG)
    if named:
        return _resolve(backend, named)
    remote = backend.resolve("refs/remotes/origin/HEAD^{commit}")
    if remote is None:
        raise ConfigError(
            "no trusted revision is known: a commit cannot vouch for its own keyring and budgets",
            code="trust-ref-missing",
            remedy="run stella init if this repository was never set up; else name it with --policy-ref, "
            "or once for this clone: git remote set-head origin --auto, "
            f"or git config {TRUST_REF_CONFIG} refs/heads/main",
        )
    tip = load(backend, remote)
    return _resolve(backend, tip.config.trust_ref) if tip.config.trust_ref else remote


def _resolve(backend: Backend, revision: str) -> str:
    """Prefer what the remote says over a local branch of the same name, as everybody else sees it."""
    names = [revision]
    if revision.startswith("refs/heads/") and backend.config_get(TRUST_REF_CONFIG) != revision:
        names.insert(0, "refs/remotes/origin/" + revision.removeprefix("refs/heads/"))
    for name in names:
        found = backend.resolve(f"{name}^{{commit}}")
        if found is not None:
            _require_one_meaning(backend, name)
            return found
    raise ConfigError(
        f"the trusted revision {revision!r} does not exist here",
        code="trust-ref-missing",
        where=Where(ref=revision),
        remedy="fetch it, commit if the branch has no commit yet, or name another with --policy-ref",
    )


def _require_one_meaning(backend: Backend, name: str) -> None:
    """Refuse a short name that a tag takes from a branch: who pushes tags must not choose the rules."""
    places = ("refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
    commits = {found for place in places if (found := backend.resolve(f"{place}{name}^{{commit}}"))}
    if len(commits) > 1:
        raise ConfigError(
            f"the trusted revision {name!r} is the name of several refs, which are different commits",
            code="trust-ref-ambiguous",
            where=Where(ref=name),
            remedy="write the full name, such as refs/heads/main or refs/remotes/origin/main",
        )


def load(backend: Backend, commit: str) -> TrustedRevision:
    """Return what is in force at ``commit``.

    Raises:
        ConfigError: it has no ``stella.toml``, or one that cannot be read.
    """
    return load_tree(backend, backend.commit(commit).tree, label=commit[:12], commit=commit)


def load_tree(backend: Backend, tree: str, *, label: str, commit: str = "") -> TrustedRevision:
    """Return what is in force in a tree.

    Args:
        label: what to call the tree in messages.
        commit: id of the commit it belongs to; empty for the index.

    Raises:
        ConfigError: it has no ``stella.toml``, or one that cannot be read.
    """
    place = f"{label}:{CONFIG_FILE}"
    data = read_path(backend, tree, CONFIG_FILE, limit=CONFIG_LIMIT)
    if data is None:
        raise ConfigError(
            f"there is no {CONFIG_FILE} in {label}",
            code="config-missing",
            where=Where(place),
            remedy="run stella init and commit what it writes, or name another revision with --policy-ref",
        )
    config = configuration.parse(data, path=place)
    globs = (
        *config.budgets,
        *config.policies,
        *(glob for part in config.components for glob in part.policies),
    )
    files = sorted(set(list_paths(backend, tree, globs)))
    roots = sorted(set(list_paths(backend, tree, config.trusted_roots)))
    return TrustedRevision(
        commit=commit,
        config=config,
        policy_files=tuple((path, backend.blob(blob, limit=POLICY_LIMIT)) for path, blob in files),
        keyring=read_path(backend, tree, config.keyring, limit=POLICY_LIMIT),
        signatures=read_path(backend, tree, config.signatures, limit=POLICY_LIMIT),
        trust_file=read_path(backend, tree, config.trust_file, limit=POLICY_LIMIT),
        trusted_roots=tuple((path, backend.blob(blob, limit=POLICY_LIMIT)) for path, blob in roots),
    )
