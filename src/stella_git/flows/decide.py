"""Decide on a commit: find what is in force, gather the evidence, judge it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from stella_git.attest.members import REF, WHAT_REF
from stella_git.canon.clock import Instant
from stella_git.canon.reader import Json
from stella_git.config import Component
from stella_git.errors import ConfigError, UsageError, Where
from stella_git.flows import carry, evidence, noteevidence, roots, trusted
from stella_git.flows.acceptance import earliest_time
from stella_git.flows.evidence import Located
from stella_git.flows.judge import Context, judge
from stella_git.flows.trusted import TrustedRevision
from stella_git.flows.workspace import Workspace
from stella_git.gitstore.backend import Commit
from stella_git.gitstore.objects import tree_twin
from stella_git.verdict.decide import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    `as_of` is the time at which grace and waivers are judged; None means ``SOURCE_DATE_EPOCH``, else the
    committer time. `given` names files by role that replace the configured ones. `ref` is the ref the
    verdict is for; None means the branch that is checked out.
    """

    revision: str = "HEAD"
    environment: str | None = None
    stage: str = "ci"
    as_of: Instant | None = None
    given: Mapping[str, Iterable[str]] = field(default_factory=dict)
    component: str | None = None
    policy_ref: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A decision with everything that made it."""

    commit: Commit
    ref: str
    component: Component | None
    context: Context
    in_force: TrustedRevision
    located: tuple[Located, ...]
    decision: Decision


def decide(workspace: Workspace, question: Question) -> Answer:
    """Return the verdict on one commit; nothing is written.

    Raises:
        ConfigError: no trusted revision, environment or repository id; or policies that cannot be used.
        InputError: an invalid document.
        UsageError: no such commit, or a time before the commit's parent.
    """
    evidence.require_named(question.given)
    _require_ref(question.ref)
    commit = workspace.commit(question.revision)
    in_force = trusted.load(
        workspace.backend,
        trusted.trusted_commit(workspace.backend, question.policy_ref, workspace.environment),
    )
    component = find_component(in_force, question.component)
    ref = question.ref or workspace.backend.head_ref() or "HEAD"
    documents = evidence.gather(
        workspace, commit.tree, in_force.config, component=component, given=question.given
    )
    context = Context(
        subject_name=subject_name(in_force, component),
        tree_sha256=tree_twin(workspace.backend, commit.tree),
        environment=find_environment(workspace, in_force, component, question.environment),
        stage=question.stage,
        as_of=find_time(workspace, commit, question.as_of),
        params=in_force.params_for(ref),
    )
    rules = in_force.rulebook.rules
    attested = noteevidence.gather(workspace, commit.id, rules, context, documents)
    located = (*documents, *attested, *rules_in_force(workspace, commit.tree, in_force))
    if any(item.role == evidence.ATTESTATION for item in located):
        context = replace(context, params={**context.params, **about_commit(commit)})
        located = (*located, *roots.evidence(workspace.backend, commit.tree, in_force))
    located = (*located, *carry.carry_over(workspace, commit, context, located, in_force))
    return Answer(
        commit=commit,
        ref=ref,
        component=component,
        context=context,
        in_force=in_force,
        located=located,
        decision=judge(located, context, places=True),
    )


def about_commit(commit: Commit) -> dict[str, Json]:
    """Return the parameters of a verdict that has attestations: what they have to be about."""
    return {"gitCommit": commit.id, "gitTree": commit.tree}


def _require_ref(ref: str | None) -> None:
    """Refuse a ref that no statement may name, before anything is signed for it."""
    if ref is not None and not REF.fullmatch(ref):
        raise UsageError(
            f"{ref!r} is not {WHAT_REF}",
            code="ref-name",
            where=Where(ref=ref),
            remedy="write the full name, such as refs/heads/main",
        )


def rules_in_force(workspace: Workspace, tree: str, in_force: TrustedRevision) -> tuple[Located, ...]:
    """Return policy files, keyring and trust file with locators for the subject's tree."""
    config = in_force.config
    named: list[tuple[str, str, bytes | None]] = [
        ("policy", path, data) for path, data in in_force.policy_files
    ]
    named += [
        ("keyring", config.keyring, in_force.keyring),
        ("trust", config.trust_file, in_force.trust_file),
    ]
    return tuple(
        evidence.pin(workspace.backend, tree, role, path, data)
        for role, path, data in named
        if data is not None
    )


def subject_name(in_force: TrustedRevision, component: Component | None) -> str:
    """Return the name of a verdict's subject: the repository id, and the component in a monorepo.

    Raises:
        ConfigError: the repository has no id.
    """
    identifier = in_force.repository_id
    return identifier if component is None else f"{identifier}#{component.name}"


def find_component(in_force: TrustedRevision, name: str | None) -> Component | None:
    """Return the component called ``name``; None in a repository without components.

    Raises:
        UsageError: no such component, or one is needed and none is named.
    """
    components = {part.name: part for part in in_force.config.components}
    if name is None and not components:
        return None
    if name is None or name not in components:
        raise UsageError(
            f"no component is called {name!r}" if name else "this repository has components; name one",
            code="component-unknown",
            remedy=f"--component {' | '.join(sorted(components)) or 'is not used here'}",
        )
    return components[name]


def find_environment(
    workspace: Workspace, in_force: TrustedRevision, component: Component | None, named: str | None
) -> str:
    """Return the environment to decide for: named, the component's, this clone's, or the configured one.

    Raises:
        ConfigError: none of them is set.
    """
    candidates = (
        named,
        component.environment if component else None,
        workspace.environment.get("STELLA_ENVIRONMENT"),
        in_force.config.environment,
    )
    found = next((name for name in candidates if name), None)
    if found is None:
        raise ConfigError(
            "no environment is named",
            code="environment-missing",
            remedy="pass --environment, or set decide.environment in stella.toml",
        )
    return found


def find_time(workspace: Workspace, commit: Commit, named: Instant | None) -> Instant:
    """Return the time a verdict is as of.

    Raises:
        UsageError: it lies before the parent's committer time, or ``SOURCE_DATE_EPOCH`` is not a number.
    """
    as_of = named or source_date(workspace.environment) or Instant(commit.committer_seconds)
    now = Instant(max(workspace.clock.now().seconds, run_time(workspace).seconds))
    if as_of.seconds < earliest_time(workspace.backend, commit, now):
        raise UsageError(
            f"{as_of} lies before the parent commit",
            code="as-of-before-parent",
            where=Where(ref=commit.id),
            remedy="pass a later --as-of: a verdict cannot be older than what it builds on",
        )
    return Instant(as_of.seconds)


def source_date(environment: Mapping[str, str]) -> Instant | None:
    """Return ``SOURCE_DATE_EPOCH`` as a time, if it is set.

    Raises:
        UsageError: it is set to something else than seconds since the epoch.
    """
    text = environment.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(2**37))):
        raise UsageError(
            f"SOURCE_DATE_EPOCH is {text!r}, not seconds since the epoch",
            code="source-date-epoch",
            remedy="unset it, or set it to the output of `git log -1 --format=%ct`",
        )
    return Instant(int(text))


def run_time(workspace: Workspace) -> Instant:
    """Return when this run happens; recorded beside a verdict, never inside."""
    return source_date(workspace.environment) or Instant(workspace.clock.now().seconds)
