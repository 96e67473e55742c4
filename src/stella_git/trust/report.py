"""Reports: named checks with stable codes, which is what a verification returns.

A verification raises only where there is nothing to report. A report without a single passed check is not
ok: nothing was shown, and "nothing" must never read as "yes".

Checks and reports are named tuples: a verification of thousands of notes makes seven checks for each.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from stella_git.errors import RefusedError

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

PASSED = "passed"
FAILED = "failed"
SKIPPED = "skipped"


class Check(NamedTuple):
    """One question and its answer.

    Args:
        name: what was asked, a lower-case word such as ``signatures``.
        status: ``passed``, ``failed`` or ``skipped``.
        code: refusal code (documented in ``docs/errors.md``); empty unless failed.
        detail: one sentence of facts.
        remedy: what to do, in the imperative.
    """

    name: str
    status: str
    code: str = ""
    detail: str = ""
    remedy: str | None = None

    def to_json(self) -> "dict[str, Json]":
        """Return the members that are present, as plain JSON."""
        members: dict[str, Json] = {"name": self.name, "status": self.status}
        members |= {
            name: value
            for name, value in (("code", self.code), ("detail", self.detail), ("remedy", self.remedy))
            if value
        }
        return members


def passed(name: str, detail: str = "") -> Check:
    """Return a passed check."""
    return Check(name=name, status=PASSED, detail=detail)


def failed(name: str, detail: str, *, code: str, remedy: str) -> Check:
    """Return a failed check; it always says what to do."""
    return Check(name=name, status=FAILED, code=code, detail=detail, remedy=remedy)


def skipped(name: str, detail: str) -> Check:
    """Return a check that could not be made, and why."""
    return Check(name=name, status=SKIPPED, detail=detail)


class Report(NamedTuple):
    """The checks of one verification, in the order in which they were made.

    Args:
        checks: every check, passed ones too.
        signers: who signed and counted, sorted, as ``key:NAME``; empty unless a signature was verified.
    """

    checks: tuple[Check, ...] = ()
    signers: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether at least one check passed and none failed."""
        return not self.failures and any(check.status == PASSED for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """Return the failed checks; the first is the reason to show."""
        return tuple(check for check in self.checks if check.status == FAILED)

    @property
    def code(self) -> str:
        """Return the code of the first failure; empty if none failed."""
        return next((check.code for check in self.checks if check.status == FAILED), "")

    def plus(self, checks: Iterable[Check]) -> "Report":
        """Return this report with more checks at its end."""
        return Report((*self.checks, *checks), self.signers)

    def require(self) -> None:
        """Do nothing if the report is ok.

        Raises:
            RefusedError: with code, detail and remedy of the first failure.
        """
        if self.ok:
            return
        first = self.failures[0] if self.failures else None
        if first is None:
            raise RefusedError(
                "no check was made",
                code="UNVERIFIED",
                remedy="verify the evidence before relying on it",
            )
        raise RefusedError(f"{first.name}: {first.detail}", code=first.code, remedy=first.remedy)

    def to_json(self) -> "dict[str, Json]":
        """Return ``{ok, checks[], signers[]?}`` as plain JSON."""
        members: dict[str, Json] = {"ok": self.ok, "checks": [check.to_json() for check in self.checks]}
        if self.signers:
            members["signers"] = list(self.signers)
        return members
