"""Bytes that are not one strict JSON value: what is wrong with them, every defect at its place."""

from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint, Problem, in_order, rest
from stella_git.documents.rules import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.yamlreader import YamlDocument

# Defects of the strict reader -> rules. What is not listed is a matter of syntax.
_DEFECT_RULES = {
    "json-duplicate-member": "J001",
    "json-encoding": "J003",
    "json-integer-range": "J006",
    "json-lone-surrogate": "J004",
    "json-not-finite": "J002",
    "json-too-deep": "J005",
    "json-too-large": "J007",
}


def byte_problems(data: bytes, path: str, *, limit: int) -> tuple[Problem, ...]:
    """Return every defect of bytes that are not strict JSON, in order; also what they are instead."""
    from stella_git.canon.reader import defects
    from stella_git.canon.scanner import MAX_DEFECTS

    other = _other_syntax(data)
    if other is not None:
        message = f"this is {other}; only documents in JSON are validated"
        return (
            Complaint(rule="D002", pointer="", message=message, remedy="Convert it to JSON.").at(path, 1, 1),
        )
    found = defects(data, limit=limit)
    problems = [
        _byte_complaint(defect.code, defect.message, defect.pointer).at(path, defect.line, defect.column)
        for defect in found
    ]
    return (*in_order(problems), *rest(path, "error" if len(found) >= MAX_DEFECTS else None))


def _other_syntax(data: bytes) -> str | None:
    """Return what a file is in which a defect of JSON at its first byte would only puzzle the reader."""
    start = data[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return "XML"
    if start.startswith(b"SPDXVersion:"):
        return "SPDX tag-value text"
    return None


def _byte_complaint(code: str, message: str, pointer: str) -> Complaint:
    name = _DEFECT_RULES.get(code, "J000")
    return Complaint(rule=name, pointer=pointer, message=message, remedy=rule(name).remedy)


def are_lines(data: bytes) -> bool:
    """Return whether attestations stand one per line.

    Told by the first line that is not blank: an object that is complete and an attestation. Otherwise the
    bytes are broken JSON.
    """
    from stella_git.canon.reader import parse_json
    from stella_git.documents.detect import ATTESTATIONS, detect
    from stella_git.errors import InputError

    try:
        first = next((detect(parse_json(line, limit=len(data))) for _, line in lines(data)), None)
    except InputError:
        return False
    return first is not None and first.kind in ATTESTATIONS


def lines(data: bytes) -> "Iterator[tuple[int, bytes]]":
    """Yield (1-based number, bytes) of the lines that are not blank; there may be millions of them."""
    start, number = 0, 1
    while start < len(data):
        end = data.find(b"\n", start)
        line = data[start:] if end < 0 else data[start:end]
        if line.strip():
            yield number, line
        start, number = len(data) if end < 0 else end + 1, number + 1


def is_policy_yaml(data: bytes, *, certain: bool = False) -> bool:
    """Return whether bytes are a policy file of ours that is written in YAML, not JSON.

    Args:
        data: what is not one JSON value.
        certain: whether it is known to be a policy file, however it spells what it is.
    """
    from stella_git.documents.detect import unescaped

    if data.lstrip().startswith((b"{", b"[", b"\xef\xbb\xbf")):
        return False
    return certain or b"stella.ops/v" in unescaped(data)


def read_yaml(data: bytes, path: str, *, limit: int) -> "tuple[YamlDocument | None, tuple[Problem, ...]]":
    """Return a YAML document, or None and why it is not strict YAML."""
    from stella_git.canon.reader import parse_yaml
    from stella_git.errors import InputError

    try:
        return parse_yaml(data, path=path, limit=limit), ()
    except InputError as error:
        remedy = error.remedy or rule("Y001").remedy
        complaint = Complaint(rule="Y001", pointer="", message=error.message, remedy=remedy)
        return None, (complaint.at(path, error.where.line or 1, error.where.column or 1),)
