"""A problem: something wrong in a document, at a place, with a remedy."""

from typing import TYPE_CHECKING, NamedTuple

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


def rest(path: str, count: int, limit: int) -> tuple[Problem, ...]:
    """Return the notice that problems are left out, if there are more of them than ``limit``."""
    if count <= limit:
        return ()
    from stella_git.documents.rules import rule

    message = "there may be more problems; the first ones that were found are shown"
    notice = Complaint(rule="D004", pointer="", message=message, remedy=rule("D004").remedy)
    return (notice.at(path, 1, 1),)
