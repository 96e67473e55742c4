"""Packs of undeltified objects, streamed into git.

One process per object is slow, and thousands of loose objects are slow to read; one stream is neither.

Source: gitformat-pack of the git project, version 2.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from stella_git.gitstore.run import feed

KEEP_FROM = 100  # as git's own transfer.unpackLimit: fewer objects become loose ones
_TYPES = {"commit": 1, "tree": 2, "blob": 3}
_LEVEL = 1


def store(objects: Sequence[tuple[str, bytes]], *, object_format: str, cwd: str | Path) -> None:
    """Write (type, bytes) objects into the repository: as one pack, or loose when they are few.

    Raises:
        EnvironmentFault: git refused them.
    """
    if objects:
        words = ["index-pack", "--stdin"] if len(objects) >= KEEP_FROM else ["unpack-objects", "-q"]
        feed(words, build(objects, object_format), cwd=cwd)


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
