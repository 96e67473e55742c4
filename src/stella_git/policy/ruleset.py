"""All policy files in force, put together: nothing is there twice, nothing names what does not exist."""

import re
from typing import TYPE_CHECKING, TypeVar

from stella_git.canon.record import record
from stella_git.config.shape import nearest
from stella_git.errors import ConfigError, InputError, Where
from stella_git.policy import load
from stella_git.policy.compiled import Compiled, compile_policy
from stella_git.policy.consistency import require_consistent
from stella_git.policy.lock import require_locked, verify_packs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from stella_git.canon.reader import Json
    from stella_git.policy.model import Overrides, Policy, PolicySet, Waiver
    from stella_git.policy.source import PolicyFile

Each = TypeVar("Each", "Policy", "Waiver")

# Whatever is not one of the other members: the whole of it, or a member that is computed, may be the ref.
_REF = re.compile(r"\bcontext\b(?!\s*\.\s*(?:asOf|environment|stage|subject)\b)")
SCHEMA_SUFFIX = ".schema.json"
KINDS = ("Policy", "PolicySet", "PolicyLock", "Waiver")


@record(frozen=True, slots=True, kw_only=True)
class Bound:
    """A policy in an environment.

    Args:
        mode: what the policy set says for the environment, else for all, else what the policy says.
        params: value of every parameter.
    """

    policy: "Policy"
    mode: str
    params: "Mapping[str, Json]"


class Rules:
    """What is in force.

    Args:
        policies: by id.
        policy_set: None if there is none: then every policy runs as it is.
        waivers: sorted by id.
        schemas: parsed JSON Schemas by path.
    """

    __slots__ = ("_compiled", "policies", "policy_set", "schemas", "waivers")

    def __init__(
        self,
        *,
        policies: "Mapping[str, Policy]",
        policy_set: "PolicySet | None" = None,
        waivers: "Sequence[Waiver]" = (),
        schemas: "Mapping[str, Json] | None" = None,
    ) -> None:
        self.policies = dict(sorted(policies.items()))
        self.policy_set = policy_set
        self.waivers = tuple(sorted(waivers, key=lambda waiver: waiver.id))
        self.schemas = dict(schemas or {})
        self._compiled: dict[str, Compiled] = {}

    @property
    def max_waiver_days(self) -> int:
        """Return how long a waiver may last, in days."""
        return 90 if self.policy_set is None else self.policy_set.max_waiver_days

    @property
    def waiver_approvals(self) -> int:
        """Return how many approvers a waiver needs."""
        return 1 if self.policy_set is None else self.policy_set.waiver_approvals

    def compiled(self, name: str) -> Compiled:
        """Return a policy as programs; compiled once.

        Raises:
            ConfigError: the first problem of its expressions and messages.
        """
        if name not in self._compiled:
            self._compiled[name] = compile_policy(self.policies[name], schemas=self.schemas)
        return self._compiled[name]

    @property
    def reads_ref(self) -> bool:
        """Return whether a policy may depend on the ref; then it is part of what a verdict is about."""
        return any(
            policy.match.refs is not None or any(_REF.search(text) for text in _texts(policy))
            for policy in self.policies.values()
        )

    @property
    def predicate_types(self) -> frozenset[str]:
        """Return the predicate types that policies ask for, as they write them."""
        return frozenset(need.predicate_type for policy in self.policies.values() for need in policy.requires)

    def only(self, names: "Collection[str]") -> "Rules":
        """Return some of the policies, as they are in the whole.

        Args:
            names: ids; the others are left out.
        """
        chosen = {name: policy for name, policy in self.policies.items() if name in names}
        waivers = [waiver for waiver in self.waivers if waiver.policy in names]
        return Rules(policies=chosen, policy_set=self.policy_set, waivers=waivers, schemas=self.schemas)

    def bound(self, environment: str) -> tuple[Bound, ...]:
        """Return every policy as it is in an environment, sorted by id; those that are off too.

        Raises:
            ConfigError: ``policy-param``: a parameter has no default, and the policy set does not set it.
        """
        return tuple(self._bound(policy, environment) for policy in self.policies.values())

    def _bound(self, policy: "Policy", environment: str) -> Bound:
        layers = self._layers(environment)
        mode = next((layer.modes[policy.id] for layer in layers if policy.id in layer.modes), policy.mode)
        params: dict[str, Json] = {}
        for param in policy.params:
            given = [layer.params.get(policy.id, {}) for layer in layers]
            value = next((row[param.name] for row in given if param.name in row), param.default)
            if value is None and mode != "off":
                raise ConfigError(
                    f"the parameter {param.name!a} of {policy.id} has no value in {environment!a}",
                    code="policy-param",
                    where=policy.file.where(param.pointer),
                    remedy="give it a default, or set it in the policy set: params",
                )
            params[param.name] = value
        return Bound(policy=policy, mode=mode, params=params)

    def _layers(self, environment: str) -> "tuple[Overrides, ...]":
        if self.policy_set is None:
            return ()
        of = self.policy_set.environments.get(environment)
        return (self.policy_set.everywhere,) if of is None else (of, self.policy_set.everywhere)


