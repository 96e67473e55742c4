"""The process environment: what we read of it, and what git inherits."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

# What git may inherit, and why. Everything else named GIT_* is dropped: a variable left over from an
# outer git command would make us look at another repository than the one we were asked about.
GIT_ALLOWED: dict[str, str] = {
    "GIT_DIR": "hooks of linked worktrees and submodules are told their repository this way",
    "GIT_WORK_TREE": "belongs to GIT_DIR",
    "GIT_COMMON_DIR": "belongs to GIT_DIR in a linked worktree",
    "GIT_INDEX_FILE": "`git commit -a` and `git commit -- PATH` run hooks on an index of their own",
    "GIT_OBJECT_DIRECTORY": "server-side hooks see quarantined objects only through it",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES": "belongs to GIT_OBJECT_DIRECTORY",
    "GIT_QUARANTINE_PATH": "tells that objects are in quarantine and refs must not move",
    "GIT_CEILING_DIRECTORIES": "where discovery stops is the user's decision",
    "GIT_CONFIG_GLOBAL": "tests and build machines isolate themselves with it",
    "GIT_CONFIG_SYSTEM": "as GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM": "as GIT_CONFIG_GLOBAL",
    "GIT_SSL_CAINFO": "certificate authorities of a closed network",
    "GIT_SSH": "how this user reaches remotes",
    "GIT_SSH_COMMAND": "how this user reaches remotes",
    "GIT_ASKPASS": "how this user answers a remote",
}

# Every variable that we read, and the key it overrides ("" = no key of stella.toml).
VARIABLES: dict[str, str] = {
    "STELLA_ENVIRONMENT": "decide.environment",
    "STELLA_KEY": "sign.key",
    "STELLA_KEY_PASSWORD": "",
    "COSIGN_PASSWORD": "",
    "SIGSTORE_ID_TOKEN": "",
    "STELLA_KEYRING": "trust.keyring",
    "STELLA_TRUST_REF": "trust.ref",
    "STELLA_ROOT_KEYS": "trust.root_keys",
    "STELLA_DEBUG": "",
    "SOURCE_DATE_EPOCH": "",
    "NO_COLOR": "",
    "CLICOLOR_FORCE": "",
    "GITHUB_ACTIONS": "",
}


_ENVIRONMENT: ContextVar[Mapping[str, str] | None] = ContextVar("environment", default=None)


def environment() -> Mapping[str, str]:
    """Return the environment: the process's own, unless `use_environment` put another in its place."""
    replaced = _ENVIRONMENT.get()
    return os.environ if replaced is None else replaced


@contextmanager
def use_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Make ``variables`` the whole environment for a while: for a story or a test that must not vary."""
    token = _ENVIRONMENT.set(variables)
    try:
        yield
    finally:
        _ENVIRONMENT.reset(token)


def git_environment() -> dict[str, str]:
    """Return the environment in which git is run: nothing of ``GIT_*`` but the allow-list.

    The locale is pinned so that messages can be recognised, prompts are off, and optional locks are not
    taken, so that reading never disturbs a command the user is running.
    """
    kept = {
        key: value for key, value in environment().items() if not key.startswith("GIT_") or key in GIT_ALLOWED
    }
    kept |= {"LC_ALL": "C.UTF-8", "LANGUAGE": "", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    kept |= {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_PAGER": "cat"}
    return kept
