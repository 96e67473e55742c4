"""The one reader of JSON and YAML in the program: strict, bounded, and exact about places.

JSON is read as I-JSON: UTF-8 without a byte order mark, one document, no duplicate members, no NaN or
infinities (``1e400`` is one), integers within +-(2^53-1) in any spelling, no lone surrogates, bounded
depth and size.

Two readers share the work. The fast one drives the C scanner of the standard library and only says yes or
no; the reference (`stella_git.canon.scanner`) is pure Python, names every defect and its place, and runs
only after a "no". A property test holds them to the same answer.

Source: RFC 8259, RFC 7493 (I-JSON), RFC 6901 (JSON Pointer), YAML 1.2.2 section 10.2 (JSON schema).
"""

import re
from collections.abc import Iterable
from itertools import accumulate
from json import JSONDecoder

from stella_git.canon.values import MAX_INTEGER as MAX_INTEGER
from stella_git.canon.values import Json as Json
from stella_git.canon.values import is_huge_integer as is_huge_integer
from stella_git.canon.values import pointer as pointer
from stella_git.errors import DefectError, InputError, Where

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from stella_git.canon.scanner import Defect
    from stella_git.canon.yamlnodes import YamlTree
    from stella_git.canon.yamlreader import YamlDocument

JSON_LIMIT = 64 << 20
YAML_LIMIT = 1 << 20
DEPTH = 64

_SAFE_DIGITS = 15  # any integer of so many characters is below 2^53
_MAX_DIGITS = 17  # sign and 16 digits; int() is never given more

_INFINITY = float("inf")
_BRACKETS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # +1 and -1 as signed bytes
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_QUOTED = re.compile(rb'"[^"]*"')
_SURROGATE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F])")


def parse_json(data: bytes, *, path: str | None = None, limit: int = JSON_LIMIT, depth: int = DEPTH) -> Json:
    """Return the value of one strict JSON document.

    Args:
        data: UTF-8 bytes.
        path: what to call the document in errors.
        limit: greatest size in bytes.
        depth: greatest nesting of arrays and objects, at most 256; a scalar has depth 0.

    Raises:
        InputError: the first defect, with line, column and JSON Pointer. Codes: ``json-too-large``,
            ``json-encoding``, ``json-syntax``, ``json-trailing-data``, ``json-too-deep``,
            ``json-duplicate-member``, ``json-not-finite``, ``json-integer-range``,
            ``json-lone-surrogate``.

    Source: RFC 7493.
    """
    if len(data) > limit:
        _refuse(data, path, limit, depth)
    try:
        return _fast(data, depth)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        _refuse(data, path, limit, depth)


def parse_shipped(data: bytes) -> Json:
    """Return the value of a JSON document that travels with the program: tests have read it strictly.

    Args:
        data: from ``resources``, never from a user.

    Raises:
        ValueError: it is damaged.
    """
    value: Json = _PLAIN_DECODER.decode(data.decode("utf-8"))
    return value


def defects(data: bytes, *, limit: int = JSON_LIMIT, depth: int = DEPTH) -> "tuple[Defect, ...]":
    """Return every defect of a JSON document in order, or ``()`` if it is clean.

    A defect after which the rest cannot be understood (size, encoding, depth, syntax) is the last one.

    Args:
        data: the document's bytes.
        limit: greatest size in bytes.
        depth: greatest nesting of arrays and objects.
    """
    from stella_git.canon.scanner import find_defects

    return find_defects(data, limit=limit, depth=depth)


