"""Rules for SPDX 2.3."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {}
