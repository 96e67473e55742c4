"""Set a clone up (`stella init`) and undo it (`stella deinit`): a plan of steps, then its execution.

Every step knows whether it is needed, so running `init` twice changes nothing, and ``--dry-run`` prints the
plan that a real run would carry out.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stella_git import config as configuration
from stella_git.attest.predicates import TYPES
from stella_git.canon.clock import Instant
from stella_git.config import CONFIG_FILE
from stella_git.errors import ConfigError, UsageError, Where
from stella_git.flows.decide import run_time
from stella_git.flows.keystore import keys_directory as keys_directory
from stella_git.flows.treefiles import write_file
from stella_git.flows.trusted import TRUST_REF_CONFIG
from stella_git.flows.workspace import Workspace
from stella_git.gitstore import setup as git_setup
from stella_git.gitstore.backend import Backend

KEYRING_DAYS = 365
KEY_ROLES = ("budget-check", "verdict")
OWNER_ROLES = ("policy", "trust", "waiver")
BUDGET_PATH = "policies/budgets/default.yaml"

CONFIG_TEXT = """\
# Stella: see docs/reference/configuration.md, or run `stella config schema`.
[repository]
id = "{id}"
name = "{name}"

[decide]
environment = "prod"
budgets = ["policies/budgets/*.yaml"]

[decide.inputs]
sbom = ["sbom/*.cdx.json", "sbom/*.spdx.json", "*.cdx.json", "*.spdx.json"]
vex = ["vex/*.json", ".vex/*.json", "*.openvex.json", "*.vex.json", "*.csaf.json"]
findings = ["findings/*.json", "findings.json"]
"""

TEAM = "team:maintainers"
BUDGET_TEXT = """\
# A starting point: nothing critical, a little of the rest, and not much unknown. A finding that nobody rated
# may be anything, so few of them are let through.
# `stella budget check` prints where you stand.
apiVersion: stella.ops/v1
kind: Budget
metadata:
  id: default
  owner: team:maintainers
  revision: 1
spec:
  environments: [prod]
  count:
    vexStates: [affected, conflict, under_investigation, unknown]
    includeWaived: false
    kevIgnoresGrace: false
  limits:
    findings:
      critical: 0
      high: 2
      medium: 10
      unknown: 2
    unknowns:
      total: 10
  thresholds:
    yellowPermille: 700
    redPermille: 900
  action: block
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change: what it is, whether it is needed, how to make it."""

    what: str
    needed: bool
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Choices of `stella init`.

    `key_name` names the key file and its entry in the keyring; `repository_id` is a UUID, made when absent;
    `keyring_days` is how long the first keyring is valid; `owner` answers for the key, by default whom git
    calls the author here.
    """

    key_name: str = "maintainer"
    owner: str | None = None
    repository_id: str | None = None
    repository_name: str | None = None
    remote: str = "origin"
    keyring_days: int = KEYRING_DAYS


def plan_init(workspace: Workspace, options: Options) -> tuple[Step, ...]:
    """Return the steps that set this clone up, needed or not, in order.

    Raises:
        UsageError: the repository is bare: there is no tree to put files into.
    """
    if workspace.backend.work_tree is None:
        raise UsageError(
            "a bare repository has no files to set up",
            code="init-bare",
            where=Where(str(workspace.backend.git_dir)),
            remedy="run stella init in a clone with a work tree, and push",
        )
    root = Path(workspace.backend.work_tree)
    return tuple(_init_steps(workspace, root, options))


