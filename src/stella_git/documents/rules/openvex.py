"""Rules for OpenVEX 0.2.0."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {}
