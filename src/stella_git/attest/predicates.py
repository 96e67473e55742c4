"""What is said about an artifact: the table of predicate types, and the predicates that are ours.

Our predicates are versioned by their type URI, so unknown members in them are errors: a verifier that skips
a member it does not know would not verify what the signer meant.

Source: in-toto Attestation Framework v1.1, predicate.md; ``schemas/stella/verdict-predicate.v1.schema.json``
and ``schemas/stella/budget-check.v1.schema.json``.
"""

from collections.abc import Mapping

from stella_git.attest.binding import Binding
from stella_git.attest.members import SHA256, WHAT_DIGEST, Members, Object, Path
from stella_git.canon.digest import of_json
from stella_git.canon.pattern import Pattern
from stella_git.canon.reader import Json
from stella_git.canon.record import record
from stella_git.errors import RefusedError, Where

__all__ = ["ALSO_READ", "TYPES", "Binding", "BudgetCheckPredicate", "VerdictPredicate", "resolve"]

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

_VERDICT_ID = Pattern(r"verdict:sha256:[0-9a-f]{64}")
_CHECK_ID = Pattern(r"budget:sha256:[0-9a-f]{64}")
_URI = Pattern(r"cas:|tree:[^\x00]+")


def resolve(uri: str) -> str | None:
    """Return our name for a predicate type, or None for one we do not know.

    The comparison is exact: no prefix, no case folding, no other version.

    Args:
        uri: a type URI, or the bare form ``stella.ops/NAME@v1`` of one of ours.
    """
    return _NAMES.get(uri)


@record(frozen=True, slots=True, kw_only=True)
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


@record(frozen=True, slots=True, kw_only=True)
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
    members.text("digest", SHA256, WHAT_DIGEST)
    members.text("uri", _URI, "tree:PATH or cas:")
    members.close()


def _check_message(value: Json, path: Path) -> None:
    """Messages are for readers; programs rely on ``code`` alone, and the rest may grow."""
    members = Members(value, path, code="verdict-run")
    members.text("code")
    members.text("text")
