"""The rules, one id each, by family. What can be reported is listed here, and documented one by one.

A family is a module with a table ``RULES``; its module is loaded when a rule of it is looked up.
"""

import re
from importlib import import_module
from typing import TYPE_CHECKING

from stella_git.documents.rules.model import Rule
from stella_git.errors import DefectError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ("FAMILIES", "Rule", "all_rules", "find", "rule")

# What the ids of a family look like -> its module. The first that matches holds the rule.
FAMILIES: dict[str, str] = {
    r"[DJLY]\d{3}": "general",
    r"K-\w+": "schema",
    r"A\d{3}": "attestation",
    r"C\d{3}": "cyclonedx",
    r"CSAF-[\w.]+": "csaf",
    r"E-[\w.-]+": "elements",
    r"2S\d{2}": "spdx2",
    r"S\d{3}": "spdx3",
    r"P\d{3}": "policies",
    r"V\d{3}": "openvex",
    r"X\d{3}": "pairs",
}


def find(name: str) -> Rule | None:
    """Return the rule with this id, or None."""
    for pattern, family in FAMILIES.items():
        if re.fullmatch(pattern, name, re.ASCII):
            return _table(family).get(name)
    return None


def rule(name: str) -> Rule:
    """Return the rule with this id.

    Raises:
        DefectError: ``rule-unknown``, if there is none.
    """
    found = find(name)
    if found is None:
        raise DefectError(f"{name} is no rule", code="rule-unknown")
    return found


def all_rules() -> dict[str, Rule]:
    """Return every rule by its id, sorted."""
    merged: dict[str, Rule] = {}
    for family in FAMILIES.values():
        merged |= _table(family)
    return dict(sorted(merged.items()))


def _table(family: str) -> "Mapping[str, Rule]":
    table: Mapping[str, Rule] = import_module(f"stella_git.documents.rules.{family}").RULES
    return table
