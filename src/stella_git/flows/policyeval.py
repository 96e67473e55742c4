"""Ask policies about documents from disk: to try them, in a pipeline or while they are written.

It is no verdict: nobody signs it, the clock may say the time, and parameters may be given. `stella decide`
asks the same rules of a commit.
"""

from typing import TYPE_CHECKING

from stella_git.canon.record import field, record, replace
from stella_git.errors import ConfigError, UsageError, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stella_git.canon.reader import Json
    from stella_git.policy.context import Context
    from stella_git.policy.evidence import Evidence
    from stella_git.policy.explain import Explanation, Wanted
    from stella_git.policy.results import Run
    from stella_git.policy.ruleset import Rules
    from stella_git.trust.keyring import Keyring
    from stella_git.trust.roots import KnownRoot


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

    rules: "Rules"
    evidence: "tuple[Evidence, ...]"
    approved: "Mapping[str, tuple[str, ...]]" = field(default_factory=dict)


def prepare(question: Question) -> Prepared:
    """Return the rules and the evidence of a question.

    Budgets and a trust file among the policy files count as they do in a decision.

    Raises:
        UsageError: ``policy-only``, ``policy-param-given``: an option names what does not exist, or gives a
            value that a parameter does not take; a file is not there.
        ConfigError: policy files or the keyring cannot be used; ``policy-trust-twice``.
        InputError: a document is not what it is said to be.
        EnvironmentFault: a file cannot be read.
    """
    from stella_git.flows import policychoice, policyfiles

    rules = policyfiles.rules(question.policies)
    for given in question.params:
        rules = policychoice.with_param(rules, given)
    if question.only:
        rules = policychoice.narrowed(rules, question.only)
    keyring = _keyring(question.keyring)
    return Prepared(
        rules=rules, evidence=_evidence(question, keyring), approved=_approved(rules, question, keyring)
    )


def _evidence(question: Question, keyring: "Keyring | None") -> "tuple[Evidence, ...]":
    from stella_git.budget import Budget
    from stella_git.flows import policyfiles
    from stella_git.flows.policyevidence.offered import of_files

    trust = policyfiles.of_kind(question.policies, "Trust")
    if len(trust) > 1:
        raise ConfigError(
            "there are two trust files",
            code="policy-trust-twice",
            where=Where(trust[1][0]),
            remedy=f"name folders with one of them: the other is {trust[0][0]}",
        )
    return of_files(
        question.evidence,
        keyring=question.keyring,
        roots=_roots(keyring),
        as_of=question.context.as_of,
        environment=question.context.environment,
        trust=trust[0][1] if trust else None,
        budgets=[
            Budget.from_bytes(data, path=path)
            for path, data in policyfiles.of_kind(question.policies, "Budget")
        ],
    )


def _keyring(data: bytes | None) -> "Keyring | None":
    if data is None:
        return None
    from stella_git.trust.keyring import Keyring

    return Keyring.from_bytes(data, None)


def _roots(keyring: "Keyring | None") -> "tuple[KnownRoot, ...]":
    """Return the trusted roots that a keyring lists, of those that travel with the program."""
    if keyring is None or not keyring.trusted_roots:
        return ()
    from stella_git.trust import roots

    found = (roots.packaged(), roots.packaged(roots.STAGING))
    return roots.by_digest(keyring.trusted_roots, found)


def _approved(rules: "Rules", question: Question, keyring: "Keyring | None") -> "dict[str, tuple[str, ...]]":
    """Return whose approvals of waivers hold, for this repository and under the keyring that was given.

    Who wrote a waiver is not asked here: files on disk have no history. A verdict asks.
    """
    if keyring is None or not any(waiver.approvals for waiver in rules.waivers):
        return {}
    from stella_git.flows.waivers import approved

    return approved(rules.waivers, keyring=keyring, repository_id=repository_id(), at=question.context.as_of)


def repository_id() -> str | None:
    """Return the id of the repository around the working directory; None where there is none.

    It is the subject of verdicts there, so fingerprints are those that a decision will have.
    """
    from stella_git.flows.surroundings import find_work_tree, read_config

    top = find_work_tree()
    try:
        config = read_config(top) if top is not None else None
    except ConfigError:
        return None  # `stella config check` says what is wrong with it
    return config.repository_id if config is not None else None


def evaluate(question: Question, prepared: Prepared) -> "Run":
    """Return what the policies say; notices name the parameters that were given.

    Raises:
        ConfigError: an expression, a message or a parameter is wrong.
    """
    from stella_git.policy.run import run

    found = run(prepared.rules, question.context, prepared.evidence, approved=prepared.approved)
    given: list[dict[str, Json]] = [
        {"code": "param-given", "level": "note", "text": f"--param {text}: not what the policies say"}
        for text in question.params
    ]
    return replace(found, notices=(*found.notices, *given)) if given else found


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

    if wanted.fp is None and wanted.key is None:
        return
    rows = [*found]
    asked = all(row.result.fault is None and row.result.status != "not_applicable" for row in rows)
    if asked and not any(is_wanted(wanted, each.fp, each.key) for row in rows for each in row.elements):
        raise UsageError(
            f"no element that was asked has {(wanted.fp or wanted.key)!a}",
            code="policy-explain",
            remedy="leave it out to see the violations, and their fingerprints and keys",
        )
