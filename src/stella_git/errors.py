"""The one tree of errors (floor 0).

::

    StellaError                 3  never raised itself
    ├── UsageError              2  the command line is wrong
    ├── ConfigError             2  stella.toml, keyring, budgets or policies cannot be used
    ├── InputError              1  bytes from outside are not what they are said to be
    ├── RefusedError            1  evidence was read, and does not hold
    ├── EnvironmentFault        4  git, disk or network did not answer
    └── DefectError             3  our own mistake

Each error has a stable ``code`` (documented in ``docs/errors.md``), a ``message``, a ``where`` and a
``remedy`` in the imperative. Third-party exceptions never cross a floor. A crash must never look like a
"no", nor a "no" like a crash: that is what the exit codes are for.
"""

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_DEFECT = 3
EXIT_ENVIRONMENT = 4
EXIT_INTERRUPT = 130


class Where:
    """A place that a message points at; every part is optional.

    Args:
        path: file name as the user wrote it, or ``REV:PATH``.
        line: 1-based.
        column: 1-based, in characters.
        pointer: JSON Pointer (RFC 6901).
        ref: git ref or object id.
    """

    __slots__ = ("column", "line", "path", "pointer", "ref")

    def __init__(
        self,
        path: str | None = None,
        *,
        line: int | None = None,
        column: int | None = None,
        pointer: str | None = None,
        ref: str | None = None,
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.pointer = pointer
        self.ref = ref

    def __str__(self) -> str:
        """Return ``path:line:column pointer``, leaving out what is unknown."""
        place = self.path or self.ref or ""
        if self.line is not None:
            place += f":{self.line}" if self.column is None else f":{self.line}:{self.column}"
        return " ".join(part for part in (place, self.pointer) if part)

    def within(self, path: str) -> "Where":
        """Return the same place inside the file ``path``."""
        return Where(path, line=self.line, column=self.column, pointer=self.pointer, ref=self.ref)


class StellaError(Exception):
    """Root of every error that leaves this package.

    Args:
        message: one sentence, no final full stop needed.
        code: stable slug, lower case with hyphens, or a refusal code in capitals.
        where: the place it is about.
        remedy: what to do, in the imperative.
    """

    exit_code = EXIT_DEFECT

    def __init__(
        self, message: str, *, code: str, where: Where | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where or Where()
        self.remedy = remedy

    def __str__(self) -> str:
        place = str(self.where)
        return f"{place}: {self.message}" if place else self.message

    def __reduce__(self) -> "tuple[object, ...]":
        """Return what makes the same error in another process."""
        return _again, (type(self), self.message, self.code, self.where, self.remedy)


def _again(kind: type[StellaError], message: str, code: str, where: Where, remedy: str | None) -> StellaError:
    return kind(message, code=code, where=where, remedy=remedy)


class UsageError(StellaError):
    """The command line is wrong."""

    exit_code = EXIT_USAGE


class ConfigError(StellaError):
    """Configuration, keyring, budgets or policies cannot be used."""

    exit_code = EXIT_USAGE


class InputError(StellaError):
    """Bytes from outside are not what they are said to be."""

    exit_code = EXIT_FINDINGS


class RefusedError(StellaError):
    """Evidence was read, and does not hold."""

    exit_code = EXIT_FINDINGS


class EnvironmentFault(StellaError):  # noqa: N818 - a fault of the surroundings; EnvironmentError is a builtin
    """Git, disk or network did not answer."""

    exit_code = EXIT_ENVIRONMENT


class DefectError(StellaError):
    """Our own mistake."""

    exit_code = EXIT_DEFECT
