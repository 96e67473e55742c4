"""Problems of documents as annotations of GitHub Actions.

Source: GitHub Docs, "Workflow commands for GitHub Actions": setting a notice, a warning or an error message,
and stopping and starting workflow commands. What is escaped, and how, is that of ``actions/toolkit``,
``packages/core/src/command.ts``.
"""

from typing import TYPE_CHECKING

from stella_git.errors import Where
from stella_git.report.problems import representable
from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stella_git.documents.problems import Problem
    from stella_git.documents.validate import Validated

_COMMANDS = {"error": "error", "info": "notice", "warning": "warning"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def render(results: "Sequence[Validated]") -> str:
    """Return one workflow command for each problem, each on a line of its own.

    Args:
        results: one for each file.
    """
    return "".join(_command(problem) for result in results for problem in result.problems)


def beside(text: str, results: "Sequence[Validated]") -> str:
    """Return a report for people with the annotations behind it.

    What a document or a file name says is in the text, and the runner obeys commands wherever it sees them:
    it is told to obey none until the text is over. The word that ends this is of the digest of the text,
    so nothing in the text can hold it.

    Args:
        text: the report, with a line end at its end.
        results: those that the text is about.
    """
    return shielded(text, render(results))


def shielded(text: str, commands: str) -> str:
    """Return a report for people with commands behind it, of which the runner obeys only the latter.

    Args:
        text: the report, with a line end at its end.
        commands: as `command` makes them; "" if there are none.
    """
    from stella_git.canon.digest import sha256

    if not commands:
        return text
    word = "stella-" + sha256(text.encode("utf-8", "surrogateescape")).hex
    return f"::stop-commands::{word}\n{text}::{word}::\n{commands}"


def _command(problem: "Problem") -> str:
    return command(
        _COMMANDS[problem.severity],
        f"{printable(problem.message)}\n{printable(problem.remedy)}",
        title=problem.rule,
        where=Where(problem.path, line=problem.line, column=problem.column),
    )


def command(name: str, message: str, *, title: str, where: Where) -> str:
    """Return one annotation, on a line of its own.

    Args:
        name: ``error``, ``warning`` or ``notice``.
        message: printable lines.
        title: what stands above it.
        where: the place; without a path, or for standard input, no file is named.
    """
    properties: dict[str, str] = {}
    if where.path is not None and where.path != "-":  # standard input is no file that could be annotated
        properties["file"] = _escape(representable(where.path), _PROPERTY)
    if where.line is not None:
        properties["line"] = str(where.line)
    if where.column is not None:
        properties["col"] = str(where.column)
    properties["title"] = _escape(title, _PROPERTY)
    said = ",".join(f"{key}={value}" for key, value in properties.items())
    text = _escape(message.rstrip("\n"), _DATA)
    return f"::{name} {said}::{text}\n"


def _escape(text: str, escapes: dict[str, str]) -> str:
    r"""Return text with what separates commands escaped; other control characters as ``\x1b``, and so on."""
    return "".join(escapes.get(char) or printable(char) for char in text)
