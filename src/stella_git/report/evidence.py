"""One file of evidence: its report as text and canonical JSON, and what it says."""

from typing import TYPE_CHECKING

from stella_git.report.text import paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.canon.reader import Json
    from stella_git.flows.evidencefiles import Answer

SCHEMA = "stella.report/1"
_MARKS = {"passed": ("ok", "good"), "failed": ("NO", "error"), "skipped": ("--", "dim")}


def answer_json(answer: "Answer") -> "dict[str, Json]":
    """Return a report with what it proved, as plain JSON."""
    found: dict[str, Json] = {"schema": SCHEMA, **answer.report.to_json()}
    found.pop("signers", None)
    if answer.signers:
        found["signers"] = list(answer.signers)
    if answer.times:
        found["times"] = [{"instant": str(time.instant), "source": time.source} for time in answer.times]
    if answer.statement is not None:
        found["predicateType"] = answer.statement.predicate_type
    return found


def answer_text(answer: "Answer", *, colour: bool) -> str:
    """Return a report, one line a check, and a last line that says yes or no."""
    return "".join(f"{line}\n" for line in _lines(answer, colour=colour))


def described_text(described: "dict[str, Json]") -> str:
    """Return what a file says, indented, and that nothing of it is verified."""
    lines = ["not verified: this is what the file says", *_nested(described, "")]
    return "".join(f"{line}\n" for line in lines)


def _lines(answer: "Answer", *, colour: bool) -> "Iterator[str]":
    for check in answer.report.checks:
        mark, style = _MARKS[check.status]
        code = f" [{check.code}]" if check.code else ""
        yield f"{paint(mark, style, colour=colour)}  {check.name:<12} {printable(check.detail)}{code}"
    if answer.report.ok:
        yield f"verified: {printable(', '.join(answer.signers))}"
        return
    first = answer.report.failures[0] if answer.report.failures else None
    yield f"refused: {first.code}" if first is not None else "refused: nothing was shown"
    if first is not None and first.remedy:
        yield f"  remedy: {printable(first.remedy)}"


def _nested(value: "dict[str, Json]", indent: str) -> "Iterator[str]":
    for name, item in sorted(value.items()):
        if name in {"schema", "verified"}:
            continue
        rows = item if isinstance(item, list) else [item]
        for row in rows:
            if isinstance(row, dict):
                yield f"{indent}{name}:"
                yield from _nested(row, f"{indent}  ")
            else:
                yield f"{indent}{name}: {printable(str(row))}"
