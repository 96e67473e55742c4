"""Ask policies about documents from disk: to try them, in a pipeline or while they are written.

It is no verdict: nobody signs it, the clock may say the time, and parameters may be given. `stella decide`
asks the same rules of a commit.
"""

import re
from typing import TYPE_CHECKING, Final

from stella_git.canon.record import field, record, replace
from stella_git.config.shape import nearest
from stella_git.errors import UsageError
from stella_git.policy.ruleset import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence
    from stella_git.policy.explain import Explanation, Wanted
    from stella_git.policy.model import Overrides, Param, Policy, PolicySet, Waiver
    from stella_git.policy.results import Run

_INTEGER: Final = re.compile(r"-?[0-9]{1,16}")
_BOOLEANS: Final = {"false": False, "true": True}


@record(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Args:
        policies: files and folders.
        evidence: (path, bytes) of documents.
        keyring: bytes of a keyring file; None: nobody signed anything, and nobody approved a waiver.
        context: where and when.
        params: ``POLICY.NAME=VALUE`` each.
        only: ``POLICY`` or ``POLICY/RULE`` each; empty for everything.
    """

    policies: tuple[str, ...]
    evidence: tuple[tuple[str, bytes], ...] = ()
    keyring: bytes | None = None
    context: "Context"
    params: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@record(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a run is made of.

    Args:
        rules: what was asked for, with parameters as given.
        evidence: of the documents.
        approved: by id of a waiver, whose approvals of it were verified.
    """

    rules: Rules
    evidence: "tuple[Evidence, ...]"
    approved: "Mapping[str, tuple[str, ...]]" = field(default_factory=dict)


def prepare(question: Question) -> Prepared:
    """Return the rules and the evidence of a question.

    Raises:
        UsageError: ``policy-only``, ``policy-param-given``: an option names what does not exist, or gives a
            value that a parameter does not take; a file is not there.
        ConfigError: policy files or the keyring cannot be used.
        InputError: a document is not what it is said to be.
        EnvironmentFault: a file cannot be read.
    """
    from stella_git.flows import policyfiles
    from stella_git.flows.policyevidence import of_files

    rules = policyfiles.rules(question.policies)
    for given in question.params:
        rules = _with_param(rules, given)
    if question.only:
        rules = narrowed(rules, question.only)
    context = question.context
    evidence = of_files(
        question.evidence, keyring=question.keyring, as_of=context.as_of, environment=context.environment
    )
    return Prepared(rules=rules, evidence=evidence, approved=_approved(rules, question))


def _approved(rules: Rules, question: Question) -> "dict[str, tuple[str, ...]]":
    """Return whose approvals of waivers hold, for this repository and under the keyring that was given.

    Who wrote a waiver is not asked here: files on disk have no history. A verdict asks.
    """
    if question.keyring is None or not any(waiver.approvals for waiver in rules.waivers):
        return {}
    from stella_git.flows.surroundings import find_work_tree, read_config
    from stella_git.flows.waivers import approved
    from stella_git.trust.keyring import Keyring

    top = find_work_tree()
    config = read_config(top) if top is not None else None
    return approved(
        rules.waivers,
        keyring=Keyring.from_bytes(question.keyring, None),
        repository_id=config.repository_id if config is not None else None,
        at=question.context.as_of,
    )


def evaluate(question: Question, prepared: Prepared) -> "Run":
    """Return what the policies say.

    Raises:
        ConfigError: an expression, a message or a parameter is wrong.
    """
    from stella_git.policy.run import run

    return run(prepared.rules, question.context, prepared.evidence, approved=prepared.approved)


def explained(question: Question, prepared: Prepared, wanted: "Wanted") -> "tuple[Explanation, ...]":
    """Return why the rules that were asked for say what they say.

    Raises:
        UsageError: ``policy-explain``: the policy is off, or nothing has that fingerprint or key.
        ConfigError: an expression, a message or a parameter is wrong.
    """
    from stella_git.policy.explain import explain

    found = explain(
        prepared.rules, question.context, prepared.evidence, wanted=wanted, approved=prepared.approved
    )
    if not found:
        raise UsageError(
            f"{', '.join(prepared.rules.policies)} is off in {question.context.environment[:64]!a}",
            code="policy-explain",
            remedy="name another --environment, or change its mode",
        )
    _require_found(found, wanted)
    return found


def _require_found(found: "Iterable[Explanation]", wanted: "Wanted") -> None:
    """Refuse a fingerprint or key that no element has, where elements were asked."""
    from stella_git.policy.explain import is_wanted

    rows = [*found]
    asked = all(row.result.fault is None and row.result.status != "not_applicable" for row in rows)
    if asked and not any(is_wanted(wanted, each.fp, each.key) for row in rows for each in row.elements):
        raise UsageError(
            f"no element that was asked has {(wanted.fp or wanted.key)!a}",
            code="policy-explain",
            remedy="leave it out to see the violations, and their fingerprints and keys",
        )


def narrowed(rules: Rules, only: "Iterable[str]") -> Rules:
    """Return the rules that are named, and no other.

    Args:
        rules: what is in force.
        only: ``POLICY`` or ``POLICY/RULE`` each.

    Raises:
        UsageError: ``policy-only``: there is no such policy or rule.
    """
    wanted: dict[str, set[str]] = {}
    for name in only:
        policy, _, rule = name.partition("/")
        _require(policy, rules.policies, "policy")
        known = [each.id for each in rules.policies[policy].rules]
        if rule:
            _require(rule, known, f"rule of {policy}")
        wanted.setdefault(policy, set()).update([rule] if rule else known)
    return Rules(
        policies={name: _of_rules(rules.policies[name], chosen) for name, chosen in wanted.items()},
        policy_set=rules.policy_set,
        waivers=[waiver for waiver in rules.waivers if _concerns(waiver, wanted)],
        schemas=rules.schemas,
    )


def _of_rules(policy: "Policy", chosen: "set[str]") -> "Policy":
    return replace(policy, rules=tuple(rule for rule in policy.rules if rule.id in chosen))


def _concerns(waiver: "Waiver", wanted: "Mapping[str, set[str]]") -> bool:
    return waiver.policy in wanted and (waiver.rule is None or waiver.rule in wanted[waiver.policy])


def _require(name: str, known: "Iterable[str]", what: str) -> None:
    names = sorted(known)
    if name not in names:
        near = nearest(name, names)
        raise UsageError(
            f"there is no {what} {name[:64]!a}",
            code="policy-only",
            remedy=f"did you mean {near!r}?" if near else f"name one of {', '.join(names[:10]) or 'none'}",
        )


def _with_param(rules: Rules, given: str) -> Rules:
    name, sign, text = given.partition("=")
    policy_id, _, param_name = name.rpartition(".")
    policy = rules.policies.get(policy_id)
    if not sign or policy is None:
        near = nearest(policy_id, rules.policies)
        raise _param_error(
            f"{given[:80]!a} is not POLICY.NAME=VALUE with a policy that exists",
            f"did you mean {near}.{param_name}?" if near else "write for example vuln.epss.maxEpssPpm=50000",
        )
    params = {param.name: param for param in policy.params}
    if param_name not in params:
        near = nearest(param_name, params)
        raise _param_error(
            f"{policy_id} has no parameter {param_name[:64]!a}",
            f"did you mean {near!r}?" if near else f"it has: {', '.join(params) or 'none'}",
        )
    value = _value(params[param_name], text)
    changed = tuple(
        replace(param, default=value) if param.name == param_name else param for param in policy.params
    )
    return Rules(
        policies={**rules.policies, policy_id: replace(policy, params=changed)},
        policy_set=_without(rules.policy_set, policy_id, param_name),
        waivers=rules.waivers,
        schemas=rules.schemas,
    )


def _value(param: "Param", text: str) -> "Json":
    from stella_git.policy.paramvalues import refusal

    value: Json = text
    if param.kind == "int" and _INTEGER.fullmatch(text):
        value = int(text)
    elif param.kind == "bool":
        value = _BOOLEANS.get(text, text)
    elif param.kind == "strings":
        value = [part for part in text.split(",") if part]
    refused = refusal(param, value)
    if refused is not None:
        raise _param_error(refused, "keep within what the policy allows; separate strings by commas")
    return value


def _param_error(message: str, remedy: str) -> UsageError:
    return UsageError(f"--param: {message}", code="policy-param-given", remedy=remedy)


def _without(policy_set: "PolicySet | None", policy: str, param: str) -> "PolicySet | None":
    """Return a policy set that says nothing about a parameter."""
    if policy_set is None:
        return None
    return replace(
        policy_set,
        everywhere=_cut(policy_set.everywhere, policy, param),
        environments={name: _cut(row, policy, param) for name, row in policy_set.environments.items()},
    )


def _cut(overrides: "Overrides", policy: str, param: str) -> "Overrides":
    params = {
        name: {key: value for key, value in values.items() if (name, key) != (policy, param)}
        for name, values in overrides.params.items()
    }
    return replace(overrides, params=params)
