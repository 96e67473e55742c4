"""Rules for SPDX 3.0.1."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {}
