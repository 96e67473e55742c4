"""A pack of undeltified objects, streamed into ``git index-pack``.

Thousands of loose objects are slow to write and slower to read; one pack is neither.

Source: gitformat-pack of the git project, version 2.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from stella_git.gitstore.run import git

_TYPES = {"commit": 1, "tree": 2, "blob": 3}
_LEVEL = 1


def store(objects: Iterable[tuple[str, bytes]], *, object_format: str, cwd: str | Path) -> None:
    """Write (type, bytes) objects as one pack of the repository.

    Raises:
        EnvironmentFault: git refused the pack.
    """
    data = b"".join(build(list(objects), object_format))
    git(["index-pack", "--stdin", f"--object-format={object_format}"], cwd=cwd, data=data)


def build(objects: list[tuple[str, bytes]], object_format: str) -> Iterator[bytes]:
    """Yield the bytes of a pack."""
    trailer = hashlib.new(object_format, usedforsecurity=False)
    for part in _parts(objects):
        trailer.update(part)
        yield part
    yield trailer.digest()


def _parts(objects: list[tuple[str, bytes]]) -> Iterator[bytes]:
    yield b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big")
    for kind, data in objects:
        yield entry_header(_TYPES[kind], len(data))
        yield zlib.compress(data, _LEVEL)


def entry_header(kind: int, size: int) -> bytes:
    """Return type and size: four bits of the size beside the type, then seven in each further byte."""
    byte = (kind << 4) | (size & 15)
    size >>= 4
    header = bytearray()
    while size:
        header.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    header.append(byte)
    return bytes(header)
