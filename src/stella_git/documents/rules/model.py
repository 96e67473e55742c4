"""What a rule is."""

from typing import TYPE_CHECKING

from stella_git.canon.record import record

if TYPE_CHECKING:
    from stella_git.documents.severity import Severity


@record(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a rule id means.

    Args:
        severity: what its problems are, unless the rule says otherwise for one of them, or configuration does.
        what: one sentence: what is wrong where it fires.
        why: why that matters: what goes wrong for a reader of such a document; one sentence or two.
        remedy: one sentence, in the imperative.
        source: the specification and section that it is from; "" for a rule of our own.
        fixable: whether ``stella sbom fix`` mends it.
    """

    severity: "Severity"
    what: str
    why: str
    remedy: str
    source: str = ""
    fixable: bool = False
