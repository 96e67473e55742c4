"""Which evidence a policy gets: chosen before any expression runs, and every refusal has a reason."""

from typing import TYPE_CHECKING, Final

from stella_git.canon.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stella_git.canon.clock import Instant
    from stella_git.policy.evidence import Evidence, Signer, Source
    from stella_git.policy.model import Requirement, SignedBy

_DAY: Final = 86_400


@record(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a requirement selected.

    Args:
        chosen: evidence of which at least one source is good enough, in a fixed order.
        refused: evidence of the right type that is not, and why.
        enough: whether there are as many good sources as the requirement asks for.
        reason: why it is not enough; "" if it is.
    """

    requirement: "Requirement"
    chosen: "tuple[Evidence, ...]"
    refused: "tuple[tuple[Evidence, str], ...]"
    enough: bool
    reason: str

    @property
    def ambiguous(self) -> bool:
        """Return whether more was selected than the requirement allows."""
        return len(self.chosen) > self.requirement.maximum


def select(requirement: "Requirement", evidence: "Sequence[Evidence]", as_of: "Instant") -> Selection:
    """Return what a requirement selects.

    Args:
        requirement: what is asked for.
        evidence: everything there is, in any order.
        as_of: the time of the decision.
    """
    chosen: list[Evidence] = []
    refused: list[tuple[Evidence, str]] = []
    count = 0
    for item in sorted(evidence, key=_order):
        if not _is_type(requirement, item):
            continue
        reasons = [_refusal(requirement, source, as_of) for source in item.sources]
        good = sum(not reason for reason in reasons)
        if not item.sources:
            good = int(requirement.signed_by is None and requirement.max_age_days is None)
        if good:
            chosen.append(item)
            count += good
        else:
            refused.append((item, next(iter(reasons), "nobody signed it, and it has no age")))
    enough = count >= requirement.minimum
    return Selection(
        requirement=requirement,
        chosen=tuple(chosen),
        refused=tuple(refused),
        enough=enough,
        reason="" if enough else _shortage(requirement, count, refused),
    )


def _order(item: "Evidence") -> tuple[str, str, tuple[tuple[str, str], ...]]:
    sources = tuple((source.digest, source.path or "") for source in item.sources)
    return item.predicate_type, item.version, sources


def _is_type(requirement: "Requirement", item: "Evidence") -> bool:
    from stella_git.policy.predicates import answers

    return answers(requirement.predicate_type, requirement.versions, item.predicate_type, item.version)


def _refusal(requirement: "Requirement", source: "Source", as_of: "Instant") -> str:
    """Return why a source is not good enough; "" if it is."""
    signed = requirement.signed_by
    if signed is not None:
        count = len({signer.name for signer in source.signers if _counts(signed, signer)})
        if count < signed.threshold:
            return f"signed by {count} of the {signed.threshold} that it takes" if count else _nobody(source)
    days = requirement.max_age_days
    if days is None:
        return ""
    if source.made is None:
        return "it does not say when it was made"
    if source.made > as_of:
        return f"it was made at {source.made}, after the time of the decision"
    if as_of.seconds - source.made.seconds > days * _DAY:
        return f"it was made at {source.made}, more than {days} days ago"
    return ""


def _nobody(source: "Source") -> str:
    if not source.signers:
        return "nobody that the keyring knows signed it"
    return f"signed by {', '.join(signer.name for signer in source.signers)}, by nobody who counts"


def _counts(signed: "SignedBy", signer: "Signer") -> bool:
    if signed.role is not None and signed.role not in signer.roles:
        return False
    if signed.any_of is None:
        return True
    return signer.name in signed.any_of or signer.name.partition(":")[2] in signed.any_of


def _shortage(requirement: "Requirement", count: int, refused: "Iterable[tuple[Evidence, str]]") -> str:
    reasons = sorted({reason for _, reason in refused})
    if reasons:
        return "; ".join(reasons)
    if count:
        return f"there are {count}, and it takes {requirement.minimum}"
    return "there is none"
