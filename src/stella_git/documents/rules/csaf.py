"""Mandatory tests of CSAF 2.0 (section 6.1) and its profile VEX (section 4.5)."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {}
