"""Where the files are that travel with the program (floor 1).

Schemas, reference policies, trusted roots, examples.

In a wheel they lie in ``stella_git/_data``; in a checkout at the top of the repository. Both are looked at
relative to this file only: never to the working directory, which belongs to somebody else.
"""

from pathlib import Path

from stella_git.errors import DefectError

FOLDERS = ("examples", "policies", "roots", "schemas")

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_data", _PACKAGE.parent.parent)


def data_path(name: str) -> Path:
    """Return the path of a file or folder that travels with the program.

    Args:
        name: relative, with ``/``, beginning with ``schemas``, ``policies``, ``roots`` or ``examples``.

    Raises:
        DefectError: ``resource-missing``, the installation is incomplete or the name is wrong.
    """
    parts = name.split("/")
    if parts[0] in FOLDERS and not {"", ".", ".."} & set(parts):
        for root in _ROOTS:
            path = root.joinpath(*parts)
            if path.exists():
                return path
    raise DefectError(
        f"{name} does not come with this installation", code="resource-missing", remedy="install it again"
    )


def schema(name: str) -> bytes:
    """Return the bytes of a schema, such as ``stella/verdict.v1.schema.json``.

    Raises:
        DefectError: ``resource-missing``.
    """
    path = data_path(f"schemas/{name}")
    try:
        return path.read_bytes()
    except OSError as error:
        raise DefectError(
            f"{name} cannot be read: {error.strerror}", code="resource-missing", remedy="install it again"
        ) from error
