"""What is said about an artifact: the table of predicate types, and the predicates that are ours.

Our predicates are versioned by their type URI, so unknown members in them are errors: a verifier that skips
a member it does not know would not verify what the signer meant.

Source: in-toto Attestation Framework v1.1, predicate.md; ``schemas/stella/verdict-predicate.v1.schema.json``
and ``schemas/stella/budget-check.v1.schema.json``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stella_git.attest.members import (
    HEX_256,
    OBJECT_ID,
    REF,
    SHA256,
    WHAT_REF,
    Members,
    Object,
    Path,
    present,
    refuse,
)
from stella_git.canon.digest import of_json
from stella_git.canon.reader import Json
from stella_git.errors import InputError, RefusedError, Where

_OURS = "https://stella.ops/attestation/"

# Name -> type URI that we write.
TYPES: dict[str, str] = {
    "backport-proof": f"{_OURS}backport-proof/v1",
    "budget-check": f"{_OURS}budget-check/v1",
    "cyclonedx": "https://cyclonedx.org/bom",
    "findings": f"{_OURS}findings/v1",
    "link": "https://in-toto.io/attestation/link/v0.3",
    "openvex": "https://openvex.dev/ns/v0.2.0",
    "poe": f"{_OURS}poe/v1",
    "promotion": f"{_OURS}promotion/v1",
    "provcache": f"{_OURS}provcache/v1",
    "release": "https://in-toto.io/attestation/release/v0.1",
    "runtime-facts": f"{_OURS}runtime-facts/v1",
    "slsa-provenance": "https://slsa.dev/provenance/v1",
    "spdx": "https://spdx.dev/Document/v3",
    "svr": "https://in-toto.io/attestation/svr/v0.2",
    "test-result": "https://in-toto.io/attestation/test-result/v0.1",
    "verdict": f"{_OURS}verdict/v1",
    "vsa": "https://slsa.dev/verification_summary/v1",
    "vulns": "https://in-toto.io/attestation/vulns/v0.2",
}

# Type URIs that we read and never write -> name.
ALSO_READ: dict[str, str] = {
    "https://spdx.dev/Document/v2.3": "spdx",
    **{f"stella.ops/{name}@v1": name for name, uri in TYPES.items() if uri.startswith(_OURS)},
}

_NAMES = {uri: name for name, uri in TYPES.items()} | ALSO_READ

_VERDICT_ID = re.compile(r"verdict:sha256:[0-9a-f]{64}")
_CHECK_ID = re.compile(r"budget:sha256:[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_URI = re.compile(r"cas:|tree:[^\x00]+")
_WHAT_ID = "an object id of 40 or 64 lower-case hex digits"
_WHAT_DIGEST = "a digest such as sha256:... in lower-case hex"


def resolve(uri: str) -> str | None:
    """Return our name for a predicate type, or None for one we do not know.

    The comparison is exact: no prefix, no case folding, no other version.

    Args:
        uri: a type URI, or the bare form ``stella.ops/NAME@v1`` of one of ours.
    """
    return _NAMES.get(uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What ties a verdict to one place in one repository's history.

    Args:
        repository_id: UUID of the repository.
        root_commits: ids of the commits without parents, sorted; empty if and only if `shallow`.
        shallow: the history was cut off, so the root commits are not known.
        ref: full name of the ref it was made for, or ``HEAD`` where there was none.
        git_commit: commit id; None for a verdict about a tree that has no commit yet.
        git_tree: tree id.
        tree_sha256: id that git gives the tree in a SHA-256 repository, 64 hex digits.
        policy_revision: commit that policies, budgets, keyring and environments were read from.
        expires: RFC 3339 time after which the verdict no longer counts.
        supersedes: digests of envelopes that this one replaces, sorted.
    """

    repository_id: str
    root_commits: tuple[str, ...] = ()
    shallow: bool = False
    ref: str
    git_commit: str | None = None
    git_tree: str
    tree_sha256: str
    policy_revision: str
    expires: str | None = None
    supersedes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, value: Json, path: Path = ()) -> "Binding":
        """Return the binding in parsed JSON.

        Raises:
            InputError: ``binding-member``; a member is missing, unknown, malformed or out of order, object
                ids are of two lengths, or root commits and ``shallow`` contradict each other.
        """
        members = Members(value, path, code="binding-member")
        binding = cls(
            repository_id=members.text("repositoryId", _UUID, "a UUID in lower case"),
            root_commits=members.text_set("rootCommits", OBJECT_ID, _WHAT_ID),
            shallow=members.flag_or_none("shallow") or False,
            ref=members.text("ref", REF, WHAT_REF),
            git_commit=members.text_or_none("gitCommit", OBJECT_ID, _WHAT_ID),
            git_tree=members.text("gitTree", OBJECT_ID, _WHAT_ID),
            tree_sha256=members.text("treeSha256", HEX_256, "64 lower-case hex digits"),
            policy_revision=members.text("policyRevision", OBJECT_ID, _WHAT_ID),
            expires=members.time_or_none("expires"),
            supersedes=members.text_set("supersedes", SHA256, _WHAT_DIGEST),
        )
        members.close()
        if members.has("shallow") and not binding.shallow:
            raise _contradiction("shallow is either true or absent", (*path, "shallow"))
        if binding.shallow == bool(binding.root_commits):
            raise _contradiction("exactly one of rootCommits and shallow says something", path)
        if len({len(text) for text in binding.object_ids()}) > 1:
            raise _contradiction("the object ids are of two lengths", path)
        return binding

    def object_ids(self) -> tuple[str, ...]:
        """Return every id that names an object of the repository; all are of one length."""
        own = () if self.git_commit is None else (self.git_commit,)
        return (*self.root_commits, *own, self.git_tree, self.policy_revision)

    def to_json(self) -> Object:
        """Return the members that are there; lists are sorted and free of duplicates."""
        members: dict[str, Json | None] = {
            "repositoryId": self.repository_id,
            "rootCommits": [*sorted(set(self.root_commits))],
            "shallow": self.shallow or None,
            "ref": self.ref,
            "gitCommit": self.git_commit,
            "gitTree": self.git_tree,
            "treeSha256": self.tree_sha256,
            "policyRevision": self.policy_revision,
            "expires": self.expires,
            "supersedes": [*sorted(set(self.supersedes))],
        }
        return dict(present(members))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictPredicate:
    """A verdict, what it is bound to, and how it was made.

    Args:
        verdict_id: ``verdict:sha256:...`` as stated; see `require_id`.
        verdict: the digested subtree as plain JSON; `stella_git.verdict.model` knows what is in it.
        binding: outside the digest, so that the same verdict can be made for two commits.
        run: ``{tool, toolVersion, startedOn, inputs[], messages[]}``; outside the digest.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    verdict_id: str
    verdict: Mapping[str, Json]
    binding: Binding
    run: Mapping[str, Json]

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> "VerdictPredicate":
        """Return the predicate in parsed JSON; whether its id is true is for `require_id` to say.

        Raises:
            InputError: ``verdict-member``, ``verdict-run`` or ``binding-member``.
        """
        members = Members(dict(value), code="verdict-member")
        predicate = cls(
            verdict_id=members.text("verdictId", _VERDICT_ID, "verdict:sha256: and 64 lower-case hex digits"),
            verdict=members.object("verdict"),
            binding=Binding.from_json(members.raw("binding"), ("binding",)),
            run=members.object("run"),
        )
        members.close()
        _check_run(members.raw("run"), ("run",))
        return predicate

    def computed_id(self) -> str:
        """Return the id that the verdict's canonical bytes have.

        Raises:
            InputError: ``jcs-*``, the verdict has no canonical form.
        """
        return f"verdict:{of_json(dict(self.verdict))}"

    def require_id(self) -> None:
        """Do nothing if the stated id is the computed one.

        Raises:
            RefusedError: ``VERDICT_ID``.
            InputError: as `computed_id`.
        """
        if self.computed_id() != self.verdict_id:
            raise RefusedError(
                "the bytes of the verdict do not have the id that is stated",
                code="VERDICT_ID",
                where=Where(pointer="/verdictId"),
                remedy="decide again; do not edit a verdict",
            )

    def to_json(self) -> Object:
        """Return ``{verdictId, verdict, binding, run}``."""
        return {
            "verdictId": self.verdict_id,
            "verdict": dict(self.verdict),
            "binding": self.binding.to_json(),
            "run": dict(self.run),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetCheckPredicate:
    """The outcome of one budget.

    Args:
        check_id: ``budget:sha256:...`` as stated; see `require_id`.
        check: the digested subtree as plain JSON; `stella_git.budget.check` knows what is in it.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    check_id: str
    check: Mapping[str, Json]

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> "BudgetCheckPredicate":
        """Return the predicate in parsed JSON; whether its id is true is for `require_id` to say.

        Raises:
            InputError: ``budget-check-member``.
        """
        members = Members(dict(value), code="budget-check-member")
        predicate = cls(
            check_id=members.text("checkId", _CHECK_ID, "budget:sha256: and 64 lower-case hex digits"),
            check=members.object("check"),
        )
        members.close()
        return predicate

    def computed_id(self) -> str:
        """Return the id that the check's canonical bytes have.

        Raises:
            InputError: ``jcs-*``, the check has no canonical form.
        """
        return f"budget:{of_json(dict(self.check))}"

    def require_id(self) -> None:
        """Do nothing if the stated id is the computed one.

        Raises:
            RefusedError: ``BUDGET_ID``.
            InputError: as `computed_id`.
        """
        if self.computed_id() != self.check_id:
            raise RefusedError(
                "the bytes of the budget check do not have the id that is stated",
                code="BUDGET_ID",
                where=Where(pointer="/checkId"),
                remedy="check the budget again; do not edit a check",
            )

    def to_json(self) -> Object:
        """Return ``{checkId, check}``."""
        return {"checkId": self.check_id, "check": dict(self.check)}


def _check_run(value: Json, path: Path) -> None:
    members = Members(value, path, code="verdict-run")
    members.text("tool")
    members.text("toolVersion")
    members.time("startedOn")
    members.array("inputs", _check_input)
    members.array("messages", _check_message)
    members.close()


def _check_input(value: Json, path: Path) -> None:
    members = Members(value, path, code="verdict-run")
    members.text("role")
    members.text_or_none("path")
    members.text("digest", SHA256, _WHAT_DIGEST)
    members.text("uri", _URI, "tree:PATH or cas:")
    members.close()


def _check_message(value: Json, path: Path) -> None:
    """Messages are for readers; programs rely on ``code`` alone, and the rest may grow."""
    members = Members(value, path, code="verdict-run")
    members.text("code")
    members.text("text")


def _contradiction(message: str, path: Path) -> InputError:
    return refuse(message, path, code="binding-member", remedy="state what git says about this commit")
