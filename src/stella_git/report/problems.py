"""Problems of documents, for people and for programs."""

from typing import TYPE_CHECKING

from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.canon.reader import Json
    from stella_git.documents.problems import Problem
    from stella_git.documents.validate import Validated

SCHEMA = "stella.problems/1"


def text(results: "Sequence[Validated]", *, colour: bool, passed_over: int = 0) -> str:
    """Return problems grouped by file, each with its remedy, and a summary line.

    Args:
        results: one for each file.
        colour: whether to use colour.
        passed_over: how many files were no documents.
    """
    lines: list[str] = []
    for result in results:
        if result.problems:
            title = f" ({printable(result.format.title)})" if result.format else ""
            lines.append(paint(printable(leading(result.path)), "bold", colour=colour) + title)
            lines.extend(_entry(result.problems, colour=colour))
            lines.append("")
    return "\n".join([*lines, _summary(results, passed_over, colour=colour), ""])


def _entry(problems: "Sequence[Problem]", *, colour: bool) -> "Iterator[str]":
    places = [f"{problem.line}:{problem.column}" for problem in problems]
    width = max(map(len, places))
    for place, problem in zip(places, problems, strict=True):
        severity = paint(problem.severity, problem.severity, colour=colour)
        yield f"  {place:<{width}}  {severity} {problem.rule}: {printable(problem.message)}"
        pointer = f" [{printable(problem.pointer)}]" if problem.pointer else ""
        yield paint(f"  {'':<{width}}  remedy: {printable(problem.remedy)}{pointer}", "dim", colour=colour)


def _summary(results: "Sequence[Validated]", passed_over: int, *, colour: bool) -> str:
    errors, warnings = tally(results)
    files = count(len(results), "file")
    told = f"{files}: {count(errors, 'error')}, {count(warnings, 'warning')}"
    style = "error" if errors else "warning"
    if not errors and not warnings:
        told, style = f"{files}: no problems", "good"
    if passed_over:
        others = f"{count(passed_over, 'file')} passed over, no document"
        told = f"{told}; {others}" if results else others
    return paint(told, style, colour=colour)


def concise(results: "Sequence[Validated]") -> str:
    """Return one line for each problem: ``file:line:column: RULE message``."""
    return "".join(
        printable(
            f"{leading(problem.path)}:{problem.line}:{problem.column}: {problem.rule} {problem.message}"
        )
        + "\n"
        for result in results
        for problem in result.problems
    )


def leading(path: str) -> str:
    """Return a file name for the start of a line, where a runner would obey one that is called ``::...``."""
    return f"./{path}" if path.lstrip().startswith(("::", "##")) else path


def as_json(results: "Sequence[Validated]") -> "Json":
    """Return the report as JSON of the schema ``stella.problems/1``."""
    errors, warnings = tally(results)
    return {
        "schema": SCHEMA,
        "files": [_file(result) for result in results],
        "summary": {"files": len(results), "errors": errors, "warnings": warnings},
    }


def _file(result: "Validated") -> "Json":
    members: dict[str, Json] = {
        "path": representable(result.path),
        "problems": [_problem(problem) for problem in result.problems],
    }
    if result.format is not None:
        members["format"] = {"kind": result.format.kind, "version": result.format.version}
    return members


def _problem(problem: "Problem") -> "Json":
    return {**problem.to_json(), "pointer": unicode_text(problem.pointer)}


def unicode_text(text: str) -> str:
    """Return text of a document as Unicode text; half a surrogate pair is written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def representable(path: str) -> str:
    """Return a file name as Unicode text; bytes of it that are not UTF-8 are written as escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def tally(results: "Sequence[Validated]") -> tuple[int, int]:
    """Return how many errors and how many warnings there are."""
    severities = [problem.severity for result in results for problem in result.problems]
    return severities.count("error"), severities.count("warning")
