"""Rules for statements, envelopes and bundles (A)."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {}
