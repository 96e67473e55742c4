"""What came out of policies: a status and violations for every rule."""

from functools import lru_cache
from typing import TYPE_CHECKING

from stella_git.canon.digest import sha256
from stella_git.canon.jcs import dumps
from stella_git.canon.record import record

if TYPE_CHECKING:
    from stella_git.canon.reader import Json
    from stella_git.errors import Where
    from stella_git.policy.model import Policy, Rule

# From what denies most to what denies nothing.
DECISIONS = ("pass", "warn", "fail", "error")


@record(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that does not hold, of one element.

    Args:
        fp: fingerprint, ``vfp:`` and 16 hex digits.
        key: what identifies the element; "" for a rule that is asked once.
        code: stable code.
        params: facts: strings, integers, booleans and lists of them.
        message: for readers.
        fix: what to do about it; "" if the policy does not say.
        status: ``fail``, ``warn``, ``waived`` or, in the mode ``audit``, ``audit``.
        waiver: id of the waiver that waives or downgrades it; None if none does.
        notes: what else a reader should know, such as a waiver that has expired.
        evidence: place in the evidence, as far as it is known.
        digests: of the evidence that the policy looked at, sorted.
    """

    fp: str
    key: "str | int | bool"
    code: str
    params: "dict[str, Json]"
    message: str
    fix: str = ""
    status: str
    waiver: str | None = None
    notes: tuple[str, ...] = ()
    evidence: "Where | None" = None
    digests: tuple[str, ...] = ()

    def to_json(self) -> "dict[str, Json]":
        """Return the row of a verdict."""
        return {"fp": self.fp, "code": self.code, "params": self.params}


@record(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a rule could not be asked.

    Args:
        code: stable code, such as ``cel-evaluation`` or ``policy-expired``.
        message: for readers.
        where: place in the policy.
        remedy: what to do about it.
    """

    code: str
    message: str
    where: "Where"
    remedy: str = ""


@record(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What one rule said.

    Args:
        mode: of the policy in this environment: ``deny``, ``warn``, ``audit`` (a policy that is off has no
            results).
        effective_mode: ``warn`` before the policy is effective.
        status: ``pass``, ``fail``, ``warn``, ``waived``, ``not_applicable`` or ``error``.
        violations: sorted by fingerprint, then parameters. In the mode ``audit`` a rule with violations
            passes; otherwise only fail, warn and waived have any.
        fault: why it is an error; None for every other status.
        reason: why it is not applicable; "" for every other status.
        where: place of the rule in its file.
    """

    policy: "Policy"
    rule: "Rule"
    mode: str
    effective_mode: str
    status: str
    violations: tuple[Violation, ...] = ()
    fault: Fault | None = None
    reason: str = ""
    where: "Where"

    @property
    def name(self) -> str:
        """Return ``POLICY/RULE``."""
        return f"{self.policy.id}/{self.rule.id}"

    def to_json(self) -> "dict[str, Json]":
        """Return the row of a verdict."""
        return {
            "policy": self.policy.id,
            "rule": self.rule.id,
            "status": self.status,
            "violations": [violation.to_json() for violation in self.violations],
        }


@record(frozen=True, slots=True, kw_only=True)
class Run:
    """What all policies in force said.

    Args:
        results: sorted by policy id, in the order of the rules.
        policies: rows of a verdict: ``{id, revision, digest, mode, effectiveMode}``.
        waivers: rows of a verdict: ``{id, digest, applied[fp]}`` of every waiver that is live and approved.
        notices: ``{code, text, ...}`` about waivers and policies that expire, for readers.
        decision: ``pass``, ``warn``, ``fail`` or ``error``; ``error`` too if no rule ran.
        ran: how many rules were asked, of those that apply.
    """

    results: tuple[RuleResult, ...]
    policies: "tuple[dict[str, Json], ...]" = ()
    waivers: "tuple[dict[str, Json], ...]" = ()
    notices: "tuple[dict[str, Json], ...]" = ()
    decision: str
    ran: int


def violation_fingerprint(policy: str, rule: str, subject: str | None, key: "str | int | bool") -> str:
    """Return ``vfp:`` and 16 hex digits of SHA-256 over JCS([policy, rule, subject or "*", key])."""
    return "vfp:" + sha256(_head(policy, rule, subject or "*") + dumps(key) + b"]").hex[:16]


@lru_cache(maxsize=1024)
def _head(policy: str, rule: str, subject: str) -> bytes:
    """Return how the canonical JSON begins that the violations of a rule have in common."""
    return dumps([policy, rule, subject])[:-1] + b","
