"""Who signed a piece of evidence, and whether it is about the commit that is decided on.

An attestation counts for a commit if one of these holds, and for no other reason:

1. Its subjects name the commit or its tree (``gitCommit``, ``gitTree``), and all that name one name this one.
2. It is SLSA provenance of an artifact, and its resolved dependencies name the commit (``gitCommit``): then
   the builder says that the artifact was made of it. Names and URLs of repositories prove nothing.

What is about another commit may be true, and is no evidence here: otherwise a scan of last year would do.

Source: in-toto Attestation Framework v1.1, digest_set.md; SLSA v1.0, provenance.
"""

from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.documents.read import array, inner
from stella_git.errors import InputError, RefusedError
from stella_git.flows.policyevidence.reading import Vouched
from stella_git.policy import predicates
from stella_git.policy.evidence import Signer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stella_git.attest.bundle import Bundle
    from stella_git.attest.envelope import Envelope
    from stella_git.attest.statement import Statement
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.flows.policyevidence.reading import Piece
    from stella_git.trust.roots import KnownRoot


@record(frozen=True, slots=True, kw_only=True)
class About:
    """What is decided on.

    Args:
        trees: ids of the tree, lower hex: that in SHA-256 at least.
        commits: ids of the commit; empty if the decision is about the tree alone: then no commit id counts.
    """

    trees: frozenset[str]
    commits: frozenset[str] = frozenset()

    def refusal(self, piece: "Piece") -> str:
        """Return why a statement is not about it; "" if it is.

        Args:
            piece: with the subjects of its statement.
        """
        return self._refusal(piece.source.subjects, _built_from(piece.base, piece.value))

    def refusal_of(self, statement: "Statement") -> str:
        """Return why a statement is not about it, whatever its predicate is; "" if it is."""
        subjects: list[Json] = [{"digest": dict(one.digest or {})} for one in statement.subject]
        base = predicates.split(statement.predicate_type)[0]
        return self._refusal(subjects, _built_from(base, dict(statement.predicate)))

    def _refusal(self, subjects: "Iterable[Json]", built_from: "Iterable[str]") -> str:
        named = [(kind, value) for one in subjects for kind, value in _git(one)]
        trees = {value for kind, value in named if kind == "gitTree"}
        commits = {value for kind, value in named if kind == "gitCommit"}
        if trees - self.trees or (self.commits and commits - self.commits):
            return "it is about another commit"
        if trees or (self.commits and commits):
            return ""
        if self.commits and self.commits & set(built_from):
            return ""
        return "nothing in it names the commit that is decided on, or its tree"


def _git(subject: "Json") -> "Iterator[tuple[str, str]]":
    for kind, value in inner(subject, "digest").items():
        if kind in {"gitCommit", "gitTree"} and isinstance(value, str):
            yield kind, value


def _built_from(base: str, value: "Json") -> "Iterable[str]":
    if base != predicates.PROVENANCE:
        return ()
    dependencies = array(inner(value, "buildDefinition"), "resolvedDependencies")
    return [value for one in dependencies for kind, value in _git(one) if kind == "gitCommit"]


class Keys:
    """A keyring that says who signed what.

    Args:
        keyring: its bytes. Whether it is to be believed is for the caller to know.
        roots: trusted roots at hand, for bundles; only those that the keyring lists count.
        at: the time of the decision.

    Raises:
        ConfigError: it cannot be read.
    """

    __slots__ = ("_at", "_keyring", "_roots")

    def __init__(self, keyring: bytes, roots: "Sequence[KnownRoot]", at: "Instant") -> None:
        from stella_git.trust.keyring import Keyring

        self._keyring = Keyring.from_bytes(keyring)
        self._roots = roots
        self._at = at

    def verify(self, evidence: "Envelope | Bundle") -> Vouched:
        """Return whose signatures over an envelope or a bundle held.

        Args:
            evidence: as it was read.
        """
        from stella_git.trust.evidence import verify_evidence

        try:
            outcome = verify_evidence(evidence, keyring=self._keyring, roots=self._roots, now=self._at)
        except (InputError, RefusedError) as error:
            return Vouched(refusal=f"{error.message} ({error.code})")
        if outcome.statement is None:
            failure = outcome.report.failures[0]
            return Vouched(refusal=f"{failure.detail} ({failure.code})")
        return Vouched(
            signers=tuple(Signer(name=name, roles=self._roles(name)) for name in sorted(outcome.signers)),
            statement=outcome.statement,
            time=min((time.instant for time in outcome.times), key=_order, default=None),
        )

    def _roles(self, signer: str) -> tuple[str, ...]:
        kind, _, name = signer.partition(":")
        entries = self._keyring.keys if kind == "key" else self._keyring.identities
        return tuple(sorted({role for entry in entries if entry.name == name for role in entry.roles}))


def _order(instant: "Instant") -> tuple[int, int]:
    return instant.seconds, instant.nanos
