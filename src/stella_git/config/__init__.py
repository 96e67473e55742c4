"""The only reader of the environment and of ``stella.toml`` (floor 2).

Nothing else in the package looks at ``os.environ``: what a command does is then a function of its
arguments, of one configuration and of git. Unknown keys are errors with the nearest match, because a
misspelt key that is silently ignored is a rule that silently does not run.

Source: ``docs/reference/configuration.md`` and ``schemas/stella/config.v1.schema.json``.
"""

from stella_git.config.model import CONFIG_FILE, Component, Config, Environment
from stella_git.config.reader import KEYS, parse
from stella_git.config.variables import (
    GIT_ALLOWED,
    VARIABLES,
    environment,
    git_environment,
    use_environment,
)

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
