"""What would have been decided under other policies: stored evidence, judged twice."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.errors import InputError, RefusedError, StellaError, UsageError, Where
from stella_git.flows import evidence, policyfiles, trusted, waiverfacts
from stella_git.flows.evidence import CAS, Located
from stella_git.flows.judge import judge
from stella_git.flows.replay import context_of, locators, stored
from stella_git.flows.verify import commits_of
from stella_git.gitstore.objects import tree_twin
from stella_git.verdict import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stella_git.attest.predicates import VerdictPredicate
    from stella_git.flows.judge import Context
    from stella_git.flows.workspace import Workspace
    from stella_git.gitstore.backend import Commit
    from stella_git.policy.results import Run
    from stella_git.verdict.decide import Decision
    from stella_git.verdict.rulebook import Rulebook


@record(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two sets of rules.

    Args:
        name: as it was written: a revision, or a folder.
        commit: id of the revision; "" for a folder.
        files: (path, bytes) of policies, policy set, waivers and budgets.
        book: what they come to.
    """

    name: str
    commit: str
    files: tuple[tuple[str, bytes], ...]
    book: "Rulebook"


@record(frozen=True, slots=True, kw_only=True)
class Change:
    """A violation, or an error of a rule, that is otherwise.

    Args:
        rule: ``POLICY/RULE``.
        fp: fingerprint of the violation; "" for a rule as a whole.
        before: status; "" if it is not there.
        after: the same.
        message: for readers.
    """

    rule: str
    fp: str
    before: str
    after: str
    message: str


@record(frozen=True, slots=True, kw_only=True)
class Compared:
    """One verdict under both sets.

    Args:
        commit: id.
        environment: of the verdict, as are the others.
        before: decision under the first set.
        after: decision under the second.
        changes: sorted by rule and fingerprint.
    """

    commit: str
    environment: str
    stage: str
    subject: str
    before: str
    after: str
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Return whether nothing is otherwise."""
        return self.before == self.after and not self.changes


@record(frozen=True, slots=True, kw_only=True)
class Difference:
    """All verdicts of some commits under both sets.

    Args:
        compared: commits newest first; then by subject, environment and stage.
        without: ids of commits that have no verdict.
        failed: (commit, why) of verdicts whose evidence is not there or cannot be judged.
        uncounted: folders with waivers, of which none counts: nobody knows there who wrote them.
    """

    before: str
    after: str
    compared: tuple[Compared, ...]
    without: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    uncounted: tuple[str, ...] = ()


def difference(workspace: "Workspace", before: str, after: str, revisions: str) -> Difference:
    """Return what verdicts on commits would be under two sets of rules.

    Args:
        before: a revision, whose rules are those that its ``stella.toml`` names, or a folder.
        after: the same.
        revisions: a commit, or a range ``A..B``.

    Raises:
        ConfigError: one of the sets cannot be used.
        UsageError: no such revision or folder.
    """
    sides = (side(workspace, before), side(workspace, after))
    compared: list[Compared] = []
    without, failed = [], []
    for commit in commits_of(workspace, revisions):
        verdicts = _verdicts(workspace, commit)
        if not verdicts:
            without.append(commit.id)
        for predicate in verdicts:
            try:
                compared.append(_compare(workspace, commit, predicate, sides))
            except (InputError, RefusedError) as error:
                failed.append((commit.id, str(error)))
    return Difference(
        before=before,
        after=after,
        compared=tuple(compared),
        without=tuple(without),
        failed=tuple(failed),
        uncounted=tuple(
            each.name for each in sides if not each.commit and each.book.rules and each.book.rules.waivers
        ),
    )


def side(workspace: "Workspace", name: str) -> Side:
    """Return a set of rules: of a folder on disk, or of a revision.

    Raises:
        ConfigError: it cannot be used.
        UsageError: there is no such folder or revision.
    """
    if Path(name).is_dir():
        files = policyfiles.gather([name], budgets=True)
        return Side(name=name, commit="", files=files, book=rulebook.read(files))
    commit = workspace.backend.resolve(f"{name}^{{commit}}")
    if commit is None:
        raise UsageError(
            f"{name!a} is neither a folder nor a revision",
            code="policy-side",
            where=Where(ref=name),
            remedy="name a folder with policies, or a commit whose policies to take",
        )
    in_force = trusted.load(workspace.backend, commit)
    return Side(name=name, commit=commit, files=in_force.policy_files, book=in_force.rulebook)


def _verdicts(workspace: "Workspace", commit: "Commit") -> "list[VerdictPredicate]":
    """Return the latest verdict of a commit for each subject, environment and stage."""
    latest: dict[tuple[str, str, str], tuple[int, str, VerdictPredicate]] = {}
    for predicate in stored(workspace, commit.id):
        try:
            context = context_of(predicate.verdict, "")
        except (StellaError, LookupError, AssertionError):
            continue  # a note may hold anything
        key = (context.subject_name, context.environment, context.stage)
        row = (context.as_of.seconds, predicate.verdict_id, predicate)
        if key not in latest or row[:2] > latest[key][:2]:
            latest[key] = row
    return [latest[key][2] for key in sorted(latest)]


def _compare(
    workspace: "Workspace", commit: "Commit", predicate: "VerdictPredicate", sides: tuple[Side, Side]
) -> Compared:
    context = context_of(predicate.verdict, tree_twin(workspace.backend, commit.tree))
    located = [evidence.fetch(workspace.backend, commit.tree, row) for row in locators(predicate)]
    kept = [item for item in located if item.role not in {"policy", waiverfacts.ROLE}]
    before, after = (_judged(workspace, kept, context, each, predicate.binding.ref) for each in sides)
    return Compared(
        commit=commit.id,
        environment=context.environment,
        stage=context.stage,
        subject=context.subject_name,
        before=before.verdict.decision,
        after=after.verdict.decision,
        changes=tuple(_changes(before.run, after.run)),
    )


def _judged(
    workspace: "Workspace", kept: list[Located], context: "Context", each: Side, ref: str
) -> "Decision":
    rules = each.book.rules
    params = {name: value for name, value in context.params.items() if name != "ref"}
    if rules is not None and rules.reads_ref:
        params["ref"] = ref
    items = [*kept, *(Located(role="policy", data=data, uri=CAS, path=path) for path, data in each.files)]
    if rules is not None and each.commit:
        items += waiverfacts.gather(workspace.backend, each.commit, rules, ())
    return judge(items, replace(context, params=params))


def _changes(before: "Run | None", after: "Run | None") -> "Iterator[Change]":
    old, new = _statuses(before), _statuses(after)
    for key in sorted({*old, *new}):
        was, text = old.get(key, ("", ""))
        now, later = new.get(key, ("", ""))
        if was != now:
            yield Change(rule=key[0], fp=key[1], before=was, after=now, message=later or text)


def _statuses(run: "Run | None") -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for result in () if run is None else run.results:
        if result.fault is not None:
            found[result.name, ""] = ("error", result.fault.message)
        for violation in result.violations:
            found[result.name, violation.fp] = (violation.status, violation.message)
    return found
