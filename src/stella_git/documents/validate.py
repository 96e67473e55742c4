"""The pipeline: strict bytes, format, schema, rules; every problem of a document at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from stella_git.documents.context import ALONE, Context, Subject
from stella_git.documents.detect import SUPPORTED, TITLES, Format, detect
from stella_git.documents.problems import Complaint, Problem, clip
from stella_git.documents.rules import rule
from stella_git.errors import InputError

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.documents.settings import Settings

DOCUMENT_LIMIT = 64 * 1024 * 1024
PROBLEM_LIMIT = 1000

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

# Where documents say their versions.
_VERSION_MEMBERS = {"cyclonedx": "/specVersion", "spdx": "/spdxVersion", "spdx 3": "/@context"}

# What can be evidence for a verdict; what is only validated must not pass for a document without content.
ADMITTED = frozenset({"cyclonedx", "findings", "openvex"})

# What to run for a document of another kind.
_COMMANDS = {
    "cyclonedx": "stella sbom validate",
    "openvex": "stella vex validate",
    "spdx": "stella sbom validate",
    "csaf": "stella vex validate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What is known of one document after validation.

    Args:
        path: file name as the user wrote it.
        format: None if it was not recognised.
        value: the parsed document; None if its bytes are not strict JSON.
        problems: sorted by line, column, pointer and rule.
    """

    path: str
    format: Format | None
    value: "Json"
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Return whether no problem is an error."""
        return all(problem.severity != "error" for problem in self.problems)


def validate(
    data: bytes,
    *,
    path: str,
    expect: frozenset[str] | None = None,
    context: Context = ALONE,
    settings: "Settings | None" = None,
) -> Validated:
    """Return every problem of a document.

    Args:
        data: the raw bytes.
        path: file name for messages.
        expect: kinds ("cyclonedx", "openvex", ...) or roles ("sbom", "vex", "findings") that are
            acceptable; None accepts every format we validate.
        context: the surroundings of the document.
        settings: severities of somebody's own, for documents that nobody signed or digested.
    """
    return _validate(data, path, expect, context=context, settings=settings)


def admit(data: bytes, *, path: str, expect: frozenset[str]) -> Validated:
    """Return what keeps a document from being evidence: bytes, schema, and the rules that never change.

    A verdict is recomputed from the same bytes years later, so nothing of the surroundings, of configuration
    or of later rules counts.

    Args:
        data: the raw bytes.
        path: file name for messages.
        expect: as for ``validate``.
    """
    return _validate(data, path, expect)


def _validate(
    data: bytes,
    path: str,
    expect: frozenset[str] | None,
    *,
    context: Context | None = None,
    settings: "Settings | None" = None,
) -> Validated:
    from stella_git.canon.reader import parse_json

    try:
        value = parse_json(data, path=path, limit=DOCUMENT_LIMIT)
    except InputError:
        return Validated(path=path, format=None, value=None, problems=_byte_problems(data, path))
    found = detect(value)
    refusal = _refusal(value, found, expect)
    if refusal is None and context is None and found is not None and found.kind not in ADMITTED:
        refusal = _not_evidence(found)
    if refusal is not None:
        return Validated(path=path, format=found, value=value, problems=_place(data, path, [refusal]))
    assert found is not None  # or it would have been refused
    subject = Subject(value=value, format=found, path=path)
    said = _complaints(subject, context)
    if settings is not None:
        said = settings.apply(said, subject)
    complaints = list(islice(said, PROBLEM_LIMIT + 1))
    return Validated(path=path, format=found, value=value, problems=_place(data, path, complaints))


def _byte_problems(data: bytes, path: str) -> tuple[Problem, ...]:
    from stella_git.canon.reader import defects
    from stella_git.canon.scanner import MAX_DEFECTS

    other = _other_syntax(data)
    if other is not None:
        message = f"this is {other}; only documents in JSON are validated"
        return (
            Complaint(rule="D002", pointer="", message=message, remedy="Convert it to JSON.").at(path, 1, 1),
        )
    found = defects(data, limit=DOCUMENT_LIMIT)
    problems = [
        _byte_complaint(defect.code, defect.message, defect.pointer).at(path, defect.line, defect.column)
        for defect in found
    ]
    return (*sorted(problems, key=_order), *_rest(path, len(found), MAX_DEFECTS - 1))


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


def _complaints(subject: Subject, context: Context | None) -> Iterator[Complaint]:
    from stella_git.documents.engine import schema_errors
    from stella_git.documents.explain import explain
    from stella_git.documents.lint import lint, unsaid

    found = subject.format
    said = explain(schema_errors(found.kind, found.version, subject.value), found.title)
    yield from said if context is None else unsaid(said, subject)
    yield from lint(subject, context or ALONE, admission=context is None)


def _refusal(value: "Json", found: Format | None, expect: frozenset[str] | None) -> Complaint | None:
    """Return why a document is not looked into, or None if it is."""
    if found is None:
        return Complaint(
            rule="D001",
            pointer="",
            message=_unrecognised(value),
            remedy=f"Give a document of {_known(expect)}.",
        )
    if expect is not None and not found.serves(expect):
        command = _COMMANDS.get(found.kind)
        if found.kind == "cyclonedx" and "vex" in expect:
            message = f"this is {found.title} without vulnerabilities, which says nothing that VEX says"
        else:
            message = f"this is {found.title}, but {_known(expect)} is expected here"
        remedy = f"Run `{command}` on it." if command else "Take it out of the list of files."
        return Complaint(rule="D003", pointer="", message=message, remedy=remedy)
    if not found.supported:
        return _unsupported(found, expect)
    return None


def _not_evidence(found: Format) -> Complaint:
    message = f"this is {found.title}, which is validated, but not yet taken as evidence for a verdict"
    remedy = f"Give a document of {_known(ADMITTED)}."
    return Complaint(rule="D002", pointer="", message=message, remedy=remedy)


def _unsupported(found: Format, expect: frozenset[str] | None) -> Complaint:
    versions = SUPPORTED.get(found.kind)
    if versions is None:
        message = f"this is {found.title}, which is recognised but not validated in this release"
        return Complaint(rule="D002", pointer="", message=message, remedy=f"Convert it to {_known(expect)}.")
    if not found.version:
        message = f"this is {TITLES[found.kind]}, but it does not say, as a string, of which version"
    else:
        message = f"this is {TITLES[found.kind]} of version {clip(found.version, 40)}"
    message += f"; the versions that are validated are {', '.join(versions)}"
    near = [version for version in versions if version[:1] == found.version[:1]] or versions
    remedy = f"Make the document again as {TITLES[found.kind]} {near[-1]}."
    pointer = _VERSION_MEMBERS.get(f"{found.kind} {found.version[:1]}", _VERSION_MEMBERS.get(found.kind, ""))
    return Complaint(rule="D002", pointer=pointer, message=message, remedy=remedy)


def _unrecognised(value: "Json") -> str:
    from stella_git.documents.wording import listing, show

    if not isinstance(value, dict):
        return f"this is {show(value)}, not a document of a known format"
    names = listing(clip(name, 40) for name in sorted(value)) or "no members"
    return f"the content is of no known format; it is an object with {names}"


def _known(expect: frozenset[str] | None) -> str:
    kinds = [kind for kind in sorted(SUPPORTED) if expect is None or kind in expect]
    if expect is not None:
        kinds += [
            kind
            for kind, roles in (
                ("cyclonedx", {"sbom", "vex", "findings"}),
                ("openvex", {"vex"}),
                ("findings", {"findings"}),
            )
            if kind not in kinds and roles & expect
        ]
    names = [f"{TITLES[kind]} ({', '.join(SUPPORTED[kind])})" for kind in kinds]
    return " or ".join(names) or "a known format"


def _place(data: bytes, path: str, complaints: list[Complaint]) -> tuple[Problem, ...]:
    if not complaints:
        return ()
    from stella_git.canon.reader import positions

    shown = complaints[:PROBLEM_LIMIT]
    places = positions(data, {complaint.pointer for complaint in shown})
    problems = {complaint.at(path, *places[complaint.pointer]) for complaint in shown}
    return (*sorted(problems, key=_order), *_rest(path, len(complaints), PROBLEM_LIMIT))


def _rest(path: str, count: int, limit: int) -> tuple[Problem, ...]:
    """Return the notice that problems are left out, if there are more of them than ``limit``."""
    if count <= limit:
        return ()
    message = "there may be more problems; the first ones that were found are shown"
    notice = Complaint(rule="D004", pointer="", message=message, remedy=rule("D004").remedy)
    return (notice.at(path, 1, 1),)


def _order(problem: Problem) -> tuple[int, int, str, str, str]:
    return problem.line, problem.column, problem.pointer, problem.rule, problem.message
