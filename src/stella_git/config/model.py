"""What ``stella.toml`` can say."""

import re
from collections.abc import Mapping
from typing import Any

from stella_git.canon.record import field, record

STAGES = ("pre-commit", "pre-push", "ci", "release", "deploy", "audit")
"""When a decision is made."""
CONFIG_FILE = "stella.toml"


@record(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a monorepo with documents of its own; each gets one verdict."""

    name: str
    paths: tuple[str, ...] = ()
    sbom: tuple[str, ...] = ()
    vex: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    attestations: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    environment: str | None = None


@record(frozen=True, slots=True, kw_only=True)
class Environment:
    """What an environment asks of a commit."""

    name: str
    require: bool = True
    refs: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything ``stella.toml`` can say, with defaults.

    Lists of paths are globs relative to the root of the tree (``*`` inside a name, ``**`` across names).
    """

    repository_id: str | None = None
    repository_name: str | None = None
    trust_ref: str | None = None
    keyring: str = "stella.keyring.json"
    root_keys: tuple[str, ...] = ()
    environment: str | None = None
    sbom: tuple[str, ...] = ()
    vex: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    attestations: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ("policies/budgets/*.yaml",)
    policies: tuple[str, ...] = (
        "policies/policy-set.yaml",
        "policies/policy.lock",
        "policies/packs/**/*.yaml",
        "policies/packs/**/*.schema.json",
        "policies/waivers/*.yaml",
    )
    rating_sources: tuple[str, ...] = ()
    trust_file: str = "policies/trust.yaml"
    claims: str = "stella.claims.json"
    trusted_roots: tuple[str, ...] = ("stella.trusted-root*.json",)
    document_rules: str | None = None
    sign_key: str | None = None
    notes_visibility: str = "public"
    notes_remote: str = "origin"
    hooks: Mapping[str, Any] = field(default_factory=dict)
    components: tuple[Component, ...] = ()
    environments: tuple[Environment, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def signatures(self) -> str:
        """Return the path of the keyring's signatures: ``stella.keyring.sigs.json`` for the default."""
        stem = self.keyring.removesuffix(".json")
        return f"{stem}.sigs.json"

    def required_environments(self, ref: str | None) -> tuple[str, ...]:
        """Return the environments whose verdict a commit on ``ref`` needs, sorted.

        Without an ``[environments]`` table it is ``decide.environment`` alone.
        """
        named = sorted(
            entry.name
            for entry in self.environments
            if entry.require
            and (not entry.refs or ref is None or any(_ref_matches(ref, glob) for glob in entry.refs))
        )
        if self.environments:
            return tuple(named)
        return (self.environment,) if self.environment else ()


def _ref_matches(ref: str, glob: str) -> bool:
    pattern = "".join(
        ".*" if part == "**" else "[^/]*" if part == "*" else re.escape(part)
        for part in re.split(r"(\*\*|\*)", glob)
    )
    return re.fullmatch(pattern, ref) is not None
