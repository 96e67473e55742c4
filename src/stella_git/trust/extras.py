"""Packages that only some installations have: the extras of this distribution."""

from importlib import import_module
from types import ModuleType

from stella_git.errors import EnvironmentFault, Where


def require(module: str, extra: str) -> ModuleType:
    """Return a module that an extra brings.

    Args:
        module: dotted name of the module.
        extra: name of the extra, as in ``stella-git[cosign]``.

    Raises:
        EnvironmentFault: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise EnvironmentFault(
            f"this needs the package {module.partition('.')[0]}, which is not installed",
            code="extra-missing",
            where=Where(extra),
            remedy=f"pip install 'stella-git[{extra}]'",
        ) from None
