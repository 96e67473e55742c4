"""Who of those that signed counts for a role, and whether they are enough.

Distinct signers are counted, keys by SPKI and keyless identities by their entry. Who does not count makes a
check fail only if too few are left: a signature more, of an auditor or of a key that was rotated since, must
not spoil what the others said.
"""

from collections.abc import Sequence
from typing import NamedTuple

from stella_git.trust.report import FAILED, Check, failed, passed
from stella_git.trust.validity import KEY_DISABLED, KEY_NOT_VALID, KEY_REVOKED

_GRAVEST = (KEY_REVOKED, KEY_DISABLED, KEY_NOT_VALID)
_ISSUE = "issue the attestation again with a key that may sign it"


class Claimant(NamedTuple):
    """One signer with a good signature.

    Args:
        name: ``key:NAME`` or ``identity:NAME``.
        refusal: code and reason why the signature does not count at all, or None.
        has_role: whether the signer has the role that is asked for.
    """

    name: str
    refusal: tuple[str, str] | None
    has_role: bool


def count(
    claimants: Sequence[Claimant], role: str, needed: int
) -> tuple[tuple[str, ...], tuple[Check, Check, Check]]:
    """Return the names that count, sorted, and the checks ``keys``, ``role`` and ``threshold``.

    Args:
        claimants: each distinct signer once.
        role: canonical predicate type URI.
        needed: how many have to count, 1 or more.
    """
    counted = tuple(sorted(one.name for one in claimants if one.refusal is None and one.has_role))
    enough = len(counted) >= needed
    strangers = [one.name for one in claimants if one.refusal is None and not one.has_role]
    return counted, (
        _keys(claimants, enough=enough),
        _role(strangers, role, enough=enough),
        _threshold(counted, needed),
    )


def _keys(claimants: Sequence[Claimant], *, enough: bool) -> Check:
    refused = [(one.name, *one.refusal) for one in claimants if one.refusal is not None]
    detail = "; ".join(f"{name} {reason}" for name, _, reason in refused)
    if enough or not refused:
        return passed("keys", f"ignored: {detail}" if refused else "active, and valid when it was signed")
    code = min((code for _, code, _ in refused), key=_GRAVEST.index)
    return Check(name="keys", status=FAILED, code=code, detail=detail, remedy=_ISSUE)


def _role(strangers: Sequence[str], role: str, *, enough: bool) -> Check:
    shown = ascii(role)[1:-1][:120]
    names = ", ".join(strangers)
    if enough or not strangers:
        return passed("role", f"ignored: {names}" if strangers else shown)
    return failed(
        "role",
        f"not in the roles of {names}: {shown}",
        code="WRONG_ROLE",
        remedy=f"{_ISSUE}, or have the role given to the key",
    )


def _threshold(counted: Sequence[str], needed: int) -> Check:
    detail = f"{len(counted)} of {needed} signers that count: {', '.join(counted) or 'none'}"
    if len(counted) >= needed:
        return passed("threshold", detail)
    return failed(
        "threshold", detail, code="THRESHOLD", remedy="have more holders of keys with this role sign it"
    )
