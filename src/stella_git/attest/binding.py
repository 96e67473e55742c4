"""The binding of a verdict: to one place in one repository's history, under one revision of the rules.

Source: ``schemas/stella/verdict-predicate.v1.schema.json``; gitrepository-layout(7) and gitglossary(7).
"""

from stella_git.attest.members import (
    HEX_256,
    OBJECT_ID,
    REF,
    SHA256,
    WHAT_DIGEST,
    WHAT_REF,
    Members,
    Object,
    Path,
    present,
    refuse,
)
from stella_git.canon.pattern import Pattern
from stella_git.canon.reader import Json
from stella_git.canon.record import record
from stella_git.errors import InputError

_UUID = Pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_WHAT_ID = "an object id of 40 or 64 lower-case hex digits"


@record(frozen=True, slots=True, kw_only=True)
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
            supersedes=members.text_set("supersedes", SHA256, WHAT_DIGEST),
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


def _contradiction(message: str, path: Path) -> InputError:
    return refuse(message, path, code="binding-member", remedy="state what git says about this commit")
