"""The VEX lattice: which claims count, what they weigh, and what follows.

A claim enters a last-writer-wins register per (vulnerability, product, issuer); the join of two states is the
key-wise maximum, so neither order nor grouping matters. What is left in the registers is weighed, and the
heaviest claim on each side decides: in Belnap's four values, unknown, affected, not affected and both.

Source: ``docs/explanation/lattice.md``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stella_git.canon.clock import Instant
from stella_git.verdict.claims import STATUSES, Claim
from stella_git.verdict.weights import Weights

SUPPRESSES_FROM = 500
MARGIN = 100

__all__ = [
    "MARGIN",
    "STATUSES",
    "SUPPRESSES_FROM",
    "Claim",
    "Key",
    "Resolution",
    "State",
    "Weighed",
    "Weights",
    "join",
    "resolve",
    "state_of",
]


Key = tuple[str, str | None, str]
State = Mapping[Key, Claim]


def state_of(claims: Iterable[Claim], vulnerability: str) -> dict[Key, Claim]:
    """Return the registers after some claims about one vulnerability, in whatever order they came."""
    state: dict[Key, Claim] = {}
    for claim in claims:
        key = (vulnerability, claim.product, claim.issuer)
        held = state.get(key)
        if held is None or claim.order > held.order:
            state[key] = claim
    return state


def join(left: State, right: State) -> dict[Key, Claim]:
    """Return the least state above two: the later claim of each register.

    Commutative, associative and idempotent.
    """
    joined = dict(left)
    for key, claim in right.items():
        held = joined.get(key)
        if held is None or claim.order > held.order:
            joined[key] = claim
    return joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One claim and what became of it.

    Attributes:
        claim: the claim.
        weight: 0..1000; 0 for a claim that does not count.
        outcome: ``decides``, ``agrees``, ``outweighed``, ``undecided``, ``neutral``, ``weightless``,
            ``superseded``, ``unverified`` or ``later``.
        why: one clause for a reader.
    """

    claim: Claim
    weight: int
    outcome: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the claims about one vulnerability in one component come to.

    Attributes:
        state: Belnap's value of the claims that count: ``unknown``, ``affected``, ``not_affected`` or
            ``conflict``.
        effective: what budgets look at: ``unknown``, ``affected``, ``not_affected``, ``fixed`` or
            ``conflict``.
        declared: status of the heaviest claim that counts; ``under_investigation`` when there are only such
            claims; ``unknown`` without any.
        affected: weight of the heaviest ``affected`` claim, 0..1000.
        not_affected: weight of the heaviest ``not_affected`` or ``fixed`` claim, 0..1000.
        claims: every claim, the ones that count first, heaviest first.
    """

    state: str
    effective: str
    declared: str
    affected: int
    not_affected: int
    claims: tuple[Weighed, ...]

    @property
    def suppressed(self) -> bool:
        """Return whether the finding is suppressed."""
        return self.effective in {"fixed", "not_affected"}


def resolve(claims: Iterable[Claim], weights: Weights, as_of: Instant, vulnerability: str = "") -> Resolution:
    """Return what claims about one vulnerability in one component come to.

    Args:
        claims: those that match the vulnerability and the component, in any order.
        weights: the table in force.
        as_of: claims after it are listed and ignored; ages are counted up to it.
        vulnerability: canonical id, for the keys of the registers.

    Raises:
        ConfigError: a verified issuer has a class that the table does not know.
    """
    aside, eligible = _set_aside(claims, as_of)
    state = state_of(eligible, vulnerability)
    held = frozenset(state.values())
    aside += [
        _aside(claim, "superseded", f"a later claim of {claim.issuer} stands in its place")
        for claim in eligible
        if claim not in held
    ]
    weighed = [(_weight(claim, weights, as_of), claim) for claim in state.values()]
    affected = _heaviest(weighed, ("affected",))
    excluded = _heaviest(weighed, ("not_affected", "fixed"))
    effective = _effective(affected, excluded)
    rows = [_row(weight, claim, effective, (affected, excluded)) for weight, claim in weighed]
    return Resolution(
        state=_belnap(affected, excluded),
        effective=effective,
        declared=_declared(affected, excluded, rows),
        affected=affected[0],
        not_affected=excluded[0],
        claims=(*sorted(rows, key=_reading_order), *sorted(aside, key=_reading_order)),
    )


Heaviest = tuple[int, Claim | None]


def _set_aside(claims: Iterable[Claim], as_of: Instant) -> tuple[list[Weighed], list[Claim]]:
    aside: list[Weighed] = []
    eligible: list[Claim] = []
    for claim in dict.fromkeys(claims):
        if claim.issuer_class is None:
            aside.append(_aside(claim, "unverified", f"nobody vouches for {claim.issuer}"))
        elif claim.timestamp is not None and claim.timestamp > as_of:
            aside.append(_aside(claim, "later", f"said at {claim.timestamp}, after {as_of}"))
        else:
            eligible.append(claim)
    return aside, eligible


def _aside(claim: Claim, outcome: str, why: str) -> Weighed:
    return Weighed(claim=claim, weight=0, outcome=outcome, why=why)


def _weight(claim: Claim, weights: Weights, as_of: Instant) -> int:
    """Base, strength and freshness multiplied; a claim without a timestamp is as old as can be."""
    base = weights.base(claim.issuer_class or "")
    strength = weights.strength_of(claim.status, claim.justification)
    fresh = (
        weights.floor if claim.timestamp is None else weights.freshness(as_of.days() - claim.timestamp.days())
    )
    return base * strength * fresh // 1_000_000


def _heaviest(weighed: Iterable[tuple[int, Claim]], statuses: tuple[str, ...]) -> Heaviest:
    """The heaviest claim of a side; of equals, not_affected before fixed, because fixed never counts."""
    side = [(weight, claim) for weight, claim in weighed if claim.status in statuses and weight > 0]
    return max(side, key=lambda pair: (pair[0], pair[1].status, pair[1].order), default=(0, None))


def _effective(affected: Heaviest, excluded: Heaviest) -> str:
    a, n = affected[0], excluded[0]
    if excluded[1] is not None and n >= SUPPRESSES_FROM and n - a >= MARGIN:
        return excluded[1].status
    if a - n >= MARGIN:
        return "affected"
    return "conflict" if a and n else "unknown"


def _belnap(affected: Heaviest, excluded: Heaviest) -> str:
    if affected[0] and excluded[0]:
        return "conflict"
    return "affected" if affected[0] else "not_affected" if excluded[0] else "unknown"


def _declared(affected: Heaviest, excluded: Heaviest, rows: Iterable[Weighed]) -> str:
    heaviest = affected if affected[0] >= excluded[0] else excluded
    if heaviest[1] is not None:
        return heaviest[1].status
    neutral = any(row.outcome == "neutral" for row in rows)
    return "under_investigation" if neutral else "unknown"


def _row(weight: int, claim: Claim, effective: str, heaviest: tuple[Heaviest, Heaviest]) -> Weighed:
    affected, excluded = heaviest
    if claim.status == "under_investigation":
        return Weighed(
            claim=claim, weight=0, outcome="neutral", why="an investigation is evidence for neither side"
        )
    if weight == 0:
        return Weighed(
            claim=claim, weight=0, outcome="weightless", why="its class, strength or age leaves nothing"
        )
    ours, other = (affected, excluded) if claim.status == "affected" else (excluded, affected)
    if effective in {"conflict", "unknown"}:
        why = f"{weight} against {other[0]}: too close, or too light to exclude"
        return Weighed(claim=claim, weight=weight, outcome="undecided", why=why)
    if (claim.status == "affected") != (effective == "affected"):
        return Weighed(claim=claim, weight=weight, outcome="outweighed", why=f"{weight} against {other[0]}")
    if claim is ours[1]:
        return Weighed(claim=claim, weight=weight, outcome="decides", why=f"{weight} against {other[0]}")
    return Weighed(claim=claim, weight=weight, outcome="agrees", why=f"{weight}; {ours[0]} decides")


def _reading_order(row: Weighed) -> tuple[int, str, str, str]:
    return -row.weight, row.outcome, row.claim.digest, row.claim.source