def positions(data: bytes, pointers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return line and column (1-based, in characters) of the values that JSON Pointers name.

    The place is where the *value* begins, for members of objects too. A pointer to nothing gets the place
    of its nearest parent that exists, in the end that of the document.

    Args:
        data: a JSON document; of one with defects, as much is used as can be read.
        pointers: JSON Pointers; the document itself is ``""``.
    """
    from stella_git.canon.places import find_positions

    return find_positions(data, pointers)


def parse_yaml(
    data: bytes, *, path: str | None = None, limit: int = YAML_LIMIT, depth: int = DEPTH
) -> "YamlDocument":
    """Return the value and the positions of one strict YAML document.

    Only what JSON can say: mappings with string keys, sequences, strings, ``true``, ``false``, ``null`` and
    JSON numbers. Whatever two YAML versions read differently is refused with the advice to quote it.

    Args:
        data: UTF-8 bytes.
        path: what to call the document in errors.
        limit: greatest size in bytes.
        depth: greatest nesting.

    Raises:
        InputError: the first defect, with line, column and JSON Pointer; codes ``yaml-*``.

    Source: YAML 1.2.2 section 10.2.
    """
    from stella_git.canon.yamlreader import read_yaml

    return read_yaml(data, path=path, limit=limit, depth=depth)


def parse_yaml_tree(
    data: bytes, *, path: str | None = None, limit: int = YAML_LIMIT, depth: int = DEPTH
) -> "YamlTree":
    """Return one strict YAML document as its author wrote it: text, nodes with extent and style, value.

    Args:
        data: UTF-8 bytes.
        path: what to call the document in errors.
        limit: greatest size in bytes.
        depth: greatest nesting.

    Raises:
        InputError: as for `parse_yaml`.

    Source: YAML 1.2.2 section 3.2.
    """
    from stella_git.canon.yamlnodes import read_tree

    return read_tree(data, path=path, limit=limit, depth=depth)


def _fast(data: bytes, depth: int) -> Json:
    """Return the value, or raise ValueError or RecursionError without saying where."""
    text = data.decode("utf-8")
    if data.count(b"[") + data.count(b"{") > depth and _nesting(data) > depth:
        raise ValueError
    if (b"\\ud" in data or b"\\uD" in data) and _has_lone_surrogate(data):
        raise ValueError
    return _decoded(text)


def _decoded(text: str) -> Json:
    """Return the value without Python looking for cycles every 700 objects: what is parsed has none."""
    import gc

    looking = gc.isenabled()
    gc.disable()
    try:
        value: Json = _DECODER.decode(text)
    finally:
        if looking:
            gc.enable()
    return value


def _nesting(data: bytes) -> int:
    """Return how deep the brackets go, at C speed; exact for valid JSON."""
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Taking away two adjacent quotes changes no other character's being inside or outside a string.
    bare = _QUOTED.sub(b"", data.translate(None, _NOT_STRUCTURE).replace(b'""', b""))
    steps = memoryview(bare.translate(_BRACKETS)).cast("b")
    return max(accumulate(steps), default=0)


def _has_lone_surrogate(data: bytes) -> bool:
    plain = data.replace(b"\\\\", b"__")
    return any(match[1] for match in _SURROGATE.finditer(plain))


def _members(pairs: "list[tuple[str, Json]]") -> "dict[str, Json]":
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _integer(text: str) -> int:
    if len(text) <= _SAFE_DIGITS:
        return int(text)
    if len(text) <= _MAX_DIGITS and -MAX_INTEGER <= (value := int(text)) <= MAX_INTEGER:
        return value
    raise ValueError


def _number(text: str) -> float:
    value = float(text)
    if value in (_INFINITY, -_INFINITY) or is_huge_integer(value):
        raise ValueError
    return value


def _constant(_name: str) -> "NoReturn":
    raise ValueError


_DECODER = JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
_PLAIN_DECODER = JSONDecoder()


def _refuse(data: bytes, path: str | None, limit: int, depth: int) -> "NoReturn":
    found = defects(data, limit=limit, depth=depth)
    if not found:
        raise DefectError(
            "the two JSON readers disagree about a document",
            code="json-readers-disagree",
            where=Where(path),
            remedy="report it with the document",
        )
    first = found[0]
    where = Where(path, line=first.line, column=first.column, pointer=first.pointer)
    raise InputError(first.message, code=first.code, where=where, remedy=first.remedy)
