"""Objects by the thousand, through one process: a pack of undeltified objects, streamed into git.

``git unpack-objects`` makes loose objects of it, which is what a few objects should be; ``git index-pack``
keeps the pack, because thousands of loose objects are slow to write and slower to read.

Source: gitformat-pack of the git project, version 2.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stella_git.gitstore.run import feed

KEEP_FROM = 100  # as git's own transfer.unpackLimit: fewer objects become loose ones
_TYPES = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
_LEVEL = 1


def store(
    objects: Sequence[tuple[str, bytes]], *, object_format: str, cwd: str | Path, env: Mapping[str, str]
) -> None:
    """Write (type, bytes) objects to the repository.

    Raises:
        EnvironmentFault: git could not write them.
    """
    many = len(objects) >= KEEP_FROM
    words = ["index-pack", "--stdin"] if many else ["unpack-objects", "-q"]
    feed(words, build(objects, object_format), cwd=cwd, env=env)


def build(objects: Sequence[tuple[str, bytes]], object_format: str) -> Iterator[bytes]:
    """Yield the bytes of a pack."""
    trailer = hashlib.new(object_format, usedforsecurity=False)
    for part in _parts(objects):
        trailer.update(part)
        yield part
    yield trailer.digest()


def _parts(objects: Sequence[tuple[str, bytes]]) -> Iterator[bytes]:
    yield b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big")
    for kind, data in objects:
        yield entry_header(_TYPES[kind], len(data)) + zlib.compress(data, _LEVEL)


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
