"""A problem: something wrong in a document, at a place, with a remedy."""

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from stella_git.canon.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stella_git.documents.severity import Severity

MESSAGE_LIMIT = 300
_ELLIPSIS = "…"


@record(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a document.

    Args:
        rule: stable rule id, documented in ``docs/rules``.
        severity: "error" (the document is refused), "warning" or "info".
        path: file name as the user wrote it.
        line: 1-based.
        column: 1-based, in characters.
        pointer: JSON Pointer (RFC 6901) of the value it is about; "" is the whole document.
        message: at most 300 characters, plain words.
        remedy: what to do, in the imperative.
        fixable: whether the remedy is mechanical.
    """

    rule: str
    severity: "Severity"
    path: str
    line: int
    column: int
    pointer: str
    message: str
    remedy: str
    fixable: bool = False

    def to_json(self) -> dict[str, str | int | bool]:
        """Return the problem as plain JSON, without its path."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "line": self.line,
            "column": self.column,
            "pointer": self.pointer,
            "message": self.message,
            "remedy": self.remedy,
            "fixable": self.fixable,
        }


class Mend(NamedTuple):
    """What makes a problem go away and leaves everything else that the document says as it is.

    Args:
        value: what to write in place of the value at the pointer; None takes the item out of its array.
    """

    value: str | int | None


@record(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A problem before its position is known: what rules and schema checks produce.

    Args:
        rule: as in ``Problem``.
        pointer: as in ``Problem``.
        message: any length; it is clipped when the problem is made.
        remedy: as in ``Problem``.
        severity: as in ``Problem``; None for that of the rule.
        fixable: as in ``Problem``.
        mend: what ``stella sbom fix`` does about it; only where that is certain. Makes it fixable.
    """

    rule: str
    pointer: str
    message: str
    remedy: str
    severity: "Severity | None" = None
    fixable: bool = False
    mend: Mend | None = None

    def at(self, path: str, line: int, column: int) -> Problem:
        """Return the problem at a place of the file ``path``.

        Raises:
            DefectError: ``rule-unknown``, if there is no such rule.
        """
        from stella_git.documents.rules import rule

        return Problem(
            rule=self.rule,
            severity=self.severity or rule(self.rule).severity,
            path=path,
            line=line,
            column=column,
            pointer=self.pointer,
            message=clip(self.message, MESSAGE_LIMIT),
            remedy=clip(_sentence(self.remedy), MESSAGE_LIMIT),
            fixable=self.fixable or self.mend is not None,
        )


def _sentence(text: str) -> str:
    """Return a remedy as a sentence: those of errors are clauses, without capital and stop."""
    whole = text if text.endswith((".", "!", "?")) or not text else f"{text}."
    return whole[:1].upper() + whole[1:]


Each = TypeVar("Each", Problem, Complaint)


def clip(text: str, limit: int) -> str:
    """Return ``text`` cut to at most ``limit`` characters, with an ellipsis if something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + _ELLIPSIS


def pointer_to(base: str, *tokens: str | int) -> str:
    """Return the JSON Pointer of a value inside the value at ``base``.

    Source: RFC 6901 section 3 (``~`` is ``~0``, ``/`` is ``~1``).
    """
    parts = [base]
    for token in tokens:
        parts.append("/")
        parts.append(str(token) if isinstance(token, int) else token.replace("~", "~0").replace("/", "~1"))
    return "".join(parts)


def in_order(problems: "Iterable[Problem]") -> list[Problem]:
    """Return problems sorted by place, pointer, rule and message."""
    return sorted(problems, key=lambda each: (each.line, each.column, each.pointer, each.rule, each.message))


def bounded(found: "Iterable[Each]", limit: int, most: int) -> "tuple[list[Each], Severity | None]":
    """Return what a report shows of what was found, and how much it matters that something is left out.

    Errors and what is less are counted apart: a thousand warnings neither fail a document nor hide an error
    behind them.

    Args:
        found: complaints or problems; asked no further than is needed.
        limit: greatest number of errors, and of others, that are shown.
        most: greatest number that is looked at; behind it there may be anything.

    Returns:
        what is shown, in order; None if that is all, "warning" if no error can be missing, else "error".
    """
    shown: list[Each] = []
    errors = others = 0
    for number, each in enumerate(found):
        serious = _severity(each) == "error"
        if number >= most or (serious and errors >= limit):
            return shown, "error"
        errors += serious
        others += not serious
        if serious or others <= limit:
            shown.append(each)
    return shown, "warning" if others > limit else None


def _severity(each: Problem | Complaint) -> "Severity":
    if each.severity is not None:
        return each.severity
    from stella_git.documents.rules import rule  # loaded where something is wrong

    return rule(each.rule).severity


def rest(path: str, severity: "Severity | None") -> tuple[Problem, ...]:
    """Return the notice that problems are left out, if it matters."""
    if severity is None:
        return ()
    from stella_git.documents.rules import rule

    message = "there may be more problems; the first ones that were found are shown"
    remedy = rule("D004").remedy
    return (
        Complaint(rule="D004", pointer="", message=message, remedy=remedy, severity=severity).at(path, 1, 1),
    )