def _texts(policy: "Policy") -> "Iterator[str]":
    for _, expression in policy.lets:
        yield expression.text
    for rule in policy.rules:
        yield rule.condition.text
        yield from (expression.text for _, expression in rule.violation.params)
        if rule.for_each is not None:
            yield from (rule.for_each.source.text, rule.for_each.key.text)
        if rule.violation.at is not None:
            yield rule.violation.at.text


def assemble(files: "Iterable[tuple[str, bytes]]", *, budgets: "Collection[str]" = ()) -> Rules:
    """Return what policy files come to.

    Args:
        files: (path, bytes) of the kinds Policy, PolicySet, PolicyLock and Waiver, in any order, and JSON
            Schemas whose names end in ``.schema.json``; paths are relative to one root.
        budgets: ids of budgets, which waivers may name too.

    Raises:
        ConfigError: a file cannot be read, or is of another kind; something is there twice, or names what
            does not exist; a parameter is out of bounds; a policy is in no pack.
    """
    schemas, read = [], []
    for path, data in sorted(dict(files).items()):
        if path.endswith(SCHEMA_SUFFIX):
            schemas.append((path, data))
        else:
            read.append(load.plain(data, path=path))
    return assemble_files(read, schemas, budgets=budgets)


def assemble_files(
    files: "Iterable[PolicyFile]",
    schemas: "Iterable[tuple[str, bytes]]" = (),
    *,
    budgets: "Collection[str]" = (),
) -> Rules:
    """Return what policy files come to that are parsed already.

    Args:
        files: strict YAML, whatever it says.
        schemas: (path, bytes) of JSON Schemas.
        budgets: as for `assemble`.

    Raises:
        ConfigError: as `assemble`.
    """
    found: dict[str, list[PolicyFile]] = {kind: [] for kind in KINDS}
    schemas = tuple(schemas)
    for file in files:
        kind = load.kind_of(file)
        if kind not in found:
            near = nearest(kind, KINDS)
            raise ConfigError(
                f"policy files of the kind {kind[:64]!a} are not applied",
                code="policy-kind-unsupported",
                where=file.where("/kind"),
                remedy=f"did you mean {near}?" if near else f"remove it, or write one of {', '.join(KINDS)}",
            )
        load.require_valid(file)
        found[kind].append(file)
    policies = _by_id([load.policy(file) for file in found["Policy"]], "policy")
    sets = [load.policy_set(file) for file in found["PolicySet"]]
    waivers = _by_id([load.waiver(file) for file in found["Waiver"]], "waiver")
    if len(sets) > 1:
        raise ConfigError(
            "there are two policy sets",
            code="policy-set-twice",
            where=sets[1].file.where("/kind"),
            remedy=f"keep one: the other is {sets[0].file.path}",
        )
    rules = Rules(
        policies=policies,
        policy_set=sets[0] if sets else None,
        waivers=tuple(waivers.values()),
        schemas={path: _schema(path, data) for path, data in schemas},
    )
    require_consistent(policies, rules.policy_set, rules.waivers, budgets)
    _require_unchanged(rules, found, dict(schemas))
    return rules


def _require_unchanged(
    rules: Rules, found: "Mapping[str, list[PolicyFile]]", schemas: "Mapping[str, bytes]"
) -> None:
    """Refuse packs and files that are not what the policy set and its lock say."""
    files = {file.path: file.data for kind in ("Policy", "PolicySet") for file in found[kind]}
    files |= schemas
    if rules.policy_set is not None:
        verify_packs(rules.policy_set, files)
    for lock in found["PolicyLock"]:
        require_locked(lock, files, rules.policy_set, complete=False)


def _schema(path: str, data: bytes) -> "Json":
    from stella_git.canon.reader import parse_json

    try:
        value = parse_json(data, path=path, limit=load.LIMIT)
    except InputError as error:
        raise ConfigError(
            error.message, code="policy-unreadable", where=error.where.within(path), remedy=error.remedy
        ) from error
    if isinstance(value, dict) and "kind" in value and "apiVersion" in value:
        raise ConfigError(
            f"this is no JSON Schema, and its name says that it is one: {str(value['kind'])[:64]!a}",
            code="policy-kind",
            where=Where(path, pointer="/kind"),
            remedy="give it a name that does not end in .schema.json, or it would never run",
        )
    return value


def _by_id(items: "Sequence[Each]", what: str) -> "dict[str, Each]":
    found: dict[str, Each] = {}
    for item in items:
        other = found.setdefault(item.id, item)
        if other is not item:
            raise ConfigError(
                f"the {what} {item.id!a} is there twice",
                code="policy-twice",
                where=item.file.where("/metadata/id"),
                remedy=f"give each an id of its own: the other is in {other.file.path}",
            )
    return found
