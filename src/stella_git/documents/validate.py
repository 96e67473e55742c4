"""The pipeline: strict bytes, format, schema, rules; every problem of a document at once."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from stella_git.canon.record import record, replace
from stella_git.documents.context import ALONE, Context, Subject
from stella_git.documents.detect import ATTESTATIONS, Format, detect
from stella_git.documents.problems import Complaint, Problem, bounded, in_order, rest
from stella_git.documents.refusals import admitted, not_evidence, refusal
from stella_git.errors import InputError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from stella_git.canon.reader import Json
    from stella_git.documents.settings import Settings

DOCUMENT_LIMIT = 64 * 1024 * 1024
_POLICIES = frozenset({"stella"})
# How many errors a report shows, and how many problems that are less.
PROBLEM_LIMIT = 1000
# How many are looked at: warnings are no reason to stop looking for errors, but there is an end to it.
_LOOKED_AT = 200_000


@record(frozen=True, slots=True, kw_only=True)
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
    except InputError as error:
        return _not_one_value(data, path, expect, error, context=context)
    found = detect(value)
    refused = refusal(value, found, expect)
    if refused is None and context is None and found is not None and not admitted(found):
        refused = not_evidence(found)
    if refused is not None:
        return Validated(path=path, format=found, value=value, problems=_place(data, path, iter((refused,))))
    assert found is not None  # or it would have been refused
    subject = Subject(value=value, format=found, path=path)
    said = _complaints(subject, context, size=len(data))
    if settings is not None:
        said = settings.apply(said, subject)
    return Validated(path=path, format=found, value=value, problems=_place(data, path, said))


def _not_one_value(
    data: bytes,
    path: str,
    expect: frozenset[str] | None,
    error: InputError,
    *,
    context: Context | None,
) -> Validated:
    """Return what is known of bytes that are not one strict JSON value."""
    from stella_git.documents import syntax

    if context is not None and syntax.is_policy_yaml(data, certain=expect == _POLICIES):
        policy = _yaml(data, path, expect, context)
        # YAML is for policy files alone: what is read elsewhere as JSON has to be JSON.
        if policy.format is None or policy.format.kind == "stella":
            return policy
    if error.code == "json-trailing-data" and context is not None and syntax.are_lines(data):
        return _lines(syntax.lines(data), path, expect, context)
    problems = syntax.byte_problems(data, path, limit=DOCUMENT_LIMIT)
    return Validated(path=path, format=None, value=None, problems=problems)


def _yaml(data: bytes, path: str, expect: frozenset[str] | None, context: Context) -> Validated:
    from stella_git.documents import syntax

    document, refused = syntax.read_yaml(data, path, limit=DOCUMENT_LIMIT)
    if document is None:
        return Validated(path=path, format=None, value=None, problems=refused)
    found = detect(document.value)
    complaint = refusal(document.value, found, expect)
    said: Iterator[Complaint] = iter(()) if complaint is None else iter((complaint,))
    if complaint is None:
        assert found is not None  # or it would have been refused
        said = _complaints(Subject(value=document.value, format=found, path=path), context)
    complaints, left_out = bounded(said, PROBLEM_LIMIT, _LOOKED_AT)
    problems = {
        each.at(path, place.line or 1, place.column or 1)
        for each in complaints
        for place in [document.where(each.pointer)]
    }
    every = (*in_order(problems), *rest(path, left_out))
    return Validated(path=path, format=found, value=document.value, problems=every)


def _lines(
    lines: Iterator[tuple[int, bytes]], path: str, expect: frozenset[str] | None, context: Context
) -> Validated:
    """Validate attestations that stand one per line."""
    found: Format | None = None

    def said() -> Iterator[Problem]:
        nonlocal found
        for number, line in lines:
            one = _validate(line, path, expect, context=context)
            found = found or one.format
            yield from (replace(problem, line=number) for problem in one.problems)

    problems, left_out = bounded(said(), PROBLEM_LIMIT, _LOOKED_AT)
    every = (*in_order(problems), *rest(path, left_out))
    return Validated(path=path, format=found, value=None, problems=every)


def _complaints(subject: Subject, context: Context | None, *, size: int = 0) -> Iterator[Complaint]:
    from stella_git.documents.lint import lint, unsaid
    from stella_git.documents.schema.engine import schema_errors
    from stella_git.documents.schema.registry import ROOTS

    found = subject.format
    if (found.kind, found.version) in ROOTS:
        # What is evidence does not depend on what is installed.
        size = 0 if context is None else size
        said = _explained(schema_errors(found.kind, found.version, subject.value, size=size), found.title)
        yield from said if context is None else unsaid(said, subject)
    if found.kind in ATTESTATIONS and context is not None:
        from stella_git.documents.attestations import complaints

        alone = replace(context, history=None)  # what stands inside has no file of its own
        yield from complaints(subject, lambda part: _complaints(part, alone))
    yield from lint(subject, context or ALONE, admission=context is None)
    if context is not None and context.profiles:
        from stella_git.documents.elements.complain import complaints as lacking

        yield from lacking(subject, context.profiles)


def _explained(errors: "Iterator[ValidationError]", title: str) -> Iterator[Complaint]:
    """Return the complaints of schema violations; what puts them into words is loaded for the first one."""
    for error in errors:
        from stella_git.documents.schema.explain import explain

        yield from explain(chain((error,), errors), title)


def _place(data: bytes, path: str, said: Iterator[Complaint]) -> tuple[Problem, ...]:
    shown, left_out = bounded(said, PROBLEM_LIMIT, _LOOKED_AT)
    if not shown:
        return ()
    from stella_git.canon.reader import positions

    places = positions(data, {complaint.pointer for complaint in shown})
    problems = {complaint.at(path, *places[complaint.pointer]) for complaint in shown}
    return (*in_order(problems), *rest(path, left_out))
