"""Whether a purl is one, and written the way that everybody compares. Source: ECMA-427."""

from collections.abc import Iterator

from stella_git.documents.problems import Complaint, Mend
from stella_git.documents.wording import show


def purl_complaints(rule: str, text: str, pointer: str, *, mends: bool = True) -> Iterator[Complaint]:
    """Return what is wrong with a purl: an error if it is none, a warning if it is spelt otherwise.

    Args:
        rule: id of the rule that speaks.
        text: what stands there.
        pointer: where.
        mends: whether it may be written anew; not where others refer to it as it is.
    """
    from stella_git.canon.ids import canonical_purl
    from stella_git.errors import InputError

    try:
        canonical = canonical_purl(text)
    except InputError as error:
        remedy = error.remedy or "Write a purl such as pkg:npm/left-pad@1.3.0."
        yield Complaint(rule=rule, pointer=pointer, message=error.message, remedy=remedy)
        return
    if canonical != text:
        yield Complaint(
            rule=rule,
            severity="warning",
            pointer=pointer,
            message=f"{show(text)} is not the canonical form of this purl",
            remedy=f"Write {show(canonical)}.",
            mend=Mend(canonical) if mends else None,
        )
