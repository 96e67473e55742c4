"""Results of policies: what every renderer of them needs."""

from typing import TYPE_CHECKING

from stella_git.canon.record import field, record
from stella_git.report.problems import representable, unicode_text
from stella_git.report.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.baseline import Compared
    from stella_git.policy.context import Context
    from stella_git.policy.model import Waiver
    from stella_git.policy.results import RuleResult, Run, Violation


@record(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A run of policies, and what is said beside it.

    Args:
        run: what came out.
        context: what it was about.
        waivers: waivers of the set by id: who waives, until when, and why.
        compared: the run beside a baseline; None without one.
        new_only: whether violations of the baseline do not count.
    """

    run: "Run"
    context: "Context"
    waivers: "Mapping[str, Waiver]" = field(default_factory=dict)
    compared: "Compared | None" = None
    new_only: bool = False

    @property
    def decision(self) -> str:
        """Return the decision that the exit code is made of."""
        if self.new_only and self.compared is not None:
            return self.compared.decision
        return self.run.decision

    def state(self, result: "RuleResult", violation: "Violation") -> str:
        """Return ``fail``, ``warn``, ``waived``, ``audit``, or ``known`` for what a baseline excuses."""
        excused = self.new_only and violation.status in {"fail", "warn"}
        return "known" if excused and self.known(result, violation) else violation.status

    def known(self, result: "RuleResult", violation: "Violation") -> bool:
        """Return whether the baseline has a violation."""
        return self.compared is not None and self.compared.knows(result, violation)

    def rows(self) -> "Iterator[tuple[RuleResult, Violation, str]]":
        """Return every violation with its rule and its state, in the order of the run."""
        for result in self.run.results:
            for violation in result.violations:
                yield result, violation, self.state(result, violation)


def place(result: "RuleResult", violation: "Violation | None" = None) -> "Where":
    """Return the place in the evidence of a violation, as far as it is in a file, else that in the policy."""
    where = violation.evidence if violation is not None else None
    return where if where is not None and where.path not in {None, "-"} else result.where


def waive_command(result: "RuleResult", violation: "Violation") -> str:
    """Return a command line that waives a violation; it holds nothing that a shell would obey."""
    which = f"{violation.fp} --policy {result.name} --type risk_accepted"
    return f'stella policy waive {which} --reason "..." --expires 30d'


def because(violation: "Violation") -> str:
    """Return the facts of a violation as ``name=value`` pairs, printable, on one line."""
    from stella_git.policy.cel import written

    return ", ".join(
        f"{name}={printable(value) if isinstance(value, str) else written(value, limit=200)}"
        for name, value in sorted(violation.params.items())
    )


def waived_by(outcome: Outcome, violation: "Violation") -> str:
    """Return which waiver excuses a violation, until when, who answers for it, and why; printable."""
    waiver = outcome.waivers.get(violation.waiver or "")
    if waiver is None:
        return printable(f"by {violation.waiver}")
    ticket = f" ({waiver.ticket})" if waiver.ticket else ""
    return printable(
        f"by {waiver.id} of {waiver.owner} until {waiver.expires}: {' '.join(waiver.reason.split())}{ticket}"
    )


def shown(where: "Where") -> str:
    """Return ``path:line`` for people."""
    line = f":{where.line}" if where.line is not None else ""
    return printable(f"{representable(where.path or where.ref or '?')}{line}")


def level(notice: "Mapping[str, Json]") -> str:
    """Return how much a notice of a run matters: ``note``, ``warning`` or ``error``."""
    said = notice.get("level")
    if notice.get("code") == "no-rules":
        return "error"
    return said if isinstance(said, str) and said in {"error", "warning"} else "note"


def counts(outcome: Outcome) -> "dict[str, int]":
    """Return how many violations of each state there are, errors of rules, and rules of each other status."""
    found = dict.fromkeys(("fail", "warn", "waived", "audit", "known", "error", "pass", "not_applicable"), 0)
    for _, _, state in outcome.rows():
        found[state] += 1
    for result in outcome.run.results:
        if result.status in {"error", "pass", "not_applicable"}:
            found[result.status] += 1
    return found


def place_json(where: "Where") -> "dict[str, Json]":
    """Return a place as JSON; what is not known is absent."""
    row: dict[str, Json] = {}
    if where.path is not None:
        row["path"] = representable(where.path)
    if where.line is not None:
        row["line"] = where.line
    if where.column is not None:
        row["column"] = where.column
    if where.pointer is not None:
        row["pointer"] = unicode_text(where.pointer)
    return row
