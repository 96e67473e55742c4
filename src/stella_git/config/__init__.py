"""The only reader of the environment and of ``stella.toml`` (floor 2).

Nothing else in the package looks at ``os.environ``: what a command does is then a function of its
arguments, of one configuration and of git. Unknown keys are errors with the nearest match, because a
misspelt key that is silently ignored is a rule that silently does not run.

Source: ``docs/reference/configuration.md`` and ``schemas/stella/config.v1.schema.json``.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.config.model import CONFIG_FILE, Component, Config, Environment
    from stella_git.config.reader import KEYS, parse
    from stella_git.config.variables import (
        GIT_ALLOWED,
        VARIABLES,
        environment,
        git_environment,
        use_environment,
    )

# A command that only asks for the environment need not load the reader of TOML.
_HOMES = {
    "CONFIG_FILE": "model",
    "Component": "model",
    "Config": "model",
    "Environment": "model",
    "KEYS": "reader",
    "parse": "reader",
    "GIT_ALLOWED": "variables",
    "VARIABLES": "variables",
    "environment": "variables",
    "git_environment": "variables",
    "use_environment": "variables",
}

__all__ = [
    "CONFIG_FILE",
    "GIT_ALLOWED",
    "KEYS",
    "VARIABLES",
    "Component",
    "Config",
    "Environment",
    "environment",
    "git_environment",
    "parse",
    "use_environment",
]


def __getattr__(name: str) -> object:
    """Return what one of the modules holds, loading it on first use."""
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    value: object = getattr(import_module(f"stella_git.config.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
