"""Where the files are that travel with the program (floor 1).

Schemas, reference policies, trusted roots, examples.

In a wheel they lie in ``stella_git/_data``; in a checkout at the top of the repository. Both are looked at
relative to this file only: never to the working directory, which belongs to somebody else.

Every validation reads a schema: pathlib would be loaded for nothing else.
"""
# ruff: noqa: PTH110, PTH118, PTH120, PTH123

import os
from typing import TYPE_CHECKING

from stella_git.errors import DefectError

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = ("examples", "policies", "roots", "schemas")

_PACKAGE = os.path.dirname(os.path.realpath(__file__))
_ROOTS = (os.path.join(_PACKAGE, "_data"), os.path.dirname(os.path.dirname(_PACKAGE)))


def data_path(name: str) -> "Path":
    """Return the path of a file or folder that travels with the program.

    Args:
        name: relative, with ``/``, beginning with ``schemas``, ``policies``, ``roots`` or ``examples``.

    Raises:
        DefectError: ``resource-missing``, the installation is incomplete or the name is wrong.
    """
    from pathlib import Path

    return Path(_find(name))


def _find(name: str) -> str:
    parts = name.split("/")
    if parts[0] in FOLDERS and not {"", ".", ".."} & set(parts):
        for root in _ROOTS:
            path = os.path.join(root, *parts)
            if os.path.exists(path):
                return path
    raise DefectError(
        f"{name} does not come with this installation", code="resource-missing", remedy="install it again"
    )


def schema(name: str) -> bytes:
    """Return the bytes of a schema, such as ``stella/verdict.v1.schema.json``.

    Raises:
        DefectError: ``resource-missing``.
    """
    path = _find(f"schemas/{name}")
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise DefectError(
            f"{name} cannot be read: {error.strerror}", code="resource-missing", remedy="install it again"
        ) from error
