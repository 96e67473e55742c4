"""Signed notes. Source: C2SP signed-note, tlog-checkpoint."""

from dataclasses import dataclass
from binascii import a2b_base64

from stella_git.attest import base64text
from stella_git.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    name: str
    hint: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...]
    signed: bytes
    signatures: tuple[NoteSignature, ...]


def _bad(m: str) -> InputError:
    return InputError(m, code="checkpoint-malformed", remedy="get the original")


def parse_checkpoint(text: str | bytes) -> Checkpoint:
    if isinstance(text, bytes):
        text = text.decode()
    head, sep, tail = text.rpartition("\n\n")
    if not sep or not tail.endswith("\n"):
        raise _bad("has no signatures")
    lines = head.split("\n")
    if len(lines) < 3 or not all(lines) or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise _bad("too few lines")
    root = base64text.decode(lines[2], (), code="checkpoint-malformed")
    if len(root) != 32:
        raise _bad("root")
    sigs = []
    for line in tail[:-1].split("\n"):
        dash, name, body = (line.split(" ") + ["", "", ""])[:3]
        if dash != "\u2014" or not name or line.count(" ") != 2:
            raise _bad("junk")
        raw = base64text.decode(body, (), code="checkpoint-malformed")
        if len(raw) < 5:
            raise _bad("short")
        sigs.append(NoteSignature(name=name, hint=raw[:4], signature=raw[4:]))
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root, extensions=tuple(lines[3:]), signed=(head + "\n").encode(), signatures=tuple(sigs))
