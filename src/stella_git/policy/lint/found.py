"""What lint says: a rule, a place in a policy file, and words."""

from typing import TYPE_CHECKING, Final

from stella_git.canon.record import record

if TYPE_CHECKING:
    from collections.abc import Collection

    from stella_git.documents.problems import Problem
    from stella_git.documents.severity import Severity
    from stella_git.errors import Where
    from stella_git.policy.source import PolicyFile

_MANY: Final = 1000


@record(frozen=True, slots=True, kw_only=True)
class Found:
    """A problem of a policy file.

    Args:
        rule: id of a rule of `stella_git.documents.rules.policies`.
        file: the file that it is in.
        where: its place; its pointer is a JSON Pointer in the file.
        message: plain words, of any length.
        remedy: what to do; "" for what the rule says.
        severity: None for that of the rule.
    """

    rule: str
    file: "PolicyFile"
    where: "Where"
    message: str
    remedy: str = ""
    severity: "Severity | None" = None

    def problem(self) -> "Problem":
        """Return it as every renderer takes problems."""
        from stella_git.documents.problems import Complaint
        from stella_git.documents.rules import rule

        complaint = Complaint(
            rule=self.rule,
            pointer=self.where.pointer or "",
            message=self.message,
            remedy=self.remedy or rule(self.rule).remedy,
            severity=self.severity,
        )
        return complaint.at(self.file.path, self.where.line or 1, self.where.column or 1)


def at(file: "PolicyFile", pointer: str, rule: str, message: str, remedy: str = "") -> Found:
    """Return a problem of the value at a JSON Pointer."""
    return Found(rule=rule, file=file, where=file.where(pointer), message=message, remedy=remedy)


def meant(word: str, known: "Collection[str]") -> str:
    """Return the remedy that names the nearest of the words that are known, or "" if none is near.

    Among very many words nobody looks: it would take longer than all the rest.
    """
    from stella_git.documents.wording import nearest

    near = nearest(word, sorted(known)) if len(known) <= _MANY else None
    return f"write {near}" if near else ""
