"""The story that ``stella demo`` tells: real commands, run here, with the output they really gave.

Every command says which exit code it must end with; another one ends the story with an error, so a demo
that reaches its last line has proved what it shows.
"""

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.errors import DefectError
from stella_git.report.text import paint

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

WIDTH = 100


class Story:
    """Runs commands, prints what they print, and keeps ids for ``--format json``.

    Args:
        quiet: print nothing while telling.
        colour: use terminal colours.
    """

    def __init__(self, *, quiet: bool, colour: bool) -> None:
        self.quiet = quiet
        self.colour = colour
        self.chapters = 0
        self.errors = ""
        self.steps: list[dict[str, Json]] = []
        self.ids: dict[str, Json] = {}

    def chapter(self, title: str, *text: str) -> None:
        """Begin a chapter."""
        self.chapters += 1
        self._print("")
        self._print(paint(f" {self.chapters}  {title}", "bold", colour=self.colour))
        for line in text:
            self._print(f"    {line}")

    def say(self, *text: str) -> None:
        """Print lines of prose."""
        for line in text:
            self._print(f"    {line}")

    def act(self, command: str, output: str = "") -> None:
        """Show something that was done with git or an editor, and what it printed."""
        self._print("")
        self._print("    " + paint(f"$ {command}", "info", colour=self.colour))
        self._indent(output)
        self.steps.append({"chapter": self.chapters, "command": command, "exit": 0})

    def stella(
        self, where: Path, words: Sequence[str], *, expect: int, shown: Sequence[str] | None = None
    ) -> str:
        """Run a command in the repository ``where``, show it with its output, and return the output.

        Raises:
            DefectError: it ended with another exit code than the story needs.
        """
        code, output, errors = call(where, words, colour=self.colour)
        self.errors = errors
        command = "stella " + " ".join(_quoted(word) for word in (shown or words))
        self._print("")
        verdict = paint(f"exit {code}", "good" if code == 0 else "error", colour=self.colour)
        self._print(f"    {paint(f'$ {command}', 'info', colour=self.colour)}  {verdict}")
        self._indent(output + errors)
        self.steps.append({"chapter": self.chapters, "command": command, "exit": code})
        if code != expect:
            raise DefectError(
                f"{command!r} ended with {code}, the story needs {expect}: {(errors or output)[-400:]}",
                code="demo-unexpected",
                remedy="report this, with the output above",
            )
        return output

    def keep(self, **ids: "Json") -> None:
        """Remember ids and digests for the machine-readable form."""
        self.ids |= ids

    def to_json(self) -> "Json":
        """Return every step and every id."""
        return {"schema": "stella.demo/1", "steps": list(self.steps), "ids": self.ids}

    def _indent(self, text: str) -> None:
        for line in text.rstrip("\n").splitlines():
            self._print(f"      {line}"[: WIDTH * 2] if line else "")

    def _print(self, line: str) -> None:
        if not self.quiet:
            print(line)


def call(where: Path, words: Sequence[str], *, colour: bool = False) -> tuple[int, str, str]:
    """Run one command in this process and return its exit code, output and error output."""
    from stella_git.cli.main import main

    with _captured() as (out, err):
        code = main(["-C", str(where), "--color", "always" if colour else "never", *words])
    return code, out.getvalue().decode(), err.getvalue().decode()


@contextlib.contextmanager
def _captured() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    out, err = io.BytesIO(), io.BytesIO()
    kept = sys.stdout, sys.stderr
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
    try:
        yield out, err
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # detached, so that dropping the wrapper does not close what the caller still reads
        sys.stdout.detach()
        sys.stderr.detach()
        sys.stdout, sys.stderr = kept


def _quoted(word: str) -> str:
    import shlex

    return shlex.quote(word)
