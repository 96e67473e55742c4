"""Packages that only some installations have: the extras of this distribution."""

from importlib import import_module
from types import ModuleType

from stella_git.errors import ConfigError, Where


def require(module: str, extra: str) -> ModuleType:
    """Return a module that an extra brings.

    Args:
        module: dotted name of the module.
        extra: name of the extra, as in ``stella-git[cosign]``.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise ConfigError(
            f"this needs the package {module.partition('.')[0]}, which is not installed",
            code="extra-missing",
            where=Where(extra),
            remedy=f"pip install 'stella-git[{extra}]'",
        ) from None
