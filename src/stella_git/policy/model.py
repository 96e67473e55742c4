"""What policy files say, in plain records; `stella_git.policy.load` makes them of bytes.

Source: ``schemas/stella/policy.v1.schema.json``, ``policy-set.v1.schema.json``, ``waiver.v1.schema.json``.
"""

from typing import TYPE_CHECKING

from stella_git.canon.record import field, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.policy.source import PolicyFile


@record(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression where it stands.

    Args:
        text: CEL.
        pointer: JSON Pointer of the string in its file.
    """

    text: str
    pointer: str


@record(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter that a policy set may change.

    Args:
        kind: ``int``, ``string``, ``bool`` or ``strings``.
        default: None if the policy set has to say it.
        minimum: smallest integer.
        maximum: largest integer.
        allowed: values that are allowed; of ``strings``, items. None for any.
        description: what it changes.
        pointer: JSON Pointer in its file.
    """

    name: str
    kind: str
    default: "Json" = None
    minimum: int | None = None
    maximum: int | None = None
    allowed: "tuple[Json, ...] | None" = None
    description: str = ""
    pointer: str = ""


@record(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """Who has to have signed a piece of evidence: ``threshold`` distinct signers that meet both conditions.

    Args:
        any_of: names of the keyring, ``key:NAME``, ``identity:NAME`` or ``NAME``; None for anybody.
        role: a role that the keyring gives the signer; None for any.
        threshold: how many distinct signers it takes.
    """

    any_of: tuple[str, ...] | None = None
    role: str | None = None
    threshold: int = 1


@record(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Evidence that a policy needs.

    Args:
        name: what expressions call it.
        predicate_type: URI, without version if ``versions`` are listed.
        versions: versions that the rules understand; None for any.
        signed_by: None if it need not be signed.
        minimum: how many pieces there have to be.
        maximum: how many there may be; with more than 1 the name stands for a list.
        max_age_days: None for any age.
        on_missing: ``deny``, ``warn`` or ``not_applicable``.
        schema: path of a JSON Schema beside the policy; None for that of the predicate type.
        pointer: JSON Pointer in its file.
    """

    name: str
    predicate_type: str
    versions: tuple[str, ...] | None = None
    signed_by: SignedBy | None = None
    minimum: int = 1
    maximum: int = 1
    max_age_days: int | None = None
    on_missing: str = "deny"
    schema: str | None = None
    pointer: str = ""

    @property
    def many(self) -> bool:
        """Return whether the name stands for a list."""
        return self.maximum > 1


@record(frozen=True, slots=True, kw_only=True)
class Match:
    """Where a policy applies; None matches everything."""

    stages: tuple[str, ...] | None = None
    environments: tuple[str, ...] | None = None
    refs: tuple[str, ...] | None = None
    subjects: tuple[str, ...] | None = None


@record(frozen=True, slots=True, kw_only=True)
class ForEach:
    """A rule that is asked of every element of a list.

    Args:
        item: name of the element in ``key``, ``assert`` and the violation.
        source: the list.
        key: what identifies an element.
        on_empty: ``pass``, ``violate`` or ``not_applicable``.
    """

    item: str
    source: Expression
    key: Expression
    on_empty: str


@record(frozen=True, slots=True, kw_only=True)
class Template:
    """What is said of a violation.

    Args:
        code: stable code.
        params: (name, expression), sorted by name.
        message: one sentence with ``{NAME}``, ``{key}``, ``{fp}``.
        fix: what to do about it; "" if the policy does not say.
        at: JSON Pointer in the evidence; None for the element itself.
    """

    code: str
    params: tuple[tuple[str, Expression], ...] = ()
    message: str
    fix: str = ""
    at: Expression | None = None


@record(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Args:
        id: unique in its policy.
        title: one line; "" if the policy does not say.
        for_each: None for a rule that is asked once.
        condition: what has to be true.
        violation: what is said if it is not.
        pointer: JSON Pointer in its file.
    """

    id: str
    title: str = ""
    for_each: ForEach | None = None
    condition: Expression
    violation: Template
    pointer: str


@record(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy.

    Args:
        file: where it comes from: path, bytes, digest, places.
        controls: sorted.
        effective_on: before it, deny counts as warn; None for always.
        expires: from then on every rule is an error; None for never.
        requires: in the order of the file.
        params: sorted by name.
        lets: (name, expression), sorted by name; they may use each other.
        rules: in the order of the file.
    """

    id: str
    revision: int
    title: str
    description: str = ""
    owner: str
    severity: str
    controls: tuple[str, ...] = ()
    mode: str
    effective_on: "Instant | None" = None
    expires: "Instant | None" = None
    cache: str | None = None
    match: Match = Match()
    requires: tuple[Requirement, ...] = ()
    params: tuple[Param, ...] = ()
    lets: tuple[tuple[str, Expression], ...] = ()
    rules: tuple[Rule, ...] = ()
    file: "PolicyFile"


@record(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a pack of others comes from.

    Args:
        kind: ``git``, ``https`` or ``file``.
        url: URL of the repository or of the file; for ``file``, a path relative to the policy set.
        commit: full commit id, of ``git``.
        path: folder or file in it, of ``git``; "" for all of it.
    """

    kind: str
    url: str
    commit: str = ""
    path: str = ""


@record(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack of policies that runs.

    Args:
        path: folder or file, relative to the root like the policy set's own path.
        origin: None for a pack of this repository.
        digest: ``sha256:...``; there whenever ``origin`` is.
        pointer: JSON Pointer in its file.
    """

    name: str
    path: str
    origin: Origin | None = None
    digest: str | None = None
    pointer: str = ""


@record(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a policy set says differently: modes by policy id, parameters by policy id and name."""

    modes: "Mapping[str, str]" = field(default_factory=dict)
    params: "Mapping[str, Mapping[str, Json]]" = field(default_factory=dict)


@record(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """What runs."""

    id: str
    revision: int
    title: str = ""
    owner: str
    packs: tuple[Pack, ...]
    allow: tuple[str, ...] = ()
    everywhere: Overrides = field(default_factory=Overrides)
    environments: "Mapping[str, Overrides]" = field(default_factory=dict)
    max_waiver_days: int = 90
    waiver_approvals: int = 1
    file: "PolicyFile"


@record(frozen=True, slots=True, kw_only=True)
class Approval:
    """A signature over a waiver.

    Args:
        identity: ``key:NAME`` or ``identity:NAME``.
        digest: ``sha256:...`` of what was signed.
        signature: base64.
    """

    identity: str
    digest: str
    signature: str


@record(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An exception for a while.

    Args:
        policy: id of a policy or of a budget.
        rule: None for every rule of the policy.
        fingerprint: ``vfp:...`` or ``fp:...``; None if it is matched by vulnerability and package.
        vuln: id of a vulnerability; None with a fingerprint.
        purl: glob; None with a fingerprint.
        environments: None for all.
        subjects: globs; None for all.
        kind: ``false_positive``, ``risk_accepted``, ``compensating_control`` or ``deferred_remediation``.
        effect: ``waive`` or ``downgrade``.
    """

    id: str
    owner: str
    created: "Instant"
    policy: str
    rule: str | None = None
    fingerprint: str | None = None
    vuln: str | None = None
    purl: str | None = None
    environments: tuple[str, ...] | None = None
    subjects: tuple[str, ...] | None = None
    kind: str
    effect: str
    reason: str
    ticket: str | None = None
    approvals: tuple[Approval, ...] = ()
    effective_from: "Instant"
    expires: "Instant"
    file: "PolicyFile"
