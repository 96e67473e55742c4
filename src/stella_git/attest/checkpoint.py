"""Checkpoints: the head of a log as a signed note.

    ORIGIN
    SIZE
    BASE64(ROOT)
    EXTENSION...

    — NAME BASE64(HINT || SIGNATURE)

The signed bytes are kept as they were read, up to and with the line feed before the blank line.

Source: C2SP signed-note and tlog-checkpoint.
"""

import re
from dataclasses import dataclass

from stella_git.attest import base64text
from stella_git.attest.protojson import DIGEST_SIZE, MAX_INT64
from stella_git.errors import DefectError, InputError

LIMIT = 64 << 10
MAX_SIGNATURES = 64
HINT_SIZE = 4
_HEAD_LINES = 3
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_AGAIN = "get the checkpoint again from the log"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line.

    Args:
        name: of the key; for a log of Sigstore its host name.
        hint: 4 bytes that tell keys of one name apart.
        signature: raw bytes; their form is the algorithm's business.
    """

    name: str
    hint: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log, and who signed it; nothing is verified.

    Args:
        origin: name of the log.
        size: number of leaves.
        root: 32 bytes.
        extensions: further lines.
        signed: the exact bytes that signatures cover, final line feed included.
        signatures: of the log, and of witnesses.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]
    signed: bytes
    signatures: tuple[NoteSignature, ...]


def parse_checkpoint(text: str | bytes) -> Checkpoint:
    """Return the checkpoint in a signed note.

    Raises:
        InputError: ``checkpoint-too-large``, ``checkpoint-encoding``, ``checkpoint-note``,
            ``checkpoint-body``, ``checkpoint-signature``.
    """
    note = _decode(text)
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise _wrong("is not a text, a blank line and lines of signatures", code="checkpoint-note")
    body = head + "\n"
    origin, size, root, extensions = _parse_body(body)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise _wrong(f"has {len(lines)} signatures, more than {MAX_SIGNATURES}", code="checkpoint-signature")
    return Checkpoint(
        origin=origin,
        size=size,
        root=root,
        extensions=extensions,
        signed=body.encode(),
        signatures=tuple(_parse_signature(line) for line in lines),
    )


def format_body(origin: str, size: int, root: bytes, extensions: tuple[str, ...] = ()) -> bytes:
    """Return the bytes of a checkpoint that are to be signed.

    Args:
        origin: one line that is not empty.
        size: number of leaves.
        root: 32 bytes.
        extensions: further lines, none of them empty.

    Raises:
        DefectError: ``checkpoint-unwritable``: they could not be read again.
    """
    lines = (origin, str(size), base64text.encode(root), *extensions)
    body = "".join(f"{line}\n" for line in lines)
    try:
        found = _parse_body(_decode(body))
    except InputError as error:
        raise DefectError(f"a checkpoint {error.message}", code="checkpoint-unwritable") from None
    if found != (origin, size, root, tuple(extensions)):
        raise DefectError("a checkpoint has a line with a line feed in it", code="checkpoint-unwritable")
    return body.encode()


def _decode(text: str | bytes) -> str:
    try:
        data = text.encode() if isinstance(text, str) else text
        if len(data) > LIMIT:
            raise _wrong(f"is larger than {LIMIT} bytes", code="checkpoint-too-large")
        note = data.decode()
    except UnicodeError:
        raise _wrong("is not UTF-8", code="checkpoint-encoding") from None
    if _CONTROL.search(note):
        raise _wrong("has a control character in it", code="checkpoint-encoding")
    return note


def _parse_body(body: str) -> tuple[str, int, bytes, tuple[str, ...]]:
    lines = body[:-1].split("\n")
    if len(lines) < _HEAD_LINES or not all(lines):
        raise _wrong("lacks origin, size or root, or has a blank line too many", code="checkpoint-body")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > MAX_INT64:
        raise _wrong("has a size that is not a plain decimal number below 2^63", code="checkpoint-body")
    digest = base64text.decode(root, (), code="checkpoint-body")
    if len(digest) != DIGEST_SIZE or "-" in root or "_" in root:
        raise _wrong("has a root that is not the base64 of 32 bytes", code="checkpoint-body")
    return origin, int(size), digest, tuple(extensions)


def _parse_signature(line: str) -> NoteSignature:
    match = _SIGNATURE.fullmatch(line)
    data = b"" if match is None else base64text.decode(match[2], (), code="checkpoint-signature")
    if match is None or len(data) <= HINT_SIZE:
        raise _wrong("has a line among its signatures that is none", code="checkpoint-signature")
    return NoteSignature(name=match[1], hint=data[:HINT_SIZE], signature=data[HINT_SIZE:])


def _wrong(message: str, *, code: str) -> InputError:
    return InputError(message, code=code, remedy=_AGAIN)
