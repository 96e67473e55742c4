"""What a waiver is for: something that exists, and never everything."""

import re
from typing import TYPE_CHECKING

from stella_git.config.shape import nearest
from stella_git.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from stella_git.policy.model import Policy, Waiver
    from stella_git.policy.source import PolicyFile

_EVERYTHING = re.compile(r"(?:pkg:)?[*?/@]*")


def is_everything(glob: str) -> bool:
    """Return whether a glob names nothing, so that it covers whatever comes."""
    return _EVERYTHING.fullmatch(glob) is not None


def require_sound(waiver: "Waiver", policies: "Mapping[str, Policy]", budgets: "Collection[str]") -> None:
    """Refuse a waiver that names what is not there, covers everything, or ends before it begins.

    Args:
        waiver: as it was read.
        policies: by id.
        budgets: ids of budgets.

    Raises:
        ConfigError: ``policy-unknown``, ``waiver-scope`` or ``waiver-never``.
    """
    if waiver.policy not in policies and (waiver.policy not in budgets or waiver.rule is not None):
        raise unknown("policy", waiver.policy, {*policies, *budgets}, waiver.file, "/spec/policy")
    rules = {rule.id for rule in policies[waiver.policy].rules} if waiver.policy in policies else set()
    if waiver.rule is not None and waiver.rule not in rules:
        raise unknown("rule", waiver.rule, rules, waiver.file, "/spec/rule")
    scopes = [(waiver.vuln, "/spec/match/vuln"), (waiver.purl, "/spec/match/purl")]
    scopes += [(glob, f"/spec/match/subjects/{index}") for index, glob in enumerate(waiver.subjects or ())]
    for glob, pointer in scopes:
        if glob is not None and is_everything(glob):
            raise ConfigError(
                f"{glob!a} covers everything",
                code="waiver-scope",
                where=waiver.file.where(pointer),
                remedy="name what the waiver is about, such as pkg:pypi/urllib3@1.26.*",
            )
    if not waiver.effective_from < waiver.expires:
        raise ConfigError(
            "the waiver ends before it begins",
            code="waiver-never",
            where=waiver.file.where("/spec/expires"),
            remedy="let it expire after effectiveFrom",
        )


def unknown(what: str, name: str, known: "Iterable[str]", file: "PolicyFile", pointer: str) -> ConfigError:
    """Return the error about a name that stands for nothing, with the nearest one that does."""
    near = nearest(name, known)
    return ConfigError(
        f"there is no {what} {name[:64]!a}",
        code="policy-unknown",
        where=file.where(pointer),
        remedy=f"did you mean {near!r}?" if near else "correct it, or remove it",
    )
