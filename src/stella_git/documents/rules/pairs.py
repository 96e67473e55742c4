"""Rules for VEX together with the SBOMs beside it."""

from stella_git.documents.rules.model import Rule

RULES: dict[str, Rule] = {}
