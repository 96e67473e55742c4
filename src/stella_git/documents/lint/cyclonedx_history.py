"""Rules that compare a CycloneDX document with the revision before, and with the clock: C016 and C017.

Source: CycloneDX 1.4 to 1.7, ``serialNumber``, ``version`` and ``metadata.timestamp``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint, Mend
from stella_git.documents.read import inner, integer, text
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.canon.reader import Json
    from stella_git.documents.context import Context, Subject

# Clocks of two machines differ.
_TOLERANCE = 300
# Which document it is, and who vouches for it.
_IDENTITY = frozenset({"serialNumber", "signature", "version"})


def history(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """C016, and C017 about the revision before."""
    value = subject.value
    if not isinstance(value, dict) or context.history is None:
        return
    earlier = context.earlier(subject)
    before = earlier if isinstance(earlier, dict) and earlier.get("bomFormat") == "CycloneDX" else None
    if before is not None and _content(before) == _content(value):
        return
    if before is not None:
        yield from _version(before, value)
    yield from _stale(value, context.history.committed(), known=before is not None)


def _content(value: "dict[str, Json]") -> "dict[str, Json]":
    """Return what a document says beyond which document it is, when it was made, and who signed it."""
    content = {name: each for name, each in value.items() if name not in _IDENTITY}
    metadata = inner(value, "metadata")
    if metadata:
        content["metadata"] = {name: each for name, each in metadata.items() if name != "timestamp"}
    return content


def _version(before: "dict[str, Json]", value: "dict[str, Json]") -> Iterator[Complaint]:
    if before.get("serialNumber") != value.get("serialNumber"):
        return  # another document
    old, new = integer(before, "version"), integer(value, "version")
    old = 1 if old is None and "version" not in before else old
    new = 1 if new is None and "version" not in value else new
    if old is None or new is None or new > old:
        return
    yield Complaint(
        rule="C016",
        pointer="/version" if "version" in value else "",
        message=f"the content differs from the revision before, and the version is still {new}"
        if new == old
        else f"the content differs from the revision before, and the version went back from {old} to {new}",
        remedy=f"Write {old + 1} as the version, or give the document a serialNumber of its own.",
        mend=Mend(old + 1) if "version" in value else None,
    )


def _stale(value: "dict[str, Json]", committed: "Instant | None", *, known: bool) -> Iterator[Complaint]:
    made = _timestamp(value)
    if committed is None or made is None or made >= committed:
        return
    if known:
        message = f"the content changed since the revision of {committed}, and the timestamp is still {made}"
    else:
        message = (
            f"this new document was made at {made}, before the revision of {committed} that it is added to"
        )
    yield Complaint(
        rule="C017",
        pointer="/metadata/timestamp",
        message=message,
        remedy="Make the document again, so that its timestamp is that of its content.",
        severity="warning" if known else "info",
    )


def future(subject: "Subject", context: "Context") -> Iterator[Complaint]:
    """C017 about the present: nothing was made in the future."""
    made = _timestamp(subject.value)
    if context.now is None or made is None or made.seconds <= context.now.seconds + _TOLERANCE:
        return
    shown = show(text(inner(subject.value, "metadata"), "timestamp"))
    yield Complaint(
        rule="C017",
        pointer="/metadata/timestamp",
        message=f"the timestamp {shown} is in the future: now is {context.now}",
        remedy="Write when the document was made, in UTC, or with its offset.",
    )


def _timestamp(value: "Json") -> "Instant | None":
    from stella_git.canon.clock import parse_rfc3339
    from stella_git.errors import InputError

    written = text(inner(value, "metadata"), "timestamp")
    try:
        return None if written is None else parse_rfc3339(written)
    except InputError:
        return None  # a matter of the schema


CHECKS = (history, future)
