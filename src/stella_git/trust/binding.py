"""A statement about a commit against the commit itself: is it about *this* one, here, still?

in-toto matches any subject; we require all, and the binding must say the same as the subjects. Every fact
comes from the repository as the verifier sees it, none from the statement.

Source: in-toto Attestation Framework v1.1, statement.md; docs/reference/verdict.md (binding).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stella_git.attest.predicates import Binding
from stella_git.attest.statement import Statement
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.trust.report import Check, failed, passed, skipped

_CARRY = "decide again for this commit: stella attest create"
_LENGTHS = {"sha1": 40, "sha256": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFacts:
    """What git says about the commit that is asked about.

    Args:
        repository_id: UUID of the repository, from trusted configuration.
        root_commits: ids of the commits without parents that it descends from; None in a shallow clone.
        commit: commit id; None when only a tree is asked about.
        tree: tree id.
        tree_sha256: id of the same tree in a SHA-256 repository, 64 hex digits.
        ref_patterns: refs for which a statement is accepted, globs allowed (``*`` inside a name, ``**``
            across names); None or empty where the ref does not matter.
        object_format: ``sha1`` or ``sha256``.
    """

    repository_id: str
    root_commits: tuple[str, ...] | None
    commit: str | None
    tree: str
    tree_sha256: str
    ref_patterns: tuple[str, ...] | None = None
    object_format: str = "sha1"


def check_binding(
    statement: Statement, binding: Binding, facts: CommitFacts, *, now: Instant
) -> tuple[Check, ...]:
    """Return the checks ``repository``, ``subject``, ``history``, ``ref`` and ``expiry``.

    Args:
        statement: one whose signatures were verified.
        binding: of the statement's predicate.
        facts: of the commit that is asked about.
        now: the instant against which the expiry is held; the last instant still counts.
    """
    return (
        _check_repository(statement, binding, facts),
        _check_subject(statement, binding, facts),
        _check_history(binding, facts),
        _check_ref(binding, facts),
        _check_expiry(binding, now),
    )


def _check_repository(statement: Statement, binding: Binding, facts: CommitFacts) -> Check:
    names = {binding.repository_id} | {
        (subject.name or "").partition("#")[0] for subject in statement.subject
    }
    others = sorted(names - {facts.repository_id})
    if others:
        return _wrong_repository(
            "repository", f"it is about {_shown(others[0])}, this is {facts.repository_id}"
        )
    return passed("repository", facts.repository_id)


def _check_subject(statement: Statement, binding: Binding, facts: CommitFacts) -> Check:
    """All subjects must be known, must be there, and must match; the binding must say the same."""
    said = _said(statement, binding)
    if said is None:
        return failed(
            "subject",
            "the subjects are not those of a statement about a commit, or the binding says other ids",
            code="WRONG_SUBJECT",
            remedy=_CARRY,
        )
    commit, tree, twin = said
    if len(tree) != _LENGTHS[facts.object_format]:
        return failed(
            "subject",
            f"it names object ids of {len(tree)} digits, this repository has {facts.object_format} ids",
            code="WRONG_OBJECT_FORMAT",
            remedy=_CARRY,
        )
    same_tree = tree == facts.tree and twin == facts.tree_sha256
    if commit is not None and commit != facts.commit:
        also = "its tree is the same" if same_tree else "with another tree"
        asked = facts.commit or f"tree {facts.tree}"
        return failed(
            "subject", f"it is about commit {commit}, {also}, not {asked}", code="COPIED", remedy=_CARRY
        )
    if not same_tree:
        return failed(
            "subject",
            f"it is about tree {tree} (sha256 {twin[:12]}), not {facts.tree} ({facts.tree_sha256[:12]})",
            code="STALE_TREE",
            remedy=_CARRY,
        )
    return passed("subject", f"commit {commit}" if commit else f"any commit with tree {tree}")


def _said(statement: Statement, binding: Binding) -> tuple[str | None, str, str] | None:
    """Return commit, tree and twin that subjects and binding agree on, or None if they do not."""
    found: dict[str, str] = {}
    for suffix, kind, value in _subjects(statement):
        if _KINDS.get(suffix) != kind or suffix in found:
            return None
        found[suffix] = value
    said = (found.get(""), found.get("tree", ""), found.get("tree-sha256", ""))
    return said if said == (binding.git_commit, binding.git_tree, binding.tree_sha256) else None


_KINDS = {"": "gitCommit", "tree": "gitTree", "tree-sha256": "gitTree"}


def _subjects(statement: Statement) -> Iterator[tuple[str, str, str]]:
    """Yield what follows the repository's id in each name, and each digest as kind and value."""
    for subject in statement.subject:
        suffix = (subject.name or "").partition("#")[2]
        for kind, value in (subject.digest or {}).items():
            yield suffix, kind, value


def _check_history(binding: Binding, facts: CommitFacts) -> Check:
    """A repository that was started from a copy of another's files has its id, but not its first commits."""
    if binding.shallow or facts.root_commits is None:
        who = "the signer's" if binding.shallow else "this"
        return skipped("history", f"root commits are not known: {who} clone is shallow")
    strangers = sorted(set(binding.root_commits) - set(facts.root_commits))
    if strangers:
        return _wrong_repository(
            "history", f"root commit {strangers[0]} is not in the history of this commit"
        )
    return passed("history", f"root commits {', '.join(root[:12] for root in binding.root_commits)}")


def _check_ref(binding: Binding, facts: CommitFacts) -> Check:
    if not facts.ref_patterns:
        return skipped("ref", "any ref is accepted")
    if not any(_matches(binding.ref, glob) for glob in facts.ref_patterns):
        return failed(
            "ref",
            f"it was made for {_shown(binding.ref)}, not for {', '.join(facts.ref_patterns)}",
            code="WRONG_REF",
            remedy="decide again for this ref: stella attest create --ref REF",
        )
    return passed("ref", _shown(binding.ref))


def _check_expiry(binding: Binding, now: Instant) -> Check:
    if binding.expires is None:
        return passed("expiry", "does not expire")
    if now > parse_rfc3339(binding.expires):
        return failed("expiry", f"expired at {binding.expires}", code="EXPIRED", remedy=_CARRY)
    return passed("expiry", f"until {binding.expires}")


def _wrong_repository(name: str, detail: str) -> Check:
    return failed(
        name,
        detail,
        code="WRONG_REPOSITORY",
        remedy="look for an attestation made for this repository; check repository.id in stella.toml",
    )


def _matches(ref: str, glob: str) -> bool:
    parts = re.split(r"(\*\*|\*)", glob)
    pattern = "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(pattern, ref) is not None


def _shown(text: str) -> str:
    """Return text of another's making, printable and short."""
    return ascii(text)[1:-1][:120]
