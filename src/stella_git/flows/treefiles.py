"""Files that are written into a work tree, whose links are somebody else's."""

import uuid
from pathlib import Path

from stella_git.errors import UsageError, Where


def write_file(root: Path, path: Path, data: bytes) -> None:
    """Write a file of the work tree, whose links are somebody else's: none is followed to another place.

    Raises:
        UsageError: a directory on the way leads out of the work tree, or into the git directory.
    """
    folder, top = path.parent.resolve(), root.resolve()
    if not folder.is_relative_to(top) or ".git" in (part.lower() for part in folder.relative_to(top).parts):
        raise UsageError(
            "is not inside the work tree",
            code="init-outside",
            where=Where(str(path)),
            remedy="see what the links on the way are for, and remove them",
        )
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{path.name}.{uuid.uuid4().hex}"
    with temporary.open("xb") as stream:
        stream.write(data)
    temporary.replace(folder / path.name)
