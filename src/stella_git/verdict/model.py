"""The verdict document: the digested subtree, and nothing else.

Every array is a set: sorted in UTF-16 code-unit order (strings as they are, objects by their JCS text) and
free of duplicates. Whoever writes a verdict in another order has written another document, so reading
refuses it.

Source: ``schemas/stella/verdict.v1.schema.json`` and RFC 8785.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from stella_git.budget.inputs import instant
from stella_git.budget.model import NAME
from stella_git.canon.clock import Instant, parse_rfc3339
from stella_git.canon.digest import of_json
from stella_git.canon.reader import Json, parse_json
from stella_git.config import shape
from stella_git.config.model import STAGES
from stella_git.errors import InputError, Where

CANON = "jcs"
SEMANTICS = "verdict/1"
DECISIONS = ("pass", "warn", "fail", "error")
MODES = ("deny", "warn", "audit", "off")
STATUSES = ("pass", "fail", "warn", "waived", "not_applicable", "error")
LIMIT = 16 << 20

_SHA256 = shape.text(r"sha256:[0-9a-f]{64}", "a digest such as sha256:... in lower-case hex")
_TEXT = shape.text()


def _set_of(item: shape.Rule, minimum: int = 0) -> shape.Rule:
    return shape.array(item, minimum=minimum, ordered=True)


_SUBJECT = shape.record(
    {
        "name": _TEXT,
        "digest": shape.table(r"[\s\S]*", "a name", shape.text(r"[0-9a-f]+", "lower-case hex"), minimum=1),
    }
)
_POLICY = shape.record(
    {
        "id": NAME,
        "revision": shape.integer(),
        "digest": _SHA256,
        "mode": shape.enum(*MODES),
        "effectiveMode": shape.enum(*MODES),
    }
)
_INPUT = shape.record(
    {"role": _TEXT, "digest": _SHA256},
    {"predicateType": _TEXT, "envelope": _SHA256, "signers": _set_of(_TEXT)},
)
_RESULT = shape.record(
    {
        "policy": NAME,
        "rule": NAME,
        "status": shape.enum(*STATUSES),
        "violations": _set_of(shape.record({"fp": _TEXT, "code": _TEXT, "params": shape.mapping()})),
    }
)
_BUDGET = shape.record(
    {
        "id": NAME,
        "checkId": _TEXT,
        "result": shape.enum("pass", "warn", "fail"),
        "state": shape.enum("green", "yellow", "red", "exhausted"),
    }
)
DOCUMENT = shape.record(
    {
        "canon": shape.enum(CANON),
        "semantics": shape.enum(SEMANTICS),
        "subject": _set_of(_SUBJECT, 1),
        "context": shape.record(
            {"environment": NAME, "stage": shape.enum(*STAGES), "asOf": instant},
            {"params": shape.mapping(minimum=1)},
        ),
        "policySet": shape.record({"digest": _SHA256, "policies": _set_of(_POLICY)}),
        "trust": shape.record({"digest": _SHA256}),
        "inputs": _set_of(_INPUT),
        "results": _set_of(_RESULT),
        "waivers": _set_of(shape.record({"id": _TEXT, "digest": _SHA256, "applied": _set_of(_TEXT)})),
        "budgets": _set_of(_BUDGET),
        "decision": shape.enum(*DECISIONS),
    }
)


def verdict_id(verdict: Mapping[str, Json]) -> str:
    """Return ``verdict:sha256:`` and the hex of SHA-256 over the canonical bytes of a digested subtree.

    Raises:
        InputError: the value has no canonical form.
    """
    return f"verdict:{of_json(cast('Json', verdict))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a verdict is about: a name and its digests (algorithm to lower-case hex)."""

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    name: str
    digest: Mapping[str, str]

    def to_json(self) -> dict[str, Json]:
        """Return the subject as plain JSON."""
        return {"name": self.name, "digest": dict(self.digest)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One input: bytes that the verdict was computed from.

    Attributes:
        digest: ``sha256:...`` of the raw bytes.
        envelope: ``sha256:...`` of the signed envelope that carried them, or None.
        signers: ``key:NAME`` and ``identity:NAME`` whose signatures held; None where nothing was signed.
    """

    role: str
    predicate_type: str | None = None
    digest: str
    envelope: str | None = None
    signers: tuple[str, ...] | None = None

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Evidence":
        """Return the input of a row that has the right shape."""
        return cls(
            role=row["role"],
            predicate_type=row.get("predicateType"),
            digest=row["digest"],
            envelope=row.get("envelope"),
            signers=tuple(row["signers"]) if "signers" in row else None,
        )

    def to_json(self) -> dict[str, Json]:
        """Return the input as plain JSON."""
        row: dict[str, Json] = {"role": self.role, "digest": self.digest}
        if self.predicate_type is not None:
            row["predicateType"] = self.predicate_type
        if self.envelope is not None:
            row["envelope"] = self.envelope
        if self.signers is not None:
            row["signers"] = [*sorted(set(self.signers), key=shape.order_key)]
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A verdict; ``to_json`` puts every array in order.

    Attributes:
        params: what else the decision depended on, by name; absent from the document when empty.
        policies, results, waivers, budgets: rows as plain JSON, in any order.
    """

    __hash__ = None  # type: ignore[assignment] # it holds mappings, so it has no hash

    subject: tuple[Subject, ...]
    environment: str
    stage: str
    as_of: Instant
    params: Mapping[str, Json] = field(default_factory=dict)
    policy_set_digest: str
    policies: tuple[Mapping[str, Json], ...] = ()
    trust_digest: str
    inputs: tuple[Evidence, ...] = ()
    results: tuple[Mapping[str, Json], ...] = ()
    waivers: tuple[Mapping[str, Json], ...] = ()
    budgets: tuple[Mapping[str, Json], ...] = ()
    decision: str

    @classmethod
    def from_bytes(cls, data: bytes, *, path: str | None = None) -> "Verdict":
        """Return the verdict in a JSON file, whatever its white space.

        Raises:
            InputError: it is not strict JSON or not a verdict of this version; the first defect is named.
        """
        return cls.from_json(parse_json(data, path=path, limit=LIMIT), path=path)

    @classmethod
    def from_json(cls, value: Json, *, path: str | None = None) -> "Verdict":
        """Return the verdict that a parsed document holds.

        Raises:
            InputError: an unknown or missing member, a wrong pattern, a float, a null, an array out of order
                or with duplicates; code and JSON Pointer of the first defect.
        """
        _require(value, path)
        document = cast("dict[str, Any]", value)
        context = document["context"]
        return cls(
            subject=tuple(Subject(**row) for row in document["subject"]),
            environment=context["environment"],
            stage=context["stage"],
            as_of=parse_rfc3339(context["asOf"]),
            params=context.get("params", {}),
            policy_set_digest=document["policySet"]["digest"],
            policies=tuple(document["policySet"]["policies"]),
            trust_digest=document["trust"]["digest"],
            inputs=tuple(Evidence.from_json(row) for row in document["inputs"]),
            results=tuple(document["results"]),
            waivers=tuple(document["waivers"]),
            budgets=tuple(document["budgets"]),
            decision=document["decision"],
        )

    def to_json(self) -> dict[str, Json]:
        """Return the digested subtree.

        Raises:
            InputError: a member does not fit the schema; code and JSON Pointer of the first defect.
        """
        context: dict[str, Json] = {
            "environment": self.environment,
            "stage": self.stage,
            "asOf": str(Instant(seconds=self.as_of.seconds)),
        }
        document: dict[str, Json] = {
            "canon": CANON,
            "semantics": SEMANTICS,
            "subject": _ordered(row.to_json() for row in self.subject),
            "context": context | {"params": dict(self.params)} if self.params else context,
            "policySet": {"digest": self.policy_set_digest, "policies": _ordered(self.policies)},
            "trust": {"digest": self.trust_digest},
            "inputs": _ordered(row.to_json() for row in self.inputs),
            "results": _ordered(_with_ordered(row, "violations") for row in self.results),
            "waivers": _ordered(_with_ordered(row, "applied") for row in self.waivers),
            "budgets": _ordered(self.budgets),
            "decision": self.decision,
        }
        _require(document, None)
        return document

    @property
    def verdict_id(self) -> str:
        """Return ``verdict:sha256:...``."""
        return verdict_id(self.to_json())


def _require(value: Json, path: str | None) -> None:
    for first in shape.inspect(DOCUMENT, value):
        raise InputError(
            first.message, code=first.code, where=Where(path, pointer=first.pointer), remedy=first.remedy
        )


def _ordered(rows: Iterable[Json | Mapping[str, Json]]) -> list[Json]:
    distinct = {shape.order_key(cast("Json", row)): cast("Json", row) for row in rows}
    return [distinct[key] for key in sorted(distinct)]


def _with_ordered(row: Mapping[str, Json], member: str) -> dict[str, Json]:
    items = row.get(member)
    return {**row, member: _ordered(items)} if isinstance(items, list) else dict(row)