def _init_steps(workspace: Workspace, root: Path, options: Options) -> Iterator[Step]:
    backend = workspace.backend
    config_file = root / CONFIG_FILE
    keyring_file = root / workspace.local.keyring
    key_file = keys_directory(workspace) / f"{options.key_name}.pem"
    yield Step(
        what=f"write {CONFIG_FILE} with a new repository id",
        needed=not config_file.exists(),
        apply=lambda: _write_config(config_file, root, options),
    )
    yield Step(
        what=f"generate the signing key {key_file}",
        needed=not keyring_file.exists() and not key_file.exists(),
        apply=lambda: _write_key(workspace, key_file),
    )
    yield Step(
        what=f"write {workspace.local.keyring}, signed by that key",
        needed=not keyring_file.exists(),
        apply=lambda: write_keyring(workspace, key_file, options),
    )
    yield Step(
        what=f"write the starter budget {BUDGET_PATH}",
        needed=not config_file.exists() and not any(root.glob("policies/budgets/*.yaml")),
        apply=lambda: write_file(root, root / BUDGET_PATH, BUDGET_TEXT.encode()),
    )
    branch = backend.head_ref()
    remote_url = backend.config_get(f"remote.{options.remote}.url")
    # where others made the rules, only the remote's default branch is theirs: what is checked out may be
    # the very change that is to be judged
    joined = config_file.exists() and (
        remote_url is not None or backend.resolve("refs/remotes/origin/HEAD") is not None
    )
    yield Step(
        what=f"trust the branch {branch} of this clone (git config {TRUST_REF_CONFIG})",
        needed=branch is not None and backend.config_get(TRUST_REF_CONFIG) is None and not joined,
        apply=lambda: backend.config_set(TRUST_REF_CONFIG, branch or ""),
    )
    if remote_url is not None:
        yield Step(
            what=f"fetch notes and log from {options.remote} (remote.{options.remote}.fetch)",
            needed=not git_setup.has_refspecs(backend, options.remote),
            apply=lambda: git_setup.add_refspecs(backend, options.remote),
        )
    yield Step(
        what="show verdicts in git log (notes.displayRef)",
        needed=not git_setup.has_display_ref(backend),
        apply=lambda: git_setup.add_display_ref(backend),
    )


def plan_deinit(workspace: Workspace, remote: str = "origin") -> tuple[Step, ...]:
    """Return the steps that undo what `init` did to this clone; files, keys and evidence stay."""
    backend = workspace.backend
    return (
        Step(
            what=f"stop fetching notes and log from {remote}",
            needed=git_setup.has_refspecs(backend, remote),
            apply=lambda: git_setup.remove_refspecs(backend, remote),
        ),
        Step(
            what="stop showing verdicts in git log",
            needed=git_setup.has_display_ref(backend),
            apply=lambda: git_setup.remove_display_ref(backend),
        ),
        Step(
            what=f"forget the trusted branch of this clone ({TRUST_REF_CONFIG})",
            needed=backend.config_get(TRUST_REF_CONFIG) is not None,
            apply=lambda: backend.config_unset(TRUST_REF_CONFIG),
        ),
    )


def _write_config(path: Path, root: Path, options: Options) -> None:
    identifier = options.repository_id or str(uuid.uuid4())
    name = options.repository_name or root.name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    text = CONFIG_TEXT.format(id=identifier, name="".join(char for char in escaped if char.isprintable()))
    configuration.parse(text.encode(), path=str(path))
    write_file(root, path, text.encode())


def _write_key(workspace: Workspace, path: Path) -> None:
    from stella_git.flows import audit, keystore
    from stella_git.trust.keys import PrivateKey

    with audit.recording(workspace, "init") as record:
        key = PrivateKey.generate("ecdsa-p256")
        keystore.save(path, key, form="pem", password=None)
        record.know(key_id=key.public.keyid, detail=path.stem)


def _owner(backend: Backend) -> str:
    """Return who answers for a first key: whom git calls the author here, so that one person is one name.

    Nobody approves a waiver that is their own, and a key of a team cannot show whose it is.
    """
    email = backend.config_get("user.email")
    return f"user:{email}" if email else TEAM


def write_keyring(workspace: Workspace, key_file: Path, options: Options) -> None:
    """Write a first keyring that lists one key with every role, signed by that key.

    Raises:
        ConfigError: the key does not exist or cannot be read.
    """
    from stella_git.flows import audit, keyringfiles
    from stella_git.trust.keyring import KeyEntry, new_keyring, sign_keyring
    from stella_git.trust.signers import open_signer

    if not key_file.exists():
        raise ConfigError(
            "there is no key to sign the keyring with", code="key-missing", where=Where(str(key_file))
        )
    signer = open_signer(f"file:{key_file}", environment=workspace.environment)
    now = run_time(workspace)
    until = Instant(now.seconds + options.keyring_days * 86_400)
    entry = KeyEntry(
        name=options.key_name,
        key=signer.public_key,
        owner=options.owner or _owner(workspace.backend),
        roles=(*(TYPES[role] for role in KEY_ROLES), *OWNER_ROLES),
        not_before=now,
        not_after=until,
    )
    payload = new_keyring((entry,), expires=until)
    with audit.recording(workspace, "init") as record:
        record.know(detail=f"first keyring, key:{entry.name}")
        signatures = sign_keyring(payload, [record.signer(signer)])
    keyringfiles.save(workspace, keyringfiles.Pair(payload, signatures))
